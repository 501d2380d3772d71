/* Handing mail over to a gate that misbehaves: a scripted LMTP server in a thread of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/intake/handover.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEY "front:3:7:12"
#define ADDRESS "support@desk.test"

/* What the server does, a step a letter or text: each connection takes the next script. */
typedef struct {
    const char *const *script; /* "<text" is waited for, ">text" is said (CR LF is added), "!" closes, "*"
                                  reads on to the end of the data */
} Connection;

typedef struct {
    char *folder, *path;
    int listen_fd, stop_fd;
    GThread *thread;
    const char *const *const *scripts; /* one a connection, NULL-terminated */
    GString *heard;                    /* all that came */
    guint connections;
    Handover *handover;
} Fake;

static gboolean hear_until(Fake *fake, int fd, const char *text)
{
    gsize from = fake->heard->len;
    char byte;
    while (read(fd, &byte, 1) == 1) {
        g_string_append_c(fake->heard, byte);
        if (strstr(fake->heard->str + from, text))
            return TRUE;
    }
    return FALSE;
}

static gboolean act(Fake *fake, int fd, const char *step)
{
    if (*step == '<')
        return hear_until(fake, fd, step + 1);
    if (*step == '*')
        return hear_until(fake, fd, "\r\n.\r\n");
    if (*step == '!')
        return FALSE;
    g_autofree char *line = g_strconcat(step + 1, "\r\n", NULL);
    return send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
}

static gpointer serve(gpointer data)
{
    Fake *fake = data;
    for (guint i = 0; fake->scripts[i]; i++) {
        int fd = accept(fake->listen_fd, NULL, NULL);
        if (fd < 0)
            break;
        fake->connections++;
        gboolean goes_on = TRUE;
        for (guint j = 0; goes_on && fake->scripts[i][j]; j++)
            goes_on = act(fake, fd, fake->scripts[i][j]);
        close(fd);
    }
    return NULL;
}

static void begin(Fake *fake, const char *const *const *scripts)
{
    static const HandoverTimeouts quick = {2000, 2000};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memset(fake, 0, sizeof *fake);
    fake->folder = g_dir_make_tmp("postern-handover-XXXXXX", NULL);
    fake->path = g_build_filename(fake->folder, "socket", NULL);
    fake->scripts = scripts;
    fake->heard = g_string_new(NULL);
    fake->stop_fd = eventfd(0, 0);
    fake->listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    g_strlcpy(address.sun_path, fake->path, sizeof address.sun_path);
    assert_int_equal(bind(fake->listen_fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fake->listen_fd, 5), 0);
    fake->thread = g_thread_new("fake", serve, fake);
    fake->handover = handover_new(fake->path, &quick, fake->stop_fd);
}

static void end(Fake *fake)
{
    handover_free(fake->handover);
    shutdown(fake->listen_fd, SHUT_RDWR);
    g_thread_join(fake->thread);
    close(fake->listen_fd);
    close(fake->stop_fd);
    g_string_free(fake->heard, TRUE);
    g_unlink(fake->path);
    g_rmdir(fake->folder);
    g_free(fake->path);
    g_free(fake->folder);
}

static HandoverOutcome give(Fake *fake, const char *text)
{
    HandoverOutcome outcome = handover_begin(fake->handover, KEY, ADDRESS, strlen(text));
    if (outcome == HANDOVER_TAKEN)
        outcome = handover_write(fake->handover, text, strlen(text));
    if (outcome == HANDOVER_TAKEN)
        outcome = handover_end(fake->handover);
    return outcome == HANDOVER_TAKEN ? handover_answer(fake->handover) : outcome;
}

#define GREETING ">220 gate", "<LHLO localhost\r\n", ">250-gate", ">250 PIPELINING"
#define COMMANDS "<DATA\r\n", ">250 sender", ">250 recipient", ">354 go"
#define MAIL COMMANDS, "*", ">250 kept"
#define SCRIPT(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SCRIPTS(...) ((const char *const *const[]){__VA_ARGS__, NULL})

static void many_mails_on_one_connection(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, MAIL, MAIL)));
    assert_int_equal(give(&fake, "Subject: a\r\n\r\nx\r\n"), HANDOVER_TAKEN);
    assert_int_equal(give(&fake, "Subject: b\r\n\r\ny\r\n"), HANDOVER_TAKEN);
    end(&fake);
    assert_int_equal(fake.connections, 1);
}

static void what_is_said(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, MAIL)));
    assert_int_equal(give(&fake, "x\r\n"), HANDOVER_TAKEN);
    assert_string_equal(fake.heard->str, "LHLO localhost\r\nMAIL FROM:<> ENVID=" KEY
                                         " SIZE=3\r\nRCPT TO:<" ADDRESS ">\r\nDATA\r\nx\r\n.\r\n");
    end(&fake);
}

