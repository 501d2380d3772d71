#include "text_files.h"

#include "file_pieces.h"
#include "file_type.h"
#include "text_scan.h"

#include <postern/base/clean.h>

#include <string.h>

/* " (part 4294967295 of 4294967295)". */
#define SUFFIX_BYTES 40u
/* A text that was decoded stays so, for all who read it; what is larger is seldom read to its end. */
#define KEPT_BYTES (4u * 1024 * 1024)

typedef struct {
    const Source *source; /* of the text */
    GBytes *content;      /* when that was decoded first; else NULL */
    GPtrArray *parts;
    guint above; /* index: the part itself */
    GArray *pieces;
    GHashTable *yenc_parts; /* the key of a part → TextPiece of `pieces` */
    GPtrArray *findings;
} Split;

static TreePart *add_leaf(const Split *split, const TextPiece *piece)
{
    const TreePart *above = split->parts->pdata[split->above];
    TreePart *added = tree_part_add(split->parts, split->above, above->part.level + 1);
    added->begin = piece->begin;
    added->end = piece->end;
    added->content = split->content ? g_bytes_ref(split->content) : NULL;
    added->part.is_leaf = TRUE;
    return added;
}

static void add_text(const Split *split, const TextPiece *piece)
{
    const TreePart *above = split->parts->pdata[split->above];
    TreePart *added = add_leaf(split, piece);
    added->part.type = g_strdup(above->part.type);
    added->part.charset = g_strdup(above->part.charset);
    added->part.is_flowed = above->part.is_flowed;
    added->part.is_delsp = above->part.is_delsp;
}

/* Names of uuencode and yEnc are in the charset of whoever wrote the text. */
static char *clean_name(const TextPiece *piece)
{
    const char *from = piece->name ? piece->name : "";
    gsize length = strlen(from);
    gboolean is_quoted = length > 2 && from[0] == '"' && from[length - 1] == '"';
    g_autofree char *raw = g_strndup(from + is_quoted, length - (is_quoted ? 2 : 0));
    g_autofree char *line = header_decode(raw, 4 * LIMIT_NAME_BYTES);
    return *line ? file_name_clean(line) : NULL;
}

static TreePart *add_file(const Split *split, const TextPiece *piece, const char *suffix)
{
    static const Transfer transfers[] = {
        [PIECE_UUENCODE] = TRANSFER_UUENCODE, [PIECE_BASE64] = TRANSFER_BASE64, [PIECE_YENC] = TRANSFER_YENC};
    g_autofree char *name = clean_name(piece);
    TreePart *added = add_leaf(split, piece);
    added->transfer = transfers[piece->kind];
    added->part.is_unpacked = TRUE;
    added->part.type = g_strdup(file_type_of_name(name));
    added->part.disposition = g_strdup("attachment");
    if (suffix && name) {
        g_autofree char *cut = clean_line(name, -1, LIMIT_NAME_BYTES - SUFFIX_BYTES);
        added->part.name = g_strconcat(cut, suffix, NULL);
        return added;
    }
    added->part.name = g_steal_pointer(&name);
    return added;
}

/* The lines around the data would decode to something. */
static void strip_lines(const Source *source, TextPiece *piece)
{
    g_auto(LineReader) lines = {0};
    Line line;
    lines_init(&lines, source, piece->begin, piece->end);
    if (lines_next(&lines, &line))
        piece->begin = lines.next;
    while (!piece->is_cut && lines_next(&lines, &line))
        if (line.length >= 4 && memcmp(line.text, "====", 4) == 0)
            piece->end = line.offset;
}

static void add_uu(const Split *split, TextPiece *piece)
{
    if (piece->kind == PIECE_BASE64)
        strip_lines(split->source, piece);
    const TreePart *added = add_file(split, piece, NULL);
    if (piece->is_cut)
        finding_add(split->findings, "file-broken", "%s in the text has no end",
                    added->part.name ? added->part.name : "a file");
}

static void check_yenc(const Split *split, const TextPiece *piece, const char *name)
{
    const char *wrong = yenc_check(split->source, piece->begin, piece->end, &piece->yenc);
    if (wrong)
        finding_add(split->findings, "file-broken", "%s in the text: %s", name ? name : "a file", wrong);
}

static TextPiece *piece_at(const Split *split, guint index)
{
    return &g_array_index(split->pieces, TextPiece, index);
}

static char *yenc_key(const TextPiece *piece, guint number)
{
    return g_strdup_printf("%u %" G_GUINT64_FORMAT " %s", number, piece->yenc.size, piece->name);
}

/* By key: a look at each for each would take too long. */
static GHashTable *index_yenc_parts(const Split *split)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = split->pieces->len; i-- > 0;) {
        TextPiece *piece = piece_at(split, i);
        if (piece->kind == PIECE_YENC && piece->yenc.part > 0)
            g_hash_table_insert(index, yenc_key(piece, piece->yenc.part), piece);
    }
    return index;
}

/* The part `number` of the same file, or NULL. */
static TextPiece *find_yenc_part(const Split *split, const TextPiece *first, guint number)
{
    g_autofree char *key = yenc_key(first, number);
    return g_hash_table_lookup(split->yenc_parts, key);
}

/* How many parts make the whole file; 0: one is missing, or they do not fit together. */
static guint count_parts(const Split *split, const TextPiece *piece)
{
    guint64 from = 1;
    guint number = 0;
    do {
        const TextPiece *other = find_yenc_part(split, piece, ++number);
        if (!other || other->yenc.begin != from || other->yenc.end < from ||
            other->yenc.end > piece->yenc.size)
            return 0;
        from = other->yenc.end + 1;
    } while (from <= piece->yenc.size);
    return number;
}

