#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/base/limits.h>
#include <postern/yaml.h>
#include <string.h>

/* Everything said about `text`, as an admin reads it. The caller frees. */
static char *said(const char *text, gsize length)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f.yaml", text, length, problems);
    assert_non_null(document);
    return problems_format(problems);
}

static void test_problems_of_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", ""},
        {"# only words\n", ""},
        {"\xef\xbb\xbf"
         "a: 1\n",
         ""},
        {"a: 1\r\nb: 2\r\n", ""},
        {"---\na: 1\n...\n", ""},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: error: the key 'a' is already given on line 1\n  a: 3\n  ^\n"},
        {"a: {b: 1, b: {c: 1}}\n", "f.yaml:1:11: error: the key 'b' is already given on line 1\n  a: {b: 1, "
                                   "b: {c: 1}}\n            ^\n"},
        {"a: &x 1\nb: *x\n", "f.yaml:1:4: error: anchors ('&name') are not allowed; put the text in quotes "
                             "if the '&' belongs to it\n"
                             "  a: &x 1\n     ^\n"
                             "f.yaml:2:4: error: aliases ('*name') are not allowed; write the value out, or "
                             "in quotes if the star "
                             "belongs to it\n  b: *x\n     ^\n"},
        {"a: !!str 1\n", "f.yaml:1:4: error: tags ('!name') are not allowed; put the text in quotes if the "
                         "'!' belongs to it\n"
                         "  a: !!str 1\n     ^\n"},
        {"a: 1\n---\nb: 2\n",
         "f.yaml:2:1: error: a second document begins here; a file holds one\n  ---\n  ^\n"},
        {"%YAML 1.1\n---\na: 1\n", "f.yaml:1:1: error: a line must not begin with '%'\n  %YAML 1.1\n  ^\n"},
        {"a: {{ b }}\n", "f.yaml:1:5: error: a key must be a word, not a list or mapping; text that begins "
                         "with '{' or '[' must "
                         "be in quotes\n  a: {{ b }}\n      ^\n"},
        {"a: \"x\\0y\"\n", "f.yaml:1:4: error: this text holds a NUL character (\\0), which no text may\n  "
                           "a: \"x\\0y\"\n     ^\n"},
        {"\ta: 1\n",
         "f.yaml:1:1: error: this is not YAML: found character that cannot start any token; indent with "
         "blanks, "
         "never tabs; a value that begins with '@', '`' or '%' must be in quotes\n   a: 1\n  ^\n"},
        {"a: b: c\n", "f.yaml:1:5: error: this is not YAML: mapping values are not allowed in this context; "
                      "text with ': ' in "
                      "it must be in quotes, or the indentation is off\n  a: b: c\n      ^\n"},
        {"a: [1, 2\nb: 3\n", "f.yaml:2:2: error: this is not YAML: did not find expected ',' or ']' while "
                             "parsing a flow sequence "
                             "that begins on line 1\n  b: 3\n   ^\n"},
        {"a: 1\rb: 2\n",
         "f.yaml:1:5: error: a lone carriage return; lines end with LF or CR LF\n  a: 1\xef\xbf\xbd"
         "b: 2\n      ^\n"},
        {"a: \x1b[31m\n",
         "f.yaml:1:4: error: a control character; remove it\n  a: \xef\xbf\xbd[31m\n     ^\n"},
        {"a: x\xe2\x80\xa8\n", "f.yaml:1:5: error: an invisible line separator; use a plain line break\n  a: "
                               "x\xef\xbf\xbd\n      ^\n"},
        {"a: \xef\xbb\xbfx\n",
         "f.yaml:1:4: error: an invisible byte order mark in the middle of the file; remove it\n  a: "
         "\xef\xbf\xbdx\n     ^\n"},
        {"a: 1\nb: Gr\xfc\xdf\x65\n",
         "f.yaml:2:6: error: byte 0xfc is not UTF-8; save the file as UTF-8\n  b: Gr\xef\xbf\xbd\xef\xbf\xbd"
         "e\n"
         "       ^\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *is = said(cases[i].text, strlen(cases[i].text));
        assert_string_equal(is, cases[i].said);
    }
}