/* Only CR LF ends a line, also where a piece ends in the middle. */
static void dots(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *wire;
    } cases[] = {{".a\r\n..b\r\n.\r\nc", "..a\r\n...b\r\n..\r\nc\r\n"},
                 {"a\n.b\r.c\r\n", "a\n.b\r.c\r\n"},
                 {"a\r\r\n.b\r\n", "a\r\r\n..b\r\n"},
                 {"", ""},
                 {"a\r", "a\r\r\n"},
                 {"\r\n.\r\n", "\r\n..\r\n"}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        for (gsize piece = 1; piece < 4; piece++) {
            Fake fake;
            begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", "<never")));
            assert_int_equal(handover_begin(fake.handover, KEY, ADDRESS, 0), HANDOVER_TAKEN);
            for (gsize at = 0, length = strlen(cases[i].mail); at < length; at += piece)
                assert_int_equal(handover_write(fake.handover, cases[i].mail + at, MIN(piece, length - at)),
                                 HANDOVER_TAKEN);
            assert_int_equal(handover_end(fake.handover), HANDOVER_TAKEN);
            handover_drop(fake.handover);
            g_thread_join(fake.thread);
            fake.thread = g_thread_new("none", (GThreadFunc)g_thread_yield, NULL);
            g_autofree char *wire = g_strconcat("DATA\r\n", cases[i].wire, ".\r\n", NULL);
            assert_true(g_str_has_suffix(fake.heard->str, wire));
            end(&fake);
        }
}

typedef struct {
    const char *name;
    const char *const *script;
    HandoverOutcome outcome;
    const char *words;
} Answer;

static void answers(void **state)
{
    (void)state;
    const Answer cases[] = {
        {"greeted with 421", SCRIPT(">421 4.3.2 too many"), HANDOVER_BUSY, "too many"},
        {"closed at once", SCRIPT("!"), HANDOVER_BUSY, "closed"},
        {"no LMTP", SCRIPT(">HTTP/1.1 400 Bad"), HANDOVER_BUSY, "no LMTP"},
        {"LHLO refused", SCRIPT(">220 hi", "<LHLO", ">500 what"), HANDOVER_BUSY, "500 what"},
        {"size refused", SCRIPT(GREETING, "<DATA\r\n", ">552 5.3.4 too big", ">503 no", ">503 no"),
         HANDOVER_BUSY, "MAIL: 552 5.3.4 too big"},
        {"no such queue", SCRIPT(GREETING, "<DATA\r\n", ">250 ok", ">550 5.1.1 nobody", ">503 no"),
         HANDOVER_BUSY, "RCPT: 550 5.1.1 nobody"},
        {"DATA put off", SCRIPT(GREETING, "<DATA\r\n", ">250 ok", ">250 ok", ">451 later"), HANDOVER_BUSY,
         "451 later"},
        {"DATA granted without recipient",
         SCRIPT(GREETING, "<DATA\r\n", ">250 ok", ">450 no", ">354 go", "<never"), HANDOVER_BUSY, "450 no"},
        {"mail put off", SCRIPT(GREETING, COMMANDS, "*", ">452 4.3.1 no room"), HANDOVER_BUSY,
         "452 4.3.1 no room"},
        {"mail refused", SCRIPT(GREETING, COMMANDS, "*", ">554 5.6.0 never"), HANDOVER_REFUSED,
         "554 5.6.0 never"},
        {"421 for the mail", SCRIPT(GREETING, COMMANDS, "*", ">421 4.3.2 stopping"), HANDOVER_BUSY,
         "stopping"},
        {"closed before the answer", SCRIPT(GREETING, COMMANDS, "*", "!"), HANDOVER_BUSY, "closed"},
        {"a controlled terminal", SCRIPT(GREETING, COMMANDS, "*", ">554 \033[31mred"), HANDOVER_REFUSED,
         "554 [31mred"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fake fake;
        begin(&fake, SCRIPTS(cases[i].script));
        HandoverOutcome outcome = give(&fake, "Subject: x\r\n\r\nx\r\n");
        if (outcome != cases[i].outcome || !strstr(handover_words(fake.handover), cases[i].words))
            fail_msg("%s: %d, '%s'", cases[i].name, outcome, handover_words(fake.handover));
        end(&fake);
    }
}

static void an_idle_connection_that_was_closed(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, MAIL, ">421 4.4.2 idle"), SCRIPT(GREETING, MAIL)));
    assert_int_equal(give(&fake, "a\r\n"), HANDOVER_TAKEN);
    assert_int_equal(give(&fake, "b\r\n"), HANDOVER_TAKEN);
    end(&fake);
    assert_int_equal(fake.connections, 2);
}

