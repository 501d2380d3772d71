/* Secrets, once they were found: where else they are masked, and what of a mail is passed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <parsers/content/withhold.h>
#include <postern/base/limits.h>
#include <postern/base/starter.h>
#include <postern/content.h>
#include <postern/reading.h>
#include <postern/rules.h>
#include <string.h>

typedef struct {
    RuleSet *rules;
    RulesScratch *scratch;
    GPtrArray *fields, *findings;
} Desk;

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    const char *text = starter_text("rules.yaml");
    g_autoptr(GPtrArray) problems = problems_new();
    desk->rules = rules_compile("rules.yaml", text, strlen(text), problems);
    desk->scratch = rules_scratch_new(desk->rules);
    desk->fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    desk->findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    *state = desk;
    return desk->rules ? 0 : -1;
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    g_ptr_array_unref(desk->fields);
    g_ptr_array_unref(desk->findings);
    rules_scratch_free(desk->scratch);
    rules_unref(desk->rules);
    g_free(desk);
    return 0;
}

/* The caller frees. */
static char *masked(Desk *desk, const char *reply, const char *other)
{
    const RulesInput input = {.reply = reply};
    const RulesOutput output = {.fields = desk->fields, .findings = desk->findings};
    rules_find(desk->rules, desk->scratch, &input, &output);
    char *text = g_strdup(other);
    rules_mask(desk->rules, desk->scratch, text, 0, desk->findings);
    assert_int_equal(desk->findings->len, 0);
    return text;
}

static void test_full_stop(void **state)
{
    g_autofree char *text = masked(*state, "Mein Passwort lautet blueBoat2026.", "blueBoat2026 is refused");
    assert_null(strstr(text, "ueBoat20"));
    assert_true(rules_met_secret(((Desk *)*state)->scratch));
}

/* A text that comes to stand where one of the mail before stood is another text. */
static void test_address_comes_again(void **state)
{
    Desk *desk = *state;
    char text[] = "Nothing of interest stands here";
    const RulesInput input = {.reply = text};
    const RulesOutput output = {.fields = desk->fields, .findings = desk->findings};
    rules_find(desk->rules, desk->scratch, &input, &output);
    rules_forget_texts(desk->scratch);
    strcpy(text, "Password: pageBoat2026x");
    rules_mask(desk->rules, desk->scratch, text, 0, desk->findings);
    assert_null(strstr(text, "geBoat2026"));
}

/* After a whole reading nothing is left to be taken for a text of it. */
static void test_reading_forgets(void **state)
{
    Desk *desk = *state;
    static const char mail[] = "From: anna@customer.test\n\nNothing of interest stands here\n";
    const ReadingSettings settings = {.rules = desk->rules, .scratch = desk->scratch};
    for (guint i = 0; i < 2; i++) {
        Reading *reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
        char *text = reading->reply;
        assert_true(strlen(text) >= strlen("Password: pageBoat2026x"));
        strcpy(text, "Password: pageBoat2026x");
        rules_mask(desk->rules, desk->scratch, text, 0, desk->findings);
        assert_null(strstr(text, "geBoat2026"));
        reading_free(reading);
    }
}

static void test_nothing_met(void **state)
{
    g_autofree char *text = masked(*state, "The order 5555555555554444 is late.", "Order 5555555555554444");
    assert_string_equal(text, "Order 5555555555554444");
    assert_false(rules_met_secret(((Desk *)*state)->scratch));
}

/* What an agent calls a secret is one, whatever it looks like; other commands and fields stay. */
static void test_commands(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"/field password swordfish", "/field password *********"},
        {"> /Field  API_TOKEN\tswordfish and chips\nwords",
         "> /Field  API_TOKEN\tsw******* *** ***ps\nwords"},
        {"/field app_id 4821", "/field app_id 4821"},
        {"/field password", "/field password"},
        {"/fieldpassword swordfish", "/fieldpassword swordfish"},
        {"the /field password swordfish", "the /field password swordfish"},
        {"/note swordfish", "/note swordfish"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = masked(*state, "nothing", cases[i].text);
        assert_string_equal(text, cases[i].expected);
    }
}

