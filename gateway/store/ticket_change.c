#include "gateway/store/ticket_rows.h"

#include <postern/address.h>
#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/ticket_change.h>

/* Tickets that one look wakes up; the next look takes the next. */
#define WAKE_MOST 20

static gboolean is_word_of(const char *what, const char *word, const char *const *words, GError **error)
{
    if (g_strv_contains(words, word))
        return TRUE;
    g_autofree char *list = g_strjoinv(", ", (char **)(guintptr)words);
    g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED, "'%s' is no %s; it is one of: %s", word, what, list);
    return FALSE;
}

gboolean ticket_set_status(Store *store, gint64 ticket_id, const char *status, gint64 now_us, GError **error)
{
    static const char *const words[] = {"new", "open", "waiting", "closed", "spam", NULL};
    return is_word_of("status", status, words, error) &&
           db_run(store->db, error,
                  "UPDATE tickets SET status = $2, updated_us = $3, snooze_us = 0,"
                  " closed_us = CASE WHEN $2 <> 'closed' THEN 0 WHEN closed_us > 0 THEN closed_us ELSE $3 END"
                  " WHERE id = $1 AND merged_into IS NULL",
                  "iti", ticket_id, status, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_owner(Store *store, gint64 ticket_id, const char *agent, gint64 lease_us, gint64 now_us,
                          GError **error)
{
    return db_run(store->db, error,
                  "UPDATE tickets SET owner = $2, lease_us = $3, updated_us = $4 WHERE id = $1"
                  " AND merged_into IS NULL",
                  "itii", ticket_id, agent, agent ? lease_us : (gint64)0, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_voice(Store *store, gint64 ticket_id, const char *agent, GError **error)
{
    return db_run(store->db, error, "UPDATE tickets SET voice = $2 WHERE id = $1 AND merged_into IS NULL",
                  "it", ticket_id, agent) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_severity(Store *store, gint64 ticket_id, const char *severity, gint64 now_us,
                             GError **error)
{
    static const char *const words[] = {"low", "medium", "high", "critical", NULL};
    return (!severity || is_word_of("severity", severity, words, error)) &&
           db_run(store->db, error,
                  "UPDATE tickets SET severity = $2, severity_by = NULL, updated_us = $3 WHERE id = $1 AND "
                  "merged_into IS NULL",
                  "iti", ticket_id, severity, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_category(Store *store, gint64 ticket_id, const char *category, gint64 now_us,
                             GError **error)
{
    return db_run(store->db, error,
                  "UPDATE tickets SET category = $2, updated_us = $3 WHERE id = $1 AND merged_into IS NULL",
                  "iti", ticket_id, category, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_snooze(Store *store, gint64 ticket_id, gint64 until_us, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE tickets SET snooze_us = $2, updated_us = $3 WHERE id = $1 AND merged_into IS NULL",
                  "iii", ticket_id, until_us, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_queue(Store *store, gint64 ticket_id, const char *queue, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE tickets SET queue = $2, updated_us = $3 WHERE id = $1 AND merged_into IS NULL",
                  "iti", ticket_id, queue, now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

static gboolean touch(Store *store, gint64 ticket_id, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE tickets SET updated_us = $2 WHERE id = $1 AND merged_into IS NULL", "ii", ticket_id,
                  now_us) &&
           ticket_row_was_changed(store, ticket_id, error);
}

gboolean ticket_set_field(Store *store, gint64 ticket_id, const char *name, const char *value,
                          gboolean is_secret, const char *who, gint64 now_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (!touch(store, ticket_id, now_us, error))
        return FALSE;
    gint64 id = db_select_integer(
        store->db, 0, &inner,
        "INSERT INTO fields (ticket_id, message_id, name, value, raw, rule, place, start_byte, end_byte,"
        " is_secret, is_single, by_who) SELECT $1, 0, $2, $3, $3, '', '', 0, 0, $5, coalesce(max(is_single), "
        "0), $4"
        " FROM fields WHERE ticket_id = $1 AND name = $2 RETURNING id",
        "ittti", ticket_id, name, value, who, (gint64)is_secret);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    return db_run(store->db, error,
                  "UPDATE fields SET replaced_by = $3 WHERE ticket_id = $1 AND name = $2 AND id <> $3"
                  " AND replaced_by IS NULL AND lost_to IS NULL AND (by_who <> 'rules' OR is_single = 1)",
                  "iti", ticket_id, name, id);
}

gboolean ticket_set_participant(Store *store, gint64 ticket_id, const char *address, const char *name,
                                const char *role, gboolean copies, GError **error)
{
    static const char *const words[] = {"participant", "guest", "copy", NULL};
    /* Whoever is taken out does not come back by writing again. */
    gint64 taken = copies ? 1 : g_strcmp0(role, "guest") == 0 ? 0 : -1;
    g_autofree char *key = address_fold(address);
    g_auto(TicketRow) row = {0};
    if (!key)
        g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED, "'%s' is no mail address", address);
    if (!key || !is_word_of("role", role, words, error) || !ticket_row_read(store, ticket_id, &row, error))
        return FALSE;
    return address_equal(row.requester_address, key) ||
           db_run(store->db, error,
                  "INSERT INTO participants (ticket_id, address, name, role, copies)"
                  " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ticket_id, address) DO UPDATE SET"
                  " name = CASE excluded.name WHEN '' THEN participants.name ELSE excluded.name END,"
                  " role = excluded.role, copies = excluded.copies",
                  "ittti", ticket_id, key, name ? name : "", role, taken);
}

gboolean ticket_drop_participant(Store *store, gint64 ticket_id, const char *address, GError **error)
{
    g_autofree char *key = address_fold(address);
    if (key && !db_run(store->db, error, "DELETE FROM participants WHERE ticket_id = $1 AND address = $2",
                       "it", ticket_id, key))
        return FALSE;
    if (key && db_changes(store->db) == 1)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s does not belong to the ticket", address);
    return FALSE;
}

gboolean ticket_add_note(Store *store, gint64 ticket_id, gint64 note_id, const char *who, const char *text,
                         gint64 now_us, GError **error)
{
    return touch(store, ticket_id, now_us, error) &&
           db_run(store->db, error,
                  "INSERT INTO messages (id, ticket_id, direction, from_name, from_address, subject, at_us,"
                  " kind, reply, recipients, attachments, findings, why, role) VALUES ($1, $2, 'note', $3,"
                  " '', '', $4, 'human', $5, $6, '[]', '[]', '[]', 'agent')",
                  "iititt", note_id, ticket_id, who, now_us, text, "\n");
}

gboolean ticket_mark_message(Store *store, gint64 message_id, const char *direction, const char *text,
                             GError **error)
{
    static const char *const words[] = {"in", "out", "note", NULL};
    if (!is_word_of("direction", direction, words, error) ||
        !db_run(store->db, error,
                "UPDATE messages SET direction = $2, reply = coalesce($3, reply) WHERE id = $1", "itt",
                message_id, direction, text))
        return FALSE;
    if (db_changes(store->db) == 1)
        return TRUE;
    g_autofree char *id = mail_id_format(message_id);
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no message %s", id);
    return FALSE;
}

gboolean ticket_add_event(Store *store, gint64 ticket_id, gint64 mail_id, const char *what, const char *who,
                          const char *detail, gint64 now_us, GError **error)
{
    return store_add_event(store, ticket_id, mail_id, now_us, what, who, detail, error);
}

static GArray *sleepers(Store *store, gint64 now_us, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT id FROM tickets WHERE snooze_us > 0 AND snooze_us <= $1 ORDER BY snooze_us, id"
                  " LIMIT " G_STRINGIFY(WAKE_MOST),
                  "i", now_us);
    while (rows && db_next(rows, &inner)) {
        gint64 id = db_integer(rows, 0);
        g_array_append_val(ids, id);
    }
    if (!inner)
        return g_steal_pointer(&ids);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

gint64 ticket_next_wake_us(Store *store, GError **error)
{
    return db_select_integer(store->db, G_MAXINT64, error,
                             "SELECT snooze_us FROM tickets WHERE snooze_us > 0 ORDER BY snooze_us LIMIT 1",
                             "");
}

GArray *ticket_wake(Store *store, gint64 now_us, GError **error)
{
    /* What was closed meanwhile by whatever way stays closed. */
    if (!db_run(store->db, error,
                "UPDATE tickets SET snooze_us = 0 WHERE snooze_us > 0 AND status IN ('closed', 'spam')", ""))
        return NULL;
    g_autoptr(GArray) ids = sleepers(store, now_us, error);
    for (guint i = 0; ids && i < ids->len; i++) {
        gint64 id = g_array_index(ids, gint64, i);
        if (!ticket_set_status(store, id, "open", now_us, error) ||
            !store_add_event(store, id, 0, now_us, "woke up", "postern", "the snooze is over", error))
            return NULL;
    }
    return g_steal_pointer(&ids);
}
