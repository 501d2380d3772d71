#include "gateway/app/rules_archive.h"

#include <postern/base/mail_id.h>

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

gboolean rules_archive_set(Command *command, const char *file, RulesSource **out_source, RuleSet **out_rules)
{
    *out_source = rules_verb_source(command, file);
    if (!*out_source)
        return FALSE;
    g_autoptr(GPtrArray) problems = problems_new();
    *out_rules = rules_compile_source(*out_source, problems);
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
    return *out_rules != NULL;
}

static gboolean open_labels(const Config *config, RulesArchive *out, int *out_code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(config, STORE_READ, &error);
    out->labels = store ? label_list(store, &error) : NULL;
    if (out->labels)
        out->book = label_book_new(out->labels);
    else
        *out_code = command_fail_error(error);
    return out->labels != NULL;
}

gboolean rules_archive_open(Command *command, RulesArchive *out, int *out_code)
{
    *out_code = EX_USAGE;
    if (rules_options_given.limit < 0) {
        command_usage("--limit must be a number above 0");
        return FALSE;
    }
    if (!rules_verb_since(rules_options_given.since, &out->wish.since_us))
        return FALSE;
    out->live = rules_verb_live(command, out_code);
    if (!out->live || !open_labels(out->live->config, out, out_code))
        return FALSE;
    out->wish.store = out->live->config->store;
    out->wish.authserv_id = out->live->config->authserv_id;
    out->wish.rules = out->live->source;
    out->wish.most = (guint)rules_options_given.limit;
    out->shows_progress = !command->quiet && isatty(STDERR_FILENO);
    *out_code = EX_OK;
    return TRUE;
}

void rules_archive_clear(RulesArchive *archive)
{
    g_clear_pointer(&archive->book, label_book_free);
    g_clear_pointer(&archive->labels, g_ptr_array_unref);
    g_clear_pointer(&archive->live, setup_unref);
}

static void show_progress(gpointer user, guint done, guint total)
{
    (void)user;
    fprintf(stderr, "\r%u of %u mails%s", done, total, done >= total ? "\n" : "");
}

int rules_archive_run(RulesArchive *archive, RereadVisitor visitor, gpointer user)
{
    g_autoptr(GError) error = NULL;
    if (archive->shows_progress)
        archive->wish.progress = show_progress;
    return reread_run(&archive->wish, visitor, user, &error) ? EX_OK : command_fail_error(error);
}

char *rules_mail_name(const char *ref, gint64 mail_id)
{
    g_autofree char *id = mail_id_format(mail_id);
    return ref ? g_strdup_printf("%s %s", ref, id) : g_steal_pointer(&id);
}

const char *rules_value_words(const char *value)
{
    return value && *value ? value : "nothing";
}