/* A key of 4096 bits, wherever it lies to the pieces in which long texts are looked through. */
static void test_long_key(void **state)
{
    enum { LINES = 50, STEP = 9000, MOST = 3 * (int)LIMIT_RULE_TEXT_BYTES };
    static const char line[] = "Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6";
    g_autoptr(GString) key = g_string_new("-----BEGIN RSA PRIVATE KEY-----\n");
    for (guint i = 0; i < LINES; i++)
        g_string_append_printf(key, "%s\n", line);
    g_string_append(key, "-----END RSA PRIVATE KEY-----\n");
    for (guint before = 0; before < MOST; before += STEP) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < before)
            g_string_append(text, "all is well\n");
        g_string_append(text, key->str);
        g_string_append(text, "and well again\n");
        g_autofree char *out = masked(*state, "nothing", text->str);
        if (strstr(out, "Zm9vYmFy"))
            fail_msg("a key behind %u bytes is seen", before);
        assert_non_null(strstr(out, "and well again"));
    }
}

static void test_of_fields(void **state)
{
    Desk *desk = *state;
    assert_true(rules_is_secret(desk->rules, "card_number"));
    assert_false(rules_is_secret(desk->rules, "app_id"));
    assert_false(rules_is_secret(desk->rules, "no_such_field"));
    g_autofree char *shown = rules_secret_shown("55-abcdef1234-k9k9k9");
    assert_string_equal(shown, "55-…k9");
}

#define PART(name, text)                                                                                     \
    "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"" name "\"\n\n" text "\n"

static const char MAIL[] =
    "From: anna@customer.test\nTo: support@desk.test\nSubject: files\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nMy password: blueBoat2026\n" PART("one.log", "as blueBoat2026 it goes")
        PART("two.log", "password: redBoat2026") PART("three.log", "no word of it")
            PART("55-abcdef1234-k9k9k9.log", "no word of it") "--b--\n";

static Content *content_of(Desk *desk, const char *own_text)
{
    const ContentWish wish = {
        .own_text = own_text, .attachment_bytes = 100000, .rules = desk->rules, .scratch = desk->scratch};
    Content *content = content_make_bytes(MAIL, strlen(MAIL), &wish, NULL);
    assert_non_null(content);
    return content;
}

static char *names_of(const Content *content)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < content->parts->len; i++)
        g_string_append_printf(names, "%s ", ((const ContentPart *)content->parts->pdata[i])->name);
    g_string_append(names, "/");
    for (guint i = 0; i < content->withheld->len; i++)
        g_string_append_printf(names, " %s", (const char *)content->withheld->pdata[i]);
    return g_string_free(names, FALSE);
}

static void test_withheld(void **state)
{
    g_autoptr(Content) content = content_of(*state, NULL);
    g_autofree char *names = names_of(content);
    assert_string_equal(names, "three.log 55-***************k9.log / one.log two.log");
    assert_int_equal(content->left_out, 0);
    assert_null(strstr(content->text, "ueBoat20"));
    g_autoptr(GBytes) packed = content_pack(content);
    g_autoptr(GError) error = NULL;
    g_autoptr(Content) again = content_unpack(packed, &error);
    assert_null(error);
    g_autofree char *same = names_of(again);
    assert_string_equal(same, names);
}

static gboolean is_withheld(Desk *desk, guint index, gint64 deadline_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(MAIL, strlen(MAIL), findings, &error);
    assert_non_null(mail);
    return withhold_part(mail, index, desk->rules, desk->scratch, deadline_us);
}

/* Many slow files together get no more time than one. */
static void test_no_time(void **state)
{
    enum { TEXT_WITHOUT_SECRET = 4 };
    assert_false(is_withheld(*state, TEXT_WITHOUT_SECRET, G_MAXINT64));
    assert_true(is_withheld(*state, TEXT_WITHOUT_SECRET, 1));
}

/* What an agent sends to a customer is his to say. */
static void test_own_words(void **state)
{
    g_autoptr(Content) content = content_of(*state, "My password: blueBoat2026");
    assert_int_equal(content->withheld->len, 0);
    assert_string_equal(content->text, "My password: blueBoat2026");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_stop), cmocka_unit_test(test_address_comes_again),
        cmocka_unit_test(test_commands),  cmocka_unit_test(test_reading_forgets),
        cmocka_unit_test(test_commands),  cmocka_unit_test(test_nothing_met),
        cmocka_unit_test(test_commands),  cmocka_unit_test(test_long_key),
        cmocka_unit_test(test_of_fields), cmocka_unit_test(test_withheld),
        cmocka_unit_test(test_no_time),   cmocka_unit_test(test_own_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
