#include <postern/address.h>
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

static RuleSet *load_rules(const Config *config, char **out_file, char **out_text, GPtrArray *problems)
{
    gsize length = 0;
    const char *own = config ? config->rules : NULL;
    g_autofree char *text = own ? load(own, &length, "; mend 'rules:' or leave it out", problems)
                                : g_strdup(starter_text("rules.yaml"));
    if (!text)
        return NULL;
    g_autofree char *file = g_strdup(own ? own : "starter rules");
    RuleSet *rules = rules_compile(file, text, own ? length : strlen(text), problems);
    if (out_file) {
        *out_file = g_steal_pointer(&file);
        *out_text = g_steal_pointer(&text);
    }
    return rules;
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
    setup->rules = load_rules(setup->config, &setup->rules_file, &setup->rules_text, problems);
    setup->notices = load_notices(setup->config, problems);
    gboolean whole = setup->config && setup->rules && setup->notices && !problems_fatal(problems);
    return whole ? g_steal_pointer(&setup) : NULL;
}

const ConfigQueue *setup_queue_of(const Config *config, const char *recipient, char **out_detail)
{
    g_autofree char *address = address_normalise(recipient);
    return address ? config_queue_of(config, address, out_detail) : NULL;
}

RuleSet *setup_rules(const char *config_path, GPtrArray *problems)
{
    /* Warnings about the rest of the configuration belong to other commands. */
    GPtrArray *about_config = problems_new();
    g_autoptr(Config) config = config_path ? load_config(config_path, about_config) : NULL;
    if (config_path && !config) {
        g_ptr_array_extend_and_steal(problems, about_config);
        return NULL;
    }
    g_ptr_array_unref(about_config);
    return load_rules(config, NULL, NULL, problems);
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
    config_free(setup->config);
    g_free(setup->rules_file);
    g_free(setup->rules_text);
    rules_unref(setup->rules);
    notice_set_free(setup->notices);
    g_free(setup);
}
