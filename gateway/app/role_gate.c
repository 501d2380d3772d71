/* The gate: listener, pipeline, timers. */
#include "gateway/app/command.h"
#include "gateway/app/roles.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/intake.h>
#include <postern/live_rules.h>
#include <postern/pipeline.h>
#include <postern/watch.h>

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define STRAY_AGE_US (3600 * (gint64)G_USEC_PER_SEC)
#define SESSION_GRACE_US (10 * (gint64)G_USEC_PER_SEC)
/* How soon published rules count. */
#define RULES_LOOK_MS 1000u
#define READING_GRACE_US (8 * (gint64)G_USEC_PER_SEC)

typedef struct {
    const char *config_path;
    GMainLoop *loop;
    Pipeline *pipeline;
    IntakeServer *server;
    Watch *watch;
    Setup *setup;    /* of the server: it borrows the configuration */
    Setup *files;    /* as the admin's files said when they were last read */
    Store *versions; /* a connection of its own, for what was published */
    gint64 version;  /* of the rules that count */
    char *store_folder;
    GMutex starting; /* held until `server` is set: the first mail may be quicker */
    int code;
} Gate;

static LmtpAnswer on_recipient(gpointer user, const char *address)
{
    Gate *gate = user;
    g_autoptr(Setup) setup = pipeline_setup(gate->pipeline);
    LmtpAnswer answer = {.code = 250, .enhanced = "2.1.5", .text = "fine"};
    if (setup_queue_of(setup->config, address, NULL))
        return answer;
    answer = (LmtpAnswer){.code = 550, .enhanced = "5.1.1"};
    g_snprintf(answer.text, sizeof answer.text, "no queue has this address");
    return answer;
}

static void on_take(gpointer user, IntakeMail *mail)
{
    Gate *gate = user;
    g_mutex_lock(&gate->starting);
    g_mutex_unlock(&gate->starting);
    pipeline_accept(gate->pipeline, mail);
}

/* On the writer's thread, after the commit: only now may the peer forget the mail. */
static void on_accepted(gpointer user, IntakeMail *mail, const GError *error)
{
    Gate *gate = user;
    LmtpAnswer answer = {.code = 250, .enhanced = "2.0.0", .text = "kept"};
    if (error_is(error, ERROR_FULL))
        answer =
            (LmtpAnswer){.code = 452, .enhanced = "4.3.1", .text = "no room on the disk, try again later"};
    else if (error_is(error, ERROR_MALFORMED) || error_is(error, ERROR_NOT_FOUND))
        answer = (LmtpAnswer){.code = 554, .enhanced = "5.5.4", .text = "the ENVID names no mailbox of ours"};
    else if (error)
        answer =
            (LmtpAnswer){.code = 451, .enhanced = "4.3.0", .text = "cannot be stored now, try again later"};
    if (error)
        log_error(0, "from %s: answered %u: %s", mail->peer, answer.code, error->message);
    intake_answer(gate->server, mail->session, mail->serial, &answer);
}

static gboolean quit_idle(gpointer user)
{
    g_main_loop_quit(((Gate *)user)->loop);
    return G_SOURCE_REMOVE;
}

/* A failed sync is final: what the disk holds is unknown until somebody looks. */
static void on_failed(gpointer user, const GError *error)
{
    Gate *gate = user;
    log_error(0, "the store cannot be trusted any more, stopping to check it: %s", error->message);
    store_mark_for_check(gate->store_folder);
    gate->code = EX_IOERR;
    g_idle_add(quit_idle, gate);
}

