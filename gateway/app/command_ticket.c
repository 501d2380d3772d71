#include "gateway/app/ticket_acts.h"
#include "gateway/app/ticket_view.h"

#include <postern/base/error.h>
#include <postern/base/mail_id.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int list_limit = 200;
char *list_status, *list_queue;
const GOptionEntry ticket_options[] = {
    {"limit", 'n', 0, G_OPTION_ARG_INT, &list_limit, "list at most N (default 200)", "N"},
    {"status", 0, 0, G_OPTION_ARG_STRING, &list_status, "list only tickets with this status", "STATUS"},
    {"queue", 0, 0, G_OPTION_ARG_STRING, &list_queue, "list only tickets of this queue", "QUEUE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* A mistyped word would look like "there are none". */
static gboolean status_is_good(void)
{
    static const char *const words[] = {"new", "open", "waiting", "closed", "spam", NULL};
    if (!list_status || g_strv_contains(words, list_status))
        return TRUE;
    command_unknown_word("--status", list_status, words);
    return FALSE;
}

static Json *list_item(gconstpointer ticket)
{
    return ticket_json(ticket, FALSE);
}

/* A mistyped queue would look like one without tickets. One that was taken out of the configuration may still
 * have some. */
static gboolean queue_is_known(Command *command)
{
    int code;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config || config_queue(config, list_queue))
        return config != NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < config->queues->len; i++)
        g_ptr_array_add(names, ((ConfigQueue *)config->queues->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    command_unknown_word("--queue", list_queue, (const char *const *)names->pdata);
    return FALSE;
}

static int list(Command *command, Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tickets =
        ticket_list(store, list_status, list_queue, (guint)MAX(list_limit, 1), &error);
    if (tickets && tickets->len == 0 && list_queue && !queue_is_known(command))
        return EX_USAGE;
    return command_list(command, tickets, list_item, ticket_print_list, "No tickets.", error);
}

static int show(Command *command, Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Ticket) ticket = ticket_get(store, command->argv[1], &error);
    if (!ticket)
        return command_fail_error(error);
    if (command->json)
        command_print_json(ticket_json(ticket, TRUE), FALSE);
    else
        ticket_print(ticket);
    return EX_OK;
}

static int why(Command *command, Store *store, gint64 id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MailFate) fate = intake_fate(store, id, &error);
    if (!fate)
        return command_fail_error(error);
    if (command->json)
        command_print_json(ticket_fate_json(fate), FALSE);
    else
        ticket_print_fate(fate);
    return EX_OK;
}

static const char *const verbs[] = {"list", "show", "raw", "why", NULL};

/* Looking and acting together, for "did you mean". */
static int unknown_verb(const char *verb)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; verbs[i]; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)verbs[i]);
    ticket_act_names(names);
    g_ptr_array_add(names, NULL);
    return command_unknown_word("ticket", verb, (const char *const *)names->pdata);
}

int command_ticket(Command *command)
{
    int code = EX_OK;
    const char *named = command->argc > 0 ? command->argv[0] : verbs[0];
    const TicketAct *act = ticket_act(named);
    if (act)
        return ticket_act_run(command, act);
    if (!g_strv_contains(verbs, named))
        return unknown_verb(named);
    gboolean names_show = command->argc > 0 && strcmp(command->argv[0], "show") == 0;
    const char *verb =
        command_verb(command, verbs,
                     names_show ? "a ticket reference like SUP-7K3QW2; 'postern ticket list' shows them"
                                : "the id of a message; 'postern ticket show REF' shows them");
    if (!verb || !command_limit_is_good() || !status_is_good())
        return EX_USAGE;
    gboolean lists = strcmp(verb, "list") == 0;
    gboolean shows = strcmp(verb, "show") == 0;
    gint64 id = lists || shows ? 0 : mail_id_parse(command->argv[1]);
    if (!lists && !shows && !id)
        return command_fail(
            EX_NOINPUT, "'%s' is no message id; it has 13 letters and digits, see 'postern ticket show REF'",
            command->argv[1]);
    if (strcmp(verb, "raw") == 0)
        return ticket_raw(command, id);
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    if (lists)
        return list(command, store);
    if (shows)
        return show(command, store);
    return why(command, store, id);
}
