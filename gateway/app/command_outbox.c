#include "gateway/app/outbox_blocked.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/blocks.h>
#include <postern/outbox.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static char *list_state;

const GOptionEntry outbox_options[] = {
    {"state", 0, 0, G_OPTION_ARG_STRING, &list_state, "list what is queued, sent, failed, held, uncertain",
     "STATE"},
    {"queue", 0, 0, G_OPTION_ARG_STRING, &list_queue, "list the mail of this queue", "NAME"},
    {"limit", 'n', 0, G_OPTION_ARG_INT, &list_limit, "list at most N (default 200)", "N"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static gboolean is_waiting(const OutboxRow *row)
{
    return row->state == OUTBOX_QUEUED || row->state == OUTBOX_UNCERTAIN;
}

static Json *row_json(gconstpointer item)
{
    const OutboxRow *row = item;
    Json *object = json_make_object();
    g_autofree char *id = g_strdup_printf("%" PRId64, row->id);
    json_put_text(object, "id", id);
    json_put_text(object, "ref", row->ref);
    json_put_text(object, "to", row->to);
    json_put_text(object, "from", row->from);
    json_put_text(object, "subject", row->subject);
    json_put_text(object, "message_id", row->message_id);
    json_put_text(object, "state", outbox_state_name(row->state));
    json_put_integer(object, "attempts", row->attempts);
    json_put_time(object, "next_at", is_waiting(row) ? row->next_us : 0);
    json_put_text(object, "last_error", row->last_error);
    json_put_text(object, "kind", row->kind);
    json_put_integer(object, "uncertain", row->uncertain + row->lost);
    json_put_text(object, "queue", row->queue);
    json_put_text(object, "route", row->route);
    json_put_text(object, "status", row->status);
    return object;
}

static void print_table(const GPtrArray *rows)
{
    static const char *const columns[] = {"ID",    "TICKET", "KIND",        "TO", "ROUTE",
                                          "STATE", "TRIES",  "LAST ANSWER", NULL};
    Table *table = table_new(columns, "LAST ANSWER");
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        g_autofree char *id = g_strdup_printf("%" PRId64, row->id);
        g_autofree char *tries = g_strdup_printf("%u", row->attempts);
        const char *cells[] = {id,      row->ref,       row->kind,
                               row->to, row->route,     outbox_state_name(row->state),
                               tries,   row->last_error};
        table_add(table, cells);
    }
    table_print(table);
}

/* A mail has an envelope, what is told to a program has not. */
static void print_whither(const OutboxRow *row)
{
    if (strcmp(row->kind, "webhook") == 0) {
        command_print("Webhook      ", row->to);
        command_print("Event        ", row->subject);
        command_print("Its key      ", row->message_id);
        return;
    }
    command_print("Envelope to  ", row->to);
    command_print("Envelope from ",
                  *row->envelope_from ? row->envelope_from : "<> (nothing may be answered to it)");
}

static void print_content(const OutboxRow *row, const char *text)
{
    g_autoptr(Json) body = strcmp(row->kind, "webhook") == 0 ? json_parse(text) : NULL;
    g_autofree char *pretty = body ? json_print_pretty(body) : NULL;
    g_auto(GStrv) lines = pretty ? NULL : g_strsplit(text, "\r\n", -1);
    g_autofree char *joined = pretty ? NULL : g_strjoinv("\n", lines);
    command_print_block(pretty ? pretty : joined, 0);
}

static int show(Command *command, Store *store, gint64 id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OutboxRow) row = outbox_get(store, id, &error);
    if (!row)
        return command_fail_error(error);
    gsize length;
    const char *bytes = g_bytes_get_data(row->bytes, &length);
    g_autofree char *text = g_strndup(bytes, length);
    if (command->json) {
        Json *object = row_json(row);
        json_put_text(object, "dialogue", row->dialogue);
        json_put_text(object, "bytes", text);
        command_print_json(object, FALSE);
        return EX_OK;
    }
    g_autofree char *next = is_waiting(row) ? clock_local(row->next_us) : NULL;
    command_print("Ticket       ", row->ref);
    command_print("State        ", outbox_state_name(row->state));
    command_print("Next try     ", next);
    command_print("Route        ", row->route);
    command_print("Last answer  ", row->last_error);
    command_print("Status code  ", row->status);
    print_whither(row);
    if (row->dialogue) {
        printf("%sThe last try%s\n", style_dim(), style_off());
        command_print_block(row->dialogue, 2);
    }
    putchar('\n');
    print_content(row, text);
    return EX_OK;
}

