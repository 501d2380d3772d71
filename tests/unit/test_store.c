/* The store: schema, accepting, settling, evidence, outbox, originals, held mail, and what it does when
 * something breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/settle.h>
#include <postern/tickets.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utime.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

typedef struct {
    char *folder;
    Store *store;
    guint refs; /* made */
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-store-XXXXXX", NULL);
    fixture->store = store_open(fixture->folder, STORE_CREATE, NULL);
    *state = fixture;
    return fixture->store ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    store_close(fixture->store);
    scratch_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void reopen(Fixture *fixture, StoreMode mode)
{
    g_autoptr(GError) error = NULL;
    store_close(fixture->store);
    fixture->store = store_open(fixture->folder, mode, &error);
    assert_null(error);
    assert_non_null(fixture->store);
}

static gint64 integer(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gint64 value = db_select_integer(fixture->store->db, -1, &error, sql, "");
    assert_null(error);
    return value;
}

/* Mail. */

static Raw *raw_new(Fixture *fixture, const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, bytes, length, &error));
    Raw *raw = raw_writer_end(writer, &error);
    assert_non_null(raw);
    assert_true(raw_sync_all(raw, store_raw_folder(fixture->store), &error));
    return raw;
}

/* Accepts a mail for these recipients; its rows. */
static GPtrArray *accept_raw(Fixture *fixture, Raw *raw, const char *const *recipients, gint64 lease_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    for (; *recipients; recipients++)
        g_ptr_array_add(list, (gpointer)(guintptr)*recipients);
    IntakeEnvelope envelope = {.source = "lmtp",
                               .peer = "127.0.0.1:4711",
                               .envelope_from = "anna@customer.test",
                               .envid = "id",
                               .recipients = list,
                               .received_us = NOW_US,
                               .lease_us = lease_us};
    assert_true(store_begin(fixture->store, &error));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, &error));
    assert_true(store_commit(fixture->store, &error));
    raw->keep = TRUE;
    raw_free(raw, store_raw_folder(fixture->store));
    return rows;
}

static const char *const one_recipient[] = {"support@desk.test", NULL};

static IntakeRow *accept_text(Fixture *fixture, const char *text)
{
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw_new(fixture, text, strlen(text)), one_recipient, 0);
    return g_ptr_array_steal_index(rows, 0);
}

static Reading *reading_of(const char *message_id, const char *from)
{
    Reading *reading = reading_new();
    reading->message_id = g_strdup(message_id);
    reading->from = mailbox_new("Anna", from);
    reading->subject = g_strdup("The subject");
    reading->text = g_strdup("text");
    reading->reply = g_strdup("reply");
    reading->quoted = g_strdup("");
    reading->signature = g_strdup("");
    g_ptr_array_add(reading->to, mailbox_new("", "Support@desk.test"));
    g_ptr_array_add(reading->cc, mailbox_new("", "Carl@customer.test"));
    return reading;
}

static void add_field(Reading *reading, const char *name, const char *value)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("a-rule");
    field->where = g_strdup("reply");
    field->start = 1;
    field->end = 2;
    g_ptr_array_add(reading->fields, field);
}

static Outgoing *outgoing_new(const char *to)
{
    Outgoing *mail = g_new0(Outgoing, 1);
    mail->route = g_strdup("route");
    mail->kind = g_strdup("acknowledgement");
    mail->to = g_strdup(to);
    mail->from = g_strdup("support@desk.test");
    mail->envelope_from = g_strdup("");
    mail->subject = g_strdup("a subject");
    mail->message_id = g_strdup_printf("for-%s", to);
    mail->bytes = g_bytes_new("Subject: x\r\n\r\n\0y", 16);
    return mail;
}

static Decision *new_ticket(Fixture *fixture, const IntakeRow *row, const char *from)
{
    Decision *decision = decision_new(FATE_TICKETED);
    decision->ticket_id = row->envelope.mail_id;
    decision->is_new_ticket = TRUE;
    decision->ref = g_strdup_printf("SUP-%06u", ++fixture->refs);
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("The subject");
    decision->status = g_strdup("new");
    decision->sender_name = g_strdup("Anna");
    decision->sender_address = g_strdup(from);
    decision->sender_role = g_strdup("requester");
    decision->brings = BRINGS_OTHERS;
    decision_why(decision, "because of '%s'", "it");
    decision_event(decision, "opened", from, "by mail");
    return decision;
}

static Decision *joins(const Decision *first, const char *from, const char *role)
{
    Decision *decision = decision_new(FATE_TICKETED);
    decision->ticket_id = first->ticket_id;
    decision->ref = g_strdup(first->ref);
    decision->queue = g_strdup("support");
    decision->status = g_strdup("open");
    decision->sender_name = g_strdup("Somebody");
    decision->sender_address = g_strdup(from);
    decision->sender_role = g_strdup(role);
    decision->add_participant = TRUE;
    decision_event(decision, "joined", from, "by mail");
    return decision;
}

static gboolean settle(Fixture *fixture, const IntakeRow *row, const Reading *reading,
                       const Decision *decision, GError **error)
{
    assert_true(store_begin(fixture->store, NULL));
    gboolean ok = settle_decision(fixture->store, row, reading, decision, NOW_US, error);
    if (ok)
        assert_true(store_commit(fixture->store, NULL));
    else
        store_rollback(fixture->store);
    return ok;
}

/* A ticket from one mail; with `to`, something goes out. Its reference is "SUP-" and a number. */
static gint64 make_ticket(Fixture *fixture, const char *text, const char *message_id, const char *from,
                          const char *to)
{
    g_autoptr(IntakeRow) row = accept_text(fixture, text);
    g_autoptr(Reading) reading = reading_of(message_id, from);
    g_autoptr(Decision) decision = new_ticket(fixture, row, from);
    if (to)
        g_ptr_array_add(decision->outgoing, outgoing_new(to));
    assert_true(settle(fixture, row, reading, decision, NULL));
    return row->envelope.mail_id;
}

static gint64 make_held(Fixture *fixture, const char *text)
{
    g_autoptr(IntakeRow) row = accept_text(fixture, text);
    g_autoptr(Reading) reading = reading_of("held@customer.test", "anna@customer.test");
    g_autoptr(Decision) decision = decision_new(FATE_HELD);
    decision->reason = g_strdup("loop");
    decision->detail = g_strdup("went round");
    decision_event(decision, "held", "postern", "loop");
    assert_true(settle(fixture, row, reading, decision, NULL));
    return row->envelope.mail_id;
}

static gboolean equation_holds(Fixture *fixture, gint64 received)
{
    StoreFigures figures;
    assert_true(store_figures(fixture->store, &figures, NULL));
    return figures.received == received && received == figures.ticketed + figures.held + figures.copies;
}

