#include <parsers/rules/lint.h>

#include <string.h>

/* In a single one there may be something. */
#define FIRES_MOST 2u

typedef struct {
    guint fires;
    char *value;
    const char *text;
} Fire;

static void run_mail(Linter *linter, const LintMail *mail, GHashTable *numbers)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    const RulesInput input = {.subject = mail->subject, .reply = mail->text, .text = mail->text};
    rules_find(linter->rules, linter->scratch, &input,
               &(const RulesOutput){.fields = fields, .findings = findings});
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        Fire *fire = g_hash_table_lookup(numbers, field->rule);
        if (!fire || !g_hash_table_add(seen, fire))
            continue;
        if (fire->fires++ > 0)
            continue;
        fire->value = g_strdup(field->value);
        fire->text = strcmp(field->where, "subject") == 0 ? mail->subject : mail->text;
    }
}

void lint_wide(Linter *linter)
{
    guint count = linter->rules->rules->len;
    g_autofree Fire *fires = g_new0(Fire, count + 1);
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < count; i++)
        g_hash_table_insert(numbers, lint_rule(linter, i)->name, &fires[i]);
    for (guint i = 0; i < LINT_MAIL_COUNT; i++)
        run_mail(linter, &LINT_MAILS[i], numbers);
    for (guint i = 0; i < count; i++) {
        if (fires[i].fires > FIRES_MOST)
            lint_add(linter, i, "pattern", "too-wide", fires[i].text,
                     "it finds something in %u of %u ordinary mails in which there is nothing to be found, "
                     "such as '%s'; "
                     "ask for a word in front of the value, or a narrower form",
                     fires[i].fires, LINT_MAIL_COUNT, fires[i].value);
        g_free(fires[i].value);
    }
}
