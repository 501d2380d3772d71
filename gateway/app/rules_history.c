/* Which rules counted when. */
#include "gateway/app/rules_verbs.h"
#include "gateway/app/table.h"
#include "gateway/app/text_diff.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/live_rules.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define VERSIONS_SHOWN 50u

static Json *version_json(gconstpointer item)
{
    const RuleVersion *version = item;
    Json *object = json_make_object();
    json_put_integer(object, "version", version->id);
    json_put_time(object, "at", version->at_us);
    json_put_text(object, "who", version->who);
    json_put_text(object, "how", version->how);
    if (version->of_id)
        json_put_integer(object, "of", version->of_id);
    json_put_text(object, "note", version->note);
    json_put_text(object, "file_sha256", version->file_sha256);
    return object;
}

static void print_versions(const GPtrArray *versions)
{
    static const char *const columns[] = {"VERSION", "SINCE", "HOW", "WHO", "NOTE", NULL};
    Table *table = table_new(columns, "NOTE");
    for (guint i = 0; i < versions->len; i++) {
        const RuleVersion *version = versions->pdata[i];
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT "%s", version->id, i == 0 ? " live" : "");
        g_autofree char *since = clock_local(version->at_us);
        g_autofree char *how = version->of_id
                                   ? g_strdup_printf("undo, back to %" G_GINT64_FORMAT, version->of_id)
                                   : g_strdup(version->how);
        const char *cells[] = {id, since, how, version->who, version->note};
        table_add(table, cells);
    }
    table_print(table);
}

static void print_diff(const char *diff)
{
    g_auto(GStrv) lines = g_strsplit(diff, "\n", -1);
    for (guint i = 0; lines[i] && (lines[i][0] || lines[i + 1]); i++) {
        gboolean is_change = strchr("+-", lines[i][0]) && lines[i][0];
        printf("%s", is_change ? style_bold() : "");
        command_print("", lines[i]);
        printf("%s", is_change ? style_off() : "");
    }
}

/* Both with the lists of known values behind the rules. */
static char *whole_text(const RulesSource *source)
{
    GString *text = g_string_new(source->text);
    for (guint i = 0; i < source->lists->len; i++) {
        const RulesList *list = source->lists->pdata[i];
        g_string_append_printf(text, "\n# --- %s\n%s", list->path, list->text);
    }
    return g_string_free(text, FALSE);
}

static int show_change(Command *command, Store *store, const RuleVersion *version)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RulesSource) after = rule_version_source(store, version->id, &error);
    g_autoptr(RulesSource) before =
        after && version->id > 1 ? rule_version_source(store, version->id - 1, &error) : NULL;
    if (error)
        return command_fail_error(error);
    g_autofree char *old_text = before ? whole_text(before) : g_strdup("");
    g_autofree char *new_text = whole_text(after);
    g_autofree char *old_name = g_strdup_printf("version %" G_GINT64_FORMAT, version->id - 1);
    g_autofree char *new_name = g_strdup_printf("version %" G_GINT64_FORMAT, version->id);
    g_autofree char *diff = text_diff(old_name, old_text, new_name, new_text, &error);
    if (!diff)
        return command_fail_error(error);
    if (command->json) {
        Json *object = version_json(version);
        json_put_text(object, "diff", diff);
        command_print_json(object, FALSE);
        return EX_OK;
    }
    g_autofree char *at = clock_local(version->at_us);
    printf("version %" G_GINT64_FORMAT ", %s, ", version->id, at);
    g_autofree char *words = g_strdup_printf("%s by %s%s%s", version->how, version->who,
                                             *version->note ? ": " : "", version->note);
    command_print("", words);
    print_diff(*diff ? diff : "(the rules of the version before)");
    return EX_OK;
}

static gboolean version_named(Command *command, gint64 *out_id)
{
    if (g_ascii_string_to_signed(command->argv[0], 10, 1, G_MAXINT64, out_id, NULL))
        return TRUE;
    command_usage("'%s' is no version; 'postern rules history' lists them", command->argv[0]);
    return FALSE;
}

int rules_history(Command *command)
{
    int code = EX_OK;
    gint64 id = 0;
    if (command->argc > 0 && !version_named(command, &id))
        return EX_USAGE;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    if (id) {
        g_autoptr(RuleVersion) version = rule_version_get(store, id, &error);
        return version ? show_change(command, store, version) : command_fail_error(error);
    }
    guint most = rules_options_given.limit > 0 ? (guint)rules_options_given.limit : VERSIONS_SHOWN;
    g_autoptr(GPtrArray) versions = rule_versions(store, most, &error);
    return command_list(command, versions, version_json, print_versions,
                        "No version yet: the rules file counts when 'postern serve' starts.", error);
}

int rules_show(Command *command)
{
    int code = EX_OK;
    gint64 id = 0;
    if (command->argc > 0 && !version_named(command, &id))
        return EX_USAGE;
    if (!id) {
        g_autoptr(Setup) live = rules_verb_live(command, &code);
        if (live)
            fputs(live->source->text, stdout);
        return live ? EX_OK : code;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(RulesSource) source = rule_version_source(store, id, &error);
    if (!source)
        return command_fail_error(error);
    fputs(source->text, stdout);
    return EX_OK;
}
