/* The reader against children that die, hang and lie, and the lock against a
 * process that tries everything. */
#include "gateway/reader/sanitized.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reader.h>

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Beside this test: build/tests/unit/test_reader, build/tests/support/…. The caller frees. */
static char *support_program(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *unit = g_path_get_dirname(self);
    g_autofree char *tests = g_path_get_dirname(unit);
    return g_build_filename(tests, "support", name, NULL);
}

static Reader *trouble_reader(ReaderSettings settings)
{
    g_autofree char *program = support_program("reader_trouble");
    settings.program = program;
    return reader_new(&settings);
}

static Reading *read_text(Reader *reader, const char *mail, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
    return reader_read(reader, bytes, -1, "sender@example.org", error);
}

static void assert_reads(Reader *reader, const char *mail)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) reading = read_text(reader, mail, &error);
    if (!reading)
        fail_msg("%s", error->message);
    assert_string_equal(reading->text, mail);
    assert_string_equal(reading->subject, "sender@example.org");
}

static void starts_at_the_first_mail(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.authserv_id = "mx.example.org"});
    assert_int_equal(reader_pid(reader), 0);
    assert_int_equal(reader_generation(reader), 0);
    assert_reads(reader, "one");
    int pid = reader_pid(reader);
    assert_true(pid > 0);
    assert_reads(reader, "two\n\ttwo");
    assert_reads(reader, "");
    assert_int_equal(reader_pid(reader), pid);
    assert_int_equal(reader_generation(reader), 1);
    g_autoptr(GBytes) bytes = g_bytes_new_static("three", 5);
    g_autoptr(Reading) reading = reader_read(reader, bytes, -1, NULL, NULL);
    assert_string_equal(reading->subject, "unknown");
    assert_string_equal(reading->kind_reasons->pdata[0], "mx.example.org");
}

/* What one mail does to a child costs the mails before and after it nothing. */
static const struct {
    const char *mail, *message;
    gboolean needs_memory_limit;
} troubles[] = {
    {"crash", "killed by SIGSEGV", FALSE},
    {"overflow", "killed by SIGSEGV", FALSE},
    {"eat", "killed by SIG", TRUE},
    {"hang", "it took over 3 s", FALSE},
    {"leave", "ended with code 3", FALSE},
    {"give-up", "killed by SIGABRT", FALSE},
    {"call", "killed by SIGSYS", FALSE},
    {"lie", "the packed reading breaks its promise about: text", FALSE},
    {"boast", "its answer is too long", FALSE},
    {"stall", "it took over 3 s", FALSE},
    {"babble", "an answer of an unknown kind", FALSE},
    {"hang-up", "killed by SIGKILL", FALSE},
    {"refuse", "come again", FALSE},
};

static void trouble_costs_one_mail(void **state)
{
    (void)state;
    g_autoptr(Reader) reader =
        trouble_reader((ReaderSettings){.seconds = 3, .memory_bytes = 256u * 1024 * 1024});
    guint generation = 1;
    for (guint i = 0; i < G_N_ELEMENTS(troubles); i++) {
        if (IS_SANITIZED && troubles[i].needs_memory_limit)
            continue;
        assert_reads(reader, "before");
        g_autoptr(GError) error = NULL;
        assert_null(read_text(reader, troubles[i].mail, &error));
        assert_true(error_is(error, ERROR_CORRUPT));
        if (!strstr(error->message, troubles[i].message))
            fail_msg("%s: %s", troubles[i].mail, error->message);
        assert_int_equal(reader_pid(reader), 0);
        assert_int_equal(reader_generation(reader), generation++);
    }
    assert_reads(reader, "after");
}

static Content *read_content(Reader *reader, const char *mail, const char *own_text, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
    const ContentWish wish = {.own_text = own_text, .attachment_bytes = 4711};
    return reader_content(reader, bytes, -1, &wish, error);
}

static void assert_content(Reader *reader, const char *own_text, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Content) content = read_content(reader, "mail", own_text, &error);
    if (!content)
        fail_msg("%s", error->message);
    assert_string_equal(content->text, text);
    assert_string_equal(content->html, "4711 mail");
}

