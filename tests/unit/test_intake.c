#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gateway/intake/server.h>
#include <poll.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/log.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS(n) ((gint64)(n)*G_USEC_PER_SEC)

/* A server with an owner that answers at once, or leaves its mails in `taken`. */
typedef struct {
    char *folder; /* temporary; "raw" and "socket" are in it */
    char *raw_folder;
    char *path;
    Config config;
    ConfigListen tcp, unix_socket;
    IntakeServer *server;
    GAsyncQueue *taken; /* IntakeMail */
    LmtpAnswer answer;  /* code 0: the test answers */
} Gate;

static LmtpAnswer gate_recipient(gpointer user, const char *address)
{
    (void)user;
    if (g_str_has_prefix(address, "unknown@"))
        return (LmtpAnswer){550, "5.1.1", "Nobody here by that name"};
    return (LmtpAnswer){250, "2.1.5", "OK"};
}

static void gate_take(gpointer user, IntakeMail *mail)
{
    Gate *gate = user;
    if (gate->answer.code)
        intake_answer(gate->server, mail->session, mail->serial, &gate->answer);
    g_async_queue_push(gate->taken, mail);
}

static GPtrArray *both_listeners(Gate *gate)
{
    GPtrArray *listens = g_ptr_array_new();
    static char host[] = "127.0.0.1";
    gate->tcp = (ConfigListen){.host = host};
    gate->unix_socket = (ConfigListen){.path = gate->path, .mode = 0660};
    g_ptr_array_add(listens, &gate->tcp);
    g_ptr_array_add(listens, &gate->unix_socket);
    return listens;
}

static gboolean gate_start(Gate *gate, GError **error)
{
    const IntakeOwner owner = {gate_recipient, gate_take, gate};
    gate->server = intake_server_start(&gate->config, gate->raw_folder, &owner, error);
    return gate->server != NULL;
}

static Gate *gate_prepare(void)
{
    Gate *gate = g_new0(Gate, 1);
    gate->folder = g_dir_make_tmp("postern-intake-XXXXXX", NULL);
    gate->raw_folder = g_build_filename(gate->folder, "raw", NULL);
    gate->path = g_build_filename(gate->folder, "socket", NULL);
    assert_int_equal(mkdir(gate->raw_folder, 0700), 0);
    gate->taken = g_async_queue_new_full((GDestroyNotify)intake_mail_free);
    gate->answer = (LmtpAnswer){250, "2.0.0", "Kept"};
    static char domain[] = "gate.example";
    gate->config = (Config){.domain = domain,
                            .listens = both_listeners(gate),
                            .message_bytes = 3 * 1024 * 1024,
                            .sessions = 2000,
                            .idle_seconds = 300};
    return gate;
}

static Gate *gate_new(void)
{
    g_autoptr(GError) error = NULL;
    Gate *gate = gate_prepare();
    if (!gate_start(gate, &error))
        fail_msg("%s", error->message);
    return gate;
}

static guint files_in(const char *folder)
{
    guint count = 0;
    DIR *handle = opendir(folder);
    assert_non_null(handle);
    for (struct dirent *entry; (entry = readdir(handle)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(handle);
    return count;
}

static void gate_stop(Gate *gate)
{
    if (gate->server)
        intake_server_stop(gate->server, SECONDS(5));
    g_clear_pointer(&gate->server, intake_server_free);
}

static void gate_free(Gate *gate)
{
    gate_stop(gate);
    g_async_queue_unref(gate->taken);
    g_ptr_array_unref(gate->config.listens);
    /* Whatever a test did: a mail that nobody keeps leaves no file, a stopped server no socket. */
    if (g_file_test(gate->raw_folder, G_FILE_TEST_IS_DIR)) {
        assert_int_equal(files_in(gate->raw_folder), 0);
        assert_int_equal(rmdir(gate->raw_folder), 0);
    }
    assert_int_equal(rmdir(gate->folder), 0);
    g_free(gate->folder);
    g_free(gate->raw_folder);
    g_free(gate->path);
    g_free(gate);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gate, gate_free)

/* Clients. Their reads give up after a time that no machine needs, so that a broken server fails a test
 * instead of stopping it. */

static int client_connect(int family, const void *address, socklen_t length)
{
    const struct timeval patience = {.tv_sec = 20};
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, address, length), 0);
    return fd;
}

