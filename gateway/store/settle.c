#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <postern/address.h>
#include <postern/base/error.h>
#include <postern/base/json.h>
#include <postern/base/limits.h>
#include <postern/base/stop.h>
#include <postern/blocks.h>
#include <postern/known_errors.h>
#include <postern/outbox.h>
#include <postern/settle.h>

#include <string.h>

static gboolean mark_intake(Store *store, const IntakeRow *row, const Reading *reading,
                            const Decision *decision, GError **error)
{
    /* A ticketed mail has both in its message; lists of held mail and copies need them here. */
    gboolean keep = decision->fate != FATE_TICKETED;
    gboolean known = keep && reading;
    const char *from = known && reading->from ? reading->from->address
                       : keep                 ? row->envelope.envelope_from
                                              : NULL;
    /* Where nothing is left to do, it stands as if a person had dropped it, and says why. */
    g_autofree char *done = decision->is_done ? g_strdup_printf("%s: %s", decision->reason,
                                                                decision->detail ? decision->detail : "")
                                              : NULL;
    gboolean is_told = decision->is_done || g_strcmp0(decision->reason, HELD_REFUSED) == 0 ||
                       g_strcmp0(decision->reason, HELD_UNCONFIRMED) == 0;
    if (!db_run(store->db, error,
                "UPDATE intake SET fate = $2, fate_of = $3, reason = $4, detail = $5, from_text = $6, "
                "subject = $7, is_told = $8"
                " WHERE id = $1 AND fate IS NULL",
                "ititttti", row->envelope.mail_id, fate_name(decision->fate), decision->copy_of,
                done ? "dropped" : decision->reason, done ? done : decision->detail, from,
                known ? reading->subject : NULL, (gint64)is_told))
        return FALSE;
    if (db_changes(store->db) == 1)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT, "the mail is settled already");
    return FALSE;
}

/* A person who is no agent: a word of his ends the ticket's sleep. */
static gboolean is_customers(const Reading *reading, const Decision *decision)
{
    return reading && reading->kind == KIND_HUMAN && g_strcmp0(decision->sender_role, "agent") != 0;
}

static gboolean write_ticket(Store *store, const Reading *reading, const Decision *decision, gint64 now_us,
                             GError **error)
{
    if (!decision->is_new_ticket)
        return db_run(store->db, error,
                      "UPDATE tickets SET status = $2, updated_us = $3, closed_us = CASE WHEN $2 <> 'closed'"
                      " THEN 0 WHEN closed_us > 0 THEN closed_us ELSE $3 END,"
                      " snooze_us = CASE WHEN $4 = 1 OR status <> $2 THEN 0 ELSE snooze_us END WHERE id = $1",
                      "itii", decision->ticket_id, decision->status, now_us,
                      (gint64)is_customers(reading, decision));
    const Mailbox *customer = decision->customer;
    return db_run(
        store->db, error,
        "INSERT INTO tickets (id, ref, queue, status, subject, requester_name, requester_address, created_us,"
        " updated_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        "itttttti", decision->ticket_id, decision->ref, decision->queue, decision->status, decision->subject,
        customer ? customer->name : decision->sender_name,
        customer ? customer->address : decision->sender_address, now_us);
}

/* Who was a guest may turn out to belong; what agents said about somebody stays. However many guests come,
 * they take nobody's place who belongs. */
static gboolean write_participant(Store *store, const Decision *decision, GError **error)
{
    g_autofree char *key = decision->add_participant ? address_fold(decision->sender_address) : NULL;
    return !key ||
           db_run(store->db, error,
                  "INSERT INTO participants (ticket_id, address, name, role, copies)"
                  " SELECT $1, $2, $3, $4, $5 WHERE $6 > (SELECT count(*) FROM participants"
                  " WHERE ticket_id = $1 AND address <> $2 AND (role = 'guest') = ($4 = 'guest'))"
                  " ON CONFLICT (ticket_id, address) DO UPDATE SET role = CASE WHEN participants.role ="
                  " 'guest' AND excluded.copies = 1 THEN excluded.role ELSE participants.role END,"
                  " copies = CASE WHEN excluded.copies = 1 AND participants.copies = 0 THEN 1"
                  " ELSE participants.copies END",
                  "itttii", decision->ticket_id, key, decision->sender_name, decision->sender_role,
                  (gint64)decision->gets_copies, (gint64)LIMIT_PARTICIPANTS);
}

/* Of a mail that could not be read, the original itself is what is attached. */
static void add_original(Json *array, const IntakeRow *row)
{
    Json *object = json_make_object();
    json_put_text(object, "name", "original.eml");
    json_put_text(object, "type", "message/rfc822");
    json_put_integer(object, "size", (gint64)row->size);
    json_put_boolean(object, "inline", FALSE);
    json_add(array, object);
}

static char *attachments_json(const IntakeRow *row, const Reading *reading)
{
    g_autoptr(Json) array = json_make_array();
    if (!reading)
        add_original(array, row);
    for (guint i = 0; reading && i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "name", attachment->name);
        json_put_text(object, "type", attachment->type);
        json_put_integer(object, "size", (gint64)attachment->size);
        json_put_text(object, "sha256", attachment->sha256);
        json_put_boolean(object, "inline", attachment->is_inline);
        json_add(array, object);
    }
    return json_print(array);
}

static char *findings_json(const Reading *reading, const Decision *decision)
{
    g_autoptr(Json) array = json_make_array();
    for (guint i = 0; reading && i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "code", finding->code);
        json_put_text(object, "detail", finding->detail);
        json_add(array, object);
    }
    if (decision->unreadable) {
        Json *object = json_make_object();
        json_put_text(object, "code", "could-not-be-read");
        json_put_text(object, "detail", decision->detail);
        json_add(array, object);
    }
    return json_print(array);
}

