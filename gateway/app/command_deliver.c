#include "gateway/app/command.h"

#include <postern/address.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/stop.h>
#include <postern/intake_rows.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static char *deliver_sender;
const GOptionEntry deliver_options[] = {{"from", 'f', 0, G_OPTION_ARG_STRING, &deliver_sender,
                                         "envelope sender; empty: the null sender", "SENDER"},
                                        {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* Whatever goes wrong here, the mail server that called us still has the mail: it must keep it and
 * come back, never bounce it because of our configuration. */
static int later(const char *what)
{
    return command_fail(EX_TEMPFAIL, "%s; nothing was taken, try again later", what);
}

static Raw *read_mail(const Config *config, const char *raw_folder, GError **error)
{
    g_autoptr(RawWriter) writer = raw_writer_new(raw_folder);
    g_autofree char *block = g_malloc(65536);
    guint64 size = 0;
    for (ssize_t got; (got = read(STDIN_FILENO, block, 65536)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "cannot read standard input: %s",
                        g_strerror(errno));
            return NULL;
        }
        size += (guint64)got;
        if (size > config->message_bytes) {
            g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "the mail is larger than limits.message_size");
            return NULL;
        }
        if (!raw_writer_add(writer, block, (gsize)got, error))
            return NULL;
    }
    return raw_writer_end(g_steal_pointer(&writer), error);
}

static gboolean store_mail(Store *store, Raw *raw, const GPtrArray *recipients, GError **error)
{
    IntakeEnvelope envelope = {.source = "pipe",
                               .peer = "standard input",
                               .envelope_from = deliver_sender ? deliver_sender : "",
                               .recipients = recipients,
                               .received_us = clock_now_us()};
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    if (!raw_sync_all(raw, store_raw_folder(store), error) || !store_begin(store, error))
        return FALSE;
    gboolean ok = intake_add(store, raw, &envelope, rows, error);
    stop_point("deliver-before-commit");
    if (ok && store_commit(store, error)) {
        raw->keep = TRUE;
        stop_point("deliver-after-commit");
        return TRUE;
    }
    store_rollback(store);
    return FALSE;
}

static gboolean check_recipients(const Config *config, const Command *command, GPtrArray *out)
{
    for (int i = 0; i < command->argc; i++) {
        if (!setup_queue_of(config, command->argv[i], NULL)) {
            command_fail(0, "%s: no queue has this address", command->argv[i]);
            return FALSE;
        }
        g_ptr_array_add(out, command->argv[i]);
    }
    return TRUE;
}

/* The null sender has several spellings: pipe(8) of Postfix says MAILER-DAEMON unless it is told otherwise.
 */
static gboolean check_sender(void)
{
    static const char *const nobody[] = {"", "<>", "MAILER-DAEMON", NULL};
    if (!deliver_sender || g_strv_contains(nobody, deliver_sender)) {
        g_clear_pointer(&deliver_sender, g_free);
        return TRUE;
    }
    if (address_is_envelope(deliver_sender))
        return TRUE;
    command_fail(0, "-f %s: this is no address", deliver_sender);
    return FALSE;
}

int command_deliver(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    if (command->argc < 1)
        return later("deliver needs at least one recipient");
    if (!check_sender())
        return later("an envelope sender that cannot be one");
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return later("the configuration is not usable");
    if (!command_drop_privileges(config))
        return later("no right to the store");
    if (!check_recipients(config, command, recipients))
        return later("an unknown recipient");
    g_autoptr(Store) store = store_open(config->store, STORE_CREATE, &error);
    if (!store)
        return later(error->message);
    Raw *raw = read_mail(config, store_raw_folder(store), &error);
    gboolean ok = raw && store_mail(store, raw, recipients, &error);
    raw_free(raw, store_raw_folder(store));
    return ok ? EX_OK : later(error->message);
}
