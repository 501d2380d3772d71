/* SHA-256, HMAC, random bytes and constant-time comparison (GnuTLS lives only
 * behind this header). */
#pragma once

#include <glib.h>

#define DIGEST_BYTES 32

/* SHA-256 of a stream: new, any number of updates, then one end, which frees. */
typedef struct Digest Digest;
Digest *digest_new(void);
void digest_update(Digest *digest, gconstpointer bytes, gsize length);
void digest_end(Digest *digest, guint8 out_sum[DIGEST_BYTES]);
void digest_free(Digest *digest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Digest, digest_free)

void digest_of(gconstpointer bytes, gsize length, guint8 out_sum[DIGEST_BYTES]);
void digest_hmac(gconstpointer key, gsize key_length, gconstpointer bytes, gsize length,
                 guint8 out_sum[DIGEST_BYTES]);
/* Lower-case hex, `2 * length` characters; the caller frees. */
char *digest_hex(gconstpointer bytes, gsize length);
gboolean digest_equal(gconstpointer a, gconstpointer b, gsize length);

/* From the system's random source; ends the program when there is none. */
void random_bytes(gpointer out, gsize length);

/* RFC 4648 base32, lower case, no padding: survives mail systems that change
 * the case of a local part. Decoding takes both cases; NULL when a character
 * does not belong. The caller frees. */
char *base32_encode(gconstpointer bytes, gsize length);
guint8 *base32_decode(const char *text, gsize length, gsize *out_length);
