#include "file_pieces.h"

#include <postern/base/limits.h>

struct FilePiece {
    char *name;
    guint number, total;
    guint64 size; /* of the whole file */
};

FilePiece *file_piece_new(const char *name, const YencFile *yenc)
{
    FilePiece *piece = g_new0(FilePiece, 1);
    piece->name = g_strdup(name);
    piece->number = yenc->part;
    piece->total = yenc->total;
    piece->size = yenc->size;
    return piece;
}

void file_piece_free(FilePiece *piece)
{
    if (!piece)
        return;
    g_free(piece->name);
    g_free(piece);
}

static char *key_of(const FilePiece *piece, guint number)
{
    return g_strdup_printf("%u %u %" G_GUINT64_FORMAT " %s", number, piece->total, piece->size,
                           piece->name ? piece->name : "");
}

static TreePart *find(GHashTable *index, const FilePiece *piece, guint number)
{
    g_autofree char *key = key_of(piece, number);
    return g_hash_table_lookup(index, key);
}

/* Places of one range after the other are in one and the same octets. */
static gboolean is_whole(GHashTable *index, const TreePart *first)
{
    if (first->piece->total < 2 || first->piece->total > LIMIT_PARTS)
        return FALSE;
    for (guint number = 2; number <= first->piece->total; number++) {
        const TreePart *next = find(index, first->piece, number);
        if (!next || next->content != first->content || next->more)
            return FALSE;
    }
    return TRUE;
}

static void join(GHashTable *index, TreePart *first)
{
    if (!first->more)
        first->more = g_array_new(FALSE, FALSE, sizeof(Range));
    for (guint number = 2; number <= first->piece->total; number++) {
        TreePart *next = find(index, first->piece, number);
        Range range = {.begin = next->begin, .end = next->end};
        g_array_append_val(first->more, range);
        next->part.is_leaf = FALSE;
        g_clear_pointer(&next->piece, file_piece_free);
    }
    g_free(first->part.name);
    first->part.name = g_steal_pointer(&first->piece->name);
    g_clear_pointer(&first->piece, file_piece_free);
}

/* Of two with one number the first counts. */
static GHashTable *index_pieces(const GPtrArray *parts)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = parts->len; i-- > 0;) {
        TreePart *part = parts->pdata[i];
        if (part->piece)
            g_hash_table_insert(index, key_of(part->piece, part->piece->number), part);
    }
    return index;
}

void file_pieces_join(GPtrArray *parts, GPtrArray *findings)
{
    g_autoptr(GHashTable) index = NULL;
    for (guint i = 0; i < parts->len; i++) {
        TreePart *part = parts->pdata[i];
        if (!part->piece)
            continue;
        if (!index)
            index = index_pieces(parts);
        if (part->piece->number == 1 && find(index, part->piece, 1) == part && is_whole(index, part))
            join(index, part);
    }
    for (guint i = 0; index && i < parts->len; i++) {
        const TreePart *part = parts->pdata[i];
        if (part->piece)
            finding_add(findings, "file-piece", "%s: the others are not in this mail",
                        part->part.name ? part->part.name : "a part of a file");
    }
}
