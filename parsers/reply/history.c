#include "parsers/reply/history.h"

#include "parsers/reply/attribution.h"
#include "parsers/reply/marker.h"
#include "parsers/reply/when.h"

#include <string.h>

/* The role of the name that ends at the colon `colon`, of three words at most, not above `floor`. */
static HeaderRole role_before(const char *floor, const char *colon)
{
    const char *end = colon;
    while (end > floor && end[-1] == ' ')
        end--;
    const char *start = end;
    for (guint words = 0; words < 3 && start > floor; words++) {
        while (start > floor && start[-1] == ' ')
            start--;
        while (start > floor && start[-1] != ' ')
            start--;
        HeaderRole role = phrase_header_role(start, (gsize)(end - start));
        if (role != HEADER_NONE)
            return role;
    }
    return HEADER_NONE;
}

/* "From: … Sent: … To: … Subject: …": the line breaks were lost. */
static gboolean is_header_line(const TextLine *line)
{
    const char *value, *text = line->folded, *floor = text;
    guint roles = 0;
    if (line->length < 40 || history_header_role(line, &value) != HEADER_FROM)
        return FALSE;
    for (const char *colon; (colon = strchr(floor, ':')); floor = colon + 1)
        roles |= role_before(floor, colon);
    return (roles & HEADER_FROM) && (roles & HEADER_DATE) && (roles & HEADER_TO) && (roles & HEADER_SUBJECT);
}

static gboolean find_block(const TextLines *lines, gsize first, gboolean is_below_marker, Intro *out)
{
    IntroType marker = marker_type_among(lines, first);
    *out = (Intro){marker, first, first};
    if (marker != INTRO_NONE)
        return TRUE;
    if (is_header_line(&lines->at[first])) {
        *out = (Intro){INTRO_HEADERS, first, first};
        return TRUE;
    }
    gsize last;
    gboolean is_marked = is_below_marker || (first > 0 && text_line_is_rule(&lines->at[first - 1]));
    if (!history_header_block(lines, first, is_marked, &last))
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
    if (at <= floor)
        return first;
    return text_line_is_rule(&lines->at[at - 1]) || marker_is_bare(&lines->at[at - 1]) ? at - 1 : first;
}

/* Above a page of ours, what ends with a colon and has a date or an address says who wrote it, in whatever
 * language. */
static gsize with_attribution_above(const Attributions *all, gsize first, gsize floor)
{
    gsize at = first;
    while (at > floor && text_line_is_blank(&all->lines->at[at - 1]))
        at--;
    if (at <= floor || !all->signs[at - 1].colon || (!all->signs[at - 1].date && !all->signs[at - 1].address))
        return first;
    gboolean is_alone = at - 1 == floor || text_line_is_blank(&all->lines->at[at - 2]);
    return is_alone ? at - 1 : first;
}

/* Within a date a full stop ends nothing. */
static gboolean has_sentence_marks(const char *text)
{
    for (; (text = strpbrk(text, ".?!,")); text++)
        if (*text != '.' || !g_ascii_isdigit(text[1]))
            return TRUE;
    return FALSE;
}

/* "Message of 18/11/26 09:05", at once above headers. */
static gboolean is_dated_title(const TextLine *line)
{
    enum { WORDS = 6 };
    guint when = line->depth == 0 && !line->is_code && line->length < 60 ? when_find(line->folded) : 0;
    return (when & WHEN_TIME) && (when & WHEN_DAY) && text_count_words(line->folded) <= WORDS &&
           !has_sentence_marks(line->folded);
}

/* The title belongs to the headers. */
static gsize with_title_above(const TextLines *lines, gsize first, gsize floor)
{
    return first > floor && is_dated_title(&lines->at[first - 1]) ? first - 1 : first;
}

/* "To: Ada", or "To" by itself, with what it names in the line below. */
static HeaderRole label_role(const TextLine *line)
{
    const char *value;
    if (line->depth > 0 || line->is_code)
        return HEADER_NONE;
    HeaderRole role = history_header_role(line, &value);
    return role == HEADER_NONE ? phrase_header_role(line->folded, strlen(line->folded)) : role;
}