static void an_endless_answer(void **state)
{
    (void)state;
    Fake fake;
    g_autofree char *line = g_strnfill(100000, 'x');
    line[0] = '>';
    begin(&fake, SCRIPTS(SCRIPT(line, "<never")));
    assert_int_equal(give(&fake, "a\r\n"), HANDOVER_BUSY);
    assert_non_null(strstr(handover_words(fake.handover), "no end"));
    end(&fake);
}

static void nobody_there(void **state)
{
    (void)state;
    static const HandoverTimeouts quick = {100, 100};
    g_autoptr(Handover) handover = handover_new("/nonexistent/fetch.sock", &quick, -1);
    assert_int_equal(handover_begin(handover, KEY, ADDRESS, 0), HANDOVER_BUSY);
    assert_non_null(strstr(handover_words(handover), "No such file"));
}

static void a_silent_gate(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT("<never")));
    assert_int_equal(give(&fake, "a\r\n"), HANDOVER_BUSY);
    assert_non_null(strstr(handover_words(fake.handover), "does not answer"));
    end(&fake);
}

static void a_stop_ends_the_wait(void **state)
{
    (void)state;
    Fake fake;
    guint64 one = 1;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "<never")));
    assert_int_equal(handover_begin(fake.handover, KEY, ADDRESS, 0), HANDOVER_TAKEN);
    assert_int_equal(write(fake.stop_fd, &one, sizeof one), sizeof one);
    assert_int_equal(handover_end(fake.handover), HANDOVER_TAKEN);
    assert_int_equal(handover_answer(fake.handover), HANDOVER_BUSY);
    assert_non_null(strstr(handover_words(fake.handover), "asked to stop"));
    end(&fake);
}

/* The gate must not see an end that the server of the mailbox has not sent. */
static void a_broken_mail_has_no_end(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "*", ">250 wrong")));
    g_autofree char *much = g_strnfill(200000, 'x');
    assert_int_equal(handover_begin(fake.handover, KEY, ADDRESS, 0), HANDOVER_TAKEN);
    assert_int_equal(handover_write(fake.handover, much, 200000), HANDOVER_TAKEN);
    handover_drop(fake.handover);
    end(&fake);
    assert_int_equal(fake.connections, 1);
}

#define NEXT "front:3:7:13"
#define SAID(key) "MAIL FROM:<> ENVID=" key " SIZE=3\r\nRCPT TO:<" ADDRESS ">\r\nDATA\r\n"

/* One mail of three bytes, with what comes next said before its end. */
static HandoverOutcome give_with_next(Fake *fake)
{
    assert_int_equal(handover_begin(fake->handover, KEY, ADDRESS, 3), HANDOVER_TAKEN);
    assert_int_equal(handover_write(fake->handover, "a\r\n", 3), HANDOVER_TAKEN);
    handover_ahead(fake->handover, NEXT, ADDRESS, 3);
    assert_int_equal(handover_end(fake->handover), HANDOVER_TAKEN);
    return handover_answer(fake->handover);
}

static HandoverOutcome give_next(Fake *fake, const char *key)
{
    HandoverOutcome outcome = handover_begin(fake->handover, key, ADDRESS, 3);
    if (outcome != HANDOVER_TAKEN)
        return outcome;
    assert_int_equal(handover_write(fake->handover, "b\r\n", 3), HANDOVER_TAKEN);
    assert_int_equal(handover_end(fake->handover), HANDOVER_TAKEN);
    return handover_answer(fake->handover);
}

static void the_next_is_said_behind_the_end(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", MAIL)));
    assert_int_equal(give_with_next(&fake), HANDOVER_TAKEN);
    assert_int_equal(give_next(&fake, NEXT), HANDOVER_TAKEN);
    assert_string_equal(fake.heard->str, "LHLO localhost\r\n" SAID(KEY) "a\r\n.\r\n" SAID(NEXT) "b\r\n.\r\n");
    end(&fake);
    assert_int_equal(fake.connections, 1);
}

static void the_next_is_said_on_an_idle_connection(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, MAIL, MAIL)));
    handover_ahead(fake.handover, NEXT, ADDRESS, 3); /* there is no connection yet */
    assert_int_equal(give(&fake, "a\r\n"), HANDOVER_TAKEN);
    handover_ahead(fake.handover, NEXT, ADDRESS, 3);
    handover_ahead(fake.handover, KEY, ADDRESS, 3); /* one at a time */
    assert_int_equal(give_next(&fake, NEXT), HANDOVER_TAKEN);
    assert_string_equal(fake.heard->str, "LHLO localhost\r\n" SAID(KEY) "a\r\n.\r\n" SAID(NEXT) "b\r\n.\r\n");
    end(&fake);
    assert_int_equal(fake.connections, 1);
}