static int client_tcp(const Gate *gate)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(intake_server_port(gate->server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return client_connect(AF_INET, &address, sizeof address);
}

static int client_unix(const Gate *gate)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, gate->path, sizeof address.sun_path);
    return client_connect(AF_UNIX, &address, sizeof address);
}

static void say_bytes(int fd, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        assert_true(sent > 0);
        bytes += sent;
        length -= (gsize)sent;
    }
}

static void say(int fd, const char *text)
{
    say_bytes(fd, text, strlen(text));
}

static void expect(int fd, const char *text)
{
    gsize length = strlen(text);
    g_autofree char *got = g_malloc0(length + 1);
    ssize_t count = recv(fd, got, length, MSG_WAITALL);
    if (count != (ssize_t)length || strcmp(got, text) != 0)
        fail_msg("expected \"%s\", got \"%s\"", text, got);
}

static void expect_end(int fd)
{
    char byte = 0;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

#define GREETING "220 gate.example LMTP ready\r\n"
#define HELLO                                                                                                \
    "250-gate.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 3145728\r\n"             \
    "250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n"
#define OPEN "LHLO c.example\r\nMAIL FROM:<a@a.example> ENVID=box+2B1\r\nRCPT TO:<b@b.example>\r\n"
#define OPEN_OK GREETING HELLO "250 2.1.0 OK\r\n250 2.1.5 OK\r\n"
#define DATA_OK "354 Send the mail, end with <CR><LF>.<CR><LF>\r\n"
#define KEPT "250 2.0.0 Kept\r\n"

static void open_transaction(int fd)
{
    say(fd, OPEN);
    expect(fd, OPEN_OK);
}

static void open_data(int fd)
{
    open_transaction(fd);
    say(fd, "DATA\r\n");
    expect(fd, DATA_OK);
}

static IntakeMail *next_mail(Gate *gate)
{
    IntakeMail *mail = g_async_queue_timeout_pop(gate->taken, SECONDS(20));
    assert_non_null(mail);
    return mail;
}

static void answer(const Gate *gate, const IntakeMail *mail, guint code, const char *enhanced,
                   const char *text)
{
    LmtpAnswer given = {code, enhanced, ""};
    g_strlcpy(given.text, text, sizeof given.text);
    intake_answer(gate->server, mail->session, mail->serial, &given);
}

/* A round trip over an event: the server has seen all that was there before this call. */
static void settle_with(const Gate *gate, const char *greeting)
{
    char ignored[200];
    int fd = client_unix(gate);
    if (greeting)
        expect(fd, greeting);
    else
        assert_true(recv(fd, ignored, sizeof ignored, 0) > 0);
    say(fd, "QUIT\r\n");
    expect(fd, "221 2.0.0 Bye\r\n");
    expect_end(fd);
}

static void settle(const Gate *gate)
{
    settle_with(gate, GREETING);
}

static void skip_seconds(const Gate *gate, guint seconds)
{
    intake_server_skip(gate->server, SECONDS(seconds));
    settle(gate);
}

static void test_one_mail(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_tcp(gate);
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    (void)state;
    open_transaction(fd);
    say(fd, "RCPT TO:<unknown@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n");
    expect(fd, "550 5.1.1 Nobody here by that name\r\n250 2.1.5 OK\r\n" DATA_OK);
    say(fd, "Subject: x\r\n\r\n..dot\r\nbare\n.\r\r\n.\r\nQUIT\r\n");
    expect(fd, KEPT KEPT "221 2.0.0 Bye\r\n");
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    expect_end(fd);
    g_autoptr(IntakeMail) mail = next_mail(gate);
    static const char raw[] = "Subject: x\r\n\r\n.dot\r\nbare\n.\r\r\n";
    guint8 sum[DIGEST_BYTES];
    digest_of(raw, strlen(raw), sum);
    g_autofree char *peer = g_strdup_printf("127.0.0.1:%u", ntohs(address.sin_port));
    assert_string_equal(mail->source, "lmtp");
    assert_string_equal(mail->peer, peer);
    assert_string_equal(mail->envelope_from, "a@a.example");
    assert_string_equal(mail->envid, "box+1");
    assert_int_equal(mail->recipients->len, 2);
    assert_string_equal(mail->recipients->pdata[0], "b@b.example");
    assert_string_equal(mail->recipients->pdata[1], "c@b.example");
    assert_int_equal(mail->raw->size, strlen(raw));
    assert_memory_equal(g_bytes_get_data(mail->raw->bytes, NULL), raw, strlen(raw));
    assert_memory_equal(mail->raw->sha256, sum, DIGEST_BYTES);
}

static void test_empty_mail(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_unix(gate);
    (void)state;
    open_data(fd);
    say(fd, ".\r\n");
    expect(fd, KEPT);
    close(fd);
    g_autoptr(IntakeMail) mail = next_mail(gate);
    assert_string_equal(mail->peer, "unix");
    assert_int_equal(mail->raw->size, 0);
}

/* Lines of numbers, so that a lost or doubled piece shows. */
static GString *large_body(gsize bytes)
{
    GString *body = g_string_sized_new(bytes + 64);
    for (guint line = 0; body->len < bytes; line++)
        g_string_append_printf(body, "line %u of a mail that is too large for a row\r\n", line);
    return body;
}

static void test_large_mail_is_a_file(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(2 * 1024 * 1024);
    g_autoptr(GError) error = NULL;
    int fd = client_tcp(gate);
    (void)state;
    open_data(fd);
    say_bytes(fd, body->str, body->len);
    say(fd, ".\r\n");
    expect(fd, KEPT);
    g_autoptr(IntakeMail) mail = next_mail(gate);
    gsize length = 0;
    assert_non_null(mail->raw->file);
    g_autofree char *path = g_build_filename(gate->raw_folder, mail->raw->file, NULL);
    g_autofree char *text = file_read(path, body->len + 1, &length, &error);
    assert_non_null(text);
    assert_int_equal(length, body->len);
    assert_memory_equal(text, body->str, length);
    mail->raw->keep = TRUE;
    intake_mail_free(g_steal_pointer(&mail));
    assert_int_equal(unlink(path), 0);
    /* One that nobody keeps goes with its file. */
    say(fd, "MAIL FROM:<>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n");
    expect(fd, "250 2.1.0 OK\r\n250 2.1.5 OK\r\n" DATA_OK);
    say_bytes(fd, body->str, body->len);
    say(fd, ".\r\n");
    expect(fd, KEPT);
    close(fd);
    mail = next_mail(gate);
    assert_int_equal(files_in(gate->raw_folder), 1);
    intake_mail_free(g_steal_pointer(&mail));
    assert_int_equal(files_in(gate->raw_folder), 0);
}

static void test_too_large(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(3 * 1024 * 1024 + 1);
    int fd = client_unix(gate);
    (void)state;
    open_data(fd);
    say_bytes(fd, body->str, body->len);
    say(fd, ".\r\n");
    expect(fd, "552 5.3.4 Message is larger than the limit\r\n");
    assert_int_equal(files_in(gate->raw_folder), 0);
    say(fd, "MAIL FROM:<a@a.example> SIZE=3145729\r\n");
    expect(fd, "552 5.3.4 Message is larger than the limit\r\n");
    close(fd);
    assert_int_equal(g_async_queue_length(gate->taken), 0);
}

static void test_byte_by_byte(void **state)
{
    static const char input[] = OPEN "DATA\r\nx\r\n..\r\n.\r\nQUIT\r\n";
    g_autoptr(Gate) gate = gate_new();
    int fd = client_tcp(gate);
    (void)state;
    for (gsize i = 0; i < strlen(input); i++)
        say_bytes(fd, input + i, 1);
    expect(fd, OPEN_OK DATA_OK KEPT "221 2.0.0 Bye\r\n");
    expect_end(fd);
    g_autoptr(IntakeMail) mail = next_mail(gate);
    assert_int_equal(mail->raw->size, strlen("x\r\n.\r\n"));
}

/* All at once, then no more to send: every reply comes all the same. */
static void test_half_closed(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_unix(gate);
    (void)state;
    gate->answer.code = 0;
    say(fd, OPEN "DATA\r\nx\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.example>\r\nDATA\r\ny\r\n.\r\n");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    expect(fd, OPEN_OK DATA_OK);
    g_autoptr(IntakeMail) first = next_mail(gate);
    answer(gate, first, 250, "2.0.0", "First");
    expect(fd, "250 2.0.0 First\r\n250 2.1.0 OK\r\n250 2.1.5 OK\r\n" DATA_OK);
    g_autoptr(IntakeMail) second = next_mail(gate);
    answer(gate, second, 451, "4.3.0", "Second");
    expect(fd, "451 4.3.0 Second\r\n");
    expect_end(fd);
    assert_string_equal(second->envelope_from, "");
    assert_null(second->envid);
}

/* Nothing is answered, and nothing read, before the owner has spoken. */
static void test_late_answer(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_unix(gate), other = client_tcp(gate);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    (void)state;
    gate->answer.code = 0;
    open_transaction(fd);
    say(fd, "RCPT TO:<c@b.example>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n");
    expect(fd, "250 2.1.5 OK\r\n" DATA_OK);
    g_autoptr(IntakeMail) mail = next_mail(gate);
    open_transaction(other);
    settle(gate);
    assert_int_equal(poll(&wait, 1, 0), 0);
    /* Not for this mail. */
    intake_answer(gate->server, mail->session, mail->serial + 1, &(LmtpAnswer){250, "2.0.0", "Wrong"});
    intake_answer(gate->server, mail->session + 99, mail->serial, &(LmtpAnswer){250, "2.0.0", "Wrong"});
    answer(gate, mail, 452, "4.2.2", "Later");
    answer(gate, mail, 250, "2.0.0", "Twice");
    expect(fd, "452 4.2.2 Later\r\n452 4.2.2 Later\r\n250 2.0.0 OK\r\n");
    settle(gate);
    assert_int_equal(poll(&wait, 1, 0), 0);
    close(fd);
    close(other);
}

/* The mail is the owner's; the session may be gone before the answer. */
static void test_answer_for_the_dead(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    (void)state;
    gate->answer.code = 0;
    for (guint i = 0; i < 20; i++) {
        const struct linger reset = {.l_onoff = 1};
        int fd = client_tcp(gate);
        open_data(fd);
        say(fd, "x\r\n.\r\n");
        g_autoptr(IntakeMail) mail = next_mail(gate);
        if (i & 1)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
        if (i & 2)
            settle(gate);
        answer(gate, mail, 250, "2.0.0", "Kept");
        settle(gate);
        answer(gate, mail, 250, "2.0.0", "Kept");
    }
    settle(gate);
}

static void test_disconnect_in_data(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(200 * 1024);
    const struct linger reset = {.l_onoff = 1};
    (void)state;
    int fd = client_tcp(gate);
    open_data(fd);
    say_bytes(fd, body->str, body->len);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    expect_end(fd);
    assert_int_equal(files_in(gate->raw_folder), 0);

    fd = client_unix(gate);
    open_data(fd);
    say_bytes(fd, body->str, body->len);
    for (int unread = 1; unread > 0;)
        assert_int_equal(ioctl(fd, TIOCOUTQ, &unread), 0);
    settle(gate);
    assert_int_equal(files_in(gate->raw_folder), 1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    settle(gate);
    assert_int_equal(files_in(gate->raw_folder), 0);
    assert_int_equal(g_async_queue_length(gate->taken), 0);
}

static void test_no_raw_folder(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(200 * 1024);
    int fd = client_unix(gate);
    (void)state;
    assert_int_equal(rmdir(gate->raw_folder), 0);
    open_transaction(fd);
    say(fd, "RCPT TO:<c@b.example>\r\nDATA\r\n");
    expect(fd, "250 2.1.5 OK\r\n" DATA_OK);
    say_bytes(fd, body->str, body->len);
    say(fd, ".\r\nNOOP\r\n");
    expect(fd, "451 4.3.0 Cannot keep the mail now; try again later\r\n"
               "451 4.3.0 Cannot keep the mail now; try again later\r\n250 2.0.0 OK\r\n");
    close(fd);
}

static void test_disk_full(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(200 * 1024);
    int fd = client_unix(gate);
    struct rlimit before, small;
    (void)state;
    open_data(fd);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 64 * 1024;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    say_bytes(fd, body->str, body->len);
    say(fd, ".\r\n");
    expect(fd, "452 4.3.1 No space to keep the mail; try again later\r\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(files_in(gate->raw_folder), 0);
    /* The next one finds space. */
    say(fd, "MAIL FROM:<>\r\nRCPT TO:<b@b.example>\r\nDATA\r\nx\r\n.\r\n");
    expect(fd, "250 2.1.0 OK\r\n250 2.1.5 OK\r\n" DATA_OK KEPT);
    close(fd);
}

/* At least `count` descriptors, or FALSE. */
static gboolean raise_descriptors(rlim_t count)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur >= count)
        return TRUE;
    limit.rlim_cur = limit.rlim_max;
    return limit.rlim_max >= count && setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static void test_thousand_idle(void **state)
{
    enum { IDLE = 1000 };
    g_autoptr(Gate) gate = gate_new();
    int fds[IDLE];
    (void)state;
    if (!raise_descriptors(2 * IDLE + 100))
        skip();
    for (guint i = 0; i < IDLE; i++) {
        fds[i] = i & 1 ? client_unix(gate) : client_tcp(gate);
        expect(fds[i], GREETING);
    }
    for (guint i = 0; i < 50; i++) {
        int fd = client_tcp(gate);
        open_data(fd);
        say(fd, "x\r\n.\r\n");
        expect(fd, KEPT);
        close(fd);
    }
    skip_seconds(gate, 301);
    for (guint i = 0; i < IDLE; i++) {
        expect(fds[i], "421 4.4.2 Silent for too long\r\n");
        expect_end(fds[i]);
    }
}

static void test_silence(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int idle = client_tcp(gate), busy = client_unix(gate), data = client_tcp(gate),
        trickle = client_unix(gate);
    struct pollfd wait = {.fd = trickle, .events = POLLIN};
    (void)state;
    expect(idle, GREETING);
    open_transaction(busy);
    open_data(data);
    expect(trickle, GREETING);
    /* A command that only grows is silence too. */
    for (guint i = 0; i < 2; i++) {
        skip_seconds(gate, 140);
        say(trickle, "N");
        assert_int_equal(poll(&wait, 1, 0), 0);
    }
    skip_seconds(gate, 21);
    expect(idle, "421 4.4.2 Silent for too long\r\n");
    expect(busy, "421 4.4.2 Silent for too long\r\n");
    expect(data, "421 4.4.2 Silent for too long\r\n");
    expect(trickle, "421 4.4.2 Silent for too long\r\n");
    expect_end(idle);
    expect_end(busy);
    expect_end(data);
    expect_end(trickle);
}

static void test_words_keep_alive(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_tcp(gate);
    (void)state;
    expect(fd, GREETING);
    for (guint i = 0; i < 5; i++) {
        skip_seconds(gate, 290);
        say(fd, "NOOP\r\n");
        expect(fd, "250 2.0.0 OK\r\n");
    }
    close(fd);
}

static void test_data_takes_too_long(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(100 * 1024);
    int fd = client_unix(gate);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    (void)state;
    open_data(fd);
    say_bytes(fd, body->str, body->len);
    for (guint i = 0; i < 4; i++) {
        for (int unread = 1; unread > 0;)
            assert_int_equal(ioctl(fd, TIOCOUTQ, &unread), 0);
        skip_seconds(gate, 299);
        assert_int_equal(poll(&wait, 1, 0), 0);
        say(fd, "x");
    }
    for (int unread = 1; unread > 0;)
        assert_int_equal(ioctl(fd, TIOCOUTQ, &unread), 0);
    skip_seconds(gate, 10);
    say(fd, "x");
    expect(fd, "421 4.4.2 This mail takes too long\r\n");
    expect_end(fd);
    settle(gate);
    assert_int_equal(files_in(gate->raw_folder), 0);
}

/* Our last words reach a client that is still sending, and one that never closes is not waited for. */
static void test_leaving(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_tcp(gate);
    (void)state;
    expect(fd, GREETING);
    skip_seconds(gate, 301);
    say(fd, OPEN OPEN OPEN);
    expect(fd, "421 4.4.2 Silent for too long\r\n");
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    /* Still read, and not answered with a reset, which could take the 421 away from a slow reader. */
    for (guint i = 0; i < 3; i++)
        say(fd, "NOOP\r\n");
    skip_seconds(gate, 3);
    /* Now the server's end is closed: the first byte is answered with a reset, which the next one meets. */
    if (send(fd, "x", 1, MSG_NOSIGNAL) == 1)
        assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), -1);
    close(fd);
}

