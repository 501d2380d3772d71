#include "sheet_line.h"

#include <string.h>

/* No command is longer, also misspelt; it is not worth while to look at more. */
#define WORD_BYTES 64u

static gunichar char_at(const char *at, const char *end)
{
    return at < end ? g_utf8_get_char(at) : 0;
}

/* Marks of width zero, of direction, of joining, soft hyphens, byte order marks. */
static gboolean is_unseen(gunichar c)
{
    return g_unichar_type(c) == G_UNICODE_FORMAT || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x034f;
}

static gboolean is_blank(gunichar c)
{
    return c == ' ' || c == '\t' || g_unichar_isspace(c) || c == 0x2800 || c == 0x3164;
}

/* Full-width, small, and those of mathematics: keyboards of phones offer them, and they look like it. */
static gboolean is_slash(gunichar c)
{
    return c == '/' || c == 0xff0f || c == 0x2044 || c == 0x2215;
}

/* What mail programs write around words in bold or as code, and before items of a list. */
static gboolean is_mark(gunichar c)
{
    return c && (c >= 0x80 ? c == 0x2022 || c == 0xb7 || c == 0x2018 || c == 0x2019 || c == 0x201c ||
                                 c == 0x201d || c == 0x201e || c == 0xab || c == 0xbb
                           : strchr("*_`'\"-+([", (int)c) != NULL);
}

const char *sheet_skip_blank(const char *at, const char *end)
{
    while (at < end && (is_blank(char_at(at, end)) || is_unseen(char_at(at, end))))
        at = g_utf8_next_char(at);
    return at;
}

char *sheet_words(const char *start, const char *end)
{
    GString *out = g_string_sized_new((gsize)(end - start) + 1);
    gboolean blank_waits = FALSE;
    for (const char *at = start; at < end; at = g_utf8_next_char(at)) {
        gunichar c = char_at(at, end);
        if (is_blank(c))
            blank_waits = out->len > 0;
        /* Emoji are joined by one. */
        if (is_blank(c) || (is_unseen(c) && c != 0x200d && !(c >= 0xfe00 && c <= 0xfe0f)))
            continue;
        if (blank_waits)
            g_string_append_c(out, ' ');
        blank_waits = FALSE;
        g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* The word at `at`: up to a blank. Points and colons behind it come from phones and habits. */
static char *word_at(const char *at, const char *end, const char **out_rest)
{
    GString *word = g_string_sized_new(16);
    for (; at < end && !is_blank(char_at(at, end)); at = g_utf8_next_char(at)) {
        gunichar c = char_at(at, end);
        if (!is_unseen(c) && word->len < WORD_BYTES)
            g_string_append_unichar(word, is_slash(c) ? '/' : g_unichar_tolower(c));
    }
    *out_rest = at;
    if (word->len > 1 && strchr(".,:;", word->str[word->len - 1]))
        g_string_truncate(word, word->len - 1);
    return g_string_free(word, FALSE);
}

/* "/etc/passwd", "/v2/items?id=1" */
static gboolean is_path(const char *word)
{
    const char *slash = strchr(word, '/');
    return slash && slash[1] != '\0';
}

/* "/close/": TRUE when there was one. */
static gboolean cut_last_slash(char *word)
{
    char *slash = strchr(word, '/');
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

/* Behind one slash. */
static void read_slash(SheetLine *line, const char *at, const char *end)
{
    const char *first = sheet_skip_blank(at, end);
    g_autofree char *word = word_at(first, end, &line->rest);
    if (*word == '\0' || is_path(word)) {
        line->type = LINE_TEXT;
        return;
    }
    gboolean is_odd = cut_last_slash(word);
    /* What cannot be seen before the word does no harm, a blank may be meant as one. */
    for (; at < first; at = g_utf8_next_char(at))
        is_odd |= is_blank(char_at(at, end));
    line->type = is_odd ? LINE_ODD : LINE_SLASH;
    line->word = g_steal_pointer(&word);
}

/* Behind two: an escape only where one slash alone would not do. Comments of programs ("// so") and
 * addresses ("//cdn.example.com/x") stay as they are. */
static void read_escaped(SheetLine *line, const char *second, const char *end)
{
    const char *at = g_utf8_next_char(second);
    gunichar c = char_at(at, end);
    line->type = LINE_TEXT;
    if (at == end || is_blank(c) || is_slash(c))
        return;
    g_autofree char *word = word_at(at, end, &line->rest);
    if (*word == '\0' || is_path(word))
        return;
    line->type = LINE_ESCAPED;
    line->escaped = second;
}

/* "\close", "- /close", and the word in stars or quotes. */
static void read_odd(SheetLine *line, const char *at, const char *end)
{
    line->type = LINE_TEXT;
    gboolean is_turned = char_at(at, end) == '\\';
    while (at < end && !is_turned && is_mark(char_at(at, end)))
        at = sheet_skip_blank(g_utf8_next_char(at), end);
    if (at == end || (!is_turned && !is_slash(char_at(at, end))))
        return;
    g_autofree char *word = word_at(g_utf8_next_char(at), end, &line->rest);
    gsize length = strlen(word);
    while (length > 0 && is_mark((guchar)word[length - 1]))
        word[--length] = '\0';
    if (length == 0 || is_path(word))
        return;
    line->type = LINE_ODD;
    line->word = g_steal_pointer(&word);
}

static void line_read(SheetLine *line)
{
    const char *end = line->start + line->length;
    const char *at = sheet_skip_blank(line->start, end);
    if (at == end) {
        line->type = LINE_EMPTY;
        return;
    }
    if (!is_slash(char_at(at, end))) {
        read_odd(line, at, end);
        return;
    }
    const char *next = g_utf8_next_char(at);
    if (is_slash(char_at(next, end)))
        read_escaped(line, next, end);
    else
        read_slash(line, next, end);
}

gboolean sheet_line_next(const char **at, SheetLine *line)
{
    guint number = line->number + 1;
    sheet_line_clear(line);
    if (!*at)
        return FALSE;
    const char *newline = strchr(*at, '\n');
    *line = (SheetLine){.start = *at, .number = number};
    line->length = newline ? (gsize)(newline - *at) : strlen(*at);
    line_read(line);
    *at = newline ? newline + 1 : NULL;
    return TRUE;
}

void sheet_line_clear(SheetLine *line)
{
    g_clear_pointer(&line->word, g_free);
}