/* The same child, the same deaths. */
static void content_costs_one_mail(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *message;
    } cases[] = {
        {"crash", "killed by SIGSEGV"},
        {"hang", "it took over 3 s"},
        {"lie", "the packed content breaks its promise about: html"},
        {"boast", "its answer is too long"},
        {"babble", "an answer of an unknown kind"},
        {"stall", "it took over 3 s"},
        {"call", "killed by SIGSYS"},
        /* What would be an answer to the other question. */
        {"chatter", "an answer of an unknown kind"},
    };
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.seconds = 3});
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_reads(reader, "before");
        assert_content(reader, "own", "own");
        assert_int_equal(reader_generation(reader), i + 1);
        g_autoptr(GError) error = NULL;
        assert_null(read_content(reader, cases[i].mail, "own", &error));
        assert_true(error_is(error, ERROR_CORRUPT));
        if (!strstr(error->message, cases[i].message))
            fail_msg("%s: %s", cases[i].mail, error->message);
        assert_int_equal(reader_pid(reader), 0);
    }
    assert_content(reader, NULL, "none");
    assert_content(reader, "", "");
    g_autoptr(GError) error = NULL;
    assert_null(read_content(reader, "limit", NULL, &error));
    assert_true(error_is(error, ERROR_LIMIT));
    assert_reads(reader, "after");
    assert_int_equal(reader_generation(reader), G_N_ELEMENTS(cases) + 1);
}

/* Over a limit is a word about the mail, not a broken child. */
static void limit_keeps_the_child(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autoptr(GError) error = NULL;
    assert_null(read_text(reader, "limit", &error));
    assert_true(error_is(error, ERROR_LIMIT));
    assert_string_equal(error->message, "too many parts");
    assert_reads(reader, "after");
    assert_int_equal(reader_generation(reader), 1);
}

/* An answer that nobody asked for must not become the reading of the next mail. */
static void chatter_is_not_believed(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autoptr(Reading) reading = read_text(reader, "chatter", NULL);
    assert_non_null(reading);
    assert_reads(reader, "the next mail");
    assert_int_equal(reader_generation(reader), 2);
}

static void await_end(int pid)
{
    struct pollfd end = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    assert_true(end.fd >= 0);
    assert_int_equal(poll(&end, 1, 20000), 1);
    close(end.fd);
}

static void dead_between_mails(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    assert_reads(reader, "before");
    kill(reader_pid(reader), SIGKILL);
    await_end(reader_pid(reader));
    assert_reads(reader, "after");
    assert_int_equal(reader_generation(reader), 2);
}

static void worn_child_is_replaced(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.mails = 3});
    for (guint i = 0; i < 10; i++) {
        assert_reads(reader, "mail");
        assert_int_equal(reader_generation(reader), 1 + i / 3);
    }
}

/* The gate finishes what it has accepted, so its readers outlive what a service manager or a terminal sends.
 */
static void polite_signals_are_ignored(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    assert_reads(reader, "before");
    const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        kill(reader_pid(reader), signals[i]);
    assert_reads(reader, "after");
    assert_int_equal(reader_generation(reader), 1);
    assert_int_not_equal(getpgid(reader_pid(reader)), getpgrp());
}

static void no_child_is_temporary(void **state)
{
    (void)state;
    const struct {
        const char *program, *message;
    } programs[] = {
        {"/nonexistent/postern", "No such file"},
        {"/bin/true", "ended with code 0"},
        {"/bin/false", "ended with code 1"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autoptr(Reader) reader = reader_new(&(ReaderSettings){.program = programs[i].program});
        g_autoptr(GError) error = NULL;
        assert_null(read_text(reader, "mail", &error));
        assert_true(error_is(error, ERROR_TEMPORARY));
        assert_non_null(strstr(error->message, programs[i].message));
        assert_int_equal(reader_pid(reader), 0);
    }
}

static void broken_rules_are_told(void **state)
{
    (void)state;
    g_autoptr(RulesSource) rules = rules_source_new("my-rules.yaml", "rules: [what");
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.rules = rules});
    g_autoptr(GError) error = NULL;
    assert_null(read_text(reader, "mail", &error));
    assert_true(error_is(error, ERROR_TEMPORARY));
    assert_non_null(strstr(error->message, "my-rules.yaml:2:1: error:"));
}

