/* The IMAP session against a scripted server on loopback that misbehaves: the conversation is data, one
 * connection, in a thread of the test. Nothing it does may crash us, fill the memory, or keep us waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/intake/imap_session.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20 /* of the scripted server: only a broken test waits so long */

/* A script line is one of
 *   "> text"  send text and CR LF            "+ text"  send text as it is
 *   "< text"  read a line that must be this  "flood text"  send text until the client closes
 *   "drip text"  a byte now and then, until the client closes
 *   "many N text"  send text N times         "stop"  make the client's stop descriptor readable
 *   "hang"  read until the client closes     "close"  close */
typedef struct {
    const char *const *script;
    int listener;
    int stop_fd;
    int client;
    GString *input;
    char *fault; /* where script and client parted */
} Server;

static gboolean fill(Server *server)
{
    char buffer[65536];
    ssize_t got = recv(server->client, buffer, sizeof buffer, 0);
    if (got > 0)
        g_string_append_len(server->input, buffer, got);
    return got > 0;
}

static gboolean deliver(Server *server, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t sent = send(server->client, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return FALSE;
        bytes += sent;
        length -= (gsize)sent;
    }
    return TRUE;
}

static void expect(Server *server, const char *text)
{
    const char *end;
    while (!(end = strstr(server->input->str, "\r\n")) && fill(server))
        ;
    g_autofree char *line = end ? g_strndup(server->input->str, (gsize)(end - server->input->str)) : NULL;
    if (end)
        g_string_erase(server->input, 0, (gssize)strlen(line) + 2);
    if (g_strcmp0(line, text) != 0 && !server->fault)
        server->fault = g_strdup_printf("expected \"%s\", got \"%s\"", text, line ? line : "the end");
}

/* Until the client has had enough. The pause makes it a trickle; nothing waits for it. */
static void drip(Server *server, const char *text)
{
    for (const char *at = text;; at = *at ? at + 1 : text) {
        if (*at && !deliver(server, at, 1))
            return;
        g_usleep(2000);
    }
}

static void repeat(Server *server, const char *line)
{
    char *text = NULL;
    guint64 count = g_ascii_strtoull(line, &text, 10);
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint64 done = 0; done < count; done++)
        g_string_append(all, text + 1);
    deliver(server, all->str, all->len);
}

static void say(Server *server, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s\r\n", text);
    deliver(server, line, strlen(line));
}

static void act(Server *server, const char *line)
{
    if (g_str_has_prefix(line, "> "))
        say(server, line + 2);
    else if (g_str_has_prefix(line, "+ "))
        deliver(server, line + 2, strlen(line + 2));
    else if (g_str_has_prefix(line, "< "))
        expect(server, line + 2);
    else if (g_str_has_prefix(line, "flood "))
        while (deliver(server, line + 6, strlen(line + 6)))
            ;
    else if (g_str_has_prefix(line, "drip "))
        drip(server, line + 5);
    else if (g_str_has_prefix(line, "many "))
        repeat(server, line + 5);
    else if (strcmp(line, "stop") == 0)
        eventfd_write(server->stop_fd, 1);
    else if (strcmp(line, "hang") == 0)
        while (fill(server))
            ;
}

static gpointer serve(gpointer data)
{
    Server *server = data;
    struct pollfd wait = {.fd = server->listener, .events = POLLIN};
    if (poll(&wait, 1, PATIENCE_SECONDS * 1000) <= 0)
        return NULL;
    server->client = accept(server->listener, NULL, NULL);
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    setsockopt(server->client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(server->client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int yes = 1;
    setsockopt(server->client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (const char *const *line = server->script; *line && strcmp(*line, "close") != 0; line++)
        if (!server->fault)
            act(server, *line);
    close(server->client);
    close(server->listener);
    return NULL;
}

static guint16 listen_somewhere(Server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 4), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    return ntohs(address.sin_port);
}

static const ImapTimeouts patient = {20000, 20000, 20000, 20000};
static const ImapTimeouts hasty = {400, 400, 400, 20000};          /* nothing moves: given up */
static const ImapTimeouts hasty_body = {20000, 20000, 20000, 600}; /* it moves, too slowly */

/* What the client does once it is logged in; it writes what it saw into `out`. */
typedef gboolean (*Act)(ImapSession *session, GString *out, GError **error);

static gboolean act_select(ImapSession *session, GString *out, GError **error)
{
    ImapFolder folder;
    if (!imap_select(session, "INBOX", &folder, error))
        return FALSE;
    g_string_append_printf(out, "validity %u next %u exists %u modseq %" G_GUINT64_FORMAT "%s%s",
                           folder.uidvalidity, folder.uidnext, folder.exists, folder.highestmodseq,
                           folder.is_read_only ? " read-only" : "", folder.may_keep_flags ? " flags" : "");
    return TRUE;
}

static gboolean act_search_from(ImapSession *session, guint32 first, GString *out, GError **error)
{
    g_autoptr(GArray) uids = imap_search(session, first, 0, 4, error);
    for (guint index = 0; uids && index < uids->len; index++)
        g_string_append_printf(out, "%u ", g_array_index(uids, guint32, index));
    return uids != NULL;
}

static gboolean act_search(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    return act_select(session, unused, error) && act_search_from(session, 7, out, error);
}

static gboolean act_search_twice(ImapSession *session, GString *out, GError **error)
{
    return act_search(session, out, error) && act_search_from(session, 7, out, error);
}

static gboolean act_search_far(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    return act_select(session, unused, error) && act_search_from(session, 990000, out, error);
}

static gboolean act_search_since(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    if (!act_select(session, unused, error))
        return FALSE;
    g_autoptr(GArray) uids = imap_search(session, 1, 1770000000 * G_GINT64_CONSTANT(1000000), 4, error);
    g_string_append_printf(out, "%u", uids ? uids->len : 0);
    return uids != NULL;
}

static gboolean act_facts(ImapSession *session, GString *out, GError **error)
{
    guint32 uids[] = {9, 3, 4, 5};
    g_autoptr(GArray) mails = imap_facts(session, uids, 4, "$Done", error);
    for (guint index = 0; mails && index < mails->len; index++) {
        ImapMail mail = g_array_index(mails, ImapMail, index);
        g_autofree char *date = clock_rfc3339(mail.internal_us);
        g_string_append_printf(out, "%u:%" G_GUINT64_FORMAT "@%s%s%s ", mail.uid, mail.size,
                               mail.internal_us ? date : "-", mail.is_deleted ? " deleted" : "",
                               mail.is_flagged ? " flagged" : "");
    }
    return mails != NULL;
}

static gboolean sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)error;
    g_string_append_len(user, bytes, (gssize)length);
    return TRUE;
}

