/* What a server says until mail may flow: greeting, EHLO answer, STARTTLS, login (RFC 5321 4.1.1.1,
 * RFC 3207, RFC 4954). Line by line, as curl hands them on. Pure. */
#pragma once

#include <glib.h>

#define SMTP_GREETING_LINES 500u /* all lines together, from the first greeting to the end of the login */

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
