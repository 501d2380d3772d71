#include "parsers/reply/attribution.h"

#include "parsers/reply/attribution_span.h"
#include "parsers/reply/phrases.h"
#include "parsers/reply/when.h"

#include <string.h>

/* Clients break an attribution over a few lines; a name and an address are no longer than this. */
#define ATTRIBUTION_LINES 6u
#define ATTRIBUTION_BYTES 500u
#define QUOTED_LINES 4u /* of a quote, in which its own attribution may end */

/* An address that was broken at its end leaves "> wrote:" or "> a@b> wrote:", which only looks quoted. */
static gboolean is_attribution_tail(const TextLine *line)
{
    if (line->depth != 1 || strlen(line->folded) >= 80 || !line_ends_with_colon(line->folded))
        return FALSE;
    const char *text = line->folded, *close = strstr(text, "> ");
    if (close && memchr(text, '@', (gsize)(close - text)) && !memchr(text, ' ', (gsize)(close - text)) &&
        !memchr(text, '<', (gsize)(close - text)))
        text = close + 2;
    return phrase_at_start(text, PHRASE_WROTE) > 0;
}

/* A line that can be the last one of an attribution; cheap, asked of every line. */
static gboolean may_end_attribution(const TextLine *line)
{
    if (line->is_code || line->length > ATTRIBUTION_BYTES || line->folded[0] == '\0')
        return FALSE;
    return line->depth == 0 || is_attribution_tail(line);
}

/* Does the attribution reach over this line to the one before? */
static gboolean may_continue_above(const TextLines *lines, gsize first)
{
    const TextLine *above = &lines->at[first - 1];
    if (above->depth > 0 || above->is_code || above->length > ATTRIBUTION_BYTES)
        return FALSE;
    /* A blank line inside, but only before the bracket of an address. */
    return !text_line_is_blank(above) || lines->at[first].folded[0] == '<';
}

/* "9:05 AM Foo Bar <a@b> wrote:" goes on from the line above, where the day stands. */
static gboolean begins_with_time(const AttributionSpan *span)
{
    const char *text = span->all->lines->at[span->first].folded;
    return g_ascii_isdigit(*text) && span->first > 0 &&
           !text_line_is_blank(&span->all->lines->at[span->first - 1]) &&
           !(when_find(text) & (WHEN_YEAR | WHEN_DAY));
}

static gboolean is_from_the_first(const AttributionSpan *span)
{
    if (begins_with_time(span))
        return FALSE;
    return span->date &&
           (line_has_lead(span->all, span->first) || (span->address && span_begins_paragraph(span)));
}

/* Without a date the beginning may be further up: "On Monday 3 May 2010, Somebody" / "<a@b> wrote:". */
static gsize reach_for_date(AttributionSpan span, gsize floor)
{
    const TextLines *lines = span.all->lines;
    gsize first = span.first;
    while (span.first > floor && span.last - span.first < ATTRIBUTION_LINES &&
           may_continue_above(lines, span.first)) {
        span_add(&span, span.first - 1);
        if (span.length > ATTRIBUTION_BYTES)
            break;
        if (is_from_the_first(&span))
            return span.first;
    }
    return first;
}

/* GroupWise: ">>> A B <a@b> 10/22/15 21:02 >>>", a line of its own. */
static gboolean is_groupwise(const TextLine *line)
{
    return !line->is_code && line->depth == 3 && g_str_has_suffix(line->folded, ">>>") &&
           (strchr(line->folded, '@') || when_find(line->folded) != 0);
}

static gboolean is_before_quote(const TextLines *lines, gsize last)
{
    gsize next = text_lines_next(lines, last + 1, lines->count);
    return next < lines->count && lines->at[next].depth > 0 && !is_attribution_tail(&lines->at[next]);
}

static gboolean ends_like_attribution(Attributions *all, gsize last)
{
    const char *end = all->lines->at[last].folded;
    return all->signs[last].colon || g_str_has_suffix(end, ">") || g_str_has_suffix(end, "--") ||
           g_str_has_suffix(end, "==") || g_str_has_suffix(end, ")") || line_ends_with_verb(all, last) ||
           when_begins(end);
}

/* What is_attribution asks for first, anywhere in the lines that it may reach. */
static gboolean has_date_or_address_near(const Attributions *all, gsize last)
{
    for (gsize reach = 0; reach <= ATTRIBUTION_LINES && reach <= last; reach++)
        if (all->signs[last - reach].date || all->signs[last - reach].address)
            return TRUE;
    return FALSE;
}

/* Lines of a log, each with its date; or a sentence that the next line goes on with. */
static gboolean is_within_text(const Attributions *all, gsize last)
{
    enum { SENTENCE_WORDS = 10 };
    const TextLines *lines = all->lines;
    const char *text = lines->at[last].folded;
    if (last > 0 && !text_line_is_blank(&lines->at[last - 1]) && when_begins(text) &&
        (when_find(text) & WHEN_TIME) && when_begins(lines->at[last - 1].folded) &&
        (when_find(lines->at[last - 1].folded) & WHEN_TIME))
        return TRUE;
    return !all->signs[last].address && last + 1 < lines->count && lines->at[last + 1].depth == 0 &&
           g_unichar_islower(g_utf8_get_char(lines->at[last + 1].start)) &&
           text_count_words(text) > SENTENCE_WORDS;
}

gboolean attribution_ends_at(Attributions *all, gsize last, gsize floor, gsize *out_first)
{
    const TextLines *lines = all->lines;
    *out_first = last;
    if (is_groupwise(&lines->at[last]))
        return TRUE;
    if (!may_end_attribution(&lines->at[last]))
        return FALSE;
    gboolean before_quote = is_before_quote(lines, last);
    if (!before_quote && (!has_date_or_address_near(all, last) || !ends_like_attribution(all, last)))
        return FALSE;
    AttributionSpan span = {.all = all, .last = last};
    if (is_within_text(all, last))
        return FALSE;
    for (gsize first = last;; first--) {
        span_add(&span, first);
        if (span.length > ATTRIBUTION_BYTES)
            return FALSE;
        if (span_is_attribution(&span) || (before_quote && span_is_attribution_before_quote(&span))) {
            *out_first = is_from_the_first(&span) ? first : reach_for_date(span, floor);
            return TRUE;
        }
        if (first <= floor || last - first >= ATTRIBUTION_LINES || !may_continue_above(lines, first))
            return FALSE;
    }
}

gboolean attribution_opens_quote(const TextLines *lines, gsize first, gsize *out_last)
{
    TextLines quoted = {.at = lines->at + first, .count = MIN(lines->count - first, QUOTED_LINES)};
    g_auto(Attributions) all = {0};
    attributions_init(&all, &quoted);
    for (gsize last = 0; last < quoted.count; last++) {
        AttributionSpan span = {.all = &all, .last = last};
        for (gsize line = last + 1; line > 0; line--)
            span_add(&span, line - 1);
        span.open = 0; /* the quote marks were counted too */
        *out_last = first + last;
        if (span.length <= ATTRIBUTION_BYTES && span_is_attribution(&span))
            return TRUE;
    }
    return FALSE;
}
