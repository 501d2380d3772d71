#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/base/json.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/tickets.h>

void held_mail_free(HeldMail *mail)
{
    if (!mail)
        return;
    g_free(mail->reason);
    g_free(mail->detail);
    g_free(mail->from);
    g_free(mail->subject);
    g_free(mail->recipient);
    g_free(mail);
}

#define HELD_COLUMNS                                                                                         \
    "i.id, i.reason, i.detail, i.from_text, i.subject, i.recipient, i.received_us, r.size FROM intake i"     \
    " JOIN raw r ON r.id = i.raw_id"

static HeldMail *mail_read(DbRows *rows)
{
    HeldMail *mail = g_new0(HeldMail, 1);
    mail->id = db_integer(rows, 0);
    mail->reason = db_text_dup(rows, 1);
    mail->detail = db_text_dup(rows, 2);
    mail->from = db_text_dup(rows, 3);
    mail->subject = db_text_dup(rows, 4);
    mail->recipient = db_text_dup(rows, 5);
    mail->received_us = db_integer(rows, 6);
    mail->size = db_integer(rows, 7);
    mail->is_dropped = g_strcmp0(mail->reason, "dropped") == 0;
    return mail;
}

static GPtrArray *mails_read(DbRows *rows, GError *inner, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)held_mail_free);
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(found, mail_read(rows));
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, inner);
    return NULL;
}

GPtrArray *held_list(Store *store, GError **error)
{
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT " HELD_COLUMNS " WHERE i.fate = 'held' AND i.reason <> 'dropped' ORDER BY i.id", "");
    return mails_read(rows, inner, error);
}

gboolean held_is_news(Store *store, GError **error)
{
    return db_select_integer(store->db, 0, error,
                             "SELECT count(*) FROM (SELECT id FROM intake WHERE fate = 'held' AND is_told = 0"
                             " LIMIT 1) AS news",
                             "") > 0;
}

static gboolean count_held(Store *store, guint *out_total, guint *out_refused, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "SELECT count(CASE WHEN reason <> $1 THEN 1 END),"
                                       " count(CASE WHEN reason = $1 THEN 1 END) FROM intake"
                                       " WHERE fate = 'held' AND reason NOT IN ('dropped', $2)",
                                       "tt", HELD_REFUSED, HELD_UNCONFIRMED);
    if (rows && db_next(rows, &inner)) {
        *out_total = (guint)db_integer(rows, 0);
        *out_refused = (guint)db_integer(rows, 1);
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

GPtrArray *held_newest(Store *store, guint most, guint *out_total, guint *out_refused, GError **error)
{
    if (!count_held(store, out_total, out_refused, error))
        return NULL;
    GError *inner = NULL;
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "SELECT " HELD_COLUMNS " WHERE i.fate = 'held' AND i.reason NOT IN"
                                       " ('dropped', $1, $3) ORDER BY i.id DESC LIMIT $2",
                                       "tit", HELD_REFUSED, (gint64)most, HELD_UNCONFIRMED);
    return mails_read(rows, inner, error);
}

gboolean held_told(Store *store, GError **error)
{
    return db_run(store->db, error, "UPDATE intake SET is_told = 1 WHERE fate = 'held' AND is_told = 0", "");
}

HeldMail *held_get(Store *store, gint64 id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT " HELD_COLUMNS " WHERE i.fate = 'held' AND i.id = $1", "i", id);
    if (rows && db_next(rows, &inner))
        return mail_read(rows);
    g_autofree char *name = mail_id_format(id);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "no held mail %s; 'postern held list' shows all",
                    name);
    return NULL;
}

static gboolean change(Store *store, gint64 id, const char *sql, const char *what, const char *who,
                       gint64 now_us, GError **error)
{
    g_autoptr(HeldMail) mail = held_get(store, id, error);
    return mail && db_run(store->db, error, sql, "i", id) &&
           store_add_event(store, 0, id, now_us, what, who, mail->reason, error);
}

