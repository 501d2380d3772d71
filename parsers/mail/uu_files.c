#include "uu_files.h"

#include <postern/base/limits.h>

#include <string.h>

typedef struct {
    guint64 begin, end;
    char *name; /* of a file; NULL: text */
} Piece;

static void piece_clear(gpointer data)
{
    g_free(((Piece *)data)->name);
}

static gsize without_cr(const Line *line)
{
    return line->length > 0 && line->text[line->length - 1] == '\r' ? line->length - 1 : line->length;
}

/* "begin 644 name": the name, or NULL. */
static char *begin_name(const Line *line)
{
    gsize length = without_cr(line), at = 6;
    if (length < 11 || memcmp(line->text, "begin ", 6) != 0)
        return NULL;
    while (at < length && line->text[at] >= '0' && line->text[at] <= '7')
        at++;
    if ((at != 9 && at != 10) || line->text[at] != ' ')
        return NULL;
    g_autofree char *raw = g_strndup(line->text + at + 1, length - at - 1);
    g_autofree char *name = header_decode(raw, LIMIT_NAME_BYTES);
    return file_name_clean(name);
}

/* The first character counts the octets, and so tells how long the line is; blanks at its end may have gone.
 */
static gboolean is_data(const Line *line)
{
    gsize length = without_cr(line);
    gsize octets = length > 0 ? (gsize)(line->text[0] - ' ') & 63 : 0;
    gsize wanted = 1 + (octets + 2) / 3 * 4;
    return octets > 0 && length <= wanted + 1 && length + 8 >= wanted;
}

static gboolean is_end(const Line *line)
{
    return without_cr(line) == 3 && memcmp(line->text, "end", 3) == 0;
}

static void pieces_add(GArray *pieces, guint64 begin, guint64 end, char *name)
{
    Piece piece = {.begin = begin, .end = end, .name = name};
    if (name || end > begin)
        g_array_append_val(pieces, piece);
}

/* Texts and files in turn. A file without an end is text. */
static GArray *pieces_find(const Source *source, const TreePart *part)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    g_auto(LineReader) lines = {0};
    g_autofree char *name = NULL;
    guint64 text = part->begin, file = 0;
    gboolean was_begin = FALSE;
    Line line;
    g_array_set_clear_func(pieces, piece_clear);
    lines_init(&lines, source, part->begin, part->end);
    while (pieces->len <= LIMIT_PARTS && lines_next(&lines, &line)) {
        if (!name) {
            name = begin_name(&line);
            file = line.offset;
            was_begin = name != NULL;
            continue;
        }
        if (was_begin && !is_data(&line))
            g_clear_pointer(&name, g_free);
        was_begin = FALSE;
        if (name && is_end(&line)) {
            pieces_add(pieces, text, file, NULL);
            pieces_add(pieces, file, lines.next, g_steal_pointer(&name));
            text = lines.next;
        }
    }
    if (pieces->len > 0)
        pieces_add(pieces, text, part->end, NULL);
    return pieces;
}

static void add_piece(GPtrArray *parts, const TreePart *above, Piece *piece)
{
    TreePart *added = tree_part_add(parts, above->part.index, above->part.level + 1);
    added->begin = piece->begin;
    added->end = piece->end;
    added->part.is_leaf = TRUE;
    if (piece->name) {
        added->part.type = g_strdup("application/octet-stream");
        added->part.disposition = g_strdup("attachment");
        added->part.name = g_steal_pointer(&piece->name);
        added->transfer = TRANSFER_UUENCODE;
        return;
    }
    added->part.type = g_strdup(above->part.type);
    added->part.charset = g_strdup(above->part.charset);
    added->part.is_flowed = above->part.is_flowed;
    added->part.is_delsp = above->part.is_delsp;
}

/* Most texts have no such line: one look tells. */
static gboolean may_hold_files(const Source *source, const TreePart *part)
{
    if (part->transfer != TRANSFER_NONE || strcmp(part->part.type, "text/plain") != 0 ||
        part->end <= part->begin)
        return FALSE;
    return !source->bytes || memmem(source->bytes + part->begin, part->end - part->begin, "begin ", 6);
}

void uu_files_split(const Source *source, GPtrArray *parts, TreePart *part)
{
    if (part->part.level >= LIMIT_LEVELS || part->part.name || !may_hold_files(source, part))
        return;
    g_autoptr(GArray) pieces = pieces_find(source, part);
    if (pieces->len == 0 || parts->len + pieces->len > LIMIT_PARTS)
        return;
    part->part.is_leaf = FALSE;
    for (guint i = 0; i < pieces->len; i++)
        add_piece(parts, part, &g_array_index(pieces, Piece, i));
}
