/* The starter rules on any text: fields stay inside it, and masking keeps its length. */
#include <postern/rules.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static RuleSet *load_rules(void)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr(GPtrArray) problems = problems_new();
    if (!g_file_get_contents("templates/rules.yaml", &text, &length, NULL))
        g_error("run from the top folder: templates/rules.yaml");
    return rules_compile("templates/rules.yaml", text, length, problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static RuleSet *rules;
    static RulesScratch *scratch;
    if (!rules) {
        rules = load_rules();
        scratch = rules_scratch_new(rules);
    }
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesInput input = {.subject = text, .reply = text, .text = text};
    rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
    gsize length = strlen(text);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        if (field->start >= field->end || field->end > length || !g_utf8_validate(field->value, -1, NULL) ||
            !g_utf8_validate(field->raw, -1, NULL))
            g_error("field %s of rule %s is broken", field->name, field->rule);
    }
    rules_mask(rules, scratch, text, 0, findings);
    if (strlen(text) != length || !g_utf8_validate(text, -1, NULL))
        g_error("masking broke the text");
    return 0;
}
