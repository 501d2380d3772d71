#include <postern/command_sheet.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const prefixes[] = {"SUP", "BILL", NULL};

static void append_part(GString *out, const char *name, const char *value)
{
    if (value)
        g_string_append_printf(out, " %s=%s", name, value);
}

/* "3:handoff ref=… word=… text=… s=60; …" */
static char *acts_of(const CommandSheet *sheet)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        g_string_append_printf(out, "%s%u:%s", i ? "; " : "", act->line, act_name(act->type));
        append_part(out, "ref", act->ref);
        append_part(out, "word", act->word);
        append_part(out, "text", act->text);
        if (act->duration_us)
            g_string_append_printf(out, " s=%" G_GINT64_FORMAT, act->duration_us / G_USEC_PER_SEC);
    }
    return g_string_free(out, FALSE);
}

static char *problems_of(const CommandSheet *sheet)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sheet->problems->len; i++) {
        const ActProblem *problem = sheet->problems->pdata[i];
        g_string_append_printf(out, "%s%u: %s", i ? "\n" : "", problem->line, problem->words);
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *mail, *acts, *text;
} Case;

static void check_cases(const Case *cases, gsize count, gboolean is_note)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(CommandSheet) sheet = sheet_read(cases[i].mail, prefixes);
        g_autofree char *acts = acts_of(sheet), *problems = problems_of(sheet);
        if (*problems)
            fail_msg("“%s”: %s", cases[i].mail, problems);
        if (strcmp(acts, cases[i].acts) != 0)
            fail_msg("“%s”: %s", cases[i].mail, acts);
        if (strcmp(sheet->text, cases[i].text) != 0)
            fail_msg("“%s” leaves “%s”", cases[i].mail, sheet->text);
        assert_int_equal(sheet->is_note, is_note);
    }
}

static void test_commands_stand_at_the_top(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"", "", ""},
        {"\n \n", "", ""},
        {"Hello Dora,\n\nall is well.\n", "", "Hello Dora,\n\nall is well."},
        {"/close", "1:close", ""},
        {"/close\n", "1:close", ""},
        {"/close\r\n/severity high\r\n\r\nHello\r\nDora\r\n", "1:close; 2:severity word=high", "Hello\nDora"},
        {"\n\n/take\n\n\n/wait\n\nHello,\n\n  indented\n\n", "3:take; 6:wait", "Hello,\n\n  indented"},
        {"/wait\nHello", "1:wait", "Hello"},
        {"  Hello\n", "", "  Hello"},
        /* As phones and mail programs write them. */
        {"/Close\n/SEVERITY High\n/Assign Kim", "1:close; 2:severity word=high; 3:assign word=Kim", ""},
        {" \t/close", "1:close", ""},
        {"\xc2\xa0/close\xc2\xa0", "1:close", ""},
        {"\xef\xbb\xbf/close", "1:close", ""},
        {"\xe2\x80\x8b/\xe2\x80\x8b"
         "clo\xc2\xadse\xe2\x80\x8b",
         "1:close", ""},
        {"\xef\xbc\x8f"
         "close",
         "1:close", ""},
        {"\xe2\x88\x95"
         "close",
         "1:close", ""},
        {"/close.", "1:close", ""},
        {"/assign\xc2\xa0kim", "1:assign word=kim", ""},
        {"/assign\tkim", "1:assign word=kim", ""},
        {"/assign:  @kim.", "1:assign word=kim", ""},
        {"\xc2\xa0\n\xe2\x80\x8b\n/close", "3:close", ""},
        /* No commands. */
        {"/etc/passwd is missing\n/close/it", "", "/etc/passwd is missing\n/close/it"},
        {"/v2/items?id=1\n", "", "/v2/items?id=1"},
        {"close\n", "", "close"},
        {"\\\\server\\share", "", "\\\\server\\share"},
        {"/", "", "/"},
        {"Hello\n/", "", "Hello\n/"},
        {"//cdn.example.com/x.js", "", "//cdn.example.com/x.js"},
        {"Hello\n// close the file\nclose(fd); /* /close */", "",
         "Hello\n// close the file\nclose(fd); /* /close */"},
        {"Hello\n> /close\n", "", "Hello\n> /close"},
        {"Hello\n/usr is full\n/v2 is new", "", "Hello\n/usr is full\n/v2 is new"},
        {"Hello\n</note>", "", "Hello\n</note>"},
        {"Write\n- /help shows the list", "", "Write\n- /help shows the list"},
        /* A slash that is meant. */
        {"//close it", "", "/close it"},
        {"/wait\n//wait is a command", "1:wait", "/wait is a command"},
        {"Hello\n  //close it\n//unknown", "", "Hello\n  /close it\n/unknown"},
        {"Hello\nhttps://example.com", "", "Hello\nhttps://example.com"},
    };
    check_cases(cases, G_N_ELEMENTS(cases), FALSE);
}