/* A part that stands in the mail twice is listed by itself. */
static void take_part(const Split *split, TextPiece *part, const char *name)
{
    g_autofree char *key = yenc_key(part, part->yenc.part);
    g_hash_table_remove(split->yenc_parts, key);
    check_yenc(split, part, name);
    part->kind = PIECE_TEXT;
    part->begin = part->end;
}

/* Where the first of its parts stands; the others are taken with it. */
static void add_joined(const Split *split, const TextPiece *piece, guint count)
{
    TextPiece *first = find_yenc_part(split, piece, 1);
    TreePart *added = add_file(split, first, NULL);
    added->more = g_array_new(FALSE, FALSE, sizeof(Range));
    for (guint number = 2; number <= count; number++) {
        TextPiece *next = find_yenc_part(split, first, number);
        Range range = {.begin = next->begin, .end = next->end};
        g_array_append_val(added->more, range);
        take_part(split, next, added->part.name);
    }
    take_part(split, first, added->part.name);
}

static void add_yenc(const Split *split, TextPiece *piece)
{
    const YencFile *yenc = &piece->yenc;
    if (yenc->part == 0) {
        check_yenc(split, piece, add_file(split, piece, NULL)->part.name);
        return;
    }
    guint count = count_parts(split, piece);
    if (count > 0) {
        add_joined(split, piece, count);
        return;
    }
    g_autofree char *suffix = yenc->total > 0 ? g_strdup_printf(" (part %u of %u)", yenc->part, yenc->total)
                                              : g_strdup_printf(" (part %u)", yenc->part);
    TreePart *added = add_file(split, piece, suffix);
    g_autofree char *name = clean_name(piece);
    added->piece = file_piece_new(name, yenc);
    check_yenc(split, piece, added->part.name);
}

/* Most texts have no such line: one look tells. */
static gboolean has_begin(const char *bytes, gsize length)
{
    const char *end = bytes + length;
    while ((bytes = memmem(bytes, (gsize)(end - bytes), "begin", 5))) {
        bytes += 5;
        if (bytes < end && (*bytes == ' ' || *bytes == '-'))
            return TRUE;
    }
    return FALSE;
}

static gboolean may_hold_files(const Source *source, const TreePart *part)
{
    return !source->bytes || has_begin(source->bytes + part->begin, part->end - part->begin);
}

/* A text in base64 shows nothing before it is decoded; "=" is written "=3D" in quoted-printable. */
static gboolean decode_first(const Source *source, TreePart *part, Split *split, Source *decoded)
{
    if (part->transfer == TRANSFER_QUOTED_PRINTABLE && !may_hold_files(source, part))
        return FALSE;
    if (part->transfer == TRANSFER_UUENCODE || part->transfer == TRANSFER_YENC)
        return FALSE;
    split->content = tree_part_decoded(source, part);
    if (!split->content)
        return FALSE;
    gsize length;
    const char *bytes = g_bytes_get_data(split->content, &length);
    source_init_bytes(decoded, bytes, length);
    return has_begin(bytes, length);
}

/* Empty lines between two files say nothing. */
static gboolean is_blank(const Split *split, const TextPiece *piece)
{
    char text[64];
    if (piece->end - piece->begin > sizeof text)
        return FALSE;
    gsize length = source_read(split->source, piece->begin, text, piece->end - piece->begin);
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isspace(text[i]))
            return FALSE;
    return TRUE;
}

static void split_pieces(Split *split, TreePart *part)
{
    if (split->pieces->len == 0 || split->parts->len + split->pieces->len > LIMIT_PARTS)
        return;
    part->part.is_leaf = FALSE;
    part->part.is_split = TRUE;
    split->yenc_parts = index_yenc_parts(split);
    for (guint i = 0; i < split->pieces->len; i++) {
        TextPiece *piece = piece_at(split, i);
        if (piece->kind == PIECE_YENC)
            add_yenc(split, piece);
        else if (piece->kind != PIECE_TEXT)
            add_uu(split, piece);
        else if (!is_blank(split, piece))
            add_text(split, piece);
    }
    g_hash_table_unref(split->yenc_parts);
}

static void keep_decoded(TreePart *part, GBytes *content)
{
    part->content = content;
    part->begin = 0;
    part->end = g_bytes_get_size(content);
    part->transfer = TRANSFER_NONE;
}

void text_files_split(const Source *source, GPtrArray *parts, TreePart *part, GPtrArray *findings)
{
    Split split = {.source = source, .parts = parts, .above = part->part.index, .findings = findings};
    Source decoded;
    guint64 begin = part->begin, end = part->end;
    if (part->part.level >= LIMIT_LEVELS || part->part.name || strcmp(part->part.type, "text/plain") != 0 ||
        end <= begin)
        return;
    gboolean is_plain = part->transfer == TRANSFER_NONE;
    if (is_plain ? may_hold_files(source, part) : decode_first(source, part, &split, &decoded)) {
        if (!is_plain) {
            split.source = &decoded;
            begin = 0;
            end = decoded.size;
        }
        split.pieces = text_scan(split.source, begin, end);
        split_pieces(&split, part);
        g_array_unref(split.pieces);
    }
    if (split.content && part->part.is_leaf && g_bytes_get_size(split.content) <= KEPT_BYTES)
        keep_decoded(part, g_steal_pointer(&split.content));
    if (split.content)
        g_bytes_unref(split.content);
}
