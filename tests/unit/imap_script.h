/* The IMAP session against a scripted server on loopback that misbehaves: the conversation is data, one
 * connection, in a thread of the test. Nothing it does may crash us, fill the memory, or keep us waiting. */
#pragma once

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

G_GNUC_UNUSED static gboolean fill(Server *server)
{
    char buffer[65536];
    ssize_t got = recv(server->client, buffer, sizeof buffer, 0);
    if (got > 0)
        g_string_append_len(server->input, buffer, got);
    return got > 0;
}

G_GNUC_UNUSED static gboolean deliver(Server *server, const char *bytes, gsize length)
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

G_GNUC_UNUSED static void expect(Server *server, const char *text)
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
G_GNUC_UNUSED static void drip(Server *server, const char *text)
{
    for (const char *at = text;; at = *at ? at + 1 : text) {
        if (*at && !deliver(server, at, 1))
            return;
        g_usleep(2000);
    }
}

G_GNUC_UNUSED static void repeat(Server *server, const char *line)
{
    char *text = NULL;
    guint64 count = g_ascii_strtoull(line, &text, 10);
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint64 done = 0; done < count; done++)
        g_string_append(all, text + 1);
    deliver(server, all->str, all->len);
}

G_GNUC_UNUSED static void say(Server *server, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s\r\n", text);
    deliver(server, line, strlen(line));
}

G_GNUC_UNUSED static void act(Server *server, const char *line)
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

G_GNUC_UNUSED static gpointer serve(gpointer data)
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

G_GNUC_UNUSED static guint16 listen_somewhere(Server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 4), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    return ntohs(address.sin_port);
}

G_GNUC_UNUSED static const ImapTimeouts patient = {20000, 20000, 20000, 20000};
G_GNUC_UNUSED static const ImapTimeouts hasty = {400, 400, 400, 20000};          /* nothing moves: given up */
G_GNUC_UNUSED static const ImapTimeouts hasty_body = {20000, 20000, 20000, 600}; /* it moves, too slowly */

/* What the client does once it is logged in; it writes what it saw into `out`. */
typedef gboolean (*Act)(ImapSession *session, GString *out, GError **error);

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

G_GNUC_UNUSED static void run_act(const Case *one, ImapSession *session, GString *out, GError **error)
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

G_GNUC_UNUSED static void check_case(const Case *one, const GString *out, const GError *error)
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

G_GNUC_UNUSED static void run_case(const Case *one)
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

G_GNUC_UNUSED static void run_cases(const Case *cases, gsize count)
{
    for (gsize index = 0; index < count; index++)
        run_case(&cases[index]);
}