static void test_caret_stands_under_wide_characters(void **state)
{
    (void)state;
    g_autofree char *is = said("k: {日本: &x 1}\n", strlen("k: {日本: &x 1}\n"));
    assert_non_null(strstr(is, "f.yaml:1:9: "));
    assert_non_null(strstr(is, "\n            ^\n"));
}

static void test_long_line_is_shown_in_part(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("a: [\"");
    for (guint i = 0; i < 10000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, "\", *b]\n");
    g_autofree char *is = said(text->str, text->len);
    assert_non_null(strstr(is, "f.yaml:1:10009: "));
    assert_true(strlen(is) < 500);
    /* The caret stands under the star. */
    g_auto(GStrv) lines = g_strsplit(is, "\n", -1);
    assert_int_equal(strchr(lines[1], '*') - lines[1], strchr(lines[2], '^') - lines[2]);
}

static void test_tree(void **state)
{
    (void)state;
    const char *text = "name: 'kim'\nlist: [1, \"2\", {a: b}]\nblock: |\n  one\n  two\nempty:\n";
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f", text, strlen(text), problems);
    assert_int_equal(problems->len, 0);
    assert_int_equal(document->root->type, YAML_MAPPING);
    assert_int_equal(document->root->keys->len, 4);
    const YamlNode *name = yaml_get(document->root, "name");
    assert_string_equal(name->scalar, "kim");
    assert_true(name->is_quoted && !name->is_block);
    const YamlNode *list = yaml_get(document->root, "list");
    assert_int_equal(list->type, YAML_SEQUENCE);
    assert_int_equal(list->items->len, 3);
    const YamlNode *inner = yaml_get(list->items->pdata[2], "a");
    assert_int_equal(inner->line, 2);
    assert_int_equal(inner->column, 20);
    const YamlNode *block = yaml_get(document->root, "block");
    assert_string_equal(block->scalar, "one\ntwo\n");
    assert_true(block->is_block && block->is_quoted);
    assert_int_equal(yaml_get(document->root, "empty")->scalar_length, 0);
    assert_null(yaml_get(document->root, "none"));
    assert_null(yaml_get(NULL, "none"));
    assert_null(yaml_get(name, "none"));
}

static void test_first_of_repeated_keys_counts(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f", "a: 1\na: 2\n", 10, problems);
    assert_true(problems_fatal(problems));
    assert_string_equal(yaml_get(document->root, "a")->scalar, "1");
}

static void nested(guint depth, gsize length, gboolean is_fatal)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < depth; i++)
        g_string_append_c(text, '[');
    for (guint i = 0; i < depth && text->len < length; i++)
        g_string_append_c(text, ']');
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f", text->str, text->len, problems);
    assert_int_equal(problems_fatal(problems), is_fatal);
    assert_int_equal(document->root == NULL, is_fatal);
}

/* The last of these takes libyaml alone about a minute. */
static void test_depth(void **state)
{
    (void)state;
    nested(LIMIT_CONFIG_DEPTH, G_MAXSIZE, FALSE);
    nested(LIMIT_CONFIG_DEPTH + 1, G_MAXSIZE, TRUE);
    nested(200000, 0, TRUE);
}

static void test_size_limit(void **state)
{
    (void)state;
    g_autofree char *text = g_strnfill(LIMIT_CONFIG_BYTES + 1, '#');
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) over = yaml_parse("f", text, LIMIT_CONFIG_BYTES + 1, problems);
    assert_null(over);
    g_autofree char *is = problems_format(problems);
    assert_string_equal(is, "f: error: the file has 1048577 bytes, over the limit of 1048576\n");
    g_ptr_array_set_size(problems, 0);
    g_autoptr(YamlDocument) within = yaml_parse("f", text, LIMIT_CONFIG_BYTES, problems);
    assert_non_null(within);
    assert_int_equal(problems->len, 0);
}

