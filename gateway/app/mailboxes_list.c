#include "gateway/app/mailboxes.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

/* A row of the list: what is configured, beside what its fetcher wrote. */
typedef struct {
    const char *name;            /* borrowed */
    const MailboxStatus *status; /* borrowed, or NULL: no fetcher has ever run */
    gboolean is_configured;
    GPtrArray *stuck; /* StuckMail */
} Box;

static void box_free(gpointer data)
{
    Box *box = data;
    g_ptr_array_unref(box->stuck);
    g_free(box);
}

static const MailboxStatus *find_status(const GPtrArray *statuses, const char *name)
{
    for (guint i = 0; i < statuses->len; i++) {
        const MailboxStatus *status = statuses->pdata[i];
        if (strcmp(status->name, name) == 0)
            return status;
    }
    return NULL;
}

static gboolean add_box(GPtrArray *boxes, Store *store, const Box *template, GError **error)
{
    GPtrArray *stuck = stuck_mail_list(store, template->name, error);
    if (!stuck)
        return FALSE;
    Box *box = g_memdup2(template, sizeof *template);
    box->stuck = stuck;
    g_ptr_array_add(boxes, box);
    return TRUE;
}

/* In the order of the configuration, then those that it no longer has. */
static GPtrArray *read_boxes(const Config *config, Store *store, const GPtrArray *statuses, gboolean all,
                             GError **error)
{
    g_autoptr(GPtrArray) boxes = g_ptr_array_new_with_free_func(box_free);
    for (guint i = 0; i < config->mailboxes->len; i++) {
        const ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        Box box = {mailbox->name, find_status(statuses, mailbox->name), TRUE, NULL};
        if (!add_box(boxes, store, &box, error))
            return NULL;
    }
    for (guint i = 0; all && i < statuses->len; i++) {
        const MailboxStatus *status = statuses->pdata[i];
        Box box = {status->name, status, FALSE, NULL};
        if (!config_mailbox(config, status->name) && !add_box(boxes, store, &box, error))
            return NULL;
    }
    return g_steal_pointer(&boxes);
}

static const char *state_of(const Box *box)
{
    return box->status ? box->status->state : "never started";
}

static Json *stuck_json(const StuckMail *mail)
{
    Json *object = json_make_object();
    json_put_text(object, "folder", mail->folder);
    json_put_integer(object, "uidvalidity", mail->uidvalidity);
    json_put_integer(object, "uid", mail->uid);
    json_put_integer(object, "size", (gint64)mail->size);
    json_put_boolean(object, "too_large", mail->is_too_large);
    json_put_text(object, "detail", mail->detail);
    json_put_time(object, "at", mail->at_us);
    return object;
}

static Json *box_json(gconstpointer item)
{
    static const MailboxStatus none;
    const Box *box = item;
    const MailboxStatus *status = box->status ? box->status : &none;
    Json *object = json_make_object(), *stuck = json_make_array();
    json_put_text(object, "name", box->name);
    json_put_text(object, "state", state_of(box));
    json_put_time(object, "since", status->since_us);
    json_put_time(object, "last_contact", status->contact_us);
    json_put_time(object, "last_mail", status->mail_us);
    json_put_integer(object, "waiting", status->waiting);
    json_put_time(object, "oldest", status->oldest_us);
    json_put_text(object, "error", status->error);
    json_put_time(object, "error_at", status->error ? status->error_us : 0);
    for (guint i = 0; i < box->stuck->len; i++)
        json_add(stuck, stuck_json(box->stuck->pdata[i]));
    json_put(object, "stuck", stuck);
    json_put_boolean(object, "configured", box->is_configured);
    return object;
}

static char *time_words(gint64 time_us)
{
    return time_us ? clock_local(time_us) : g_strdup("never");
}

