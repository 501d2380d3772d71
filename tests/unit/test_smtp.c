/* The SMTP transport against a scripted server on loopback: the conversation is data, one connection after
 * another, in a thread of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/deliver/transport.h>

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
 *   "> text"   send text and CR LF           "< text"  read a line that must be exactly this
 *   "data"     read a mail up to its dot      "close"   close; "reset": close with RST
 *   "hang"     read until the client closes   "endless" send reply lines until the client closes
 *   "long"     one line without end           "stop"    make the client's stop descriptor readable
 *   "alone"    nothing may have come with the line before
 *   "trickle"  a reply line, a byte at a time, without end until the client closes
 *   "read N"   read N bytes and no more
 * Connections are parted by "--". */
typedef struct {
    const char *const *script;
    int listener;
    int stop_fd;
    int client;
    GString *input; /* read, not yet looked at */
    GString *mails; /* bytes of all mails as they came, dots and all */
    char *fault;    /* where script and client parted */
} Server;

static gboolean fill(Server *server)
{
    char buffer[65536];
    ssize_t got = recv(server->client, buffer, sizeof buffer, 0);
    if (got > 0)
        g_string_append_len(server->input, buffer, got);
    return got > 0;
}

/* Reads up to and with `end`; FALSE when the client goes first. */
static gboolean read_until(Server *server, const char *end, GString *out)
{
    gsize seen = 0;
    for (;;) {
        const char *at = strstr(server->input->str + seen, end);
        if (at) {
            gsize length = (gsize)(at - server->input->str) + strlen(end);
            g_string_append_len(out, server->input->str, (gssize)length);
            g_string_erase(server->input, 0, (gssize)length);
            return TRUE;
        }
        seen = server->input->len > 8 ? server->input->len - 8 : 0;
        if (!fill(server))
            return FALSE;
    }
}

static void say(Server *server, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s\r\n", text);
    if (send(server->client, line, strlen(line), MSG_NOSIGNAL) < 0 && !server->fault)
        server->fault = g_strdup_printf("client went before: > %s", text);
}

static void expect(Server *server, const char *text)
{
    g_autoptr(GString) line = g_string_new(NULL);
    gboolean came = read_until(server, "\r\n", line);
    if (came)
        g_string_truncate(line, line->len - 2);
    if ((!came || strcmp(line->str, text) != 0) && !server->fault)
        server->fault = g_strdup_printf("expected \"%s\", got \"%s\"", text, came ? line->str : "the end");
}

/* What is pipelined comes in one piece, as it is sent in one. */
static void expect_alone(Server *server)
{
    if (server->input->len > 0 && !server->fault)
        server->fault = g_strdup_printf("sent ahead: %s", server->input->str);
}

static void flood(Server *server, const char *piece)
{
    while (send(server->client, piece, strlen(piece), MSG_NOSIGNAL) > 0)
        ;
}

/* Slower than any deadline of a test, and never silent for long. */
static void trickle(Server *server)
{
    struct pollfd client = {.fd = server->client, .events = POLLIN};
    while (poll(&client, 1, 20) == 0 && send(server->client, "2", 1, MSG_NOSIGNAL) > 0)
        ;
}

static void read_bytes(Server *server, gsize count)
{
    while (server->input->len < count && fill(server))
        ;
    if (server->input->len < count && !server->fault)
        server->fault = g_strdup_printf("only %zu of %zu bytes came", server->input->len, count);
}

