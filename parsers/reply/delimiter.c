#include "parsers/reply/delimiter.h"

#include "parsers/reply/card.h"
#include "parsers/reply/phrases.h"

#include <string.h>

/* RFC 3676 4.3 asks for "-- " and four lines; lawyers add theirs. A delimiter without its blank is
 * also how people draw a line between two halves of a mail, so less may follow it. */
#define DELIMITED_LINES 60u
#define LOOSE_LINES 16u

static gboolean is_delimiter(const TextLine *line, gboolean *out_is_strict)
{
    if (line->is_code || line->depth > 0)
        return FALSE;
    *out_is_strict = line->length == 3 && memcmp(line->start, "-- ", 3) == 0;
    if (*out_is_strict)
        return TRUE;
    if (line->length > 160 || line->length == 0 || !strchr("-_\xe2 \t", line->start[0]))
        return FALSE;
    g_autofree char *bare = g_strstrip(g_strndup(line->start, MIN(line->length, 16)));
    return g_str_equal(bare, "--") || g_str_equal(bare, "—") || g_str_equal(bare, "__") ||
           g_str_equal(bare, "–") || g_str_equal(bare, "- --");
}

/* Underscores, or whatever else people draw with, and nothing else. */
static gboolean is_drawn_of(const TextLine *line, const char *kinds)
{
    gsize signs = 0;
    for (gsize i = 0; i < line->length && line->depth == 0; i++)
        if (strchr(kinds, line->start[i]))
            signs++;
        else if (!g_ascii_isspace(line->start[i]) || (signs > 0 && line->start[i] == ' ' && *kinds != '_'))
            return FALSE;
    return signs >= 10;
}

static gboolean is_drawn_line(const TextLine *line)
{
    return is_drawn_of(line, "_=*-~#");
}

static gboolean is_table_line(const TextLine *line)
{
    return line->length > 0 && strchr("|+", line->start[strspn(line->start, " ")]) != NULL;
}

static gsize seen_lines(const TextLines *lines, gsize first, gsize end)
{
    gsize seen = 0;
    for (gsize i = first; i < end; i++)
        seen += !text_line_is_blank(&lines->at[i]);
    return seen;
}

/* "-- Ada", the last words but for a few lines. */
static gboolean is_signed_delimiter(const TextLines *lines, gsize at, gsize below)
{
    const TextLine *line = &lines->at[at];
    if (below > 4 || line->is_code || line->length < 4 || memcmp(line->start, "-- ", 3) != 0 ||
        (at > 0 && !text_line_is_blank(&lines->at[at - 1])))
        return FALSE;
    TextLine name = {
        .start = line->start + 3, .length = line->length - 3, .folded = line->folded + 2, .role = line->role};
    return card_line_is_name(&name);
}

/* Longer than a motto, and not of lawyers. */
static gboolean is_long_sentence(const TextLine *line)
{
    enum { WORDS = 15 };
    const char *text = line->folded;
    return (g_str_has_suffix(text, ".") || g_str_has_suffix(text, "!")) && text_count_words(text) >= WORDS &&
           !strchr(text, '@') && !strstr(text, "http") &&
           !(text_line_may_have(line, PHRASE_DISCLAIMER) && phrase_within(text, PHRASE_DISCLAIMER)) &&
           !(text_line_may_have(line, PHRASE_FOOTER) && phrase_within(text, PHRASE_FOOTER));
}

/* A sentence that goes on below a "--", or a question: two halves of a text, and no signature. */
static gboolean is_text_below(const TextLines *lines, gsize at, gsize end)
{
    gsize next = text_lines_next(lines, at + 1, end);
    if (next == end)
        return FALSE;
    const char *first = lines->at[next].folded;
    /* "--verbose", "-v": lists of options have them. */
    if (first[0] == '-' && g_ascii_isalpha(first[1 + (first[1] == '-')]))
        return TRUE;
    if (g_ascii_islower(*lines->at[next].start) && text_count_words(first) >= 5 && !strchr(first, '@'))
        return TRUE;
    while (end > next && text_line_is_blank(&lines->at[end - 1]))
        end--;
    return g_str_has_suffix(lines->at[end - 1].folded, "?") || is_long_sentence(&lines->at[end - 1]);
}

