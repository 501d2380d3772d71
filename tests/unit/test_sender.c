/* The sender's loop over a real store and Maildirs: what is due goes out once and is marked, a wake is heard,
 * a stop is obeyed, trouble leaves the row for later; what a route cannot take goes another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <gateway/deliver/failover.h>
#include <gateway/deliver/pace.h>

#include <postern/base/clock.h>
#include <postern/base/log.h>
#include <postern/base/mail_id.h>
#include <postern/blocks.h>
#include <postern/deliver.h>
#include <postern/settle.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000

typedef struct {
    char *folder;   /* of everything */
    char *outgoing; /* Maildir */
    Store *store;   /* the test's own connection */
    int wake_fd, stop_fd;
    gint64 tickets;
    GPtrArray *routes; /* ConfigRoute */
    GPtrArray *webhooks;
    GPtrArray *threads;
} Fixture;

/* What a sender's thread is given. */
typedef struct {
    Fixture *fixture;
    const char *route;
} Run;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("postern-sender-XXXXXX", NULL);
    fixture->outgoing = g_build_filename(fixture->folder, "outgoing", NULL);
    g_autofree char *store = g_build_filename(fixture->folder, "store", NULL);
    fixture->store = store_open(store, STORE_CREATE, NULL);
    fixture->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    fixture->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    fixture->routes = g_ptr_array_new_with_free_func(g_free);
    fixture->webhooks = g_ptr_array_new();
    fixture->threads = g_ptr_array_new();
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
    scratch_remove(fixture->folder);
    g_ptr_array_unref(fixture->routes);
    g_ptr_array_unref(fixture->webhooks);
    g_ptr_array_unref(fixture->threads);
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

/* A ticket with this mail to send, through the doors that the gate uses. */
static void put_outgoing(Fixture *fixture, Outgoing *mail)
{
    const char *to = mail->to;
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
    g_ptr_array_add(decision->outgoing, mail);
    g_autoptr(GError) error = NULL;
    if (!store_begin(fixture->store, &error) || !intake_add(fixture->store, raw, &envelope, rows, &error) ||
        !settle_decision(fixture->store, rows->pdata[0], NULL, decision, clock_now_us(), &error) ||
        !store_commit(fixture->store, &error))
        fail_msg("%s", error->message);
    raw_free(raw, store_raw_folder(fixture->store));
}

static void put_mail(Fixture *fixture, const char *to)
{
    put_outgoing(fixture, outgoing_new(to));
}

static void put_on_route(Fixture *fixture, const char *to, const char *route)
{
    Outgoing *mail = outgoing_new(to);
    g_free(mail->route);
    mail->route = g_strdup(route);
    put_outgoing(fixture, mail);
}

static ConfigRoute *add_route(Fixture *fixture, const char *name)
{
    ConfigRoute *route = g_new0(ConfigRoute, 1);
    *route = (ConfigRoute){.name = (char *)(guintptr)name,
                           .type = OUTGOING_FOLDER,
                           .folder = fixture->outgoing,
                           .queues = fixture->webhooks, /* empty: of all */
                           .from = fixture->webhooks,
                           .give_up_us = (gint64)4 * 24 * 3600 * G_USEC_PER_SEC};
    g_ptr_array_add(fixture->routes, route);
    return route;
}

/* A port where nobody listens. */
static guint16 closed_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void add_dead_route(Fixture *fixture, const char *name)
{
    static char host[] = "127.0.0.1", hello[] = "gate.example.com";
    ConfigRoute *route = add_route(fixture, name);
    route->type = OUTGOING_SMTP;
    route->server = (ConfigServer){.host = host, .port = closed_port()};
    route->hello = hello;
}

