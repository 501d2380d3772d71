#include "parsers/reply/attribution.h"

#include "parsers/reply/phrases.h"
#include "parsers/reply/when.h"

#include <string.h>

/* Clients break an attribution over a few lines; a name and an address are no longer than this. */
#define ATTRIBUTION_LINES 6u
#define ATTRIBUTION_BYTES 500u
#define QUOTED_LINES 4u

/* Lines [first, last] taken together. */
typedef struct {
    Attributions *all;
    gsize first, last;
    gboolean date, address, moment;
    int open;
    gsize length;
} Span;

static void span_add(Span *span, gsize line)
{
    const LineSigns *signs = &span->all->signs[line];
    span->first = line;
    span->date |= signs->date;
    span->address |= signs->address;
    span->moment |= signs->moment;
    span->open += signs->open;
    span->length += span->all->lines->at[line].length + 1;
}

static gboolean begins_paragraph(const Span *span)
{
    return span->first == 0 || text_line_is_blank(&span->all->lines->at[span->first - 1]);
}

static gboolean span_has_verb(const Span *span)
{
    for (gsize i = span->first; i <= span->last; i++)
        if (line_has_verb(span->all, i))
            return TRUE;
    return FALSE;
}

/* "2016-10-24 15:36 GMT+02:00 Foo Bar <a@b>:" has no verb. */
static gboolean is_bare_attribution(const Span *span)
{
    const char *text = span->all->lines->at[span->first].folded;
    const char *end = span->all->lines->at[span->last].folded;
    if (!span->date || !when_begins(text))
        return FALSE;
    gboolean ends = span->all->signs[span->last].colon || g_str_has_suffix(end, ">");
    return (span->address && ends) || strstr(text, " gmt+") || strstr(text, " gmt-");
}

/* "Sunday, 22 November 2026, 10:00 Foo Bar <a@b>:" */
static gboolean ends_with_address(const Span *span)
{
    const char *end = span->all->lines->at[span->last].folded;
    return g_str_has_suffix(end, ">:") || g_str_has_suffix(end, "):") || g_str_has_suffix(end, ">：");
}

/* "Foo Bar <a@b> wrote: (18 November 2026 09:05:12 CET)" */
static gboolean ends_with_moment(const char *text)
{
    const char *open = g_str_has_suffix(text, ")") ? strstr(text, ": (") : NULL;
    return open && (when_find(open) & WHEN_TIME);
}

/* "<unknown words> 18 Nov 2026 10:05 Foo Bar <a@b> <unknown verb>:": a moment, one address in brackets and a
 * colon are enough in a language that no table has. */
static gboolean is_dated_address(const Span *span)
{
    enum { WORDS_BEHIND = 4, WORDS = 16, BYTES = 200 };
    const char *text = span->all->lines->at[span->last].folded, *close = strrchr(text, '>');
    if (!close || span->open != 0 || span->length > BYTES || !begins_paragraph(span))
        return FALSE;
    guint words = 0, brackets = 0;
    for (gsize i = span->first; i <= span->last; i++) {
        words += text_count_words(span->all->lines->at[i].folded);
        for (const char *at = span->all->lines->at[i].folded; (at = strchr(at, '<')); at++)
            brackets++;
    }
    return brackets == 1 && words <= WORDS && text_count_words(close + 1) <= WORDS_BEHIND;
}

/* "On Monday he wrote to us that the printer is broken:" goes on for too long behind its verb. */
static gboolean is_told(const Span *span)
{
    enum { NAME_WORDS = 5 };
    const char *text = span->all->lines->at[span->last].folded;
    if (span->first != span->last || span->address)
        return FALSE;
    for (const char *word = text; word; word = strchr(word, ' ')) {
        word += *word == ' ';
        gsize verb = phrase_at_start(word, PHRASE_WROTE);
        if (verb > 0) {
            /* "Message written by Foo Bar on 18.11.2026 …" */
            gsize name = word == text ? strcspn(word, "0123456789") : strlen(word);
            g_autofree char *behind = g_strndup(word + verb, name - MIN(name, verb));
            return text_count_words(behind) > NAME_WORDS;
        }
    }
    return FALSE;
}

/* Strong: nobody writes this by hand in the middle of a thought. "The log at 12:30 wrote:" lacks the
 * beginning. */
