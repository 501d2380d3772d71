#include "gateway/app/command.h"
#include "gateway/app/held_blocked.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static Json *held_json(gconstpointer item)
{
    const HeldMail *mail = item;
    Json *object = json_make_object();
    g_autofree char *id = mail_id_format(mail->id);
    json_put_text(object, "id", id);
    json_put_text(object, "reason", mail->reason);
    json_put_text(object, "from", mail->from);
    json_put_text(object, "subject", mail->subject);
    json_put_time(object, "received", mail->received_us);
    json_put_text(object, "detail", mail->detail);
    json_put_integer(object, "size", mail->size);
    return object;
}

static void print_table(const GPtrArray *mails)
{
    static const char *const columns[] = {"ID", "RECEIVED", "REASON", "FROM", "SUBJECT", NULL};
    Table *table = table_new(columns, "SUBJECT");
    for (guint i = 0; i < mails->len; i++) {
        const HeldMail *mail = mails->pdata[i];
        g_autofree char *id = mail_id_format(mail->id);
        g_autofree char *received = clock_local(mail->received_us);
        const char *cells[] = {id, received, mail->reason, mail->from, mail->subject};
        table_add(table, cells);
    }
    table_print(table);
}

static int show(Command *command, Store *store, gint64 id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(HeldMail) mail = held_get(store, id, &error);
    if (!mail)
        return command_fail_error(error);
    if (command->json) {
        command_print_json(held_json(mail), FALSE);
        return EX_OK;
    }
    g_autofree char *received = clock_local(mail->received_us);
    command_print("Held      ", mail->reason);
    command_print("Because   ", mail->detail);
    command_print("From      ", mail->from);
    command_print("To        ", mail->recipient);
    command_print("Subject   ", mail->subject);
    command_print("Received  ", received);
    printf("\nThe original: postern ticket raw %s\nLet it pass:  postern held release %s\nRefuse it:    "
           "postern held drop %s\n",
           command->argv[1], command->argv[1], command->argv[1]);
    return EX_OK;
}

static int change(Command *command, Store *store, gint64 id, gboolean release)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *who = command_who(command);
    gboolean ok = release ? held_release(store, id, who, clock_now_us(), &error)
                          : held_drop(store, id, who, clock_now_us(), &error);
    if (!ok)
        return command_fail_error(error);
    if (!command->quiet)
        printf(release ? "%s is on its way again; a running gate takes it up within seconds\n"
                       : "%s is dropped; its original stays in the store\n",
               command->argv[1]);
    return EX_OK;
}

int command_held(Command *command)
{
    static const char *const verbs[] = {"list",  "show",    "release", "drop",
                                        "block", "unblock", "blocked", NULL};
    int code = EX_OK;
    const char *first = command->argc > 0 ? command->argv[0] : "";
    if (command->argc == 1 && strcmp(first, "blocked") == 0)
        return held_blocked(command);
    gboolean is_about_sender = strcmp(first, "block") == 0 || strcmp(first, "unblock") == 0;
    const char *verb = command_verb(command, verbs,
                                    is_about_sender ? "the address of a sender"
                                                    : "the ID of a mail; 'postern held list' shows them");
    if (!verb)
        return EX_USAGE;
    if (strcmp(verb, "blocked") == 0)
        return command_usage("held blocked takes no operand");
    if (is_about_sender)
        return strcmp(verb, "block") == 0 ? held_block(command, command->argv[1])
                                          : held_unblock(command, command->argv[1]);
    gboolean lists = strcmp(verb, "list") == 0;
    gboolean reads = lists || strcmp(verb, "show") == 0;
    g_autoptr(Store) store = command_store(command, reads ? STORE_READ : STORE_OPEN, &code);
    if (!store)
        return code;
    if (lists) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) mails = held_list(store, &error);
        return command_list(command, mails, held_json, print_table, "No mail is held.", error);
    }
    gint64 id = mail_id_parse(command->argv[1]);
    if (!id)
        return command_fail(EX_NOINPUT,
                            "'%s' is no mail id; it has 13 letters and digits, see 'postern held list'",
                            command->argv[1]);
    return reads ? show(command, store, id) : change(command, store, id, strcmp(verb, "release") == 0);
}