/* Schema. */

static void test_migrations(void **state)
{
    Fixture *fixture = *state;
    gint64 steps = integer(fixture, "SELECT count(*) FROM migrations");
    assert_true(steps >= 1);
    assert_int_equal(integer(fixture, "SELECT max(number) FROM migrations"), steps);
    assert_int_equal(integer(fixture, "SELECT min(number) FROM migrations"), 1);
    assert_int_equal(integer(fixture,
                             "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
                             " AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                     0);
    reopen(fixture, STORE_CREATE);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM migrations"), steps);
    /* A commit must be on the disk, and links must lead somewhere. */
    assert_int_equal(integer(fixture, "PRAGMA synchronous"), 2);
    assert_int_equal(integer(fixture, "PRAGMA foreign_keys"), 1);
}

static void test_newer_schema(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", NULL);
    assert_true(db_script(fixture->store->db, "INSERT INTO migrations VALUES (999, 0)", NULL));
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CONFIG));
    assert_non_null(strstr(error->message, "newer"));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM tickets"), 1);
}

static void test_failed_migration(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(fixture->folder, "other", NULL);
    g_autofree char *path = g_build_filename(folder, "postern.db", NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    g_autoptr(Db) db = db_open(path, TRUE, FALSE, NULL);
    assert_true(db_script(db, "CREATE TABLE outbox (mine TEXT); INSERT INTO outbox VALUES ('kept')", NULL));
    assert_null(store_open(folder, STORE_CREATE, &error));
    assert_non_null(strstr(error->message, "migration 1 failed, nothing was changed"));
    assert_int_equal(db_select_integer(db, -1, NULL, "SELECT count(*) FROM outbox WHERE mine = 'kept'", ""),
                     1);
    assert_int_equal(
        db_select_integer(db, -1, NULL, "SELECT count(*) FROM sqlite_schema WHERE name = 'intake'", ""), 0);
    assert_int_equal(db_select_integer(db, -1, NULL, "SELECT count(*) FROM migrations", ""), 0);
}

static void test_events_are_append_only(void **state)
{
    Fixture *fixture = *state;
    static const char *const writes[] = {"UPDATE events SET detail = 'nothing happened'",
                                         "DELETE FROM events", "UPDATE events SET at_us = 0 WHERE id = 1"};
    make_ticket(fixture, "one", "1@x", "anna@customer.test", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(writes); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(db_script(fixture->store->db, writes[i], &error));
        assert_non_null(strstr(error->message, "append-only"));
    }
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events WHERE detail = 'by mail'"), 1);
    assert_true(store_add_event(fixture->store, 1, 1, NOW_US, "what", "who", NULL, NULL));
}

static void test_modes(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *nowhere = g_build_filename(fixture->folder, "none", NULL);
    const StoreMode modes[] = {STORE_OPEN, STORE_READ};
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(store_open(nowhere, modes[i], &error));
        assert_true(error_is(error, ERROR_CONFIG));
        assert_false(g_file_test(nowhere, G_FILE_TEST_EXISTS));
    }
    reopen(fixture, STORE_READ);
    assert_false(store_begin(fixture->store, NULL) &&
                 store_add_event(fixture->store, 1, 1, NOW_US, "what", "who", NULL, NULL));
}

static void test_token_keys(void **state)
{
    Fixture *fixture = *state;
    gsize before = 0, after = 0;
    g_autofree TokenKey *keys = store_token_keys(fixture->store, &before, NULL);
    reopen(fixture, STORE_OPEN);
    g_autofree TokenKey *again = store_token_keys(fixture->store, &after, NULL);
    const guint8 nothing[32] = {0};
    assert_int_equal(before, 1);
    assert_int_equal(after, 1);
    assert_memory_equal(keys, again, sizeof *keys);
    assert_memory_not_equal(keys->secret, nothing, sizeof nothing);
    assert_true(db_script(fixture->store->db,
                          "INSERT INTO token_keys SELECT 2, zeroblob(32), created_us + 1 FROM token_keys",
                          NULL));
    g_autofree TokenKey *rotated = store_token_keys(fixture->store, &after, NULL);
    assert_int_equal(after, 2);
    assert_int_equal(rotated[0].id, 2);
}

static void test_damage(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL, other = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "postern.db", NULL);
    g_autofree char *mark = g_build_filename(fixture->folder, "check-needed", NULL);
    assert_true(store_check(fixture->store, NULL));
    store_mark_for_check(fixture->folder);
    assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
    reopen(fixture, STORE_OPEN);
    assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
    store_close(g_steal_pointer(&fixture->store));
    assert_true(file_replace(path, "this is no database, whatever it says", 37, 0600, NULL));
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CORRUPT));
    g_autoptr(Store) read = store_open(fixture->folder, STORE_READ, &other);
    assert_false(read && store_check(read, &other));
    assert_true(error_is(other, ERROR_CORRUPT));
}

/* After a failed sync nobody trusts the pages until they were looked at. */
static void test_damage_behind_a_mark(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(fixture->folder, "postern.db", NULL);
    g_autofree char *mark = g_build_filename(fixture->folder, "check-needed", NULL);
    gint64 page = integer(fixture, "SELECT rootpage FROM sqlite_schema WHERE name = 'links'");
    gint64 page_bytes = integer(fixture, "PRAGMA page_size");
    store_close(g_steal_pointer(&fixture->store));
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, (page - 1) * page_bytes), 8);
    close(fd);
    Store *unmarked = store_open(fixture->folder, STORE_OPEN, NULL);
    assert_non_null(unmarked);
    assert_false(store_check(unmarked, NULL));
    store_close(unmarked);
    store_mark_for_check(fixture->folder);
    assert_null(store_open(fixture->folder, STORE_OPEN, &error));
    assert_true(error_is(error, ERROR_CORRUPT));
    assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
}

/* Originals. */

static void check_raw(Fixture *fixture, gint64 id, const char *bytes, gsize length)
{
    int fd = memfd_create("raw", MFD_CLOEXEC);
    g_autofree char *found = g_malloc(length + 2);
    assert_true(intake_copy_raw(fixture->store, id, fd, NULL));
    assert_int_equal(pread(fd, found, length + 2, 0), length);
    assert_memory_equal(found, bytes, length);
    close(fd);
}