/* What was sent cannot be called back: that answer is no, not "try later". */
static int fail_change(Store *store, gint64 id, const GError *error)
{
    g_autoptr(OutboxRow) row = error_is(error, ERROR_CONFLICT) ? outbox_get(store, id, NULL) : NULL;
    if (row && row->state == OUTBOX_SENT)
        return command_fail(EXIT_FAILURE, "%s", error->message);
    return command_fail_error(error);
}

/* A person who wants it tried says that the address works. */
static gboolean unblock(Store *store, gint64 id, char **out_words, GError **error)
{
    g_autoptr(OutboxRow) row = outbox_get(store, id, error);
    g_autoptr(Block) block = row ? block_find(store, row->to, clock_now_us(), NULL) : NULL;
    if (!row || !block)
        return row != NULL;
    g_autofree char *until = clock_local(block->until_us);
    *out_words = g_strdup_printf("%s gets automatic mail again; it was blocked until %s: %s", row->to, until,
                                 block->reason);
    return block_clear(store, row->to, error);
}

static int retry(const Command *command, Store *store, gint64 id)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *words = NULL;
    gboolean ok = store_begin(store, &error) && outbox_retry(store, id, clock_now_us(), &error) &&
                  unblock(store, id, &words, &error) && store_commit(store, &error);
    if (!ok) {
        store_rollback(store);
        return fail_change(store, id, error);
    }
    if (command->quiet)
        return EX_OK;
    printf("%" PRId64
           " is due now; a running sender takes it up within seconds, or when its server is back\n",
           id);
    command_print("", words);
    return EX_OK;
}

static int drop(const Command *command, Store *store, gint64 id)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    if (!outbox_drop(store, id, who, clock_now_us(), &error))
        return fail_change(store, id, error);
    if (!command->quiet)
        printf("%" PRId64 " is dropped\n", id);
    return EX_OK;
}

static int list(const Command *command, Store *store)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows =
        outbox_list_of(store, list_state, list_queue, (guint)MAX(list_limit, 1), &error);
    gboolean is_part = list_state || list_queue;
    return command_list(
        command, rows, row_json, print_table,
        is_part ? "Nothing in the outbox is of that state and queue." : "The outbox is empty.", error);
}

static gboolean state_is_good(void)
{
    const char *names[OUTBOX_STATE_COUNT + 1] = {NULL};
    for (guint i = 0; i < OUTBOX_STATE_COUNT; i++)
        names[i] = outbox_state_name((OutboxState)i);
    if (!list_state || g_strv_contains(names, list_state))
        return TRUE;
    command_unknown_word("--state", list_state, names);
    return FALSE;
}

int command_outbox(Command *command)
{
    static const char *const verbs[] = {"list", "show", "retry", "drop", "blocked", "unblock", NULL};
    int code = EX_OK;
    if (command->argc == 1 && strcmp(command->argv[0], "blocked") == 0)
        return outbox_blocked(command);
    gboolean unblocks = command->argc > 0 && strcmp(command->argv[0], "unblock") == 0;
    const char *verb = command_verb(command, verbs,
                                    unblocks ? "an address; 'postern outbox blocked' shows them"
                                             : "the ID of a row; 'postern outbox list' shows them");
    if (!verb || !command_limit_is_good() || !state_is_good())
        return EX_USAGE;
    if (unblocks)
        return outbox_unblock(command, command->argv[1]);
    if (strcmp(verb, "blocked") == 0)
        return command_usage("outbox blocked takes no operand");
    gboolean lists = strcmp(verb, "list") == 0;
    gboolean reads = lists || strcmp(verb, "show") == 0;
    g_autoptr(Store) store = command_store(command, reads ? STORE_READ : STORE_OPEN, &code);
    if (!store)
        return code;
    if (lists)
        return list(command, store);
    char *end;
    gint64 id = g_ascii_strtoll(command->argv[1], &end, 10);
    if (*end || id <= 0)
        return command_fail(EX_NOINPUT, "'%s' is no outbox id; it is a number, see 'postern outbox list'",
                            command->argv[1]);
    if (reads)
        return show(command, store, id);
    return strcmp(verb, "retry") == 0 ? retry(command, store, id) : drop(command, store, id);
}
