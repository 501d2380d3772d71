/* The TLS client against servers of GnuTLS in threads of the test, with certificates made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/tls.h>

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define DAY (24 * 60 * 60)

typedef struct {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
} Identity;

static char *folder;
static char *ca_file;
static Identity authority;

static gnutls_x509_privkey_t new_key(void)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_privkey_init(&key);
    assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                                  GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    return key;
}

/* `issuer` NULL: by itself. Valid from `begin` to `end`, in days from now. */
static Identity new_identity(const char *name, const Identity *issuer, int begin, int end)
{
    Identity self = {.key = new_key()};
    gnutls_x509_crt_init(&self.certificate);
    gnutls_x509_crt_set_version(self.certificate, 3);
    gnutls_x509_crt_set_serial(self.certificate, "\x01\x02", 2);
    gnutls_x509_crt_set_dn_by_oid(self.certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                  (guint)strlen(name));
    time_t now = clock_now_us() / G_USEC_PER_SEC;
    gnutls_x509_crt_set_activation_time(self.certificate, now + begin * DAY);
    gnutls_x509_crt_set_expiration_time(self.certificate, now + end * DAY);
    gnutls_x509_crt_set_basic_constraints(self.certificate, issuer == NULL, -1);
    gnutls_x509_crt_set_key_usage(self.certificate,
                                  issuer ? GNUTLS_KEY_DIGITAL_SIGNATURE : GNUTLS_KEY_KEY_CERT_SIGN);
    gnutls_x509_crt_set_key(self.certificate, self.key);
    return self;
}

static void add_name(Identity *self, const char *name)
{
    struct in_addr address;
    if (inet_pton(AF_INET, name, &address) == 1)
        gnutls_x509_crt_set_subject_alt_name(self->certificate, GNUTLS_SAN_IPADDRESS, &address,
                                             sizeof address, GNUTLS_FSAN_APPEND);
    else
        gnutls_x509_crt_set_subject_alt_name(self->certificate, GNUTLS_SAN_DNSNAME, name, (guint)strlen(name),
                                             GNUTLS_FSAN_APPEND);
}

static void sign(Identity *self, const Identity *issuer)
{
    assert_int_equal(
        gnutls_x509_crt_sign2(self->certificate, issuer->certificate, issuer->key, GNUTLS_DIG_SHA256, 0), 0);
}

static void forget(Identity *self)
{
    gnutls_x509_crt_deinit(self->certificate);
    gnutls_x509_privkey_deinit(self->key);
}

typedef enum { SPEAK_TLS, SPEAK_CLEAR, SPEAK_NOTHING, SPEAK_ON, CLOSE } Manner;

typedef struct {
    Manner manner;
    const char *priorities;
    gnutls_certificate_credentials_t identity;
    int listener;
    guint16 port;
    GThread *thread;
    char name[256]; /* that the client asked for (SNI) */
    gboolean came;  /* a handshake was done */
} Server;

static void read_name(Server *server, gnutls_session_t session)
{
    size_t size = sizeof server->name - 1;
    guint type;
    if (gnutls_server_name_get(session, server->name, &size, &type, 0) != 0)
        server->name[0] = '\0';
}

/* Says "hello", then gives back what comes until the end. */
static void speak_tls(Server *server, int client)
{
    gnutls_session_t session;
    char buffer[1024];
    gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    assert_int_equal(gnutls_priority_set_direct(session, server->priorities, NULL), 0);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, server->identity);
    gnutls_transport_set_int(session, client);
    gnutls_handshake_set_timeout(session, 20000);
    server->came = gnutls_handshake(session) == 0;
    if (server->came) {
        read_name(server, session);
        gnutls_record_send(session, "hello", 5);
        gssize got = gnutls_record_recv(session, buffer, sizeof buffer);
        if (got > 0)
            gnutls_record_send(session, buffer, (gsize)got);
        gnutls_bye(session, GNUTLS_SHUT_WR);
    }
    gnutls_deinit(session);
}

static gpointer serve(gpointer data)
{
    Server *server = data;
    struct pollfd wait = {.fd = server->listener, .events = POLLIN};
    if (poll(&wait, 1, 20000) <= 0)
        return NULL;
    int client = accept(server->listener, NULL, NULL);
    char buffer[1024];
    if (server->manner == SPEAK_TLS)
        speak_tls(server, client);
    if (server->manner == SPEAK_CLEAR)
        send(client, "* OK this is no TLS at all\r\n", 28, MSG_NOSIGNAL);
    memset(buffer, 'x', sizeof buffer);
    while (server->manner == SPEAK_ON && send(client, buffer, sizeof buffer, MSG_NOSIGNAL) > 0)
        ;
    if (server->manner == SPEAK_CLEAR || server->manner == SPEAK_NOTHING)
        while (recv(client, buffer, sizeof buffer, 0) > 0)
            ;
    close(client);
    return NULL;
}