static gboolean act_fetch(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    gboolean ok = imap_fetch(session, 7, 1000, sink, out, &found, error);
    g_string_append(out, found ? "|found" : "|gone");
    return ok;
}

/* After a mail that the server would not give, the next one comes. */
static gboolean act_fetch_twice(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GError) first = NULL;
    gboolean found = FALSE;
    assert_false(imap_fetch(session, 6, 1000, sink, out, &found, &first));
    g_string_append_printf(out, "%s, then ", error_code_name((ErrorCode)first->code));
    return act_fetch(session, out, error);
}

/* What becomes of each of these mails, until the session ends. */
static gboolean fetch_asked(ImapSession *session, const guint32 *uids, gsize count, GString *out,
                            GError **error)
{
    for (gsize index = 0; index < count; index++) {
        gboolean found = FALSE;
        g_autoptr(GError) inner = NULL;
        g_string_append_printf(out, "%u:", uids[index]);
        if (imap_fetch(session, uids[index], 1000, sink, out, &found, &inner))
            g_string_append(out, found ? "|found " : "|gone ");
        else
            g_string_append_printf(out, "|%s ", error_code_name((ErrorCode)inner->code));
        if (imap_session_is_dead(session)) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean act_ahead(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids, 3, out, error) &&
           imap_noop(session, error);
}

static gboolean act_ahead_last(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids + 2, 1, out, error) &&
           imap_noop(session, error);
}

static gboolean act_ahead_other(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9, 11};
    return imap_fetch_ahead(session, uids, 3, error) && fetch_asked(session, uids + 3, 1, out, error);
}

static gboolean act_ahead_none(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    (void)out;
    return imap_fetch_ahead(session, uids, 3, error) && imap_noop(session, error);
}

/* More than may be on the wire: the rest is asked for when its turn comes. */
static gboolean act_ahead_many(ImapSession *session, GString *out, GError **error)
{
    guint32 uids[IMAP_AHEAD_MOST + 1];
    for (guint32 index = 0; index <= IMAP_AHEAD_MOST; index++)
        uids[index] = index + 1;
    if (!imap_fetch_ahead(session, uids, IMAP_AHEAD_MOST + 1, error))
        return FALSE;
    assert_int_equal(imap_ahead(session), IMAP_AHEAD_MOST);
    return fetch_asked(session, uids + IMAP_AHEAD_MOST, 1, out, error);
}

static gboolean full(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)user, (void)bytes, (void)length;
    g_set_error_literal(error, POSTERN_ERROR, ERROR_CONFLICT, "no room");
    return FALSE;
}

static gboolean act_fetch_full(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    (void)out;
    return imap_fetch(session, 7, 1000, full, NULL, &found, error);
}

static gboolean act_ahead_full(ImapSession *session, GString *out, GError **error)
{
    static const guint32 uids[] = {7, 8, 9};
    return imap_fetch_ahead(session, uids, 3, error) && act_fetch_full(session, out, error);
}

static gboolean act_move(ImapSession *session, GString *out, GError **error)
{
    gboolean moved = FALSE;
    gboolean ok = imap_move(session, 7, "Erledigt/Grün", &moved, error);
    g_string_append(out, moved ? "moved" : "not moved");
    return ok;
}

static gboolean act_delete(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_delete(session, 7, error);
}

static gboolean act_flag(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_add_flag(session, 7, "$Done", error);
}

static gboolean act_flag_twice(ImapSession *session, GString *out, GError **error)
{
    return act_flag(session, out, NULL) || act_flag(session, out, error);
}

static gboolean act_exists(ImapSession *session, GString *out, GError **error)
{
    gboolean exists = FALSE;
    gboolean ok = imap_folder_exists(session, "Done", &exists, error);
    g_string_append(out, exists ? "there" : "not there");
    return ok;
}

static gboolean act_rights(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *rights = imap_rights(session, "INBOX", &inner);
    g_string_append(out, rights ? rights : "none");
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return error == NULL || *error == NULL;
}

static gboolean act_noop(ImapSession *session, GString *out, GError **error)
{
    (void)out;
    return imap_noop(session, error);
}

static gboolean act_idle(ImapSession *session, GString *out, GError **error)
{
    static const char *const words[] = {"news", "quiet", "stopped", "fails"};
    ImapWait wait;
    if (!imap_idle(session, 300 * 1000, &wait, error))
        return FALSE;
    g_string_append(out, words[wait]);
    return TRUE;
}

/* A long one: only what the server does ends it. */
static gboolean act_idle_long(ImapSession *session, GString *out, GError **error)
{
    static const char *const words[] = {"news", "quiet", "stopped", "fails"};
    ImapWait wait;
    if (!imap_idle(session, 20 * G_USEC_PER_SEC, &wait, error))
        return FALSE;
    g_string_append(out, words[wait]);
    return TRUE;
}