static void test_each_command(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"/assign kim", "1:assign word=kim", ""},
        {"/assign sup-7k3qw2 kim", "1:assign ref=SUP-7K3QW2 word=kim", ""},
        {"/take", "1:take", ""},
        {"/take SUP-7K3QW2", "1:take ref=SUP-7K3QW2", ""},
        {"/handoff kim", "1:handoff word=kim", ""},
        {"/handoff kim: waiting  for the log", "1:handoff word=kim text=waiting for the log", ""},
        {"/handoff BILL-7K3QW2: kim the log", "1:handoff ref=BILL-7K3QW2 word=kim text=the log", ""},
        {"/takeover", "1:takeover", ""},
        {"/takeover Kim is ill", "1:takeover text=Kim is ill", ""},
        {"/close SUP-7K3QW2", "1:close ref=SUP-7K3QW2", ""},
        {"/close SUP-CCCCCC\n/close SUP-DDDDDD", "1:close ref=SUP-CCCCCC; 2:close ref=SUP-DDDDDD", ""},
        {"/reopen", "1:reopen", ""},
        {"/reopen\n/wait\n/snooze 2d", "1:reopen; 2:wait; 3:snooze s=172800", ""},
        {"/severity Low", "1:severity word=low", ""},
        {"/severity medium.", "1:severity word=medium", ""},
        {"/severity critical", "1:severity word=critical", ""},
        {"/category Billing", "1:category word=billing", ""},
        {"/category Anschlüsse", "1:category word=anschlüsse", ""},
        {"/field App_ID 55120", "1:field word=app_id text=55120", ""},
        {"/field error: It  broke \xf0\x9f\x98\x80", "1:field word=error text=It broke \xf0\x9f\x98\x80", ""},
        {"/field a 1\n/field b 2", "1:field word=a text=1; 2:field word=b text=2", ""},
        {"/merge SUP-CCCCCC", "1:merge word=SUP-CCCCCC", ""},
        {"/merge SUP-CCCCCC bill-dddddd", "1:merge ref=SUP-CCCCCC word=BILL-DDDDDD", ""},
        {"/split", "1:split", ""},
        {"/split SUP-CCCCCC", "1:split ref=SUP-CCCCCC", ""},
        {"/split 01J5QW0000000 01j5qw0000001", "1:split word=01j5qw0000000 01j5qw0000001", ""},
        {"/cc Dora@Example.ORG", "1:cc word=Dora@example.org", ""},
        {"/cc Dora <dora@example.org>", "1:cc word=dora@example.org", ""},
        {"/cc dora@example.org<mailto:dora@example.org>", "1:cc word=dora@example.org", ""},
        {"/cc dora@example.org <dora@example.org>", "1:cc word=dora@example.org", ""},
        {"/cc SUP-CCCCCC dora@example.org", "1:cc ref=SUP-CCCCCC word=dora@example.org", ""},
        {"/uncc dora@example.org", "1:uncc word=dora@example.org", ""},
        {"/cc dora@example.org\n/cc anna@example.org",
         "1:cc word=dora@example.org; 2:cc word=anna@example.org", ""},
        {"/spam", "1:spam", ""},
        {"/snooze 30m", "1:snooze s=1800", ""},
        {"/snooze 2H", "1:snooze s=7200", ""},
        {"/snooze 1w", "1:snooze s=604800", ""},
        {"/snooze 365d", "1:snooze s=31536000", ""},
        {"/snooze SUP-CCCCCC 2 d", "1:snooze ref=SUP-CCCCCC s=172800", ""},
        {"/release", "1:release", ""},
        {"/release SUP-CCCCCC", "1:release ref=SUP-CCCCCC", ""},
        {"/release 01J5QW0000000", "1:release word=01j5qw0000000", ""},
        {"/help", "1:help", ""},
        {"/find SUP-CCCCCC 503  Dora", "1:find text=SUP-CCCCCC 503 Dora", ""},
        {"/customer dora@example.org\nHello Dora", "1:customer word=dora@example.org", "Hello Dora"},
        {"/customer dora@example.org Dora Lee", "1:customer word=dora@example.org text=Dora Lee", ""},
        {"/customer Dora Lee <dora@example.org>", "1:customer word=dora@example.org text=Dora Lee", ""},
        {"/customer dora@example.org<mailto:dora@example.org> Dora",
         "1:customer word=dora@example.org text=Dora", ""},
        {"/drop 01j5qw0000000", "1:drop word=01j5qw0000000", ""},
        {"/block dora@example.org", "1:block word=dora@example.org", ""},
        {"/release 01j5qw0000000\n/drop 01j5qw0000001",
         "1:release word=01j5qw0000000; 2:drop word=01j5qw0000001", ""},
    };
    check_cases(cases, G_N_ELEMENTS(cases), FALSE);
}