static char *why_json(const Decision *decision)
{
    g_autoptr(Json) array = json_make_array();
    for (guint i = 0; i < decision->why->len; i++)
        json_add_text(array, decision->why->pdata[i]);
    return json_print(array);
}

/* "\na@b\nc@d\n": an address is in it when "\naddress\n" is. */
static char *recipients_text(const Reading *reading)
{
    GString *text = g_string_new("\n");
    const GPtrArray *lists[] = {reading ? reading->to : NULL, reading ? reading->cc : NULL};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++) {
        for (guint i = 0; lists[l] && i < lists[l]->len; i++) {
            g_autofree char *key = address_fold(((const Mailbox *)lists[l]->pdata[i])->address);
            if (key)
                g_string_append_printf(text, "%s\n", key);
        }
    }
    return g_string_free(text, FALSE);
}

static gboolean write_message(Store *store, const IntakeRow *row, const Reading *reading,
                              const Decision *decision, gint64 now_us, GError **error)
{
    g_autofree char *attachments = attachments_json(row, reading);
    g_autofree char *findings = findings_json(reading, decision);
    g_autofree char *why = why_json(decision);
    g_autofree char *recipients = recipients_text(reading);
    const char *message_id = reading ? reading->message_id : NULL;
    return db_run(
        store->db, error,
        "INSERT INTO messages (id, ticket_id, raw_id, direction, from_name, from_address, subject, "
        "date_us, at_us,"
        " kind, reply, recipients, message_id, message_id_hash, attachments, findings, why, role, brings)"
        " SELECT $1, $2, raw_id, $17, $3, $4, $5, nullif($6, $7), $8, $9, $10, $11, $12, "
        "nullif($13, 0), $14, $15, $16, $18, $19"
        " FROM intake WHERE id = $1",
        "iitttiiittttittttti", row->envelope.mail_id, decision->ticket_id, decision->sender_name,
        decision->sender_address, reading ? reading->subject : decision->subject,
        reading ? reading->date_us : DATE_UNKNOWN, DATE_UNKNOWN, now_us,
        reading ? mail_kind_name(reading->kind) : "human", reading ? reading->reply : "", recipients,
        message_id, message_id ? ids_hash(message_id) : (gint64)0, attachments, findings, why,
        decision->direction, decision->sender_role, (gint64)decision->brings);
}

static gboolean write_events(Store *store, const IntakeRow *row, const Decision *decision, gint64 now_us,
                             GError **error)
{
    for (guint i = 0; i < decision->events->len; i++) {
        const Event *event = decision->events->pdata[i];
        if (!store_add_event(store, decision->ticket_id, row->envelope.mail_id, now_us, event->what,
                             event->who, event->detail, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_links(Store *store, const Decision *decision, GError **error)
{
    for (guint i = 0; i < decision->related->len; i++) {
        const Related *related = decision->related->pdata[i];
        if (!db_run(store->db, error,
                    "INSERT INTO links (ticket_id, other_id, how) VALUES ($1, $2, $3)"
                    " ON CONFLICT (ticket_id, other_id, how) DO NOTHING",
                    "iit", decision->ticket_id, related->ticket_id, related->how))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_outgoing(Store *store, const IntakeRow *row, const Decision *decision, gint64 now_us,
                               GError **error)
{
    for (guint i = 0; i < decision->outgoing->len; i++) {
        if (!outbox_add(store, decision->outgoing->pdata[i], decision->ticket_id, row->envelope.mail_id,
                        now_us, error))
            return FALSE;
    }
    return TRUE;
}

/* What had counted as sent came back. Whoever is to know is told by the watch (undelivered.h). */
static gboolean write_returned(Store *store, const Decision *decision, gint64 now_us, GError **error)
{
    if (decision->returned_id &&
        !db_run(store->db, error,
                "UPDATE outbox SET state = 'failed', lease_us = 0, status = $2, last_error = $3, is_told = 0,"
                " returned_us = $4 WHERE id = $1 AND state <> 'failed'",
                "itti", decision->returned_id, decision->returned_status, decision->returned_words, now_us))
        return FALSE;
    return !decision->block_address ||
           block_set(store, decision->block_address, decision->returned_status, decision->returned_words,
                     now_us + decision->block_us, now_us, error);
}

gboolean settle_decision(Store *store, const IntakeRow *row, const Reading *reading, const Decision *decision,
                         gint64 now_us, GError **error)
{
    if (!mark_intake(store, row, reading, decision, error))
        return FALSE;
    stop_point("in-settle");
    if (decision->fate != FATE_TICKETED)
        return write_events(store, row, decision, now_us, error) &&
               write_outgoing(store, row, decision, now_us, error);
    return write_ticket(store, reading, decision, now_us, error) &&
           write_participant(store, decision, error) &&
           write_message(store, row, reading, decision, now_us, error) &&
           settle_write_text(store, row, reading, decision, error) &&
           settle_write_same(store, row, reading, error) && settle_write_heard(store, row, decision, error) &&
           settle_write_fields(store, row, reading, decision, error) &&
           settle_write_meaning(store, row, reading, decision, now_us, error) &&
           write_events(store, row, decision, now_us, error) && write_links(store, decision, error) &&
           write_outgoing(store, row, decision, now_us, error) &&
           write_returned(store, decision, now_us, error) &&
           known_errors_note(store, row->envelope.mail_id, reading, decision, now_us, error);
}
