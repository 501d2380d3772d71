/* One IMAP connection, logged in (RFC 3501, 9051): libetpan over our own TLS stream, with a deadline for
 * every command and a cap on every answer, so that no server can hold or fill this process. Belongs to one
 * thread.
 *
 * Errors: ERROR_TEMPORARY the network, a server that is busy or slow, or a stop; ERROR_REFUSED the login or
 * the command was denied; ERROR_CONFIG only an admin can mend it (name, certificate, no way to log in, no
 * such folder); ERROR_LIMIT an answer over its cap; ERROR_MALFORMED no IMAP. The message names the server and
 * says what to do. After any of these but ERROR_REFUSED and ERROR_CONFIG of a single command the session is
 * dead (imap_session_is_dead) and good for nothing but closing. What a server says without being asked is
 * ignored, but for EXISTS and EXPUNGE, which are counted, and ALERT, which is logged. */
#pragma once

#include <postern/sign_in.h>

typedef struct ImapSession ImapSession;

typedef struct {
    gboolean idle;      /* RFC 2177 */
    gboolean move;      /* RFC 6851 */
    gboolean uidplus;   /* RFC 4315 */
    gboolean condstore; /* RFC 7162 */
    gboolean acl;       /* RFC 4314 */
} ImapOffers;

/* Settable so that tests need not wait. */
typedef struct {
    guint connect_ms; /* name, TCP, TLS and greeting */
    guint command_ms; /* one command, answered whole */
    guint stall_ms;   /* a body: without a byte moving */
    guint body_ms;    /* a whole body */
} ImapTimeouts;
extern const ImapTimeouts imap_timeouts;

/* Connects, checks the certificate against CA and name (TLS 1.2 at least), logs in: XOAUTH2, AUTHENTICATE
 * PLAIN or LOGIN. A refused token is fetched anew once. `stop_fd` (or -1): when readable, every wait ends
 * with ERROR_TEMPORARY. Everything is borrowed as long as the session lives. */
ImapSession *imap_session_open(const ConfigServer *server, ServerSecret *secret, const ImapTimeouts *timeouts,
                               int stop_fd, GError **error);
/* Says LOGOUT where that is quick. */
void imap_session_close(ImapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSession, imap_session_close)
gboolean imap_session_is_dead(const ImapSession *session);
const ImapOffers *imap_session_offers(const ImapSession *session);
/* When the server's certificate runs out (Unix time in us; 0: no TLS), and its TLS version as words. */
gint64 imap_session_certificate_end_us(const ImapSession *session);
const char *imap_session_tls_words(const ImapSession *session);

typedef struct {
    guint32 uidvalidity;
    guint32 uidnext; /* 0: not told */
    guint32 exists;
    guint64 highestmodseq; /* 0: not told */
    gboolean is_read_only;
    gboolean may_keep_flags; /* PERMANENTFLAGS has \* */
} ImapFolder;
/* `folder` is UTF-8 with the server's own separator. ERROR_CONFIG when there is none. */
gboolean imap_select(ImapSession *session, const char *folder, ImapFolder *out, GError **error);
/* TRUE when there is such a folder (LIST). For probes. */
gboolean imap_folder_exists(ImapSession *session, const char *folder, gboolean *out_exists, GError **error);
/* Our rights there as letters (MYRIGHTS, RFC 4314), NULL without an error where the server has no ACL. */
char *imap_rights(ImapSession *session, const char *folder, GError **error);

/* The lowest UIDs of the selected folder that are at least `first_uid`, in growing order, without repeats, at
 * most `most`; only those with an INTERNALDATE of the day of `since_us` (UTC; which day a mail is of says the
 * server, by its own zone) or later where that is not 0. Array of guint32. Asks in windows of 5000 mails. */
GArray *imap_search(ImapSession *session, guint32 first_uid, gint64 since_us, guint most, GError **error);

typedef struct {
    guint32 uid;
    guint64 size;                    /* RFC822.SIZE: what the server says */
    gint64 internal_us;              /* INTERNALDATE; 0: not told */
    gboolean is_deleted, is_flagged; /* \Deleted; `flag` of imap_facts is set */
} ImapMail;
/* What the server says of these UIDs; those that are gone are left out, as are answers about others. In
 * growing order. `flag` may be NULL. Array of ImapMail. */
GArray *imap_facts(ImapSession *session, const guint32 *uids, gsize count, const char *flag, GError **error);

/* The bytes of one mail, in pieces, as they come (BODY.PEEK[]): memory does not grow with the mail. `sink`
 * returns FALSE to stop: the session is dead then and the error is `*error` as the sink set it. `out_found`
 * FALSE: the mail is gone. `most`: ERROR_LIMIT when it is longer, and the session is dead. ERROR_REFUSED: the
 * server does not give the text of this mail; the session lives. What the sink got counts only after TRUE: a
 * mail can break off, or turn out to be another one. */
typedef gboolean (*ImapSink)(gpointer user, const char *bytes, gsize length, GError **error);
gboolean imap_fetch(ImapSession *session, guint32 uid, guint64 most, ImapSink sink, gpointer user,
                    gboolean *out_found, GError **error);

/* Asks for these mails now, before the answers to what was asked before are read (RFC 3501 5.5: commands that
 * fetch different mails are not ambiguous); imap_fetch of each, in this order, then only reads. What is left
 * out by it, or by any other command, is read and thrown away: so a mail of more than IMAP_SPARED_BYTES
 * should not be asked for ahead. At most IMAP_AHEAD_MOST at a time. A server that mixes the answers up is met
 * with the same errors as any that misbehaves: ask it for one mail at a time, then. */
#define IMAP_AHEAD_MOST 16u
#define IMAP_SPARED_BYTES (1024u * 1024)
gboolean imap_fetch_ahead(ImapSession *session, const guint32 *uids, gsize count, GError **error);
/* How many were asked for and not fetched yet; also of a session that is dead. */
guint imap_ahead(const ImapSession *session);

gboolean imap_add_flag(ImapSession *session, guint32 uid, const char *flag, GError **error);
/* UID MOVE, or COPY, \Deleted and UID EXPUNGE. `out_moved` only when the server proved it (COPYUID names the
 * UID); a mail that is gone is not moved and no error. Without MOVE and UIDPLUS: ERROR_CONFIG, as EXPUNGE
 * alone would remove other people's mail. */
gboolean imap_move(ImapSession *session, guint32 uid, const char *folder, gboolean *out_moved,
                   GError **error);
/* \Deleted and UID EXPUNGE of this mail alone; without UIDPLUS only \Deleted. */
gboolean imap_delete(ImapSession *session, guint32 uid, GError **error);
gboolean imap_noop(ImapSession *session, GError **error);

typedef enum { IMAP_NEWS, IMAP_QUIET, IMAP_STOPPED, IMAP_IDLE_FAILS } ImapWait;
/* IDLE until there is new mail in the folder, `timeout_us` is over (renew before 29 minutes), or `stop_fd` is
 * readable (then the session is dead). IMAP_NEWS at once for mail that came with the answer to another
 * command after imap_search began. IMAP_IDLE_FAILS: the server refuses to IDLE; the session lives. FALSE with
 * an error when the connection is lost, or the server answers in a way that cannot be used. */
gboolean imap_idle(ImapSession *session, gint64 timeout_us, ImapWait *out, GError **error);
