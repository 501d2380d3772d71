#include <postern/reply.h>

#include "parsers/reply/history.h"
#include "parsers/reply/lines.h"
#include "parsers/reply/signature.h"
#include "parsers/reply/spans.h"

#include <string.h>

typedef enum { BLOCK_OWN, BLOCK_INTRO, BLOCK_QUOTE, BLOCK_HISTORY } BlockType;

typedef struct {
    BlockType type;
    gsize first, end;   /* lines */
    gboolean has_intro; /* of a quote: an attribution names its writer */
} Block;

typedef struct {
    TextLines *lines;
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
    if (begins_quote(split, next, TRUE)) {
        block_add(split, BLOCK_INTRO, intro->first, next, FALSE);
        gsize end = quote_end(split->lines, next, TRUE);
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
    block_add(split, BLOCK_OWN, intro->first, count, FALSE);
    return count;
}

static gsize take_line(Split *split, gsize line)
{
    const Intro *intro = intro_at(split, line);
    if (line == split->quote_line && split->has_own) {
        block_add(split, BLOCK_HISTORY, line, split->lines->count, FALSE);
        return split->lines->count;
    }
    if (intro)
        return take_intro(split, intro);
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

static Block *block_at(const Split *split, guint index)
{
    return &g_array_index(split->blocks, Block, index);
}

static void mark(Split *split, gsize first, gsize end, SpanRole role)
{
    for (gsize i = first; i < end; i++)
        split->lines->at[i].role = role;
}

/* Takes the signature off; FALSE when no words are left. */
static gboolean peel(Split *split, const Block *block)
{
    gsize end = signature_find(split->lines, block->first, block->end);
    gsize bottom = block->end;
    while (bottom > end && text_line_is_blank(&split->lines->at[bottom - 1]))
        bottom--;
    signature_mark(split->lines, text_lines_next(split->lines, end, bottom), bottom);
    return text_lines_next(split->lines, block->first, end) < end;
}

/* "The output is:" and a few lines with ">" before them are no history but what a shell or a build printed.
 */
static gboolean is_shown_by_writer(const Split *split, guint index)
{
    const Block *quote = block_at(split, index);
    if (quote->has_intro || index == 0 || quote->end - quote->first > 6 ||
        block_at(split, index - 1)->type != BLOCK_OWN)
        return FALSE;
    gsize above = quote->first;
    while (above > 0 && text_line_is_blank(&split->lines->at[above - 1]))
        above--;
    return above > 0 && g_str_has_suffix(split->lines->at[above - 1].folded, ":");
}

/* From the bottom up: history and signatures go until words are met. Returns the number of blocks above. */
static guint drop_tail(Split *split)
{
    guint count = split->blocks->len;
    for (; count > 0; count--) {
        const Block *block = block_at(split, count - 1);
        if (block->type == BLOCK_OWN ? peel(split, block)
                                     : block->type == BLOCK_QUOTE && is_shown_by_writer(split, count - 1))
            break;
        if (block->type != BLOCK_OWN)
            mark(split, block->first, block->end, block->type == BLOCK_INTRO ? SPAN_INTRO : SPAN_QUOTED);
    }
    return count;
}

/* A quote that somebody answers below stays with the answer, which means little without it. But one whole
 * mail quoted on top, with nothing between, is only history. */
static void judge_upper_blocks(Split *split, guint count)
{
    guint quotes = 0, own = 0, first_own = G_MAXUINT, quote = 0;
    for (guint i = 0; i < count; i++) {
        const Block *block = block_at(split, i);
        if (block->type == BLOCK_QUOTE) {
            quotes++;
            quote = i;
        }
        if (block->type == BLOCK_OWN &&
            text_lines_next(split->lines, block->first, block->end) < block->end) {
            own++;
            first_own = MIN(first_own, i);
        }
        if (block->type == BLOCK_INTRO)
            mark(split, block->first, block->end, SPAN_INTRO);
        if (block->type == BLOCK_OWN && i + 1 < count && block_at(split, i + 1)->type == BLOCK_INTRO)
            peel(split, block);
    }
    if (quotes == 1 && first_own > quote && block_at(split, quote)->has_intro)
        mark(split, block_at(split, quote)->first, block_at(split, quote)->end, SPAN_QUOTED);
}

static gboolean has_part(const TextLines *lines, SpanRole role)
{
    for (gsize i = 0; i < lines->count; i++)
        if (lines->at[i].role == role && !text_line_is_blank(&lines->at[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_device_lines_only(const TextLines *lines)
{
    for (gsize i = 0; i < lines->count; i++)
        if (!text_line_is_blank(&lines->at[i]) && !signature_is_device_line(&lines->at[i]))
            return FALSE;
    return TRUE;
}

/* Nothing is left: was it history that the client put there, or the words of this writer after all? */
static void keep_something(Split *split)
{
    if (has_part(split->lines, SPAN_REPLY))
        return;
    for (guint i = 0; i < split->blocks->len; i++)
        if (block_at(split, i)->type != BLOCK_OWN &&
            (block_at(split, i)->type != BLOCK_QUOTE || block_at(split, i)->has_intro))
            return;
    if (!is_device_lines_only(split->lines))
        mark(split, 0, split->lines->count, SPAN_REPLY);
}

static gsize line_of_offset(const TextLines *lines, const char *text, gssize offset)
{
    for (gsize i = 0; offset >= 0 && i < lines->count; i++)
        if (lines->at[i].start - text >= offset)
            return i;
    return G_MAXSIZE;
}

void reply_split(const char *text, gssize quote_start, ReplyParts *out)
{
    g_auto(TextLines) lines = {0};
    text_lines_init(&lines, text);
    g_autoptr(GArray) intros = history_intros(&lines);
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    Split split = {.lines = &lines, .intros = intros, .blocks = blocks};
    split.quote_line = line_of_offset(&lines, text, quote_start);
    for (gsize line = 0; line < lines.count;)
        line = take_line(&split, line);
    judge_upper_blocks(&split, drop_tail(&split));
    keep_something(&split);
    spans_collect(&lines, text, out);
}

/* The first prefix counts: "Re: Fwd: …" answers. */
gboolean reply_subject_is_forward(const char *subject)
{
    static const char *const prefixes[] = {
        "fwd", "fw",          "wg",  "tr",         "rv",   "i",    "enc",  "doorst", "vs", "vb",
        "pd",  "videresendt", "ilt", "továbbítás", "转发", "轉寄", "転送", "전달",   NULL};
    g_autofree char *folded = text_fold(subject, strnlen(subject, LINE_FOLD_BYTES));
    for (const char *const *prefix = prefixes; *prefix; prefix++) {
        if (!g_str_has_prefix(folded, *prefix))
            continue;
        const char *after = folded + strlen(*prefix);
        after += *after == ' ';
        if (*after == ':' || g_str_has_prefix(after, "："))
            return TRUE;
    }
    return FALSE;
}

void reply_split_forward(const char *text, ReplyParts *out)
{
    g_auto(TextLines) lines = {0};
    text_lines_init(&lines, text);
    spans_collect(&lines, text, out);
}

void reply_parts_clear(ReplyParts *parts)
{
    g_clear_pointer(&parts->reply, g_free);
    g_clear_pointer(&parts->quoted, g_free);
    g_clear_pointer(&parts->signature, g_free);
    g_clear_pointer(&parts->spans, g_ptr_array_unref);
}