static void test_originals(void **state)
{
    Fixture *fixture = *state;
    static const gsize sizes[] = {0, 1, LIMIT_RAW_IN_ROW - 1, LIMIT_RAW_IN_ROW, LIMIT_RAW_IN_ROW + 1, 200000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *bytes = g_malloc(sizes[i] + 1);
        for (gsize at = 0; at < sizes[i]; at++)
            bytes[at] = (char)(at * 7 + i);
        Raw *raw = raw_new(fixture, bytes, sizes[i]);
        guint8 sum[DIGEST_BYTES];
        digest_of(bytes, sizes[i], sum);
        assert_int_equal(raw->size, sizes[i]);
        assert_memory_equal(raw->sha256, sum, sizeof sum);
        assert_true((raw->file != NULL) == (sizes[i] > LIMIT_RAW_IN_ROW));
        assert_true((raw->bytes != NULL) == (raw->file == NULL));
        g_autoptr(GPtrArray) rows = accept_raw(fixture, raw, one_recipient, 0);
        check_raw(fixture, ((IntakeRow *)rows->pdata[0])->envelope.mail_id, bytes, sizes[i]);
    }
}

static guint count_files(Fixture *fixture)
{
    guint count = 0;
    g_autoptr(GDir) folder = g_dir_open(store_raw_folder(fixture->store), 0, NULL);
    while (g_dir_read_name(folder))
        count++;
    return count;
}

/* Whoever does not keep a mail leaves nothing behind. */
static void test_unkept_files(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *bytes = g_malloc0(50000);
    raw_free(raw_new(fixture, bytes, 50000), store_raw_folder(fixture->store));
    assert_int_equal(count_files(fixture), 0);
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, bytes, 50000, NULL));
    assert_int_equal(count_files(fixture), 1);
    raw_writer_free(writer);
    assert_int_equal(count_files(fixture), 0);
    raw_free(NULL, NULL);
    raw_writer_free(NULL);
}

static void test_raw_folder_away(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_malloc0(50000);
    g_autoptr(RawWriter) writer = raw_writer_new("/nonexistent/raw");
    assert_true(raw_writer_add(writer, bytes, 100, NULL));
    assert_false(raw_writer_add(writer, bytes, 50000, &error));
    assert_non_null(error);
    assert_int_equal(raw_open(store_raw_folder(fixture->store), "none.eml", NULL), -1);
}

static void make_old_file(Fixture *fixture, const char *name, gint64 at_us)
{
    g_autofree char *path = g_build_filename(store_raw_folder(fixture->store), name, NULL);
    struct utimbuf times = {at_us / G_USEC_PER_SEC, at_us / G_USEC_PER_SEC};
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        assert_true(file_replace(path, "x", 1, 0600, NULL));
    assert_int_equal(utime(path, &times), 0);
}

static void test_sweep(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *bytes = g_malloc0(50000);
    Raw *raw = raw_new(fixture, bytes, 50000);
    g_autofree char *named = g_strdup(raw->file);
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw, one_recipient, 0);
    make_old_file(fixture, named, NOW_US - 2 * MINUTE_US);
    make_old_file(fixture, "stray.eml", NOW_US - 2 * MINUTE_US);
    make_old_file(fixture, "young.eml", NOW_US);
    assert_int_equal(intake_sweep(fixture->store, NOW_US - MINUTE_US, NULL), 1);
    assert_int_equal(count_files(fixture), 2);
    check_raw(fixture, ((IntakeRow *)rows->pdata[0])->envelope.mail_id, bytes, 50000);
}

/* Accepting. */

static void test_accept(void **state)
{
    Fixture *fixture = *state;
    static const char *const two[] = {"support@desk.test", "billing+detail@desk.test", NULL};
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw_new(fixture, "mail", 4), two, 0);
    g_autoptr(GPtrArray) waiting = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(rows->len, 2);
    assert_int_equal(waiting->len, 2);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM raw"), 1);
    for (guint i = 0; i < 2; i++) {
        const IntakeRow *given = rows->pdata[i], *found = waiting->pdata[i];
        assert_true(given->envelope.mail_id == found->envelope.mail_id);
        assert_string_equal(found->envelope.recipient, two[i]);
        assert_string_equal(found->envelope.envelope_from, "anna@customer.test");
        assert_string_equal(found->envelope.source, "lmtp");
        assert_string_equal(found->envelope.peer, "127.0.0.1:4711");
        assert_true(found->envelope.received_us == NOW_US);
        assert_true(g_bytes_equal(found->bytes, given->bytes));
        assert_int_equal(given->attempts, 1);
        assert_int_equal(found->attempts, 1);
    }
    gint64 first = ((IntakeRow *)rows->pdata[0])->envelope.mail_id;
    g_autoptr(GPtrArray) rest = intake_waiting(fixture->store, first, NOW_US, 10, NULL);
    g_autoptr(GPtrArray) few = intake_waiting(fixture->store, 0, NOW_US, 1, NULL);
    assert_int_equal(rest->len, 1);
    assert_int_equal(few->len, 1);
    assert_true(equation_holds(fixture, 0));
}

static void test_leases(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) rows =
        accept_raw(fixture, raw_new(fixture, "mail", 4), one_recipient, NOW_US + MINUTE_US);
    gint64 id = ((IntakeRow *)rows->pdata[0])->envelope.mail_id;
    g_autoptr(GPtrArray) now = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    g_autoptr(GPtrArray) later = intake_waiting(fixture->store, 0, NOW_US + MINUTE_US, 10, NULL);
    g_autoptr(GPtrArray) all = intake_waiting(fixture->store, 0, G_MAXINT64, 10, NULL);
    assert_int_equal(now->len, 0);
    assert_int_equal(later->len, 1);
    assert_int_equal(all->len, 1);
    assert_true(intake_count_attempt(fixture->store, id, 0, NULL));
    g_autoptr(GPtrArray) counted = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(((IntakeRow *)counted->pdata[0])->attempts, 2);
}

/* What is begun and not committed is not there. */
static void test_rollback(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer) "support@desk.test");
    IntakeEnvelope envelope = {.source = "lmtp", .peer = "", .envelope_from = "", .recipients = recipients};
    Raw *raw = raw_new(fixture, "mail", 4);
    assert_true(store_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    store_rollback(fixture->store);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM intake"), 0);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM raw"), 0);

    /* A part alone. */
    assert_true(store_begin(fixture->store, NULL));
    assert_true(store_part_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_part_end(fixture->store, FALSE, NULL));
    assert_true(store_part_begin(fixture->store, NULL));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, NULL));
    assert_true(store_part_end(fixture->store, TRUE, NULL));
    assert_true(store_commit(fixture->store, NULL));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM intake"), 1);
    raw_free(raw, store_raw_folder(fixture->store));
}

static void test_changed_elsewhere(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(Store) other = store_open(fixture->folder, STORE_OPEN, NULL);
    store_changed_elsewhere(fixture->store);
    assert_true(store_add_event(fixture->store, 1, 1, NOW_US, "own", "who", NULL, NULL));
    assert_false(store_changed_elsewhere(fixture->store));
    assert_true(store_add_event(other, 1, 1, NOW_US, "other", "who", NULL, NULL));
    assert_true(store_changed_elsewhere(fixture->store));
    assert_false(store_changed_elsewhere(fixture->store));
}