static void test_too_many_sessions(void **state)
{
    g_autoptr(Gate) gate = gate_prepare();
    g_autoptr(GError) error = NULL;
    int fds[3];
    (void)state;
    gate->config.sessions = 3;
    assert_true(gate_start(gate, &error));
    for (guint i = 0; i < 3; i++) {
        fds[i] = client_tcp(gate);
        expect(fds[i], GREETING);
    }
    /* The first spoke last, the second is in a transaction: the third has been idle longest. */
    say(fds[1], OPEN);
    expect(fds[1], &OPEN_OK[strlen(GREETING)]);
    say(fds[0], "NOOP\r\n");
    expect(fds[0], "250 2.0.0 OK\r\n");
    int fourth = client_tcp(gate);
    expect(fourth, GREETING);
    expect(fds[2], "421 4.3.2 Too many sessions, and this one was idle\r\n");
    expect_end(fds[2]);
    say(fourth, OPEN);
    expect(fourth, &OPEN_OK[strlen(GREETING)]);
    say(fds[0], OPEN);
    expect(fds[0], &OPEN_OK[strlen(GREETING)]);
    int fifth = client_unix(gate);
    expect(fifth, "421 4.3.2 Too many sessions; try again later\r\n");
    expect_end(fifth);
    say(fds[0], "QUIT\r\n");
    expect(fds[0], "221 2.0.0 Bye\r\n");
    expect_end(fds[0]);
    int sixth = client_unix(gate);
    expect(sixth, GREETING);
    close(fds[1]);
    close(fourth);
    close(sixth);
}

