#include "gateway/app/command.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/file.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

G_GNUC_PRINTF(1, 0)
static void say(const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    g_autofree char *clean = clean_terminal(text);
    fprintf(stderr, "postern: %s\n", clean);
}

int command_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return code;
}

int command_fail_error(const GError *error)
{
    return command_fail(error_exit_code(error), "%s", error ? error->message : "unknown trouble");
}

int command_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return EX_USAGE;
}

int command_unknown_word(const char *command, const char *word, const char *const *words)
{
    g_autofree char *list = g_strjoinv(", ", (char **)(guintptr)words);
    const char *meant = problem_did_you_mean(word, words);
    return meant ? command_usage("%s: unknown word '%s'; did you mean '%s'?", command, word, meant)
                 : command_usage("%s: unknown word '%s'; it is one of: %s", command, word, list);
}

gboolean command_limit_is_good(void)
{
    if (list_limit < 1)
        command_usage("--limit takes a number from 1 on");
    return list_limit >= 1;
}

static void print_problems(const GPtrArray *problems)
{
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
}

Setup *command_setup(Command *command, int *out_code)
{
    g_autoptr(GPtrArray) problems = problems_new();
    Setup *setup = setup_load(command->config_path, problems);
    if (setup)
        return setup;
    print_problems(problems);
    *out_code = EX_CONFIG;
    return NULL;
}

Config *command_config(Command *command, int *out_code)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    g_autofree char *text = file_read(command->config_path, LIMIT_CONFIG_BYTES, &length, &error);
    if (!text) {
        *out_code = command_fail(
            EX_CONFIG, "%s; 'postern init' writes a starter configuration, -c names another", error->message);
        return NULL;
    }
    Config *config = config_parse(command->config_path, text, length, problems);
    if (!config) {
        print_problems(problems);
        *out_code = EX_CONFIG;
    }
    return config;
}

Store *command_open_store(const Config *config, StoreMode mode, GError **error)
{
    g_autoptr(Store) store = store_open(config->store, mode, error);
    return store && store_is_current(store, error) ? g_steal_pointer(&store) : NULL;
}

Store *command_store(Command *command, StoreMode mode, int *out_code)
{
    g_autoptr(Config) config = command_config(command, out_code);
    if (!config)
        return NULL;
    g_autoptr(GError) error = NULL;
    Store *store = command_open_store(config, mode, &error);
    if (!store)
        *out_code = command_fail_error(error);
    return store;
}

void command_print_json(Json *value, gboolean compact)
{
    g_autoptr(Json) owned = value;
    g_autofree char *text = compact ? json_print(owned) : json_print_pretty(owned);
    puts(text);
}

void command_print(const char *label, const char *text)
{
    if (!text)
        return;
    g_autofree char *clean = clean_terminal(text);
    printf("%s%s%s%s\n", style_dim(), label, style_off(), clean);
}

static char *one_line(const char *value)
{
    const char *end = strchr(value, '\n');
    if (!end)
        return clean_terminal(value);
    guint more = 0;
    for (const char *at = end; at; at = strchr(at + 1, '\n'))
        more++;
    g_autofree char *first = g_strndup(value, (gsize)(end - value));
    g_autofree char *clean = clean_terminal(first);
    return g_strdup_printf("%s … (%u more line%s)", clean, more, more == 1 ? "" : "s");
}

void command_print_field(guint width, const char *name, const char *value, const char *origin)
{
    g_autofree char *label = clean_terminal(name);
    g_autofree char *shown = one_line(value);
    g_autofree char *from = clean_terminal(origin);
    printf("%s%-*s%s  %s  %s[%s]%s\n", style_dim(), (int)width, label, style_off(), shown, style_dim(), from,
           style_off());
}

void command_print_block(const char *text, int indent)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);
    while (count > 0 && *lines[count - 1] == '\0')
        count--;
    for (guint i = 0; i < count; i++) {
        g_autofree char *spaced = g_strdelimit(g_strdup(lines[i]), "\t", ' ');
        gsize lead = strspn(spaced, " ");
        g_autofree char *clean = clean_terminal(spaced + lead);
        printf("%*s%s\n", *clean ? indent + (int)lead : 0, "", clean);
    }
}

int command_list(const Command *command, const GPtrArray *items, Json *(*item_json)(gconstpointer item),
                 void (*print)(const GPtrArray *items), const char *empty, const GError *error)
{
    if (!items)
        return command_fail_error(error);
    if (command->json) {
        Json *array = json_make_array();
        for (guint i = 0; i < items->len; i++)
            json_add(array, item_json(items->pdata[i]));
        command_print_json(array, FALSE);
    } else if (items->len == 0) {
        puts(empty);
    } else {
        print(items);
    }
    return EX_OK;
}

const char *command_verb(const Command *command, const char *const *verbs, const char *operand)
{
    const char *verb = command->argc > 0 ? command->argv[0] : verbs[0];
    if (!g_strv_contains(verbs, verb)) {
        command_unknown_word(command->name, verb, verbs);
        return NULL;
    }
    int wanted = strcmp(verb, verbs[0]) == 0 ? 1 : 2;
    if (MAX(command->argc, 1) == wanted)
        return verb;
    if (wanted == 1)
        command_usage("%s %s takes no operand", command->name, verb);
    else
        command_usage("%s %s needs %s", command->name, verb, operand);
    return NULL;
}

static gboolean has_style(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

const char *style_bold(void)
{
    return has_style() ? "\033[1m" : "";
}

const char *style_dim(void)
{
    return has_style() ? "\033[2m" : "";
}

const char *style_underline(void)
{
    return has_style() ? "\033[4m" : "";
}

const char *style_aside(void)
{
    return has_style() ? "\033[36m" : "";
}

const char *style_off(void)
{
    return has_style() ? "\033[0m" : "";
}

char *command_who(const Command *command)
{
    return clean_line(command->as ? command->as : g_get_user_name(), -1, LIMIT_NAME_BYTES);
}

/* Without `user` the store says whose it is: what root writes there, the gate could not read. A store that is
 * not there yet is as the folder that it will lie in. */
static uid_t owner_of_store(const Config *config)
{
    struct stat status;
    g_autofree char *path = g_canonicalize_filename(config->store, NULL);
    while (stat(path, &status) != 0) {
        if (errno != ENOENT || strcmp(path, "/") == 0)
            return 0;
        char *above = g_path_get_dirname(path);
        g_free(path);
        path = above;
    }
    return status.st_uid;
}

static gboolean become(const struct passwd *user)
{
    if (initgroups(user->pw_name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
        setuid(user->pw_uid) == 0)
        return TRUE;
    command_fail(0, "cannot become user '%s': %s", user->pw_name, g_strerror(errno));
    return FALSE;
}

gboolean command_drop_privileges(const Config *config)
{
    if (geteuid() != 0)
        return TRUE;
    uid_t owner = config->user ? 0 : owner_of_store(config);
    if (!config->user && owner == 0)
        return TRUE;
    const struct passwd *user = config->user ? getpwnam(config->user) : getpwuid(owner);
    if (user)
        return become(user);
    if (config->user)
        command_fail(0, "user: there is no user '%s' on this machine", config->user);
    else
        command_fail(0,
                     "%s belongs to the user id %u, whom this machine does not know; give it to the user of "
                     "Postern, or set 'user'",
                     config->store, (unsigned)owner);
    return FALSE;
}
