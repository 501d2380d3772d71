#include <postern/base/digest.h>
#include <postern/base/limits.h>
#include <postern/ids.h>

#include <string.h>

/* White space inside an id comes from folding and is not part of it: some programs break long
 * ids over two lines. A scan gives up after this many bytes, so that "<<<<…" stays linear. */
#define SCAN_BYTES (LIMIT_MESSAGE_ID_BYTES + 64u)

/* The closing bracket for the opening one at `open`, or NULL. Quoted id-left may hold brackets. */
static const char *closing_bracket(const char *open)
{
    gboolean quoted = FALSE;
    for (const char *at = open + 1; *at && at - open < (gssize)SCAN_BYTES; at++) {
        if (*at == '\\' && quoted && at[1])
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == '>' && !quoted)
            return at;
        else if (*at == '<' && !quoted)
            return NULL;
    }
    return NULL;
}

/* As closing_bracket, when a stray quote made it fail. */
static const char *plain_bracket(const char *open)
{
    gsize length = strcspn(open + 1, "<>");
    return open[1 + length] == '>' && length < SCAN_BYTES ? open + 1 + length : NULL;
}

/* The id between two places without its white space; NULL when it is none. */
static char *id_between(const char *start, const char *end)
{
    GString *id = g_string_new(NULL);
    for (; start < end; start++)
        if (*start != ' ' && *start != '\t' && *start != '\r' && *start != '\n')
            g_string_append_c(id, *start);
    const char *at = memchr(id->str, '@', id->len);
    gboolean valid = at && at > id->str && at[1] != '\0' && id->len <= LIMIT_MESSAGE_ID_BYTES &&
                     g_utf8_validate(id->str, (gssize)id->len, NULL);
    for (const char *c = id->str; valid && *c; c = g_utf8_next_char(c))
        /* The line separator counts as graphic for GLib. */
        valid = g_unichar_isgraph(g_utf8_get_char(c)) && !g_unichar_isspace(g_utf8_get_char(c));
    return g_string_free(id, !valid);
}

static void take(GPtrArray *ids, GHashTable *seen, char *id)
{
    if (!id || g_hash_table_contains(seen, id)) {
        g_free(id);
        return;
    }
    g_hash_table_add(seen, id);
    g_ptr_array_add(ids, id);
    /* The first is the root of the thread, the last ones are the nearest. */
    if (ids->len > LIMIT_REFERENCES) {
        g_hash_table_remove(seen, ids->pdata[1]);
        g_ptr_array_remove_index(ids, 1);
    }
}

/* A field without any bracket, whose only word is an id: a known mistake of simple programs. */
static char *bare_id(const char *raw)
{
    gsize lead = strspn(raw, " \t\r\n"), length = strcspn(raw + lead, " \t\r\n");
    return raw[lead + length + strspn(raw + lead + length, " \t\r\n")] == '\0' && !strchr(raw, '>')
               ? id_between(raw + lead, raw + lead + length)
               : NULL;
}

GPtrArray *ids_scan(const char *raw)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    if (!raw)
        return ids;
    /* Keys are borrowed from `ids`. */
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const char *open = strchr(raw, '<');
    if (!open)
        take(ids, seen, bare_id(raw));
    while (open) {
        const char *close = closing_bracket(open);
        if (!close)
            close = plain_bracket(open);
        if (close)
            take(ids, seen, id_between(open + 1, close));
        open = strchr(close ? close : open + 1, '<');
    }
    return ids;
}

gint64 ids_hash(const char *message_id)
{
    guint8 sum[DIGEST_BYTES];
    digest_of(message_id, strlen(message_id), sum);
    guint64 hash = 0;
    for (guint i = 0; i < 8; i++)
        hash = hash << 8 | sum[i];
    return hash == 0 ? 1 : (gint64)hash;
}
