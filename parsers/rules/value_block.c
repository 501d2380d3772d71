#include <parsers/rules/value_type.h>
#include <postern/base/clean.h>

#include <string.h>

static gsize indentation(const char *line)
{
    return strspn(line, " \t");
}

/* Of all lines that are not blank: the blanks they all begin with. */
static gsize common_indentation(char *const *lines)
{
    const char *first = NULL;
    gsize common = 0;
    for (guint i = 0; lines[i]; i++) {
        if (!lines[i][indentation(lines[i])])
            continue;
        if (!first) {
            first = lines[i];
            common = indentation(first);
        }
        gsize same = 0;
        while (same < common && lines[i][same] == first[same])
            same++;
        common = same;
    }
    return common;
}

static void append_line(GString *block, const char *line, gsize common)
{
    gsize skip = MIN(common, indentation(line));
    gsize length = strlen(line);
    while (length > skip && g_ascii_isspace(line[length - 1]))
        length--;
    if (block->len > 0)
        g_string_append_c(block, '\n');
    if (length > skip)
        g_string_append_len(block, line + skip, (gssize)(length - skip));
}

/* Back to the end of the last whole line within the limit. */
static gsize cut_end(const char *text, gsize start, gsize end)
{
    if (end - start <= BLOCK_BYTES_MAX)
        return end;
    const char *cut = memrchr(text + start, '\n', BLOCK_BYTES_MAX);
    if (cut)
        return (gsize)(cut - text);
    gsize at = start + BLOCK_BYTES_MAX;
    while (at > start && ((guchar)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

char *block_normalise(const char *text, gsize *start, gsize *end)
{
    while (*end > *start && g_ascii_isspace(text[*end - 1]))
        (*end)--;
    while (*start < *end && g_ascii_isspace(text[*start]))
        (*start)++;
    *end = cut_end(text, *start, *end);
    /* The first line keeps its own indentation, or it could not be compared with the others. */
    gsize from = *start;
    while (from > 0 && strchr(" \t", text[from - 1]))
        from--;
    if (from > 0 && text[from - 1] != '\n')
        from = *start;
    g_autofree char *raw = g_strndup(text + from, *end - from);
    g_auto(GStrv) lines = g_strsplit(raw, "\n", -1);
    gsize common = common_indentation(lines);
    GString *block = g_string_sized_new(strlen(raw));
    for (guint i = 0; lines[i]; i++)
        append_line(block, lines[i], common);
    char *value = clean_text(block->str, (gssize)block->len, BLOCK_BYTES_MAX);
    g_string_free(block, TRUE);
    return value;
}
