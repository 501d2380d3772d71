#include "parsers/reply/history.h"

#include "parsers/reply/phrases.h"

#include <string.h>

/* Clients break an attribution over a few lines; a name and an address are no longer than this. */
#define ATTRIBUTION_LINES 6u
#define ATTRIBUTION_BYTES 500u
#define HEADER_BLOCK_LINES 24u
#define HEADER_NAME_BYTES 40u

static gboolean digits_at(const char *at, guint count)
{
    for (guint i = 0; i < count; i++)
        if (!g_ascii_isdigit(at[i]))
            return FALSE;
    return TRUE;
}

/* Behind the day: "/10/22", ". 4.2014"; two numbers alone may be anything. */
static gboolean is_numeric_date(const char *at)
{
    char border = *at;
    at += 1 + (at[1] == ' ');
    gsize count = strspn(at, "0123456789");
    return (count == 1 || count == 2) && at[count] == border && g_ascii_isdigit(at[count + 1]);
}

/* A time of day, a year, a numeric date: one of them is in every attribution that has a date at all. */
static gboolean has_date(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (!g_ascii_isdigit(*at) || (at > text && g_ascii_isdigit(at[-1])))
            continue;
        gsize count = strspn(at, "0123456789");
        if (count == 4 && (digits_at(at, 4) && (memcmp(at, "19", 2) == 0 || memcmp(at, "20", 2) == 0)))
            return TRUE;
        if (count > 2)
            continue;
        if (strchr(":.h", at[count]) && at[count] && digits_at(at + count + 1, 2) &&
            !g_ascii_isdigit(at[count + 3]))
            return TRUE;
        if (at[count] && strchr("/-.", at[count]) && is_numeric_date(at + count))
            return TRUE;
    }
    return FALSE;
}

/* "2016-10-24 15:36 GMT+02:00 Foo", "2013/7/20 foo", "23 mar 2017 21:25 foo": no verb at all. */
static gboolean begins_with_date(const char *text)
{
    gsize year = strspn(text, "0123456789");
    if (year == 4 && text[4] && (strchr("-/.", text[4]) || g_str_has_prefix(text + 4, "年")))
        return TRUE;
    return (year == 1 || year == 2) && has_date(text);
}

static gboolean ends_with_colon(const char *text)
{
    return g_str_has_suffix(text, ":") || g_str_has_suffix(text, "：");
}

static int unclosed(const char *text)
{
    int open = 0;
    for (; *text; text++)
        open += (*text == '<') - (*text == '>');
    return open;
}

typedef struct {
    gboolean verb, verb_ends, colon, date, address, lead, closed;
} Signs;

/* The line without its colon, dashes, and blanks at the end, to see whether the verb is the last word. */
static char *without_tail(const char *text)
{
    char *copy = g_strdup(text);
    for (gsize length = strlen(copy); length > 0; length = strlen(copy)) {
        if (strchr(":- ", copy[length - 1]))
            copy[length - 1] = '\0';
        else if (g_str_has_suffix(copy, "："))
            copy[length - 3] = '\0';
        else
            break;
    }
    return copy;
}

static Signs signs_of(const char *text)
{
    g_autofree char *bare = without_tail(text);
    text += strspn(text, "- ");
    return (Signs){
        .verb = phrase_within(text, phrases_wrote),
        .verb_ends = phrase_at_end(bare, phrases_wrote) > 0,
        .colon = ends_with_colon(text),
        .date = has_date(text),
        .address = strchr(text, '@') != NULL,
        .lead = phrase_at_start(text, phrases_lead) > 0 || begins_with_date(text),
        .closed = unclosed(text) >= 0,
    };
}

/* Strong: nobody writes this by hand in the middle of a thought. */
static gboolean is_attribution(const Signs *signs, const char *text)
{
    if (!signs->closed)
        return FALSE;
    if (signs->verb && (signs->colon || signs->verb_ends) && (signs->date || signs->address))
        return signs->colon || (signs->date && (signs->address || signs->lead));
    if (!begins_with_date(text) || !signs->date)
        return FALSE;
    gboolean ends = signs->colon || g_str_has_suffix(text, ">");
    return (signs->address && ends) || strstr(text, " gmt+") || strstr(text, " gmt-");
}

/* Weak: counts only when a quote follows at once. */
static gboolean is_attribution_before_quote(const Signs *signs)
{
    if (!signs->closed)
        return FALSE;
    return (signs->verb && signs->colon) || (signs->lead && signs->date) ||
           (signs->colon && signs->date && signs->address);
}

