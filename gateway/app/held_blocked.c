#include "gateway/app/held_blocked.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/desk.h>
#include <postern/senders.h>

#include <sysexits.h>

static Json *sender_json(gconstpointer item)
{
    const RefusedSender *sender = item;
    Json *object = json_make_object();
    json_put_text(object, "address", sender->address);
    json_put_text(object, "by", sender->who);
    json_put_time(object, "at", sender->at_us);
    return object;
}

static void print_table(const GPtrArray *senders)
{
    static const char *const columns[] = {"ADDRESS", "SINCE", "BY", NULL};
    Table *table = table_new(columns, "ADDRESS");
    for (guint i = 0; i < senders->len; i++) {
        const RefusedSender *sender = senders->pdata[i];
        g_autofree char *since = clock_local(sender->at_us);
        const char *cells[] = {sender->address, since, sender->who};
        table_add(table, cells);
    }
    table_print(table);
}

int held_blocked(Command *command)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) senders = sender_list(store, &error);
    return command_list(command, senders, sender_json, print_table, "No sender is refused.", error);
}

static int change(Command *command, Store *store, const char *address, gboolean refuses)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    gboolean ok = store_begin(store, &error) &&
                  (refuses ? sender_refuse(store, address, who, clock_now_us(), &error)
                           : sender_allow(store, address, who, clock_now_us(), &error)) &&
                  store_commit(store, &error);
    if (!ok) {
        store_rollback(store);
        return error_is(error, ERROR_MALFORMED) ? command_fail(EX_USAGE, "%s", error->message)
                                                : command_fail_error(error);
    }
    g_autofree char *words =
        g_strdup_printf(refuses ? "mail of %s is held from now on, and nobody is told"
                                : "mail of %s comes in again; what is held waits for 'postern held release'",
                        address);
    if (!command->quiet)
        command_print("", words);
    return EX_OK;
}

int held_block(Command *command, const char *address)
{
    int code = EX_OK;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    g_autofree char *refusal = desk_refuse_block(config, address);
    if (refusal)
        return command_fail(EX_USAGE, "'%s' cannot be blocked: %s", address, refusal);
    g_autoptr(Store) store = command_store(command, STORE_OPEN, &code);
    return store ? change(command, store, address, TRUE) : code;
}

int held_unblock(Command *command, const char *address)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_OPEN, &code);
    return store ? change(command, store, address, FALSE) : code;
}