/* An admin who lets such a mail pass says in the agent's place that he means it. */
#define RELEASED_CONFIRMED G_STRINGIFY(INTAKE_CONFIRMED)

gboolean held_release_within(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    return change(
        store, id,
        "UPDATE intake SET fate = NULL, is_released = CASE reason WHEN 'unconfirmed' THEN " RELEASED_CONFIRMED
        " ELSE 1 END, attempts = 0, lease_us = 0 WHERE id = $1 AND fate = 'held'",
        "released", who, now_us, error);
}

gboolean held_confirm(Store *store, gint64 id, const char *agent, const char *address, gint64 now_us,
                      gboolean *out_waited, GError **error)
{
    *out_waited = FALSE;
    if (!db_run(store->db, error,
                "UPDATE intake SET fate = NULL, is_released = $3, attempts = 0, lease_us = 0 WHERE id = $1 "
                "AND fate = 'held' AND reason = 'unconfirmed' AND lower(from_text) = lower($2)",
                "iti", id, address, (gint64)INTAKE_CONFIRMED))
        return FALSE;
    *out_waited = db_changes(store->db) == 1;
    return !*out_waited ||
           store_add_event(store, 0, id, now_us, "confirmed", agent, "by a second mail", error);
}

gboolean held_drop_within(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    return change(store, id,
                  "UPDATE intake SET reason = 'dropped', is_told = 1 WHERE id = $1 AND fate = 'held'",
                  "dropped", who, now_us, error);
}

gboolean held_release(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    return db_begin(store->db, &transaction, error) && held_release_within(store, id, who, now_us, error) &&
           db_commit(&transaction, error);
}

gboolean held_drop(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    return db_begin(store->db, &transaction, error) && held_drop_within(store, id, who, now_us, error) &&
           db_commit(&transaction, error);
}

void mail_fate_free(MailFate *fate)
{
    if (!fate)
        return;
    char *texts[] = {fate->fate,      fate->ref,           fate->reason, fate->detail,
                     fate->recipient, fate->envelope_from, fate->source, fate->peer};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_clear_pointer(&fate->why, g_ptr_array_unref);
    g_clear_pointer(&fate->events, g_ptr_array_unref);
    g_free(fate);
}

static MailFate *fate_row(Store *store, gint64 mail_id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT i.id, coalesce(i.fate, 'waiting'), t.ref, i.reason, i.detail, i.recipient, "
                  "i.envelope_from, i.source,"
                  " i.peer, i.received_us, i.attempts, coalesce(i.fate_of, 0), m.why FROM intake i"
                  " LEFT JOIN messages m ON m.id = CASE WHEN i.fate = 'copy' THEN i.fate_of ELSE i.id END"
                  " LEFT JOIN tickets t ON t.id = m.ticket_id WHERE i.id = $1",
                  "i", mail_id);
    if (!rows || !db_next(rows, &inner)) {
        g_autofree char *name = mail_id_format(mail_id);
        if (inner)
            g_propagate_error(error, g_steal_pointer(&inner));
        else
            g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no mail %s", name);
        return NULL;
    }
    MailFate *fate = g_new0(MailFate, 1);
    fate->id = db_integer(rows, 0);
    char **texts[] = {&fate->fate,      &fate->ref,           &fate->reason, &fate->detail,
                      &fate->recipient, &fate->envelope_from, &fate->source, &fate->peer};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = db_text_dup(rows, (int)i + 1);
    fate->received_us = db_integer(rows, 9);
    fate->attempts = (guint)db_integer(rows, 10);
    fate->copy_of = db_integer(rows, 11);
    g_autoptr(Json) why = json_parse(db_text(rows, 12));
    fate->why = json_texts(why);
    return fate;
}

MailFate *intake_fate(Store *store, gint64 mail_id, GError **error)
{
    g_autoptr(MailFate) fate = fate_row(store, mail_id, error);
    if (!fate)
        return NULL;
    fate->events = ticket_events_of_mail(store, mail_id, error);
    return fate->events ? g_steal_pointer(&fate) : NULL;
}