/* Settling. */

static void test_settle_new(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Reading) reading = reading_of("one@customer.test", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    add_field(reading, "app_id", "4711");
    g_ptr_array_add(decision->outgoing, outgoing_new("anna@customer.test"));
    assert_true(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_true(settle_ref_is_free(fixture->store, decision->ref, NULL));
    assert_true(settle(fixture, row, reading, decision, NULL));
    assert_false(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_false(settle_ref_is_free(fixture->store, decision->ref, NULL));

    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "sup-000001", NULL);
    assert_non_null(ticket);
    assert_string_equal(ticket->status, "new");
    assert_string_equal(ticket->requester_address, "anna@customer.test");
    assert_null(ticket->owner);
    assert_int_equal(ticket->participants->len, 0);
    assert_int_equal(ticket->fields->len, 1);
    assert_string_equal(((TicketField *)ticket->fields->pdata[0])->value, "4711");
    assert_int_equal(ticket->messages->len, 2);
    const TicketMessage *in = ticket->messages->pdata[0], *out = ticket->messages->pdata[1];
    assert_string_equal(in->direction, "in");
    assert_string_equal(in->reply, "reply");
    assert_string_equal(in->why, "[\"because of 'it'\"]");
    assert_int_equal(in->date_us, 0);
    assert_string_equal(out->direction, "out");
    assert_string_equal(out->to, "anna@customer.test");
    assert_string_equal(((StoredEvent *)ticket->events->pdata[0])->what, "opened");

    g_autoptr(MailFate) fate = intake_fate(fixture->store, row->envelope.mail_id, NULL);
    assert_string_equal(fate->fate, "ticketed");
    assert_string_equal(fate->ref, "SUP-000001");
    assert_string_equal(fate->why->pdata[0], "because of 'it'");
    assert_int_equal(fate->events->len, 1);
    assert_true(equation_holds(fixture, 1));
}

static void test_settle_once(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Reading) reading = reading_of("one@customer.test", "anna@customer.test");
    g_autoptr(Decision) first = new_ticket(fixture, row, "anna@customer.test");
    g_autoptr(Decision) second = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, first, NULL));
    assert_false(settle(fixture, row, reading, second, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    g_clear_error(&error);
    assert_false(intake_count_attempt(fixture->store, row->envelope.mail_id, 0, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM tickets"), 1);
    assert_true(equation_holds(fixture, 1));
}

/* A reference that is taken: nothing of the mail may stay half stored. */
static void test_settle_is_whole(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    make_ticket(fixture, "first", "1@x", "anna@customer.test", NULL);
    g_autoptr(IntakeRow) row = accept_text(fixture, "second");
    g_autoptr(Reading) reading = reading_of("2@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    g_free(decision->ref);
    decision->ref = g_strdup("SUP-000001");
    assert_false(settle(fixture, row, reading, decision, &error));
    assert_true(error_is(error, ERROR_CONFLICT));
    assert_true(intake_is_waiting(fixture->store, row->envelope.mail_id, NULL));
    assert_int_equal(integer(fixture, "SELECT count(*) FROM messages"), 1);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM events"), 1);
}

static void test_settle_join(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "first");
    g_autoptr(Decision) first = new_ticket(fixture, row, "anna@customer.test");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    assert_true(settle(fixture, row, reading, first, NULL));
    gint64 other = make_ticket(fixture, "other", "2@x", "anna@customer.test", NULL);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf("answer %u", i);
        g_autoptr(IntakeRow) answer = accept_text(fixture, text);
        g_autoptr(Reading) read = reading_of("3@x", "Bert@customer.test");
        g_autoptr(Decision) decision = joins(first, "Bert@customer.test", "participant");
        Related *related = g_new0(Related, 1);
        related->ticket_id = other;
        related->how = g_strdup("perhaps belongs to");
        g_ptr_array_add(decision->related, related);
        assert_true(settle(fixture, answer, read, decision, NULL));
    }
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-000001", NULL);
    g_autoptr(Ticket) linked = ticket_get(fixture->store, "SUP-000002", NULL);
    assert_string_equal(ticket->status, "open");
    assert_int_equal(ticket->messages->len, 3);
    assert_int_equal(ticket->participants->len, 1);
    assert_int_equal(ticket->links->len, 1);
    assert_string_equal(((TicketLink *)ticket->links->pdata[0])->ref, "SUP-000002");
    assert_string_equal(((TicketLink *)linked->links->pdata[0])->ref, "SUP-000001");
    assert_true(equation_holds(fixture, 4));
}

static void test_settle_unread(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "mail");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "");
    decision->unreadable = TRUE;
    decision->detail = g_strdup("too many parts");
    assert_true(settle(fixture, row, NULL, decision, NULL));
    g_autoptr(Ticket) ticket = ticket_get(fixture->store, "SUP-000001", NULL);
    const TicketMessage *message = ticket->messages->pdata[0];
    assert_non_null(strstr(message->findings, "could-not-be-read"));
    assert_non_null(strstr(message->findings, "too many parts"));
    assert_true(equation_holds(fixture, 1));
}

static void test_ticket_list(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *status, *queue;
        guint most, expected;
    } cases[] = {{NULL, NULL, 10, 3},      {"new", NULL, 10, 3},     {"closed", NULL, 10, 0},
                 {NULL, "support", 10, 3}, {NULL, "billing", 10, 0}, {NULL, NULL, 2, 2}};
    for (guint i = 0; i < 3; i++) {
        g_autofree char *text = g_strdup_printf("mail %u", i);
        make_ticket(fixture, text, text, "anna@customer.test", NULL);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) tickets =
            ticket_list(fixture->store, cases[i].status, cases[i].queue, cases[i].most, NULL);
        assert_int_equal(tickets->len, cases[i].expected);
        if (tickets->len > 0)
            assert_string_equal(((Ticket *)tickets->pdata[0])->ref, "SUP-000003");
    }
    g_autoptr(GError) error = NULL;
    assert_null(ticket_get(fixture->store, "SUP-999999", &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
}

/* Facts. */

static void facts_for(Fixture *fixture, gint64 mail_id, const char *sender, EvidenceType type,
                      const char *found, gint64 token_ticket, Facts *out)
{
    *out = (Facts){.evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free)};
    if (found) {
        Evidence *piece = evidence_new(type, found);
        piece->token.ticket_id = token_ticket;
        g_ptr_array_add(out->evidence, piece);
    }
    Envelope envelope = {
        .mail_id = mail_id, .received_us = g_get_real_time(), .queue = (char *)(guintptr) "support"};
    assert_true(settle_facts(fixture->store, &envelope, sender, out, NULL));
}

