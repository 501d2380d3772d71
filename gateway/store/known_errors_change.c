/* What people say about a group, each with a line in its trail. */
#include "gateway/store/known_errors_private.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <string.h>

#define DETAIL_BYTES 2200u

gboolean known_error_write_trail(Store *store, gint64 id, const char *who, const char *what,
                                 const char *detail, gint64 now_us, GError **error)
{
    g_autofree char *name = clean_line(who, -1, LIMIT_NAME_BYTES);
    g_autofree char *words = clean_line(detail, -1, DETAIL_BYTES);
    return db_run(store->db, error,
                  "INSERT INTO known_error_trail (error_id, at_us, who, what, detail)"
                  " VALUES ($1, $2, $3, $4, $5)",
                  "iittt", id, now_us, name, what, words);
}

static gboolean is_hint_state(const char *state)
{
    static const char *const states[] = {"investigating", "workaround", "fixed", NULL};
    return g_strv_contains(states, state);
}

static gboolean refuse(GError **error, ErrorCode code, const char *words)
{
    g_set_error_literal(error, POSTERN_ERROR, (int)code, words);
    return FALSE;
}

static gboolean drop_hint(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE known_errors SET hint_state = NULL, hint = NULL, hint_by = NULL, hint_us = 0,"
                  " hint_until_us = 0 WHERE id = $1",
                  "i", id) &&
           known_error_write_trail(store, id, who, "hint taken away", "", now_us, error);
}

gboolean known_error_set_hint(Store *store, gint64 id, const char *state, const char *words, gint64 until_us,
                              const char *who, gint64 now_us, GError **error)
{
    if (!known_error_check(store, id, error))
        return FALSE;
    if (!state)
        return drop_hint(store, id, who, now_us, error);
    if (!is_hint_state(state))
        return refuse(error, ERROR_MALFORMED, "a hint is one of: investigating, workaround, fixed");
    if (strlen(words) > KNOWN_ERROR_HINT_BYTES)
        return refuse(error, ERROR_MALFORMED, "the words of a hint have at most 2000 bytes");
    g_autofree char *clean = clean_text(words, -1, KNOWN_ERROR_HINT_BYTES);
    if (!*g_strstrip(clean))
        return refuse(error, ERROR_MALFORMED, "the words for the customers are missing");
    if (until_us <= now_us || until_us - now_us > KNOWN_ERROR_HINT_MOST_US)
        return refuse(error, ERROR_MALFORMED, "a hint ends in the future, within a year");
    gint64 days =
        (until_us - now_us + 12 * 3600 * (gint64)G_USEC_PER_SEC) / (24 * 3600 * (gint64)G_USEC_PER_SEC);
    g_autofree char *detail = g_strdup_printf("%s, for %" G_GINT64_FORMAT " days: %s", state, days, clean);
    return db_run(store->db, error,
                  "UPDATE known_errors SET hint_state = $2, hint = $3, hint_by = $4, hint_us = $5,"
                  " hint_until_us = $6 WHERE id = $1",
                  "itttii", id, state, clean, who, now_us, until_us) &&
           known_error_write_trail(store, id, who, "hint", detail, now_us, error);
}

/* The words for the customers of both: those of `into`, or where it has none those of `id`. */
static gboolean take_over(Store *store, gint64 id, gint64 into, gint64 now_us, GError **error)
{
    return db_run(store->db, error,
                  "UPDATE known_errors SET hint_state = o.hint_state, hint = o.hint, hint_by = o.hint_by,"
                  " hint_us = o.hint_us, hint_until_us = o.hint_until_us FROM known_errors o WHERE o.id = $1"
                  " AND known_errors.id = $2 AND o.hint_until_us > $3 AND known_errors.hint_until_us <= $3",
                  "iii", id, into, now_us) &&
           db_run(store->db, error,
                  "UPDATE known_errors SET first_us = CASE WHEN o.first_us < known_errors.first_us THEN"
                  " o.first_us ELSE known_errors.first_us END, last_us = CASE WHEN o.last_us >"
                  " known_errors.last_us THEN o.last_us ELSE known_errors.last_us END, incident_us = CASE"
                  " WHEN known_errors.incident_us > 0 THEN known_errors.incident_us ELSE o.incident_us END, "
                  "incident_over_us = CASE WHEN o.incident_over_us >"
                  " known_errors.incident_over_us THEN o.incident_over_us ELSE"
                  " known_errors.incident_over_us END"
                  " FROM known_errors o WHERE o.id = $1 AND known_errors.id = $2",
                  "ii", id, into);
}

