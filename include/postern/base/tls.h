/* A client's end of a TCP connection, in the clear or under TLS 1.2 or later (RFC 8446; GnuTLS lives only in
 * gateway/base). The certificate is always checked, against CA and host name. Nothing here waits longer than
 * the caller's deadline, or after the stop descriptor has become readable. Belongs to one thread.
 *
 * Deadlines are absolute, of clock_monotonic_us(). Errors name the server ("imap.example.org port 993: …")
 * and say what to mend: ERROR_TEMPORARY the network, time, or a stop; ERROR_CONFIG only an admin can mend it
 * (no such host, the certificate, a CA file, no TLS there). After an error there is nothing left but
 * tls_close. */
#pragma once

#include <glib.h>

typedef struct TlsClient TlsClient;

/* Resolves `host` (a name or a numeric address) and tries its addresses in turn. The connection is in the
 * clear. `stop_fd` (or -1) is borrowed: when readable, every wait ends. */
TlsClient *tls_connect(const char *host, guint16 port, int stop_fd, gint64 deadline_us, GError **error);
/* Around a connected socket, which it takes over: tests. `host` is the name a certificate must have. */
TlsClient *tls_adopt(int fd, const char *host, guint16 port, int stop_fd);
void tls_close(TlsClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsClient, tls_close)

/* Turns the clear connection into TLS. `ca_file`: PEM, in place of the system's authorities; or NULL. */
gboolean tls_handshake(TlsClient *client, const char *ca_file, gint64 deadline_us, GError **error);
gboolean tls_is_on(const TlsClient *client);

/* At least one byte, at most `size`; -1 with an error. The end of the connection is an error. */
gssize tls_read(TlsClient *client, void *buffer, gsize size, gint64 deadline_us, GError **error);
/* All of it. */
gboolean tls_write(TlsClient *client, const void *bytes, gsize length, gint64 deadline_us, GError **error);

typedef enum { TLS_READY, TLS_QUIET, TLS_STOPPED } TlsWait;
/* Until there is something to read (an end counts), the deadline is over, or the stop descriptor is readable.
 * What is already decrypted counts first. */
TlsWait tls_wait(TlsClient *client, gint64 deadline_us);
gboolean tls_is_stopped(const TlsClient *client);

/* "imap.example.org port 993". */
const char *tls_place(const TlsClient *client);
/* When the first certificate of the server's chain runs out (Unix time in us); 0 without TLS. */
gint64 tls_certificate_end_us(const TlsClient *client);
/* "TLS 1.3", or "no TLS". */
const char *tls_words(const TlsClient *client);
