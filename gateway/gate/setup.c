#include <postern/address.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/starter.h>
#include <postern/setup.h>

#include <string.h>

/* `hint` ends the message. */
static char *load(const char *path, gsize *out_length, const char *hint, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    char *text = file_read(path, LIMIT_CONFIG_BYTES, out_length, &error);
    if (text)
        return text;
    /* The place names the file already. */
    gsize known = g_str_has_prefix(error->message, path) ? strlen(path) : 0;
    const char *message = error->message + known;
    problem_add(problems, path, NULL, 0, 0, "%s%s", message + strspn(message, ": "), hint);
    return NULL;
}

static Config *load_config(const char *path, GPtrArray *problems)
{
    gsize length = 0;
    g_autofree char *text = load(
        path, &length, "; 'postern init' writes a starter configuration, -c names another file", problems);
    return text ? config_parse(path, text, length, problems) : NULL;
}

/* The files of known values; one that is there and cannot be read is a problem here. */
static gboolean load_lists(RulesSource *source, const char *path, GPtrArray *problems)
{
    g_autoptr(GPtrArray) lists = rules_source_paths(source->text, strlen(source->text));
    g_autofree char *folder = g_path_get_dirname(path);
    gboolean is_whole = lists->len <= LIMIT_RULE_LISTS;
    if (!is_whole)
        problem_add(problems, path, NULL, 0, 0,
                    "the rules name %u files with 'words_from'; at most %u can be", lists->len,
                    LIMIT_RULE_LISTS);
    for (guint i = 0; is_whole && i < lists->len; i++) {
        gsize length = 0;
        g_autoptr(GError) error = NULL;
        const char *name = lists->pdata[i];
        g_autofree char *file =
            g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(folder, name, NULL);
        g_autofree char *text = file_read(file, LIMIT_RULE_LIST_BYTES, &length, &error);
        if (text && g_utf8_validate(text, (gssize)length, NULL)) {
            rules_source_add_list(source, name, text);
            continue;
        }
        /* Compiling says so, at the line that names it, among all else that is wrong. */
        if (error_is(error, ERROR_NOT_FOUND))
            continue;
        problem_add(problems, path, NULL, 0, 0, "words_from '%s': %s", name,
                    text ? "this is no UTF-8 text" : error->message);
        is_whole = FALSE;
    }
    return is_whole;
}

RulesSource *setup_read_rules(const char *path, GPtrArray *problems)
{
    if (!path)
        return rules_source_new("starter rules", starter_text("rules.yaml"));
    gsize length = 0;
    g_autofree char *text = load(path, &length, "", problems);
    if (!text)
        return NULL;
    g_autoptr(RulesSource) source = rules_source_new(path, text);
    return load_lists(source, path, problems) ? g_steal_pointer(&source) : NULL;
}

typedef struct {
    const char *folder; /* or NULL: starter notices */
    GPtrArray *kept;    /* texts that the compiled notices may borrow */
    GPtrArray *problems;
} NoticeFiles;

/* An own folder need not hold all notices: what is not there comes from the starter set. */
static const char *notice_text(gpointer user, const char *name)
{
    NoticeFiles *files = user;
    g_autofree char *starter = g_build_filename("notices", name, NULL);
    g_autofree char *path = files->folder ? g_build_filename(files->folder, name, NULL) : NULL;
    if (!path || !g_file_test(path, G_FILE_TEST_EXISTS))
        return starter_text(starter);
    char *text = load(path, NULL, "", files->problems);
    if (text)
        g_ptr_array_add(files->kept, text);
    return text;
}

static NoticeSet *load_notices(const Config *config, GPtrArray *problems)
{
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    NoticeFiles files = {config ? config->notices : NULL, kept, problems};
    if (files.folder && !g_file_test(files.folder, G_FILE_TEST_IS_DIR))
        problem_add(problems, files.folder, NULL, 0, 0,
                    "there is no such folder; mend 'notices:' or leave it out");
    return notice_set_compile(files.folder ? files.folder : "starter notices", notice_text, &files, problems);
}

