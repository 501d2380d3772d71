#include <parsers/rules/section.h>

#include <string.h>

#define HEADING_BYTES_MAX 240u /* a longer line is a paragraph */
#define SECTION_LINES_MAX 100u
#define HEADING_REST_MAX 60u /* "… the problem on a fresh install:" */
#define WRAP_COLUMN 60u      /* a line this long may go on in the next */

typedef struct {
    gsize start, end; /* without the line end */
} Line;

static Line line_at(const char *text, gsize length, gsize start)
{
    const char *end = start < length ? memchr(text + start, '\n', length - start) : NULL;
    return (Line){start, end ? (gsize)(end - text) : length};
}

static gsize line_next(Line line, gsize length)
{
    return MIN(line.end + 1, length);
}

static gboolean is_blank(const char *text, Line line)
{
    for (gsize at = line.start; at < line.end; at++)
        if (!g_ascii_isspace(text[at]))
            return FALSE;
    return TRUE;
}

char *section_heading_fold(const char *heading)
{
    g_autofree char *folded = g_utf8_casefold(heading, -1);
    g_strstrip(folded);
    if (g_str_has_suffix(folded, ":"))
        folded[strlen(folded) - 1] = '\0';
    return g_strchomp(g_steal_pointer(&folded));
}

static gsize skip_marks(const char *text, gsize at, gsize end, const char *marks)
{
    while (at < end && text[at] && strchr(marks, text[at]))
        at++;
    return at;
}

static gsize skip_digits(const char *text, gsize at, gsize end)
{
    while (at < end && g_ascii_isdigit(text[at]))
        at++;
    return at;
}

/* "Step 2", "Schritt 2:", "Étape 2 -" */
static gboolean is_step_word(const char *text, gsize at, gsize end)
{
    static const char *const words[] = {"step ", "schritt ", "étape ", "paso ", "passo ",
                                        "stap ", "шаг ",     "krok ",  "steg "};
    if (end - at > 40)
        end = at + 40;
    g_autofree char *raw = g_utf8_make_valid(text + at, (gssize)(end - at));
    g_autofree char *folded = g_utf8_casefold(raw, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(folded, words[i]))
            return g_ascii_isdigit(folded[strlen(words[i])]);
    return FALSE;
}

/* "1. …", "2) …", "(3) …", "- …", "• …", "a) …", "Step 4: …" */
static gboolean is_item(const char *text, Line line)
{
    gsize at = skip_marks(text, line.start, line.end, " \t*_(");
    gsize digits = skip_digits(text, at, line.end);
    if (digits > at && digits - at <= 3 && digits < line.end)
        return strchr(".):-", text[digits]) && digits + 1 < line.end && !g_ascii_isdigit(text[digits + 1]);
    at = skip_marks(text, line.start, line.end, " \t");
    if (at + 2 >= line.end)
        return FALSE;
    if (strchr("-*+", text[at]) && text[at + 1] == ' ')
        return TRUE;
    if (g_ascii_islower(text[at]) && text[at + 1] == ')')
        return TRUE;
    if (strncmp(text + at, "•", 3) == 0 || strncmp(text + at, "–", 3) == 0 || strncmp(text + at, "·", 2) == 0)
        return TRUE;
    return is_step_word(text, at, line.end);
}

/* The first line at `from` or later that is not blank; at most two blank ones are skipped. */
static gboolean next_filled(const char *text, gsize length, gsize from, Line *out)
{
    for (guint blank = 0; from < length && blank <= 2; blank++) {
        *out = line_at(text, length, from);
        if (!is_blank(text, *out))
            return TRUE;
        from = line_next(*out, length);
    }
    return FALSE;
}

static gboolean is_followed_by_item(const char *text, gsize length, Line line)
{
    Line next;
    return next_filled(text, length, line_next(line, length), &next) && is_item(text, next);
}

/* "…:" or "…：" */
static gsize find_colon(const char *text, gsize from, gsize end, gsize *out_after)
{
    for (gsize at = from; at < end; at++) {
        gsize bytes = text[at] == ':' ? 1 : end - at >= 3 && strncmp(text + at, "：", 3) == 0 ? 3 : 0;
        if (!bytes)
            continue;
        *out_after = at + bytes;
        return at;
    }
    return end;
}

static gboolean begins_with_word(const char *folded, const char *heading)
{
    if (!g_str_has_prefix(folded, heading))
        return FALSE;
    gunichar next = g_utf8_get_char(folded + strlen(heading));
    /* Scripts without blanks between words have no ends of words either. */
    return next == 0 || next >= 0x1100 || !g_unichar_isalnum(next);
}