/* An address that was broken at its end leaves "> wrote:", which only looks quoted. */
static gboolean is_attribution_tail(const TextLine *line)
{
    return line->depth == 1 && strlen(line->folded) < 40 && ends_with_colon(line->folded) &&
           phrase_at_start(line->folded, phrases_wrote) > 0;
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

static char *joined(const TextLines *lines, gsize first, gsize last)
{
    GString *text = g_string_new(NULL);
    for (gsize i = first; i <= last; i++) {
        if (text->len > 0 && lines->at[i].folded[0])
            g_string_append_c(text, ' ');
        if (lines->at[i].depth > 0)
            g_string_append_c(text, '>');
        g_string_append(text, lines->at[i].folded);
    }
    return g_string_free(text, FALSE);
}

/* Without a date the beginning may be further up: "On Monday 3 May 2010, Somebody" / "<a@b> wrote:". */
static gsize reach_for_date(const TextLines *lines, gsize first, gsize last)
{
    for (gsize at = first; at > 0 && last - at < ATTRIBUTION_LINES && may_continue_above(lines, at);) {
        at--;
        g_autofree char *text = joined(lines, at, last);
        Signs signs = signs_of(text);
        if (signs.lead && signs.date && strlen(text) < ATTRIBUTION_BYTES)
            return at;
    }
    return first;
}

/* GroupWise: ">>> A B <a@b> 10/22/15 21:02 >>>", a line of its own. */
static gboolean is_groupwise(const TextLine *line)
{
    return !line->is_code && line->depth == 3 && g_str_has_suffix(line->folded, ">>>") &&
           (strchr(line->folded, '@') || has_date(line->folded));
}

static gboolean find_attribution(const TextLines *lines, gsize last, gsize floor, Intro *out)
{
    *out = (Intro){INTRO_ATTRIBUTION, last, last};
    if (is_groupwise(&lines->at[last]))
        return TRUE;
    if (!may_end_attribution(&lines->at[last]))
        return FALSE;
    gsize next = text_lines_next(lines, last + 1, lines->count);
    gboolean before_quote =
        next < lines->count && lines->at[next].depth > 0 && !is_attribution_tail(&lines->at[next]);
    const char *end = lines->at[last].folded;
    gboolean may_end = ends_with_colon(end) || g_str_has_suffix(end, ">") || g_str_has_suffix(end, "--") ||
                       phrase_at_end(end, phrases_wrote) > 0 || begins_with_date(end);
    if (!may_end && !before_quote)
        return FALSE;
    for (gsize first = last;; first--) {
        g_autofree char *text = joined(lines, first, last);
        if (strlen(text) > ATTRIBUTION_BYTES)
            return FALSE;
        Signs signs = signs_of(text);
        if (is_attribution(&signs, text) || (before_quote && is_attribution_before_quote(&signs))) {
            gsize start = signs.date && signs.lead ? first : reach_for_date(lines, first, last);
            *out = (Intro){INTRO_ATTRIBUTION, MAX(start, floor), last};
            return TRUE;
        }
        if (first <= floor || last - first >= ATTRIBUTION_LINES || !may_continue_above(lines, first))
            return FALSE;
    }
}

/* Role of "Name: value"; `out_value` gets the place behind the colon. */
static HeaderRole header_role(const TextLine *line, const char **out_value)
{
    const char *text = line->folded;
    const char *colon = strchr(text, ':'), *wide = strstr(text, "：");
    const char *end = colon && wide ? MIN(colon, wide) : colon ? colon : wide;
    if (!end || end == text || (gsize)(end - text) > HEADER_NAME_BYTES)
        return HEADER_NONE;
    *out_value = end + (end == wide ? strlen("：") : 1);
    gsize length = (gsize)(end - text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return phrase_header_role(text, length);
}

/* From a header line on: the last line of the block, if it is one. */
static gboolean find_header_block(const TextLines *lines, gsize first, gboolean is_marked, gsize *out_last)
{
    guint roles = 0, foreign = 0;
    gboolean from_address = FALSE;
    gsize last = first, limit = MIN(lines->count, first + HEADER_BLOCK_LINES);
    for (gsize i = first; i < limit && foreign < 3; i++) {
        const TextLine *line = &lines->at[i];
        const char *value = "";
        HeaderRole role =
            line->is_code || line->depth != lines->at[first].depth ? HEADER_NONE : header_role(line, &value);
        if (role == HEADER_NONE) {
            /* Values go on in the next line; some clients double the line ends. */
            if (i == first)
                return FALSE;
            foreign++;
            from_address |= last == i - 1 && roles == HEADER_FROM && strchr(line->folded, '@');
            continue;
        }
        from_address |= role == HEADER_FROM && strchr(value, '@');
        roles |= role;
        foreign = 0;
        last = i;
    }
    *out_last = last;
    if (is_marked)
        return (roles & HEADER_FROM) && (roles & (HEADER_DATE | HEADER_TO | HEADER_SUBJECT));
    /* "From: Berlin, To: Paris, Date: …" is a form, not a mail. */
    return (roles & HEADER_FROM) && (roles & (HEADER_DATE | HEADER_SUBJECT)) &&
           (roles & (HEADER_TO | HEADER_SUBJECT)) && ((roles & HEADER_SUBJECT) || from_address);
}

/* The words between the dashes (or stars) of a marker line; NULL when it is none. */
static char *marker_words(const TextLine *line)
{
    const char *text = line->folded + strspn(line->folded, "-=~ #>—–");
    gsize before = (gsize)(text - line->folded), length = strlen(text);
    gsize all = length;
    while (length > 0 && strchr("-=~ #:", text[length - 1]))
        length--;
    gboolean is_drawn = before >= 2 || line->start[0] == '_';
    if (length == 0 || length > 80 || (!is_drawn && all == length && line->start[0] != '*'))
        return NULL;
    return g_strndup(text, length);
}

static IntroType marker_type(const TextLine *line)
{
    if (line->is_code || line->length > 200 || line->folded[0] == '\0')
        return INTRO_NONE;
    if (phrase_within(line->folded, phrases_above))
        return INTRO_ABOVE;
    g_autofree char *words = marker_words(line);
    if (!words)
        return INTRO_NONE;
    gsize length = strlen(words);
    if (phrase_at_start(words, phrases_original) == length)
        return INTRO_ORIGINAL;
    gsize forward = phrase_at_start(words, phrases_forward);
    /* Notes writes who forwarded, and when, between the dashes. */
    return forward == length || (forward > 0 && g_str_has_prefix(words, "forwarded by")) ? INTRO_FORWARD
                                                                                         : INTRO_NONE;
}

static gboolean find_block(const TextLines *lines, gsize first, Intro *out)
{
    IntroType marker = marker_type(&lines->at[first]);
    *out = (Intro){marker, first, first};
    if (marker != INTRO_NONE)
        return TRUE;
    gsize last;
    gboolean is_marked = first > 0 && text_line_is_rule(&lines->at[first - 1]);
    if (!find_header_block(lines, first, is_marked, &last))
        return FALSE;
    *out = (Intro){INTRO_HEADERS, first, last};
    return TRUE;
}

/* A line drawn above belongs to what it opens. */
static gsize with_rule_above(const TextLines *lines, gsize first, gsize floor)
{
    gsize at = first;
    while (at > floor && text_line_is_blank(&lines->at[at - 1]))
        at--;
    return at > floor && text_line_is_rule(&lines->at[at - 1]) ? at - 1 : first;
}

static void intros_add(GArray *intros, const TextLines *lines, Intro intro)
{
    Intro *before = intros->len > 0 ? &g_array_index(intros, Intro, intros->len - 1) : NULL;
    if (before && text_lines_next(lines, before->last + 1, intro.first) == intro.first &&
        before->type != INTRO_ATTRIBUTION) {
        before->last = intro.last;
        return;
    }
    g_array_append_val(intros, intro);
}

GArray *history_intros(const TextLines *lines)
{
    GArray *intros = g_array_new(FALSE, FALSE, sizeof(Intro));
    gsize floor = 0;
    for (gsize i = 0; i < lines->count; i++) {
        const TextLine *line = &lines->at[i];
        Intro intro;
        gboolean found = line->depth == 0 && !line->is_code && find_block(lines, i, &intro);
        if (found)
            intro.first = with_rule_above(lines, i, floor);
        else
            found = find_attribution(lines, i, floor, &intro);
        if (!found)
            continue;
        intros_add(intros, lines, intro);
        i = intro.last;
        floor = intro.last + 1;
    }
    return intros;
}

gboolean history_opens_quote(const TextLines *lines, gsize first)
{
    gsize last;
    while (first < lines->count && lines->at[first].depth > 0 && lines->at[first].folded[0] == '\0')
        first++;
    if (first >= lines->count || lines->at[first].depth == 0)
        return FALSE;
    if (marker_type(&lines->at[first]) != INTRO_NONE || find_header_block(lines, first, FALSE, &last))
        return TRUE;
    for (gsize end = first; end < MIN(first + 4, lines->count); end++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (gsize i = first; i <= end; i++)
            g_string_append_printf(text, "%s%s", i > first ? " " : "", lines->at[i].folded);
        Signs signs = signs_of(text->str);
        if (is_attribution(&signs, text->str))
            return TRUE;
    }
    return FALSE;
}
