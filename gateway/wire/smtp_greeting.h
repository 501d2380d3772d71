/* What a server says until mail may flow: greeting, EHLO answer, STARTTLS, login (RFC 5321 4.1.1.1,
 * RFC 3207, RFC 4954). Line by line, as curl hands them on. Pure. */
#pragma once

#include <postern/smtp_link.h>

#define SMTP_GREETING_LINES 500u /* all lines together, from the first greeting to the end of the login */

typedef struct {
    SmtpOffers offers;
    gboolean is_logged_in; /* a 235 came */
    guint lines;
    guint hello_lines; /* of the present EHLO answer */
    int code;          /* of the last line, or 0 */
    char last[512];    /* the last line, cut, not cleaned */
} SmtpGreeting;

/* FALSE when there were too many lines. */
gboolean smtp_greeting_line(SmtpGreeting *greeting, const char *line, gsize length);