static gpointer run(gpointer data)
{
    g_autofree Run *task = data;
    Fixture *fixture = task->fixture;
    char domain[] = "example.com";
    char kim[] = "kim", address[] = "kim@agents.test";
    ConfigAgent agent = {.name = kim, .display = kim, .address = address};
    g_autoptr(GPtrArray) agents = g_ptr_array_new();
    g_autoptr(GPtrArray) admins = g_ptr_array_new();
    char ops[] = "ops@agents.test";
    g_ptr_array_add(agents, &agent);
    g_ptr_array_add(admins, ops);
    Config config = {.domain = domain,
                     .routes = fixture->routes,
                     .webhooks = fixture->webhooks,
                     .agents = agents,
                     .admins = admins};
    g_autofree char *folder = g_build_filename(fixture->folder, "store", NULL);
    g_autoptr(Store) store = store_open(folder, STORE_OPEN, NULL);
    return GINT_TO_POINTER(store ? sender_run(&config, task->route, store, fixture->wake_fd, fixture->stop_fd)
                                 : -1);
}

/* A sender for each route; for a single folder when none was added. */
static void start(Fixture *fixture)
{
    if (fixture->routes->len == 0)
        add_route(fixture, "folder");
    for (guint i = 0; i < fixture->routes->len; i++) {
        Run *task = g_new0(Run, 1);
        *task = (Run){.fixture = fixture, .route = ((const ConfigRoute *)fixture->routes->pdata[i])->name};
        g_ptr_array_add(fixture->threads, g_thread_new("sender", run, task));
    }
}

static void stop(Fixture *fixture)
{
    eventfd_write(fixture->stop_fd, 1);
    for (guint i = 0; i < fixture->threads->len; i++)
        assert_int_equal(GPOINTER_TO_INT(g_thread_join(fixture->threads->pdata[i])), 0);
    g_ptr_array_set_size(fixture->threads, 0);
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

static RouteStatus *find_status(const GPtrArray *statuses, const char *name)
{
    for (guint i = 0; i < statuses->len; i++)
        if (strcmp(((RouteStatus *)statuses->pdata[i])->name, name) == 0)
            return statuses->pdata[i];
    return NULL;
}

/* Nobody at the first server: the second route sends all, each once, and the first is known to be down. */
static void another_way(void **state)
{
    Fixture *fixture = *state;
    add_dead_route(fixture, "first");
    add_route(fixture, "second");
    for (guint i = 0; i < 40; i++) {
        g_autofree char *to = g_strdup_printf("r%u@example.org", i);
        put_on_route(fixture, to, "first");
    }
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 40, OUTBOX_SENT);
    assert_string_equal(row->route, "second");
    /* While it is down, new mail does not wait for the next knock. */
    put_on_route(fixture, "late@example.org", "first");
    eventfd_write(fixture->wake_fd, 1);
    g_autoptr(OutboxRow) late = await_rows(fixture, 41, OUTBOX_SENT);
    assert_string_equal(late->route, "second");
    stop(fixture);
    assert_int_equal(count_files(fixture), 41);
    g_autoptr(GPtrArray) statuses = route_status_list(fixture->store, NULL);
    assert_true(find_status(statuses, "first")->is_down);
    assert_non_null(strstr(find_status(statuses, "first")->error, "cannot connect"));
    assert_false(find_status(statuses, "second")->is_down);
    assert_true(find_status(statuses, "second")->contact_us > 0);
}

/* All are down: the row stays with somebody and is neither lost nor sent around for ever. */
static void no_way(void **state)
{
    Fixture *fixture = *state;
    add_dead_route(fixture, "first");
    add_dead_route(fixture, "second");
    put_on_route(fixture, "anna@example.org", "first");
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 1, OUTBOX_QUEUED);
    for (guint waited = 0; waited < PATIENCE_MS; waited += 5) {
        g_autoptr(GPtrArray) statuses = route_status_list(fixture->store, NULL);
        if (statuses->len == 2 && find_status(statuses, "first")->is_down &&
            find_status(statuses, "second")->is_down)
            break;
        poll(NULL, 0, 5);
    }
    stop(fixture);
    g_autoptr(OutboxRow) now = outbox_get(fixture->store, row->id, NULL);
    assert_int_equal(now->state, OUTBOX_QUEUED);
    assert_non_null(strstr(now->last_error, "cannot connect"));
    assert_non_null(strstr(now->dialogue, "cannot connect"));
    assert_true(now->attempts <= 3);
}

