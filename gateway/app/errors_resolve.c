/* An error is resolved, and all who wrote of it can be told: shown first, sent with --yes. */
#include "gateway/app/errors_resolve.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/outbox.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define WORDS_BYTES 8000u
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

static void run_clear(ErrorsRun *run)
{
    g_clear_pointer(&run->setup, setup_unref);
    g_clear_pointer(&run->store, store_close);
    g_free(run->keys);
    g_free(run->words);
    g_free(run->who);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ErrorsRun, run_clear)

static ActsDesk desk_of(const ErrorsRun *run)
{
    return (ActsDesk){.store = run->store,
                      .config = run->setup->config,
                      .notices = run->setup->notices,
                      .rules = run->setup->rules,
                      .keys = run->keys,
                      .key_count = run->key_count,
                      .now_us = clock_now_us()};
}

static int begin(ErrorsRun *run)
{
    Command *command = run->command;
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    if (command->as && !*command->as)
        return command_usage("--as needs a name");
    run->words = clean_text(errors_options_given.tell, -1, WORDS_BYTES);
    if (!*g_strstrip(run->words))
        return command_usage("--tell: the words are missing");
    if (strlen(errors_options_given.tell) > WORDS_BYTES)
        return command_usage("--tell: more than %u bytes", WORDS_BYTES);
    run->who = command_who(command);
    run->setup = command_setup(command, &code);
    if (!run->setup)
        return code;
    if (!command_drop_privileges(run->setup->config))
        return EX_NOPERM;
    run->store = command_open_store(run->setup->config, STORE_OPEN, &error);
    run->keys = run->store ? store_token_keys(run->store, &run->key_count, &error) : NULL;
    return run->keys ? EX_OK : command_fail_error(error);
}

static void count_automatic(gpointer user, gint64 created_us)
{
    (void)created_us;
    (*(guint *)user)++;
}

/* How many more automatic mails this hour may have. FALSE with an error. */
static gboolean read_budget(const ErrorsRun *run, guint *out_left, GError **error)
{
    guint spent = 0, most = run->setup->config->automatic_per_hour;
    if (!outbox_each_automatic(run->store, clock_now_us() - HOUR_US, count_automatic, &spent, error))
        return FALSE;
    *out_left = spent < most ? most - spent : 0;
    return TRUE;
}

static gboolean resolve(ErrorsRun *run, GError **error)
{
    if (store_begin(run->store, error) &&
        known_error_resolve(run->store, run->id, run->who, clock_now_us(), error) &&
        store_commit(run->store, error))
        return TRUE;
    store_rollback(run->store);
    return FALSE;
}

/* What was sent, and how many tickets are left for the next hour. */
typedef struct {
    guint tickets, mails, left;
} Sent;

static gboolean send_all(ErrorsRun *run, const GPtrArray *letters, Sent *out, GError **error)
{
    guint budget = 0;
    if (!read_budget(run, &budget, error))
        return FALSE;
    for (guint i = 0; i < letters->len; i++) {
        const ErrorLetter *letter = letters->pdata[i];
        guint mails = 0;
        if (!letter->mails)
            continue;
        if (out->left > 0 || letter->mails->len > budget) {
            out->left++;
            continue;
        }
        ActsDesk desk = desk_of(run);
        if (!error_letter_send(&desk, run->id, letter->ticket_id, run->words, run->who, &mails, error))
            return FALSE;
        budget -= MIN(mails, budget);
        out->mails += mails;
        out->tickets += mails > 0;
    }
    return TRUE;
}

static int say_sent(const ErrorsRun *run, const Sent *sent, guint not_told)
{
    if (run->command->json) {
        Json *object = json_make_object();
        g_autofree char *name = known_error_name(run->id);
        json_put_text(object, "id", name);
        json_put_boolean(object, "sent", TRUE);
        json_put_integer(object, "tickets", sent->tickets);
        json_put_integer(object, "mails", sent->mails);
        json_put_integer(object, "left", sent->left);
        command_print_json(object, FALSE);
    } else if (!run->command->quiet) {
        printf("E%" G_GINT64_FORMAT
               " is resolved. %u mail%s in %u ticket%s %s on the way; in %u nobody is told.\n",
               run->id, sent->mails, sent->mails == 1 ? "" : "s", sent->tickets,
               sent->tickets == 1 ? "" : "s", sent->mails == 1 ? "is" : "are", not_told);
    }
    if (sent->left == 0)
        return EX_OK;
    return command_fail(EX_TEMPFAIL,
                        "%u tickets are left: no more than %u automatic mails go out within an hour"
                        " (limits.automatic_per_hour); the same command in an hour tells the rest",
                        sent->left, run->setup->config->automatic_per_hour);
}

static int tell(ErrorsRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KnownError) known = known_error_get(run->store, run->id, &error);
    if (known && known->merged_into)
        return command_fail(EXIT_FAILURE, "E%" G_GINT64_FORMAT " was merged into E%" G_GINT64_FORMAT, run->id,
                            known->merged_into);
    if (known && errors_options_given.yes && !resolve(run, &error))
        return command_fail_error(error);
    ActsDesk desk = desk_of(run);
    g_autoptr(GPtrArray) letters = known ? error_letters(&desk, run->id, run->words, &error) : NULL;
    if (!letters)
        return command_fail_error(error);
    if (!errors_options_given.yes)
        return errors_preview(run, letters);
    Sent sent = {0};
    guint tickets = 0, mails = 0;
    errors_count(letters, &tickets, &mails);
    if (!send_all(run, letters, &sent, &error))
        return command_fail_error(error);
    return say_sent(run, &sent, letters->len - tickets);
}

int errors_resolve(Command *command)
{
    int code = EX_OK;
    gint64 id = errors_id(command->argv[1]);
    if (!id)
        return EX_NOINPUT;
    if (errors_options_given.tell) {
        g_auto(ErrorsRun) run = {.command = command, .id = id};
        code = begin(&run);
        return code == EX_OK ? tell(&run) : code;
    }
    g_autoptr(Store) store = errors_open(command, &code);
    if (!store)
        return code;
    g_autofree char *who = command_who(command);
    g_autofree char *line = g_strdup_printf(
        "E%" G_GINT64_FORMAT
        " is resolved. Nobody was told; whom that would be: postern errors resolve E%" G_GINT64_FORMAT
        " --tell 'words'",
        id, id);
    GError *error = NULL;
    gboolean ok = store_begin(store, &error) && known_error_resolve(store, id, who, clock_now_us(), &error);
    return errors_end(command, store, id, ok, line, error);
}
