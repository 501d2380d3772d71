/* Groups of errors, read: lists, one, those of a ticket or of a mail. */
#include "gateway/store/known_errors_private.h"

#include <postern/base/error.h>

#include <string.h>

/* How many of the newest mails are counted for one that is to be judged: its cost must not grow. */
#define COUNTED_MOST 1000
#define PRINTS_A_MAIL 10u

void known_error_free(KnownError *known)
{
    if (!known)
        return;
    g_free(known->title);
    g_free(known->hint_state);
    g_free(known->hint);
    g_free(known->hint_by);
    g_free(known->resolved_by);
    g_free(known);
}

gboolean known_error_hint_counts(const KnownError *known, gint64 now_us)
{
    return known->hint_state && known->hint_until_us > now_us;
}

const char *known_error_state(const KnownError *known, gint64 now_us)
{
    if (known->resolved_us)
        return "resolved";
    return known_error_hint_counts(known, now_us) ? known->hint_state : "open";
}

char *known_error_name(gint64 id)
{
    return g_strdup_printf("E%" G_GINT64_FORMAT, id);
}

gint64 known_error_parse(const char *name)
{
    const char *digits = name + (*name == 'E' || *name == 'e');
    gsize length = strlen(digits);
    if (length == 0 || length > 15 || strspn(digits, "0123456789") != length)
        return 0;
    return g_ascii_strtoll(digits, NULL, 10);
}

#define COLUMNS                                                                                              \
    "e.id, e.title, e.first_us, e.last_us, e.hint_state, e.hint, e.hint_by, e.hint_us, e.hint_until_us,"     \
    " e.resolved_us, e.resolved_by, e.incident_us, coalesce(e.merged_into, 0), e.incident_over_us"

static KnownError *read_row(DbRows *rows)
{
    KnownError *known = g_new0(KnownError, 1);
    *known = (KnownError){.id = db_integer(rows, 0),
                          .title = g_strdup(db_text(rows, 1)),
                          .first_us = db_integer(rows, 2),
                          .last_us = db_integer(rows, 3),
                          .hint_state = db_text_dup(rows, 4),
                          .hint = db_text_dup(rows, 5),
                          .hint_by = db_text_dup(rows, 6),
                          .hint_us = db_integer(rows, 7),
                          .hint_until_us = db_integer(rows, 8),
                          .resolved_us = db_integer(rows, 9),
                          .resolved_by = db_text_dup(rows, 10),
                          .incident_us = db_integer(rows, 11),
                          .merged_into = db_integer(rows, 12),
                          .incident_over_us = db_integer(rows, 13)};
    return known;
}

static gboolean count(Store *store, KnownError *known, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT count(DISTINCT m.ticket_id), count(DISTINCT s.customer), count(DISTINCT p.id),"
                  " count(DISTINCT CASE WHEN t.status IN ('closed', 'spam') THEN NULL ELSE t.id END)"
                  " FROM known_error_prints p LEFT JOIN known_error_seen s ON s.print_id = p.id"
                  " LEFT JOIN messages m ON m.id = s.message_id LEFT JOIN tickets t ON t.id = m.ticket_id"
                  " WHERE p.error_id = $1",
                  "i", known->id);
    if (rows && db_next(rows, &inner)) {
        known->tickets = db_integer(rows, 0);
        known->customers = db_integer(rows, 1);
        known->prints = db_integer(rows, 2);
        known->open_tickets = db_integer(rows, 3);
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static GPtrArray *read_all(Store *store, DbRows *taken, GError **error)
{
    g_autoptr(DbRows) rows = taken;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)known_error_free);
    g_autoptr(GError) inner = NULL;
    if (!rows)
        return NULL;
    while (db_next(rows, &inner))
        g_ptr_array_add(found, read_row(rows));
    for (guint i = 0; !inner && i < found->len; i++)
        count(store, found->pdata[i], &inner);
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

GPtrArray *known_error_list(Store *store, guint most, GError **error)
{
    DbRows *rows = db_select(store->db, error,
                             "SELECT " COLUMNS " FROM known_errors e WHERE e.merged_into IS NULL"
                             " ORDER BY e.last_us DESC, e.id DESC LIMIT $1",
                             "i", (gint64)most);
    return read_all(store, rows, error);
}

