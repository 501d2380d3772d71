/* Final bytes of what we send (RFC 5322, 2045, 3834): one recipient, CR LF,
 * lines of at most 998 octets, every header value cleaned. Pure. */
#pragma once

#include <postern/content.h>
#include <postern/values.h>

typedef struct {
    const char *from_name, *from_address;
    const char *to_name, *to_address; /* name may be NULL or "" */
    const GPtrArray *cc;              /* Mailbox, or NULL: who else gets it */
    GPtrArray *reply_to;              /* Mailbox, or NULL */
    const char *subject;              /* UTF-8, one line */
    gint64 date_us;
    const char *message_id;      /* without angle brackets */
    const char *in_reply_to;     /* without, or NULL */
    const GPtrArray *references; /* char * without, or NULL */
    const char *text;            /* UTF-8 */
    const char *html;            /* UTF-8 or NULL */
    const GPtrArray *parts;      /* ContentPart, or NULL: inline ones that the HTML names by cid: beside it
                                    (RFC 2387), the others as attachments */
    gboolean is_automatic;       /* Auto-Submitted: auto-replied (or -generated, see next) and
                                    X-Auto-Response-Suppress: All */
    gboolean is_generated;       /* nobody's mail is being answered: auto-generated */
    const char *ticket_ref;      /* X-Postern-Ticket, or NULL */
} ComposeMail;

/* Never fails: bad input is cleaned. What is no addr-spec becomes nobody@invalid in From and To and is left
 * out of Reply-To; ids that cannot be written as they are, are left out. A local part beyond ASCII stays as
 * it is (RFC 6532): such a mail needs SMTPUTF8. */
GBytes *compose_mail(const ComposeMail *mail);

/* The text of a mail that compose_mail wrote, as it was given and cleaned, or NULL when these are no such
 * bytes. Of nothing else: it reads no more of MIME than what is written here. The caller frees. */
char *compose_text_of(const char *bytes, gsize length);
