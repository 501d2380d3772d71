/* Parts of the TLS client: how a name becomes a socket, and how a refused certificate becomes words. */
#pragma once

#include <gnutls/gnutls.h>
#include <postern/base/tls.h>

/* A connected, non-blocking socket, or -1. `place` begins the message. */
int tcp_connect(const char *place, const char *host, guint16 port, int stop_fd, gint64 deadline_us,
                GError **error);
/* poll(2) on `fd` and `stop_fd` up to the deadline. */
TlsWait tcp_wait(int fd, short events, int stop_fd, gint64 deadline_us);

/* What is wrong with the certificate of a refused handshake, and what to mend. The caller frees. */
char *tls_certificate_words(gnutls_session_t session, const char *host);
/* Unix time in us of the first certificate of the chain that runs out; 0: there is none. */
gint64 tls_chain_end_us(gnutls_session_t session);
