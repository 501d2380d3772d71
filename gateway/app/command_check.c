#include "gateway/app/command.h"

#include <postern/alerts.h>
#include <postern/base/error.h>
#include <postern/live_rules.h>
#include <postern/sign_in.h>

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* `file` and `variable` hold the secret of `what`; both may be NULL. */
static void check_secret(const Setup *setup, const char *what, const char *file, const char *variable,
                         GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    secret_free(secret_read(what, file, variable, &error));
    if (error)
        problem_add(problems, setup->config->path, NULL, 0, 0, "%s", error->message);
    struct stat about;
    if (file && stat(file, &about) == 0 && (about.st_mode & 077) != 0)
        problem_warn(problems, file, NULL, 0, 0,
                     "others than its owner may use this file (mode %04o); chmod 0600",
                     about.st_mode & 0777u);
}

static void check_server_secret(const Setup *setup, const char *kind, const char *name,
                                const ConfigServer *server, GPtrArray *problems)
{
    g_autofree char *what = g_strdup_printf("%s '%s'", kind, name);
    check_secret(setup, what, server->password_file, server->password_env, problems);
}

static void check_secrets(const Setup *setup, GPtrArray *problems)
{
    const Config *config = setup->config;
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *route = config->routes->pdata[i];
        check_server_secret(setup, "route", route->name, &route->server, problems);
    }
    for (guint i = 0; i < config->mailboxes->len; i++) {
        const ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        check_server_secret(setup, "mailbox", mailbox->name, &mailbox->server, problems);
    }
    for (guint i = 0; i < config->sign_ins->len; i++) {
        const ConfigSignIn *sign_in = config->sign_ins->pdata[i];
        g_autofree char *what = g_strdup_printf("sign-in '%s'", sign_in->name);
        check_secret(setup, what, sign_in->client_secret_file, sign_in->client_secret_env, problems);
    }
    for (guint i = 0; i < config->webhooks->len; i++) {
        const ConfigWebhook *webhook = config->webhooks->pdata[i];
        g_autofree char *what = g_strdup_printf("webhook '%s'", webhook->name);
        check_secret(setup, what, webhook->secret_file, webhook->secret_env, problems);
    }
}

/* From here on with the rights of the service: what it cannot read is a problem, though root can. */
static void check_user(const Setup *setup, GPtrArray *problems)
{
    const char *user = setup->config->user;
    if (user && !getpwnam(user))
        problem_add(problems, setup->config->path, NULL, 0, 0, "user: there is no user '%s' on this machine",
                    user);
    else if (!command_drop_privileges(setup->config))
        problem_add(problems, setup->config->path, NULL, 0, 0, "cannot check with the rights of the service");
}

static void check_store(const Setup *setup, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *database = g_build_filename(setup->config->store, "postern.db", NULL);
    g_autofree char *originals = g_build_filename(setup->config->store, "raw", NULL);
    if (access(database, F_OK) != 0 && access(originals, F_OK) != 0)
        return; /* the first 'serve' makes it */
    g_autoptr(Store) store = store_open(setup->config->store, STORE_READ, &error);
    if (!store || !store_check(store, &error))
        problem_add(problems, database, NULL, 0, 0, "%s", error->message);
}

static void check_way(const Setup *setup, OutageOf of, const char *what, const char *name,
                      GPtrArray *problems)
{
    if (alert_has_no_other_way(setup->config, of, name))
        problem_warn(
            problems, setup->config->path, NULL, 0, 0,
            "%s '%s': news that it is down would have to leave through the same server, and wait there; "
            "a route under 'outgoing' through another server lets them out",
            what, name);
}

/* Somebody published other rules than the file has, or went back. */
static void check_live_rules(const Setup *setup, GPtrArray *problems)
{
    g_autofree char *database = g_build_filename(setup->config->store, "postern.db", NULL);
    g_autoptr(Store) store =
        access(database, F_OK) == 0 ? command_open_store(setup->config, STORE_READ, NULL) : NULL;
    gint64 version = 0;
    g_autoptr(Setup) live = store ? live_rules_look((Setup *)(gsize)setup, store, &version, NULL) : NULL;
    if (!live || rules_source_equal(live->source, setup->source))
        return;
    problem_warn(problems, setup->source->file, NULL, 0, 0,
                 version < 0
                     ? "these rules do not count yet: 'postern rules publish', or a reload, takes them over"
                     : "other rules than these count, because of a publish or an undo; 'postern rules "
                       "history' tells which, 'postern rules publish' takes these");
}

/* Whether anybody hears of an outage. */
static void check_alerts(const Setup *setup, GPtrArray *problems)
{
    const Config *config = setup->config;
    if (config->admins->len == 0 && config->routes->len > 1)
        problem_warn(problems, config->path, NULL, 0, 0,
                     "nobody is told when a route is down: give 'addresses' under 'admins'");
    if (config->admins->len == 0)
        return;
    for (guint i = 0; i < config->mailboxes->len; i++)
        check_way(setup, OUTAGE_MAILBOX, "mailbox",
                  ((const ConfigMailbox *)config->mailboxes->pdata[i])->name, problems);
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *route = config->routes->pdata[i];
        if (route->type == OUTGOING_SMTP)
            check_way(setup, OUTAGE_ROUTE, "route", route->name, problems);
    }
}

static void print_json(const GPtrArray *problems)
{
    Json *list = json_make_array();
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "file", problem->file);
        json_put_integer(object, "line", problem->line);
        json_put_integer(object, "column", problem->column);
        json_put_text(object, "severity", problem->is_warning ? "warning" : "error");
        json_put_text(object, "message", problem->message);
        json_add(list, object);
    }
    command_print_json(list, FALSE);
}

int command_check(Command *command)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Setup) setup = setup_load(command->config_path, problems);
    if (setup) {
        check_user(setup, problems);
        check_secrets(setup, problems);
        setup_examples_pass(setup->source, setup->rules, problems);
        setup_warn_of_rules(setup->source, setup->rules, problems);
        check_store(setup, problems);
        check_alerts(setup, problems);
        check_live_rules(setup, problems);
    }
    gboolean fatal = !setup || problems_fatal(problems);
    if (command->json) {
        print_json(problems);
        return fatal ? EX_CONFIG : EX_OK;
    }
    g_autofree char *text = problems_format(problems);
    fputs(text, stdout);
    if (!fatal && !command->quiet)
        printf("%s: good%s\n", command->config_path, problems->len ? ", with warnings" : "");
    return fatal ? EX_CONFIG : EX_OK;
}
