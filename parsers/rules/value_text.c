#include <parsers/rules/value_parts.h>

#include <string.h>

char *text_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    value_narrow_blanks(text, start, end);
    value_narrow_quotes(text, start, end);
    value_narrow_blanks(text, start, end);
    return value_if_fits(spec, value_squeeze(text, *start, *end), why);
}

char *word_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    g_autofree char *raw = text_normalise(spec, text, start, end, why);
    if (!raw)
        return NULL;
    const char *known = spec->words ? known_words_find(spec->words, raw) : NULL;
    return known ? g_strdup(known) : value_refuse(why, "none of the known words");
}

static guint count_lines(const char *block)
{
    guint lines = 1;
    for (; *block; block++)
        lines += *block == '\n';
    return lines;
}

char *lines_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    g_autofree char *block = block_normalise(text, start, end);
    guint lines = count_lines(block);
    if (lines < spec->min_lines)
        return value_refuse(why, "too few lines");
    if (lines > spec->max_lines)
        return value_refuse(why, "too many lines");
    return value_if_fits(spec, g_steal_pointer(&block), why);
}