Setup *setup_load(const char *path, GPtrArray *problems)
{
    g_autoptr(Setup) setup = g_new0(Setup, 1);
    g_atomic_ref_count_init(&setup->references);
    setup->config = load_config(path, problems);
    setup->source = setup_read_rules(setup->config ? setup->config->rules : NULL, problems);
    setup->rules = setup->source ? rules_compile_source(setup->source, problems) : NULL;
    setup->notices = load_notices(setup->config, problems);
    gboolean whole = setup->config && setup->rules && setup->notices && !problems_fatal(problems);
    return whole ? g_steal_pointer(&setup) : NULL;
}

const ConfigQueue *setup_queue_of(const Config *config, const char *recipient, char **out_detail)
{
    g_autofree char *address = address_normalise(recipient);
    return address ? config_queue_of(config, address, out_detail) : NULL;
}

RulesSource *setup_source(const char *config_path, GPtrArray *problems)
{
    /* Warnings about the rest of the configuration belong to other commands. */
    GPtrArray *about_config = problems_new();
    g_autoptr(Config) config = config_path ? load_config(config_path, about_config) : NULL;
    if (config_path && !config) {
        g_ptr_array_extend_and_steal(problems, about_config);
        return NULL;
    }
    g_ptr_array_unref(about_config);
    return setup_read_rules(config ? config->rules : NULL, problems);
}

Setup *setup_with_rules(Setup *setup, const RulesSource *source, GPtrArray *problems)
{
    RuleSet *rules = rules_compile_source(source, problems);
    if (!rules)
        return NULL;
    Setup *with = g_new0(Setup, 1);
    g_atomic_ref_count_init(&with->references);
    with->of = setup_ref(setup->of ? setup->of : setup);
    with->config = setup->config;
    with->notices = setup->notices;
    with->source = rules_source_ref(source);
    with->rules = rules;
    return with;
}

gboolean setup_examples_pass(const RulesSource *source, const RuleSet *rules, GPtrArray *problems)
{
    gboolean pass = TRUE;
    g_autoptr(GPtrArray) examples = rules_run_examples(rules);
    for (guint i = 0; i < examples->len; i++) {
        const RulesExample *example = examples->pdata[i];
        if (!example->passed)
            problem_add(problems, source->file, source->text, example->line, 1,
                        "example of rule '%s' fails: expected %s, found %s", example->rule, example->expected,
                        example->found);
        pass = pass && example->passed;
    }
    return pass;
}

void setup_warn_of_rules(const RulesSource *source, const RuleSet *rules, GPtrArray *problems)
{
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        if (info.is_secret)
            return;
    }
    problem_warn(
        problems, source->file, NULL, 0, 0,
        "no field is 'secret: yes': keys and passwords that customers send are shown to whoever reads "
        "the ticket; take the secret fields over from the starter rules ('postern init DIR')");
}

char *setup_rules_digest(const RulesSource *source)
{
    g_autoptr(Digest) digest = digest_new();
    digest_update(digest, source->text, strlen(source->text) + 1);
    for (guint i = 0; i < source->lists->len; i++) {
        const RulesList *list = source->lists->pdata[i];
        digest_update(digest, list->path, strlen(list->path) + 1);
        digest_update(digest, list->text, strlen(list->text) + 1);
    }
    guint8 sum[DIGEST_BYTES];
    digest_end(g_steal_pointer(&digest), sum);
    return digest_hex(sum, sizeof sum);
}

Setup *setup_ref(Setup *setup)
{
    g_atomic_ref_count_inc(&setup->references);
    return setup;
}

void setup_unref(Setup *setup)
{
    if (!setup || !g_atomic_ref_count_dec(&setup->references))
        return;
    if (setup->of) {
        setup_unref(setup->of);
    } else {
        config_free(setup->config);
        notice_set_free(setup->notices);
    }
    rules_source_unref(setup->source);
    rules_unref(setup->rules);
    g_free(setup);
}
