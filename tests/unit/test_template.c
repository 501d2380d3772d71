#include <postern/template.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {
    "queue.name",        "who", "note",     "empty", "fields", "fields.label", "fields.value", "fields.lines",
    "fields.lines.text", "why", "why.text", NULL};

static const char *find_part(gpointer user, const char *name)
{
    (void)user;
    if (strcmp(name, "greeting") == 0)
        return "Hello {{who}}!\n";
    if (strcmp(name, "item") == 0)
        return "{{label}}";
    if (strcmp(name, "itself") == 0)
        return "a {{>itself}} b";
    if (strcmp(name, "bushy") == 0)
        return "{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}{{>bush}}";
    if (strcmp(name, "bush") == 0)
        return "{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}{{>leaf}}";
    if (strcmp(name, "leaf") == 0)
        return "{{! nothing }}{{>stem}}{{>stem}}{{>stem}}{{>stem}}{{>stem}}{{>stem}}{{>stem}}{{>stem}}";
    if (strcmp(name, "stem") == 0)
        return "";
    return strcmp(name, "broken") == 0 ? "one\n  {{whom}}" : NULL;
}

static TemplateValues *sample(void)
{
    TemplateValues *values = template_values_new();
    template_set(values, "queue.name", "Support");
    template_set(values, "who", "Kim <kim@example.org> & \"co\" 'x'");
    template_set(values, "note", "one\r\ntwo\x01\xff");
    template_set(values, "empty", "");
    const char *const pairs[][2] = {{"App", "1234"}, {"Version", "2.0"}};
    for (guint i = 0; i < 2; i++) {
        TemplateValues *item = template_add_item(values, "fields");
        template_set(item, "label", pairs[i][0]);
        template_set(item, "value", pairs[i][1]);
        for (guint j = 0; j <= i; j++)
            template_set(template_add_item(item, "lines"), "text", pairs[j][0]);
    }
    return values;
}

static Template *compile(const char *text, TemplateKind kind, GPtrArray *problems)
{
    return template_compile("notices/a.txt", text, kind, names, find_part, NULL, problems);
}

static void expect(const char *text, TemplateKind kind, const char *expected)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Template) compiled = compile(text, kind, problems);
    g_autofree char *told = problems_format(problems);
    assert_string_equal(told, "");
    g_autoptr(TemplateValues) values = sample();
    g_autofree char *rendered = template_render(compiled, values);
    assert_string_equal(rendered, expected);
}

static void test_render(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"plain } }} { text", "plain } }} { text"},
        {"{{queue.name}}", "Support"},
        {"a{{ queue.name }}b", "aSupportb"},
        {"[{{empty}}]", "[]"},
        {"{{note}}", "one\ntwo\xef\xbf\xbd"},
        {"{{who}}", "Kim <kim@example.org> & \"co\" 'x'"},
        {"{{! a comment\nover lines }}x", "x"},
        {"{{#who}}yes{{/who}}{{^who}}no{{/who}}", "yes"},
        {"{{#empty}}yes{{/empty}}{{^empty}}no{{/empty}}", "no"},
        {"{{#why}}yes{{/why}}{{^why}}no{{/why}}", "no"},
        {"{{^fields}}none{{/fields}}{{#fields}}{{label}}={{value}};{{/fields}}", "App=1234;Version=2.0;"},
        {"{{#fields}}{{fields.label}} {{queue.name}},{{/fields}}", "App Support,Version Support,"},
        {"{{#fields}}{{#lines}}{{text}}.{{label}} {{/lines}}{{/fields}}",
         "App.App App.Version Version.Version "},
        {"{{#fields}}{{lines.length}}{{/fields}}", "12"},
        {"{{fields.length}} {{why.length}}", "2 0"},
        {"{{#fields.length}}Details:\n{{/fields.length}}{{#why.length}}Why:{{/why.length}}", "Details:\n"},
        {"{{^why.length}}no reason{{/why.length}}", "no reason"},
        {"{{#fields}}{{#fields}}{{label}} {{/fields}}{{/fields}}", "App Version App Version "},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(cases[i].text, TEMPLATE_TEXT, cases[i].expected);
}

