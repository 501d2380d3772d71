#include "parsers/reply/lines.h"

#include "parsers/reply/phrases.h"

#include <postern/base/ascii.h>
#include <string.h>

/* Marks of direction and width zero and soft hyphens. Like them, the stars and underscores of emphasis are
 * left out: clients put them around the words that are looked for. */
static gboolean is_unseen(gunichar c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff || c == 0xad;
}

/* What becomes of an ASCII octet. */
static char fold_table[128];
#define FOLD_BLANK ' '
#define FOLD_NOTHING '\0'

static void fold_table_make(void)
{
    static gsize is_made = 0;
    if (!g_once_init_enter(&is_made))
        return;
    for (int c = 0; c < 128; c++)
        fold_table[c] = g_ascii_isspace(c)     ? FOLD_BLANK
                        : c == '*' || c == '_' ? FOLD_NOTHING
                        : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a')
                                               : (char)c;
    g_once_init_leave(&is_made, 1);
}

/* What is folded is appended from `start` on: the words of a line begin there. */
static void fold_blank(GString *out, gsize start)
{
    if (out->len > start && out->str[out->len - 1] != ' ')
        g_string_append_c(out, ' ');
}

/* A run of ASCII: nearly all text is. Returns its end. */
static const char *fold_ascii(GString *out, gsize start, const char *text, const char *end)
{
    enum { STEP = 8 };
    static const char marks[] = {'*', '_'};
    gsize from = out->len;
    g_string_set_size(out, from + (gsize)(end - text));
    char *to = out->str + from, before = from > start ? to[-1] : ' ';
    while (text < end && (guchar)*text < 0x80) {
        gsize plain = ascii_lower_plain(to, text, (gsize)(end - text), marks, before);
        text += plain;
        to += plain;
        before = plain > 0 ? to[-1] : before;
        for (const char *stop = text + MIN(STEP, end - text); text < stop && (guchar)*text < 0x80; text++) {
            char folded = fold_table[(guchar)*text];
            if (folded != FOLD_NOTHING && (folded != FOLD_BLANK || before != ' '))
                *to++ = before = folded;
        }
    }
    g_string_truncate(out, (gsize)(to - out->str));
    return text;
}

/* The plain sign for one that programs choose by language or taste: dashes, apostrophes, digits. 0: none. */
static char plain_sign(gunichar c)
{
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return '-';
    if (c == 0x2018 || c == 0x2019)
        return '\'';
    int digit = c >= 0x660 ? g_unichar_digit_value(c) : -1;
    return digit >= 0 ? (char)('0' + digit) : 0;
}

static void fold_other(GString *out, gsize start, gunichar c)
{
    if (is_unseen(c))
        return;
    char plain = plain_sign(c);
    if (plain)
        g_string_append_c(out, plain);
    else if (g_unichar_isspace(c))
        fold_blank(out, start);
    else
        g_string_append_unichar(out, g_unichar_tolower(c));
}

/* Signs that are NFC as they are, whatever stands before them (UAX 15): marks that would join with them lie
 * elsewhere. Latin and Cyrillic letters, punctuation, frames, ideographs, kana, hangul, wide forms, emoji. */
