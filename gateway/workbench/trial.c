#include "gateway/workbench/context.h"

#include <postern/workbench.h>

#include <string.h>

#define NAME "try"

static void hit_free(gpointer pointer)
{
    TrialHit *hit = pointer;
    g_free(hit->ref);
    g_free(hit->value);
    g_free(hit->where);
    g_free(hit->line);
    g_free(hit);
}

/* In single quotes, where only the quote itself means something to YAML. */
static void append_quoted(GString *yaml, const char *text)
{
    g_string_append_c(yaml, '\'');
    for (const char *at = text; *at; at++) {
        if (*at == '\'')
            g_string_append_c(yaml, '\'');
        g_string_append_c(yaml, *at);
    }
    g_string_append_c(yaml, '\'');
}

/* Capitals of escapes (\D, \p{Lu}) name a class, and mean no letter. */
static gboolean has_capital(const char *pattern)
{
    for (const char *at = pattern; *at; at = g_utf8_next_char(at)) {
        if (*at == '\\' && at[1]) {
            at++;
            const char *close = strchr("pPN", *at) && at[1] == '{' ? strchr(at, '}') : NULL;
            at = close ? close : at;
        } else if (g_unichar_isupper(g_utf8_get_char(at))) {
            return TRUE;
        }
    }
    return FALSE;
}

RulesSource *trial_source(const char *pattern)
{
    gboolean has_group = strstr(pattern, "(?<value>") != NULL;
    g_autofree char *whole = has_group ? g_strdup(pattern) : g_strdup_printf("(?<value>%s)", pattern);
    g_autoptr(GString) yaml = g_string_new("fields:\n  " NAME ":\n    rules:\n      - name: " NAME "\n"
                                           "        look_in: [subject, text, attachments]\n"
                                           "        type: text\n");
    g_string_append_printf(
        yaml, "        flags: [multiline%s]\n        pattern: ", has_capital(pattern) ? "" : ", caseless");
    append_quoted(yaml, whole);
    g_string_append_c(yaml, '\n');
    return rules_source_new("pattern", yaml->str);
}

Trial *trial_new(guint samples)
{
    Trial *trial = g_new0(Trial, 1);
    trial->hits = g_ptr_array_new_with_free_func(hit_free);
    trial->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    trial->samples = samples;
    return trial;
}

void trial_free(Trial *trial)
{
    if (!trial)
        return;
    g_ptr_array_unref(trial->hits);
    g_hash_table_unref(trial->counts);
    g_free(trial);
}

static void add_hit(Trial *trial, const RereadMail *mail, const Field *field)
{
    guint now = GPOINTER_TO_UINT(g_hash_table_lookup(trial->counts, field->value));
    g_hash_table_insert(trial->counts, g_strdup(field->value), GUINT_TO_POINTER(now + 1));
    trial->values++;
    if (trial->hits->len >= trial->samples)
        return;
    TrialHit *hit = g_new0(TrialHit, 1);
    hit->mail_id = mail->mail_id;
    hit->ref = g_strdup(mail->ref);
    hit->value = g_strdup(field->value);
    hit->where = g_strdup(field->where);
    hit->line = context_line(mail->reading, field, NULL, &hit->start, &hit->end);
    g_ptr_array_add(trial->hits, hit);
}

void trial_add(Trial *trial, const RereadMail *mail)
{
    trial->mails++;
    if (!mail->reading) {
        trial->unreadable++;
        return;
    }
    trial->gave_up += mail->reading->other_gave_up->len > 0;
    trial->matching += mail->reading->other_fields->len > 0;
    for (guint i = 0; i < mail->reading->other_fields->len; i++)
        add_hit(trial, mail, mail->reading->other_fields->pdata[i]);
}