static gboolean act_noop_idle(ImapSession *session, GString *out, GError **error)
{
    return imap_noop(session, error) && act_idle_long(session, out, error);
}

typedef struct {
    const char *name;
    Act act;           /* NULL: login alone */
    const char *words; /* what the act wrote, whole; or within the error */
    const char *script[50];
    int code; /* of the expected error; OK (0): none. See FAILS */
    const ImapTimeouts *timeouts;
    Security security;
    gboolean is_token;
    gboolean lives; /* the session is good for more after the error */
} Case;

#define FAILS(error) .code = 1 + (error)
#define OFFERS "> * CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE MOVE UIDPLUS CONDSTORE ACL"
#define HELLO "> * OK hello", "< 1 CAPABILITY"
#define PASS "< 2 AUTHENTICATE PLAIN", "> + ", "< AGtpbQBwdw=="
#define LOGIN(offers) HELLO, offers, "> 1 OK done", PASS, "> 2 OK in", "< 3 CAPABILITY", offers, "> 3 OK done"
#define IN LOGIN(OFFERS)
#define IN_POOR LOGIN("> * CAPABILITY IMAP4rev1 AUTH=PLAIN")
#define IN_COPY LOGIN("> * CAPABILITY IMAP4rev1 AUTH=PLAIN UIDPLUS")
#define OUT(n) "< " #n " LOGOUT"
#define SELECT "< 4 SELECT \"INBOX\" (CONDSTORE)", "> * OK [UIDVALIDITY 5] x"
#define FETCH "< 4 UID FETCH 7 (UID BODY.PEEK[])"
#define ASKED FETCH, "< 5 UID FETCH 8 (UID BODY.PEEK[])", "< 6 UID FETCH 9 (UID BODY.PEEK[])"
#define TEXT(uid, text) "> * 3 FETCH (UID " uid " BODY[] {5}", "> " text ")"
#define DONE(tag) "> " tag " OK done"
#define NOOP "< 7 NOOP", DONE("7"), OUT(8)
#define TOKEN "dXNlcj1raW0BYXV0aD1CZWFyZXIgcHcBAQ=="
#define MOVE "< 4 UID MOVE 7 \"Erledigt/Gr&APw-n\""
#define COPY "< 4 UID COPY 7 \"Erledigt/Gr&APw-n\""