/* A peer that sends and does not read is not read from: its own send blocks, no memory grows. */
static void test_never_reads(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_unix(gate);
    g_autoptr(GString) block = g_string_new(NULL);
    gsize sent = 0, skipped = 0;
    (void)state;
    while (block->len < 60000)
        g_string_append(block, "NOOP\r\n");
    for (guint quiet = 0; quiet < 3;) {
        ssize_t count = send(fd, block->str + sent % block->len, block->len - sent % block->len,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
        quiet = count > 0 ? 0 : quiet + 1;
        sent += count > 0 ? (gsize)count : 0;
        if (count <= 0)
            settle(gate);
        assert_true(sent < 16 * 1024 * 1024);
    }
    /* Nothing is lost when it reads at last. */
    expect(fd, GREETING);
    for (; skipped < sent / 6; skipped++)
        expect(fd, "250 2.0.0 OK\r\n");
    close(fd);
}

static gpointer stop_in_thread(gpointer data)
{
    Gate *gate = data;
    intake_server_stop(gate->server, SECONDS(20));
    return NULL;
}

static void test_stop(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    g_autoptr(GString) body = large_body(100 * 1024);
    int idle = client_tcp(gate), sending = client_tcp(gate), waiting = client_unix(gate);
    (void)state;
    gate->answer.code = 0;
    expect(idle, GREETING);
    open_data(waiting);
    say(waiting, "x\r\n.\r\nNOOP\r\n");
    g_autoptr(IntakeMail) mail = next_mail(gate);
    open_data(sending);
    say_bytes(sending, body->str, body->len);
    GThread *stopper = g_thread_new("stop", stop_in_thread, gate);
    expect(idle, "421 4.3.2 Shutting down\r\n");
    expect_end(idle);
    expect(sending, "421 4.3.2 Shutting down\r\n");
    expect_end(sending);
    answer(gate, mail, 250, "2.0.0", "Kept");
    expect(waiting, KEPT "421 4.3.2 Shutting down\r\n");
    expect_end(waiting);
    g_thread_join(stopper);
    assert_false(g_file_test(gate->path, G_FILE_TEST_EXISTS));
    answer(gate, mail, 250, "2.0.0", "Nobody hears it");
}

static void test_stop_without_grace(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int fd = client_unix(gate);
    (void)state;
    gate->answer.code = 0;
    open_data(fd);
    say(fd, "x\r\n.\r\n");
    g_autoptr(IntakeMail) mail = next_mail(gate);
    intake_server_stop(gate->server, 0);
    expect_end(fd);
    answer(gate, mail, 250, "2.0.0", "Kept");
}

static void test_reload(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    int old = client_unix(gate);
    (void)state;
    expect(old, GREETING);
    static char domain[] = "new.example";
    Config config = gate->config;
    config.domain = domain;
    config.message_bytes = 5;
    config.idle_seconds = 10;
    intake_server_reload(gate->server, &config);
    memset(&config, 0xff, sizeof config);
    settle_with(gate, NULL);
    int new = client_unix(gate);
    expect(new, "220 new.example LMTP ready\r\n");
    say(new, "LHLO x\r\nMAIL FROM:<> SIZE=6\r\n");
    expect(new, "250-new.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 5\r\n"
                "250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n552 5.3.4 Message is larger than the limit\r\n");
    say(old, "LHLO x\r\nMAIL FROM:<> SIZE=6\r\n");
    expect(old, HELLO "250 2.1.0 OK\r\n");
    intake_server_skip(gate->server, SECONDS(11));
    expect(old, "421 4.4.2 Silent for too long\r\n");
    expect(new, "421 4.4.2 Silent for too long\r\n");
    close(old);
    close(new);
}

static void test_no_descriptors_left(void **state)
{
    g_autoptr(Gate) gate = gate_new();
    struct rlimit before, none;
    (void)state;
    int busy = client_unix(gate), idle = client_unix(gate);
    open_transaction(busy);
    expect(idle, GREETING);
    int late = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, gate->path, sizeof address.sun_path);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_int_equal(connect(late, (struct sockaddr *)&address, sizeof address), 0);
    expect(idle, "421 4.3.2 Too many sessions, and this one was idle\r\n");
    expect_end(idle);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    /* It does not try again before its second is over, whatever else goes on. */
    struct pollfd wait = {.fd = late, .events = POLLIN};
    for (guint i = 0; i < 10; i++) {
        say(busy, "NOOP\r\n");
        expect(busy, "250 2.0.0 OK\r\n");
    }
    assert_int_equal(poll(&wait, 1, 0), 0);
    intake_server_skip(gate->server, SECONDS(1));
    expect(late, GREETING);
    close(late);
    close(busy);
}