/* Decides whether a line is a heading, and where the text below it, or beside it, begins. */
static gboolean heading_opens(const char *text, gsize length, Line line, const GPtrArray *headings,
                              gsize *out_content)
{
    if (line.end - line.start > HEADING_BYTES_MAX)
        return FALSE;
    gsize begin = skip_marks(text, line.start, line.end, " \t*#_=-[(");
    gsize digits = skip_digits(text, begin, line.end);
    if (digits > begin && digits < line.end && strchr(".)", text[digits]))
        begin = skip_marks(text, digits + 1, line.end, " \t*_");
    g_autofree char *raw = g_strndup(text + begin, line.end - begin);
    g_autofree char *folded = g_utf8_casefold(raw, -1);
    gsize after = line.end, colon = find_colon(text, begin, line.end, &after);
    gsize inline_at = skip_marks(text, after, line.end, " \t*_");
    for (guint i = 0; i < headings->len; i++) {
        const char *heading = headings->pdata[i];
        const char *inside = strstr(folded, heading);
        if (!inside)
            continue;
        gboolean is_first = begins_with_word(folded, heading);
        gsize size = strlen(heading);
        const char *rest = inside + size;
        *out_content = line_next(line, length);
        if (is_first && rest[strspn(rest, " \t*_]):=#")] == '\0')
            return TRUE;
        if (is_first && colon < line.end && colon - begin <= size + HEADING_REST_MAX) {
            if (inline_at < line.end)
                *out_content = inline_at;
            return TRUE;
        }
        /* "Here are the steps to reproduce:", or a heading with a few words more: a list proves it. */
        if ((colon < line.end && inline_at >= line.end) || is_first || strlen(rest) <= HEADING_REST_MAX)
            if (is_followed_by_item(text, length, line))
                return TRUE;
    }
    return FALSE;
}

/* "Expected result:", alone in its line or before a few words: the next section. */
static gboolean is_other_heading(const char *text, Line line)
{
    gsize after = line.end, at = skip_marks(text, line.start, line.end, " \t*#_");
    gsize colon = find_colon(text, at, line.end, &after);
    if (at < line.end && text[line.start] == '#')
        return TRUE;
    if (colon >= line.end || colon - at > 40 || is_item(text, line))
        return FALSE;
    guint words = 1;
    for (gsize i = at; i < colon; i++)
        words += text[i] == ' ';
    return words <= 4 && at < colon && g_unichar_isupper(g_utf8_get_char(text + at));
}

/* A line right below a piece of the section: does it go on? */
static gboolean goes_on(const char *text, Line before, Line line, gboolean is_list)
{
    if (is_other_heading(text, line))
        return FALSE;
    if (!is_list || is_item(text, line) || g_ascii_isspace(text[line.start]))
        return TRUE;
    return before.end - before.start >= WRAP_COLUMN || g_unichar_islower(g_utf8_get_char(text + line.start));
}

/* The end of the section whose first filled line is `line`. */
static gsize section_end(const char *text, gsize length, Line line)
{
    gboolean is_list = is_item(text, line);
    gsize end = line.end;
    for (guint count = 0; count < SECTION_LINES_MAX; count++) {
        Line before = line;
        gsize next = line_next(line, length);
        if (next >= length)
            break;
        line = line_at(text, length, next);
        if (is_blank(text, line)) {
            if (!next_filled(text, length, next, &line))
                break;
            gboolean is_indented = is_list && text[line.start] == ' ' && text[line.start + 1] == ' ';
            if (!is_item(text, line) && !is_indented)
                break;
            is_list = TRUE;
        } else if (!goes_on(text, before, line, is_list)) {
            break;
        } else if (is_item(text, line)) {
            is_list = TRUE;
        }
        end = line.end;
    }
    return end;
}

/* "--------" below a heading. */
static gsize skip_underline(const char *text, gsize length, gsize at)
{
    Line line = line_at(text, length, at);
    return line.end - line.start >= 3 && skip_marks(text, line.start, line.end, "-=~*_ ") == line.end
               ? line_next(line, length)
               : at;
}

gboolean section_find(const char *text, gsize length, gsize from, gsize until, const GPtrArray *headings,
                      gsize *out_start, gsize *out_end)
{
    while (from < MIN(length, until)) {
        Line line = line_at(text, length, from), first;
        gsize content;
        if (!is_blank(text, line) && heading_opens(text, length, line, headings, &content)) {
            gboolean is_inline = content < line.end;
            if (is_inline)
                first = (Line){content, line.end};
            else
                content = skip_underline(text, length, content);
            if ((is_inline || next_filled(text, length, content, &first)) && first.start < first.end) {
                *out_start = first.start;
                *out_end = section_end(text, length, first);
                return TRUE;
            }
        }
        from = line_next(line, length);
        if (line.end >= length)
            break;
    }
    return FALSE;
}
