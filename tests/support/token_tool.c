/* Tokens by somebody who knows the key: for tests that need expired ones, or want to know what a mail holds.
 *   token_tool sign KEY SECRET TICKET ROLE DAY ADDRESS    prints a token
 *   token_tool find KEY SECRET <TEXT                      "ROLE TICKET DAY PERSON" of each valid one, a line
 * each token_tool person ADDRESS                             what stands in a token for that address KEY is
 * its number, SECRET its 32 bytes in hex. */
#include <postern/ids.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* No mail of a test is larger. */
#define TEXT_BYTES (64u * 1024 * 1024)
#define TOKEN_CHARACTERS 42u

static gboolean read_key(char **words, TokenKey *key)
{
    key->id = (guint8)atoi(words[0]);
    if (strlen(words[1]) != 2 * sizeof key->secret)
        return FALSE;
    for (guint i = 0; i < sizeof key->secret; i++) {
        int high = g_ascii_xdigit_value(words[1][2 * i]), low = g_ascii_xdigit_value(words[1][2 * i + 1]);
        if (high < 0 || low < 0)
            return FALSE;
        key->secret[i] = (guint8)(high << 4 | low);
    }
    return TRUE;
}

static int sign(char **words, const TokenKey *key)
{
    Token token = {.ticket_id = g_ascii_strtoll(words[0], NULL, 10),
                   .role = (TokenRole)atoi(words[1]),
                   .day = (guint16)atoi(words[2]),
                   .person = token_person(words[3])};
    g_autofree char *text = token_make(&token, key);
    puts(text);
    return 0;
}

/* Any place may begin one: what stands before it is no matter. */
static int find(const TokenKey *key)
{
    g_autofree char *text = g_malloc(TEXT_BYTES);
    gsize length = fread(text, 1, TEXT_BYTES, stdin);
    for (gsize at = 0; at + TOKEN_CHARACTERS <= length; at++) {
        char piece[TOKEN_CHARACTERS + 1] = "";
        Token token;
        memcpy(piece, text + at, TOKEN_CHARACTERS);
        if (token_check(piece, key, 1, &token))
            printf("%d %" G_GINT64_FORMAT " %d %u\n", (int)token.role, token.ticket_id, (int)token.day,
                   token.person);
    }
    return 0;
}

int main(int argc, char **argv)
{
    TokenKey key;
    if (argc == 3 && strcmp(argv[1], "person") == 0)
        return printf("%u\n", token_person(argv[2])) > 0 ? 0 : EX_IOERR;
    if (argc == 8 && strcmp(argv[1], "sign") == 0 && read_key(argv + 2, &key))
        return sign(argv + 4, &key);
    if (argc == 4 && strcmp(argv[1], "find") == 0 && read_key(argv + 2, &key))
        return find(&key);
    return fprintf(stderr, "usage: token_tool sign KEY SECRET TICKET ROLE DAY ADDRESS | find KEY SECRET | "
                           "person ADDRESS\n"),
           EX_USAGE;
}
