/* Delivery reports: the fields of RFC 3464, and the prose of mail systems that send none. */
#pragma once

#include <postern/values.h>

/* What a report says of itself, in words: the mail is given up, only late, or has arrived. */
typedef enum {
    OUTCOME_UNKNOWN,
    OUTCOME_FAILED,
    OUTCOME_DELAYED,
    OUTCOME_DELIVERED,
    OUTCOME_RELAYED
} ReportOutcome;

/* Text of a message/delivery-status part: adds the recipients it names. `returned` (may be NULL): header of
 * the mail that came back, which tells whom it was written to. */
void report_read_fields(Bounce *bounce, const char *delivery_status, const char *returned);

/* A notification as JSON within the text: adds recipients and the Message-ID; nothing when there is none. */
void report_read_json(Bounce *bounce, const char *text);

/* RFC 3464 2.3.3 and other forms of the same words; NULL: none of them, and the status must tell. The caller
 * frees. */
char *report_action(const char *value);
/* "smtp; 550 5.1.1 no such user" without its type. Borrowed. */
const char *report_without_type(const char *value);

/* The readable text of a report. `own_address` (may be NULL) wrote the mail that came back and is no
 * recipient; `failed` (X-Failed-Recipients, may be NULL) names recipients for certain. */
void report_read_text(Bounce *bounce, const char *text, const char *failed, const char *own_address);

/* Whether the mail that came back begins with this line (lower case, no blanks around it). */
gboolean report_begins_copy(const char *folded, gboolean has_recipient);

/* Where in the text the mail that came back begins; NULL: nowhere. Borrowed. */
const char *report_copy(const char *text);

/* The report's own words: up to the mail that came back, and without its fields such as the subject, which
 * somebody else wrote. The caller frees. */
char *report_own_words(const char *text);

/* TRUE for "550 5.1.1 no such user", "host x said: 550 …": the words of the other server. */
gboolean report_is_answer(const char *line);

/* TRUE when both are answers with one code, and `than` has few words beside it. */
gboolean report_tells_more(const char *answer, const char *than);

/* The other server's answer that `text` holds somewhere, or words that tell a cause, on one line. NULL: none.
 * The caller frees. */
char *report_answer(const char *text);

/* `reason` without what the system that reports wrote around the other server's words; `code` (may be NULL)
 * is where they begin. The caller frees. */
char *report_words_alone(const char *reason, const char *code);

/* By the subject (may be NULL), which may hold that of the returned mail, and by the report's own words. */
ReportOutcome report_outcome(const char *subject, const char *text);

/* To recipients known by fields that give no reply code: the words that `prose` has for the same address, or
 * `answer` (may be NULL) when there is only one recipient. */
void report_add_words(Bounce *bounce, const Bounce *prose, const char *answer);

/* Status, code and action of every recipient from each other where they are missing. A status that the report
 * or the other server names stays as it is named, unless it is vague ("5.0.0") and the other one is not, or
 * its class contradicts the server's reply. Where there is none, it is derived from the words (RFC 3463). */
void report_complete(Bounce *bounce, ReportOutcome outcome);

/* More recipients than this in one report are not kept. */
#define REPORT_RECIPIENTS 100u
#define REPORT_REASON_BYTES 500u /* of the words of a server, as a person reads them */