static void test_notes(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"/note he is right", "1:note text=he is right", "he is right"},
        {"/note\nHe is right.\n\nAnd I\n", "1:note text=He is right.\n\nAnd I", "He is right.\n\nAnd I"},
        {"/note first\n\nsecond", "1:note text=first\nsecond", "first\nsecond"},
        {"/close\n/note\n/assign kim\nHe is right.", "1:close; 2:note text=He is right.; 3:assign word=kim",
         "He is right."},
        {"/note one\n/note two\nthree", "1:note text=one\ntwo\nthree", "one\ntwo\nthree"},
        {"/note SUP-CCCCCC he called", "1:note ref=SUP-CCCCCC text=he called", "he called"},
        {"/note: he called", "1:note text=he called", "he called"},
        {"/note\n//close would be wrong", "1:note text=/close would be wrong", "/close would be wrong"},
        /* However the line is broken, all of it is the note. */
        {"/note the customer says that he has tried it with the new token and\nThat it fails",
         "1:note text=the customer says that he has tried it with the new token and\nThat it fails",
         "the customer says that he has tried it with the new token and\nThat it fails"},
    };
    check_cases(cases, G_N_ELEMENTS(cases), TRUE);
}

static void test_a_long_note_on_one_line(void **state)
{
    (void)state;
    g_autofree char *words = g_strnfill(5000, 'x');
    g_autofree char *mail = g_strconcat("/note ", words, NULL);
    g_autoptr(CommandSheet) sheet = sheet_read(mail, prefixes);
    assert_int_equal(sheet->problems->len, 0);
    assert_string_equal(sheet->text, words);
}

#define LONG_HANDOFF "/handoff kim the customer waits for a new token, and the log of 12 May"