static void server_start(Server *server, const Identity *chain, guint count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    gnutls_x509_crt_t certificates[2];
    for (guint index = 0; index < count; index++)
        certificates[index] = chain[index].certificate;
    gnutls_certificate_allocate_credentials(&server->identity);
    if (count > 0)
        assert_int_equal(
            gnutls_certificate_set_x509_key(server->identity, certificates, (int)count, chain[0].key), 0);
    if (!server->priorities)
        server->priorities = "NORMAL";
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 4), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    server->thread = g_thread_new("server", serve, server);
}

static void server_end(Server *server)
{
    g_thread_join(server->thread);
    close(server->listener);
    gnutls_certificate_free_credentials(server->identity);
}

static gint64 later(gint64 time_us)
{
    return clock_monotonic_us() + time_us;
}

/* NULL with an error when the handshake fails. */
static TlsClient *meet(Server *server, const char *host, const char *trust, GError **error)
{
    TlsClient *client = tls_connect(host, server->port, -1, later(PATIENCE_US), error);
    assert_non_null(client);
    if (tls_handshake(client, trust, later(PATIENCE_US), error))
        return client;
    tls_close(client);
    return NULL;
}

static Identity good_identity(void)
{
    Identity self = new_identity("localhost", &authority, -1, 20);
    add_name(&self, "localhost");
    add_name(&self, "127.0.0.1");
    sign(&self, &authority);
    return self;
}

static void talk(TlsClient *client)
{
    char buffer[16] = "";
    g_autoptr(GError) error = NULL;
    assert_int_equal(tls_read(client, buffer, 2, later(PATIENCE_US), &error), 2);
    /* The rest of the record is decrypted already: nothing on the socket would tell of it. */
    assert_int_equal(tls_wait(client, 0), TLS_READY);
    assert_int_equal(tls_read(client, buffer + 2, sizeof buffer - 2, later(PATIENCE_US), &error), 3);
    assert_string_equal(buffer, "hello");
    assert_true(tls_write(client, "again", 5, later(PATIENCE_US), &error));
    assert_int_equal(tls_read(client, buffer, sizeof buffer, later(PATIENCE_US), &error), 5);
    assert_memory_equal(buffer, "again", 5);
    assert_int_equal(tls_read(client, buffer, sizeof buffer, later(PATIENCE_US), &error), -1);
    assert_true(error_is(error, ERROR_TEMPORARY));
    assert_non_null(strstr(error->message, "the server closed it"));
}