KnownError *known_error_get(Store *store, gint64 id, GError **error)
{
    DbRows *rows =
        db_select(store->db, error, "SELECT " COLUMNS " FROM known_errors e WHERE e.id = $1", "i", id);
    g_autoptr(GPtrArray) found = read_all(store, rows, error);
    if (found && found->len == 1)
        return g_ptr_array_steal_index(found, 0);
    if (found)
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                    "there is no error E%" G_GINT64_FORMAT "; 'postern errors list' shows all", id);
    return NULL;
}

gboolean known_error_check(Store *store, gint64 id, GError **error)
{
    g_autoptr(KnownError) known = known_error_get(store, id, error);
    if (known && known->merged_into)
        g_set_error(error, POSTERN_ERROR, ERROR_CONFLICT,
                    "E%" G_GINT64_FORMAT " was merged into E%" G_GINT64_FORMAT, id, known->merged_into);
    return known && !known->merged_into;
}

GPtrArray *known_errors_of_ticket(Store *store, gint64 ticket_id, GError **error)
{
    DbRows *rows =
        db_select(store->db, error,
                  "SELECT " COLUMNS ", max(f.message_id) AS newest FROM fields f"
                  " JOIN known_error_prints p ON p.print = f.print JOIN known_errors e ON e.id = p.error_id"
                  " WHERE f.ticket_id = $1 AND f.print IS NOT NULL GROUP BY e.id"
                  " ORDER BY newest DESC, e.id DESC",
                  "i", ticket_id);
    return read_all(store, rows, error);
}

/* Of the newest mails alone. */
static gboolean count_lately(Store *store, ErrorHint *hint, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT count(DISTINCT customer), count(*) FROM (SELECT s.customer FROM known_error_prints p"
        " JOIN known_error_seen s ON s.print_id = p.id WHERE p.error_id = $1 ORDER BY s.at_us DESC"
        " LIMIT " G_STRINGIFY(COUNTED_MOST) ") AS newest",
        "i", hint->error_id);
    if (rows && db_next(rows, &inner)) {
        hint->customers = (guint)db_integer(rows, 0);
        hint->is_more = db_integer(rows, 1) >= COUNTED_MOST;
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean is_there(const GPtrArray *hints, gint64 id)
{
    for (guint i = 0; i < hints->len; i++)
        if (((const ErrorHint *)hints->pdata[i])->error_id == id)
            return TRUE;
    return FALSE;
}

static gboolean add_hint(Store *store, const char *print, gint64 now_us, GPtrArray *hints, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT " COLUMNS " FROM known_error_prints p JOIN known_errors e ON e.id = p.error_id"
                  " WHERE p.print = $1",
                  "t", print);
    if (rows && db_next(rows, &inner) && !is_there(hints, db_integer(rows, 0))) {
        g_autoptr(KnownError) known = read_row(rows);
        gboolean counts = known_error_hint_counts(known, now_us);
        ErrorHint *hint = g_new0(ErrorHint, 1);
        *hint = (ErrorHint){.error_id = known->id,
                            .title = g_strdup(known->title),
                            .state = g_strdup(counts ? known->hint_state : known_error_state(known, now_us)),
                            .text = counts ? g_strdup(known->hint) : NULL,
                            .until_us = counts ? known->hint_until_us : 0,
                            .is_incident = known->incident_us > 0};
        g_ptr_array_add(hints, hint);
        count_lately(store, hint, &inner);
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

GPtrArray *known_errors_of_mail(Store *store, const Reading *reading, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) hints = g_ptr_array_new_with_free_func(error_hint_free);
    guint prints = 0;
    for (guint i = 0; reading && i < reading->fields->len && prints < PRINTS_A_MAIL; i++) {
        const Field *field = reading->fields->pdata[i];
        prints += field->print != NULL;
        if (field->print && !add_hint(store, field->print, now_us, hints, error))
            return NULL;
    }
    return g_steal_pointer(&hints);
}
