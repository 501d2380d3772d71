#include "gateway/store/settle_private.h"
#include "gateway/store/store_private.h"

#include <postern/base/json.h>

#include <string.h>

static char *meanings_json(const GPtrArray *meanings)
{
    g_autoptr(Json) array = json_make_array();
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "type", meaning_type_name(meaning->type));
        json_put_text(object, "name", meaning->name);
        json_put_integer(object, "score", meaning->score);
        json_put_boolean(object, "chosen", meaning->is_chosen);
        json_put_texts(object, "reasons", meaning->reasons);
        json_add(array, object);
    }
    return json_print(array);
}

static gboolean write_message(Store *store, gint64 mail_id, const Reading *reading, GError **error)
{
    if (reading->meanings->len == 0)
        return TRUE;
    g_autofree char *meanings = meanings_json(reading->meanings);
    return db_run(store->db, error, "UPDATE messages SET meanings = $2 WHERE id = $1", "it", mail_id,
                  meanings);
}

/* What people said in the meantime stays. */
static gboolean write_words(Store *store, const Decision *decision, GError **error)
{
    if (!decision->category && !decision->request && !decision->severity)
        return TRUE;
    return db_run(store->db, error,
                  "UPDATE tickets SET category = coalesce(category, $2), kind = coalesce(kind, $3),"
                  " severity_by = CASE WHEN $4 IS NOT NULL AND (severity IS NULL OR severity_by = 'rules')"
                  " THEN 'rules' ELSE severity_by END,"
                  " severity = CASE WHEN $4 IS NOT NULL AND (severity IS NULL OR severity_by = 'rules')"
                  " THEN $4 ELSE severity END WHERE id = $1",
                  "ittt", decision->ticket_id, decision->category, decision->request, decision->severity);
}

/* An acknowledgement can still have been taken out, where the budget of the hour was spent. */
static gboolean is_acknowledged(const Decision *decision)
{
    for (guint i = 0; i < decision->outgoing->len; i++)
        if (strcmp(((const Outgoing *)decision->outgoing->pdata[i])->kind, "acknowledgement") == 0)
            return TRUE;
    return FALSE;
}

static char *lines_of(const GPtrArray *texts)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(lines, "%s\n", (const char *)texts->pdata[i]);
    return g_string_free(lines, FALSE);
}

static gboolean write_asked(Store *store, const Decision *decision, gint64 now_us, GError **error)
{
    if (decision->asked->len == 0 || !is_acknowledged(decision))
        return TRUE;
    g_autofree char *asked = lines_of(decision->asked);
    return db_run(store->db, error, "UPDATE tickets SET asked = $2, asked_us = $3 WHERE id = $1", "iti",
                  decision->ticket_id, asked, now_us);
}

gboolean settle_write_meaning(Store *store, const IntakeRow *row, const Reading *reading,
                              const Decision *decision, gint64 now_us, GError **error)
{
    if (!reading || strcmp(decision->direction, "in") != 0)
        return TRUE;
    if (!write_message(store, row->envelope.mail_id, reading, error) ||
        !write_words(store, decision, error) || !write_asked(store, decision, now_us, error))
        return FALSE;
    return !decision->is_complete ||
           db_run(store->db, error, "UPDATE tickets SET complete_us = $2 WHERE id = $1 AND complete_us = 0",
                  "ii", decision->ticket_id, now_us);
}
