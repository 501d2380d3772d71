#include "parsers/reply/blocks.h"

#include "parsers/reply/history.h"

#include <string.h>

typedef struct {
    const TextLines *lines;
    GArray *intros; /* Intro */
    guint next_intro;
    GArray *blocks;    /* Block */
    gboolean has_bars; /* a quote marked by bars was announced: bars are quotes from there on */
    gsize quote_line;  /* where the HTML said the history begins */
    gboolean has_own;
} Split;

/* Other marks than ">" are believed only where a quote is announced: a table and a shell prompt look the
 * same. */
static gboolean is_bar_quoted(const TextLine *line)
{
    if (line->depth > 0 || line->is_code || line->length == 0)
        return FALSE;
    gboolean is_bar = line->start[0] == '|' || line->start[0] == ':';
    return (is_bar && (line->length == 1 || line->start[1] == ' ')) ||
           (line->length >= 4 && memcmp(line->start, "&gt;", 4) == 0);
}

/* "JD> words": initials before each line, as old clients do. Returns the lines of such a run: a shell's
 * prompt is hardly there three times. */
static gsize initials_run(const TextLines *lines, gsize first, gboolean is_announced)
{
    const TextLine *line = &lines->at[first];
    gsize blanks = line->length > 0 && line->start[0] == ' ', mark = blanks;
    while (mark < line->length && mark - blanks < 4 && g_ascii_isupper(line->start[mark]))
        mark++;
    if (mark == blanks || mark - blanks > 3 || mark >= line->length || line->start[mark] != '>' ||
        line->is_code)
        return 0;
    gsize end = first;
    while (end < lines->count && lines->at[end].length > mark &&
           memcmp(lines->at[end].start, line->start, mark + 1) == 0)
        end++;
    return is_announced || end - first >= 3 ? end - first : 0;
}

static gboolean begins_low(const char *text)
{
    return g_unichar_islower(g_utf8_get_char(text));
}

/* The end of a long quoted line that a program broke and forgot to mark: it goes on in the middle of a
 * sentence, and so does the line after it. */
static gboolean is_broken_end(const TextLines *lines, gsize at)
{
    enum { LONG = 60, SHORT = 40 };
    if (at == 0 || at + 1 >= lines->count || lines->at[at].is_code)
        return FALSE;
    const TextLine *above = &lines->at[at - 1], *line = &lines->at[at], *below = &lines->at[at + 1];
    gsize length = strlen(above->folded);
    return above->depth > 0 && below->depth == above->depth && line->length <= SHORT && length >= LONG &&
           !strchr(".?!:;,", above->folded[length - 1]) && begins_low(line->folded) &&
           begins_low(below->folded);
}

static gsize quote_end(const TextLines *lines, gsize first, gboolean is_announced)
{
    gsize run = initials_run(lines, first, is_announced), end = first;
    if (run > 0)
        return first + run;
    for (gsize i = first; i < lines->count; i++) {
        const TextLine *line = &lines->at[i];
        if (!line->is_code && (line->depth > 0 || (is_announced && is_bar_quoted(line))))
            end = i + 1;
        else if (end == first || (!text_line_is_blank(line) && !is_broken_end(lines, i)))
            break;
    }
    return end;
}

static gboolean begins_quote(const Split *split, gsize at, gboolean is_announced)
{
    return at < split->lines->count && quote_end(split->lines, at, is_announced) > at;
}

static void block_add(Split *split, BlockType type, gsize first, gsize end, gboolean has_intro)
{
    Block *last =
        split->blocks->len > 0 ? &g_array_index(split->blocks, Block, split->blocks->len - 1) : NULL;
    if (type == BLOCK_OWN && last && last->type == BLOCK_OWN) {
        last->end = end;
        return;
    }
    Block block = {type, first, end, has_intro};
    g_array_append_val(split->blocks, block);
}

static const Intro *intro_at(Split *split, gsize line)
{
    while (split->next_intro < split->intros->len) {
        const Intro *intro = &g_array_index(split->intros, Intro, split->next_intro);
        if (intro->first >= line)
            return intro->first == line ? intro : NULL;
        split->next_intro++;
    }
    return NULL;
}

