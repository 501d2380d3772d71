#include <postern/reply.h>

#include "parsers/reply/blocks.h"
#include "parsers/reply/lines.h"
#include "parsers/reply/signature.h"
#include "parsers/reply/spans.h"

#include <string.h>

typedef struct {
    TextLines *lines;
    GArray *blocks; /* Block */
} Split;

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
    return text_line_is_announced(split->lines, 0, quote->first);
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

/* Under what was written on top, "Regards, Bob" below the quote answers nothing. */
static gboolean has_only_sign_off(const Split *split, guint first, guint count)
{
    for (guint i = first; i < count; i++)
        if (block_at(split, i)->type != BLOCK_OWN ||
            !signature_is_sign_off(split->lines, block_at(split, i)->first, block_at(split, i)->end))
            return FALSE;
    return TRUE;
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
    gboolean is_answered = first_own <= quote;
    if (quotes == 1 && quote + 1 < count && first_own < quote && has_only_sign_off(split, quote + 1, count))
        is_answered = FALSE;
    if (quotes == 1 && !is_answered && block_at(split, quote)->has_intro)
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

void reply_split(const char *text, gssize quote_start, ReplyParts *out)
{
    g_auto(TextLines) lines = {0};
    text_lines_init(&lines, text);
    g_autoptr(GArray) blocks = blocks_of(&lines, text, quote_start);
    Split split = {.lines = &lines, .blocks = blocks};
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