static void test_good(void **state)
{
    (void)state;
    static const char *const versions[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.2"};
    static const char *const words[] = {"TLS 1.3", "TLS 1.2"};
    for (guint index = 0; index < 2; index++) {
        g_autoptr(GError) error = NULL;
        Identity self = good_identity();
        Server server = {.priorities = versions[index]};
        server_start(&server, &self, 1);
        TlsClient *client = meet(&server, "localhost", ca_file, &error);
        assert_null(error);
        assert_string_equal(tls_words(client), words[index]);
        assert_int_equal(tls_certificate_end_us(client) / G_USEC_PER_SEC,
                         gnutls_x509_crt_get_expiration_time(self.certificate));
        talk(client);
        tls_close(client);
        server_end(&server);
        assert_string_equal(server.name, "localhost");
        forget(&self);
    }
}

static void test_address_as_host(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    Identity self = good_identity();
    Server server = {0};
    server_start(&server, &self, 1);
    TlsClient *client = meet(&server, "127.0.0.1", ca_file, &error);
    assert_null(error);
    talk(client);
    tls_close(client);
    server_end(&server);
    assert_string_equal(server.name, ""); /* RFC 6066: no address as server name */
    forget(&self);
}

/* The handshake must fail, with an ErrorCode and these words. */
static void expect_refusal(Server *server, const Identity *chain, guint count, const char *host,
                           const char *trust, ErrorCode code, const char *const *words)
{
    g_autoptr(GError) error = NULL;
    server_start(server, chain, count);
    assert_null(meet(server, host, trust, &error));
    server_end(server);
    g_autofree char *place = g_strdup_printf("%s port %u: ", host, server->port);
    if (!error_is(error, code) || !g_str_has_prefix(error->message, place))
        fail_msg("%s", error->message);
    for (; *words; words++)
        if (!strstr(error->message, *words))
            fail_msg("no \"%s\" in \"%s\"", *words, error->message);
}

static void test_wrong_name(void **state)
{
    (void)state;
    Identity self = new_identity("mail.example.org", &authority, -1, 20);
    add_name(&self, "mail.example.org");
    add_name(&self, "*.example.net");
    add_name(&self, "192.0.2.7");
    sign(&self, &authority);
    const char *const words[] = {"not for \"localhost\" but for mail.example.org, *.example.net, 192.0.2.7",
                                 NULL};
    Server server = {0};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    const char *const others[] = {"not for \"127.0.0.1\"", NULL};
    Server other = {0};
    expect_refusal(&other, &self, 1, "127.0.0.1", ca_file, ERROR_CONFIG, others);
    forget(&self);
}

/* A certificate can carry escape sequences to the terminal of an admin. */
static void test_hostile_name(void **state)
{
    (void)state;
    Identity self = new_identity("a\x1b[31mb", &authority, -1, 20);
    sign(&self, &authority);
    const char *const words[] = {"but for a [31mb;", NULL};
    Server server = {0};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    forget(&self);
}

static void test_expired(void **state)
{
    (void)state;
    Identity self = new_identity("localhost", &authority, -20, -3);
    add_name(&self, "localhost");
    sign(&self, &authority);
    g_autofree char *since =
        clock_rfc3339((gint64)gnutls_x509_crt_get_expiration_time(self.certificate) * G_USEC_PER_SEC);
    const char *const words[] = {"ran out at", since, NULL};
    Server server = {0};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    forget(&self);
}

static void test_not_yet_valid(void **state)
{
    (void)state;
    Identity self = new_identity("localhost", &authority, 3, 20);
    add_name(&self, "localhost");
    sign(&self, &authority);
    const char *const words[] = {"not valid yet", "clocks", NULL};
    Server server = {0};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    forget(&self);
}

static void test_unknown_authority(void **state)
{
    (void)state;
    Identity other = new_identity("Other CA", NULL, -1, 20);
    sign(&other, &other);
    Identity chain[2] = {new_identity("localhost", &other, -1, 20), other};
    add_name(&chain[0], "localhost");
    sign(&chain[0], &other);
    const char *const words[] = {"not trusted here", "CN=Other CA", "ca_file", NULL};
    Server server = {0}, alone = {0}, system = {0};
    expect_refusal(&server, chain, 2, "localhost", ca_file, ERROR_CONFIG, words);
    expect_refusal(&alone, chain, 1, "localhost", ca_file, ERROR_CONFIG, words);
    /* Our own authority is not the system's. */
    Identity self = good_identity();
    const char *const own[] = {"CN=Test CA", "ca_file", NULL};
    expect_refusal(&system, &self, 1, "localhost", NULL, ERROR_CONFIG, own);
    forget(&self);
    forget(&chain[0]);
    forget(&other);
}

static void test_self_signed(void **state)
{
    (void)state;
    Identity self = new_identity("localhost", &authority, -1, 20);
    add_name(&self, "localhost");
    sign(&self, &self);
    const char *const words[] = {"not trusted here", "CN=localhost", NULL};
    Server server = {0};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    forget(&self);
}

static void test_old_tls(void **state)
{
    (void)state;
    Identity self = good_identity();
    const char *const words[] = {"no TLS version from 1.2 on", NULL};
    Server server = {
        .priorities =
            "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:+SHA1:+SIGN-ALL:%VERIFY_ALLOW_SIGN_WITH_SHA1"};
    expect_refusal(&server, &self, 1, "localhost", ca_file, ERROR_CONFIG, words);
    assert_false(server.came);
    forget(&self);
}

static void test_no_tls(void **state)
{
    (void)state;
    const char *const words[] = {"security: starttls", NULL};
    Server server = {.manner = SPEAK_CLEAR};
    expect_refusal(&server, NULL, 0, "localhost", ca_file, ERROR_CONFIG, words);
    const char *const closed[] = {"closed the connection during the TLS handshake", NULL};
    Server closing = {.manner = CLOSE};
    expect_refusal(&closing, NULL, 0, "localhost", ca_file, ERROR_TEMPORARY, closed);
}

static void test_ca_file(void **state)
{
    (void)state;
    g_autofree char *empty = g_build_filename(folder, "empty.pem", NULL);
    assert_true(g_file_set_contents(empty, "nothing\n", -1, NULL));
    const char *const words[] = {"cannot use the CA file", empty, NULL};
    Server server = {.manner = SPEAK_NOTHING};
    expect_refusal(&server, NULL, 0, "localhost", empty, ERROR_CONFIG, words);
    g_autofree char *missing = g_build_filename(folder, "missing.pem", NULL);
    const char *const others[] = {"cannot use the CA file", missing, NULL};
    Server other = {.manner = SPEAK_NOTHING};
    expect_refusal(&other, NULL, 0, "localhost", missing, ERROR_CONFIG, others);
    g_unlink(empty);
}

static void test_deadline_and_stop(void **state)
{
    (void)state;
    char buffer[16];
    g_autoptr(GError) late = NULL;
    g_autoptr(GError) stopped = NULL;
    int stop_fd = eventfd(0, EFD_CLOEXEC);
    Server server = {.manner = SPEAK_NOTHING};
    server_start(&server, NULL, 0);
    TlsClient *client = tls_connect("localhost", server.port, stop_fd, later(PATIENCE_US), &late);
    assert_non_null(client);
    assert_string_equal(tls_words(client), "no TLS");
    assert_int_equal(tls_certificate_end_us(client), 0);
    assert_int_equal(tls_wait(client, later(1000)), TLS_QUIET);
    assert_int_equal(tls_read(client, buffer, sizeof buffer, later(1000), &late), -1);
    assert_true(error_is(late, ERROR_TEMPORARY) && strstr(late->message, "took too long"));
    eventfd_write(stop_fd, 1);
    assert_int_equal(tls_wait(client, later(PATIENCE_US)), TLS_STOPPED);
    assert_false(tls_handshake(client, ca_file, later(PATIENCE_US), &stopped));
    assert_true(error_is(stopped, ERROR_TEMPORARY) && strstr(stopped->message, "stopped"));
    tls_close(client);
    server_end(&server);
    close(stop_fd);
}

/* A handshake that does not come forward ends with its deadline. */
static void test_silent_handshake(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    Server server = {.manner = SPEAK_NOTHING};
    server_start(&server, NULL, 0);
    TlsClient *client = tls_connect("localhost", server.port, -1, later(PATIENCE_US), &error);
    assert_false(tls_handshake(client, ca_file, later(50 * 1000), &error));
    assert_non_null(strstr(error->message, "took too long: TLS handshake"));
    tls_close(client);
    server_end(&server);
}

/* Bytes that keep coming do not put the deadline off. */
static void test_endless_bytes(void **state)
{
    (void)state;
    char byte;
    guint64 got = 0;
    g_autoptr(GError) error = NULL;
    Server server = {.manner = SPEAK_ON};
    server_start(&server, NULL, 0);
    TlsClient *client = tls_connect("127.0.0.1", server.port, -1, later(PATIENCE_US), &error);
    assert_non_null(client);
    gint64 deadline_us = later(50 * 1000);
    while (got < 3000000 && tls_read(client, &byte, 1, deadline_us, &error) > 0)
        got++;
    assert_true(error_is(error, ERROR_TEMPORARY) && strstr(error->message, "took too long"));
    tls_close(client);
    server_end(&server);
}

static void test_nobody_there(void **state)
{
    (void)state;
    g_autoptr(GError) refused = NULL;
    g_autoptr(GError) unknown = NULL;
    Server server = {.manner = CLOSE};
    server_start(&server, NULL, 0);
    tls_close(tls_connect("127.0.0.1", server.port, -1, later(PATIENCE_US), NULL));
    server_end(&server); /* the port was ours, now nobody's */
    assert_null(tls_connect("127.0.0.1", server.port, -1, later(PATIENCE_US), &refused));
    assert_true(error_is(refused, ERROR_TEMPORARY) && strstr(refused->message, "cannot connect"));
    /* A name that no resolver can know: the empty label. */
    assert_null(tls_connect("a..b", 1, -1, later(PATIENCE_US), &unknown));
    assert_non_null(unknown);
}

static int set_up(void **state)
{
    (void)state;
    gnutls_datum_t text;
    folder = g_dir_make_tmp("postern-tls-XXXXXX", NULL);
    ca_file = g_build_filename(folder, "ca.pem", NULL);
    authority = new_identity("Test CA", NULL, -30, 30);
    sign(&authority, &authority);
    gnutls_x509_crt_export2(authority.certificate, GNUTLS_X509_FMT_PEM, &text);
    gboolean ok = g_file_set_contents(ca_file, (const char *)text.data, text.size, NULL);
    gnutls_free(text.data);
    return ok ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    g_unlink(ca_file);
    g_rmdir(folder);
    g_free(ca_file);
    g_free(folder);
    forget(&authority);
    return 0;
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_address_as_host),
        cmocka_unit_test(test_wrong_name),
        cmocka_unit_test(test_hostile_name),
        cmocka_unit_test(test_expired),
        cmocka_unit_test(test_not_yet_valid),
        cmocka_unit_test(test_unknown_authority),
        cmocka_unit_test(test_self_signed),
        cmocka_unit_test(test_old_tls),
        cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_ca_file),
        cmocka_unit_test(test_deadline_and_stop),
        cmocka_unit_test(test_silent_handshake),
        cmocka_unit_test(test_endless_bytes),
        cmocka_unit_test(test_nobody_there),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