static ReturnedMail *returned_of(Fixture *fixture, gint64 ticket, const char *message_id, const char *person,
                                 gboolean is_return_path)
{
    g_auto(Facts) facts = {.evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free)};
    facts.returned = g_new0(ReturnedMail, 1);
    facts.returned->token = (Token){.ticket_id = ticket, .person = token_person(person)};
    facts.returned->is_return_path = is_return_path;
    facts.returned->message_id = g_strdup(message_id);
    Envelope envelope = {.mail_id = 1, .received_us = NOW_US, .queue = (char *)(guintptr) "support"};
    assert_true(settle_facts(fixture->store, &envelope, "", &facts, NULL));
    return g_steal_pointer(&facts.returned);
}

static void add_sent(Fixture *fixture, gint64 ticket, const char *message_id, const char *to,
                     const char *path, guint attempts)
{
    g_autoptr(GError) error = NULL;
    db_run(
        fixture->store->db, &error,
        "INSERT INTO outbox (ticket_id, mail_id, kind, queue, route, is_automatic, to_address, from_address,"
        " envelope_from, subject, message_id, bytes, state, attempts, uncertain, lease_us, created_us, "
        "next_us)"
        " VALUES ($1, 0, 'notice', '', '', 1, $2, '', $3, '', $4, $5, 'sent', $6, 0, 0, 0, 0)",
        "itttbi", ticket, to, path, message_id, "x", (gsize)1, (gint64)attempts);
    assert_null(error);
}

/* By its Message-ID, else the newest that went to that person; never what was not tried or is another's. */
static void test_returned(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "opens");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, decision, NULL));
    gint64 ticket = decision->ticket_id;
    add_sent(fixture, ticket, "a@desk.test", "kim@agents.test", "support+x@desk.test", 1);
    add_sent(fixture, ticket, "b@desk.test", "kim@agents.test", "", 1);
    add_sent(fixture, ticket, "c@desk.test", "lou@agents.test", "support+x@desk.test", 1);
    add_sent(fixture, ticket, "d@desk.test", "kim@agents.test", "support+x@desk.test", 0);
    static const struct {
        const char *id, *person;
        gboolean is_return_path;
        gint64 expected;
        gboolean by_id, has_path;
    } cases[] = {
        {"a@desk.test", "kim@agents.test", TRUE, 1, TRUE, TRUE},
        {"b@desk.test", "Kim@agents.test", FALSE, 2, TRUE, FALSE},
        {NULL, "kim@agents.test", TRUE, 2, FALSE, FALSE},
        {"gone@desk.test", "lou@agents.test", TRUE, 3, FALSE, TRUE},
        {"gone@desk.test", "lou@agents.test", FALSE, 0, FALSE, FALSE},
        {"c@desk.test", "kim@agents.test", FALSE, 0, FALSE, FALSE},
        {"d@desk.test", "kim@agents.test", FALSE, 0, FALSE, FALSE},
        {NULL, "anna@customer.test", TRUE, 0, FALSE, FALSE},
    };
    gint64 first = integer(fixture, "SELECT min(id) FROM outbox WHERE message_id = 'a@desk.test'");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ReturnedMail *found =
            returned_of(fixture, ticket, cases[i].id, cases[i].person, cases[i].is_return_path);
        assert_true(found->outbox_id == (cases[i].expected ? first + cases[i].expected - 1 : 0));
        assert_int_equal(found->is_by_id, cases[i].by_id);
        assert_int_equal(found->has_return_path, cases[i].has_path);
        returned_mail_free(found);
        ReturnedMail *elsewhere =
            returned_of(fixture, ticket + 1, cases[i].id, cases[i].person, cases[i].is_return_path);
        assert_true(elsewhere->outbox_id == 0);
        returned_mail_free(elsewhere);
    }
}

/* The report can be quicker than the mark of the sender; the mark must not undo it. */
static void test_returned_before_marked(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) row = accept_text(fixture, "opens");
    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) opened = new_ticket(fixture, row, "anna@customer.test");
    assert_true(settle(fixture, row, reading, opened, NULL));
    add_sent(fixture, opened->ticket_id, "a@desk.test", "kim@agents.test", "p", 1);
    gint64 id = integer(fixture, "SELECT max(id) FROM outbox");
    g_autoptr(IntakeRow) report = accept_text(fixture, "report");
    g_autoptr(Reading) said = reading_of("2@x", "mailer-daemon@agents.test");
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    decision->ticket_id = opened->ticket_id;
    decision->ref = g_strdup(opened->ref);
    decision->status = g_strdup("open");
    decision->sender_name = g_strdup("");
    decision->sender_address = g_strdup("");
    decision->sender_role = g_strdup("guest");
    decision->returned_id = id;
    decision->returned_status = g_strdup("5.1.1");
    decision->returned_words = g_strdup("it came back: no such user");
    decision->block_address = g_strdup("kim@agents.test");
    decision->block_us = MINUTE_US;
    assert_true(settle(fixture, report, said, decision, NULL));
    OutboxResult sent = {.id = id, .state = OUTBOX_SENT, .answer = "250 taken"};
    assert_true(outbox_mark(fixture->store, &sent, 1, NOW_US, NULL));
    g_autoptr(OutboxRow) now = outbox_get(fixture->store, id, NULL);
    assert_int_equal(now->state, OUTBOX_FAILED);
    assert_string_equal(now->last_error, "it came back: no such user");
    assert_string_equal(now->status, "5.1.1");
    assert_int_equal(integer(fixture, "SELECT count(*) FROM blocks WHERE address = 'kim@agents.test'"), 1);
    assert_int_equal(integer(fixture, "SELECT count(*) FROM outbox WHERE is_told = 0 AND state = 'failed'"),
                     1);
}

