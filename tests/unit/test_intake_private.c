/* The socket for fetchers: what comes in there, and only that, is mail out of a mailbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/intake/handover.h"
#include "gateway/intake/server.h"

#include <postern/fetcher.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *folder, *raw_folder, *public_path, *private_path;
    Config config;
    ConfigListen listen_at;
    ConfigMailbox mailbox;
    GPtrArray *none, *one; /* mailboxes */
    IntakeServer *server;
    GAsyncQueue *taken; /* IntakeMail */
} Gate;

static LmtpAnswer on_recipient(gpointer user, const char *address)
{
    (void)user, (void)address;
    return (LmtpAnswer){250, "2.1.5", "OK"};
}

static void on_take(gpointer user, IntakeMail *mail)
{
    Gate *gate = user;
    const LmtpAnswer kept = {250, "2.0.0", "Kept"};
    intake_answer(gate->server, mail->session, mail->serial, &kept);
    g_async_queue_push(gate->taken, mail);
}

static int set_up(void **state)
{
    Gate *gate = g_new0(Gate, 1);
    static char domain[] = "gate.example";
    gate->folder = g_dir_make_tmp("postern-private-XXXXXX", NULL);
    gate->raw_folder = g_build_filename(gate->folder, "raw", NULL);
    gate->public_path = g_build_filename(gate->folder, "lmtp.sock", NULL);
    gate->none = g_ptr_array_new();
    gate->one = g_ptr_array_new();
    g_ptr_array_add(gate->one, &gate->mailbox);
    gate->listen_at = (ConfigListen){.path = gate->public_path, .mode = 0660};
    gate->config = (Config){.domain = domain,
                            .store = gate->folder,
                            .listens = g_ptr_array_new(),
                            .mailboxes = gate->none,
                            .message_bytes = 1024 * 1024,
                            .sessions = 20,
                            .idle_seconds = 300};
    g_ptr_array_add(gate->config.listens, &gate->listen_at);
    gate->private_path = fetcher_socket_path(&gate->config);
    gate->taken = g_async_queue_new_full((GDestroyNotify)intake_mail_free);
    *state = gate;
    return mkdir(gate->raw_folder, 0700);
}

static void start(Gate *gate, GPtrArray *mailboxes)
{
    const IntakeOwner owner = {on_recipient, on_take, gate};
    g_autoptr(GError) error = NULL;
    gate->config.mailboxes = mailboxes;
    gate->server = intake_server_start(&gate->config, gate->raw_folder, &owner, &error);
    if (!gate->server)
        fail_msg("%s", error->message);
}

static void stop(Gate *gate)
{
    if (gate->server)
        intake_server_stop(gate->server, 5 * G_USEC_PER_SEC);
    g_clear_pointer(&gate->server, intake_server_free);
}

static int tear_down(void **state)
{
    Gate *gate = *state;
    stop(gate);
    int left = g_file_test(gate->private_path, G_FILE_TEST_EXISTS) ||
               g_file_test(gate->public_path, G_FILE_TEST_EXISTS);
    g_async_queue_unref(gate->taken);
    g_ptr_array_unref(gate->config.listens);
    g_ptr_array_unref(gate->none);
    g_ptr_array_unref(gate->one);
    g_rmdir(gate->raw_folder);
    g_rmdir(gate->folder);
    g_free(gate->raw_folder);
    g_free(gate->public_path);
    g_free(gate->private_path);
    g_free(gate->folder);
    g_free(gate);
    return left;
}

/* The source of a mail that is handed over there; NULL when nobody takes it. */
static char *source_at(Gate *gate, const char *path)
{
    g_autoptr(Handover) handover = handover_new(path, &handover_timeouts, -1);
    if (handover_begin(handover, "front:1:2:3", "support@desk.test", 3) != HANDOVER_TAKEN)
        return NULL;
    assert_int_equal(handover_write(handover, "x\r\n", 3), HANDOVER_TAKEN);
    assert_int_equal(handover_end(handover), HANDOVER_TAKEN);
    assert_int_equal(handover_answer(handover), HANDOVER_TAKEN);
    g_autoptr(IntakeMail) mail = g_async_queue_pop(gate->taken);
    assert_string_equal(mail->envid, "front:1:2:3");
    assert_string_equal(mail->envelope_from, "");
    assert_int_equal(mail->raw->size, 3);
    return g_strdup(mail->source);
}

static void check_both(Gate *gate)
{
    struct stat status;
    g_autofree char *public = source_at(gate, gate->public_path),
                    *private = source_at(gate, gate->private_path);
    assert_string_equal(public, "lmtp");
    assert_string_equal(private, "imap");
    assert_int_equal(stat(gate->private_path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static void with_a_mailbox(void **state)
{
    Gate *gate = *state;
    start(gate, gate->one);
    check_both(gate);
}

static void without_a_mailbox(void **state)
{
    Gate *gate = *state;
    start(gate, gate->none);
    assert_null(source_at(gate, gate->private_path));
    g_autofree char *source = source_at(gate, gate->public_path);
    assert_string_equal(source, "lmtp");
}

static void the_first_mailbox_comes_with_a_reload(void **state)
{
    Gate *gate = *state;
    start(gate, gate->none);
    Config config = gate->config;
    config.mailboxes = gate->one;
    intake_server_reload(gate->server, &config);
    check_both(gate);
    intake_server_reload(gate->server, &config);
    check_both(gate);
}

static void a_stop_right_after_the_reload(void **state)
{
    Gate *gate = *state;
    start(gate, gate->none);
    gate->config.mailboxes = gate->one;
    intake_server_reload(gate->server, &gate->config);
    stop(gate);
    assert_false(g_file_test(gate->private_path, G_FILE_TEST_EXISTS));
}

static void somebody_sits_there(void **state)
{
    Gate *gate = *state;
    const IntakeOwner owner = {on_recipient, on_take, gate};
    g_autoptr(GError) error = NULL;
    start(gate, gate->one);
    static char other[] = "127.0.0.1";
    ConfigListen tcp = {.host = other};
    Config config = gate->config;
    config.listens = g_ptr_array_new();
    g_ptr_array_add(config.listens, &tcp);
    assert_null(intake_server_start(&config, gate->raw_folder, &owner, &error));
    assert_non_null(strstr(error->message, "fetch.sock"));
    g_ptr_array_unref(config.listens);
    check_both(gate);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(with_a_mailbox),
        TEST(without_a_mailbox),
        TEST(the_first_mailbox_comes_with_a_reload),
        TEST(a_stop_right_after_the_reload),
        TEST(somebody_sits_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