/* What was said is for that mail alone: the bytes of another must never come under its key. */
static void another_mail_than_the_one_said(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", COMMANDS, "<never"),
                         SCRIPT(GREETING, MAIL)));
    assert_int_equal(give_with_next(&fake), HANDOVER_TAKEN);
    assert_int_equal(give_next(&fake, "front:3:7:14"), HANDOVER_TAKEN);
    assert_non_null(strstr(fake.heard->str, SAID("front:3:7:14") "b\r\n.\r\n"));
    assert_null(strstr(fake.heard->str, SAID(NEXT) "b"));
    end(&fake);
    assert_int_equal(fake.connections, 2);
}

static void the_next_is_forgotten(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", COMMANDS, "<never"),
                         SCRIPT(GREETING, MAIL)));
    assert_int_equal(give_with_next(&fake), HANDOVER_TAKEN);
    handover_forget(fake.handover);
    assert_int_equal(give(&fake, "c\r\n"), HANDOVER_TAKEN);
    end(&fake);
    assert_int_equal(fake.connections, 2);
}

/* The connection that is only idle is kept. */
static void nothing_to_forget(void **state)
{
    (void)state;
    Fake fake;
    begin(&fake, SCRIPTS(SCRIPT(GREETING, MAIL, MAIL)));
    assert_int_equal(give(&fake, "a\r\n"), HANDOVER_TAKEN);
    handover_forget(fake.handover);
    assert_int_equal(give(&fake, "b\r\n"), HANDOVER_TAKEN);
    end(&fake);
    assert_int_equal(fake.connections, 1);
}

/* What the gate says to the mail before, and then to the next. */
static void answers_to_the_next(void **state)
{
    (void)state;
    const struct {
        const char *name;
        const char *const *const *scripts;
        HandoverOutcome first, next;
        guint connections;
    } cases[] = {
        {"refused, and the next is welcome",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">554 5.6.0 never", MAIL)), HANDOVER_REFUSED,
         HANDOVER_TAKEN, 1},
        {"the next is refused",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", "<DATA\r\n", ">554 5.5.4 never",
                        ">503 no", ">503 no")),
         HANDOVER_TAKEN, HANDOVER_REFUSED, 1},
        {"the next is put off",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", "<DATA\r\n", ">452 4.3.1 no room",
                        ">503 no", ">503 no")),
         HANDOVER_TAKEN, HANDOVER_BUSY, 1},
        {"closed behind the answer",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", "!"), SCRIPT(GREETING, MAIL)),
         HANDOVER_TAKEN, HANDOVER_TAKEN, 2},
        {"421 to the next",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">250 kept", "<DATA\r\n", ">421 4.3.2 stopping"),
                 SCRIPT(GREETING, MAIL)),
         HANDOVER_TAKEN, HANDOVER_TAKEN, 2},
        {"421 to the mail before",
         SCRIPTS(SCRIPT(GREETING, COMMANDS, "<.\r\n", ">421 4.3.2 stopping"), SCRIPT(GREETING, MAIL)),
         HANDOVER_BUSY, HANDOVER_TAKEN, 2},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fake fake;
        begin(&fake, cases[i].scripts);
        HandoverOutcome first = give_with_next(&fake), next = give_next(&fake, NEXT);
        if (first != cases[i].first || next != cases[i].next)
            fail_msg("%s: %d, then %d, '%s'", cases[i].name, first, next, handover_words(fake.handover));
        end(&fake);
        if (fake.connections != cases[i].connections)
            fail_msg("%s: %u connections", cases[i].name, fake.connections);
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_mails_on_one_connection),
        cmocka_unit_test(what_is_said),
        cmocka_unit_test(dots),
        cmocka_unit_test(answers),
        cmocka_unit_test(an_idle_connection_that_was_closed),
        cmocka_unit_test(the_next_is_said_behind_the_end),
        cmocka_unit_test(the_next_is_said_on_an_idle_connection),
        cmocka_unit_test(another_mail_than_the_one_said),
        cmocka_unit_test(the_next_is_forgotten),
        cmocka_unit_test(nothing_to_forget),
        cmocka_unit_test(answers_to_the_next),
        cmocka_unit_test(an_endless_answer),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(a_silent_gate),
        cmocka_unit_test(a_stop_ends_the_wait),
        cmocka_unit_test(a_broken_mail_has_no_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
