/* Addresses that get no automatic mail for a time, because mail to them failed for good. */
#include "gateway/app/outbox_blocked.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/blocks.h>
#include <postern/outbox.h>

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

static Json *block_json(gconstpointer item)
{
    const Block *block = item;
    Json *object = json_make_object();
    json_put_text(object, "address", block->address);
    json_put_text(object, "status", *block->status ? block->status : NULL);
    json_put_text(object, "reason", block->reason);
    json_put_time(object, "at", block->at_us);
    json_put_time(object, "until", block->until_us);
    return object;
}

static void print_table(const GPtrArray *blocks)
{
    static const char *const columns[] = {"ADDRESS", "SINCE", "UNTIL", "REASON", NULL};
    Table *table = table_new(columns, "REASON");
    for (guint i = 0; i < blocks->len; i++) {
        const Block *block = blocks->pdata[i];
        g_autofree char *since = clock_local(block->at_us), *until = clock_local(block->until_us);
        const char *cells[] = {block->address, since, until, block->reason};
        table_add(table, cells);
    }
    table_print(table);
}

int outbox_blocked(Command *command)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) blocks = block_list(store, clock_now_us(), &error);
    return command_list(command, blocks, block_json, print_table, "No address is blocked.", error);
}

static gboolean open_address(Store *store, const char *address, gint64 *out_due, GError **error)
{
    gboolean ok = store_begin(store, error) && block_clear(store, address, error) &&
                  outbox_hasten(store, address, clock_now_us(), out_due, error) && store_commit(store, error);
    if (!ok)
        store_rollback(store);
    return ok;
}

int outbox_unblock(Command *command, const char *address)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_OPEN, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(Block) block = block_find(store, address, clock_now_us(), &error);
    if (!block && !error)
        return command_fail(EX_NOINPUT, "'%s' is not blocked; 'postern outbox blocked' shows those that are",
                            address);
    gint64 due = 0;
    if (!block || !open_address(store, address, &due, &error))
        return command_fail_error(error);
    g_autofree char *words =
        due > 0 ? g_strdup_printf("%s gets automatic mail again; %" PRId64 " that waited %s due now",
                                  block->address, due, due == 1 ? "is" : "are")
                : g_strdup_printf("%s gets automatic mail again", block->address);
    if (!command->quiet)
        command_print("", words);
    return EX_OK;
}