/* Mail programs break long lines: the rest must not reach the customer. */
static void test_broken_lines_are_joined(void **state)
{
    (void)state;
    static const Case cases[] = {
        {LONG_HANDOFF "\nis still missing\n\nHello Dora",
         "1:handoff word=kim text=the customer waits for a new token, and the log of 12 May is still missing",
         "Hello Dora"},
        {LONG_HANDOFF "\nis still missing\n/severity high\n\nHello",
         "1:handoff word=kim text=the customer waits for a new token, and the log of 12 May is still "
         "missing; "
         "3:severity word=high",
         "Hello"},
        {LONG_HANDOFF "\n\nHello Dora",
         "1:handoff word=kim text=the customer waits for a new token, and the log of 12 May", "Hello Dora"},
        {LONG_HANDOFF " and the one of 13 May\nHello",
         "1:handoff word=kim text=the customer waits for a new token, and the log of 12 May and the one of "
         "13 "
         "May",
         "Hello"},
        {"/handoff kim the log\nhello Dora", "1:handoff word=kim text=the log", "hello Dora"},
    };
    check_cases(cases, G_N_ELEMENTS(cases), FALSE);
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *problems;
    } cases[] = {
        {"/clsoe", "1: there is no command /clsoe; did you mean /close?"},
        {"/CLSOE now\nHello", "1: there is no command /clsoe; did you mean /close?"},
        {"/sev high", "1: there is no command /sev; did you mean /severity?"},
        {"/assing kim\n/take", "1: there is no command /assing; did you mean /assign?"},
        {"\n/foo\n\nHello",
         "2: there is no command /foo; /help lists what there is, and //foo is sent as /foo"},
        {"/2 cups", "1: there is no command /2; /help lists what there is, and //2 is sent as /2"},
        {"/ note he is right", "1: a command begins with a slash and its word, with nothing before or "
                               "between; write /note"},
        {"/\xc2\xa0note", "1: a command begins with a slash and its word, with nothing before or between; "
                          "write /note"},
        {"\\close", "1: a command begins with a slash and its word, with nothing before or between; write "
                    "/close"},
        {"*/close*", "1: a command begins with a slash and its word, with nothing before or between; write "
                     "/close"},
        {"- /take\n- /wait",
         "1: a command begins with a slash and its word, with nothing before or between; write /take\n"
         "2: a command begins with a slash and its word, with nothing before or between; write /wait"},
        {"/close/", "1: a command begins with a slash and its word, with nothing before or between; write "
                    "/close"},
        {"Hello\n/close", "2: /close was probably meant as a command, and here it would be text; move it to "
                          "the top, above all other words (/close), or write //close to send it as it is"},
        {"Hello\n\n\xc2\xa0/Clsoe now",
         "3: /clsoe was probably meant as a command, and here it would be text; move it to "
         "the top, above all other words (/close), or write //clsoe to send it as it is"},
        {"/note\nHello\n/close", "3: /close was probably meant as a command, and here it would be text; move "
                                 "it to the top, above all other words (/close), or write //close to send it "
                                 "as it is"},
        {"Hello\n- /close", "2: /close was probably meant as a command, and here it would be text; move it "
                            "to the top, above all other words, with nothing before it"},
        {"Hello\n/ close", "2: /close was probably meant as a command, and here it would be text; move it to "
                           "the top, above all other words, with nothing before it"},
        {"/close now", "1: nothing may stand behind it, but there is “now”; write: /close"},
        {"/close SUP-7K3QW", "1: nothing may stand behind it, but there is “SUP-7K3QW”; write: /close"},
        {"/assign", "1: the name of an agent is missing; write: /assign NAME"},
        {"/assign SUP-7K3QW2", "1: the name of an agent is missing; write: /assign NAME"},
        {"/assign kim lee", "1: only the name of one agent may stand behind it, but there is “lee”, too; "
                            "write: /assign NAME"},
        {"/handoff <kim> what", "1: “<kim>” is no name of an agent; write: /handoff NAME what is open"},
        {"/severity", "1: how bad it is is missing; write: /severity low|medium|high|critical"},
        {"/severity hihg", "1: “hihg” is no severity; did you mean high?; write: /severity "
                           "low|medium|high|critical"},
        {"/severity 1", "1: “1” is no severity; write: /severity low|medium|high|critical"},
        {"/category", "1: the category is missing; write: /category WORD"},
        {"/category a b", "1: “a b” is no category: that is one word; write: /category WORD"},
        {"/field", "1: the name of the field and its value are missing; write: /field NAME value"},
        {"/field app_id", "1: the value of the field is missing; write: /field NAME value"},
        {"/field app=id 5", "1: “app=id” is no name of a field; write: /field NAME value"},
        {"/merge", "1: the ticket that it becomes a part of is missing; write: /merge TICKET"},
        {"/merge SUP-7K3QWO", "1: “SUP-7K3QWO” is no reference of a ticket; write: /merge TICKET"},
        {"/merge XXX-7K3QW2", "1: “XXX-7K3QW2” is no reference of a ticket; write: /merge TICKET"},
        {"/merge SUP-CCCCCC SUP-DDDDDD SUP-FFFFFF",
         "1: “SUP-DDDDDD SUP-FFFFFF” is no reference of a ticket; write: /merge TICKET"},
        {"/merge SUP-CCCCCC sup-cccccc", "1: a ticket cannot become a part of itself; write: /merge TICKET"},
        {"/split all", "1: “all” is no id of a mail: these have 13 small letters and digits; write: /split "
                       "[MESSAGE …]"},
        {"/cc", "1: the mail address is missing; write: /cc ADDRESS"},
        {"/cc dora", "1: “dora” is no mail address; write: /cc ADDRESS"},
        {"/cc dora@example.org anna@example.org",
         "1: “dora@example.org anna@example.org” is no mail address; write: /cc ADDRESS"},
        {"/cc dora@example.org, anna@example.org",
         "1: “dora@example.org, anna@example.org” is no mail address; write: /cc ADDRESS"},
        {"/cc dora@example.org<mailto:evil@example.net>",
         "1: “dora@example.org<mailto:evil@example.net>” is no mail address; write: /cc ADDRESS"},
        {"/snooze", "1: the time is missing; write: /snooze 30m|2h|2d|1w"},
        {"/hint", "1: the words for the customers are missing; write: /hint [E12] "
                  "investigating|workaround|fixed [14d] "
                  "words"},
        {"/hint fixed 3d", "1: the words for the customers are missing; write: /hint [E12] "
                           "investigating|workaround|fixed [14d] "
                           "words"},
        {"/hint none now",
         "1: nothing may stand behind none; write: /hint [E12] investigating|workaround|fixed [14d] words"},
        {"/hint workaroud Use 7.1.",
         "1: “workaroud” would be the first of the words for customers; did you mean workaround?; write: "
         "/hint [E12] investigating|workaround|fixed [14d] words"},
        {"/snooze 2", "1: “2” is no time: that is a number with m, h, d or w; write: /snooze 30m|2h|2d|1w"},
        {"/snooze 0h", "1: “0h” is no time: that is a number with m, h, d or w; write: /snooze 30m|2h|2d|1w"},
        {"/snooze -2h",
         "1: “-2h” is no time: that is a number with m, h, d or w; write: /snooze 30m|2h|2d|1w"},
        {"/snooze 366d", "1: “366d” is more than a year; write: /snooze 30m|2h|2d|1w"},
        {"/snooze 99999999999999999999w", "1: “99999999999999999999w” is no time: that is a number with m, "
                                          "h, d or w; write: /snooze 30m|2h|2d|1w"},
        {"/release me", "1: “me” is no id of a mail: these have 13 small letters and digits; write: "
                        "/release [ID]"},
        {"/release SUP-CCCCCC 01j5qw0000000",
         "1: nothing may stand behind it, but there is “01j5qw0000000”; write: /release [ID]"},
        {"/find", "1: the words to look for are missing; write: /find words"},
        {"/customer", "1: the mail address is missing; write: /customer ADDRESS [name]"},
        {"/customer Dora Lee", "1: “Dora” is no mail address; write: /customer ADDRESS [name]"},
        {"/drop", "1: the id of the held mail is missing; write: /drop ID"},
        {"/block example.org", "1: “example.org” is no mail address; write: /block ADDRESS"},
        {"/note", "1: the note is empty; write it behind /note or below"},
        {"/take\n/note\n\n", "2: the note is empty; write it behind /note or below"},
        {"/note SUP-CCCCCC a\n/note SUP-DDDDDD b",
         "2: a mail has one note, of one ticket; write the other one in a mail of its own"},
        {LONG_HANDOFF "\nHello Dora", "1: its words may go on in the next line, or your answer begins there; "
                                      "leave an empty line below the commands"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CommandSheet) sheet = sheet_read(cases[i].mail, prefixes);
        g_autofree char *problems = problems_of(sheet);
        if (strcmp(problems, cases[i].problems) != 0)
            fail_msg("“%s”:\n%s", cases[i].mail, problems);
    }
}

