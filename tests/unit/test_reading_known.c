#include <postern/reading.h>

#include "parsers/reading/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define QUOTE "Hello,\nour import of app 4711 stops with an error since yesterday, every time.\nDora"

static void add_field(Reading *reading, const char *where, const char *text, const char *value)
{
    Field *field = g_new0(Field, 1);
    const char *found = g_strrstr(text, value);
    assert_non_null(found);
    field->name = g_strdup("app_id");
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("a");
    field->where = g_strdup(where);
    field->start = (gsize)(found - text);
    field->end = field->start + strlen(value);
    g_ptr_array_add(reading->fields, field);
}

static Meaning *add_meaning(Reading *reading, const char *reason)
{
    Meaning *meaning = meaning_new();
    meaning->name = g_strdup("a");
    meaning->score = 3;
    meaning->is_chosen = TRUE;
    g_ptr_array_add(meaning->reasons, g_strdup(reason));
    g_ptr_array_add(reading->meanings, meaning);
    return meaning;
}

/* What stood only in the quote goes with it; what stays, and what was quoted before, keeps its place. */
static void test_fields_follow(void **state)
{
    (void)state;
    static const char mail[] = "From: dora@customer.example\nSubject: Re: a\n\nApp 4712, too.\n\n" QUOTE
                               "\n\nOn Mon, 16 Nov 2026 at 09:12, Kim <kim@desk.example> wrote:\n> Which "
                               "app? 4713?\n";
    static const KnownText known[] = {{QUOTE, TRUE}};
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    add_field(reading, "reply", reading->reply, "4712");
    add_field(reading, "reply", reading->reply, "4711");
    add_field(reading, "quoted", reading->quoted, "4713");
    add_meaning(reading, "+3 a: \"App\" in reply 0-3");
    add_meaning(reading, "+3 a: \"import\" in reply 27-33");
    guint most = 9;
    assert_int_equal(reading_take_known(reading, known, 1, &most), 3);
    assert_string_equal(reading->reply, "App 4712, too.");
    assert_non_null(strstr(reading->quoted, "4711"));
    assert_null(reading_fault(reading));
    assert_int_equal(reading->fields->len, 2);
    const Field *own = reading->fields->pdata[0], *quoted = reading->fields->pdata[1];
    assert_memory_equal(reading->reply + own->start, "4712", 4);
    assert_memory_equal(reading->quoted + quoted->start, "4713", 4);
    assert_int_equal(reading->meanings->len, 1);
    assert_string_equal(((Meaning *)reading->meanings->pdata[0])->reasons->pdata[0],
                        "+3 a: \"App\" in reply 0-3");
    assert_int_equal(reading_take_known(reading, known, 1, &most), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields_follow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