/* Lines that hold nothing but a tag. */
static void test_standalone(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a\n{{#who}}\nb\n{{/who}}\nc\n", "a\nb\nc\n"},
        {"a\r\n  {{#who}}  \r\nb\r\n\t{{/who}}\r\nc", "a\nb\nc"},
        {"{{#empty}}\nb\n{{/empty}}\n", ""},
        {"{{#empty}}\nb\n{{/empty}}", ""},
        {"a\n{{! why }}\nb", "a\nb"},
        {"a\n{{! why\n  and how }}\nb", "a\nb"},
        {"a {{! why }}\nb", "a \nb"},
        {"a\n{{who}}\n", "a\nKim <kim@example.org> & \"co\" 'x'\n"},
        {"a\n{{>greeting}}\nb", "a\nHello Kim <kim@example.org> & \"co\" 'x'!\nb"},
        {"a\n{{#who}}{{/who}}\nb", "a\n\nb"},
        {"{{#fields}}\n- {{label}}\n{{/fields}}\n.", "- App\n- Version\n."},
        {"{{#fields}}\n\n{{label}}\n{{/fields}}\n", "\nApp\n\nVersion\n"},
        {"x {{#who}}\ny{{/who}}", "x \ny"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(cases[i].text, TEMPLATE_TEXT, cases[i].expected);
}

static void test_escaping(void **state)
{
    (void)state;
    expect("<b title=\"{{who}}\">", TEMPLATE_HTML,
           "<b title=\"Kim &lt;kim@example.org&gt; &amp; &quot;co&quot; &#39;x&#39;\">");
    expect("[{{note}}]\n\n and {{queue.name}}\n", TEMPLATE_HEADER, "[one two \xef\xbf\xbd] and Support");
    expect("{{>greeting}}", TEMPLATE_HTML,
           "Hello Kim &lt;kim@example.org&gt; &amp; &quot;co&quot; &#39;x&#39;!\n");
}

/* A value is text, never a template. */
static void test_values_are_not_read(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Template) compiled = compile("{{who}}", TEMPLATE_TEXT, problems);
    g_autoptr(TemplateValues) values = template_values_new();
    template_set(values, "who", "{{note}}{{#fields}}");
    g_autofree char *rendered = template_render(compiled, values);
    assert_string_equal(rendered, "{{note}}{{#fields}}");
}

static void test_long_output_ends(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Template) compiled = compile("{{#fields}}{{note}}{{/fields}}", TEMPLATE_TEXT, problems);
    g_autoptr(TemplateValues) values = template_values_new();
    g_autofree char *large = g_strnfill(1024 * 1024, 'x');
    template_set(values, "note", large);
    for (guint i = 0; i < 100; i++)
        template_add_item(values, "fields");
    g_autofree char *rendered = template_render(compiled, values);
    assert_int_equal(strlen(rendered), 4 * 1024 * 1024);
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        guint line, column;
        const char *message;
    } cases[] = {
        {"{{queue.nmae}}", 1, 1, "unknown name 'queue.nmae'; did you mean 'queue.name'?"},
        {"ä\nüü {{xyzzy}}", 2, 4, "unknown name 'xyzzy'"},
        {"{{#fields}}{{lable}}{{/fields}}", 1, 12, "unknown name 'lable'; did you mean 'label'?"},
        {"{{label}}", 1, 1, "unknown name 'label'"},
        {"{{fields.label}}", 1, 1, "'fields.label' is known only between {{#fields}} and {{/fields}}"},
        {"{{#fields.lines}}{{/fields.lines}}", 1, 1,
         "'fields.lines' is known only between {{#fields}} and {{/fields}}"},
        {"{{fields}}", 1, 1, "'fields' is a list; write {{#fields}}…{{/fields}}"},
        {"{{who.length}}", 1, 1, "unknown name 'who.length'"},
        {"{{#who}}", 1, 1, "the section 'who' is never closed"},
        {"\n{{/who}}", 2, 1, "{{/who}} closes nothing"},
        {"{{#who}}{{/note}}", 1, 9, "{{/note}} stands where {{/who}} is expected"},
        {"{{#whom}}x{{/whom}}", 1, 1, "unknown name 'whom'; did you mean 'who'?"},
        {"a {{who", 1, 3, "the tag is not closed by '}}' on its line"},
        {"a {{who\n}}", 1, 3, "the tag is not closed by '}}' on its line"},
        {"{{! for ever", 1, 1, "the tag is not closed by '}}'"},
        {"{{{who}}}", 1, 1, "every value is escaped here; write it with two braces"},
        {"{{& who}}", 1, 1, "every value is escaped here; write it with two braces"},
        {"{{=<% %>=}}", 1, 1, "the braces cannot be changed"},
        {"{{}}", 1, 1, "'' is no name: letters, digits, '_' and '.'"},
        {"{{a b}}", 1, 1, "'a b' is no name: letters, digits, '_' and '.'"},
        {"{{>../../etc/passwd}}", 1, 1, "'../../etc/passwd' is no name: letters, digits, '_' and '.'"},
        {"{{>nothing}}", 1, 1, "there is no part 'nothing'"},
        {"{{>item}}", 1, 1, "unknown name 'label'"},
        {"{{>broken}}", 2, 3, "unknown name 'whom'; did you mean 'who'?"},
        {"{{>itself}}", 1, 3, "parts lie deeper than 8; does 'itself' hold itself?"},
        {"{{>bushy}}", 1, 0, "more than 500 parts"},
        {"ab\nüc\xff", 2, 3, "byte 0xff is not UTF-8; save the file as UTF-8"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(Template) compiled = compile(cases[i].text, TEMPLATE_TEXT, problems);
        assert_null(compiled);
        assert_true(problems->len > 0);
        const Problem *problem = problems->pdata[0];
        assert_string_equal(problem->message, cases[i].message);
        assert_int_equal(problem->line, cases[i].line);
        if (cases[i].column)
            assert_int_equal(problem->column, cases[i].column);
    }
}

/* All at once, and a part is named as the file that it is. */
static void test_problem_places(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Template) compiled = compile("{{x1}}\n{{>broken}}\n{{x2}}", TEMPLATE_TEXT, problems);
    assert_null(compiled);
    assert_int_equal(problems->len, 3);
    const Problem *first = problems->pdata[0], *second = problems->pdata[1], *third = problems->pdata[2];
    assert_string_equal(first->file, "notices/a.txt");
    assert_string_equal(second->file, "notices/broken");
    assert_int_equal(third->line, 3);
}