/* Rows of an older configuration, and of a store that knew no routes. */
static void orphans(void **state)
{
    Fixture *fixture = *state;
    put_on_route(fixture, "anna@example.org", "");
    put_on_route(fixture, "berta@example.org", "gone");
    put_on_route(fixture, "carla@example.org", "second");
    put_on_route(fixture, "hook", "webhook:gone");
    add_route(fixture, "first");
    add_route(fixture, "second");
    start(fixture);
    g_autoptr(OutboxRow) hook = await_rows(fixture, 3, OUTBOX_SENT);
    g_autoptr(OutboxRow) failed = await_rows(fixture, 1, OUTBOX_FAILED);
    stop(fixture);
    assert_int_equal(count_files(fixture), 3);
    assert_string_equal(failed->to, "hook");
    assert_string_equal(failed->last_error, "not sent: the configuration has no webhook:gone any more");
}

static Block *find_block(Fixture *fixture)
{
    return block_find(fixture->store, "Anna@example.org", clock_now_us(), NULL);
}

/* Machines leave an address alone that failed; a person may try, and success opens it. */
static void blocked_address(void **state)
{
    Fixture *fixture = *state;
    gint64 now_us = clock_now_us();
    assert_true(block_set(fixture->store, "anna@example.org", "5.1.1", "550 5.1.1 no such user",
                          now_us + (gint64)3600 * G_USEC_PER_SEC, now_us, NULL));
    put_mail(fixture, "anna@example.org");
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 1, OUTBOX_FAILED);
    g_autofree char *today = clock_rfc3339(now_us);
    g_autofree char *begin = g_strdup_printf("not sent: mail to this address failed on %.10s (550 5.1.1 "
                                             "no such user); it gets no automatic mail until ",
                                             today);
    assert_true(g_str_has_prefix(row->last_error, begin));
    assert_string_equal(row->status, "5.1.1");
    assert_int_equal(count_files(fixture), 0);
    Outgoing *answer = outgoing_new("anna@example.org");
    answer->is_personal = TRUE;
    put_outgoing(fixture, answer);
    eventfd_write(fixture->wake_fd, 1);
    g_autoptr(OutboxRow) sent = await_rows(fixture, 1, OUTBOX_SENT);
    stop(fixture);
    assert_null(find_block(fixture));
    assert_int_equal(count_files(fixture), 1);
}

/* What is written to agents and admins is work: it waits for an hour, and then asks again. */
static void blocked_agent(void **state)
{
    Fixture *fixture = *state;
    gint64 hour_us = (gint64)3600 * G_USEC_PER_SEC, now_us = clock_now_us(), long_us = now_us + 24 * hour_us;
    assert_true(
        block_set(fixture->store, "ops@agents.test", "5.1.1", "550 no", long_us, now_us - hour_us, NULL));
    assert_true(block_set(fixture->store, "kim@agents.test", "5.1.1", "550 no", long_us, now_us, NULL));
    put_mail(fixture, "ops@agents.test");
    put_mail(fixture, "kim@agents.test");
    start(fixture);
    g_autoptr(OutboxRow) waits = await_rows(fixture, 1, OUTBOX_QUEUED);
    g_autoptr(OutboxRow) any = await_rows(fixture, 1, OUTBOX_SENT);
    stop(fixture);
    assert_string_equal(waits->to, "kim@agents.test");
    assert_int_equal(waits->state, OUTBOX_QUEUED);
    assert_true(waits->next_us == now_us + hour_us);
    assert_true(g_str_has_prefix(waits->last_error, "not sent: mail to this address failed"));
    assert_int_equal(count_files(fixture), 1);
}

static gint64 cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (gint64)G_USEC_PER_SEC + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

/* The next sender has to see what woke this one. */
static void nobody_drains_the_wake(void **state)
{
    Fixture *fixture = *state;
    add_route(fixture, "first");
    add_route(fixture, "second");
    start(fixture);
    for (guint i = 0; i < 3; i++) {
        put_on_route(fixture, "anna@example.org", "first");
        put_on_route(fixture, "berta@example.org", "second");
        eventfd_write(fixture->wake_fd, 1);
        g_autoptr(OutboxRow) row = await_rows(fixture, 2 * (i + 1), OUTBOX_SENT);
    }
    /* And what nobody reads makes nobody spin. */
    gint64 before_us = cpu_us();
    poll(NULL, 0, 300);
    assert_true(cpu_us() - before_us < 150 * 1000);
    stop(fixture);
    eventfd_t count = 0;
    assert_int_equal(eventfd_read(fixture->wake_fd, &count), 0);
    assert_int_equal(count, 3);
}