static gboolean is_attribution(const Span *span)
{
    /* "> wrote:" is no bracket's end where that stands in the line above. */
    int least = span->all->lines->at[span->last].depth == 1 ? -1 : 0;
    if (span->open < least || !(span->date || span->address))
        return FALSE;
    gboolean colon = span->all->signs[span->last].colon;
    gboolean has_who = span->address || (span->date && line_has_lead(span->all, span->first));
    if (has_who && colon && span_has_verb(span))
        return !is_told(span);
    if (has_who && span->date && line_ends_with_verb(span->all, span->last))
        return TRUE;
    if (span->moment && span->address && ends_with_moment(span->all->lines->at[span->last].folded) &&
        span_has_verb(span))
        return TRUE;
    if (colon && span->moment &&
        ((span->address && (ends_with_address(span) || is_dated_address(span))) ||
         (span_has_verb(span) && !is_told(span))))
        return TRUE;
    return is_bare_attribution(span);
}

/* "Foo Bar, 22 Nov 2026:" */
static gboolean is_name_and_day(const Span *span)
{
    const char *end = span->all->lines->at[span->last].folded;
    return span->first == span->last && span->all->signs[span->last].colon && strlen(end) < 80 &&
           strchr(end, ',') && (when_find(end) & (WHEN_YEAR | WHEN_DAY));
}

/* "Quoting Foo Bar <a@b>:", "a@b:", but not "I have got this from my friend Foo <a@b>:" */
static gboolean is_name_and_address(const Span *span)
{
    enum { NAME_WORDS = 4 };
    const char *text = span->all->lines->at[span->last].folded;
    gsize name = strcspn(text, "<");
    g_autofree char *words = g_strndup(text, name);
    gboolean is_bare = strcspn(text, "@") < strcspn(text, " ");
    return span->first == span->last && span->address &&
           (is_bare || (text[name] && text_count_words(words) <= NAME_WORDS));
}

/* Weak: counts only when a quote follows at once. */
/* A date alone, or a version that looks like one, may be the answer itself. */
static gboolean names_somebody(const Span *span)
{
    for (gsize i = span->first; i <= span->last; i++)
        for (const char *at = span->all->lines->at[i].folded; *at; at++)
            if (g_ascii_isalpha(*at) || (guchar)*at >= 0x80)
                return TRUE;
    return FALSE;
}

static gboolean is_attribution_before_quote(const Span *span)
{
    if (span->open < 0)
        return FALSE;
    gboolean colon = span->all->signs[span->last].colon;
    gboolean has_who = (span->address && span->date) || is_name_and_address(span) ||
                       (span->moment && begins_paragraph(span));
    return (colon && has_who) ||
           (span->date && line_has_lead(span->all, span->first) && names_somebody(span)) ||
           (colon && span_has_verb(span)) || is_name_and_day(span);
}

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
static gboolean begins_with_time(const Span *span)
{
    const char *text = span->all->lines->at[span->first].folded;
    return g_ascii_isdigit(*text) && span->first > 0 &&
           !text_line_is_blank(&span->all->lines->at[span->first - 1]) &&
           !(when_find(text) & (WHEN_YEAR | WHEN_DAY));
}

static gboolean is_from_the_first(const Span *span)
{
    if (begins_with_time(span))
        return FALSE;
    return span->date && (line_has_lead(span->all, span->first) || (span->address && begins_paragraph(span)));
}

/* Without a date the beginning may be further up: "On Monday 3 May 2010, Somebody" / "<a@b> wrote:". */
static gsize reach_for_date(Span span, gsize floor)
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
    Span span = {.all = all, .last = last};
    if (is_within_text(all, last))
        return FALSE;
    for (gsize first = last;; first--) {
        span_add(&span, first);
        if (span.length > ATTRIBUTION_BYTES)
            return FALSE;
        if (is_attribution(&span) || (before_quote && is_attribution_before_quote(&span))) {
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
        Span span = {.all = &all, .last = last};
        for (gsize line = last + 1; line > 0; line--)
            span_add(&span, line - 1);
        span.open = 0; /* the quote marks were counted too */
        *out_last = first + last;
        if (span.length <= ATTRIBUTION_BYTES && is_attribution(&span))
            return TRUE;
    }
    return FALSE;
}