static const Case cases[] = {
    /* Login. */
    {.name = "AUTHENTICATE PLAIN", .script = {IN, OUT(4)}},
    {.name = "LOGIN where PLAIN is not offered",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1", "> 1 OK done", "< 2 LOGIN \"kim\" \"pw\"", "> 2 OK done",
                "< 3 CAPABILITY", "> * CAPABILITY IMAP4rev1", "> 3 OK done", OUT(4)}},
    {.name = "LOGINDISABLED",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 LOGINDISABLED", "> 1 OK done", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "LOGINDISABLED"},
    {.name = "password refused",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [AUTHENTICATIONFAILED] bad \x1b[31mword", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "login of user \"kim\" was refused: \"NO [AUTHENTICATIONFAILED] bad [31mword\"; check user and "
              "password"},
    {.name = "a refusal that repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO AUTHENTICATE PLAIN AGtpbQBwdw== failed", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "login of user \"kim\" was refused: \"words that repeat the login\"; check user"},
    {.name = "a server that is away and repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [UNAVAILABLE] not now for AGtpbQBwdw==", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "the login failed: \"words that repeat the login\""},
    {.name = "a good-bye that repeats the login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> * BYE no AGtpbQBwdw==", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "the login failed: \"words that repeat the login\""},
    {.name = "login service away",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 NO [UNAVAILABLE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "later"},
    {.name = "a BAD login",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> 2 BAD what", "hang"},
     FAILS(ERROR_REFUSED)},
    {.name = "it asks without end",
     .script = {HELLO, OFFERS, "> 1 OK done", PASS, "> + ", "< ", "> + ", "< ", "> + ", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "without end"},
    {.name = "token",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "> 1 OK done", "< 2 AUTHENTICATE XOAUTH2",
                "> +", "< " TOKEN, "> * CAPABILITY X", "> 2 OK done", "< 3 CAPABILITY", OFFERS, "> 3 OK done",
                OUT(4)},
     .is_token = TRUE},
    {.name = "a refused token is asked for anew, once",
     .script = {HELLO, "> * CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "> 1 OK done", "< 2 AUTHENTICATE XOAUTH2",
                "> +", "< " TOKEN, "> + eyJzdGF0dXMiOiI0MDAifQ==", "< ", "> 2 NO failed",
                "< 3 AUTHENTICATE XOAUTH2", "> +", "< " TOKEN, "> + eyJ9", "< ", "> 3 NO failed", "hang"},
     FAILS(ERROR_REFUSED),
     .words = "authorize the mailbox anew",
     .is_token = TRUE},
    {.name = "no XOAUTH2",
     .script = {HELLO, OFFERS, "> 1 OK done", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "takes no access tokens",
     .is_token = TRUE},
    {.name = "CAPABILITY without an answer",
     .script = {HELLO, "> 1 OK done", "< 2 LOGIN \"kim\" \"pw\"", "> 2 OK done", "< 3 CAPABILITY",
                "> 3 OK done", OUT(4)}},

    /* The greeting. */
    {.name = "BYE as greeting",
     .script = {"> * BYE too many", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE too many"},
    {.name = "PREAUTH before TLS",
     .script = {"> * PREAUTH welcome", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "PREAUTH",
     .security = SECURITY_STARTTLS},
    {.name = "PREAUTH",
     .script = {"> * PREAUTH welcome", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "PREAUTH"},
    {.name = "closed before the greeting",
     .script = {"close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "no greeting",
     .script = {"hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "security: tls",
     .timeouts = &hasty},
    {.name = "another protocol",
     .script = {"> 220 mail ESMTP", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "an HTTP server",
     .script = {"> HTTP/1.1 400 Bad", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "an empty line", .script = {"> ", "hang"}, FAILS(ERROR_MALFORMED)},
    {.name = "a greeting without end",
     .script = {"flood * OK hello"},
     FAILS(ERROR_LIMIT),
     .words = "line without end"},
    {.name = "a greeting that trickles",
     .script = {"+ * OK ", "drip x"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},

    /* STARTTLS. */
    {.name = "no STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> 1 BAD what", "hang"},
     FAILS(ERROR_CONFIG),
     .words = "security: tls",
     .security = SECURITY_STARTTLS},
    {.name = "text behind the answer to STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "+ 1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
                "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "as an attacker would",
     .security = SECURITY_STARTTLS},
    {.name = "BYE to STARTTLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> * BYE no", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE no",
     .security = SECURITY_STARTTLS},
    {.name = "STARTTLS, then no TLS",
     .script = {"> * OK done", "< 1 STARTTLS", "> 1 OK done", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "TLS handshake",
     .timeouts = &hasty,
     .security = SECURITY_STARTTLS},

    /* Folders. */
    {.name = "select",
     .act = act_select,
     .words = "validity 5 next 9 exists 3 modseq 12345678901 flags",
     .script = {IN, SELECT, "> * 3 EXISTS", "> * OK [UIDNEXT 9] x", "> * OK [HIGHESTMODSEQ 12345678901] x",
                "> * FLAGS (\\Seen $x)", "> * OK [PERMANENTFLAGS (\\Seen \\*)] x", "> 4 OK [READ-WRITE] x",
                OUT(5)}},
    {.name = "select, read-only",
     .act = act_select,
     .words = "validity 5 next 0 exists 0 modseq 0 read-only",
     .script = {IN, SELECT, "> 4 OK [READ-ONLY] x", OUT(5)}},
    {.name = "no such folder",
     .act = act_select,
     .script = {IN, "< 4 SELECT \"INBOX\" (CONDSTORE)", "> 4 NO [NONEXISTENT] none", OUT(5)},
     FAILS(ERROR_CONFIG),
     .words = "check its name",
     .lives = TRUE},
    {.name = "no UIDVALIDITY",
     .act = act_select,
     .script = {IN, "< 4 SELECT \"INBOX\" (CONDSTORE)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "UIDVALIDITY"},
    {.name = "four billion mails",
     .act = act_select,
     .script = {IN, SELECT, "> * 4294967295 EXISTS", "> 4 OK done", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "4294967295 mails"},
    {.name = "the folder is listed",
     .act = act_exists,
     .words = "there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST (\\HasNoChildren) \"/\" Done", "> 4 OK done",
                OUT(5)}},
    {.name = "another folder is listed",
     .act = act_exists,
     .words = "not there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST () \"/\" Undone", "> 4 OK done", OUT(5)}},
    {.name = "a folder name as literal",
     .act = act_exists,
     .words = "there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST () \"/\" {4}", "> Done", "> 4 OK done", OUT(5)}},
    {.name = "rights",
     .act = act_rights,
     .words = "lrswite",
     .script = {IN, "< 4 MYRIGHTS \"INBOX\"", "> * MYRIGHTS INBOX lrswite", "> 4 OK done", OUT(5)}},
    {.name = "no ACL", .act = act_rights, .words = "none", .script = {IN_POOR, OUT(4)}},

    /* Search. */
    {.name = "search: lying UIDs",
     .act = act_search,
     .words = "7 8 9 4294967295 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * SEARCH 9 0 8 8 3 4294967295 7", "> * SEARCH 9", "> 5 OK done", OUT(6)}},
    {.name = "search: more mails than there are numbers",
     .act = act_search_twice,
     .words = "8 9 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * 4294967295 EXISTS", "> * SEARCH 8", "> 5 OK done", "< 6 UID SEARCH 19995001",
                "> * SEARCH", "> 6 OK done", "< 7 UID SEARCH 1:5000 UID 7:*", "> * 5000 EXISTS",
                "> * SEARCH 9", "> 7 OK done", OUT(8)}},
    {.name = "search: nothing",
     .act = act_search,
     .words = "",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*", "> 5 OK done",
                OUT(6)}},
    {.name = "search: empty folder",
     .act = act_search,
     .words = "",
     .script = {IN, SELECT, "> * 0 EXISTS", "> 4 OK done", OUT(5)}},
    {.name = "search: no more than asked",
     .act = act_search,
     .words = "7 8 9 10 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * SEARCH 7 8 9 10 11 12", "> 5 OK done", OUT(6)}},
    {.name = "search: since a day",
     .act = act_search_since,
     .words = "1",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 1:* SINCE 2-Feb-2026",
                "> * SEARCH 7", "> 5 OK done", OUT(6)}},
    {.name = "search: the end of a million",
     .act = act_search_far,
     .words = "990001 990002 990003 990004 ",
     .script = {IN,
                SELECT,
                "> * 1000000 EXISTS",
                "> 4 OK done",
                "< 5 UID SEARCH 995001",
                "> * SEARCH 995001",
                "> 5 OK done",
                "< 6 UID SEARCH 985001",
                "> * SEARCH 985001",
                "> 6 OK done",
                "< 7 UID SEARCH 990001",
                "> * SEARCH 990001",
                "> 7 OK done",
                "< 8 UID SEARCH 985002:990001 UID 990000:*",
                "> * SEARCH 990001 990002",
                "> 8 OK done",
                "< 9 UID SEARCH 990002:995001 UID 990000:*",
                "> * SEARCH 990003 990004",
                "> 9 OK done",
                OUT(10)}},
    {.name = "search: mails go meanwhile",
     .act = act_search,
     .words = "7 5001 5002 5003 ",
     .script = {IN, SELECT, "> * 5003 EXISTS", "> 4 OK done", "< 5 UID SEARCH 4", "> * SEARCH 8",
                "> 5 OK done", "< 6 UID SEARCH 1:5000 UID 7:*", "> * SEARCH 7", "> * 1 EXPUNGE",
                "> * 1 EXPUNGE", "> 6 OK done", "< 7 UID SEARCH 4999:5001 UID 7:*",
                "> * SEARCH 5001 5002 5003", "> 7 OK done", OUT(8)}},
    {.name = "search: an answer without end",
     .act = act_search,
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "flood * SEARCH 8\r\n"},
     FAILS(ERROR_LIMIT),
     .words = "no end"},
    {.name = "search: a line without end",
     .act = act_search,
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*", "+ * SEARCH",
                "flood  8"},
     FAILS(ERROR_LIMIT),
     .words = "line without end"},

    /* Facts. */
    {.name = "facts matched by UID",
     .act = act_facts,
     .words = "3:300@2026-02-01T10:00:00Z flagged 4:400@- deleted 9:900@- ",
     .script =
         {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
          "> * 9 FETCH (FLAGS () UID 9 RFC822.SIZE 900)",
          "> * 1 FETCH (UID 3 FLAGS ($DONE) INTERNALDATE \" 1-Feb-2026 12:00:00 +0200\" RFC822.SIZE 300)",
          "> * 7 FETCH (FLAGS (\\Deleted))", "> * 8 FETCH (UID 8 FLAGS () RFC822.SIZE 800)",
          "> * 8 FETCH (UID 0 FLAGS () RFC822.SIZE 1)", "> * 5 FETCH (UID 5 FLAGS (\\Deleted))",
          "> * 4 FETCH (RFC822.SIZE 400 UID 4 FLAGS (\\Deleted) INTERNALDATE \"99-Feb-2026 12:00:00 +0000\")",
          "> * 9 FETCH (FLAGS (\\Deleted) UID 9 RFC822.SIZE 1)", "> 4 OK done", OUT(5)}},
    {.name = "facts: a zone that is none",
     .act = act_facts,
     .words = "3:300@- ",
     .script =
         {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
          "> * 1 FETCH (UID 3 FLAGS () INTERNALDATE \" 1-Feb-2026 12:00:00 +2000000000\" RFC822.SIZE 300)",
          "> 4 OK done", OUT(5)}},
    {.name = "no facts",
     .act = act_facts,
     .words = "",
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> 4 OK done", OUT(5)}},
    {.name = "facts: deep parentheses",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "+ * 1 FETCH (BODYSTRUCTURE ",
                "many 60000 (", "> ", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "parentheses"},
    {.name = "facts: deep parentheses over literals",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "+ * 1 FETCH (BODYSTRUCTURE ",
                "flood ((((((((((\"a\" {0}\r\n"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "facts: deep parentheses in what looks like a body",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                "> * 1 FETCH (UID 3 BODY[] {100000}", "+ * 1 FETCH (BODYSTRUCTURE ", "many 60000 (", "> ",
                "hang"},
     FAILS(ERROR_LIMIT)},
    {.name = "a huge literal where none was asked for",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> * 1 FETCH (X {300000000}",
                "hang"},
     FAILS(ERROR_LIMIT),
     .words = "literal"},
    {.name = "the end in a literal",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                "> * 1 FETCH (RFC822.HEADER {300}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "BADCHARSET twice",
     .act = act_facts,
     .words = "",
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> * NO [BADCHARSET (a)] x",
                "> * NO [BADCHARSET (a)] x", "> 4 OK [BADCHARSET (a)] done", OUT(5)}},

    /* A mail. */
    {.name = "fetch",
     .act = act_fetch,
     .words = "Subject: x\r\n\r\nhi (\r\n|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {20}", "+ Subject: x\r\n\r\nhi (\r\n", "> )",
                "> 4 OK done", OUT(5)}},
    {.name = "fetch: flags of others in between",
     .act = act_fetch,
     .words = "hello|found",
     .script = {IN, FETCH, "> * 9 FETCH (FLAGS (\\Seen))", "> * 12 EXISTS",
                "> * 3 FETCH (FLAGS (\\Seen) BODY[] {5}", "> hello UID 7)", "> * 3 FETCH (FLAGS ())",
                "> 4 OK done", OUT(5)}},
    {.name = "fetch: an empty mail",
     .act = act_fetch,
     .words = "|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {0}", "> )", "> 4 OK done", OUT(5)}},
    {.name = "fetch: a quoted string",
     .act = act_fetch,
     .words = "short|found",
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] \"short\")", "> 4 OK done", OUT(5)}},
    {.name = "fetch: gone",
     .act = act_fetch,
     .words = "|gone",
     .script = {IN, FETCH, "> * 9 FETCH (FLAGS (\\Seen))", "> 4 OK done", OUT(5)}},
    {.name = "fetch: NIL",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] NIL)", "> 4 OK done", OUT(5)},
     FAILS(ERROR_REFUSED),
     .words = "no text",
     .lives = TRUE},
    {.name = "fetch: the next after one that is refused",
     .act = act_fetch_twice,
     .words = "refused, then hello|found",
     .script = {IN, "< 4 UID FETCH 6 (UID BODY.PEEK[])", "> 4 NO broken mail",
                "< 5 UID FETCH 7 (UID BODY.PEEK[])", "> * 3 FETCH (UID 7 BODY[] {5}", "> hello)",
                "> 5 OK done", OUT(6)}},
    {.name = "fetch: another mail",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 8 BODY[] {5}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "another mail"},
    {.name = "fetch: two mails",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 8 BODY[] {5}", "> hello)", "> * 3 FETCH (UID 7 BODY[] {5}",
                "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "two mails"},
    {.name = "fetch: too large",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "1001 bytes"},
    {.name = "fetch: huge",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {18446744073709551615}", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "18446744073709551615 bytes"},
    {.name = "fetch: the end in the mail",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "fetch: the literal is shorter than it says",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {9}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "fetch: the literal is longer than it says",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {3}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "fetch: it stalls",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "fetch: it trickles",
     .act = act_fetch,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {999}", "drip x"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty_body},
    {.name = "fetch: nobody takes it",
     .act = act_fetch_full,
     .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {5}", "> hello)", "> 4 OK done", "hang"},
     FAILS(ERROR_CONFLICT),
     .words = "no room"},
    {.name = "fetch: BYE in the middle",
     .act = act_fetch,
     .script = {IN, FETCH, "> * BYE shutting down", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE shutting down"},

    /* Changes. */
    {.name = "flag",
     .act = act_flag,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 OK done", OUT(5)}},
    {.name = "a refused command leaves the session alive",
     .act = act_flag_twice,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 BAD no keywords",
                "< 5 UID STORE 7 +FLAGS.SILENT ($Done)", "> 5 OK done", OUT(6)}},
    {.name = "a busy server",
     .act = act_flag,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT ($Done)", "> 4 NO [INUSE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "later"},
    {.name = "move",
     .act = act_move,
     .words = "moved",
     .script = {IN, MOVE, "> * OK [COPYUID 5 7 99] x", "> * 3 EXPUNGE", "> 4 OK done", OUT(5)}},
    {.name = "move: COPYUID at the end",
     .act = act_move,
     .words = "moved",
     .script = {IN, MOVE, "> 4 OK [COPYUID 5 6:8 99:101] x", OUT(5)}},
    {.name = "move: no COPYUID",
     .act = act_move,
     .words = "not moved",
     .script = {IN, MOVE, "> 4 OK done", OUT(5)}},
    {.name = "move: COPYUID of another",
     .act = act_move,
     .words = "not moved",
     .script = {IN, MOVE, "> 4 OK [COPYUID 5 8 99] x", OUT(5)}},
    {.name = "move: no such folder",
     .act = act_move,
     .script = {IN, MOVE, "> 4 NO [TRYCREATE] none", OUT(5)},
     FAILS(ERROR_CONFIG),
     .words = "create the folder",
     .lives = TRUE},
    {.name = "move by COPY",
     .act = act_move,
     .words = "moved",
     .script = {IN_COPY, COPY, "> 4 OK [COPYUID 5 7 99] x", "< 5 UID STORE 7 +FLAGS.SILENT (\\Deleted)",
                "> 5 OK done", "< 6 UID EXPUNGE 7", "> * 3 EXPUNGE", "> 6 OK done", OUT(7)}},
    {.name = "move by COPY: gone",
     .act = act_move,
     .words = "not moved",
     .script = {IN_COPY, COPY, "> 4 OK done", OUT(5)}},
    {.name = "no way to move",
     .act = act_move,
     .script = {IN_POOR, OUT(4)},
     FAILS(ERROR_CONFIG),
     .words = "UIDPLUS",
     .lives = TRUE},
    {.name = "delete",
     .act = act_delete,
     .script = {IN, "< 4 UID STORE 7 +FLAGS.SILENT (\\Deleted)", "> 4 OK done", "< 5 UID EXPUNGE 7",
                "> 5 OK done", OUT(6)}},
    {.name = "delete: never other people's mail",
     .act = act_delete,
     .script = {IN_POOR, "< 4 UID STORE 7 +FLAGS.SILENT (\\Deleted)", "> 4 OK done", OUT(5)}},

    /* Any command. */
    {.name = "garbage",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> what?", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "untagged garbage",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * ((((", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "a blank before BYE",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> *  BYE", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "the answer to another command",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> 99 OK done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "BAD to another command",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> 99 BAD done", "hang"},
     FAILS(ERROR_MALFORMED)},
    {.name = "BYE, then OK",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * BYE \x1b[2Jaway", "> 4 OK done", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE [2Jaway"},
    {.name = "closed",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "closed"},
    {.name = "alerts",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> * OK [ALERT] quota \x1b[31mfull", "> 4 OK done", OUT(5)}},
    {.name = "an unasked continuation",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "> + go on", "> 4 OK done", OUT(5)}},
    {.name = "stopped while waiting",
     .act = act_noop,
     .script = {IN, "< 4 NOOP", "stop", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "stopped"},

    /* IDLE. */
    {.name = "idle: EXISTS in one packet with the plus",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "+ + idling\r\n* 1 EXISTS\r\n", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: a line before the plus",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "> * 1 EXISTS", "> + idling", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: words before the plus, then news",
     .act = act_idle_long,
     .words = "news",
     .script = {IN, "< 4 IDLE", "> * OK wait", "> + idling", "> * OK still here", "> * 1 EXISTS", "< DONE",
                "> * 1 RECENT", "> 4 OK done", OUT(5)}},
    {.name = "idle: news came before",
     .act = act_noop_idle,
     .words = "news",
     .script = {IN, "< 4 NOOP", "> * 1 EXISTS", "> 4 OK done", OUT(5)}},
    {.name = "idle: nothing",
     .act = act_idle,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> +", "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: what goes is no news",
     .act = act_idle,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> + idling", "> * 1 EXPUNGE", "> * 2 FETCH (FLAGS ())", "> * 0 EXISTS",
                "< DONE", "> 4 OK done", OUT(5)}},
    {.name = "idle: refused",
     .act = act_idle_long,
     .words = "fails",
     .script = {IN, "< 4 IDLE", "> 4 NO not now", OUT(5)}},
    {.name = "idle: the server ends it",
     .act = act_idle_long,
     .words = "quiet",
     .script = {IN, "< 4 IDLE", "> + idling", "> 4 OK enough", OUT(5)}},
    {.name = "idle: stopped",
     .act = act_idle_long,
     .words = "stopped",
     .script = {IN, "< 4 IDLE", "> + idling", "stop", "hang"}},
    {.name = "idle: closed",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "closed"},
    {.name = "idle: BYE",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "> * BYE idle for too long", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "BYE idle"},
    {.name = "idle: half a line",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "+ * 1 EXI", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "idle: no answer",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "hang"},
     FAILS(ERROR_TEMPORARY),
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "idle: it never stops talking",
     .act = act_idle,
     .script = {IN, "< 4 IDLE", "> + idling", "flood * OK still here\r\n"},
     FAILS(ERROR_LIMIT),
     .words = "no end"},
    {.name = "idle: a literal",
     .act = act_idle_long,
     .script = {IN, "< 4 IDLE", "> + idling", "> * 1 FETCH (BODY[] {300000}", "hang"},
     FAILS(ERROR_LIMIT)},

    /* Mails that were asked for ahead. */
    {.name = "ahead: one by one",
     .script = {IN, ASKED, TEXT("7", "seven"), DONE("4"), TEXT("8", "eight"), DONE("5"), TEXT("9", "nine!"),
                DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: all are done at the end, in any order, and news in between",
     .script = {IN, ASKED, "> * 9 FETCH (FLAGS (\\Seen))", TEXT("7", "seven"), "> * 12 EXISTS",
                "> * 4 FETCH (BODY[] {5}", "> eight UID 8)", "> * 3 FETCH (UID 7 FLAGS ())",
                "> * 5 fetch (uid 9 body[] {0}", "> )", DONE("6"), DONE("4"), DONE("5"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:|found "},
    {.name = "ahead: flags behind the text",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven FLAGS (\\Seen))", DONE("4"),
                TEXT("8", "eight"), DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: one is refused, one is gone",
     .script = {IN, ASKED, "> 4 NO [SERVER] broken", DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:|refused 8:|gone 9:nine!|found "},
    {.name = "ahead: the last is refused first",
     .script = {IN, ASKED, "> 6 NO broken", TEXT("7", "seven"), TEXT("8", "eight"), DONE("4"), DONE("5"),
                NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:|refused "},
    {.name = "ahead: refused after the text",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 4 NO broken", TEXT("8", "eight"), DONE("5"),
                TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead,
     .words = "7:seven|found 8:eight|found 9:nine!|found "},
    {.name = "ahead: busy",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 5 NO [UNAVAILABLE] later", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "later"},
    {.name = "ahead: passed over",
     .script = {IN, ASKED, TEXT("7", "seven"), "> 5 NO broken", TEXT("9", "nine!"), DONE("4"), DONE("6"),
                NOOP},
     .act = act_ahead_last,
     .words = "9:nine!|found "},
    {.name = "ahead: gone and passed over",
     .script = {IN, ASKED, DONE("4"), DONE("5"), TEXT("9", "nine!"), DONE("6"), NOOP},
     .act = act_ahead_last,
     .words = "9:nine!|found "},
    {.name = "ahead: passed over, and too large",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead_last,
     .words = "1001"},
    {.name = "ahead: another mail is wanted",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("8", "eight"), TEXT("9", "nine!"), DONE("4"), DONE("5"),
                DONE("6"), "< 7 UID FETCH 11 (UID BODY.PEEK[])", TEXT("11", "elf!!"), DONE("7"), OUT(8)},
     .act = act_ahead_other,
     .words = "11:elf!!|found "},
    {.name = "ahead: none is wanted",
     .script = {IN, ASKED, TEXT("7", "seven"), DONE("4"), DONE("5"), "> 6 NO broken", NOOP},
     .act = act_ahead_none},
    {.name = "ahead: more than may be",
     .script = {IN, "many 1 ", "> * BYE enough", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead_many,
     .words = "enough"},
    {.name = "ahead: too large",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {1001}", "hang"},
     FAILS(ERROR_LIMIT),
     .act = act_ahead,
     .words = "1001"},
    {.name = "ahead: out of order",
     .script = {IN, ASKED, TEXT("8", "eight"), TEXT("7", "seven"), "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: one comes twice",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("7", "seven"), "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: more than was asked for",
     .script = {IN, ASKED, TEXT("7", "seven"), TEXT("8", "eight"), TEXT("9", "nine!"), TEXT("10", "tenth"),
                "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: its UID behind the text is another one",
     .script = {IN, ASKED, "> * 3 FETCH (BODY[] {5}", "> seven UID 8)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: without a UID",
     .script = {IN, ASKED, "> * 3 FETCH (BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: a UID that is larger than any",
     .script = {IN, ASKED, "> * 3 FETCH (UID 4294967303 BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "another mail"},
    {.name = "ahead: two texts in one response",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead},
    {.name = "ahead: a literal that is too short",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {3}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: a literal without the end of its response",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {5}", "> seven", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: a text in quotes",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] \"short\")", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "unusual"},
    {.name = "ahead: flags before the text",
     .script = {IN, ASKED, "> * 3 FETCH (FLAGS (UID) UID 7 BODY[] {5}", "> seven)", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "unusual"},
    {.name = "ahead: an answer to nothing",
     .script = {IN, ASKED, "> 3 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: an answer twice",
     .script = {IN, ASKED, "> 6 OK done", "> 6 NO done", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: an answer that says nothing",
     .script = {IN, ASKED, "> 4 MAYBE", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "not asked"},
    {.name = "ahead: it wants more",
     .script = {IN, ASKED, "> + go on", "hang"},
     FAILS(ERROR_MALFORMED),
     .act = act_ahead,
     .words = "no IMAP"},
    {.name = "ahead: BYE",
     .script = {IN, ASKED, TEXT("7", "seven"), "> * BYE shutting down", "close"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "BYE shutting down"},
    {.name = "ahead: end in a literal",
     .script = {IN, ASKED, TEXT("7", "seven"), "> * 3 FETCH (UID 8 BODY[] {500}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "closed it"},
    {.name = "ahead: a stop in a literal",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "stop", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "stopped"},
    {.name = "ahead: nothing moves",
     .script = {IN, ASKED, "> * 3 FETCH (UID 7 BODY[] {500}", "+ half", "hang"},
     FAILS(ERROR_TEMPORARY),
     .act = act_ahead,
     .words = "took too long",
     .timeouts = &hasty},
    {.name = "ahead: a literal that is no text has no end",
     .script = {IN, ASKED, "> * 3 FETCH (X {300000000}", "hang"},
     FAILS(ERROR_LIMIT),
     .act = act_ahead},
    {.name = "ahead: nobody takes it",
     .script = {IN, ASKED, TEXT("7", "seven"), "hang"},
     FAILS(ERROR_CONFLICT),
     .act = act_ahead_full,
     .words = "no room"},
};

static void run_act(const Case *one, ImapSession *session, GString *out, GError **error)
{
    GError *inner = NULL;
    if (one->act && !one->act(session, out, &inner) && !inner)
        fail_msg("%s: no error", one->name);
    if (inner) {
        if (imap_session_is_dead(session) == one->lives)
            fail_msg("%s: dead %d after \"%s\"", one->name, imap_session_is_dead(session), inner->message);
        g_propagate_error(error, inner);
    }
}

static void check_case(const Case *one, const GString *out, const GError *error)
{
    if (one->code == 0 && error)
        fail_msg("%s: %s", one->name, error->message);
    if (one->code == 0 && one->words && strcmp(out->str, one->words) != 0)
        fail_msg("%s: \"%s\"", one->name, out->str);
    if (one->code != 0 && (!error || error->code != one->code - 1))
        fail_msg("%s: %s: %s", one->name, error ? error_code_name((ErrorCode)error->code) : "no error",
                 error ? error->message : "");
    if (one->code != 0 && one->words && !strstr(error->message, one->words))
        fail_msg("%s: \"%s\"", one->name, error->message);
    if (error && (!g_str_has_prefix(error->message, "127.0.0.1 port ") && error->code != ERROR_CONFLICT))
        fail_msg("%s: who? \"%s\"", one->name, error->message);
}

static void run_case(const Case *one)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Server server = {.script = one->script, .input = g_string_new(NULL), .client = -1};
    server.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ConfigServer config = {.host = (char *)"127.0.0.1", .user = (char *)"kim", .security = one->security};
    config.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    g_autoptr(ServerSecret) secret = server_secret_fixed("pw", one->is_token);
    ImapSession *session =
        imap_session_open(&config, secret, one->timeouts ? one->timeouts : &patient, server.stop_fd, &error);
    if (session)
        run_act(one, session, out, &error);
    imap_session_close(session);
    g_thread_join(thread);
    if (server.fault)
        fail_msg("%s: %s (%s)", one->name, server.fault, error ? error->message : "no error");
    check_case(one, out, error);
    g_string_free(server.input, TRUE);
    close(server.stop_fd);
}

static void test_conversations(void **state)
{
    (void)state;
    for (gsize index = 0; index < G_N_ELEMENTS(cases); index++)
        run_case(&cases[index]);
}

static gboolean count_sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)bytes, (void)error;
    *(gsize *)user += length;
    return TRUE;
}

static gsize large_seen;
static gboolean act_fetch_large(ImapSession *session, GString *out, GError **error)
{
    gboolean found = FALSE;
    (void)out;
    return imap_fetch(session, 7, 60000000, count_sink, &large_seen, &found, error);
}

static long resident_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* The server thread keeps the 50 MB, so they are there before the first look. */
static void test_large_mail_takes_no_memory(void **state)
{
    (void)state;
    g_autofree char *mail = g_malloc(50000000 + 3);
    memset(mail, 'x', 50000000);
    memcpy(mail + 50000000 - 2, "\r\n", 3);
    g_autofree char *sent = g_strconcat("+ ", mail, NULL);
    const Case one = {
        .name = "50 MB",
        .act = act_fetch_large,
        .script = {IN, FETCH, "> * 3 FETCH (UID 7 BODY[] {50000000}", sent, "> )", "> 4 OK done", OUT(5)}};
    long before = resident_kb();
    run_case(&one);
    assert_int_equal(large_seen, 50000000);
#ifndef __SANITIZE_ADDRESS__
    assert_true(resident_kb() - before <= 16 * 1024);
#endif
    (void)before;
}

static void test_no_password_in_the_clear(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    Server server = {.script = (const char *const[]){HELLO, OFFERS, "> 1 OK done", "hang", NULL},
                     .input = g_string_new(NULL)};
    /* Any name but a loopback one will do that leads here. */
    ConfigServer config = {.host = (char *)"0.0.0.0", .user = (char *)"kim", .security = SECURITY_NONE};
    config.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    g_autoptr(ServerSecret) secret = server_secret_fixed("pw", FALSE);
    assert_null(imap_session_open(&config, secret, &patient, -1, &error));
    g_thread_join(thread);
    assert_true(error_is(error, ERROR_CONFIG));
    assert_non_null(strstr(error->message, "no login without TLS"));
    assert_string_equal(server.input->str, "");
    g_string_free(server.input, TRUE);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
        cmocka_unit_test(test_large_mail_takes_no_memory),
        cmocka_unit_test(test_no_password_in_the_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
