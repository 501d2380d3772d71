#include "place.h"

#include <string.h>

static gboolean place_is_boundary(const GPtrArray *boundaries, const Line *line)
{
    if (line->length < 3 || line->text[0] != '-' || line->text[1] != '-')
        return FALSE;
    for (guint i = 0; i < boundaries->len; i++) {
        gsize length = strlen(boundaries->pdata[i]);
        if (line->length < length + 2 || memcmp(line->text + 2, boundaries->pdata[i], length) != 0)
            continue;
        const char *rest = line->text + 2 + length, *end = line->text + line->length;
        if (end - rest >= 2 && rest[0] == '-' && rest[1] == '-')
            rest += 2;
        while (rest < end && strchr(" \t\r", *rest) && *rest)
            rest++;
        if (rest == end)
            return TRUE;
    }
    return FALSE;
}

void place_whole(const Source *source, const GPtrArray *boundaries, guint64 begin, gboolean has_header,
                 TreePart *added)
{
    g_auto(LineReader) lines = {0};
    Line line;
    guint line_end = 0; /* octets of the last line's end: they belong to the boundary */
    lines_init(&lines, source, begin, source->size);
    added->begin = has_header ? source->size : begin;
    added->end = source->size;
    while (lines_next(&lines, &line)) {
        gsize length = line.length > 0 && line.text[line.length - 1] == '\r' ? line.length - 1 : line.length;
        if (has_header && length == 0) {
            added->begin = lines.next;
            has_header = FALSE;
        } else if (place_is_boundary(boundaries, &line)) {
            added->end = line.offset - line_end;
            break;
        }
        line_end = (guint)(line.length - length) + 1;
    }
    added->begin = MIN(added->begin, added->end);
}

guint64 place_after_boundary(const Source *source, const GPtrArray *boundaries, guint64 from)
{
    g_auto(LineReader) lines = {0};
    Line line;
    lines_init(&lines, source, from, source->size);
    while (lines_next(&lines, &line))
        if (place_is_boundary(boundaries, &line))
            return lines.next;
    return source->size;
}
