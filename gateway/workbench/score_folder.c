#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/json.h>
#include <postern/base/limits.h>
#include <postern/reader.h>
#include <postern/score.h>
#include <postern/yaml.h>

#include <string.h>

#define EXPECTED_BYTES (256u * 1024)

void expected_clear(Expected *expected)
{
    g_clear_pointer(&expected->fields, g_hash_table_unref);
    for (guint type = 0; type < MEANING_COUNT; type++)
        g_clear_pointer(&expected->meanings[type], g_free);
}

static gboolean malformed(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean malformed(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED, "%s", message);
    return FALSE;
}

/* `names` gets the fields of the set. */
static gboolean is_field(const RuleSet *rules, const char *name, GPtrArray *names)
{
    gboolean is_known = FALSE;
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        g_ptr_array_add(names, (gpointer)(gsize)info.field);
        is_known |= strcmp(info.field, name) == 0;
    }
    g_ptr_array_add(names, NULL);
    return is_known;
}

static gboolean check_field(const RuleSet *rules, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (!rules || is_field(rules, name, names))
        return TRUE;
    const char *meant = problem_did_you_mean(name, (const char *const *)names->pdata);
    return malformed(error, "the rules have no field '%s'%s%s%s", name, meant ? "; did you mean '" : "",
                     meant ? meant : "", meant ? "'?" : "");
}

static gboolean parse_fields(const Json *fields, const RuleSet *rules, Expected *out, GError **error)
{
    g_autoptr(GPtrArray) names = json_keys(fields);
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        GPtrArray *values = json_texts(json_member(fields, name));
        g_hash_table_insert(out->fields, g_strdup(name), values);
        if (!check_field(rules, name, error))
            return FALSE;
        if (values->len == 0)
            return malformed(error, "field '%s': expected a list of values, such as [\"4821\"]", name);
    }
    return TRUE;
}

static gboolean parse_member(const Json *object, const char *key, const RuleSet *rules, Expected *out,
                             GError **error)
{
    if (strcmp(key, "about") == 0)
        return TRUE;
    if (strcmp(key, "fields") == 0)
        return parse_fields(json_member(object, key), rules, out, error);
    for (guint type = 0; type < MEANING_COUNT; type++) {
        if (strcmp(key, meaning_type_name(type)) != 0)
            continue;
        g_autofree char *written = json_print(json_member(object, key));
        out->has_meaning[type] = TRUE;
        out->meanings[type] = g_strdup(json_text_of(object, key));
        return out->meanings[type] || strcmp(written, "null") == 0 ||
               malformed(error, "%s: expected a name or null, not %s", key, written);
    }
    return malformed(error, "unknown member '%s'; expected about, fields, category, request, severity", key);
}

gboolean expected_parse(const char *json, const RuleSet *rules, Expected *out, GError **error)
{
    g_autoptr(Json) object = json_parse(json);
    g_autoptr(GPtrArray) keys = json_keys(object);
    out->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    if (!object || !json_member(object, "fields"))
        return malformed(error, "this is no JSON object with a member 'fields'");
    for (guint i = 0; i < keys->len; i++)
        if (!parse_member(object, keys->pdata[i], rules, out, error))
            return FALSE;
    return TRUE;
}

/* ---- a folder of pairs ---- */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names without their ending, of files that end in `ending`. */
static GPtrArray *names_in(const char *folder, const char *ending, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    if (!dir)
        return NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ending))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(ending)));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static char *read_file(const char *folder, const char *name, const char *ending, gsize most,
                       gsize *out_length, GError **error)
{
    g_autofree char *file = g_strconcat(name, ending, NULL);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    return file_read(path, most, out_length, error);
}

static gboolean add_pair(Score *score, const char *folder, const char *name, const RuleSet *rules,
                         Reader *reader, GError **error)
{
    gsize json_length = 0, length = 0;
    g_auto(Expected) expected = {0};
    g_autoptr(GError) trouble = NULL;
    g_autofree char *json = read_file(folder, name, ".json", EXPECTED_BYTES, &json_length, error);
    g_autofree char *mail =
        json ? read_file(folder, name, ".eml", LIMIT_MESSAGE_BYTES, &length, error) : NULL;
    if (!mail)
        return FALSE;
    if (!expected_parse(json, rules, &expected, error)) {
        g_prefix_error(error, "%s/%s.json: ", folder, name);
        return FALSE;
    }
    g_autoptr(GBytes) bytes = g_bytes_new(mail, length);
    g_autofree char *file = g_strconcat(name, ".eml", NULL);
    if (!reader_prepare(reader, error))
        return FALSE;
    g_autoptr(Reading) reading = reader_read(reader, bytes, -1, NULL, &trouble);
    score_add(score, file, reading, &expected);
    return TRUE;
}

gboolean score_folder(Score *score, const char *folder, const RulesSource *source, const RuleSet *rules,
                      const char *program, GError **error)
{
    const ReaderSettings settings = {.program = program ? program : "/proc/self/exe", .rules = source};
    g_autoptr(GError) trouble = NULL;
    g_autoptr(GPtrArray) mails = names_in(folder, ".eml", &trouble);
    g_autoptr(GPtrArray) labels = mails ? names_in(folder, ".json", &trouble) : NULL;
    if (!labels) {
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s", trouble->message);
        return FALSE;
    }
    for (guint i = 0; i < labels->len; i++) {
        if (g_ptr_array_find_with_equal_func(mails, labels->pdata[i], g_str_equal, NULL))
            continue;
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s/%s.json has no %s.eml beside it", folder,
                    (char *)labels->pdata[i], (char *)labels->pdata[i]);
        return FALSE;
    }
    g_autoptr(Reader) reader = reader_new(&settings);
    for (guint i = 0; i < mails->len; i++)
        if (!add_pair(score, folder, mails->pdata[i], rules, reader, error))
            return FALSE;
    return TRUE;
}
