/* What a settled mail adds to the groups. */
#include "gateway/store/known_errors_private.h"
#include "gateway/store/settle_private.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/error_print.h>

#include <string.h>

#define TITLE_BYTES 160u
#define PRINTS_A_MAIL 10u

/* One person may have many sub-addresses ("kim+1@…"). The caller frees. */
static char *customer_of(const Decision *decision)
{
    const char *address = decision->customer ? decision->customer->address : decision->sender_address;
    char *folded = address ? address_fold(address) : NULL;
    char *at = folded ? strrchr(folded, '@') : NULL;
    char *plus = at ? memchr(folded, '+', (gsize)(at - folded)) : NULL;
    if (plus && plus > folded)
        memmove(plus, at, strlen(at) + 1);
    return folded ? folded : g_strdup("");
}

static char *title_of(const char *text)
{
    g_autofree char *kept = error_normalise(text);
    return clean_line(kept, (gssize)strcspn(kept, "\n"), TITLE_BYTES);
}

typedef struct {
    gint64 id, error_id;
} PrintRow;

static gboolean find_print(Store *store, const char *print, PrintRow *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner, "SELECT id, error_id FROM known_error_prints WHERE print = $1", "t", print);
    if (rows && db_next(rows, &inner))
        *out = (PrintRow){db_integer(rows, 0), db_integer(rows, 1)};
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* The first mail with it: a group of its own. */
static gboolean add_print(Store *store, const Field *field, gint64 now_us, PrintRow *out, GError **error)
{
    g_autofree char *title = title_of(field->value);
    out->error_id = db_select_integer(
        store->db, 0, error,
        "INSERT INTO known_errors (title, first_us, last_us) VALUES ($1, $2, $2) RETURNING id", "ti", title,
        now_us);
    if (!out->error_id)
        return FALSE;
    out->id = db_select_integer(
        store->db, 0, error,
        "INSERT INTO known_error_prints (print, error_id, title) VALUES ($1, $2, $3) RETURNING id", "tit",
        field->print, out->error_id, title);
    return out->id != 0;
}

/* It is not over. What a hint that still counts says is true for those who write late, too. */
static gboolean reopen(Store *store, gint64 error_id, gint64 now_us, GError **error)
{
    if (!db_run(store->db, error,
                "UPDATE known_errors SET resolved_us = 0, resolved_by = NULL"
                " WHERE id = $1 AND resolved_us > 0 AND (hint_state IS NULL OR hint_until_us <= $2)",
                "ii", error_id, now_us))
        return FALSE;
    return db_changes(store->db) == 0 ||
           known_error_write_trail(store, error_id, "postern", "open again",
                                   "a customer wrote of it after it was resolved", now_us, error);
}

static gboolean note_print(Store *store, gint64 mail_id, const Field *field, const char *customer,
                           gboolean is_person, gint64 now_us, GError **error)
{
    PrintRow row = {0};
    if (!find_print(store, field->print, &row, error))
        return FALSE;
    gboolean ok = row.id ? db_run(store->db, error, "UPDATE known_errors SET last_us = $2 WHERE id = $1",
                                  "ii", row.error_id, now_us) &&
                               reopen(store, row.error_id, now_us, error)
                         : add_print(store, field, now_us, &row, error);
    return ok && db_run(store->db, error,
                        "INSERT INTO known_error_seen (print_id, message_id, at_us, customer, is_person)"
                        " VALUES ($1, $2, $3, $4, $5)",
                        "iiiti", row.id, mail_id, now_us, customer, (gint64)is_person);
}

static gboolean is_repeated(const GPtrArray *fields, guint index)
{
    const Field *field = fields->pdata[index];
    for (guint i = 0; i < index; i++)
        if (g_strcmp0(((const Field *)fields->pdata[i])->print, field->print) == 0)
            return TRUE;
    return FALSE;
}

gboolean known_errors_note(Store *store, gint64 mail_id, const Reading *reading, const Decision *decision,
                           gint64 now_us, GError **error)
{
    gboolean is_agents = g_strcmp0(decision->sender_role, "agent") == 0 && !decision->customer;
    if (!reading || is_agents || g_strcmp0(decision->direction, "in") != 0)
        return TRUE;
    g_autofree char *customer = NULL;
    for (guint i = 0, prints = 0; i < reading->fields->len && prints < PRINTS_A_MAIL; i++) {
        const Field *field = reading->fields->pdata[i];
        if (!field->print || is_repeated(reading->fields, i))
            continue;
        if (!customer)
            customer = customer_of(decision);
        prints++;
        if (!note_print(store, mail_id, field, customer, reading->kind == KIND_HUMAN, now_us, error))
            return FALSE;
    }
    return TRUE;
}
