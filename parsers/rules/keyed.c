#include <parsers/rules/context_fold.h>
#include <parsers/rules/joined.h>
#include <parsers/rules/keyed_read.h>
#include <postern/base/limits.h>

#include <string.h>

struct Keyed {
    GHashTable *values; /* folded key → GPtrArray of KeyedValue */
    GHashTable *sorted; /* the arrays that are in order; a set */
    guint count;
    gboolean is_cut;
};

static void value_free(gpointer data)
{
    KeyedValue *value = data;
    g_free(value->text);
    g_free(value);
}

void keyed_free(Keyed *keyed)
{
    if (!keyed)
        return;
    g_hash_table_unref(keyed->sorted);
    g_hash_table_unref(keyed->values);
    g_free(keyed);
}

gboolean keyed_is_cut(const Keyed *keyed)
{
    return keyed->is_cut;
}

char *keyed_name_fold(const char *name, gsize length)
{
    GString *folded = g_string_sized_new(length);
    char bytes[FOLD_BYTES_MAX];
    for (const char *at = name; at < name + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '(' && folded->len > 0)
            break; /* "App ID (see the dashboard)" */
        if (g_unichar_isalnum(c) || g_unichar_ismark(c))
            g_string_append_len(folded, bytes, (gssize)context_fold_character(c, TRUE, bytes));
    }
    return g_string_free(folded, FALSE);
}

static void add_folded(KeyReader *reader, char *key, gsize start, gsize end, const char *meant)
{
    Keyed *keyed = reader->keyed;
    if (!*key || end - start > VALUE_BYTES_MAX || keyed->count >= LIMIT_RULE_KEYS) {
        keyed->is_cut |= keyed->count >= LIMIT_RULE_KEYS;
        g_free(key);
        return;
    }
    KeyedValue *value = g_new0(KeyedValue, 1);
    *value = (KeyedValue){.start = start,
                          .end = end,
                          .text = g_strdup(meant),
                          .order = keyed->count++,
                          .is_more = reader->is_more};
    GPtrArray *values = g_hash_table_lookup(keyed->values, key);
    if (values) {
        g_free(key);
    } else {
        values = g_ptr_array_new_with_free_func(value_free);
        g_hash_table_insert(keyed->values, key, values);
    }
    g_ptr_array_add(values, value);
}

void key_reader_add_below(KeyReader *reader, const char *parent, gsize key_start, gsize key_end, gsize start,
                          gsize end, const char *meant)
{
    if (key_end - key_start > KEY_BYTES_MAX || start >= end)
        return;
    if (!meant)
        keyed_trim(reader->text, &start, &end);
    if (start >= end)
        return;
    g_autofree char *own = keyed_name_fold(reader->text + key_start, key_end - key_start);
    add_folded(reader, g_strconcat(*own ? parent : "", own, NULL), start, end, meant);
}

void key_reader_add(KeyReader *reader, gsize key_start, gsize key_end, gsize start, gsize end,
                    const char *meant)
{
    if (key_end > key_start)
        key_reader_add_below(reader, "", key_start, key_end, start, end, meant);
}

void key_reader_claim(KeyReader *reader, gsize start, gsize end)
{
    memset(reader->claimed + start, 1, end - start);
}

Keyed *keyed_read(const char *text, gsize length)
{
    Keyed *keyed = g_new0(Keyed, 1);
    keyed->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    keyed->sorted = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autofree guint8 *claimed = g_new0(guint8, length + 1);
    KeyReader reader = {.text = text, .length = length, .keyed = keyed, .claimed = claimed};
    tree_keys_json(&reader);
    tree_keys_markup(&reader);
    table_read(&reader);
    keyed_read_lines(&reader);
    return keyed;
}

static gint compare_places(gconstpointer a, gconstpointer b)
{
    const KeyedValue *left = *(KeyedValue *const *)a, *right = *(KeyedValue *const *)b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->order > right->order) - (left->order < right->order);
}

/* Of values that overlap the one that was read first stays. */
static void drop_overlaps(GPtrArray *values)
{
    gsize count, kept = 0;
    g_autofree KeyedValue **all = (KeyedValue **)g_ptr_array_steal(values, &count);
    for (gsize i = 0; i < count; i++) {
        KeyedValue *last = kept > 0 ? all[kept - 1] : NULL;
        if (!last || all[i]->start >= last->end) {
            all[kept++] = all[i];
        } else if (last->order < all[i]->order) {
            value_free(all[i]);
        } else {
            value_free(last);
            all[kept - 1] = all[i];
        }
    }
    for (gsize i = 0; i < kept; i++)
        g_ptr_array_add(values, all[i]);
}

const GPtrArray *keyed_values(Keyed *keyed, const char *key)
{
    GPtrArray *values = g_hash_table_lookup(keyed->values, key);
    if (!values || !g_hash_table_add(keyed->sorted, values))
        return values;
    g_ptr_array_sort(values, compare_places);
    drop_overlaps(values);
    return values;
}
