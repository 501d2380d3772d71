#include <parsers/rules/joined.h>
#include <parsers/rules/keyed_read.h>

#include <string.h>

static const char *const QUOTES[][2] = {
    {"\"", "\""}, {"'", "'"}, {"`", "`"},   {"**", "**"},     {"“", "”"}, {"„", "“"},
    {"„", "”"},   {"«", "»"}, {"»", "«"},   {"‘", "’"},       {"‹", "›"}, {"「", "」"},
    {"『", "』"}, {"<", ">"}, {"__", "__"}, {"\\\"", "\\\""},
};

gsize keyed_blank(const char *text, gsize length, gsize at)
{
    const guchar *c = (const guchar *)text + at;
    if (at >= length)
        return 0;
    if (*c == ' ' || *c == '\t' || *c == '\n' || *c == '\r')
        return 1;
    if (*c < 0x80)
        return 0;
    if (length - at >= 2 && c[0] == 0xc2 && c[1] == 0xa0)
        return 2;
    if (length - at >= 3 && (memcmp(c, "\u3000", 3) == 0 || memcmp(c, "\u202f", 3) == 0))
        return 3;
    return joined_invisible(text, length, at);
}

gsize keyed_skip_blanks(const char *text, gsize from, gsize until)
{
    gsize blank;
    while (from < until && (blank = keyed_blank(text, until, from)))
        from += blank;
    return from;
}

gsize keyed_line_end(const char *text, gsize length, gsize at)
{
    const char *end = at < length ? memchr(text + at, '\n', length - at) : NULL;
    return end ? (gsize)(end - text) : length;
}

/* The bytes of the character in front of `at`. */
static gsize size_before(const char *text, gsize from, gsize at)
{
    gsize start = at;
    do
        start--;
    while (start > from && ((guchar)text[start] & 0xc0) == 0x80);
    return at - start;
}

static gboolean starts_with(const char *text, gsize start, gsize end, const char *with)
{
    gsize size = strlen(with);
    return end - start >= size && memcmp(text + start, with, size) == 0;
}

/* What the quote at the beginning opens ends where it is closed. */
static gboolean trim_quoted(const char *text, gsize *start, gsize *end)
{
    for (gsize i = 0; i < G_N_ELEMENTS(QUOTES); i++) {
        gsize opening = strlen(QUOTES[i][0]), closing = strlen(QUOTES[i][1]);
        if (!starts_with(text, *start, *end, QUOTES[i][0]))
            continue;
        const char *close = memmem(text + *start + opening, *end - *start - opening, QUOTES[i][1], closing);
        if (!close || close == text + *start + opening)
            continue;
        *start += opening;
        *end = (gsize)(close - text);
        return TRUE;
    }
    return FALSE;
}

static gboolean is_front_mark(char c)
{
    return strchr("*`\"'([{=>~#|:;,", c) != NULL;
}

static gboolean is_end_mark(char c)
{
    return strchr("*`\"'|,;.:", c) != NULL;
}

static void trim_front(const char *text, gsize *start, gsize end)
{
    gsize before;
    do {
        before = *start;
        *start = keyed_skip_blanks(text, *start, end);
        if (*start < end && is_front_mark(text[*start]))
            (*start)++;
    } while (*start != before);
}

/* A bracket stays when it was opened inside. */
static gboolean is_lonely(const char *text, gsize start, gsize end, char closing)
{
    char opening = closing == ')' ? '(' : closing == ']' ? '[' : closing == '}' ? '{' : '\0';
    return opening && !memchr(text + start, opening, end - start);
}

static void trim_end(const char *text, gsize start, gsize *end)
{
    while (*end > start) {
        gsize size = size_before(text, start, *end);
        gsize at = *end - size;
        if (keyed_blank(text, *end, at) != size && !(size == 1 && is_end_mark(text[at])) &&
            !(size == 1 && is_lonely(text, start, *end, text[at])))
            return;
        *end = at;
    }
}

void keyed_trim(const char *text, gsize *start, gsize *end)
{
    *start = keyed_skip_blanks(text, *start, *end);
    for (guint depth = 0; depth < 4 && trim_quoted(text, start, end); depth++)
        *start = keyed_skip_blanks(text, *start, *end);
    trim_front(text, start, *end);
    for (guint depth = 0; depth < 2 && trim_quoted(text, start, end); depth++)
        ;
    trim_end(text, *start, end);
}

/* "1." "2)" "(3)" "a)" */
static gsize skip_number(const char *text, gsize from, gsize until)
{
    gsize at = from + (from < until && text[from] == '(');
    gsize first = at;
    while (at < until && g_ascii_isdigit(text[at]) && at - first < 3)
        at++;
    if (at == first && at < until && g_ascii_isalpha(text[at]))
        at++;
    gboolean is_number = at > first && at + 1 < until && strchr(".)", text[at]) && text[at + 1] == ' ';
    return is_number ? at + 1 : from;
}

gsize keyed_line_begin(const char *text, gsize from, gsize until, gboolean with_numbers)
{
    static const char *const bullets[] = {"- ", "* ", "+ ", "•",    "–",    "·",    "◦",  "▪",
                                          "■",  "#",  "→",  "[ ] ", "[x] ", "[X] ", "● ", "・"};
    gsize before;
    do {
        before = from;
        from = keyed_skip_blanks(text, from, until);
        if (from < until && text[from] == '>')
            from++;
        for (gsize i = 0; i < G_N_ELEMENTS(bullets); i++)
            if (starts_with(text, from, until, bullets[i])) {
                from += strlen(bullets[i]);
                break;
            }
        if (with_numbers)
            from = skip_number(text, from, until);
    } while (from != before);
    return from;
}