static gboolean is_composed(gunichar c)
{
    static const struct {
        gunichar first, last;
    } ranges[] = {{0x0000, 0x02ff}, {0x0400, 0x0482}, {0x2010, 0x206f},  {0x2500, 0x27bf},
                  {0x3001, 0x3029}, {0x3041, 0x3096}, {0x30a1, 0x30fe},  {0x3400, 0x9fff},
                  {0xac00, 0xd7a3}, {0xff01, 0xff9f}, {0x1f300, 0x1faff}};
    for (gsize i = 0; i < G_N_ELEMENTS(ranges) && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return TRUE;
    return FALSE;
}

static void compose(GString *out, gsize start)
{
    g_autofree char *composed =
        g_utf8_normalize(out->str + start, (gssize)(out->len - start), G_NORMALIZE_NFC);
    g_string_truncate(out, start);
    g_string_append(out, composed);
}

/* Appends what was folded. */
static void fold_into(GString *out, const char *text, const char *end)
{
    gboolean composed = TRUE;
    gsize start = out->len;
    fold_table_make();
    while (text < end) {
        if ((guchar)*text < 0x80) {
            text = fold_ascii(out, start, text, end);
            continue;
        }
        gunichar c = g_utf8_get_char_validated(text, end - text);
        gboolean is_broken = c == (gunichar)-1 || c == (gunichar)-2;
        text += is_broken ? 1 : g_utf8_skip[*(const guchar *)text];
        if (is_broken)
            continue;
        composed = composed && is_composed(c);
        fold_other(out, start, c);
    }
    if (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    if (!composed)
        compose(out, start);
}

char *text_fold(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length + 1);
    fold_into(out, text, text + length);
    return g_string_free(out, FALSE);
}

/* Returns where the words begin. Blanks before the first mark: a few come from clients, many are code. */
static const char *skip_quote_marks(const char *at, const char *end, guint *out_depth)
{
    const char *words = at;
    guint depth = 0;
    for (guint blanks = 0; at < end && (*at == '>' || (*at == ' ' && blanks < 4)); at++) {
        blanks = *at == ' ' ? blanks + 1 : 0;
        if (*at == '>') {
            depth++;
            words = at + 1;
        }
    }
    *out_depth = depth;
    return words;
}

static void line_fill(TextLine *line, const char *start, const char *end, GString *folded)
{
    line->start = start;
    line->length = (gsize)(end - start);
    const char *words = skip_quote_marks(start, end, &line->depth);
    fold_into(folded, words, words + MIN((gsize)(end - words), LINE_FOLD_BYTES));
}

/* Fills all lines but for what stands in `folded`, and returns where each begins there: it moves as it grows.
 * Between them are blanks, as phrases go on in the next line. */
static gsize *lines_fill(TextLines *lines, const char *text, GString *folded)
{
    gsize *places = g_new(gsize, lines->count + 1);
    const char *start = text, *stop = text + strlen(text);
    for (gsize i = 0; i < lines->count; i++) {
        const char *newline = memchr(start, '\n', (gsize)(stop - start)), *end = newline ? newline : stop;
        places[i] = folded->len;
        line_fill(&lines->at[i], start, end > start && end[-1] == '\r' ? end - 1 : end, folded);
        g_string_append_c(folded, ' ');
        start = end + 1;
    }
    places[lines->count] = folded->len;
    return places;
}

static gsize count_lines(const char *text)
{
    gsize count = 1;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

/* Only fences that are closed again count: a single ``` must not hide the rest of a mail. */
static void mark_code(TextLines *lines)
{
    gsize opened = G_MAXSIZE;
    for (gsize i = 0; i < lines->count; i++) {
        if (lines->at[i].depth > 0 || !g_str_has_prefix(lines->at[i].folded, "```"))
            continue;
        if (opened == G_MAXSIZE) {
            opened = i;
            continue;
        }
        for (gsize inside = opened; inside <= i; inside++)
            lines->at[inside].is_code = TRUE;
        opened = G_MAXSIZE;
    }
}

void text_lines_init(TextLines *lines, const char *text)
{
    GString *folded = g_string_sized_new(strlen(text) + 64);
    gsize count = count_lines(text);
    *lines = (TextLines){.at = g_new0(TextLine, count), .count = count};
    g_autofree gsize *places = lines_fill(lines, text, folded);
    for (gsize i = 0; i < count; i++)
        lines->at[i].kinds = phrase_kinds_between(folded->str, places[i], places[i + 1], folded->len);
    lines->folded = g_string_free(folded, FALSE);
    for (gsize i = 0; i < count; i++) {
        lines->at[i].folded = lines->folded + places[i];
        gsize length = places[i + 1] - 1 - places[i];
        lines->folded[places[i] + length] = '\0';
        lines->at[i].is_ascii = ascii_run(lines->at[i].folded, length) == length;
    }
    mark_code(lines);
}

void text_lines_clear(TextLines *lines)
{
    g_clear_pointer(&lines->at, g_free);
    g_clear_pointer(&lines->folded, g_free);
    lines->count = 0;
}

/* Stars and underscores are folded away, but they can be seen. */
gboolean text_line_is_blank(const TextLine *line)
{
    return line->depth == 0 && line->folded[0] == '\0' && !memchr(line->start, '_', line->length) &&
           !memchr(line->start, '*', line->length);
}

gboolean text_line_may_have(const TextLine *line, PhraseKind kind)
{
    return line->kinds & PHRASE_BIT(kind);
}

gsize text_lines_next(const TextLines *lines, gsize from, gsize end)
{
    while (from < end && text_line_is_blank(&lines->at[from]))
        from++;
    return from;
}

gsize text_lines_end(const TextLines *lines, gsize first, gsize end)
{
    while (end > first && text_line_is_blank(&lines->at[end - 1]))
        end--;
    return end;
}

/* Bytes of a dash or a piece of a frame that is no ASCII; 0: another sign. */
static gsize drawn_sign(const char *at, const char *end)
{
    gunichar c = g_utf8_get_char_validated(at, end - at);
    gboolean is_drawn = (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || (c >= 0x2500 && c <= 0x2501) ||
                        c == 0x2550 || c == 0xaf;
    return is_drawn ? g_utf8_skip[*(const guchar *)at] : 0;
}

gboolean text_line_is_rule(const TextLine *line)
{
    if (line->depth > 0)
        return FALSE;
    gsize signs = 0;
    for (const char *at = line->start, *end = at + line->length; at < end;) {
        gsize drawn = (guchar)*at < 0x80 ? strchr("-_=~#*+", *at) != NULL : drawn_sign(at, end);
        if (drawn == 0 && !g_ascii_isspace(*at))
            return g_str_equal(line->folded, "ᐧ"); /* what a well-known tracking extension leaves */
        signs += drawn > 0;
        at += MAX(drawn, 1);
    }
    return signs >= 2;
}

gboolean text_has_more_words(const char *text, guint count)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text && words <= count; text++) {
        words += *text != ' ' && !inside;
        inside = *text != ' ';
    }
    return words > count;
}

guint text_count_words(const char *text)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text; text++) {
        if (*text != ' ' && !inside)
            words++;
        inside = *text != ' ';
    }
    return words;
}
