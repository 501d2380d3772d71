/* Reads every tests/mail/NAME.eml and compares what came out with NAME.json: every key that is given
 * there must be exactly so. TESTS_MAIL names another folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reading.h>

#include <jansson.h>
#include <string.h>

#define RULES_FILE "templates/rules.yaml"

static RuleSet *starter_rules(void)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(RULES_FILE, &text, &length, NULL))
        return NULL;
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile(RULES_FILE, text, length, problems);
    if (!rules) {
        g_autofree char *all = problems_format(problems);
        fail_msg("%s", all);
    }
    return rules;
}

/* The keys that differ, with both values; NULL when none does. */
static char *differences(json_t *found, json_t *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *key;
    json_t *value;
    json_object_foreach(expected, key, value)
    {
        json_t *ours = json_object_get(found, key);
        if (ours && json_equal(ours, value))
            continue;
        char *wanted = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        char *got = ours ? json_dumps(ours, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        g_string_append_printf(out, "  %s\n    is        %s\n    should be %s\n", key, got ? got : "absent",
                               wanted);
        free(wanted);
        free(got);
    }
    return out->len > 0 ? g_strdup(out->str) : NULL;
}

static char *check_case(const char *folder, const char *name, const ReadingSettings *settings)
{
    g_autofree char *mail_path = g_strdup_printf("%s/%s.eml", folder, name);
    g_autofree char *json_path = g_strdup_printf("%s/%s.json", folder, name);
    g_autofree char *bytes = NULL;
    gsize length;
    g_autoptr(GError) error = NULL;
    json_error_t where;
    if (!g_file_get_contents(mail_path, &bytes, &length, &error))
        return g_strdup(error->message);
    json_t *expected = json_load_file(json_path, 0, &where);
    if (!expected)
        return g_strdup_printf("  %s:%d: %s\n", json_path, where.line, where.text);
    g_autoptr(Reading) reading = reading_make_bytes(bytes, length, settings, &error);
    char *different;
    if (reading) {
        g_autoptr(Json) json = reading_to_json(reading, NULL);
        different = differences(json, expected);
    } else {
        different = g_strdup(error->message);
    }
    json_decref(expected);
    return different;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *case_names(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;
    while (dir && (file = g_dir_read_name(dir)))
        if (g_str_has_suffix(file, ".eml"))
            g_ptr_array_add(names, g_strndup(file, strlen(file) - 4));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void test_cases(void **state)
{
    (void)state;
    const char *folder = g_getenv("TESTS_MAIL");
    if (!folder)
        folder = "tests/mail";
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(RulesScratch) scratch = rules ? rules_scratch_new(rules) : NULL;
    ReadingSettings settings = {.rules = rules, .scratch = scratch};
    g_autoptr(GPtrArray) names = case_names(folder);
    assert_true(names->len > 0);
    guint wrong = 0;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *different = check_case(folder, names->pdata[i], &settings);
        if (!different)
            continue;
        print_error("%s/%s.eml\n%s\n", folder, (char *)names->pdata[i], different);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
