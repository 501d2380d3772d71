/* One attempt to get a connection to the outgoing server, with what it showed on the way. */
#pragma once

#include <postern/smtp_link.h>

typedef enum { SMTP_STEP_CONNECT, SMTP_STEP_TLS, SMTP_STEP_LOGIN, SMTP_STEP_DONE } SmtpStep;

typedef struct {
    SmtpStep failed_at;        /* SMTP_STEP_DONE: nothing failed */
    char *words;               /* owned; without host and port */
    gint64 certificate_end_us; /* of the server's certificate; 0: not known */
} SmtpTrial;

/* As smtp_link_open. Gets the end of the certificate only with `with_certificate`. The caller frees the
 * words. */
SmtpLink *smtp_try(const ConfigServer *server, const char *hello, ServerSecret *secret, guint timeout_ms,
                   int stop_fd, gboolean with_certificate, SmtpTrial *out_trial);