/* What an intro opens decides what it is. Returns the next line to look at. */
static gsize take_intro(Split *split, const Intro *intro)
{
    gsize count = split->lines->count, after = intro->last + 1;
    gsize next = text_lines_next(split->lines, after, count);
    /* Below a drawn line, bars are the frame of a table. */
    gboolean is_announced = intro->type == INTRO_ATTRIBUTION;
    if (begins_quote(split, next, is_announced)) {
        block_add(split, BLOCK_INTRO, intro->first, next, FALSE);
        gsize end = quote_end(split->lines, next, is_announced);
        split->has_bars = split->has_bars || is_bar_quoted(&split->lines->at[next]);
        block_add(split, BLOCK_QUOTE, next, end, TRUE);
        return end;
    }
    if (split->has_own || intro->type == INTRO_PAGE) {
        const Intro *more;
        while ((more = intro_at(split, text_lines_next(split->lines, after, count))))
            after = more->last + 1;
        block_add(split, BLOCK_INTRO, intro->first, after, FALSE);
        block_add(split, BLOCK_HISTORY, after, count, FALSE);
        return count;
    }
    /* Nothing stands above. Under an attribution this is an answer whose quote lost its marks, under
     * headers it is a mail passed on: either way it is what the sender wants to be seen. */
    if (intro->type == INTRO_ATTRIBUTION || intro->type == INTRO_ABOVE) {
        block_add(split, BLOCK_INTRO, intro->first, after, FALSE);
        return after;
    }
    split->has_own = TRUE;
    gsize words = intro->type == INTRO_FORWARD && next < count ? next : intro->first;
    if (words > intro->first)
        block_add(split, BLOCK_INTRO, intro->first, words, FALSE);
    block_add(split, BLOCK_OWN, words, count, FALSE);
    return count;
}

/* The lines that the HTML marked, up to a quote that follows at once: an attribution in whatever language.
 * Answers may stand in that quote and below it. `line` when no quote follows. */
static gsize announced_quote(const Split *split, gsize line)
{
    enum { LINES = 6 };
    gsize at = line, seen = 0;
    while (at < split->lines->count && split->lines->at[at].depth == 0 && seen <= LINES)
        seen += !text_line_is_blank(&split->lines->at[at++]);
    return seen > 0 && seen <= LINES && begins_quote(split, at, FALSE) ? at : line;
}

static gsize take_announced(Split *split, gsize line)
{
    gsize count = split->lines->count, quote = announced_quote(split, line);
    if (quote > line) {
        block_add(split, BLOCK_INTRO, line, quote, FALSE);
        gsize end = quote_end(split->lines, quote, FALSE);
        block_add(split, BLOCK_QUOTE, quote, end, TRUE);
        return end;
    }
    if (!split->has_own)
        return line;
    block_add(split, BLOCK_HISTORY, line, count, FALSE);
    return count;
}

static gsize take_line(Split *split, gsize line)
{
    const Intro *intro = intro_at(split, line);
    if (intro)
        return take_intro(split, intro);
    if (line == split->quote_line && split->lines->at[line].depth == 0) {
        gsize next = take_announced(split, line);
        if (next > line)
            return next;
    }
    if (begins_quote(split, line, split->has_bars)) {
        gsize end = quote_end(split->lines, line, split->has_bars), intro_last;
        gboolean has_intro = history_opens_quote(split->lines, line, &intro_last) && intro_last < end;
        if (has_intro)
            block_add(split, BLOCK_INTRO, line, intro_last + 1, FALSE);
        block_add(split, BLOCK_QUOTE, has_intro ? intro_last + 1 : line, end, has_intro);
        return end;
    }
    block_add(split, BLOCK_OWN, line, line + 1, FALSE);
    split->has_own |=
        !text_line_is_blank(&split->lines->at[line]) && !text_line_is_rule(&split->lines->at[line]);
    return line + 1;
}

/* A line that the client drew above belongs to it. */
static gsize line_of_offset(const TextLines *lines, const char *text, gssize offset)
{
    for (gsize i = 0; offset >= 0 && i < lines->count; i++)
        if (lines->at[i].start - text >= offset) {
            gsize above = text_lines_end(lines, 0, i);
            return above > 0 && text_line_is_rule(&lines->at[above - 1]) ? above - 1 : i;
        }
    return G_MAXSIZE;
}

GArray *blocks_of(const TextLines *lines, const char *text, gssize quote_start)
{
    g_autoptr(GArray) intros = history_intros(lines);
    GArray *blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    Split split = {.lines = lines, .intros = intros, .blocks = blocks};
    split.quote_line = line_of_offset(lines, text, quote_start);
    for (gsize line = 0; line < lines->count;)
        line = take_line(&split, line);
    return blocks;
}
