/* Replies of an SMTP server (RFC 5321 4.2): bytes in, one reply at a time out. Pure. */
#pragma once

#include <glib.h>

#define SMTP_REPLY_LINE_BYTES                                                                                \
    4096u                      /* RFC 5321 4.5.3.1.5 says 512; servers that explain themselves write more */
#define SMTP_REPLY_LINES 200u  /* a reply that never ends is an attack or a loop */
#define SMTP_ANSWER_BYTES 500u /* kept for people: in rows, events and logs */

typedef enum { SMTP_REPLY_MORE, SMTP_REPLY_DONE, SMTP_REPLY_BAD } SmtpReplyState;

typedef struct {
    char line[SMTP_REPLY_LINE_BYTES];
    gsize length;
    guint lines;
    int code;          /* of the reply being read; valid after SMTP_REPLY_DONE */
    char status[12];   /* enhanced status code of the first line (RFC 2034), or "" */
    GString *text;     /* "550 5.1.1 no such user", lines joined by blanks; not cleaned */
    gboolean is_ended; /* the next byte begins a new reply */
    gboolean is_bad;   /* for ever: nobody knows where the next reply would begin */
} SmtpReplyReader;

void smtp_reply_init(SmtpReplyReader *reader);
void smtp_reply_clear(SmtpReplyReader *reader);

/* Takes bytes up to the end of one reply; `out_used` says how many. A line that is too long, that is no
 * reply line, or whose code differs from the line before makes the reader bad. */
SmtpReplyState smtp_reply_feed(SmtpReplyReader *reader, const char *bytes, gsize length, gsize *out_used);

/* The reply as one clean line, at most SMTP_ANSWER_BYTES. The caller frees. */
char *smtp_reply_answer(const SmtpReplyReader *reader);