/* A page of sentences that ends in a question is no signature, whatever stands above it. */
static gboolean is_letter_below(const TextLines *lines, gsize at, gsize end)
{
    enum { LONG = 60, LINES = 3 };
    guint sentences = 0;
    gsize last = text_lines_end(lines, at + 1, end);
    for (gsize i = at + 1; i < last; i++)
        sentences += lines->at[i].length > LONG;
    return sentences >= LINES && last > at + 1 && g_str_has_suffix(lines->at[last - 1].folded, "?");
}

/* Nothing but what stands in signatures, with a way to reach somebody. */
static gboolean is_card_below(const TextLines *lines, gsize at, gsize end)
{
    guint contacts = 0;
    gsize top = text_lines_next(lines, at + 1, end);
    if (top == end || !card_line_is_name(&lines->at[top]))
        return FALSE;
    for (gsize i = top; i < end; i++) {
        if (text_line_is_blank(&lines->at[i]))
            continue;
        gboolean is_contact = card_line_is_contact(&lines->at[i]);
        if (!is_contact && !card_line_is_short(&lines->at[i]) && !is_drawn_line(&lines->at[i]))
            return FALSE;
        contacts += is_contact;
    }
    return contacts > 0;
}

/* "To unsubscribe, e-mail: …": each line says where to. */
static gboolean is_list_footer_below(const TextLines *lines, gsize at, gsize end)
{
    enum { LINES = 6 };
    guint seen = 0;
    gboolean says_so = FALSE;
    for (gsize i = at + 1; i < end; i++) {
        const TextLine *line = &lines->at[i];
        if (text_line_is_blank(line) || is_drawn_line(line))
            continue;
        const char *where =
            strchr(line->folded, '@') ? strchr(line->folded, '@') : strstr(line->folded, "://");
        if (++seen > LINES || line->depth > 0 || !where || strchr(where, ' '))
            return FALSE; /* nothing stands behind the place to go to */
        says_so |= text_line_may_have(line, PHRASE_FOOTER) && phrase_within(line->folded, PHRASE_FOOTER);
    }
    return says_so;
}

/* A comment of a program, in which such lines stand as well: "-- Structure of a table". */
static gboolean is_comment(const TextLines *lines, gsize at)
{
    gsize first = at > 0 ? at - 1 : at, end = MIN(lines->count, at + 2);
    for (gsize i = first; i < end; i++)
        if (i != at && lines->at[i].length > 3 && memcmp(lines->at[i].start, "-- ", 3) == 0)
            return TRUE;
    return FALSE;
}

/* Whether a signature stands below the delimiter. */
static gboolean opens_signature(const TextLines *lines, gsize at, gsize end, gsize below, gboolean is_strict)
{
    return below <= (is_strict ? DELIMITED_LINES : LOOSE_LINES) && !is_comment(lines, at) &&
           !(is_strict ? is_letter_below(lines, at, end) : is_text_below(lines, at, end));
}

/* The first delimiter that little enough follows. */
gsize delimiter_find(const TextLines *lines, gsize first, gsize end)
{
    gsize below = seen_lines(lines, first, end);
    gboolean is_shown = FALSE; /* "The file is:" and "--": such lines are what the writer shows */
    for (gsize i = first; i < end; i++) {
        const TextLine *line = &lines->at[i];
        if (text_line_is_blank(line))
            continue;
        below--;
        gboolean is_strict = FALSE, is_delimited = is_delimiter(line, &is_strict);
        is_shown |= is_delimited && !is_strict && text_line_is_announced(lines, first, i);
        if (is_delimited && (is_strict || !is_shown) && opens_signature(lines, i, end, below, is_strict))
            return i;
        if (is_signed_delimiter(lines, i, below))
            return i;
        if (below > LOOSE_LINES || below == 0 || !is_drawn_line(line) ||
            (i > first && !text_line_is_blank(&lines->at[i - 1])))
            continue;
        if (is_drawn_of(line, "_") ? !is_table_line(&lines->at[i + 1]) && !is_text_below(lines, i, end)
                                   : is_card_below(lines, i, end) || is_list_footer_below(lines, i, end))
            return i;
    }
    return end;
}
