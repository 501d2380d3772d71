/* curl's codes as words for a person: what failed and, where it is known, what to mend. */
#pragma once

#include "curl_setup.h"
#include "smtp_greeting.h"

/* What is known of an attempt. `secret` (or NULL) is what was logged in with: a server that repeats it is not
 * quoted. */
typedef struct {
    const ConfigServer *server;
    const SmtpGreeting *greeting;
    const char *trouble; /* CURLOPT_ERRORBUFFER */
    const char *secret;
    gboolean is_token;
    gboolean is_renewed; /* the token is fresh, and not taken either */
    guint timeout_ms;
} SmtpAttempt;

/* The caller frees. */
char *smtp_words(const SmtpAttempt *attempt, CURLcode code);
char *smtp_login_words(const SmtpAttempt *attempt);
