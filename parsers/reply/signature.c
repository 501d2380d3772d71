#include "parsers/reply/signature.h"

#include "parsers/reply/card.h"
#include "parsers/reply/delimiter.h"
#include "parsers/reply/phrases.h"

#include <string.h>

#define DISCLAIMER_LINES 40u /* lawyers are long, but a longer paragraph is a letter */
/* Signature, device line, fine print, list footer: more than these in a row is text. */
#define PEEL_ROUNDS 8u

static gsize paragraph_start(const TextLines *lines, gsize first, gsize end)
{
    while (end > first && !text_line_is_blank(&lines->at[end - 1]))
        end--;
    return end;
}

/* Rules that close a text: after a blank line only, else they underline a heading or end a table. */
static gsize peel_rules(const TextLines *lines, gsize first, gsize end)
{
    gsize at = end;
    while (at > first && (text_line_is_rule(&lines->at[at - 1]) || text_line_is_blank(&lines->at[at - 1])) &&
           !lines->at[at - 1].is_code)
        at--;
    while (at < end && !text_line_is_blank(&lines->at[at]) && at > first)
        at++;
    return at;
}

static gsize peel_device_lines(const TextLines *lines, gsize first, gsize end)
{
    while (end > first) {
        gsize at = text_lines_end(lines, first, end);
        if (at == first)
            return end;
        /* "Please excuse typos", below it */
        if (at > first + 1 && signature_is_device_line(&lines->at[at - 2]) &&
            signature_is_excuse(&lines->at[at - 1]))
            at--;
        if (!signature_is_device_line(&lines->at[at - 1]))
            return end;
        end = at - 1;
    }
    return end;
}

/* A phrase of the kind stands in the lines, which may break it. */
static gboolean lines_have(const TextLines *lines, gsize first, gsize end, PhraseKind kind)
{
    gsize begins = first;
    while (begins < end && !text_line_may_have(&lines->at[begins], kind))
        begins++;
    if (begins == end)
        return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = first; i < end; i++) {
        if (i > first)
            g_string_append_c(text, ' ');
        g_string_append(text, lines->at[i].folded);
    }
    return phrase_within(text->str, kind);
}

/* Somebody may ask what it means, or go on with a sentence that speaks of it. */
static gsize peel_disclaimer(const TextLines *lines, gsize first, gsize end)
{
    gsize start = paragraph_start(lines, first, end);
    if (start == end || end - start > DISCLAIMER_LINES || g_str_has_suffix(lines->at[end - 1].folded, "?") ||
        g_ascii_islower(*lines->at[start].start))
        return end;
    return lines_have(lines, start, end, PHRASE_DISCLAIMER) ? start : end;
}

/* `has_card`: one was taken already, so that another would be what the mail is about. */
static gsize peel_once(const TextLines *lines, gsize first, gsize end, gboolean *has_card)
{
    end = text_lines_end(lines, first, end);
    end = peel_rules(lines, first, end);
    end = peel_device_lines(lines, first, end);
    end = peel_disclaimer(lines, first, text_lines_end(lines, first, end));
    gsize card = *has_card ? end : card_find(lines, first, end);
    *has_card |= card < end;
    return card;
}

gsize signature_find(const TextLines *lines, gsize first, gsize end)
{
    end = text_lines_end(lines, first, delimiter_find(lines, first, end));
    gsize before = end + 1;
    gboolean has_card = FALSE;
    for (guint round = 0; round < PEEL_ROUNDS && end > first && end < before; round++) {
        before = end;
        end = peel_once(lines, first, end, &has_card);
    }
    return end;
}

/* Of a paragraph: what lawyers, scanners and lists write. */
static gboolean is_fine_print(const TextLines *lines, gsize first, gsize end)
{
    return lines_have(lines, first, end, PHRASE_DISCLAIMER) || lines_have(lines, first, end, PHRASE_FOOTER);
}

static void mark_paragraph(TextLines *lines, gsize first, gsize end, SpanRole role)
{
    for (gsize i = first; i < end; i++)
        lines->at[i].role =
            signature_is_device_line(&lines->at[i]) ||
                    (i > first && lines->at[i - 1].role == SPAN_DEVICE && signature_is_excuse(&lines->at[i]))
                ? SPAN_DEVICE
                : role;
}

/* Below the first fine print, long lines are more of it. */
void signature_mark(TextLines *lines, gsize first, gsize end)
{
    SpanRole role = SPAN_SIGNATURE;
    for (gsize i = first; i < end;) {
        gsize stop = i;
        gboolean is_long = FALSE;
        for (; stop < end && (stop == i || !text_line_is_blank(&lines->at[stop])); stop++)
            is_long |= lines->at[stop].length > CARD_LINE_BYTES;
        gboolean is_small = is_fine_print(lines, i, stop) || (role == SPAN_FINE_PRINT && is_long);
        role = is_small ? SPAN_FINE_PRINT : SPAN_SIGNATURE;
        mark_paragraph(lines, i, stop, role);
        i = stop;
    }
    /* What is drawn above a line belongs to it. */
    for (gsize i = end; i > first + 1; i--)
        if (text_line_is_rule(&lines->at[i - 2]) || text_line_is_blank(&lines->at[i - 2]))
            lines->at[i - 2].role = lines->at[i - 1].role;
}

gboolean signature_is_sign_off(const TextLines *lines, gsize first, gsize end)
{
    guint seen = 0;
    for (gsize i = first; i < end; i++) {
        const TextLine *line = &lines->at[i];
        if (text_line_is_blank(line))
            continue;
        gsize comma = strcspn(line->folded, ",");
        TextLine head = *line;
        g_autofree char *words = g_strndup(line->folded, comma);
        head.folded = words;
        if (++seen > 3 || (seen == 1 ? !card_line_is_closing(&head) : !card_line_is_name(line)))
            return FALSE;
    }
    return seen > 0;
}
