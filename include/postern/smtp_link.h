/* One connection to the outgoing server: name, TCP, TLS, EHLO and login by libcurl, which lives only in
 * smtp_link.c; then plain bytes both ways. Never blocks but in smtp_link_open. */
#pragma once

#include <postern/sign_in.h>
#include <postern/values.h>

/* What the server offers in its last EHLO answer. */
typedef struct {
    gboolean pipelining; /* RFC 2920 */
    gboolean eight_bit;  /* RFC 6152 */
    gboolean utf8;       /* RFC 6531 */
    gboolean dsn;        /* RFC 3461 */
    gboolean auth;       /* RFC 4954 */
    gboolean size;       /* RFC 1870 */
    guint64 size_limit;  /* 0: none told */
} SmtpOffers;

typedef struct SmtpLink SmtpLink;

/* Returns when mail may flow: with a login configured only after the server has accepted it, with security
 * only over verified TLS 1.2 or later. `secret` may be NULL where the server has no user; a token that is
 * refused is renewed once. NULL after `timeout_ms`, when `stop_fd` (or -1) became readable, or when anything
 * failed; `out_words` (owned) then tell a person what, at which host and port. */
SmtpLink *smtp_link_open(const ConfigServer *server, const char *hello, ServerSecret *secret,
                         guint timeout_ms, int stop_fd, char **out_words);
/* For `postern doctor`: connects, logs in, looks at certificate and offers, and sends nothing. Array of
 * ProbeStep
 * ("connection", "TLS", "login", "PIPELINING" …) that ends with the step that failed. Arguments as above. */
GPtrArray *smtp_link_probe(const ConfigServer *server, const char *hello, ServerSecret *secret,
                           guint timeout_ms, int stop_fd);
void smtp_link_close(SmtpLink *link);
const SmtpOffers *smtp_link_offers(const SmtpLink *link);
/* For poll. */
int smtp_link_fd(const SmtpLink *link);

typedef enum { SMTP_MOVE_SOME, SMTP_MOVE_BLOCKED, SMTP_MOVE_LOST } SmtpMove;
/* At most 16 KiB a call: one TLS record, so that what was counted as sent is exactly what was. */
SmtpMove smtp_link_send(SmtpLink *link, const char *bytes, gsize length, gsize *out_sent);
SmtpMove smtp_link_receive(SmtpLink *link, char *buffer, gsize size, gsize *out_length);
