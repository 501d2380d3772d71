/* `postern mailboxes authorize NAME`: a person signs in once, and tokens are kept from then on. */
#include "gateway/app/command.h"

#include <postern/sign_in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

gboolean authorize_paste;

/* The sign-in of that name, or the one of a mailbox or a route of that name; NULL after a message. */
static const ConfigSignIn *find_sign_in(const Config *config, const char *name)
{
    const ConfigSignIn *sign_in = config_sign_in(config, name);
    const ConfigMailbox *mailbox = config_mailbox(config, name);
    const ConfigRoute *route = config_route(config, name);
    const ConfigServer *server = mailbox ? &mailbox->server : route ? &route->server : NULL;
    if (!sign_in && server && server->sign_in)
        sign_in = config_sign_in(config, server->sign_in);
    if (!sign_in && server)
        command_fail(0, "%s '%s' logs in without a sign-in, so there is nothing to authorize",
                     mailbox ? "mailbox" : "route", name);
    else if (!sign_in)
        command_fail(0, "there is no sign-in, mailbox or route '%s' in the configuration", name);
    return sign_in;
}

static void add_user(GPtrArray *users, const ConfigServer *server, const char *sign_in)
{
    if (server->user && g_strcmp0(server->sign_in, sign_in) == 0 &&
        !g_ptr_array_find_with_equal_func(users, server->user, g_str_equal, NULL))
        g_ptr_array_add(users, server->user);
}

/* As whom the person should sign in. The caller frees. */
static char *users_of(const Config *config, const char *sign_in)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new();
    for (guint i = 0; i < config->mailboxes->len; i++)
        add_user(users, &((const ConfigMailbox *)config->mailboxes->pdata[i])->server, sign_in);
    for (guint i = 0; i < config->routes->len; i++)
        add_user(users, &((const ConfigRoute *)config->routes->pdata[i])->server, sign_in);
    g_ptr_array_add(users, NULL);
    return g_strjoinv(", ", (char **)users->pdata);
}

static void show_code(gpointer users, const char *url, const char *code, const char *url_with_code,
                      gint64 life_s)
{
    g_autofree char *minutes = g_strdup_printf("%" G_GINT64_FORMAT " minutes", MAX(life_s / 60, 1));
    command_print("Open             ", url);
    command_print("Type in the code ", code);
    command_print("Or open          ", url_with_code);
    command_print("Sign in as       ", *(const char *)users ? users : NULL);
    command_print("Within           ", minutes);
    puts("Waiting …");
    fflush(stdout);
}

static char *ask_url(gpointer users, const char *url)
{
    char *line = NULL;
    size_t size = 0;
    command_print("Open       ", url);
    command_print("Sign in as ", *(const char *)users ? users : NULL);
    puts("\nIn the end the browser cannot show a page of 127.0.0.1: that is right. Copy the whole address of "
         "that\n"
         "page and paste it here:");
    fflush(stdout);
    ssize_t length = getline(&line, &size, stdin);
    char *pasted = length > 0 ? g_strdup(line) : NULL;
    if (line)
        explicit_bzero(line, size);
    free(line);
    return pasted;
}

static int authorize(const Config *config, const ConfigSignIn *sign_in, const char *users)
{
    g_autoptr(GError) error = NULL;
    SignInTalk talk = {.show_code = show_code, .ask_url = ask_url, .data = (gpointer)(guintptr)users};
    gboolean by_paste = authorize_paste || !sign_in->device_url;
    if (by_paste && !sign_in->authorize_url)
        return command_fail(EX_CONFIG, "sign-in '%s' has no '%s' in the configuration", sign_in->name,
                            authorize_paste ? "authorize_url" : "device_url");
    gboolean ok = by_paste ? sign_in_by_paste(config, sign_in, &talk, &error)
                           : sign_in_by_device(config, sign_in, &talk, &error);
    return ok ? EX_OK : command_fail_error(error);
}

int mailboxes_authorize(Command *command, const char *name)
{
    int code = EX_OK;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    const ConfigSignIn *sign_in = find_sign_in(config, name);
    if (!sign_in)
        return EX_NOINPUT;
    if (!command_drop_privileges(config))
        return EX_NOPERM;
    g_autofree char *users = users_of(config, sign_in->name);
    code = authorize(config, sign_in, users);
    if (code == EX_OK && !command->quiet)
        printf("Sign-in '%s' is authorized. A running gate uses it from its next login on.\n", sign_in->name);
    return code;
}