gboolean known_error_merge(Store *store, gint64 id, gint64 into, const char *who, gint64 now_us,
                           GError **error)
{
    if (id == into)
        return refuse(error, ERROR_REFUSED, "an error cannot become a part of itself");
    if (!known_error_check(store, id, error) || !known_error_check(store, into, error))
        return FALSE;
    g_autofree char *from_name = known_error_name(id), *into_name = known_error_name(into);
    return db_run(store->db, error, "UPDATE known_error_prints SET error_id = $2 WHERE error_id = $1", "ii",
                  id, into) &&
           take_over(store, id, into, now_us, error) &&
           db_run(store->db, error, "UPDATE known_errors SET merged_into = $2, incident_us = 0 WHERE id = $1",
                  "ii", id, into) &&
           /* What led to `id` leads on. */
           db_run(store->db, error, "UPDATE known_errors SET merged_into = $2 WHERE merged_into = $1", "ii",
                  id, into) &&
           known_error_write_trail(store, id, who, "merged into", into_name, now_us, error) &&
           known_error_write_trail(store, into, who, "merged in", from_name, now_us, error);
}

/* `id` 0: only asked whether it is there. */
static gboolean move_print(Store *store, gint64 from, const char *print, gint64 to, GError **error)
{
    if (!db_run(store->db, error,
                "UPDATE known_error_prints SET error_id = $3 WHERE error_id = $1 AND print = $2", "iti", from,
                print, to))
        return FALSE;
    if (db_changes(store->db) == 1)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                "%s is no print of E%" G_GINT64_FORMAT "; 'postern errors show E%" G_GINT64_FORMAT
                "' lists them",
                print, from, from);
    return FALSE;
}

/* Title and times of a group after its prints have changed. */
static gboolean refresh(Store *store, gint64 id, GError **error)
{
    return db_run(
        store->db, error,
        "UPDATE known_errors SET title = (SELECT p.title FROM known_error_prints p WHERE p.error_id = $1"
        " ORDER BY p.id LIMIT 1), first_us = coalesce((SELECT min(s.at_us) FROM known_error_prints p JOIN"
        " known_error_seen s ON s.print_id = p.id WHERE p.error_id = $1), first_us), last_us ="
        " coalesce((SELECT max(s.at_us) FROM known_error_prints p JOIN known_error_seen s ON s.print_id ="
        " p.id WHERE p.error_id = $1), last_us) WHERE id = $1",
        "i", id);
}

gboolean known_error_split(Store *store, gint64 id, const GPtrArray *prints, const char *who, gint64 now_us,
                           gint64 *out_id, GError **error)
{
    if (!known_error_check(store, id, error))
        return FALSE;
    gint64 new_id = db_select_integer(
        store->db, 0, error,
        "INSERT INTO known_errors (title, first_us, last_us) VALUES ('', $1, $1) RETURNING id", "i", now_us);
    if (!new_id)
        return FALSE;
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < prints->len; i++) {
        if (!move_print(store, id, prints->pdata[i], new_id, error))
            return FALSE;
        g_string_append_printf(list, " %s", (const char *)prints->pdata[i]);
    }
    g_autoptr(GError) inner = NULL;
    gint64 stays = db_select_integer(store->db, 0, &inner,
                                     "SELECT count(*) FROM known_error_prints WHERE error_id = $1", "i", id);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (stays == 0 || prints->len == 0)
        return refuse(error, ERROR_REFUSED, "at least one print must stay, and one must go");
    g_autofree char *from_words = g_strdup_printf("E%" G_GINT64_FORMAT ":%s", id, list->str);
    g_autofree char *to_words = g_strdup_printf("E%" G_GINT64_FORMAT ":%s", new_id, list->str);
    *out_id = new_id;
    return refresh(store, id, error) && refresh(store, new_id, error) &&
           known_error_write_trail(store, id, who, "split off", to_words, now_us, error) &&
           known_error_write_trail(store, new_id, who, "split from", from_words, now_us, error);
}

gboolean known_error_resolve(Store *store, gint64 id, const char *who, gint64 now_us, GError **error)
{
    if (!known_error_check(store, id, error) ||
        !db_run(store->db, error,
                "UPDATE known_errors SET resolved_us = $2, resolved_by = $3, incident_us = 0,"
                " incident_over_us = CASE WHEN incident_us > 0 THEN $2 ELSE incident_over_us END,"
                " hint_until_us = CASE WHEN hint_state = 'fixed' OR hint_until_us < $2 THEN hint_until_us"
                " ELSE $2 END"
                " WHERE id = $1 AND resolved_us = 0",
                "iit", id, now_us, who))
        return FALSE;
    return db_changes(store->db) == 0 ||
           known_error_write_trail(store, id, who, "resolved", "", now_us, error);
}

gboolean known_error_note_told(Store *store, gint64 id, gint64 ticket_id, const char *who, gint64 now_us,
                               gboolean *out_is_new, GError **error)
{
    if (!db_run(store->db, error,
                "INSERT INTO known_error_told (error_id, resolved_us, ticket_id, at_us)"
                " SELECT id, resolved_us, $2, $3 FROM known_errors WHERE id = $1 AND resolved_us > 0"
                " ON CONFLICT (error_id, resolved_us, ticket_id) DO NOTHING",
                "iii", id, ticket_id, now_us))
        return FALSE;
    *out_is_new = db_changes(store->db) == 1;
    if (!*out_is_new)
        return TRUE;
    g_autofree char *name = known_error_name(id);
    g_autofree char *detail = g_strdup_printf("that %s is resolved", name);
    return store_add_event(store, ticket_id, 0, now_us, "told", who, detail, error);
}
