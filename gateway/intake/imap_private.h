/* What the files of the IMAP session share. libetpan only parses: the commands are our own text. */
#pragma once

#include "imap_name.h"
#include "imap_session.h"
#include "imap_stream.h"

#include <libetpan/mailimap.h>

/* A mail that was asked for ahead, until the tagged answer to that is read. */
typedef struct {
    guint32 uid; /* 0: it came, or nobody wants to know any more */
    int tag;
    gboolean is_answered; /* tagged: it is gone, or, with these words, refused */
    char *refusal;
} ImapAhead;

struct ImapSession {
    const ConfigServer *server;
    ServerSecret *secret;
    const ImapTimeouts *timeouts;
    int stop_fd;
    mailimap *imap;
    ImapStream *stream; /* freed with imap->imap_stream */
    ImapOffers offers;
    ImapAhead ahead[IMAP_AHEAD_MOST]; /* in the order they were asked for */
    guint ahead_count;
    gboolean is_dead;
    guint alerts;
};

/* Over a connection that stands already: greeting and all. Takes `client`. For imap_session_open and tests.
 */
ImapSession *imap_session_over(TlsClient *client, const ConfigServer *server, ServerSecret *secret,
                               const ImapTimeouts *timeouts, int stop_fd, GError **error);
gboolean imap_log_in(ImapSession *session, GError **error);

/* Whether the last CAPABILITY answer has it; `word` in any case: "IDLE", "AUTH=PLAIN". */
gboolean imap_has(const ImapSession *session, const char *word);
gboolean imap_ask_capability(ImapSession *session, GError **error);
/* What the last CAPABILITY answer said counts no more. */
void imap_forget_capability(ImapSession *session);

/* --- imap_ahead.c --- */

/* Whether the text of this mail, or why there is none, is still to be read. */
gboolean imap_was_asked(const ImapSession *session, guint32 uid);
/* As imap_fetch, of a mail that was asked for ahead. */
gboolean imap_read_ahead(ImapSession *session, guint32 uid, guint64 most, ImapSink sink, gpointer user,
                         gboolean *out_found, GError **error);
/* Reads and throws away what was asked for ahead and never fetched. */
gboolean imap_settle_ahead(ImapSession *session, GError **error);
void imap_forget_ahead(ImapSession *session);

/* Sends a command and reads its whole answer; the untagged responses `wanted` ("FETCH"; or NULL) are then in
 * session->imap, response codes in the ImapScan. `what` names it in messages: "to open the folder \"INBOX\"".
 * NO and BAD are ERROR_REFUSED, or ERROR_TEMPORARY where the server says that it is only busy (RFC 5530). */
gboolean imap_run(ImapSession *session, const char *what, const char *wanted, const char *command,
                  GError **error);
/* Its parts: send; then the answer, whose first line may have been read with imap_next_line. */
gboolean imap_send(ImapSession *session, const char *command, GError **error);
gboolean imap_send_raw(ImapSession *session, const char *line, GError **error);
const char *imap_next_line(ImapSession *session, GError **error);
gboolean imap_answer(ImapSession *session, const char *what, GError **error);
/* Sets the time for the next command, and what of its answer is wanted. */
void imap_begin(ImapSession *session, const char *wanted);
void imap_begin_body(ImapSession *session, guint64 most);
/* If the last lines had an ALERT. */
void imap_log_alert(ImapSession *session);
/* The server said NO or BAD. Returns FALSE. */
gboolean imap_refused(ImapSession *session, const char *what, GError **error);

/* Kills the session; the error is why the stream broke, else MALFORMED with `words`. Returns FALSE. */
gboolean imap_fail(ImapSession *session, const char *words, GError **error);
/* What the server said last, cleaned, in quotes. The caller frees. */
char *imap_said(const ImapSession *session);
const char *imap_place(const ImapSession *session);
/* Of two guint32, for qsort and bsearch. */
int imap_compare_uids(gconstpointer a, gconstpointer b);
/* libetpan could not read the answer to `what`, or the stream broke. Returns FALSE. */
gboolean imap_unreadable(ImapSession *session, const char *what, GError **error);
