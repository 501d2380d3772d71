#include "gateway/store/store_private.h"

#include <postern/labels.h>

#include <string.h>

/* Customers' mails of one ticket that a value is looked for in: the newest. */
#define MAILS_MOST 200

void label_free(Label *label)
{
    if (!label)
        return;
    g_free(label->field);
    g_free(label->value);
    g_free(label->rule);
    g_free(label->how);
    g_free(label->who);
    g_free(label);
}

gboolean label_add(Store *store, const Label *label, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO labels (mail_id, field, value, is_right, is_seen, rule, how, who, at_us)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                  "ittiittti", label->mail_id, label->field, label->value, (gint64)label->is_right,
                  (gint64)label->is_seen, label->rule ? label->rule : "", label->how, label->who,
                  label->at_us);
}

static Label *label_read(DbRows *rows)
{
    Label *label = g_new0(Label, 1);
    label->mail_id = db_integer(rows, 0);
    label->field = g_strdup(db_text(rows, 1));
    label->value = g_strdup(db_text(rows, 2));
    label->is_right = db_integer(rows, 3) != 0;
    label->is_seen = db_integer(rows, 4) != 0;
    label->rule = g_strdup(db_text(rows, 5));
    label->how = g_strdup(db_text(rows, 6));
    label->who = g_strdup(db_text(rows, 7));
    label->at_us = db_integer(rows, 8);
    return label;
}

GPtrArray *label_list(Store *store, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)label_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT mail_id, field, value, is_right, is_seen, rule, how, who, at_us"
                  " FROM labels ORDER BY id",
                  "");
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(found, label_read(rows));
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return g_steal_pointer(&found);
}

/* ---- an agent's correction ---- */

/* Case and kinds of blanks off, so that what a mail client broke over lines is one again. */
static char *folded(const char *text)
{
    g_autofree char *plain = g_utf8_casefold(text, -1);
    GString *out = g_string_new(NULL);
    for (const char *at = plain; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isspace(c))
            g_string_append_unichar(out, c);
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

/* 4821 does not occur in 148213. */
static gboolean stands_in(const char *folded_text, const char *folded_value)
{
    gsize size = strlen(folded_value);
    for (const char *at = folded_text; (at = strstr(at, folded_value)); at++) {
        gunichar before = at > folded_text ? g_utf8_get_char(g_utf8_prev_char(at)) : 0;
        gunichar after = g_utf8_get_char(at + size);
        if (!g_unichar_isalnum(before) && !g_unichar_isalnum(after))
            return TRUE;
    }
    return FALSE;
}

/* Where a value of a ticket belongs to. */
typedef struct {
    gint64 seen;  /* the newest mail that it stands in; 0: none */
    gint64 found; /* the newest mail that a rule found the field in; 0: none */
    gint64 first; /* the first mail; 0: none */
} Home;

static gboolean find_home(Store *store, gint64 ticket_id, const char *field, const char *value, Home *home,
                          GError **error)
{
    g_autofree char *wanted = folded(value);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT m.id, m.subject, m.reply,"
        " (SELECT count(*) FROM fields f WHERE f.message_id = m.id AND f.name = $2 AND f.by_who = 'rules'"
        "  AND f.lost_to IS NULL),"
        " (SELECT count(*) FROM fields f WHERE f.message_id = m.id AND f.name = $2 AND f.value = $3"
        "  AND f.by_who = 'rules' AND f.lost_to IS NULL)"
        " FROM messages m WHERE m.ticket_id = $1 AND m.direction = 'in' AND m.role <> 'agent'"
        " AND m.raw_id IS NOT NULL ORDER BY m.id DESC LIMIT $4",
        "itti", ticket_id, field, value, (gint64)MAILS_MOST);
    while (!home->seen && rows && db_next(rows, &inner)) {
        g_autofree char *subject = folded(db_text(rows, 1)), *reply = folded(db_text(rows, 2));
        home->first = db_integer(rows, 0);
        if (!home->found && db_integer(rows, 3) > 0)
            home->found = home->first;
        if (db_integer(rows, 4) > 0 || stands_in(reply, wanted) || stands_in(subject, wanted))
            home->seen = home->first;
    }
    if (!inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* What rules found there counts as wrong, unless they found the right one, too. */
static gboolean label_wrong(Store *store, const Label *right, GError **error)
{
    return db_run(store->db, error,
                  "INSERT INTO labels (mail_id, field, value, is_right, is_seen, rule, how, who, at_us)"
                  " SELECT f.message_id, f.name, f.value, 0, 1, f.rule, $4, $5, $6 FROM fields f"
                  " WHERE f.message_id = $1 AND f.name = $2 AND f.by_who = 'rules' AND f.is_secret = 0 AND "
                  "f.lost_to IS NULL"
                  " AND NOT EXISTS (SELECT 1 FROM fields s WHERE s.message_id = $1 AND s.name = $2"
                  "  AND s.by_who = 'rules' AND s.lost_to IS NULL AND s.value = $3)",
                  "itttti", right->mail_id, right->field, right->value, right->how, right->who, right->at_us);
}

static gboolean is_secret_here(Store *store, gint64 ticket_id, const char *field, GError **error)
{
    return db_select_integer(
               store->db, 1, error,
               "SELECT count(*) FROM fields WHERE ticket_id = $1 AND name = $2 AND is_secret <> 0", "it",
               ticket_id, field) != 0;
}

/* "55-…vk", "****": as secrets are shown. */
static gboolean is_masked(const char *value)
{
    return strstr(value, "\xe2\x80\xa6") || strstr(value, "**");
}

gboolean label_correct(Store *store, gint64 ticket_id, const char *field, const char *value, const char *who,
                       gint64 now_us, GError **error)
{
    g_autoptr(GError) inner = NULL;
    Home home = {0};
    gboolean is_secret = is_secret_here(store, ticket_id, field, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (!*value || is_secret || is_masked(value))
        return TRUE;
    if (!find_home(store, ticket_id, field, value, &home, error))
        return FALSE;
    const Label right = {.mail_id = home.seen    ? home.seen
                                    : home.found ? home.found
                                                 : home.first,
                         .field = (char *)(gsize)field,
                         .value = (char *)(gsize)value,
                         .is_right = TRUE,
                         .is_seen = home.seen != 0,
                         .how = (char *)(gsize) "field",
                         .who = (char *)(gsize)who,
                         .at_us = now_us};
    return !right.mail_id || (label_wrong(store, &right, error) && label_add(store, &right, error));
}