/* In a child, because what is taken from a hard limit is gone. Gives the sessions of a server that wants
 * 2000. */
static int sessions_under(rlim_t soft, rlim_t hard)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit limit = {soft, hard};
        gboolean is_set = setrlimit(RLIMIT_NOFILE, &limit) == 0;
        Gate *gate = gate_prepare();
        gboolean started = gate_start(gate, NULL);
        guint sessions = started ? gate->server->settings.sessions : 0;
        gate_free(gate);
        /* An exit code is a byte. */
        _exit(is_set && started ? (int)(sessions / 10) : 255);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) * 10;
}

static void test_descriptors_suffice(void **state)
{
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < 4200)
        skip();
    assert_int_equal(sessions_under(100, 4200), 2000);
    assert_int_equal(sessions_under(100, 1200), 500);
    assert_int_equal(sessions_under(100, 200), 50);
}

static void check_refused(Gate *gate, ErrorCode code)
{
    g_autoptr(GError) error = NULL;
    assert_false(gate_start(gate, &error));
    assert_true(error_is(error, code));
}

static void test_socket_file(void **state)
{
    g_autoptr(Gate) gate = gate_prepare();
    g_autoptr(Gate) second = gate_prepare();
    g_autoptr(GError) error = NULL;
    g_autofree char *own = g_strdup(second->path);
    struct stat status;
    (void)state;
    second->unix_socket.path = gate->path;
    mode_t mask = umask(077);
    assert_true(gate_start(gate, &error));
    umask(mask);
    assert_int_equal(stat(gate->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0660);
    check_refused(second, ERROR_TEMPORARY);
    settle(gate);
    /* What a killed process leaves behind. */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, own, sizeof address.sun_path);
    int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(stale, (struct sockaddr *)&address, sizeof address), 0);
    close(stale);
    second->unix_socket.path = own;
    assert_true(gate_start(second, &error));
    settle(second);
    /* A file that came in the place of ours is not ours to remove. */
    assert_int_equal(unlink(own), 0);
    assert_true(g_file_set_contents(own, "x", 1, NULL));
    gate_stop(second);
    assert_true(g_file_test(own, G_FILE_TEST_EXISTS));
    check_refused(second, ERROR_CONFIG);
    assert_true(g_file_test(own, G_FILE_TEST_EXISTS));
    assert_int_equal(unlink(own), 0);
    gate_stop(gate);
    assert_false(g_file_test(gate->path, G_FILE_TEST_EXISTS));
}

