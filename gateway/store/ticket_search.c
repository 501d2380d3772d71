/* Finding tickets: by reference, and by words that stand in them. */
#include "gateway/store/store_private.h"

#include <postern/base/clean.h>
#include <postern/tickets.h>

#include <stdlib.h>
#include <string.h>

/* The gate's one writer waits meanwhile: some 0.3 s a word with 100,000 tickets and 400,000 fields. More
 * words find nothing more precisely, and of the text of messages the newest must do. */
#define WORDS_MOST 5u
#define WORDS_BYTES 500u
#define MESSAGES_MOST 5000
#define TEXT_MOST (8 * 1024 * 1024)
/* Of the lists of one ticket. */
#define PIECES_MOST 100u

gint64 ticket_find_ref(Store *store, const char *ref, GError **error)
{
    g_autofree char *upper = g_ascii_strup(ref, -1);
    return db_select_integer(store->db, 0, error,
                             "SELECT coalesce(merged_into, id) FROM tickets WHERE ref = $1", "t", upper);
}

/* A pattern for LIKE that finds `word` in text whose ASCII letters are small. Databases differ in what else
 * they make small, so other letters are looked for as small and as large ones. */
static char *pattern_of(const char *word, gunichar (*other_case)(gunichar))
{
    GString *pattern = g_string_new("%");
    for (const char *at = word; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (strchr("%_!", (int)c) && c < 0x80)
            g_string_append_c(pattern, '!');
        g_string_append_unichar(pattern, c < 0x80 ? (gunichar)g_ascii_tolower((char)c) : other_case(c));
    }
    g_string_append_c(pattern, '%');
    return g_string_free(pattern, FALSE);
}

static GHashTable *id_set_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static void id_set_add(GHashTable *set, gint64 id)
{
    if (!g_hash_table_contains(set, &id))
        g_hash_table_add(set, g_memdup2(&id, sizeof id));
}

static gboolean add_ids(DbRows *rows_taken, GHashTable *set, GError **error)
{
    g_autoptr(DbRows) rows = rows_taken;
    g_autoptr(GError) inner = NULL;
    while (rows && db_next(rows, &inner))
        id_set_add(set, db_integer(rows, 0));
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return rows && !(error && *error);
}

/* Row: ticket, whether the word stands in the text, length of the text. Newest first. */
static gboolean add_texts(DbRows *rows_taken, GHashTable *set, GError **error)
{
    g_autoptr(DbRows) rows = rows_taken;
    g_autoptr(GError) inner = NULL;
    gint64 looked = 0;
    while (rows && looked < TEXT_MOST && db_next(rows, &inner)) {
        looked += db_integer(rows, 2);
        if (db_integer(rows, 1))
            id_set_add(set, db_integer(rows, 0));
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return rows && !(error && *error);
}

/* The tickets that one word stands in. */
static GHashTable *tickets_with(Store *store, const char *word, GError **error)
{
    g_autofree char *small = pattern_of(word, g_unichar_tolower);
    g_autofree char *large = g_str_is_ascii(word) ? NULL : pattern_of(word, g_unichar_toupper);
    g_autoptr(GHashTable) found = id_set_new();
    Db *db = store->db;
    gboolean ok =
        add_ids(db_select(db, error,
                          "SELECT coalesce(merged_into, id) FROM (SELECT id, merged_into, lower(ref || ' ' ||"
                          " subject || ' ' || requester_name || ' ' || requester_address) AS words"
                          " FROM tickets) AS t WHERE words LIKE $1 ESCAPE '!' OR words LIKE $2 ESCAPE '!'",
                          "tt", small, large),
                found, error) &&
        add_ids(db_select(db, error,
                          "SELECT ticket_id FROM fields WHERE lost_to IS NULL AND lower(value) LIKE $1 ESCAPE '!'"
                          " OR lower(value) LIKE $2 ESCAPE '!'",
                          "tt", small, large),
                found, error) &&
        add_texts(db_select(db, error,
                            "SELECT ticket_id, CASE WHEN lower(reply) LIKE $1 ESCAPE '!' OR lower(reply)"
                            " LIKE $2 ESCAPE '!' THEN 1 ELSE 0 END, length(reply) FROM messages"
                            " WHERE direction <> 'note' OR lower(reply) NOT LIKE '/find %'"
                            " ORDER BY id DESC LIMIT " G_STRINGIFY(MESSAGES_MOST),
                            "tt", small, large),
                  found, error);
    return ok ? g_steal_pointer(&found) : NULL;
}

static gboolean is_missing(gpointer id, gpointer value G_GNUC_UNUSED, gpointer set)
{
    return !g_hash_table_contains(set, id);
}

/* The tickets that all words stand in. */
static GHashTable *tickets_with_all(Store *store, char **words, GError **error)
{
    g_autoptr(GHashTable) found = NULL;
    guint count = 0;
    for (guint i = 0; words[i] && count < WORDS_MOST; i++) {
        if (!*words[i] || (found && g_hash_table_size(found) == 0))
            continue;
        count++;
        g_autoptr(GHashTable) more = tickets_with(store, words[i], error);
        if (!more)
            return NULL;
        if (found)
            g_hash_table_foreach_remove(found, is_missing, more);
        else
            found = g_steal_pointer(&more);
    }
    return found ? g_steal_pointer(&found) : id_set_new();
}

static int newer_first(gconstpointer a, gconstpointer b)
{
    gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;
    return one < other ? 1 : one > other ? -1 : 0;
}

static GArray *sorted_ids(GHashTable *set)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    GHashTableIter iter;
    gpointer id;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &id, NULL))
        g_array_append_vals(ids, id, 1);
    g_array_sort(ids, newer_first);
    return ids;
}

/* Long words are rare: after one that stands nowhere, nothing is left to look for. */
static int longer_first(gconstpointer a, gconstpointer b)
{
    gsize one = strlen(*(char *const *)a), other = strlen(*(char *const *)b);
    return one < other ? 1 : one > other ? -1 : 0;
}

GPtrArray *ticket_search(Store *store, const char *words, guint most, GError **error)
{
    g_autofree char *line = clean_line(words, -1, WORDS_BYTES);
    g_auto(GStrv) split = g_strsplit(line, " ", -1);
    qsort(split, g_strv_length(split), sizeof *split, longer_first);
    g_autoptr(GHashTable) found = tickets_with_all(store, split, error);
    if (!found)
        return NULL;
    g_autoptr(GArray) ids = sorted_ids(found);
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
    for (guint i = 0; i < ids->len && i < most; i++) {
        Ticket *ticket = ticket_get_with(store, g_array_index(ids, gint64, i), 0, PIECES_MOST, error);
        if (!ticket)
            return NULL;
        g_ptr_array_add(tickets, ticket);
    }
    return g_steal_pointer(&tickets);
}