static void test_contradictions(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *problems;
    } cases[] = {
        {"/close\n/wait", "2: /wait does not go together with /close in line 1; one of them must go"},
        {"/close\n\n/reopen", "3: /reopen does not go together with /close in line 1; one of them must go"},
        {"/close\n/close", "2: there is another /close in line 1; one of them must go"},
        {"/take\n/assign kim", "2: /assign does not go together with /take in line 1; one of them must go"},
        {"/assign kim\n/assign lee", "2: there is another /assign in line 1; one of them must go"},
        {"/handoff kim x\n/close",
         "2: /close does not go together with /handoff in line 1; one of them must go"},
        {"/release\n/take", "2: /take does not go together with /release in line 1; one of them must go"},
        {"/severity low\n/severity high", "2: there is another /severity in line 1; one of them must go"},
        {"/spam\n/close", "2: /close does not go together with /spam in line 1; one of them must go"},
        {"/merge SUP-CCCCCC\n/split",
         "2: /split does not go together with /merge in line 1; one of them must go"},
        {"/cc dora@example.org\n/uncc DORA@example.org",
         "2: /uncc does not go together with /cc in line 1; one of them must go"},
        {"/field a 1\n/field A 2", "2: there is another /field in line 1; one of them must go"},
        {"/release 01j5qw0000000\n/drop 01J5QW0000000",
         "2: /drop does not go together with /release in line 1; one of them must go"},
        {"/snooze 2d\n/close", "2: /close does not go together with /snooze in line 1; one of them must go"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CommandSheet) sheet = sheet_read(cases[i].mail, prefixes);
        g_autofree char *problems = problems_of(sheet);
        if (strcmp(problems, cases[i].problems) != 0)
            fail_msg("“%s”:\n%s", cases[i].mail, problems);
    }
}