static void test_problems_are_bounded(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    for (guint i = 0; i < 1000; i++)
        problem_warn(problems, "f", "text", 1, 1, "warning %u", i);
    assert_false(problems_fatal(problems));
    for (guint i = 0; i < 1000; i++)
        problem_add(problems, "f", "text", 1, 1, "error %u", i);
    assert_true(problems_fatal(problems));
    assert_int_equal(problems->len, PROBLEMS_MAX);
    const Problem *last = problems->pdata[PROBLEMS_MAX - 1];
    assert_string_equal(last->message, "there are more problems; mend these first");
}

static void test_message_is_clean(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    problem_warn(problems, "f", NULL, 2, 3, "odd '%s'", "a\x1b[2J\n\xe2\x80\xae");
    g_autofree char *is = problems_format(problems);
    assert_string_equal(is, "f:2:3: warning: odd 'a [2J \xef\xbf\xbd'\n");
}

static void test_format_sorts_by_place(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    problem_add(problems, "b", NULL, 1, 1, "four");
    problem_add(problems, "a", NULL, 0, 0, "three");
    problem_add(problems, "a", NULL, 2, 2, "two");
    problem_add(problems, "a", NULL, 2, 1, "one");
    g_autofree char *is = problems_format(problems);
    assert_string_equal(is, "a:2:1: error: one\na:2:2: error: two\na: error: three\nb:1:1: error: four\n");
}

