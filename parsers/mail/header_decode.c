#include "base64.h"

#include <postern/base/clean.h>
#include <postern/mail.h>

#include <string.h>

#define CHARSET_BYTES 60u /* an encoded word has 75 characters in all (RFC 2047 2) */

/* One "=?charset?B?text?=" (RFC 2047 2). */
typedef struct {
    const char *charset;
    gsize charset_length; /* without the language of RFC 2231 5 */
    char encoding;        /* 'B' or 'Q' */
    const char *text;
    gsize text_length;
    const char *end; /* behind "?=" */
} Word;

/* What has been decoded so far; bytes of adjacent words of one charset wait until all are there,
 * because some mailers cut a character in two. */
typedef struct {
    GString *out;
    GString *waiting;
    char charset[CHARSET_BYTES];
    Base64 base64;
    gboolean after_word;
} Decode;

/* `start` is at "=?", `close` at the next "?=" behind the encoding or NULL. */
static gboolean word_parse(const char *start, const char **close, Word *out)
{
    out->charset = start + 2;
    gsize length = strcspn(out->charset, "? \t\r\n");
    if (length == 0 || length >= CHARSET_BYTES || out->charset[length] != '?')
        return FALSE;
    out->charset_length = strcspn(out->charset, "*?");
    const char *encoding = out->charset + length + 1;
    out->encoding = g_ascii_toupper(*encoding);
    if ((out->encoding != 'B' && out->encoding != 'Q') || encoding[1] != '?')
        return FALSE;
    out->text = encoding + 2;
    /* Kept between calls: a hostile header would otherwise be searched to its end again and again. */
    if (*close && *close < out->text)
        *close = strstr(out->text, "?=");
    if (!*close)
        return FALSE;
    out->text_length = (gsize)(*close - out->text);
    out->end = *close + 2;
    return !memmem(out->text, out->text_length, "=?", 2);
}

static void flush_waiting(Decode *decode)
{
    base64_word_end(&decode->base64, decode->waiting);
    if (decode->waiting->len > 0) {
        g_autofree char *text =
            charset_to_utf8(decode->waiting->str, decode->waiting->len, decode->charset, NULL);
        g_string_append(decode->out, text);
    }
    g_string_truncate(decode->waiting, 0);
    decode->charset[0] = '\0';
}

static void append_plain(Decode *decode, const char *text, gsize length)
{
    if (length == 0)
        return;
    if (decode->after_word && strspn(text, " \t\r\n") < length)
        flush_waiting(decode);
    g_autofree char *utf8 = charset_to_utf8(text, length, NULL, NULL);
    g_string_append(decode->out, utf8);
}

static void quoted_decode(const char *text, gsize length, GString *out)
{
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '_')
            g_string_append_c(out, ' ');
        else if (text[i] == '=' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) &&
                 g_ascii_isxdigit(text[i + 2])) {
            g_string_append_c(
                out, (char)(g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2])));
            i += 2;
        } else
            g_string_append_c(out, text[i]);
    }
}

/* FALSE when the text is not of its encoding: the word then stands as it is. */
static gboolean append_word(Decode *decode, const Word *word)
{
    if (strlen(decode->charset) != word->charset_length ||
        g_ascii_strncasecmp(decode->charset, word->charset, word->charset_length) != 0)
        flush_waiting(decode);
    if (word->encoding == 'Q') {
        base64_word_end(&decode->base64, decode->waiting);
        quoted_decode(word->text, word->text_length, decode->waiting);
    } else if (!base64_word(&decode->base64, word->text, word->text_length, decode->waiting)) {
        return FALSE;
    }
    memcpy(decode->charset, word->charset, word->charset_length);
    decode->charset[word->charset_length] = '\0';
    return TRUE;
}

static void decode_all(Decode *decode, const char *raw)
{
    const char *from = raw, *close = raw, *at = raw;
    while ((at = strstr(at, "=?"))) {
        Word word;
        if (!word_parse(at, &close, &word)) {
            at += 2;
            continue;
        }
        gsize gap = (gsize)(at - from);
        if (!decode->after_word || strspn(from, " \t\r\n") < gap)
            append_plain(decode, from, gap);
        if (append_word(decode, &word)) {
            decode->after_word = TRUE;
        } else {
            append_plain(decode, at, (gsize)(word.end - at));
            decode->after_word = FALSE;
        }
        from = at = word.end;
    }
    if (decode->after_word)
        flush_waiting(decode);
    decode->after_word = FALSE;
    append_plain(decode, from, strlen(from));
}

char *header_decode(const char *raw, gsize limit_bytes)
{
    if (!raw)
        return g_strdup("");
    if (!strstr(raw, "=?")) {
        g_autofree char *plain = charset_to_utf8(raw, strlen(raw), NULL, NULL);
        return clean_line(plain, -1, limit_bytes);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) waiting = g_string_new(NULL);
    g_autofree Decode *decode = g_new(Decode, 1);
    decode->out = out;
    decode->waiting = waiting;
    decode->charset[0] = '\0';
    decode->after_word = FALSE;
    base64_init(&decode->base64);
    decode_all(decode, raw);
    return clean_line(out->str, (gssize)out->len, limit_bytes);
}