static void drop(Server *server, gboolean with_reset)
{
    struct linger linger = {.l_onoff = with_reset, .l_linger = 0};
    setsockopt(server->client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(server->client);
    server->client = -1;
}

static void act(Server *server, const char *line)
{
    if (g_str_has_prefix(line, "> "))
        say(server, line + 2);
    else if (g_str_has_prefix(line, "< "))
        expect(server, line + 2);
    else if (strcmp(line, "data") == 0)
        read_until(server, "\r\n.\r\n", server->mails);
    else if (strcmp(line, "hang") == 0)
        while (fill(server))
            ;
    else if (strcmp(line, "endless") == 0)
        flood(server, "250-and so on\r\n");
    else if (strcmp(line, "long") == 0)
        flood(server, "250 and so on");
    else if (strcmp(line, "alone") == 0)
        expect_alone(server);
    else if (strcmp(line, "trickle") == 0)
        trickle(server);
    else if (g_str_has_prefix(line, "read "))
        read_bytes(server, (gsize)g_ascii_strtoull(line + 5, NULL, 10));
    else if (strcmp(line, "stop") == 0)
        eventfd_write(server->stop_fd, 1);
    else
        drop(server, strcmp(line, "reset") == 0);
}

static gboolean accept_client(Server *server)
{
    struct pollfd wait = {.fd = server->listener, .events = POLLIN};
    if (poll(&wait, 1, PATIENCE_SECONDS * 1000) <= 0)
        return FALSE;
    server->client = accept(server->listener, NULL, NULL);
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    setsockopt(server->client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(server->client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int yes = 1;
    setsockopt(server->client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    g_string_truncate(server->input, 0);
    return TRUE;
}

static gpointer serve(gpointer data)
{
    Server *server = data;
    const char *const *line = server->script;
    while (*line && accept_client(server)) {
        for (; *line && strcmp(*line, "--") != 0; line++)
            if (server->client >= 0 && !server->fault)
                act(server, *line);
        if (server->client >= 0)
            drop(server, FALSE);
        if (*line)
            line++;
    }
    if (*line && !server->fault)
        server->fault = g_strdup("the client did not connect again");
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

static const SmtpTimeouts patient = {.connect_ms = 20000,
                                     .command_ms = 20000,
                                     .data_ms = 20000,
                                     .dot_ms = 20000,
                                     .quit_ms = 20000,
                                     .begin_ms = 20000,
                                     .whole_ms = 30000,
                                     .stop_ms = 20000,
                                     .idle_ms = 20000};
static const SmtpTimeouts hasty = {.connect_ms = 500,
                                   .command_ms = 500,
                                   .data_ms = 500,
                                   .dot_ms = 500,
                                   .quit_ms = 500,
                                   .begin_ms = 20000,
                                   .whole_ms = 20000,
                                   .stop_ms = 500,
                                   .idle_ms = 500};

typedef struct {
    const char *name;
    const char *outcomes; /* a letter a row: S R L U */
    const char *words;    /* within the answer of the last row, or NULL */
    const char *script[60];
    const SmtpTimeouts *timeouts; /* NULL: patient */
    Security security;
    const char *user;
    const char *mails;   /* all mails as they came over the wire, or NULL */
    const char *untried; /* y or n a row: nobody was asked about it; or NULL */
    gboolean in_two;     /* two batches over one transport, the second with the last row */
} Case;

#define HELLO "> 220 mail.example.org", "< EHLO gate.example.com"
#define READY HELLO, "> 250-mail.example.org", "> 250 PIPELINING"
#define READY_PLAIN HELLO, "> 250 mail.example.org"
#define MAIL_FROM "< MAIL FROM:<support@example.com>"
#define ASK(n) MAIL_FROM, "< RCPT TO:<r" #n "@example.org>", "< DATA"
#define YES "> 250 ok", "> 250 ok", "> 354 go"
#define ALONE(n)                                                                                             \
    MAIL_FROM, "> 250 ok", "< RCPT TO:<r" #n "@example.org>", "> 250 ok", "< DATA", "> 354 go", "data",      \
        "> 250 ok"
#define QUIT "< QUIT", "> 221 bye"
#define WIRE(n) "Subject: " #n "\r\n\r\n..dot\r\n.\r\n"

static const Case cases[] = {
    {.name = "two rows, pipelined",
     "SS",
     "250 2.0.0 second",
     {READY, ASK(0), YES, "data", ASK(1), "> 250 first", YES, "data", "> 250 2.0.0 second", QUIT},
     .mails = WIRE(0) WIRE(1)},
    {.name = "two rows, one command at a time",
     "SS",
     "250 second",
     {READY_PLAIN,
      MAIL_FROM,
      "alone",
      "> 250 ok",
      "< RCPT TO:<r0@example.org>",
      "alone",
      "> 250 ok",
      "< DATA",
      "> 354 go",
      "data",
      "> 250 first",
      MAIL_FROM,
      "> 250 ok",
      "< RCPT TO:<r1@example.org>",
      "> 250 ok",
      "< DATA",
      "> 354 go",
      "data",
      "> 250 second",
      QUIT},
     .mails = WIRE(0) WIRE(1)},
    {.name = "the connection is kept for the next batch",
     "SS",
     NULL,
     {READY, ASK(0), YES, "data", "> 250 first", ASK(1), YES, "data", "> 250 second", QUIT},
     .in_two = TRUE},
    {.name = "a kept connection that the server closed is replaced",
     "SS",
     NULL,
     {READY, ASK(0), YES, "data", "> 250 first", "> 421 idle", "close", "--", READY, ASK(1), YES, "data",
      "> 250 second", QUIT},
     .in_two = TRUE},
    {.name = "refused, then sent",
     "RS",
     NULL,
     {READY, ASK(0), "> 250 ok", "> 550-5.1.1 no such", "> 550 5.1.1 user", "> 554 no recipients", "< RSET",
      ASK(1), "> 250 ok", YES, "data", "> 250 ok", QUIT}},
    {.name = "refused words",
     "R",
     "550 5.1.1 no such user",
     {READY, ASK(0), "> 250 ok", "> 550-5.1.1 no such", "> 550 5.1.1 user", "> 554 no recipients", "< RSET",
      "> 250 ok", QUIT}},
    {.name = "later",
     "L",
     "450 4.2.0 greylisted",
     {READY, ASK(0), "> 250 ok", "> 450 4.2.0 greylisted", "> 554 no recipients", "< RSET", "> 250 ok",
      QUIT}},
    {.name = "no welcome", "LL", "554 go away", {"> 554 go away", "hang"}, .untried = "yy"},
    {.name = "greeting later", "L", "421 busy", {"> 421 busy", "hang"}},
    {.name = "closes before it greets", "L", "connection ended before", {"close"}},
    {.name = "EHLO later", "L", "port", {HELLO, "> 421 no", "< HELO gate.example.com", "> 421 no", "hang"}},
    {.name = "closes after EHLO", "LL", "connection was lost", {READY, "close", "--", READY, "close"}},
    {.name = "resets after MAIL", "LL", NULL, {READY, MAIL_FROM, "reset", "--", READY, MAIL_FROM, "reset"}},
    {.name = "closes before the answer to DATA",
     "LS",
     NULL,
     {READY, ASK(0), "> 250 ok", "> 250 ok", "close", "--", READY, ASK(1), YES, "data", "> 250 ok", QUIT},
     .untried = "nn"},
    {.name = "closes after the dot", "U", "connection was lost", {READY, ASK(0), YES, "data", "close"}},
    {.name = "resets after the dot", "U", NULL, {READY, ASK(0), YES, "data", "reset"}},
    /* It may have died of what was sent ahead, as Dovecot's submission does: from then on one by one. */
    {.name = "closes after the dot, the next goes over another and nothing more is sent ahead",
     "USS",
     NULL,
     {READY, ASK(0), YES, "data", ASK(1), "close", "--", READY, ALONE(1), ALONE(2), QUIT}},
    {.name = "so many mails a connection",
     "SSS",
     NULL,
     {READY,   ASK(0), YES,    "data", ASK(1), "> 250 ok", "> 421 enough", "close",
      "--",    READY,  ASK(1), YES,    "data", ASK(2),     "> 250 ok",     "> 421 enough",
      "close", "--",   READY,  ASK(2), YES,    "data",     "> 250 ok",     QUIT}},
    {.name = "421 to all: two connections are enough",
     "LLL",
     "421 no",
     {READY, ASK(0), "> 421 no", "close", "--", READY, ASK(0), "> 421 no", "close"}},
    {.name = "garbage after the dot", "U", "no SMTP reply", {READY, ASK(0), YES, "data", "> what?", "hang"}},
    {.name = "garbage before the mail", "L", "no SMTP reply", {READY, ASK(0), "> 250 ok", "> what?", "hang"}},
    {.name = "endless reply to the dot", "U", "no SMTP reply", {READY, ASK(0), YES, "data", "endless"}},
    {.name = "endless line to the recipient", "L", "no SMTP reply", {READY, ASK(0), "> 250 ok", "long"}},
    {.name = "endless EHLO answer", "L", "before", {HELLO, "endless"}},
    {.name = "silent from the start", "L", "not ready after 0 s", {"hang"}, &hasty},
    {.name = "silent after MAIL", "LL", "MAIL FROM", {READY, ASK(0), "hang"}, &hasty},
    {.name = "silent after the dot",
     "UL",
     "the end of the mail",
     {READY, ASK(0), YES, "data", "hang"},
     &hasty,
     .untried = "ny"},
    {.name = "trickles its answer", "L", "RCPT TO", {READY, ASK(0), "> 250 ok", "trickle"}, &hasty},
    {.name = "resets after ten bytes of the mail, of which all were on their way",
     "US",
     NULL,
     {READY, ASK(0), YES, "read 10", "reset", "--", READY, ALONE(1), QUIT}},
    {.name = "later at the dot, refused at the dot",
     "LRS",
     NULL,
     {READY, ASK(0), YES, "data", "> 451 4.3.0 later", ASK(1), YES, "data", "> 554 5.6.0 no", ASK(2), YES,
      "data", "> 250 ok", QUIT}},
    {.name = "offers DSN and refuses it",
     "S",
     NULL,
     {HELLO, "> 250-mail.example.org", "> 250-PIPELINING", "> 250 DSN", MAIL_FROM " RET=HDRS",
      "< RCPT TO:<r0@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;r0@example.org", "< DATA", "> 250 ok",
      "> 555 5.5.4 what", "> 503 no", "< RSET", ASK(0), "> 250 ok", YES, "data", "> 250 ok", QUIT}},
    {.name = "offers pipelining and forgets what was sent ahead",
     "LS",
     NULL,
     {READY, ASK(0), "> 250 ok", "hang", "--", READY, MAIL_FROM, "alone", "> 250 ok",
      "< RCPT TO:<r1@example.org>", "alone", "> 250 ok", "< DATA", "> 354 go", "data", "> 250 ok", QUIT},
     &hasty,
     .in_two = TRUE},
    {.name = "offers less room than the mail needs",
     "R",
     "takes at most 5",
     {HELLO, "> 250-mail.example.org", "> 250 SIZE 5", QUIT}},
    {.name = "offers room and has none",
     "R",
     "552 5.3.4",
     {HELLO, "> 250-mail.example.org", "> 250-PIPELINING", "> 250 SIZE 1000000", MAIL_FROM " SIZE=20",
      "< RCPT TO:<r0@example.org>", "< DATA", YES, "data", "> 552 5.3.4 too big", QUIT}},
    {.name = "no STARTTLS offered", "L", "STARTTLS", {READY, "hang"}, .security = SECURITY_STARTTLS},
    {.name = "STARTTLS refused",
     "L",
     "port",
     {HELLO, "> 250-x", "> 250 STARTTLS", "< STARTTLS", "> 454 no", "hang"},
     .security = SECURITY_STARTTLS},
    {.name = "STARTTLS without TLS",
     "L",
     "TLS handshake",
     {HELLO, "> 250-x", "> 250 STARTTLS", "< STARTTLS", "> 220 go", "read 5", "> hello", "hang"},
     .security = SECURITY_STARTTLS},
    {.name = "words put in before TLS begins",
     "L",
     "does not want to talk",
     {HELLO, "> 250-x", "> 250 STARTTLS", "< STARTTLS", "> 220 go\r\n250-x\r\n250 PIPELINING", "hang"},
     .security = SECURITY_STARTTLS},
    {.name = "TLS wanted, plain server",
     "L",
     "TLS handshake",
     {"> 220 hi", "hang"},
     .security = SECURITY_TLS},
    {.name = "no AUTH offered: nothing is sent", "LL", "no way to log in", {READY, "hang"}, .user = "gate"},
    {.name = "only unknown AUTH offered",
     "L",
     "no way to log in",
     {HELLO, "> 250-x", "> 250 AUTH GSSAPI X-OWN", "hang"},
     .user = "gate"},
    {.name = "login denied",
     "L",
     "login of user \"gate\" was denied: \"535 5.7.8 no\"",
     {HELLO, "> 250-x", "> 250 AUTH PLAIN", "< AUTH PLAIN", "> 334 ", "< AGdhdGUAc2VjcmV0", "> 535 5.7.8 no",
      "hang"},
     .user = "gate"},
    {.name = "login",
     "S",
     NULL,
     {HELLO, "> 250-x", "> 250-PIPELINING", "> 250 AUTH PLAIN LOGIN", "< AUTH PLAIN", "> 334 ",
      "< AGdhdGUAc2VjcmV0", "> 235 hi", ASK(0), YES, "data", "> 250 ok", QUIT},
     .user = "gate"},
    {.name = "asked to stop: the mail in hand is finished",
     "SLL",
     "stops",
     {READY_PLAIN, MAIL_FROM, "stop", "> 250 ok", "< RCPT TO:<r0@example.org>", "> 250 ok", "< DATA",
      "> 354 go", "data", "> 250 ok", QUIT}},
    {.name = "asked to stop, but the server is silent",
     "UL",
     NULL,
     {READY, ASK(0), YES, "data", "stop", "hang"},
     &hasty},
};

static OutboxRow *row_new(guint number, const char *text)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    row->id = number + 1;
    row->to = g_strdup_printf("r%u@example.org", number);
    row->envelope_from = g_strdup("support@example.com");
    row->bytes = g_bytes_new(text, strlen(text));
    return row;
}

static void row_free(OutboxRow *row)
{
    g_free(row->to);
    g_free(row->envelope_from);
    g_bytes_unref(row->bytes);
    g_free(row);
}

static GPtrArray *rows_new(guint first, guint count)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    for (guint i = first; i < first + count; i++) {
        g_autofree char *text = g_strdup_printf("Subject: %u\r\n\r\n.dot\r\n", i);
        g_ptr_array_add(rows, row_new(i, text));
    }
    return rows;
}

static void send_rows(Transport *transport, guint first, guint count, DeliveryResult *results)
{
    g_autoptr(GPtrArray) rows = rows_new(first, count);
    transport_send(transport, rows, results);
}

static void check_case(const Case *c, const Server *server, const DeliveryResult *results)
{
    guint count = (guint)strlen(c->outcomes);
    for (guint row = 0; row < count; row++)
        if (!results[row].answer || "SRLU"[results[row].outcome] != c->outcomes[row])
            fail_msg("%s: row %u is %c (%s); server: %s", c->name, row, "SRLU"[results[row].outcome],
                     results[row].answer, server->fault ? server->fault : "content");
    if (server->fault)
        fail_msg("%s: %s", c->name, server->fault);
    for (guint row = 0; row < count; row++)
        if (c->untried && results[row].is_untried != (c->untried[row] == 'y'))
            fail_msg("%s: row %u: untried is %d", c->name, row, results[row].is_untried);
    if (c->words && !strstr(results[count - 1].answer, c->words))
        fail_msg("%s: the words are: %s", c->name, results[count - 1].answer);
    if (c->mails)
        assert_string_equal(server->mails->str, c->mails);
}

static void run_case(const Case *c)
{
    Server server = {.script = c->script, .client = -1, .stop_fd = eventfd(0, EFD_CLOEXEC)};
    server.input = g_string_new(NULL);
    server.mails = g_string_new(NULL);
    char host[] = "127.0.0.1", hello[] = "gate.example.com";
    g_autofree char *user = g_strdup(c->user);
    ConfigRoute outgoing = {.type = OUTGOING_SMTP,
                            .server = {.host = host, .security = c->security, .user = user},
                            .hello = hello};
    outgoing.server.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    g_autoptr(ServerSecret) secret = c->user ? server_secret_fixed("secret", FALSE) : NULL;
    Transport *transport = transport_new_with(&outgoing, secret, c->timeouts ? c->timeouts : &patient);
    transport_stop_on(transport, server.stop_fd);
    guint count = (guint)strlen(c->outcomes);
    g_autofree DeliveryResult *results = g_new0(DeliveryResult, count);
    send_rows(transport, 0, c->in_two ? count - 1 : count, results);
    if (c->in_two)
        send_rows(transport, count - 1, 1, results + count - 1);
    transport_free(transport);
    g_thread_join(thread);
    check_case(c, &server, results);
    for (guint row = 0; row < count; row++)
        delivery_result_clear(&results[row]);
    g_string_free(server.input, TRUE);
    g_string_free(server.mails, TRUE);
    g_free(server.fault);
    close(server.stop_fd);
}

static void conversations(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        run_case(&cases[i]);
}

/* Larger than any socket buffer, so that sending and reading have to take turns. */
static void large_mail(void **state)
{
    (void)state;
    static const char *const script[] = {READY, ASK(0), YES, "data", "> 250 ok", QUIT, NULL};
    Server server = {.script = script, .client = -1, .stop_fd = -1};
    server.input = g_string_new(NULL);
    server.mails = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new("Subject: large\r\n\r\n");
    for (guint i = 0; text->len < 4 * 1024 * 1024; i++)
        g_string_append_printf(text, "line %u\r\n", i);
    char host[] = "127.0.0.1", hello[] = "gate.example.com";
    ConfigRoute outgoing = {.type = OUTGOING_SMTP, .server = {.host = host}, .hello = hello};
    outgoing.server.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    Transport *transport = transport_new_with(&outgoing, NULL, &patient);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    g_ptr_array_add(rows, row_new(0, text->str));
    DeliveryResult result = {0};
    transport_send(transport, rows, &result);
    transport_free(transport);
    g_thread_join(thread);
    assert_null(server.fault);
    assert_int_equal(result.outcome, DELIVERY_SENT);
    g_string_append(text, ".\r\n");
    assert_true(g_string_equal(text, server.mails));
    delivery_result_clear(&result);
    g_string_free(server.input, TRUE);
    g_string_free(server.mails, TRUE);
}

/* A server that takes the mail but reads only its beginning: the dot never went out. */
static void stuck_in_the_mail(void **state)
{
    (void)state;
    static const char *const script[] = {READY, ASK(0), YES, "read 1000", "> 552 too big", "close", NULL};
    Server server = {.script = script, .client = -1, .stop_fd = -1};
    server.input = g_string_new(NULL);
    server.mails = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new("Subject: large\r\n\r\n");
    while (text->len < 16 * 1024 * 1024)
        g_string_append(text, "a line that nobody reads\r\n");
    char host[] = "127.0.0.1", hello[] = "gate.example.com";
    ConfigRoute outgoing = {.type = OUTGOING_SMTP, .server = {.host = host}, .hello = hello};
    outgoing.server.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    Transport *transport = transport_new_with(&outgoing, NULL, &patient);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    g_ptr_array_add(rows, row_new(0, text->str));
    DeliveryResult result = {0};
    transport_send(transport, rows, &result);
    transport_free(transport);
    g_thread_join(thread);
    /* The reset that follows may overtake the words; then it is "later". Never unknown, never sent. */
    assert_true(result.outcome == DELIVERY_REFUSED || result.outcome == DELIVERY_LATER);
    delivery_result_clear(&result);
    g_string_free(server.input, TRUE);
    g_string_free(server.mails, TRUE);
    g_free(server.fault);
}

/* Somebody is there: the mail that comes next finds the connection open. */
static void knocking(void **state)
{
    (void)state;
    static const char *const script[] = {READY, ASK(0), YES, "data", "> 250 ok", QUIT, NULL};
    Server server = {.script = script, .client = -1, .stop_fd = -1};
    server.input = g_string_new(NULL);
    server.mails = g_string_new(NULL);
    char host[] = "127.0.0.1", hello[] = "gate.example.com";
    ConfigRoute outgoing = {.type = OUTGOING_SMTP, .server = {.host = host}, .hello = hello};
    outgoing.server.port = listen_somewhere(&server);
    GThread *thread = g_thread_new("server", serve, &server);
    Transport *transport = transport_new_with(&outgoing, NULL, &patient);
    assert_true(transport_knock(transport));
    assert_null(transport_away_words(transport));
    DeliveryResult result = {0};
    send_rows(transport, 0, 1, &result);
    transport_free(transport);
    g_thread_join(thread);
    assert_null(server.fault);
    assert_int_equal(result.outcome, DELIVERY_SENT);
    delivery_result_clear(&result);
    g_string_free(server.input, TRUE);
    g_string_free(server.mails, TRUE);
}

static void nobody_there(void **state)
{
    (void)state;
    Server server = {.client = -1};
    static const struct {
        const char *host, *hello, *words;
    } table[] = {
        {"127.0.0.1", "gate.example.com", "cannot connect"},
        {"no-such-host.invalid", "gate.example.com", "DNS does not know"},
        {"127.0.0.1", "gate example", "not a name"},
        {"127.0.0.1", "gate\r\nMAIL", "not a name"},
        {"user@127.0.0.1/x", "gate.example.com", "not a name"},
        {"", "gate.example.com", "not a name"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        ConfigRoute outgoing = {.type = OUTGOING_SMTP, .server = {.port = listen_somewhere(&server)}};
        close(server.listener);
        g_autofree char *host = g_strdup(table[i].host);
        outgoing.server.host = host;
        outgoing.hello = (char *)(guintptr)table[i].hello;
        Transport *transport = transport_new_with(&outgoing, NULL, &patient);
        DeliveryResult results[2];
        send_rows(transport, 0, 2, results);
        for (guint row = 0; row < 2; row++) {
            assert_int_equal(results[row].outcome, DELIVERY_LATER);
            if (!strstr(results[row].answer, table[i].words))
                fail_msg("%s: %s", table[i].host, results[row].answer);
        }
        assert_string_equal(transport_away_words(transport), results[1].answer);
        assert_true(g_str_has_prefix(results[1].dialogue, results[1].answer));
        transport_free(transport);
        for (guint row = 0; row < 2; row++)
            delivery_result_clear(&results[row]);
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations), cmocka_unit_test(large_mail),   cmocka_unit_test(stuck_in_the_mail),
        cmocka_unit_test(knocking),      cmocka_unit_test(nobody_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