static void only_the_socket_gets_through(void **state)
{
    (void)state;
    g_setenv("POSTERN_TEST_SECRET", "hunter2", TRUE);
    int open_in_gate = fcntl(STDERR_FILENO, F_DUPFD, 20);
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autoptr(Reading) reading = read_text(reader, "inventory", NULL);
    assert_string_equal(reading->text, "descriptors 0 1 2 3\nvariables");
    close(open_in_gate);
    g_unsetenv("POSTERN_TEST_SECRET");
}

static int mail_file(gsize length)
{
    int fd = memfd_create("mail", MFD_CLOEXEC);
    g_autofree char *text = g_strnfill(length, 'm');
    assert_int_equal(write(fd, text, length), length);
    assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
    return fd;
}

static void descriptor_stays_ours(void **state)
{
    (void)state;
    enum { SIZE = 3000000 };
    int fd = mail_file(SIZE);
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    for (guint i = 0; i < 50; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Reading) reading = reader_read(reader, NULL, fd, "", &error);
        if (!reading)
            fail_msg("%s", error->message);
        assert_string_equal(reading->quoted, "3000000 bytes");
        assert_int_equal(reading->text[0], 'm');
        assert_string_equal(reading->subject, "");
        assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
    }
    close(fd);
    g_autoptr(GError) error = NULL;
    assert_null(reader_read(reader, NULL, fd, "", &error));
    assert_true(error_is(error, ERROR_TEMPORARY));
}

/* Large bytes take the way of a file. */
static void large_bytes(void **state)
{
    (void)state;
    const gsize sizes[] = {256 * 1024, 256 * 1024 + 1, 25 * 1024 * 1024};
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_take(g_strnfill(sizes[i], 'b'), sizes[i]);
        g_autoptr(Reading) reading = reader_read(reader, bytes, -1, NULL, NULL);
        assert_non_null(reading);
        g_autofree char *size = g_strdup_printf("%zu bytes", sizes[i]);
        if (i == 0)
            assert_int_equal(strlen(reading->text), sizes[i]);
        else
            assert_string_equal(reading->quoted, size);
    }
}

static void long_envelope_is_cut(void **state)
{
    (void)state;
    g_autofree char *sender = g_strnfill(100000, 's');
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autoptr(GBytes) bytes = g_bytes_new_static("mail", 4);
    g_autoptr(GError) error = NULL;
    /* This child says it as a subject, which may not be so long. */
    assert_null(reader_read(reader, bytes, -1, sender, &error));
    assert_non_null(strstr(error->message, "subject"));
    assert_reads(reader, "after");
}

static gpointer read_fifty(gpointer data)
{
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.mails = 10});
    for (guint i = 0; i < 50; i++) {
        g_autofree char *mail = g_strdup_printf("%s %u", (const char *)data, i);
        g_autoptr(Reading) reading = read_text(reader, mail, NULL);
        if (!reading || strcmp(reading->text, mail) != 0)
            return NULL;
    }
    return data;
}

static void readers_of_many_threads(void **state)
{
    (void)state;
    static char names[4][8] = {"first", "second", "third", "fourth"};
    GThread *threads[4];
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new(names[i], read_fifty, names[i]);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_ptr_equal(g_thread_join(threads[i]), names[i]);
}

static gpointer read_one(gpointer data)
{
    g_autoptr(Reading) reading = read_text(data, "mail", NULL);
    return reading ? data : NULL;
}

static void child_of_an_ended_thread(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    assert_ptr_equal(g_thread_join(g_thread_new("first", read_one, reader)), reader);
    await_end(reader_pid(reader));
    assert_reads(reader, "after");
    assert_int_equal(reader_generation(reader), 2);
}

