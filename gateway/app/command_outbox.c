#include "gateway/app/command.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/outbox.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

const GOptionEntry outbox_options[] = {
    {"limit", 'n', 0, G_OPTION_ARG_INT, &list_limit, "list at most N (default 200)", "N"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static Json *row_json(gconstpointer item)
{
    const OutboxRow *row = item;
    Json *object = json_make_object();
    g_autofree char *id = g_strdup_printf("%" PRId64, row->id);
    gboolean waits = row->state == OUTBOX_QUEUED || row->state == OUTBOX_UNCERTAIN;
    json_put_text(object, "id", id);
    json_put_text(object, "ref", row->ref);
    json_put_text(object, "to", row->to);
    json_put_text(object, "from", row->from);
    json_put_text(object, "subject", row->subject);
    json_put_text(object, "message_id", row->message_id);
    json_put_text(object, "state", outbox_state_name(row->state));
    json_put_integer(object, "attempts", row->attempts);
    json_put_time(object, "next_at", waits ? row->next_us : 0);
    json_put_text(object, "last_error", row->last_error);
    json_put_text(object, "kind", row->kind);
    json_put_integer(object, "uncertain", row->uncertain + row->lost);
    return object;
}

static void print_table(const GPtrArray *rows)
{
    static const char *const columns[] = {"ID",    "TICKET", "KIND",        "TO",
                                          "STATE", "TRIES",  "LAST ANSWER", NULL};
    Table *table = table_new(columns, "LAST ANSWER");
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];
        g_autofree char *id = g_strdup_printf("%" PRId64, row->id);
        g_autofree char *tries = g_strdup_printf("%u", row->attempts);
        const char *cells[] = {id,    row->ref,       row->kind, row->to, outbox_state_name(row->state),
                               tries, row->last_error};
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
        json_put_text(object, "bytes", text);
        command_print_json(object, FALSE);
        return EX_OK;
    }
    command_print("Ticket       ", row->ref);
    command_print("State        ", outbox_state_name(row->state));
    command_print("Last answer  ", row->last_error);
    print_whither(row);
    putchar('\n');
    print_content(row, text);
    return EX_OK;
}

static int change(Command *command, Store *store, gint64 id, gboolean retry)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    gboolean ok = retry ? outbox_retry(store, id, clock_now_us(), &error)
                        : outbox_drop(store, id, who, clock_now_us(), &error);
    if (!ok)
        return command_fail_error(error);
    if (!command->quiet)
        printf(retry
                   ? "%" PRId64
                     " is due now; a running sender takes it up within seconds, or when its server is back\n"
                   : "%" PRId64 " is dropped\n",
               id);
    return EX_OK;
}

int command_outbox(Command *command)
{
    static const char *const verbs[] = {"list", "show", "retry", "drop", NULL};
    int code = EX_OK;
    const char *verb = command_verb(command, verbs, "the ID of a row; 'postern outbox list' shows them");
    if (!verb || !command_limit_is_good())
        return EX_USAGE;
    gboolean lists = strcmp(verb, "list") == 0;
    gboolean reads = lists || strcmp(verb, "show") == 0;
    g_autoptr(Store) store = command_store(command, reads ? STORE_READ : STORE_OPEN, &code);
    if (!store)
        return code;
    if (lists) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) rows = outbox_list(store, (guint)MAX(list_limit, 1), &error);
        return command_list(command, rows, row_json, print_table, "The outbox is empty.", error);
    }
    char *end;
    gint64 id = g_ascii_strtoll(command->argv[1], &end, 10);
    if (*end || id <= 0)
        return command_fail(EX_NOINPUT, "'%s' is no outbox id; it is a number, see 'postern outbox list'",
                            command->argv[1]);
    return reads ? show(command, store, id) : change(command, store, id, strcmp(verb, "retry") == 0);
}