static void test_copies(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(IntakeRow) waiting = accept_text(fixture, "the same");
    g_autoptr(IntakeRow) again = accept_text(fixture, "the same");
    g_auto(Facts) before = {0};
    facts_for(fixture, again->envelope.mail_id, "", 0, NULL, 0, &before);
    assert_true(before.copy_of == 0); /* the other one has not ended its way */

    g_autoptr(Reading) reading = reading_of("1@x", "anna@customer.test");
    g_autoptr(Decision) decision = new_ticket(fixture, waiting, "anna@customer.test");
    assert_true(settle(fixture, waiting, reading, decision, NULL));
    g_auto(Facts) after = {0};
    facts_for(fixture, again->envelope.mail_id, "", 0, NULL, 0, &after);
    assert_true(after.copy_of == waiting->envelope.mail_id);
    assert_string_equal(after.copy_of_ref, "SUP-000001");

    g_autoptr(Decision) copy = decision_new(FATE_COPY);
    copy->copy_of = after.copy_of;
    assert_true(settle(fixture, again, reading, copy, NULL));
    g_autoptr(MailFate) fate = intake_fate(fixture->store, again->envelope.mail_id, NULL);
    assert_string_equal(fate->fate, "copy");
    assert_true(fate->copy_of == waiting->envelope.mail_id);
    assert_string_equal(fate->ref, "SUP-000001");

    /* A copy is of the original, never of a copy; other bytes are no copy; held mail has copies too. */
    g_autoptr(IntakeRow) third = accept_text(fixture, "the same");
    g_auto(Facts) facts = {0};
    facts_for(fixture, third->envelope.mail_id, "", 0, NULL, 0, &facts);
    assert_true(facts.copy_of == waiting->envelope.mail_id);
    g_autoptr(IntakeRow) other = accept_text(fixture, "the samE");
    g_auto(Facts) others = {0};
    facts_for(fixture, other->envelope.mail_id, "", 0, NULL, 0, &others);
    assert_true(others.copy_of == 0);
    gint64 held = make_held(fixture, "held");
    g_autoptr(IntakeRow) held_again = accept_text(fixture, "held");
    g_auto(Facts) of_held = {0};
    facts_for(fixture, held_again->envelope.mail_id, "", 0, NULL, 0, &of_held);
    assert_true(of_held.copy_of == held);
    assert_null(of_held.copy_of_ref);
}

/* The narrow indexes hold hashes; equal hashes are not equal things. */
static void test_equal_hashes(void **state)
{
    Fixture *fixture = *state;
    make_ticket(fixture, "first", "first@customer.test", "anna@customer.test", NULL);
    g_autoptr(IntakeRow) row = accept_text(fixture, "second");
    g_autofree char *sql =
        g_strdup_printf("UPDATE raw SET digest = 5; UPDATE messages SET message_id_hash = %" G_GINT64_FORMAT,
                        ids_hash("second@customer.test"));
    assert_true(db_script(fixture->store->db, sql, NULL));
    g_auto(Facts) facts = {0};
    facts_for(fixture, row->envelope.mail_id, "anna@customer.test", EVIDENCE_KNOWN_ID, "second@customer.test",
              0, &facts);
    assert_true(facts.copy_of == 0);
    assert_true(((Evidence *)facts.evidence->pdata[0])->ticket_id == 0);
}

