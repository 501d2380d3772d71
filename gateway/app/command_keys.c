/* The keys that sign tokens: the address or Message-ID that lets an answer into its ticket. */
#include "gateway/app/command.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/limits.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static Json *key_json(gconstpointer item)
{
    const TokenKeyState *key = item;
    Json *object = json_make_object();
    json_put_integer(object, "id", key->id);
    json_put_boolean(object, "signs", key->until_us == 0);
    json_put_time(object, "created", key->created_us);
    json_put_time(object, "until", key->until_us);
    return object;
}

static void print_table(const GPtrArray *keys)
{
    static const char *const columns[] = {"ID", "MADE", "COUNTS UNTIL", NULL};
    Table *table = table_new(columns, "COUNTS UNTIL");
    for (guint i = 0; i < keys->len; i++) {
        const TokenKeyState *key = keys->pdata[i];
        g_autofree char *id = g_strdup_printf("%u", (guint)key->id);
        g_autofree char *made = clock_local(key->created_us);
        g_autofree char *until = key->until_us ? clock_local(key->until_us) : g_strdup("it signs");
        const char *cells[] = {id, made, until};
        table_add(table, cells);
    }
    table_print(table);
}

static int list(Command *command)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) keys = store_token_key_list(store, &error);
    g_autoptr(GPtrArray) items = keys ? g_ptr_array_new() : NULL;
    for (guint i = 0; keys && i < keys->len; i++)
        g_ptr_array_add(items, &g_array_index(keys, TokenKeyState, i));
    return command_list(command, items, key_json, print_table, "There is no key.", error);
}

static int rotate(Command *command)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_OPEN, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    gsize count = 0;
    gboolean ok = store_token_keys_rotate(store, who, clock_now_us(), 0, &error);
    g_autofree TokenKey *keys = ok ? store_token_keys(store, &count, &error) : NULL;
    if (!keys)
        return command_fail_error(error);
    if (!command->quiet)
        printf("key %u signs from now on; a running gate takes it up within seconds, and what the others "
               "signed counts on\n",
               (guint)keys[0].id);
    return EX_OK;
}

static int retire(Command *command, const char *operand)
{
    guint64 id = 0;
    int code = EX_OK;
    if (!g_ascii_string_to_unsigned(operand, 10, 1, G_MAXUINT8, &id, NULL))
        return command_fail(EX_NOINPUT, "'%s' is no id of a key; 'postern keys list' shows them", operand);
    g_autoptr(Store) store = command_store(command, STORE_OPEN, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    if (!store_token_key_retire(store, (guint8)id, who, clock_now_us(), &error))
        return command_fail_error(error);
    if (!command->quiet)
        printf("key %u counts no longer: answers to what it signed find their ticket by Message-IDs and "
               "references alone, and agents answer newer notices\n",
               (guint)id);
    return EX_OK;
}

int command_keys(Command *command)
{
    static const char *const verbs[] = {"list", "rotate", "retire", NULL};
    if (command->argc == 1 && strcmp(command->argv[0], "rotate") == 0)
        return rotate(command);
    const char *verb = command_verb(command, verbs, "the ID of a key; 'postern keys list' shows them");
    if (!verb)
        return EX_USAGE;
    if (strcmp(verb, "rotate") == 0)
        return command_usage("keys rotate takes no operand");
    return strcmp(verb, "list") == 0 ? list(command) : retire(command, command->argv[1]);
}
