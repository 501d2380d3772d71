#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/live_rules.h>

/* The rules of a stored version under the configuration of `files`; NULL, with or without an error. */
static Setup *with_version(Setup *files, Store *store, gint64 id, GError **error)
{
    g_autoptr(RulesSource) source = rule_version_source(store, id, error);
    if (!source)
        return NULL;
    if (rules_source_equal(source, files->source))
        return setup_ref(files);
    g_autoptr(GPtrArray) problems = problems_new();
    Setup *setup = setup_with_rules(files, source, problems);
    if (setup)
        return setup;
    g_autofree char *words = problems_format(problems);
    log_warning(0,
                "version %" G_GINT64_FORMAT " of the rules does not compile any more, the file %s counts: %s",
                id, files->source->file, words);
    return setup_ref(files);
}

static gint64 add_file(Setup *files, Store *store, const char *how, const char *digest, gint64 now_us,
                       GError **error)
{
    const RuleVersion version = {
        .who = (char *)(gsize) "postern", .how = (char *)(gsize)how, .file_sha256 = (char *)(gsize)digest};
    return rule_version_add(store, &version, files->source, now_us, error);
}

Setup *live_rules_take(Setup *files, Store *store, const char *how, gint64 now_us, gint64 *out_id,
                       GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *digest = setup_rules_digest(files->source);
    gint64 newest = rule_version_newest(store, &inner);
    g_autoptr(RuleVersion) version = newest ? rule_version_get(store, newest, &inner) : NULL;
    if (!inner && (!version || g_strcmp0(version->file_sha256, digest) != 0))
        newest = add_file(files, store, version ? "reload" : how, digest, now_us, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    *out_id = newest;
    return with_version(files, store, newest, error);
}

Setup *live_rules_look(Setup *files, Store *store, gint64 *out_id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 newest = rule_version_newest(store, &inner);
    g_autoptr(RuleVersion) version = newest ? rule_version_get(store, newest, &inner) : NULL;
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    g_autofree char *digest = setup_rules_digest(files->source);
    gboolean is_changed = version && g_strcmp0(version->file_sha256, digest) != 0;
    *out_id = is_changed ? -1 : newest;
    return newest ? with_version(files, store, newest, error) : setup_ref(files);
}