static void test_evidence(void **state)
{
    Fixture *fixture = *state;
    gint64 ticket = make_ticket(fixture, "first", "one@customer.test", "anna@customer.test", NULL);
    g_autoptr(Decision) first = decision_new(FATE_TICKETED);
    first->ticket_id = ticket;
    first->ref = g_strdup("SUP-000001");
    static const char *const people[][2] = {{"Bert@customer.test", "participant"},
                                            {"guest@elsewhere.test", "guest"}};
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(IntakeRow) row = accept_text(fixture, people[i][0]);
        g_autoptr(Reading) reading = reading_of(people[i][0], people[i][0]);
        g_autoptr(Decision) decision = joins(first, people[i][0], people[i][1]);
        assert_true(settle(fixture, row, reading, decision, NULL));
    }
    const struct {
        const char *sender;
        EvidenceType type;
        const char *found;
        gint64 token_ticket;
        gboolean leads, belongs;
    } cases[] = {
        {"anna@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, TRUE, TRUE},
        {"ANNA@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, TRUE, TRUE},
        {"bert@customer.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, TRUE},
        {"guest@elsewhere.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"mallory@elsewhere.test", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"", EVIDENCE_TOKEN_ID, "x", ticket, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_TOKEN_ID, "x", ticket + 1, FALSE, FALSE},
        {"anna@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, TRUE},
        {"carl@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, TRUE}, /* was in its Cc */
        {"arl@customer.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, FALSE},
        {"mallory@elsewhere.test", EVIDENCE_KNOWN_ID, "one@customer.test", 0, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_KNOWN_ID, "One@customer.test", 0, FALSE, FALSE},
        {"anna@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000001", 0, TRUE, TRUE},
        {"carl@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000001", 0, TRUE, FALSE},
        {"anna@customer.test", EVIDENCE_SUBJECT_REF, "SUP-000009", 0, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Facts) facts = {0};
        facts_for(fixture, ticket, cases[i].sender, cases[i].type, cases[i].found, cases[i].token_ticket,
                  &facts);
        const Evidence *piece = facts.evidence->pdata[0];
        assert_true(piece->ticket_id == (cases[i].leads ? ticket : 0));
        assert_int_equal(piece->sender_belongs, cases[i].belongs);
        if (cases[i].leads)
            assert_string_equal(piece->ref, "SUP-000001");
    }
}

/* An agent who works hard on a ticket must not be the reason why nobody hears of its customer. */
static void test_mails_lately(void **state)
{
    Fixture *fixture = *state;
    gint64 ticket = make_ticket(fixture, "first", "one@customer.test", "anna@customer.test", NULL);
    static const char *const directions[] = {"note", "in", "note", "note"};
    g_autoptr(Decision) first = decision_new(FATE_TICKETED);
    first->ticket_id = ticket;
    first->ref = g_strdup("SUP-000001");
    for (gsize i = 0; i < G_N_ELEMENTS(directions); i++) {
        g_autofree char *text = g_strdup_printf("mail %u", (guint)i);
        g_autoptr(IntakeRow) row = accept_text(fixture, text);
        g_autoptr(Reading) reading = reading_of(text, "kim@agents.test");
        add_field(reading, "app_id", text);
        g_autoptr(Decision) decision = joins(first, "kim@agents.test", "agent");
        g_free(decision->direction);
        decision->direction = g_strdup(directions[i]);
        assert_true(settle(fixture, row, reading, decision, NULL));
    }
    db_script(fixture->store->db, "UPDATE messages SET at_us = 9000000000000000", NULL);
    g_auto(Facts) facts = {0};
    facts_for(fixture, ticket, "anna@customer.test", EVIDENCE_TOKEN_ADDRESS, "x", ticket, &facts);
    assert_int_equal(((Evidence *)facts.evidence->pdata[0])->mails_lately, 2);
    /* What he writes there is no detail of the customer's. */
    g_autoptr(Ticket) shown = ticket_get(fixture->store, "SUP-000001", NULL);
    assert_int_equal(shown->fields->len, 1);
    assert_string_equal(((TicketField *)shown->fields->pdata[0])->value, "mail 1");
}

/* Anybody can write any Message-ID: one that stands in two tickets leads to both. */
static void test_evidence_twice(void **state)
{
    Fixture *fixture = *state;
    gint64 mallory = make_ticket(fixture, "forged", "same@customer.test", "mallory@elsewhere.test", NULL);
    gint64 anna = make_ticket(fixture, "own", "same@customer.test", "anna@customer.test", NULL);
    make_ticket(fixture, "unlike", "other@customer.test", "anna@customer.test", NULL);
    g_auto(Facts) facts = {0};
    facts_for(fixture, anna, "anna@customer.test", EVIDENCE_KNOWN_ID, "same@customer.test", 0, &facts);
    assert_int_equal(facts.evidence->len, 2);
    const Evidence *one = facts.evidence->pdata[0], *two = facts.evidence->pdata[1];
    assert_true(one->ticket_id == mallory && two->ticket_id == anna);
    assert_false(one->sender_belongs);
    assert_true(two->sender_belongs);
    assert_string_equal(two->found, "same@customer.test");
    assert_int_equal(two->type, EVIDENCE_KNOWN_ID);
    g_auto(Facts) of_copied = {0};
    facts_for(fixture, anna, "carl@customer.test", EVIDENCE_KNOWN_ID, "same@customer.test", 0, &of_copied);
    assert_true(((Evidence *)of_copied.evidence->pdata[0])->sender_belongs);
    assert_true(((Evidence *)of_copied.evidence->pdata[1])->sender_belongs);
}

/* Held mail. */

static void test_held(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    gint64 one = make_held(fixture, "one"), two = make_held(fixture, "two");
    gint64 ticketed = make_ticket(fixture, "three", "3@x", "anna@customer.test", NULL);
    g_autoptr(GPtrArray) both = held_list(fixture->store, NULL);
    g_autoptr(HeldMail) mail = held_get(fixture->store, one, NULL);
    assert_int_equal(both->len, 2);
    assert_string_equal(mail->reason, "loop");
    assert_string_equal(mail->from, "anna@customer.test");
    assert_string_equal(mail->subject, "The subject");
    assert_null(held_get(fixture->store, ticketed, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));

    assert_true(held_release(fixture->store, one, "kim", NOW_US, NULL));
    g_autoptr(GPtrArray) waiting = intake_waiting(fixture->store, 0, NOW_US, 10, NULL);
    assert_int_equal(waiting->len, 1);
    assert_true(((IntakeRow *)waiting->pdata[0])->envelope.is_released);
    assert_int_equal(((IntakeRow *)waiting->pdata[0])->attempts, 0);
    assert_false(held_release(fixture->store, one, "kim", NOW_US, NULL));
    assert_true(equation_holds(fixture, 2));

    assert_true(held_drop(fixture->store, two, "kim", NOW_US, NULL));
    g_autoptr(GPtrArray) none = held_list(fixture->store, NULL);
    assert_int_equal(none->len, 0);
    assert_true(equation_holds(fixture, 2));
    assert_int_equal(
        integer(fixture, "SELECT count(*) FROM events WHERE who = 'kim' AND what IN ('released', 'dropped')"),
        2);
    check_raw(fixture, two, "two", 3);
}

static void test_no_such_mail(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) fate = NULL, raw = NULL;
    assert_null(intake_fate(fixture->store, 4711, &fate));
    assert_true(error_is(fate, ERROR_NOT_FOUND));
    assert_false(intake_copy_raw(fixture->store, 4711, -1, &raw));
    assert_true(error_is(raw, ERROR_NOT_FOUND));
    assert_false(intake_is_waiting(fixture->store, 4711, NULL));
}

/* Outbox. */

static GPtrArray *claim(Fixture *fixture, gint64 now_us, guint expected)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = outbox_claim(fixture->store, "route", now_us, 5 * MINUTE_US, 10, &error);
    assert_null(error);
    assert_int_equal(rows->len, expected);
    return rows;
}

static void test_outbox_claim(void **state)
{
    Fixture *fixture = *state;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    assert_true(outbox_next_due_us(fixture->store, "route", NULL) == NOW_US);
    g_ptr_array_unref(claim(fixture, NOW_US - 1, 0));
    g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 2);
    const OutboxRow *row = rows->pdata[0];
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    assert_string_equal(row->to, "anna@customer.test");
    assert_string_equal(row->ref, "SUP-000001");
    assert_string_equal(row->envelope_from, "");
    assert_int_equal(length, 16);
    assert_memory_equal(bytes, "Subject: x\r\n\r\n\0y", 16);
    assert_int_equal(row->attempts, 0);
    assert_int_equal(row->state, OUTBOX_QUEUED);
    /* Leased: nobody else gets it, until the lease is over. Then nobody knows what became of it, and each
     * goes alone. */
    g_ptr_array_unref(claim(fixture, NOW_US + MINUTE_US, 0));
    g_autoptr(GPtrArray) late = claim(fixture, NOW_US + 5 * MINUTE_US, 1);
    const OutboxRow *again = late->pdata[0];
    assert_int_equal(again->state, OUTBOX_UNCERTAIN);
    assert_int_equal(again->lost, 1);
    assert_int_equal(again->attempts, 1);
    assert_string_equal(again->message_id, row->message_id);
    g_autoptr(GPtrArray) next = claim(fixture, NOW_US + 5 * MINUTE_US, 1);
    assert_string_equal(((OutboxRow *)next->pdata[0])->to, "bert@customer.test");
    assert_int_equal(((OutboxRow *)next->pdata[0])->lost, 1);
    /* A sender that knows that it is alone need not wait for that. */
    assert_true(outbox_recover(fixture->store, "route", NOW_US + 6 * MINUTE_US, NULL));
    g_autoptr(GPtrArray) at_once = claim(fixture, NOW_US + 6 * MINUTE_US, 1);
    assert_int_equal(((OutboxRow *)at_once->pdata[0])->lost, 2);
    /* What brings the sender down again and again waits for a person. */
    for (guint i = 0; i < 40; i++) {
        assert_true(outbox_recover(fixture->store, "route", NOW_US + 6 * MINUTE_US, NULL));
        g_autoptr(GPtrArray) more =
            outbox_claim(fixture->store, "route", NOW_US + 6 * MINUTE_US, MINUTE_US, 2, NULL);
        assert_non_null(more);
    }
    g_autoptr(OutboxRow) held = outbox_get(fixture->store, row->id, NULL);
    assert_int_equal(held->state, OUTBOX_HELD);
}

static void test_outbox_mark(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        OutboxState state;
        gint64 next_us;    /* after NOW_US */
        guint due_then;    /* rows due at that time */
        const char *event; /* or NULL */
    } cases[] = {
        {OUTBOX_SENT, 0, 0, "sent"},
        {OUTBOX_FAILED, 0, 0, "not delivered"},
        {OUTBOX_HELD, 0, 0, "sending held"},
        {OUTBOX_QUEUED, MINUTE_US, 1, NULL},
        {OUTBOX_UNCERTAIN, MINUTE_US, 1, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("mail %zu", i);
        make_ticket(fixture, text, text, "anna@customer.test", "anna@customer.test");
        g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 1);
        gint64 id = ((OutboxRow *)rows->pdata[0])->id;
        OutboxResult result = {
            .id = id, .state = cases[i].state, .next_us = NOW_US + cases[i].next_us, .answer = "250 fine"};
        assert_true(outbox_mark(fixture->store, &result, 1, NOW_US, NULL));
        g_autoptr(OutboxRow) row = outbox_get(fixture->store, id, NULL);
        assert_int_equal(row->state, cases[i].state);
        assert_string_equal(row->last_error, "250 fine");
        assert_int_equal(row->attempts, 1);
        assert_int_equal(row->uncertain, cases[i].state == OUTBOX_UNCERTAIN);
        g_ptr_array_unref(claim(fixture, NOW_US, 0));
        g_autoptr(GPtrArray) then = claim(fixture, NOW_US + MINUTE_US, cases[i].due_then);
        OutboxResult end = {.id = id, .state = OUTBOX_SENT};
        assert_true(then->len == 0 || outbox_mark(fixture->store, &end, 1, NOW_US, NULL));
        g_autoptr(Ticket) ticket = ticket_get(fixture->store, row->ref, NULL);
        const StoredEvent *event = ticket->events->len > 1 ? ticket->events->pdata[1] : NULL;
        if (cases[i].event) {
            assert_string_equal(event->what, cases[i].event);
            assert_non_null(strstr(event->detail, "acknowledgement to anna@customer.test: 250 fine"));
        }
    }
    assert_true(outbox_next_due_us(fixture->store, "route", NULL) == G_MAXINT64);
}

static void test_outbox_people(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) missing = NULL, sent = NULL, busy = NULL;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    g_autoptr(GPtrArray) all = outbox_list(fixture->store, 10, NULL);
    g_autoptr(GPtrArray) newest = outbox_list(fixture->store, 1, NULL);
    assert_int_equal(all->len, 2);
    assert_string_equal(((OutboxRow *)newest->pdata[0])->to, "bert@customer.test");
    assert_null(outbox_get(fixture->store, 99, &missing));
    assert_true(error_is(missing, ERROR_NOT_FOUND));

    g_autoptr(GPtrArray) rows = claim(fixture, NOW_US, 2);
    gint64 one = ((OutboxRow *)rows->pdata[0])->id, two = ((OutboxRow *)rows->pdata[1])->id;
    assert_false(outbox_retry(fixture->store, one, NOW_US, &busy));
    assert_true(error_is(busy, ERROR_CONFLICT));
    OutboxResult results[] = {{.id = one, .state = OUTBOX_SENT, .answer = "250 fine"},
                              {.id = two, .state = OUTBOX_FAILED, .answer = "550 no"}};
    assert_true(outbox_mark(fixture->store, results, 2, NOW_US, NULL));
    assert_false(outbox_retry(fixture->store, one, NOW_US, &sent));
    assert_true(error_is(sent, ERROR_CONFLICT));
    assert_false(outbox_drop(fixture->store, one, "kim", NOW_US, NULL));
    assert_true(outbox_retry(fixture->store, two, NOW_US, NULL));
    g_ptr_array_unref(claim(fixture, NOW_US, 1));
    assert_true(outbox_drop(fixture->store, two, "kim", NOW_US, NULL));
    g_autoptr(OutboxRow) dropped = outbox_get(fixture->store, two, NULL);
    assert_int_equal(dropped->state, OUTBOX_FAILED);
    assert_string_equal(dropped->last_error, "dropped by kim");
    g_ptr_array_unref(claim(fixture, NOW_US + 10 * MINUTE_US, 0));
}

static void note_ack(gpointer user, const char *to, gint64 created_us)
{
    g_string_append_printf(user, "%s %d;", to, created_us == NOW_US);
}

static void test_outbox_acks(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) acks = g_string_new(NULL);
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_ticket(fixture, "two", "2@x", "bert@customer.test", "bert@customer.test");
    assert_true(db_script(fixture->store->db, "UPDATE outbox SET kind = 'notice' WHERE id = 1", NULL));
    make_ticket(fixture, "three", "3@x", "carl@customer.test", "carl@customer.test");
    assert_true(outbox_each_ack(fixture->store, NOW_US - 1, note_ack, acks, NULL));
    assert_string_equal(acks->str, "bert@customer.test 1;carl@customer.test 1;");
    g_string_truncate(acks, 0);
    assert_true(outbox_each_ack(fixture->store, NOW_US, note_ack, acks, NULL));
    assert_string_equal(acks->str, "");
}

