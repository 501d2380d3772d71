/* What kind of mail this is, and whether a machine may answer it (RFC 3834,
 * 3464, 5965, 8098, 2919, 2369). Pure. */
#pragma once

#include <postern/values.h>

/* What is known; every pointer may be NULL except `headers`. Texts are UTF-8. */
typedef struct {
    const Headers *headers;
    const char *type;            /* of the whole mail, lower case "multipart/report" */
    const char *report_type;     /* "delivery-status", "disposition-notification", "feedback-report" */
    const char *delivery_status; /* text of the message/delivery-status part */
    const char *disposition;     /* text of the message/disposition-notification part */
    const char *feedback;        /* text of the message/feedback-report part */
    const char *returned;        /* headers (or all) of the mail that came back */
    const char *text;            /* readable text, for reports in free form */
    const char *subject;         /* decoded */
    const char *from;            /* address, or NULL */
    const char *envelope_from;   /* "" is the null sender; NULL: not known */
    gboolean is_calendar_answer; /* a part answers an invitation (RFC 5546 3.2.3) */
    gboolean text_is_calendar;   /* `text` is made of that part alone: nobody wrote it */
    const char *own_list;        /* address of a list whose own fields say nothing; else NULL */
} KindEvidence;

/* Sets kind, may_answer, kind_reasons and bounce of `reading`, nothing else. */
void kind_judge(const KindEvidence *evidence, Reading *reading);

/* Whether a delivery report speaks of a delay, by its subject (may be NULL) and its words (may be NULL): for
 * reports that name nobody. The server goes on trying, so that is no failure (RFC 3464 2.3.3). */
gboolean kind_report_is_late(const char *subject, const char *text);

/* Why a mail did not arrive: a word of a fixed set for programs (README lists them), and what it means for an
 * agent. Both static. */
typedef struct {
    const char *word, *meaning;
} Cause;
/* By an enhanced status code (RFC 3463, and what its registry added: RFC 5248). Never NULL: "unknown" where the
 * code tells nothing, speaks of success, or is NULL. */
const Cause *kind_cause(const char *status);
/* Of the word that BounceRecipient.cause has; NULL for "unknown" and what is none. Static. */
const char *kind_cause_meaning(const char *word);

/* How long an address that failed with this enhanced status code (RFC 3463; NULL: none was given) gets no
 * automatic mail: long where nobody is there, a day where the mailbox is full or a policy said no; 0 for what
 * is not permanent. */
gint64 kind_block_us(const char *status);