static void test_depth(void **state)
{
    (void)state;
    for (guint depth = 16; depth <= 17; depth++) {
        GString *text = g_string_new(NULL);
        for (guint i = 0; i < depth; i++)
            g_string_append(text, "{{#who}}");
        g_string_append(text, "x");
        for (guint i = 0; i < depth; i++)
            g_string_append(text, "{{/who}}");
        g_autofree char *whole = g_string_free(text, FALSE);
        if (depth == 16) {
            expect(whole, TEMPLATE_TEXT, "x");
            continue;
        }
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(Template) compiled = compile(whole, TEMPLATE_TEXT, problems);
        assert_null(compiled);
        assert_string_equal(((const Problem *)problems->pdata[0])->message, "sections lie deeper than 16");
    }
}

/* A full list of problems takes no more, and yet nothing broken comes out. */
static void test_full_problems(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    for (guint i = 0; i < PROBLEMS_MAX; i++)
        problem_add(problems, "other", NULL, 1, 1, "wrong");
    g_autoptr(Template) compiled = compile("{{nobody}}", TEMPLATE_TEXT, problems);
    assert_null(compiled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render),           cmocka_unit_test(test_standalone),
        cmocka_unit_test(test_escaping),         cmocka_unit_test(test_values_are_not_read),
        cmocka_unit_test(test_long_output_ends), cmocka_unit_test(test_problems),
        cmocka_unit_test(test_problem_places),   cmocka_unit_test(test_depth),
        cmocka_unit_test(test_full_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