static void limited_pace(void **state)
{
    Fixture *fixture = *state;
    add_route(fixture, "folder")->per_minute = 5;
    for (guint i = 0; i < 8; i++) {
        g_autofree char *to = g_strdup_printf("r%u@example.org", i);
        put_mail(fixture, to);
    }
    start(fixture);
    g_autoptr(OutboxRow) row = await_rows(fixture, 5, OUTBOX_SENT);
    stop(fixture);
    assert_int_equal(count_files(fixture), 5);
    assert_int_equal(row->state, OUTBOX_QUEUED);
    assert_int_equal(row->attempts, 0);
}

static void paces(void **state)
{
    (void)state;
    const gint64 second = G_USEC_PER_SEC;
    Pace none, pace;
    pace_init(&none, 0);
    pace_took(&none, 1000, 0);
    assert_int_equal(pace_left(&none, 32, 0), 32);
    pace_init(&pace, 10);
    assert_int_equal(pace_left(&pace, 32, second), 10);
    assert_int_equal(pace_left(&pace, 4, second), 4);
    pace_took(&pace, 4, second);
    pace_took(&pace, 6, 31 * second);
    assert_int_equal(pace_left(&pace, 32, 60 * second), 0);
    assert_true(pace_next_us(&pace) == 61 * second);
    assert_int_equal(pace_left(&pace, 32, 61 * second), 4);
    pace_took(&pace, 4, 61 * second);
    assert_int_equal(pace_left(&pace, 32, 90 * second), 0);
    assert_int_equal(pace_left(&pace, 32, 91 * second), 6);
    pace_clear(&pace);
}

static void next_routes(void **state)
{
    (void)state;
    char a[] = "a", b[] = "b", c[] = "c", support[] = "support", from[] = "kim@example.com";
    g_autoptr(GPtrArray) all = g_ptr_array_new(), of_support = g_ptr_array_new(), of_kim = g_ptr_array_new(),
                         routes = g_ptr_array_new(), statuses = g_ptr_array_new();
    g_ptr_array_add(of_support, support);
    g_ptr_array_add(of_kim, from);
    ConfigRoute route_a = {.name = a, .queues = of_support, .from = all},
                route_b = {.name = b, .queues = all, .from = of_kim},
                route_c = {.name = c, .queues = all, .from = all};
    g_ptr_array_add(routes, &route_a);
    g_ptr_array_add(routes, &route_b);
    g_ptr_array_add(routes, &route_c);
    RouteStatus status[] = {{.name = a}, {.name = b}, {.name = c}};
    for (guint i = 0; i < 3; i++)
        g_ptr_array_add(statuses, &status[i]);
    const Config config = {.routes = routes};
    static const struct {
        const char *route, *queue, *from, *down, *next;
    } table[] = {
        {"a", "support", "kim@example.com", "a", "b"},    {"a", "support", "x@example.com", "a", "c"},
        {"b", "support", "kim@example.com", "b", "a"},    {"b", "support", "kim@example.com", "ab", "c"},
        {"c", "support", "kim@example.com", "abc", NULL}, {"c", "billing", "x@example.com", "c", NULL},
        {"c", "billing", "x@example.com", "", NULL},      {"a", "support", "kim@example.com", "ac", "b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        for (guint j = 0; j < 3; j++)
            status[j].is_down = strstr(table[i].down, status[j].name) != NULL;
        const char *next = failover_next(&config, statuses, table[i].route, table[i].queue, table[i].from);
        if (g_strcmp0(next, table[i].next) != 0)
            fail_msg("row %zu: %s", i, next ? next : "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sends_and_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trouble_is_for_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_kills_is_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_wake, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(orphans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocked_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocked_agent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_drains_the_wake, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limited_pace, set_up, tear_down),
        cmocka_unit_test(paces),
        cmocka_unit_test(next_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