/* A gate that is killed in the middle of a mail leaves nobody behind. */
static void child_dies_with_the_gate(void **state)
{
    (void)state;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t gate = fork();
    if (gate == 0) {
        Reader *reader = trouble_reader((ReaderSettings){0});
        g_autoptr(Reading) reading = read_text(reader, "mail", NULL);
        int pid = reader_pid(reader);
        if (!reading || write(pipes[1], &pid, sizeof pid) != sizeof pid)
            _exit(1);
        read_text(reader, "hang", NULL);
        _exit(1);
    }
    int reader_process;
    assert_int_equal(read(pipes[0], &reader_process, sizeof reader_process), sizeof reader_process);
    struct pollfd end = {.fd = pidfd_open(reader_process, 0), .events = POLLIN};
    assert_true(end.fd >= 0);
    kill(gate, SIGKILL);
    waitpid(gate, NULL, 0);
    assert_int_equal(poll(&end, 1, 15000), 1);
    close(end.fd);
    close(pipes[0]);
    close(pipes[1]);
}

static guint open_descriptors(void)
{
    guint count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void gate_keeps_no_descriptors(void **state)
{
    (void)state;
    guint before = open_descriptors();
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.mails = 2});
        for (guint mail = 0; mail < 5; mail++)
            assert_reads(reader, "mail");
        assert_null(read_text(reader, "crash", NULL));
        int fd = mail_file(10);
        reading_free(reader_read(reader, NULL, fd, NULL, NULL));
        close(fd);
    }
    assert_int_equal(open_descriptors(), before);
}

/* Pages of the child's address space and, of these, in memory. */
static void child_pages(const Reader *reader, guint *out_size, guint *out_resident)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", reader_pid(reader));
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_int_equal(sscanf(text, "%u %u", out_size, out_resident), 2);
}

static void child_does_not_grow(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autofree char *mail = g_strnfill(100000, 'x');
    guint size, resident, later_size, later_resident;
    for (guint i = 0; i < 50; i++)
        assert_reads(reader, mail);
    child_pages(reader, &size, &resident);
    for (guint i = 0; i < 500; i++)
        assert_reads(reader, mail);
    child_pages(reader, &later_size, &later_resident);
    assert_int_equal(reader_generation(reader), 1);
    /* A leak of one mail in ten would be over a thousand pages. AddressSanitizer holds freed blocks back. */
    if (!IS_SANITIZED)
        assert_in_range(later_resident, 0, resident + 200);
}

static char *process_file(int pid, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, name);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* The first word behind the label that begins a line of `text`. */
static void assert_word(const char *text, const char *label, const char *word)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (!g_str_has_prefix(*line, label))
            continue;
        g_auto(GStrv) words = g_strsplit(g_strchug(*line + strlen(label)), " ", 2);
        assert_string_equal(words[0], word);
        return;
    }
    fail_msg("no line %s", label);
}

static void the_kernel_knows_the_lock(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){.seconds = 7, .mails = 100});
    assert_reads(reader, "mail");
    g_autofree char *status = process_file(reader_pid(reader), "status");
    assert_word(status, "NoNewPrivs:", "1");
    assert_word(status, "Seccomp:", "2");
    assert_word(status, "Threads:", "1");
    g_autofree char *limits = process_file(reader_pid(reader), "limits");
    assert_word(limits, "Max core file size", "0");
    assert_word(limits, "Max processes", "0");
    assert_word(limits, "Max open files", "16");
    assert_word(limits, "Max cpu time", "760");
    assert_word(limits, "Max stack size", "8388608");
    if (!IS_SANITIZED) {
        assert_word(limits, "Max file size", "0");
        assert_word(limits, "Max address space", "536870912");
    }
}

typedef enum { CAN, REFUSED, FAILS, KILLED, ABORTED } Outcome;