/* Somebody listens, but has no room at this moment: not stale. */
static void test_busy_socket_file(void **state)
{
    g_autoptr(Gate) gate = gate_prepare();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fds[100];
    guint count = 0;
    (void)state;
    g_strlcpy(address.sun_path, gate->path, sizeof address.sun_path);
    int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(other, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(other, 0), 0);
    do {
        assert_true(count < G_N_ELEMENTS(fds));
        fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    } while (connect(fds[count++], (struct sockaddr *)&address, sizeof address) == 0);
    check_refused(gate, ERROR_TEMPORARY);
    assert_true(g_file_test(gate->path, G_FILE_TEST_EXISTS));
    while (count > 0)
        close(fds[--count]);
    close(other);
    assert_int_equal(unlink(gate->path), 0);
}

static void test_addresses(void **state)
{
    static char localhost[] = "localhost", inet6[] = "::1", name[] = "gate.example";
    g_autoptr(Gate) gate = gate_prepare();
    g_autoptr(Gate) second = gate_prepare();
    g_autoptr(GError) error = NULL;
    (void)state;
    gate->tcp.host = localhost;
    assert_true(gate_start(gate, &error));
    int fd = client_tcp(gate);
    expect(fd, GREETING);
    close(fd);
    second->tcp.port = intake_server_port(gate->server);
    check_refused(second, ERROR_TEMPORARY);
    second->tcp.host = name;
    check_refused(second, ERROR_CONFIG);
    second->tcp.host = inet6;
    second->tcp.port = 0;
    /* Not every machine has IPv6. */
    if (gate_start(second, &error))
        assert_true(intake_server_port(second->server) > 0);
}

