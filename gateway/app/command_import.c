#include "gateway/app/command.h"
#include "gateway/app/import_sources.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/live_rules.h>
#include <postern/pipeline.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static char *import_queue;
static gboolean import_notify;
const GOptionEntry import_options[] = {
    {"queue", 0, 0, G_OPTION_ARG_STRING, &import_queue, "into this queue (default: the first)", "QUEUE"},
    {"notify", 0, 0, G_OPTION_ARG_NONE, &import_notify, "acknowledge and notify as for mail that comes in",
     NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

/* Another gate leaves our rows alone for so long; after a crash of this command it takes them. */
#define LEASE_US (10 * 60 * (gint64)G_USEC_PER_SEC)
/* So many mails are under way at once. */
#define CHUNK 500u

typedef struct {
    Pipeline *pipeline;
    const char *raw_folder;
    const char *recipient;
    guint given, refused;
    guint fates[FATE_COUNT];
    gboolean shows_progress;
    char *trouble;
} Import;

static void on_accepted(gpointer user, IntakeMail *mail, const GError *error)
{
    Import *import = user;
    if (!error)
        return;
    import->refused++;
    command_fail(0, "%s: not imported: %s", mail->peer, error->message);
}

static void on_settled(gpointer user, const IntakeRow *row G_GNUC_UNUSED, const Decision *decision)
{
    ((Import *)user)->fates[decision->fate]++;
}

static void on_failed(gpointer user, const GError *error)
{
    Import *import = user;
    import->trouble = g_strdup(error->message);
}

static void give(gpointer user, const char *source, const char *envelope_from, Raw *raw)
{
    Import *import = user;
    IntakeMail *mail = g_new0(IntakeMail, 1);
    mail->source = g_strdup("import");
    mail->peer = g_strdup(source);
    mail->envelope_from = g_strdup(envelope_from);
    mail->recipients = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(mail->recipients, g_strdup(import->recipient));
    mail->raw = raw;
    mail->raw_folder = import->raw_folder;
    mail->is_quiet = !import_notify;
    mail->lease_us = clock_now_us() + LEASE_US;
    pipeline_accept(import->pipeline, mail);
    if (++import->given % CHUNK == 0)
        pipeline_wait_idle(import->pipeline, G_MAXINT64);
    if (import->shows_progress && import->given % 100 == 0)
        fprintf(stderr, "\r%u mails", import->given);
}

static void print_result(const Command *command, const Import *import)
{
    if (import->shows_progress)
        fputs("\r", stderr);
    if (command->json) {
        Json *object = json_make_object();
        json_put_integer(object, "given", import->given);
        json_put_integer(object, "ticketed", import->fates[FATE_TICKETED]);
        json_put_integer(object, "held", import->fates[FATE_HELD]);
        json_put_integer(object, "copies", import->fates[FATE_COPY]);
        json_put_integer(object, "refused", import->refused);
        command_print_json(object, FALSE);
    } else if (!command->quiet) {
        printf("%u mail%s: %u in tickets, %u held, %u known already\n", import->given,
               import->given == 1 ? "" : "s", import->fates[FATE_TICKETED], import->fates[FATE_HELD],
               import->fates[FATE_COPY]);
    }
}

static int run(Command *command, Import *import)
{
    int code = EX_OK;
    for (int i = 0; i < command->argc && !import->trouble; i++) {
        g_autoptr(GError) error = NULL;
        if (!import_each(command->argv[i], import->raw_folder, give, import, &error))
            code = command_fail_error(error);
    }
    pipeline_wait_idle(import->pipeline, G_MAXINT64);
    print_result(command, import);
    if (import->trouble)
        return command_fail(EX_SOFTWARE, "%s", import->trouble);
    return import->refused ? EX_TEMPFAIL : code;
}

int command_import(Command *command)
{
    int code = EX_OK;
    g_autoptr(GError) error = NULL;
    if (command->argc < 1)
        return command_usage("import needs a mail file, an mbox or a Maildir");
    /* The gate's line for each mail would drown what is said at the end. */
    if (!command->verbose)
        log_setup("import", LOG_LEVEL_WARNING);
    g_autoptr(Setup) setup = command_setup(command, &code);
    if (!setup)
        return code;
    const Config *config = setup->config;
    if (!command_drop_privileges(config))
        return EX_NOPERM;
    const ConfigQueue *queue = import_queue ? config_queue(config, import_queue) : config->queues->pdata[0];
    if (!queue)
        return command_usage("there is no queue '%s' in %s", import_queue, command->config_path);
    Store *store = store_open(config->store, STORE_CREATE, &error);
    if (!store)
        return command_fail_error(error);
    gint64 version = 0;
    g_autoptr(Setup) live = live_rules_look(setup, store, &version, &error);
    if (!live) {
        store_close(store);
        return command_fail_error(error);
    }
    g_autofree char *raw_folder = g_strdup(store_raw_folder(store));
    Import import = {.raw_folder = raw_folder,
                     .recipient = queue->addresses->pdata[0],
                     .shows_progress = !command->quiet && isatty(STDERR_FILENO)};
    PipelineOwner owner = {.wake_sender_fd = -1,
                           .accepted = on_accepted,
                           .settled = on_settled,
                           .failed = on_failed,
                           .user = &import};
    import.pipeline = pipeline_start(live, store, &owner, &error);
    if (!import.pipeline)
        return command_fail_error(error);
    code = run(command, &import);
    pipeline_stop(import.pipeline);
    g_free(import.trouble);
    return code;
}
