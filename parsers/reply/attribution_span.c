#include "parsers/reply/attribution_span.h"

#include "parsers/reply/phrases.h"
#include "parsers/reply/when.h"

#include <string.h>

void span_add(AttributionSpan *span, gsize line)
{
    const LineSigns *signs = &span->all->signs[line];
    span->first = line;
    span->date |= signs->date;
    span->address |= signs->address;
    span->moment |= signs->moment;
    span->open += signs->open;
    span->length += span->all->lines->at[line].length + 1;
}

gboolean span_begins_paragraph(const AttributionSpan *span)
{
    return span->first == 0 || text_line_is_blank(&span->all->lines->at[span->first - 1]);
}

static gboolean span_has_verb(const AttributionSpan *span)
{
    for (gsize i = span->first; i <= span->last; i++)
        if (line_has_verb(span->all, i))
            return TRUE;
    return FALSE;
}

/* Behind the address stands no word of a script whose languages are all in the tables: a note in English
 * looks the same otherwise. */
static gboolean is_strange(const char *behind)
{
    behind += strspn(behind, " ");
    return (guchar)*behind >= 0x80 || *behind == '[' || *behind == ':';
}

/* "2016-10-24 15:36 GMT+02:00 Foo Bar <a@b>:" has no verb. */
static gboolean is_bare_attribution(const AttributionSpan *span)
{
    const char *text = span->all->lines->at[span->first].folded;
    const char *end = span->all->lines->at[span->last].folded;
    if (!span->date || !when_begins(text))
        return FALSE;
    const char *close = strrchr(end, '>');
    gboolean ends = g_str_has_suffix(end, ">") || (span->all->signs[span->last].colon &&
                                                   (!close || is_strange(close + 1) || span_has_verb(span)));
    return (span->address && ends) || strstr(text, " gmt+") || strstr(text, " gmt-");
}

/* "Sunday, 22 November 2026, 10:00 Foo Bar <a@b>:" */
static gboolean ends_with_address(const AttributionSpan *span)
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
static gboolean is_dated_address(const AttributionSpan *span)
{
    enum { WORDS_BEHIND = 4, WORDS = 16, BYTES = 200 };
    const char *text = span->all->lines->at[span->last].folded, *close = strrchr(text, '>');
    if (!close || span->open != 0 || span->length > BYTES || !span_begins_paragraph(span))
        return FALSE;
    guint words = 0, brackets = 0;
    for (gsize i = span->first; i <= span->last; i++) {
        words += text_count_words(span->all->lines->at[i].folded);
        for (const char *at = span->all->lines->at[i].folded; (at = strchr(at, '<')); at++)
            brackets++;
    }
    return brackets == 1 && words <= WORDS && is_strange(close + 1) &&
           text_count_words(close + 1) <= WORDS_BEHIND;
}

/* Words that no name begins with, where they are small: "the server wrote", "schrieb das System". */
static gboolean begins_as_thing(const TextLine *line, const char *words)
{
    static const char *const articles[] = {
        "the",   "a",      "an",   "my",   "your", "our",  "his",   "her",  "their", "this",  "that",
        "der",   "die",    "das",  "ein",  "eine", "mein", "meine", "dein", "deine", "ihr",   "ihre",
        "unser", "unsere", "euer", "eure", "le",   "les",  "un",    "une",  "votre", "notre", "mon",
        "ma",    "vos",    "nos",  "el",   "los",  "las",  "una",   "tu",   "su",    "mi",    "il",
        "lo",    "gli",    "suo",  "mio",  "het",  "een",  "mijn",  "uw",   NULL};
    g_autofree char *word = g_strndup(words, strcspn(words, " "));
    g_autofree char *within = g_strconcat(" ", word, " ", NULL);
    return g_strv_contains(articles, word) && memmem(line->start, line->length, within, strlen(within));
}

/* Behind what a date has: digits, and the blanks, commas and short words between them ("at 10:00"). */
static const char *behind_date(const char *text, const char *end)
{
    const char *behind = text;
    for (const char *at = text; at < end; at++)
        if (g_ascii_isdigit(*at))
            behind = at + 1;
    return behind + strspn(behind, " ,.:-");
}

/* A thing wrote, or something was written: `verb` is where the verb stands, `length` its length. */
static gboolean is_by_thing(const TextLine *line, const char *verb, gsize length)
{
    const char *text = line->folded;
    const char *before = behind_date(text, verb), *behind = verb + length;
    return (before < verb && before > text && begins_as_thing(line, before)) ||
           (*behind == ' ' && begins_as_thing(line, behind + 1));
}

/* "On Monday he wrote to us that the printer is broken:" goes on for too long behind its verb. */
static gboolean is_told(const AttributionSpan *span)
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
            return text_count_words(behind) > NAME_WORDS ||
                   is_by_thing(&span->all->lines->at[span->last], word, verb);
        }
    }
    return FALSE;
}

/* Strong: nobody writes this by hand in the middle of a thought. "The log at 12:30 wrote:" lacks the
 * beginning. */
gboolean span_is_attribution(const AttributionSpan *span)
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
        return !is_told(span);
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
static gboolean is_name_and_day(const AttributionSpan *span)
{
    const char *end = span->all->lines->at[span->last].folded;
    return span->first == span->last && span->all->signs[span->last].colon && strlen(end) < 80 &&
           strchr(end, ',') && (when_find(end) & (WHEN_YEAR | WHEN_DAY));
}

/* "Quoting Foo Bar <a@b>:", "a@b:", but not "I have got this from my friend Foo <a@b>:" */
static gboolean is_name_and_address(const AttributionSpan *span)
{
    enum { NAME_WORDS = 4 };
    const char *text = span->all->lines->at[span->last].folded;
    gsize name = strcspn(text, "<");
    g_autofree char *words = g_strndup(text, name);
    gboolean is_bare = strcspn(text, "@") < strcspn(text, " ");
    return span->first == span->last && span->address &&
           (is_bare || (text[name] && text_count_words(words) <= NAME_WORDS));
}

/* A date alone, or a version that looks like one, may be the answer itself. */
static gboolean names_somebody(const AttributionSpan *span)
{
    for (gsize i = span->first; i <= span->last; i++)
        for (const char *at = span->all->lines->at[i].folded; *at; at++)
            if (g_ascii_isalpha(*at) || (guchar)*at >= 0x80)
                return TRUE;
    return FALSE;
}

gboolean span_is_attribution_before_quote(const AttributionSpan *span)
{
    if (span->open < 0)
        return FALSE;
    gboolean colon = span->all->signs[span->last].colon;
    gboolean has_who = (span->address && span->date) || is_name_and_address(span) ||
                       (span->moment && span_begins_paragraph(span));
    return (colon && has_who) ||
           (span->date && line_has_lead(span->all, span->first) && names_somebody(span)) ||
           (colon && span_has_verb(span) && !is_told(span)) || is_name_and_day(span);
}
