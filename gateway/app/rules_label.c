/* `rules label`: what is right in a mail, said by a person. */
#include "gateway/app/rules_archive.h"
#include "gateway/app/table.h"

#include <postern/archive.h>
#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>

#include <string.h>
#include <sysexits.h>

static const char *verdict(const Label *label)
{
    return label->is_right ? "right" : "wrong";
}

static Json *label_json(gconstpointer item)
{
    const Label *label = item;
    g_autofree char *id = mail_id_format(label->mail_id);
    Json *object = json_make_object();
    json_put_text(object, "message", id);
    json_put_text(object, "field", label->field);
    json_put_text(object, "value", *label->value ? label->value : NULL);
    json_put_boolean(object, "right", label->is_right);
    json_put_boolean(object, "seen", label->is_seen);
    json_put_text(object, "rule", *label->rule ? label->rule : NULL);
    json_put_text(object, "how", label->how);
    json_put_text(object, "by", label->who);
    json_put_time(object, "at", label->at_us);
    return object;
}

static void print_labels(const GPtrArray *labels)
{
    static const char *const columns[] = {"MESSAGE", "FIELD", "VALUE", "", "RULE", "BY", "WHEN", NULL};
    Table *table = table_new(columns, "VALUE");
    for (guint i = 0; i < labels->len; i++) {
        const Label *label = labels->pdata[i];
        g_autofree char *id = mail_id_format(label->mail_id), *when = clock_local(label->at_us);
        const char *cells[] = {
            id, label->field, rules_value_words(label->value), verdict(label), label->rule, label->who, when};
        table_add(table, cells);
    }
    table_print(table);
}

static int list(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GPtrArray) labels = label_list(store, &error);
    return command_list(command, labels, label_json, print_labels, "no labels yet", error);
}

/* FALSE after a message. */
static gboolean check_field(const RuleSet *rules, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        g_ptr_array_add(names, (gpointer)(gsize)info.field);
        if (strcmp(info.field, name) != 0)
            continue;
        if (info.is_secret)
            command_usage("%s is a secret: its values are not written down", name);
        return !info.is_secret;
    }
    g_ptr_array_add(names, NULL);
    command_unknown_word("rules label", name, (const char *const *)names->pdata);
    return FALSE;
}

/* What a rule for secrets finds is one under any name. FALSE after a message. */
static gboolean check_value(const RuleSet *rules, const char *field, const char *value)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autofree char *masked = clean_text(value, -1, LIMIT_TEXT_BYTES);
    g_autofree char *before = g_strdup(masked);
    RulesScratch *scratch = rules_scratch_new(rules);
    rules_mask(rules, scratch, masked, 0, findings);
    rules_scratch_free(scratch);
    if (findings->len == 0 && strcmp(masked, before) == 0)
        return TRUE;
    command_usage("rules label: the value of %s holds a secret, and secrets are not written down", field);
    return FALSE;
}

static int add(const Setup *live, Command *command, gint64 mail_id)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    g_autofree char *value = clean_text(command->argv[2], -1, LIMIT_TEXT_BYTES);
    gboolean is_nothing = strcmp(value, "nothing") == 0;
    if (!command_drop_privileges(live->config))
        return EX_NOPERM;
    g_autoptr(Store) store = command_open_store(live->config, STORE_OPEN, &error);
    g_autoptr(ArchivedMail) mail = store ? archive_get(store, mail_id, &error) : NULL;
    const Label label = {.mail_id = mail_id,
                         .field = command->argv[1],
                         .value = is_nothing ? (char *)(gsize) "" : value,
                         .is_right = TRUE,
                         .is_seen = TRUE,
                         .how = (char *)(gsize) "label",
                         .who = who,
                         .at_us = clock_now_us()};
    if (!mail || !label_add(store, &label, &error))
        return command_fail_error(error);
    if (command->json)
        command_print_json(label_json(&label), FALSE);
    else if (!command->quiet) {
        g_autofree char *text = g_strdup_printf("%s of %s in %s is %s", label.field, mail->ref,
                                                command->argv[0], rules_value_words(label.value));
        command_print("", text);
    }
    return EX_OK;
}

int rules_mark(Command *command)
{
    int code = EX_OK;
    if (command->argc == 0)
        return list(command);
    if (command->argc != 3)
        return command_usage("rules label needs MESSAGE FIELD VALUE, or nothing for a list");
    gint64 mail_id = mail_id_parse(command->argv[0]);
    if (!mail_id)
        return command_usage("'%s' is no id of a message; 'postern ticket show REF' has them",
                             command->argv[0]);
    if (!*command->argv[2])
        return command_usage("the value is empty; write 'nothing' where the mail has no %s",
                             command->argv[1]);
    g_autoptr(Setup) live = rules_verb_live(command, &code);
    if (!live)
        return code;
    if (!check_field(live->rules, command->argv[1]) ||
        !check_value(live->rules, command->argv[1], command->argv[2]))
        return EX_USAGE;
    return add(live, command, mail_id);
}
