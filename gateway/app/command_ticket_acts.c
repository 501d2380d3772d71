#include "gateway/app/ticket_acts.h"
#include "gateway/app/ticket_view.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/mail_id.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define MANY 1000

static const TicketAct acts[] = {
    {"assign", ACT_ASSIGN, "REF AGENT", 2, 2},
    {"take", ACT_TAKE, "REF", 1, 1},
    {"release", ACT_RELEASE, "REF", 1, 1},
    {"handoff", ACT_HANDOFF, "REF AGENT WORDS…", 3, MANY},
    {"takeover", ACT_TAKEOVER, "REF WORDS…", 2, MANY},
    {"close", ACT_CLOSE, "REF", 1, 1},
    {"reopen", ACT_REOPEN, "REF", 1, 1},
    {"wait", ACT_WAIT, "REF", 1, 1},
    {"snooze", ACT_SNOOZE, "REF TIME", 2, 2},
    {"spam", ACT_SPAM, "REF", 1, 1},
    {"note", ACT_NOTE, "REF WORDS…", 2, MANY},
    {"field", ACT_FIELD, "REF NAME VALUE", 3, MANY},
    {"severity", ACT_SEVERITY, "REF LEVEL", 2, 2},
    {"category", ACT_CATEGORY, "REF WORD", 2, 2},
    {"cc", ACT_CC, "REF ADDRESS", 2, 2},
    {"uncc", ACT_UNCC, "REF ADDRESS", 2, 2},
    {"merge", ACT_MERGE, "REF INTO", 2, 2},
    {"split", ACT_SPLIT, "REF MESSAGE…", 2, MANY},
    {"move", ACT_COUNT, "REF QUEUE", 2, 2},
};

const char ticket_examples[] =
    "postern ticket list --status open --queue support\n"
    "  postern ticket show SUP-7K3QW2\n"
    "  postern ticket raw 1k0vn8k6gaz9g >mail.eml\n"
    "  postern ticket why 1k0vn8k6gaz9g\n\n"
    "  postern ticket assign SUP-7K3QW2 kim\n"
    "  postern ticket take SUP-7K3QW2 --as kim\n"
    "  postern ticket release SUP-7K3QW2 --as kim\n"
    "  postern ticket handoff SUP-7K3QW2 lee 'the log is still to be read' --as kim\n"
    "  postern ticket takeover SUP-7K3QW2 'Kim is ill' --as lee\n"
    "  postern ticket close SUP-7K3QW2\n"
    "  postern ticket reopen SUP-7K3QW2\n"
    "  postern ticket wait SUP-7K3QW2          for the customer's answer\n"
    "  postern ticket snooze SUP-7K3QW2 2d     30m, 2h, 2d, 1w\n"
    "  postern ticket spam SUP-7K3QW2\n"
    "  postern ticket note SUP-7K3QW2 'prefers the telephone'\n"
    "  postern ticket note SUP-7K3QW2 - <note.txt\n"
    "  postern ticket field SUP-7K3QW2 app_id 4711\n"
    "  postern ticket severity SUP-7K3QW2 high  low, medium, high, critical\n"
    "  postern ticket category SUP-7K3QW2 billing\n"
    "  postern ticket cc SUP-7K3QW2 dora@customer.example\n"
    "  postern ticket uncc SUP-7K3QW2 dora@customer.example\n"
    "  postern ticket merge SUP-7K3QW2 SUP-9MNPQR\n"
    "  postern ticket split SUP-7K3QW2 1k0vn8k6gaz9g\n"
    "  postern ticket move SUP-7K3QW2 billing";

const TicketAct *ticket_act(const char *verb)
{
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (strcmp(acts[i].verb, verb) == 0)
            return &acts[i];
    return NULL;
}

void ticket_act_names(GPtrArray *names)
{
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        g_ptr_array_add(names, (gpointer)(guintptr)acts[i].verb);
}

/* Everything that one run works with. */
typedef struct {
    Command *command;
    const TicketAct *act;
    Setup *setup;
    Store *store;
    TokenKey *keys;
    gsize key_count;
    CommandSheet *sheet;       /* NULL: move */
    const ConfigQueue *target; /* of move */
    char *who;
    char *ref; /* of the ticket that it is done to */
} Run;