static char *lag_words(const MailboxStatus *status, gint64 now_us)
{
    if (!status || status->waiting == 0)
        return g_strdup(status ? "0" : "");
    if (status->oldest_us == 0)
        return g_strdup_printf("%" PRId64, status->waiting);
    g_autofree char *age = age_words(now_us - status->oldest_us);
    return g_strdup_printf("%" PRId64 ", oldest %s", status->waiting, age);
}

static void add_row(Table *table, const Box *box, gint64 now_us)
{
    const MailboxStatus *status = box->status;
    g_autofree char *name =
        box->is_configured ? g_strdup(box->name) : g_strdup_printf("%s (not configured)", box->name);
    g_autofree char *since = status ? clock_local(status->since_us) : NULL;
    g_autofree char *contact = time_words(status ? status->contact_us : 0);
    g_autofree char *mail = time_words(status ? status->mail_us : 0);
    g_autofree char *lag = lag_words(status, now_us);
    const char *cells[] = {name, state_of(box), since, contact, mail, lag};
    table_add(table, cells);
}

static void print_table(const GPtrArray *boxes)
{
    static const char *const columns[] = {"MAILBOX",   "STATE",   "SINCE", "LAST CONTACT",
                                          "LAST MAIL", "WAITING", NULL};
    Table *table = table_new(columns, NULL);
    gint64 now_us = clock_now_us();
    for (guint i = 0; i < boxes->len; i++)
        add_row(table, boxes->pdata[i], now_us);
    table_print(table);
}

static void print_stuck(const Box *box, const StuckMail *mail, guint64 message_bytes)
{
    g_autofree char *size = size_words(mail->size);
    g_autofree char *most = size_words(message_bytes);
    g_autofree char *what =
        mail->is_too_large
            ? g_strdup_printf("is larger (%s) than limits.message_size (%s): raise the limit and reload, or "
                              "read it there",
                              size, most)
            : g_strdup_printf("could not be taken: %s; it is tried again now and then, and left where it is",
                              mail->detail && *mail->detail ? mail->detail : "no reason is known");
    g_autofree char *line = g_strdup_printf("%s: the mail with UID %" PRIu32 " in %s %s", box->name,
                                            mail->uid, mail->folder, what);
    command_print("", line);
}

/* What somebody must look at, below the table: whole lines, never cut. */
static void print_troubles(const GPtrArray *boxes, const GPtrArray *ways, guint64 message_bytes)
{
    for (guint i = 0; i < boxes->len; i++) {
        const Box *box = boxes->pdata[i];
        if (box->status && box->status->error) {
            g_autofree char *line = g_strdup_printf("%s: %s", box->name, box->status->error);
            command_print("", line);
        }
        for (guint j = 0; j < box->stuck->len; j++)
            print_stuck(box, box->stuck->pdata[j], message_bytes);
    }
    for (guint i = 0; i < ways->len; i++) {
        g_autofree char *line = way_words(ways->pdata[i]);
        command_print("", line);
    }
}

/* `serve` and its roles hold a lock together, and each state here is only as true as the day it was written.
 */
static gboolean is_served(const Config *config)
{
    g_autofree char *path = g_build_filename(config->store, "serve.lock", NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean is = fd >= 0 ? flock(fd, LOCK_SH | LOCK_NB) != 0 : errno != ENOENT;
    if (fd >= 0)
        close(fd);
    return is;
}

int mailboxes_list(const Command *command, const Config *config, Store *store, gboolean all)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) statuses = mailbox_status_list(store, &error);
    g_autoptr(GPtrArray) ways = statuses ? ways_down(config, store, &error) : NULL;
    g_autoptr(GPtrArray) boxes = ways ? read_boxes(config, store, statuses, all, &error) : NULL;
    int code =
        command_list(command, boxes, box_json, print_table,
                     "No mailboxes are configured; 'mailboxes' in the configuration names them.", error);
    if (!boxes || command->json)
        return code;
    print_troubles(boxes, ways, config->message_bytes);
    if (boxes->len > 0 && !is_served(config))
        puts("'postern serve' does not run on this store: nothing is fetched, and nothing goes out.");
    return code;
}