static void test_what_was_written_is_shown(void **state)
{
    (void)state;
    g_autofree char *tail = g_strnfill(500, 'x');
    g_autofree char *mail = g_strconcat("Hello\n /Clsoe \x1b[31m\xe2\x80\xae", tail, "\nmore", NULL);
    g_autoptr(CommandSheet) sheet = sheet_read(mail, prefixes);
    assert_int_equal(sheet->problems->len, 1);
    const ActProblem *problem = sheet->problems->pdata[0];
    assert_int_equal(problem->line, 2);
    assert_int_equal(strlen(problem->written), 200);
    assert_true(g_str_has_prefix(problem->written, "/Clsoe [31mxxx"));
}

static void test_no_marks_of_direction(void **state)
{
    (void)state;
    g_autoptr(CommandSheet) sheet =
        sheet_read("/takeover a\xe2\x80\xae"
                   "b\x01"
                   "c\xe2\x81\xa6\n/assign k\xe2\x80\x8dim\n\nHel\xe2\x80\xaelo\x07\n",
                   prefixes);
    assert_int_equal(sheet->problems->len, 1); /* two owners */
    assert_string_equal(((Act *)sheet->acts->pdata[0])->text, "abc");
    assert_string_equal(sheet->text, "Hello");
}

static void test_limits(void **state)
{
    (void)state;
    g_autoptr(GString) mail = g_string_new(NULL);
    for (guint i = 0; i < 20; i++)
        g_string_append_printf(mail, "/field f%u v\n", i);
    g_autoptr(CommandSheet) most = sheet_read(mail->str, prefixes);
    assert_int_equal(most->acts->len, 20);
    assert_int_equal(most->problems->len, 0);
    g_string_append(mail, "/wait\n");
    g_autoptr(CommandSheet) many = sheet_read(mail->str, prefixes);
    g_autofree char *problems = problems_of(many);
    assert_string_equal(problems, "21: there are more than 20 commands; send the others in another mail");
    g_autofree char *words = g_strnfill(2001, 'x');
    g_autofree char *reason = g_strconcat("/takeover ", words, NULL);
    g_autoptr(CommandSheet) wordy = sheet_read(reason, prefixes);
    g_autofree char *wrong = problems_of(wordy);
    assert_string_equal(wrong, "1: there are more than 2000 bytes behind it; write: /takeover why");
}

