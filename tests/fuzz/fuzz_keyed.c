/* Finders of keys and addresses, and the context of values, on any text: what they give stands in it, at
 * borders of characters, and other readings of the text keep their places. */
#include <parsers/rules/joined.h>
#include <postern/rules.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char FILE_TEXT[] =
    "fields:\n"
    "  key:\n    rules:\n"
    "      - {name: key, finder: key, key: [App ID, id, a, 名], list: yes}\n"
    "      - {name: key-digits, finder: key, key: [App ID, id, a, 名], type: digits, joins_lines: yes}\n"
    "  url:\n    rules:\n"
    "      - {name: path, finder: url, url: {host: '*.example.com', path: '/{value}/…'}}\n"
    "      - {name: query, finder: url, url: {query: [id, url]}}\n"
    "      - {name: fragment, finder: url, url: {fragment: '{value}/…'}}\n"
    "  joined:\n    rules:\n"
    "      - {name: joined, joins_lines: yes, pattern: '(?<value>[\\w=-]{4,})', near: {words: [id, größe, "
    "名], within: 9}}\n"
    "      - {name: under, pattern: '(?<value>\\w{3,})', under: [id, 名]}\n";

/* g_error ends in a trap, which keeps the input from being kept. */
#define broken(...)                                                                                          \
    do {                                                                                                     \
        g_printerr(__VA_ARGS__);                                                                             \
        abort();                                                                                             \
    } while (0)

static void check_place(const char *text, gsize length, gsize start, gsize end)
{
    if (start >= end || end > length || !g_utf8_validate(text + start, (gssize)(end - start), NULL) ||
        !g_utf8_validate(text, (gssize)start, NULL))
        broken("a place is broken: %zu-%zu of %zu", start, end, length);
}

static void check_views(const char *text, gsize length)
{
    for (guint view = 0; view < JOINED_COUNT; view++) {
        g_autoptr(Mapped) joined = joined_make(text, length, (JoinedView)view);
        if (!joined || joined->text->len == 0)
            continue;
        if (joined->origins->len != joined->text->len ||
            !g_utf8_validate(joined->text->str, (gssize)joined->text->len, NULL))
            broken("a view is broken");
        gsize start, end;
        mapped_span(joined, 0, joined->text->len, &start, &end);
        check_place(text, length, start, end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static RuleSet *rules;
    static RulesScratch *scratch;
    if (!rules) {
        g_autoptr(GPtrArray) problems = problems_new();
        rules = rules_compile("fuzz.yaml", FILE_TEXT, strlen(FILE_TEXT), problems);
        g_autofree char *said = problems_format(problems);
        if (!rules)
            broken("%s", said);
        scratch = rules_scratch_new(rules);
    }
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    const RulesInput input = {.subject = text, .reply = text};
    rules_find(rules, scratch, &input,
               &(const RulesOutput){.fields = fields, .findings = findings, .candidates = candidates});
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        check_place(text, strlen(text), field->start, field->end);
        if (!g_utf8_validate(field->value, -1, NULL))
            broken("the value of rule %s is broken", field->rule);
    }
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        if (candidate->end > strlen(text) || candidate->start > candidate->end)
            broken("a candidate of rule %s is broken", candidate->rule);
    }
    check_views(text, strlen(text));
    return 0;
}