static gboolean on_stop(gpointer user)
{
    g_main_loop_quit(((Gate *)user)->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean same_listeners(const Config *a, const Config *b)
{
    gboolean same = a->listens->len == b->listens->len;
    for (guint i = 0; same && i < a->listens->len; i++) {
        const ConfigListen *one = a->listens->pdata[i], *two = b->listens->pdata[i];
        same = g_strcmp0(one->host, two->host) == 0 && one->port == two->port &&
               g_strcmp0(one->path, two->path) == 0 && one->mode == two->mode;
    }
    return same;
}

/* An admin who changed these would wonder why nothing happens. */
static void tell_what_waits(const Config *before, const Config *after)
{
    if (!same_listeners(before, after))
        log_warning(0, "lmtp.listen has changed; the old listeners stay until a restart");
    if (before->readers != after->readers)
        log_warning(0, "readers.count has changed; it counts from the next restart on");
}

/* Takes `setup` over, which may be that of now. */
static void use(Gate *gate, Setup *setup, Setup *files)
{
    /* First what others wait for: readers for new rules take their time. */
    intake_server_reload(gate->server, setup->config);
    pipeline_reload(gate->pipeline, setup);
    watch_reload(gate->watch, setup);
    setup_ref(files);
    setup_unref(gate->setup);
    setup_unref(gate->files);
    gate->setup = setup;
    gate->files = files;
}

/* The supervisor has looked at the files before it passed the signal on; they may have changed since. */
static gboolean on_reload(gpointer user)
{
    Gate *gate = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Setup) files = setup_load(gate->config_path, problems);
    if (!files) {
        log_error(0, "reload refused, the old configuration stays; 'postern check' shows why");
        return G_SOURCE_CONTINUE;
    }
    Setup *setup = live_rules_take(files, gate->versions, "reload", clock_now_us(), &gate->version, &error);
    if (!setup) {
        log_error(0, "reload refused, the old configuration stays: %s", error->message);
        return G_SOURCE_CONTINUE;
    }
    tell_what_waits(gate->setup->config, setup->config);
    use(gate, setup, files);
    log_info(0, "reloaded %s, rules of version %" G_GINT64_FORMAT, gate->config_path, gate->version);
    return G_SOURCE_CONTINUE;
}

/* What somebody published or undid. */
static gboolean on_look(gpointer user)
{
    Gate *gate = user;
    g_autoptr(GError) error = NULL;
    gint64 newest = rule_version_newest(gate->versions, &error);
    if (error || newest == gate->version)
        return G_SOURCE_CONTINUE;
    gint64 version = 0;
    Setup *setup = live_rules_look(gate->files, gate->versions, &version, &error);
    if (!setup) {
        log_warning(0, "published rules cannot be read, trying again: %s", error->message);
        return G_SOURCE_CONTINUE;
    }
    gate->version = newest;
    use(gate, setup, gate->files);
    log_info(0, "rules of version %" G_GINT64_FORMAT " count from now on", newest);
    return G_SOURCE_CONTINUE;
}

static gboolean start(Gate *gate, GError **error)
{
    const Config *config = gate->files->config;
    Store *store = store_open(config->store, STORE_CREATE, error);
    gate->versions = store ? store_open(config->store, STORE_OPEN, error) : NULL;
    gate->setup = gate->versions ? live_rules_take(gate->files, gate->versions, "start", clock_now_us(),
                                                   &gate->version, error)
                                 : NULL;
    if (!gate->setup) {
        store_close(store);
        return FALSE;
    }
    guint swept = intake_sweep(store, clock_now_us() - STRAY_AGE_US, NULL);
    if (swept)
        log_info(0, "removed %u half-written originals of mails that were never accepted", swept);
    PipelineOwner owner = {.takes_waiting = TRUE,
                           .wake_sender_fd = ROLE_WAKE_FD,
                           .accepted = on_accepted,
                           .failed = on_failed,
                           .user = gate};
    g_autofree char *raw_folder = g_strdup(store_raw_folder(store));
    gate->pipeline = pipeline_start(gate->setup, store, &owner, error);
    if (!gate->pipeline)
        return FALSE;
    /* A connection of its own: the pipeline's belongs to the writer. */
    Store *watched = store_open(config->store, STORE_OPEN, error);
    gate->watch = watched ? watch_new(watched, gate->setup, ROLE_WAKE_FD, clock_now_us(), error) : NULL;
    if (!gate->watch)
        return FALSE;
    watch_start(gate->watch);
    g_timeout_add(RULES_LOOK_MS, on_look, gate);
    IntakeOwner intake = {.recipient = on_recipient, .take = on_take, .user = gate};
    g_mutex_lock(&gate->starting);
    gate->server = intake_server_start(config, raw_folder, &intake, error);
    g_mutex_unlock(&gate->starting);
    return gate->server != NULL;
}

static void tell_ready(const Gate *gate)
{
    guint16 port = intake_server_port(gate->server);
    if (port)
        log_info(0, "ready, LMTP on port %u", port);
    else
        log_info(0, "ready");
    role_ready();
}

static void stop(Gate *gate)
{
    watch_free(gate->watch);
    if (gate->server)
        intake_server_stop(gate->server, SESSION_GRACE_US);
    if (gate->pipeline && gate->code == EX_OK &&
        !pipeline_wait_idle(gate->pipeline, clock_monotonic_us() + READING_GRACE_US))
        log_info(0, "some mail is not read yet; it is safe in the store and the next start goes on with it");
    pipeline_stop(gate->pipeline);
    intake_server_free(gate->server);
}

static void unblock_reload(void)
{
    sigset_t reload;
    sigemptyset(&reload);
    sigaddset(&reload, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &reload, NULL);
}

int role_gate(Command *command)
{
    g_autoptr(GError) error = NULL;
    int code = EX_OK;
    role_begin("postern-gate");
    Gate gate = {.config_path = command->config_path, .files = command_setup(command, &code)};
    if (!gate.files)
        return code;
    gate.store_folder = g_strdup(gate.files->config->store);
    gate.loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_stop, &gate);
    g_unix_signal_add(SIGINT, on_stop, &gate);
    g_unix_signal_add(SIGHUP, on_reload, &gate);
    unblock_reload();
    if (start(&gate, &error)) {
        tell_ready(&gate);
        g_main_loop_run(gate.loop);
    } else {
        log_error(0, "cannot start: %s", error->message);
        gate.code = error_exit_code(error);
    }
    stop(&gate);
    setup_unref(gate.setup);
    setup_unref(gate.files);
    store_close(gate.versions);
    g_free(gate.store_folder);
    g_main_loop_unref(gate.loop);
    return gate.code;
}
