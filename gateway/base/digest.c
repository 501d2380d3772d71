#include <postern/base/digest.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

struct Digest {
    gnutls_hash_hd_t hash;
};

Digest *digest_new(void)
{
    Digest *digest = g_new0(Digest, 1);
    if (gnutls_hash_init(&digest->hash, GNUTLS_DIG_SHA256) != 0)
        g_error("GnuTLS offers no SHA-256");
    return digest;
}

void digest_update(Digest *digest, gconstpointer bytes, gsize length)
{
    if (length > 0)
        gnutls_hash(digest->hash, bytes, length);
}

void digest_end(Digest *digest, guint8 out_sum[DIGEST_BYTES])
{
    gnutls_hash_deinit(digest->hash, out_sum);
    g_free(digest);
}

void digest_free(Digest *digest)
{
    guint8 ignored[DIGEST_BYTES];
    if (digest)
        digest_end(digest, ignored);
}

void digest_of(gconstpointer bytes, gsize length, guint8 out_sum[DIGEST_BYTES])
{
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, length ? bytes : "", length, out_sum) != 0)
        g_error("GnuTLS offers no SHA-256");
}

void digest_hmac(gconstpointer key, gsize key_length, gconstpointer bytes, gsize length,
                 guint8 out_sum[DIGEST_BYTES])
{
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_length, bytes, length, out_sum) != 0)
        g_error("GnuTLS offers no HMAC-SHA-256");
}

char *digest_hex(gconstpointer bytes, gsize length)
{
    static const char digits[] = "0123456789abcdef";
    const guint8 *in = bytes;
    char *out = g_malloc(2 * length + 1);
    for (gsize i = 0; i < length; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * length] = '\0';
    return out;
}

gboolean digest_equal(gconstpointer a, gconstpointer b, gsize length)
{
    return gnutls_memcmp(a, b, length) == 0;
}

void random_bytes(gpointer out, gsize length)
{
    if (gnutls_rnd(GNUTLS_RND_KEY, out, length) != 0)
        g_error("the system gives no random bytes");
}

char *base32_encode(gconstpointer bytes, gsize length)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    const guint8 *in = bytes;
    GString *out = g_string_sized_new(length * 8 / 5 + 2);
    guint32 buffer = 0;
    guint bits = 0;
    for (gsize i = 0; i < length; i++) {
        buffer = (buffer << 8) | in[i];
        for (bits += 8; bits >= 5; bits -= 5)
            g_string_append_c(out, alphabet[(buffer >> (bits - 5)) & 31]);
    }
    if (bits > 0)
        g_string_append_c(out, alphabet[(buffer << (5 - bits)) & 31]);
    return g_string_free(out, FALSE);
}

static int base32_value(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

guint8 *base32_decode(const char *text, gsize length, gsize *out_length)
{
    g_autofree guint8 *out = g_malloc(length * 5 / 8 + 1);
    guint32 buffer = 0;
    guint bits = 0;
    gsize written = 0;
    for (gsize i = 0; i < length; i++) {
        int value = base32_value(text[i]);
        if (value < 0)
            return NULL;
        buffer = (buffer << 5) | (guint32)value;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out[written++] = (guint8)(buffer >> bits);
        }
    }
    *out_length = written;
    return g_steal_pointer(&out);
}