/* Notes: who and when stand on lines of their own above "To". */
static gboolean find_notes(const TextLines *lines, gsize to, gsize floor, Intro *out)
{
    enum { LABEL_LINES = 12 };
    if (to < 2 || label_role(&lines->at[to]) != HEADER_TO)
        return FALSE;
    gsize title = text_lines_end(lines, floor, to);
    gsize who = title > floor + 1 ? title - 2 : to;
    if (to - title > 3 || who == to || !is_dated_title(&lines->at[title - 1]) ||
        text_line_is_blank(&lines->at[who]) || lines->at[who].length > 100 || lines->at[who].depth > 0 ||
        (who > floor && !text_line_is_blank(&lines->at[who - 1])))
        return FALSE;
    for (gsize i = to + 1; i < MIN(lines->count, to + LABEL_LINES); i++)
        if (label_role(&lines->at[i]) == HEADER_SUBJECT) {
            const char *value;
            gboolean is_alone = history_header_role(&lines->at[i], &value) == HEADER_NONE;
            *out = (Intro){INTRO_HEADERS, who, MIN(is_alone ? i + 1 : i, lines->count - 1)};
            return TRUE;
        }
    return FALSE;
}

static void intros_add(GArray *intros, const TextLines *lines, Intro intro)
{
    Intro *before = intros->len > 0 ? &g_array_index(intros, Intro, intros->len - 1) : NULL;
    if (before && text_lines_next(lines, before->last + 1, intro.first) == intro.first &&
        before->type != INTRO_ATTRIBUTION) {
        before->last = intro.last;
        before->type = intro.type == INTRO_PAGE ? INTRO_PAGE : before->type;
        return;
    }
    g_array_append_val(intros, intro);
}

GArray *history_intros(const TextLines *lines)
{
    GArray *intros = g_array_new(FALSE, FALSE, sizeof(Intro));
    g_auto(Attributions) attributions = {0};
    attributions_init(&attributions, lines);
    gsize floor = 0, below_marker = G_MAXSIZE;
    for (gsize i = 0; i < lines->count; i++) {
        const TextLine *line = &lines->at[i];
        Intro intro = {INTRO_ATTRIBUTION, i, i};
        gboolean found =
            line->depth == 0 && !line->is_code && find_block(lines, i, i == below_marker, &intro);
        if (found && intro.type == INTRO_HEADERS)
            intro.first = with_title_above(lines, intro.first, floor);
        else if (!found && line->depth == 0 && !line->is_code)
            found = find_notes(lines, i, floor, &intro);
        if (!found)
            found = attribution_ends_at(&attributions, i, floor, &intro.first);
        if (found)
            intro.first = with_rule_above(lines, intro.first, floor);
        if (intro.type == INTRO_PAGE)
            intro.first = with_attribution_above(&attributions, intro.first, floor);
        if (!found)
            continue;
        intro.type = intro.type == INTRO_NONE ? INTRO_ATTRIBUTION : intro.type;
        intros_add(intros, lines, intro);
        i = intro.last;
        floor = intro.last + 1;
        below_marker = intro.type == INTRO_ORIGINAL || intro.type == INTRO_FORWARD
                           ? text_lines_next(lines, floor, lines->count)
                           : G_MAXSIZE;
    }
    return intros;
}

gboolean history_opens_quote(const TextLines *lines, gsize first, gsize *out_last)
{
    while (first < lines->count && lines->at[first].depth > 0 && lines->at[first].folded[0] == '\0')
        first++;
    if (first >= lines->count || lines->at[first].depth == 0)
        return FALSE;
    *out_last = first;
    return marker_type(&lines->at[first]) != INTRO_NONE ||
           history_header_block(lines, first, FALSE, out_last) ||
           attribution_opens_quote(lines, first, out_last);
}
