/* The sender's loop over a real store and a Maildir: what is due goes out once and is marked, a wake is
 * heard, a stop is obeyed, trouble leaves the row for later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/clock.h>
#include <postern/base/log.h>
#include <postern/base/mail_id.h>
#include <postern/deliver.h>
#include <postern/settle.h>

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PATIENCE_MS 20000

typedef struct {
    char *folder;   /* of everything */
    char *outgoing; /* Maildir */
    Store *store;   /* the test's own connection */
    int wake_fd, stop_fd;
    GThread *thread;
    gint64 tickets;
} Fixture;

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
    }
    g_remove(path);
}

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-sender-XXXXXX", NULL);
    fixture->outgoing = g_build_filename(fixture->folder, "outgoing", NULL);
    g_autofree char *store = g_build_filename(fixture->folder, "store", NULL);
    fixture->store = store_open(store, STORE_CREATE, NULL);
    fixture->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    fixture->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    *state = fixture;
    log_setup("sender", LOG_LEVEL_ERROR);
    return fixture->store ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    close(fixture->wake_fd);
    close(fixture->stop_fd);
    remove_tree(fixture->folder);
    g_free(fixture->outgoing);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static Outgoing *outgoing_new(const char *to)
{
    Outgoing *mail = g_new0(Outgoing, 1);
    mail->route = g_strdup("folder");
    mail->kind = g_strdup("acknowledgement");
    mail->to = g_strdup(to);
    mail->from = g_strdup("support@example.com");
    mail->envelope_from = g_strdup("");
    mail->subject = g_strdup("a subject");
    mail->message_id = g_strdup_printf("%s.id@example.com", to);
    mail->bytes = g_bytes_new("Subject: a subject\r\n\r\nx\r\n", 25);
    return mail;
}

/* A ticket with one mail to send, through the doors that the gate uses. */
static void put_mail(Fixture *fixture, const char *to)
{
    g_autoptr(RawWriter) writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, to, strlen(to), NULL));
    Raw *raw = raw_writer_end(g_steal_pointer(&writer), NULL);
    assert_non_null(raw);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    char recipient[] = "support@example.com";
    g_ptr_array_add(recipients, recipient);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    IntakeEnvelope envelope = {.source = "lmtp",
                               .peer = "",
                               .envelope_from = "",
                               .recipients = recipients,
                               .received_us = clock_now_us()};
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->is_new_ticket = TRUE;
    decision->ticket_id = ++fixture->tickets;
    decision->ref = g_strdup_printf("SUP-%06" G_GINT64_FORMAT, fixture->tickets);
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("a subject");
    decision->status = g_strdup("new");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup(to);
    decision->sender_role = g_strdup("requester");
    g_ptr_array_add(decision->outgoing, outgoing_new(to));
    g_autoptr(GError) error = NULL;
    if (!store_begin(fixture->store, &error) || !intake_add(fixture->store, raw, &envelope, rows, &error) ||
        !settle_decision(fixture->store, rows->pdata[0], NULL, decision, clock_now_us(), &error) ||
        !store_commit(fixture->store, &error))
        fail_msg("%s", error->message);
    raw_free(raw, store_raw_folder(fixture->store));
}

static gpointer run(gpointer data)
{
    Fixture *fixture = data;
    char domain[] = "example.com", name[] = "folder";
    ConfigRoute route = {.name = name,
                         .type = OUTGOING_FOLDER,
                         .folder = fixture->outgoing,
                         .give_up_us = (gint64)4 * 24 * 3600 * G_USEC_PER_SEC};
    g_autoptr(GPtrArray) routes = g_ptr_array_new();
    g_ptr_array_add(routes, &route);
    Config config = {.domain = domain, .routes = routes};
    g_autofree char *folder = g_build_filename(fixture->folder, "store", NULL);
    g_autoptr(Store) store = store_open(folder, STORE_OPEN, NULL);
    return GINT_TO_POINTER(store ? sender_run(&config, name, store, fixture->wake_fd, fixture->stop_fd) : -1);
}

static void start(Fixture *fixture)
{
    fixture->thread = g_thread_new("sender", run, fixture);
}

static void stop(Fixture *fixture)
{
    eventfd_write(fixture->stop_fd, 1);
    assert_int_equal(GPOINTER_TO_INT(g_thread_join(fixture->thread)), 0);
}