/* As systemd does: descriptors from 3 on. */
static void test_passed_sockets(void **state)
{
    g_autoptr(Gate) gate = gate_prepare();
    g_autoptr(GError) error = NULL;
    g_autofree char *pid = g_strdup_printf("%d", (int)getpid());
    struct sockaddr_in address = {.sin_family = AF_INET};
    (void)state;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int saved = fcntl(3, F_DUPFD_CLOEXEC, 10);
    int passed = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(passed, (struct sockaddr *)&address, sizeof address), 0);
    if (passed != 3) {
        assert_int_equal(dup2(passed, 3), 3);
        close(passed);
    }
    g_setenv("LISTEN_PID", pid, TRUE);
    g_setenv("LISTEN_FDS", "1", TRUE);
    check_refused(gate, ERROR_CONFIG);
    close(3);
    passed = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(passed, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(passed, 5), 0);
    if (passed != 3) {
        assert_int_equal(dup2(passed, 3), 3);
        close(passed);
    }
    g_setenv("LISTEN_PID", pid, TRUE);
    g_setenv("LISTEN_FDS", "1", TRUE);
    assert_true(gate_start(gate, &error));
    assert_null(g_getenv("LISTEN_FDS"));
    assert_false(g_file_test(gate->path, G_FILE_TEST_EXISTS));
    int fd = client_tcp(gate);
    expect(fd, GREETING);
    close(fd);
    gate_stop(gate);
    if (saved >= 0) {
        dup2(saved, 3);
        close(saved);
    }
    /* Meant for another process: not taken. */
    g_setenv("LISTEN_PID", "1", TRUE);
    g_setenv("LISTEN_FDS", "1", TRUE);
    assert_true(gate_start(gate, &error));
    assert_true(g_file_test(gate->path, G_FILE_TEST_EXISTS));
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passed_sockets),
        cmocka_unit_test(test_descriptors_suffice),
        cmocka_unit_test(test_one_mail),
        cmocka_unit_test(test_empty_mail),
        cmocka_unit_test(test_large_mail_is_a_file),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_half_closed),
        cmocka_unit_test(test_late_answer),
        cmocka_unit_test(test_answer_for_the_dead),
        cmocka_unit_test(test_disconnect_in_data),
        cmocka_unit_test(test_no_raw_folder),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_thousand_idle),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_words_keep_alive),
        cmocka_unit_test(test_data_takes_too_long),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_too_many_sessions),
        cmocka_unit_test(test_never_reads),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_stop_without_grace),
        cmocka_unit_test(test_reload),
        cmocka_unit_test(test_no_descriptors_left),
        cmocka_unit_test(test_socket_file),
        cmocka_unit_test(test_busy_socket_file),
        cmocka_unit_test(test_addresses),
    };
    log_setup("test", LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
