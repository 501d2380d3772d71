#include "text_scan.h"

#include "uu.h"

#include <postern/base/limits.h>

#include <string.h>

/* A file by uuencode without an end counts when so many lines are data; fewer may be words. */
#define LEAST_LINES 2u
/* What a gateway or a person put between the lines of a file. */
#define MOST_JUNK 4u

typedef struct {
    GArray *pieces;
    TextPiece file;   /* the open one; PIECE_TEXT: none */
    guint64 text;     /* where the text before it begins */
    guint64 data_end; /* behind the last line of data */
    guint lines, junk;
} Finder;

static void piece_clear(gpointer data)
{
    g_free(((TextPiece *)data)->name);
}

static void add_text(Finder *finder, guint64 end)
{
    TextPiece text = {.kind = PIECE_TEXT, .begin = finder->text, .end = end};
    if (end > finder->text)
        g_array_append_val(finder->pieces, text);
    finder->text = end;
}

static void drop_file(Finder *finder)
{
    piece_clear(&finder->file);
    finder->file = (TextPiece){.kind = PIECE_TEXT};
}

static void close_file(Finder *finder, guint64 end)
{
    add_text(finder, finder->file.begin);
    finder->file.end = end;
    g_array_append_val(finder->pieces, finder->file);
    finder->file = (TextPiece){.kind = PIECE_TEXT};
    finder->text = end;
}

/* The end is missing: what came so far, if it was a file at all. */
static void give_up_file(Finder *finder)
{
    if (finder->lines < (finder->file.kind == PIECE_YENC ? 1 : LEAST_LINES)) {
        drop_file(finder);
        return;
    }
    finder->file.is_cut = TRUE;
    close_file(finder, finder->data_end);
}

static gboolean open_file(Finder *finder, const Line *line)
{
    gboolean is_base64 = FALSE;
    YencFile yenc = {0};
    char *name = NULL;
    PieceKind kind = PIECE_TEXT;
    if (line->length > 8 && line->text[0] == '=' && yenc_begin(line, &yenc)) {
        kind = PIECE_YENC;
        name = g_steal_pointer(&yenc.name);
    } else if (line->length > 8 && line->text[0] == 'b' && (name = uu_begin(line, &is_base64))) {
        kind = is_base64 ? PIECE_BASE64 : PIECE_UUENCODE;
    }
    if (kind == PIECE_TEXT)
        return FALSE;
    if (finder->file.kind != PIECE_TEXT)
        give_up_file(finder);
    finder->file = (TextPiece){.kind = kind, .begin = line->offset, .name = name, .yenc = yenc};
    finder->data_end = line->offset + line->full_length;
    finder->lines = 0;
    finder->junk = 0;
    return TRUE;
}

static gboolean is_base64_data(const Line *line)
{
    gsize length = line->length > 0 && line->text[line->length - 1] == '\r' ? line->length - 1 : line->length;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(line->text[i]) && !strchr("+/=", line->text[i]))
            return FALSE;
    return length > 0;
}

static void take_data(Finder *finder, const Line *line)
{
    finder->lines++;
    finder->junk = 0;
    finder->data_end = line->offset + line->full_length;
}

static void take_uu_line(Finder *finder, const Line *line)
{
    gboolean is_base64 = finder->file.kind == PIECE_BASE64;
    if (uu_is_end(line, is_base64))
        close_file(finder, line->offset + line->full_length);
    else if (is_base64 ? is_base64_data(line) : uu_is_data(line, finder->lines == 0))
        take_data(finder, line);
    else if (uu_is_zero(line) && line->length > 0)
        finder->data_end = line->offset + line->full_length;
    else if (finder->lines == 0)
        drop_file(finder);
    else if (++finder->junk > MOST_JUNK)
        give_up_file(finder);
}

static void take_yenc_line(Finder *finder, const Line *line)
{
    take_data(finder, line);
    if (line->text[0] != '=')
        return;
    if (yenc_end(line, &finder->file.yenc))
        close_file(finder, line->offset + line->full_length);
    else
        yenc_part(line, &finder->file.yenc);
}

static void take_line(Finder *finder, const Line *line)
{
    if (open_file(finder, line) || finder->file.kind == PIECE_TEXT)
        return;
    if (finder->file.kind != PIECE_YENC)
        take_uu_line(finder, line);
    else if (line->length > 0)
        take_yenc_line(finder, line);
}

GArray *text_scan(const Source *source, guint64 begin, guint64 end)
{
    Finder finder = {.pieces = g_array_new(FALSE, FALSE, sizeof(TextPiece)), .text = begin};
    g_auto(LineReader) lines = {0};
    Line line;
    g_array_set_clear_func(finder.pieces, piece_clear);
    lines_init(&lines, source, begin, end);
    while (finder.pieces->len < LIMIT_PARTS - 3 && lines_next(&lines, &line))
        take_line(&finder, &line);
    if (finder.file.kind != PIECE_TEXT)
        give_up_file(&finder);
    if (finder.pieces->len > 0)
        add_text(&finder, MIN(end, source->size));
    return finder.pieces;
}