static OutboxRow *newest(Fixture *fixture, guint *out_count, OutboxState state)
{
    g_autoptr(GPtrArray) rows = outbox_list(fixture->store, 100, NULL);
    assert_non_null(rows);
    *out_count = 0;
    for (guint i = 0; i < rows->len; i++)
        *out_count += ((const OutboxRow *)rows->pdata[i])->state == state &&
                      (state == OUTBOX_SENT || ((const OutboxRow *)rows->pdata[i])->last_error);
    return rows->len > 0 ? outbox_get(fixture->store, ((const OutboxRow *)rows->pdata[0])->id, NULL) : NULL;
}

/* Until `count` rows are in that state; gives the newest row. */
static OutboxRow *await_rows(Fixture *fixture, guint count, OutboxState state)
{
    for (guint waited = 0; waited < PATIENCE_MS; waited += 5) {
        guint got;
        g_autoptr(OutboxRow) row = newest(fixture, &got, state);
        if (got == count)
            return g_steal_pointer(&row);
        poll(NULL, 0, 5);
    }
    fail_msg("never %u rows %s", count, outbox_state_name(state));
    return NULL;
}

static guint count_files(const Fixture *fixture)
{
    g_autofree char *path = g_build_filename(fixture->outgoing, "new", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (dir && g_dir_read_name(dir))
        count++;
    return count;
}

static void sends_and_marks(void **state)
{
    Fixture *fixture = *state;
    for (guint i = 0; i < 40; i++) { /* more than a batch */
        g_autofree char *to = g_strdup_printf("r%u@example.org", i);
        put_mail(fixture, to);
    }
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 40, OUTBOX_SENT);
    assert_int_equal(row->attempts, 1);
    assert_int_equal(row->uncertain, 0);
    assert_true(g_str_has_prefix(row->last_error, "written to new/"));
    put_mail(fixture, "late@example.org");
    eventfd_write(fixture->wake_fd, 1);
    g_autoptr(OutboxRow) late = await_rows(fixture, 41, OUTBOX_SENT);
    assert_string_equal(late->to, "late@example.org");
    stop(fixture);
    assert_int_equal(count_files(fixture), 41);
}

static void trouble_is_for_later(void **state)
{
    Fixture *fixture = *state;
    assert_true(g_file_set_contents(fixture->outgoing, "a file in the way", -1, NULL));
    put_mail(fixture, "anna@example.org");
    gint64 before_us = clock_now_us();
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 1, OUTBOX_QUEUED);
    stop(fixture);
    assert_int_equal(row->attempts, 1);
    assert_non_null(strstr(row->last_error, fixture->outgoing));
    assert_true(row->next_us >= before_us + 45 * (gint64)G_USEC_PER_SEC);
    assert_true(row->next_us <= clock_now_us() + 75 * (gint64)G_USEC_PER_SEC);
}

/* Three senders died over it. A fourth does not try. */
static void a_row_that_kills_is_held(void **state)
{
    Fixture *fixture = *state;
    put_mail(fixture, "anna@example.org");
    gint64 now_us = clock_now_us();
    for (guint i = 0; i < 10; i++) {
        g_autoptr(GPtrArray) rows = outbox_claim(fixture->store, "folder", now_us + 2 * i, 1, 10, NULL);
        assert_int_equal(rows->len, 1);
    }
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 1, OUTBOX_HELD);
    stop(fixture);
    assert_non_null(strstr(row->last_error, "a person must look"));
    assert_int_equal(count_files(fixture), 0);
    /* A person wants it sent all the same. */
    assert_true(outbox_retry(fixture->store, row->id, clock_now_us(), NULL));
    eventfd_t seen;
    eventfd_read(fixture->stop_fd, &seen);
    start(fixture);
    g_autoptr(OutboxRow) sent = await_rows(fixture, 1, OUTBOX_SENT);
    stop(fixture);
    assert_int_equal(sent->id, row->id);
    assert_int_equal(count_files(fixture), 1);
}

/* The other end of the wake descriptor is gone: the sender goes on without. */
static void lost_wake(void **state)
{
    Fixture *fixture = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(fixture->wake_fd);
    close(ends[1]);
    fixture->wake_fd = ends[0];
    put_mail(fixture, "anna@example.org");
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 1, OUTBOX_SENT);
    stop(fixture);
    assert_int_equal(row->attempts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sends_and_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trouble_is_for_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_kills_is_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_wake, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