static void run_clear(Run *run)
{
    g_clear_pointer(&run->setup, setup_unref);
    g_clear_pointer(&run->store, store_close);
    g_clear_pointer(&run->sheet, command_sheet_free);
    g_free(run->keys);
    g_free(run->who);
    g_free(run->ref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* By mail a reader has done it. */
static void mask_words(const Run *run)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    RulesScratch *scratch = rules_scratch_new(run->setup->rules);
    for (guint i = 0; run->sheet && i < run->sheet->acts->len; i++) {
        const Act *act = run->sheet->acts->pdata[i];
        if (act->text)
            rules_mask(run->setup->rules, scratch, act->text, 0, findings);
    }
    rules_scratch_free(scratch);
}

static int begin(Run *run)
{
    Command *command = run->command;
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    run->setup = command_setup(command, &code);
    if (!run->setup)
        return code;
    run->who = command_who(command);
    code = ticket_sheet_make(command, run->act, run->setup->config, &run->sheet, &run->target);
    if (code != EX_OK)
        return code;
    mask_words(run);
    if (!command_drop_privileges(run->setup->config))
        return EX_NOPERM;
    run->store = command_open_store(run->setup->config, STORE_OPEN, &error);
    run->keys = run->store ? store_token_keys(run->store, &run->key_count, &error) : NULL;
    return run->keys ? EX_OK : command_fail_error(error);
}

/* After merges, the ticket that has the messages now; NULL with an error. */
static Ticket *find_ticket(const Run *run, const char *named, GError **error)
{
    g_autoptr(GError) inner = NULL;
    gint64 id = ticket_find_ref(run->store, named, &inner);
    Ticket *ticket = id ? ticket_get_with(run->store, id, 0, 1, &inner) : NULL;
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else if (!ticket)
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                    "there is no ticket '%s'; 'postern ticket list' shows all", named);
    return ticket;
}

/* The tickets that are named must be there. */
static gboolean find_tickets(Run *run, gint64 *out_id, GError **error)
{
    const Command *command = run->command;
    g_autoptr(Ticket) ticket = find_ticket(run, command->argv[1], error);
    g_autoptr(Ticket) other =
        ticket && run->act->type == ACT_MERGE ? find_ticket(run, command->argv[2], error) : NULL;
    if (!ticket || (run->act->type == ACT_MERGE && !other))
        return FALSE;
    run->ref = g_strdup(ticket->ref);
    *out_id = ticket->id;
    return TRUE;
}

static gboolean is_merged(const Run *run)
{
    return g_ascii_strcasecmp(run->command->argv[1], run->ref) != 0;
}

/* Where the messages of a merged ticket go, nobody asked. */
static gboolean refuse_merged(const Run *run, ActsResult *out)
{
    if (run->act->type != ACT_MERGE || !is_merged(run))
        return FALSE;
    out->is_refused = TRUE;
    out->lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(out->lines,
                    g_strdup_printf("%s was merged into %s already", run->command->argv[1], run->ref));
    return TRUE;
}

static gboolean perform(Run *run, ActsResult *out, GError **error)
{
    const ActsDesk desk = {.store = run->store,
                           .config = run->setup->config,
                           .notices = run->setup->notices,
                           .rules = run->setup->rules,
                           .keys = run->keys,
                           .key_count = run->key_count,
                           .now_us = clock_now_us()};
    gint64 ticket_id = 0;
    if (!find_tickets(run, &ticket_id, error))
        return FALSE;
    const ActsOrder order = {.who = run->who,
                             .agent = config_agent(run->setup->config, run->who),
                             .mail_id = mail_id_new(),
                             .ticket_id = ticket_id,
                             .sheet = run->sheet};
    if (refuse_merged(run, out))
        return TRUE;
    return run->target ? ticket_move(&desk, &order, run->target, out, error)
                       : acts_perform(&desk, &order, out, error);
}

static int say_refusal(const ActsResult *result)
{
    for (guint i = 0; result->lines && i < result->lines->len; i++)
        command_fail(0, "%s", (const char *)result->lines->pdata[i]);
    return EXIT_FAILURE;
}

static int show(const Run *run, const ActsResult *result)
{
    g_autoptr(GError) error = NULL;
    if (run->command->json) {
        g_autoptr(Ticket) ticket = ticket_get(run->store, run->ref, &error);
        if (!ticket)
            return command_fail_error(error);
        command_print_json(ticket_json(ticket, TRUE), FALSE);
        return EX_OK;
    }
    if (run->command->quiet)
        return EX_OK;
    if (is_merged(run)) {
        g_autofree char *words = g_strdup_printf("%s was merged into %s", run->command->argv[1], run->ref);
        command_print("", words);
    }
    for (guint i = 0; result->lines && i < result->lines->len; i++)
        command_print("", result->lines->pdata[i]);
    return EX_OK;
}

int ticket_act_run(Command *command, const TicketAct *act)
{
    if (command->argc - 1 < act->least || command->argc - 1 > act->most)
        return command_usage("ticket %s needs %s; 'postern ticket --help' has examples", act->verb,
                             act->operands);
    if (command->as && !*command->as)
        return command_usage("--as needs a name");
    g_auto(Run) run = {.command = command, .act = act};
    g_auto(ActsResult) result = {0};
    g_autoptr(GError) error = NULL;
    int code = begin(&run);
    if (code != EX_OK)
        return code;
    gboolean ok = store_begin(run.store, &error) && perform(&run, &result, &error);
    if (ok && !result.is_refused && store_commit(run.store, &error))
        return show(&run, &result);
    store_rollback(run.store);
    return ok && result.is_refused ? say_refusal(&result) : command_fail_error(error);
}
