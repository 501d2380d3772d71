#include "gateway/app/parse_view.h"

#include <string.h>

/* The reply is made of lines of the text: where each of them stands in both. */
typedef struct {
    gsize in_reply, in_text, length;
} SharedLine;

static gsize line_length(const char *line)
{
    return strcspn(line, "\n");
}

static gboolean is_blank(const char *line, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (line[i] != ' ' && line[i] != '\t')
            return FALSE;
    return TRUE;
}

static const TextSpan *span_at(const Reading *reading, guint *next, gsize at)
{
    while (*next < reading->spans->len) {
        const TextSpan *span = reading->spans->pdata[*next];
        if (at < span->end)
            return at >= span->start ? span : NULL;
        ++*next;
    }
    return NULL;
}

/* Next line of the reply that says something, at or behind `at`; NULL at the end. */
static const char *next_reply_line(const char *at)
{
    while (*at && is_blank(at, line_length(at)))
        at += line_length(at) + (at[line_length(at)] == '\n');
    return *at ? at : NULL;
}

static GArray *shared_lines(const Reading *reading)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(SharedLine));
    const char *reply = next_reply_line(reading->reply);
    guint next_span = 0;
    for (const char *line = reading->text; *line && reply;) {
        gsize length = line_length(line), start = (gsize)(line - reading->text);
        const TextSpan *span = span_at(reading, &next_span, start);
        if (span && span->role == SPAN_REPLY && !is_blank(line, length)) {
            SharedLine shared = {(gsize)(reply - reading->reply), start, line_length(reply)};
            g_array_append_val(lines, shared);
            reply += shared.length;
            reply = next_reply_line(reply + (*reply == '\n'));
        }
        line += length + (line[length] == '\n');
    }
    return lines;
}

/* FALSE when there is no such place. */
static gboolean place_in_text(const GArray *lines, gsize in_reply, gsize *out)
{
    for (guint i = 0; i < lines->len; i++) {
        const SharedLine *line = &g_array_index(lines, SharedLine, i);
        if (in_reply < line->in_reply || in_reply > line->in_reply + line->length)
            continue;
        *out = line->in_text + (in_reply - line->in_reply);
        return TRUE;
    }
    return FALSE;
}

static void mark_field(const Reading *reading, const GArray *lines, const Field *field, const Field **marks)
{
    gsize start = field->start, end = field->end, length = strlen(reading->text);
    gboolean is_reply = strcmp(field->where, "reply") == 0;
    if (!is_reply && strcmp(field->where, "text") != 0)
        return;
    if (is_reply && (!place_in_text(lines, field->start, &start) || !place_in_text(lines, field->end, &end)))
        return;
    for (gsize at = start; at < MIN(end, length); at++)
        if (!marks[at])
            marks[at] = field;
}

static const Field **lay_marks(const Reading *reading)
{
    const Field **marks = g_new0(const Field *, strlen(reading->text) + 1);
    g_autoptr(GArray) lines = shared_lines(reading);
    for (guint i = 0; i < reading->fields->len; i++)
        mark_field(reading, lines, reading->fields->pdata[i], marks);
    return marks;
}

static void add_line(GArray *pieces, const char *text, gsize start, gsize end, const TextSpan *span,
                     const Field *const *marks)
{
    ParsePiece piece = {.start = start, .end = end, .is_blank = !span, .ends_line = TRUE};
    piece.role = span ? span->role : SPAN_REPLY;
    if (!span || is_blank(text + start, end - start)) {
        g_array_append_val(pieces, piece);
        return;
    }
    for (gsize at = start; at < end; at = piece.end) {
        piece.start = at;
        piece.field = marks[at];
        for (piece.end = at + 1; piece.end < end && marks[piece.end] == marks[at]; piece.end++)
            ;
        piece.ends_line = piece.end == end;
        g_array_append_val(pieces, piece);
    }
}

GArray *parse_pieces(const Reading *reading)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(ParsePiece));
    g_autofree const Field **marks = lay_marks(reading);
    guint next_span = 0;
    for (const char *line = reading->text; *line;) {
        gsize length = line_length(line), start = (gsize)(line - reading->text);
        gsize lead = is_blank(line, length) ? 0 : strspn(line, " \t");
        const TextSpan *span = span_at(reading, &next_span, start + lead);
        add_line(pieces, reading->text, start, start + length, span, marks);
        line += length + (line[length] == '\n');
    }
    return pieces;
}