static void test_did_you_mean(void **state)
{
    (void)state;
    static const char *const words[] = {"address", "addresses", "agents", "domain", "port", "folder", NULL};
    static const struct {
        const char *word, *meant;
    } cases[] = {
        {"adress", "address"},
        {"adresses", "addresses"},
        {"Domain", "domain"},
        {"domian", "domain"},
        {"prot", "port"},
        {"agent", "agents"},
        {"xyz", NULL},
        {"p", NULL},
        {"", NULL},
        {"colour", NULL},
        {"foldre", "folder"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *meant = problem_did_you_mean(cases[i].word, words);
        if (cases[i].meant)
            assert_string_equal(meant, cases[i].meant);
        else
            assert_null(meant);
    }
    g_autofree char *endless = g_strnfill(100000, 'a');
    assert_null(problem_did_you_mean(endless, words));
}

static void test_unknown_keys(void **state)
{
    (void)state;
    static const char *const allowed[] = {"address", "port", NULL};
    const char *text = "adress: 1\nport: 2\nxyzzy: 3\n";
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f", text, strlen(text), problems);
    yaml_refuse_unknown(document, document->root, allowed, problems);
    g_autofree char *is = problems_format(problems);
    assert_string_equal(is, "f:1:1: error: unknown key 'adress'; did you mean 'address'?\n  adress: 1\n  ^\n"
                            "f:3:1: error: unknown key 'xyzzy'\n  xyzzy: 3\n  ^\n");
}

/* Typed scalars: the value `v:` read by `type`, as the number it gives or the problem it is. */
static char *typed(const char *type, const char *value)
{
    g_autofree char *text = g_strconcat("v: ", value, "\n", NULL);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(YamlDocument) document = yaml_parse("f", text, strlen(text), problems);
    const YamlNode *node = yaml_get(document->root, "v");
    assert_non_null(node);
    gint64 number = -77;
    guint64 size = 77;
    gboolean truth = 77, is_good = FALSE;
    g_autofree char *string = NULL;
    if (*type == 'i')
        is_good = yaml_integer(document, node, -5, 65535, &number, problems);
    else if (*type == 'd')
        is_good = yaml_duration_us(document, node, &number, problems);
    else if (*type == 's')
        is_good = yaml_size(document, node, &size, problems);
    else if (*type == 'b')
        is_good = yaml_boolean(document, node, &truth, problems);
    else
        is_good = yaml_text(document, node, &string, problems);
    assert_int_equal(is_good, problems->len == 0);
    if (!is_good) {
        /* Outputs are left alone on failure. */
        assert_true(number == -77 && size == 77 && truth == 77 && !string);
        return g_strdup(((const Problem *)problems->pdata[0])->message);
    }
    if (*type == 's')
        return g_strdup_printf("%" G_GUINT64_FORMAT, size);
    if (*type == 'b')
        return g_strdup(truth ? "true" : "false");
    return *type == 't' ? g_steal_pointer(&string) : g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static void test_typed_scalars(void **state)
{
    (void)state;
    static const struct {
        const char *type, *value, *is;
    } cases[] = {
        {"text", "some words", "some words"},
        {"text", "12", "12"},
        {"text", "''", ""},
        {"text", "'null'", "null"},
        {"text", "", "expected text, found nothing"},
        {"text", "~", "expected text, found nothing"},
        {"text", "[a]", "expected text, found a list"},
        {"text", "{a: b}", "expected text, found a mapping"},
        {"boolean", "yes", "true"},
        {"boolean", "False", "false"},
        {"boolean", "on", "true"},
        {"boolean", "off", "false"},
        {"boolean", "maybe", "expected yes or no, found 'maybe'"},
        {"boolean", "'yes'", "expected yes or no, found the quoted text 'yes'"},
        {"boolean", "", "expected yes or no, found nothing"},
        {"integer", "0", "0"},
        {"integer", "-5", "-5"},
        {"integer", "65535", "65535"},
        {"integer", "65536", "expected a whole number from -5 to 65535, found '65536'"},
        {"integer", "-6", "expected a whole number from -5 to 65535, found '-6'"},
        {"integer", "99999999999999999999",
         "expected a whole number from -5 to 65535, found '99999999999999999999'"},
        {"integer", "0x10", "expected a whole number from -5 to 65535, found '0x10'"},
        {"integer", "010", "expected a whole number from -5 to 65535, found '010'"},
        {"integer", "1.5", "expected a whole number from -5 to 65535, found '1.5'"},
        {"integer", "'5'", "expected a whole number from -5 to 65535, found the quoted text '5'"},
        {"integer", "[5]", "expected a whole number from -5 to 65535, found a list"},
        {"duration", "90s", "90000000"},
        {"duration", "5m", "300000000"},
        {"duration", "2 h", "7200000000"},
        {"duration", "3d", "259200000000"},
        {"duration", "5", "expected a time with its unit (90s, 5m, 2h, 3d), found '5'"},
        {"duration", "-5m", "expected a time with its unit (90s, 5m, 2h, 3d), found '-5m'"},
        {"duration", "5 minutes", "expected a time with its unit (90s, 5m, 2h, 3d), found '5 minutes'"},
        {"duration", "9999999999999d",
         "expected a time with its unit (90s, 5m, 2h, 3d), found '9999999999999d'"},
        {"size", "25MiB", "26214400"},
        {"size", "512KiB", "524288"},
        {"size", "1GB", "1000000000"},
        {"size", "100B", "100"},
        {"size", "1 kb", "1000"},
        {"size", "25", "expected a size with its unit (100B, 512KiB, 25MiB, 1GB), found '25'"},
        {"size", "1e9B", "expected a size with its unit (100B, 512KiB, 25MiB, 1GB), found '1e9B'"},
        {"size", "9999999999999GiB",
         "expected a size with its unit (100B, 512KiB, 25MiB, 1GB), found '9999999999999GiB'"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *is = typed(cases[i].type, cases[i].value);
        assert_string_equal(is, cases[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problems_of_files),
        cmocka_unit_test(test_caret_stands_under_wide_characters),
        cmocka_unit_test(test_long_line_is_shown_in_part),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_first_of_repeated_keys_counts),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_problems_are_bounded),
        cmocka_unit_test(test_message_is_clean),
        cmocka_unit_test(test_format_sorts_by_place),
        cmocka_unit_test(test_did_you_mean),
        cmocka_unit_test(test_unknown_keys),
        cmocka_unit_test(test_typed_scalars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
