/* Suggested rules: from a few marked values to a rule that finds others of their kind. */
#include <postern/rules_suggest.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static GPtrArray *mails_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)marked_mail_free);
}

/* `value` NULL: this mail has none. */
static void mark(GPtrArray *mails, const char *reply, const char *value)
{
    MarkedMail *mail = marked_mail_new("m", "Hello", reply);
    if (value)
        g_ptr_array_add(mail->values, g_strdup(value));
    g_ptr_array_add(mails, mail);
}

static GPtrArray *suggest(const char *field, const GPtrArray *mails)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *list = rules_suggest(field, mails, missing);
    assert_int_equal(missing->len, 0);
    assert_true(list->len > 0);
    return list;
}

/* What the suggested rule finds in a text, a blank between. */
static char *finds(const Suggestion *suggestion, const char *field, const char *text)
{
    g_autofree char *file = suggestion_file(suggestion, field);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("s.yaml", file, strlen(file), problems);
    assert_non_null(rules);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, &(const RulesInput){.reply = text},
               &(const RulesOutput){.fields = fields, .findings = findings});
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++)
        g_string_append_printf(all, "%s%s", i ? " " : "", ((const Field *)fields->pdata[i])->value);
    return g_string_free(all, FALSE);
}

static void assert_finds(const Suggestion *suggestion, const char *field, const char *text,
                         const char *expected)
{
    g_autofree char *found = finds(suggestion, field, text);
    assert_string_equal(found, expected);
}

/* Pasted as it is, it compiles and its examples pass. */
static void assert_pastes(const Suggestion *suggestion, const char *field)
{
    g_autofree char *file = suggestion_file(suggestion, field);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("s.yaml", file, strlen(file), problems);
    assert_non_null(rules);
    g_autoptr(GPtrArray) examples = rules_run_examples(rules);
    assert_true(examples->len > 0);
    for (guint i = 0; i < examples->len; i++)
        assert_true(((const RulesExample *)examples->pdata[i])->passed);
}

static void values_with_words_before_them(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    mark(mails, "Where is my parcel? The order number is 4711001.\nPhone 5550199", "4711001");
    mark(mails, "Order: 4711932 never came", "4711932");
    mark(mails, "Bestellung Nr. 4800117 ist kaputt, Tel. 9876543", "4800117");
    mark(mails, "We have 1234567 visitors a day", NULL);
    g_autoptr(GPtrArray) list = suggest("order_number", mails);
    const Suggestion *best = list->pdata[0];
    assert_int_equal(best->right, 3);
    assert_int_equal(best->wrong, 0);
    assert_int_equal(best->missed, 0);
    assert_finds(best, "order_number", "about my ORDER no 5550001 please", "5550001");
    assert_finds(best, "order_number", "meine bestellung: 5550002", "5550002");
    assert_finds(best, "order_number", "call 5550003", "");
    assert_pastes(best, "order_number");
}

static void values_that_say_what_they_are(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    mark(mails, "My ticket INV-2026-00117 is wrong", "INV-2026-00117");
    mark(mails, "I paid INV-2025-1 twice", "INV-2025-1");
    mark(mails, "see file 2026-00119", NULL);
    g_autoptr(GPtrArray) list = suggest("invoice", mails);
    const Suggestion *best = list->pdata[0];
    assert_int_equal(best->wrong + best->missed, 0);
    assert_finds(best, "invoice", "Rechnung INV-2024-330, und 2024-330", "INV-2024-330");
    assert_finds(best, "invoice", "INV-2024-330-7 XINV-2024-1", "");
    assert_pastes(best, "invoice");
}

static void a_known_type_is_taken(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    mark(mails, "tenant 6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    mark(mails, "tenant: 00000000-0000-4000-8000-00c04fd430ff", "00000000-0000-4000-8000-00c04fd430ff");
    g_autoptr(GPtrArray) list = suggest("tenant", mails);
    assert_non_null(strstr(((const Suggestion *)list->pdata[0])->yaml, "type: uuid"));
}

static void values_without_a_common_form(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    mark(mails, "Kunde: ab12", "ab12");
    mark(mails, "Kunde: 9-x", "9-x");
    mark(mails, "Kunde: ÄÖ7", "ÄÖ7");
    g_autoptr(GPtrArray) list = suggest("customer_code", mails);
    const Suggestion *best = list->pdata[0];
    assert_int_equal(best->right, 3);
    assert_finds(best, "customer_code", "kunde q17 ", "q17");
}

static void quotes_and_signs_do_no_harm(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    mark(mails, "the key's name 'a+b*(1)' is odd", "a+b*(1)");
    mark(mails, "the key's name 'c+d*(2)' too", "c+d*(2)");
    g_autoptr(GPtrArray) list = suggest("name", mails);
    assert_pastes(list->pdata[0], "name");
}

static void what_is_not_there_is_named(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) mails = mails_new();
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    mark(mails, "order 147110012", "4711001");
    g_autoptr(GPtrArray) list = rules_suggest("order", mails, missing);
    assert_int_equal(list->len, 0);
    assert_int_equal(missing->len, 1);
    assert_string_equal(missing->pdata[0], "4711001 (mail m)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_with_words_before_them), cmocka_unit_test(values_that_say_what_they_are),
        cmocka_unit_test(a_known_type_is_taken),         cmocka_unit_test(values_without_a_common_form),
        cmocka_unit_test(quotes_and_signs_do_no_harm),   cmocka_unit_test(what_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