/* Shapes whose cost would grow with the square are done at once. */
static void test_is_linear(void **state)
{
    (void)state;
    static const char *const lines[] = {"/field a b\n",
                                        "/clsoe\n",
                                        "Hello\n/closse\n",
                                        "\n",
                                        "//close\n",
                                        "/handoff kim "
                                        "the customer waits for a new token, and the log of\n",
                                        "/xxxxxxxx\nx\n",
                                        "- /take\n",
                                        "********"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GString) mail = g_string_new("");
        while (mail->len < 1024 * 1024)
            g_string_append(mail, lines[i]);
        g_autoptr(CommandSheet) sheet = sheet_read(mail->str, prefixes);
        assert_true(sheet->acts->len <= 20 && sheet->problems->len <= 20);
    }
}

/* What an agent is asked to confirm is what he wrote. */
static void test_written_again(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *shown;
    } cases[] = {
        {"/snooze 30m", "/snooze 30m"},
        {"/snooze 90m", "/snooze 90m"},
        {"/snooze 2h", "/snooze 2h"},
        {"/snooze 2d", "/snooze 48h"},
        {"/hint SUP-CCCCCC e7 fixed 14d It is in 7.2.", "/hint SUP-CCCCCC E7 fixed 336h It is in 7.2."},
        {"/hint none", "/hint none"},
        {"/hint We look into it.", "/hint investigating We look into it."},
        {"/cc SUP-CCCCCC a@b.test", "/cc SUP-CCCCCC a@b.test"}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CommandSheet) sheet = sheet_read(cases[i].asked, prefixes);
        assert_int_equal(sheet->acts->len, 1);
        g_autofree char *shown = act_write(sheet->acts->pdata[0]);
        assert_string_equal(shown, cases[i].shown);
    }
}

static void test_every_command_is_described(void **state)
{
    (void)state;
    for (guint i = 0; i < ACT_COUNT; i++) {
        ActType type = (ActType)i;
        g_autofree char *begins = g_strconcat("/", act_name(type), NULL);
        assert_true(g_str_has_prefix(act_usage(type), begins));
        assert_true(strlen(act_meaning(type)) > 10 && !strchr(act_meaning(type), '\n'));
    }
    assert_true(act_is_risky(ACT_SPAM) && act_is_risky(ACT_MERGE) && act_is_risky(ACT_CC) &&
                act_is_risky(ACT_HINT));
    assert_false(act_is_risky(ACT_CLOSE) || act_is_risky(ACT_NOTE));
}

static void test_sheet_of_one(void **state)
{
    (void)state;
    g_autoptr(CommandSheet) note = sheet_of(ACT_NOTE, NULL, g_strdup("he called"));
    assert_true(note->is_note);
    assert_string_equal(note->text, "he called");
    g_autoptr(CommandSheet) hand = sheet_of(ACT_HANDOFF, g_strdup("kim"), g_strdup("the log"));
    g_autofree char *acts = acts_of(hand);
    assert_string_equal(acts, "1:handoff word=kim text=the log");
    assert_string_equal(hand->text, "");
    assert_false(hand->is_note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_stand_at_the_top),
        cmocka_unit_test(test_each_command),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_a_long_note_on_one_line),
        cmocka_unit_test(test_broken_lines_are_joined),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_what_was_written_is_shown),
        cmocka_unit_test(test_no_marks_of_direction),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_is_linear),
        cmocka_unit_test(test_every_command_is_described),
        cmocka_unit_test(test_written_again),
        cmocka_unit_test(test_sheet_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
