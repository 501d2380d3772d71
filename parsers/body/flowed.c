#include <postern/body.h>

#include <string.h>

typedef struct {
    guint depth;
    const char *words; /* behind the quote marks and the stuffed blank */
    gsize length;
    gboolean is_flowed, is_separator;
} FlowedLine;

/* RFC 3676 4.1 to 4.5: quote marks first, then one stuffed blank, then the blank at the end. */
static FlowedLine line_of(const char *start, const char *end)
{
    FlowedLine line = {.words = start};
    if (end > start && end[-1] == '\r')
        end--;
    while (line.words < end && *line.words == '>') {
        line.words++;
        line.depth++;
    }
    if (line.words < end && *line.words == ' ')
        line.words++;
    line.length = (gsize)(end - line.words);
    line.is_separator = line.length == 3 && memcmp(line.words, "-- ", 3) == 0;
    line.is_flowed = line.length > 0 && end[-1] == ' ' && !line.is_separator;
    return line;
}

static void append_start(GString *out, guint depth)
{
    for (guint i = 0; i < depth; i++)
        g_string_append_c(out, '>');
    if (depth > 0)
        g_string_append_c(out, ' ');
}

char *body_unflow(const char *text, gboolean delete_space)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    gboolean goes_on = FALSE;
    guint depth = 0;
    for (const char *start = text; start;) {
        const char *newline = strchr(start, '\n');
        const char *end = newline ? newline : start + strlen(start);
        FlowedLine line = line_of(start, end);
        gboolean joins = goes_on && line.depth == depth && !line.is_separator;
        if (start > text && !joins)
            g_string_append_c(out, '\n');
        if (!joins)
            append_start(out, line.depth);
        g_string_append_len(out, line.words, (gssize)line.length);
        goes_on = line.is_flowed && newline;
        depth = line.depth;
        if (goes_on && delete_space)
            g_string_truncate(out, out->len - 1);
        start = newline ? newline + 1 : NULL;
    }
    return g_string_free(out, FALSE);
}
