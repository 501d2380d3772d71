#include "file_pieces.h"
#include "mail_tree.h"

void tree_part_free(gpointer data)
{
    TreePart *tree_part = data;
    MailPart *part = &tree_part->part;
    char *strings[] = {part->type,        part->charset, part->name,   part->disposition, part->content_id,
                       part->report_type, part->sha256,  part->method, part->location};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    if (tree_part->content)
        g_bytes_unref(tree_part->content);
    if (tree_part->more)
        g_array_unref(tree_part->more);
    file_piece_free(tree_part->piece);
    g_free(tree_part);
}

TreePart *tree_part_add(GPtrArray *parts, guint parent, guint level)
{
    TreePart *added = g_new0(TreePart, 1);
    added->part.index = parts->len;
    added->part.parent = parent;
    added->part.level = level;
    g_ptr_array_add(parts, added);
    return added;
}

/* What the places of the part are places in. Borrowed from both. */
static void tree_part_source(const Source *mail, const TreePart *part, Source *out)
{
    *out = *mail;
    out->owned = NULL;
    if (part->content) {
        gsize length;
        const char *bytes = g_bytes_get_data(part->content, &length);
        source_init_bytes(out, bytes, length);
    }
}

typedef struct {
    TransferSink sink;
    gpointer user;
    gboolean is_over;
} Chain;

static gboolean chain_sink(gpointer user, const char *bytes, gsize length)
{
    Chain *chain = user;
    chain->is_over = !chain->sink(chain->user, bytes, length);
    return !chain->is_over;
}

void tree_part_decode(const Source *mail, const TreePart *part, TransferSink sink, gpointer user)
{
    Source source;
    Chain chain = {.sink = sink, .user = user};
    tree_part_source(mail, part, &source);
    transfer_decode(&source, part->begin, part->end, part->transfer, chain_sink, &chain);
    for (guint i = 0; part->more && i < part->more->len && !chain.is_over; i++) {
        const Range *range = &g_array_index(part->more, Range, i);
        transfer_decode(&source, range->begin, range->end, part->transfer, chain_sink, &chain);
    }
}

static gboolean collect_sink(gpointer user, const char *bytes, gsize length)
{
    g_byte_array_append(user, (const guint8 *)bytes, (guint)length);
    return TRUE;
}

GBytes *tree_part_decoded(const Source *mail, const TreePart *part)
{
    guint64 raw = part->end > part->begin ? part->end - part->begin : 0;
    if (raw > LIMIT_UNPACK_BYTES)
        return NULL;
    /* base64 says in advance what it comes to: growing would take twice the room. */
    guint64 room = part->transfer == TRANSFER_BASE64 ? raw / 4 * 3 + 4 : raw;
    GByteArray *out = g_byte_array_sized_new((guint)room);
    tree_part_decode(mail, part, collect_sink, out);
    return g_byte_array_free_to_bytes(out);
}
