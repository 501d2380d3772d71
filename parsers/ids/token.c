#include <postern/address.h>
#include <postern/base/digest.h>
#include <postern/ids.h>

#include <string.h>

/* Layout, big endian: version and role (a nibble each), key, day, person, ticket, MAC.
 * 26 octets are 42 characters, so that "support+TOKEN" stays within the 64 of a local part. */
#define VERSION 1u
#define PAYLOAD_BYTES 16u
#define MAC_BYTES 10u
#define TOKEN_BYTES (PAYLOAD_BYTES + MAC_BYTES)
#define TOKEN_CHARACTERS ((TOKEN_BYTES * 8 + 4) / 5)

static void put(guint8 *out, guint64 value, guint bytes)
{
    for (guint i = bytes; i-- > 0; value >>= 8)
        out[i] = (guint8)value;
}

static guint64 get(const guint8 *in, guint bytes)
{
    guint64 value = 0;
    for (guint i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

static void payload_write(const Token *token, guint8 key, guint8 out[PAYLOAD_BYTES])
{
    out[0] = (guint8)(VERSION << 4 | ((guint)token->role & 15u));
    out[1] = key;
    put(out + 2, token->day, 2);
    put(out + 4, token->person, 4);
    put(out + 8, (guint64)token->ticket_id, 8);
}

static void payload_read(const guint8 in[PAYLOAD_BYTES], Token *out)
{
    out->role = (TokenRole)(in[0] & 15);
    out->key = in[1];
    out->day = (guint16)get(in + 2, 2);
    out->person = (guint32)get(in + 4, 4);
    out->ticket_id = (gint64)get(in + 8, 8);
}

guint32 token_person(const char *address)
{
    g_autofree char *folded = address_fold(address);
    const char *text = folded ? folded : address;
    guint8 sum[DIGEST_BYTES];
    digest_of(text, strlen(text), sum);
    return (guint32)get(sum, 4);
}

char *token_make(const Token *token, const TokenKey *key)
{
    guint8 bytes[TOKEN_BYTES], sum[DIGEST_BYTES];
    payload_write(token, key->id, bytes);
    digest_hmac(key->secret, sizeof key->secret, bytes, PAYLOAD_BYTES, sum);
    memcpy(bytes + PAYLOAD_BYTES, sum, MAC_BYTES);
    return base32_encode(bytes, TOKEN_BYTES);
}

/* NULL unless `text` is the one spelling of some token: the last character has two bits that
 * decoding does not see, and a changed token must not pass by them. */
static guint8 *decode(const char *text)
{
    gsize length = 0;
    if (!text || strlen(text) != TOKEN_CHARACTERS)
        return NULL;
    g_autofree guint8 *bytes = base32_decode(text, TOKEN_CHARACTERS, &length);
    if (!bytes || length != TOKEN_BYTES)
        return NULL;
    g_autofree char *again = base32_encode(bytes, length);
    return g_ascii_strcasecmp(again, text) == 0 ? g_steal_pointer(&bytes) : NULL;
}

gboolean token_check(const char *text, const TokenKey *keys, gsize key_count, Token *out)
{
    g_autofree guint8 *bytes = decode(text);
    if (!bytes || bytes[0] >> 4 != VERSION)
        return FALSE;
    gboolean signed_by_us = FALSE;
    for (gsize i = 0; i < key_count; i++) {
        guint8 sum[DIGEST_BYTES];
        if (keys[i].id != bytes[1])
            continue;
        digest_hmac(keys[i].secret, sizeof keys[i].secret, bytes, PAYLOAD_BYTES, sum);
        signed_by_us |= digest_equal(sum, bytes + PAYLOAD_BYTES, MAC_BYTES);
    }
    Token token;
    payload_read(bytes, &token);
    if (!signed_by_us || token.role < ROLE_CUSTOMER || token.role > ROLE_ADMIN)
        return FALSE;
    *out = token;
    return TRUE;
}

/* How long it is, or 0. */
static gsize token_length(const char *text)
{
    gsize length = 0;
    while (length <= TOKEN_CHARACTERS && g_ascii_isalnum(text[length]))
        length++;
    return length == TOKEN_CHARACTERS && text[length] == '@' ? length : 0;
}

char *token_hide(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at; at++) {
        g_string_append_c(out, *at);
        gsize length = *at == '+' || *at == '.' ? token_length(at + 1) : 0;
        if (length > 0)
            g_string_append(out, "…");
        at += length;
    }
    return g_string_free(out, FALSE);
}