static void test_figures(void **state)
{
    Fixture *fixture = *state;
    StoreFigures figures;
    make_ticket(fixture, "one", "1@x", "anna@customer.test", "anna@customer.test");
    make_held(fixture, "two");
    intake_row_free(accept_text(fixture, "three"));
    assert_true(store_figures(fixture->store, &figures, NULL));
    assert_int_equal(figures.accepted, 3);
    assert_int_equal(figures.waiting, 1);
    assert_int_equal(figures.received, 2);
    assert_int_equal(figures.ticketed, 1);
    assert_int_equal(figures.held, 1);
    assert_int_equal(figures.copies, 0);
    assert_int_equal(figures.tickets, 1);
    assert_int_equal(figures.tickets_open, 1);
    assert_int_equal(figures.outbox_waiting, 1);
    assert_int_equal(figures.outbox_sent + figures.outbox_failed + figures.outbox_uncertain, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_migrations),
        TEST(test_newer_schema),
        TEST(test_failed_migration),
        TEST(test_events_are_append_only),
        TEST(test_modes),
        TEST(test_token_keys),
        TEST(test_damage),
        TEST(test_damage_behind_a_mark),
        TEST(test_originals),
        TEST(test_unkept_files),
        TEST(test_raw_folder_away),
        TEST(test_sweep),
        TEST(test_accept),
        TEST(test_leases),
        TEST(test_rollback),
        TEST(test_changed_elsewhere),
        TEST(test_settle_new),
        TEST(test_settle_once),
        TEST(test_settle_is_whole),
        TEST(test_settle_join),
        TEST(test_settle_unread),
        TEST(test_ticket_list),
        TEST(test_returned),
        TEST(test_returned_before_marked),
        TEST(test_copies),
        TEST(test_equal_hashes),
        TEST(test_evidence),
        TEST(test_mails_lately),
        TEST(test_evidence_twice),
        TEST(test_held),
        TEST(test_no_such_mail),
        TEST(test_outbox_claim),
        TEST(test_outbox_mark),
        TEST(test_outbox_people),
        TEST(test_outbox_acks),
        TEST(test_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