static const struct {
    const char *attempt;
    Outcome outcome;
} probes[] = {
    {"open-to-read", REFUSED},
    {"open-to-create", REFUSED},
    {"openat2", REFUSED},
    {"list-folder", REFUSED},
    {"stat", REFUSED},
    {"readlink", REFUSED},
    {"unlink", KILLED},
    {"mkdir", KILLED},
    {"memfd", KILLED},
    {"socket-inet", KILLED},
    {"socket-unix", KILLED},
    {"socket-netlink", KILLED},
    {"connect", KILLED},
    {"send-elsewhere", KILLED},
    {"write-file", KILLED},
    {"truncate-file", KILLED},
    {"map-file-executable", KILLED},
    {"execve", KILLED},
    {"fork", KILLED},
    {"clone3", KILLED},
    {"kill-parent", KILLED},
    {"tgkill-other", KILLED},
    {"ptrace", KILLED},
    {"read-other-memory", KILLED},
    {"map-executable", KILLED},
    {"make-executable", KILLED},
    {"raise-limit", KILLED},
    {"become-dumpable", KILLED},
    {"io-uring", KILLED},
    {"chroot", KILLED},
    {"32-bit-call", KILLED},
    {"x32-call", KILLED},
    {"much-memory", FAILS},
    {"some-memory", CAN},
    {"talk", CAN},
    {"read-file", CAN},
    {"dup", CAN},
    {"many-descriptors", FAILS},
    {"abort", ABORTED},
};

static Outcome outcome_of(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? KILLED : ABORTED;
    switch (WEXITSTATUS(status)) {
    case 0:
        return CAN;
    case 100:
        return REFUSED;
    case 101:
        return FAILS;
    default:
        fail_msg("the probe ended with code %d", WEXITSTATUS(status));
        return CAN;
    }
}

static int probe(const char *attempt)
{
    g_autofree char *program = support_program("reader_probe");
    char *arguments[] = {program, (char *)(gsize)attempt, NULL};
    int status;
    g_autoptr(GError) error = NULL;
    if (!g_spawn_sync(NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error))
        fail_msg("%s", error->message);
    return status;
}

static void the_lock_holds(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(probes); i++) {
        if (IS_SANITIZED && (strstr(probes[i].attempt, "memory") || strstr(probes[i].attempt, "abort")))
            continue;
        Outcome outcome = outcome_of(probe(probes[i].attempt));
        if (outcome != probes[i].outcome)
            fail_msg("%s: outcome %d instead of %d", probes[i].attempt, (int)outcome, (int)probes[i].outcome);
    }
}

static void looking_for_files_is_harmless(void **state)
{
    (void)state;
    g_autoptr(Reader) reader = trouble_reader((ReaderSettings){0});
    g_autoptr(Reading) reading = read_text(reader, "look", NULL);
    assert_string_equal(reading->text, "refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_at_the_first_mail),
        cmocka_unit_test(trouble_costs_one_mail),
        cmocka_unit_test(content_costs_one_mail),
        cmocka_unit_test(limit_keeps_the_child),
        cmocka_unit_test(chatter_is_not_believed),
        cmocka_unit_test(dead_between_mails),
        cmocka_unit_test(worn_child_is_replaced),
        cmocka_unit_test(polite_signals_are_ignored),
        cmocka_unit_test(no_child_is_temporary),
        cmocka_unit_test(broken_rules_are_told),
        cmocka_unit_test(only_the_socket_gets_through),
        cmocka_unit_test(descriptor_stays_ours),
        cmocka_unit_test(large_bytes),
        cmocka_unit_test(long_envelope_is_cut),
        cmocka_unit_test(readers_of_many_threads),
        cmocka_unit_test(child_of_an_ended_thread),
        cmocka_unit_test(child_dies_with_the_gate),
        cmocka_unit_test(gate_keeps_no_descriptors),
        cmocka_unit_test(child_does_not_grow),
        cmocka_unit_test(the_kernel_knows_the_lock),
        cmocka_unit_test(the_lock_holds),
        cmocka_unit_test(looking_for_files_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
