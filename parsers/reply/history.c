#include "parsers/reply/history.h"

#include "parsers/reply/attribution.h"
#include "parsers/reply/when.h"

#include <string.h>

/* Some clients of China draw their lines in HTML and leave the blanks as they were. */
#define MARKUP_BLANK "&nbsp;"
/* Thai needs three bytes a sign, and has no short words for it. */
#define MARKER_WORDS_BYTES 120u

static const char *marker_start(const char *text)
{
    for (const char *before = NULL; before != text;) {
        before = text;
        text += strspn(text, "-=~ #>");
        text += *text == *MARKUP_BLANK && g_str_has_prefix(text, MARKUP_BLANK) ? strlen(MARKUP_BLANK) : 0;
    }
    return text;
}

static gsize marker_length(const char *text)
{
    gsize length = strlen(text), blank = strlen(MARKUP_BLANK);
    for (gsize before = length + 1; length > 0 && length < before;) {
        before = length;
        while (length > 0 && strchr("-=~ #:", text[length - 1]))
            length--;
        gsize wide = strlen("：");
        if (length >= wide && memcmp(text + length - wide, "：", wide) == 0)
            length -= wide;
        if (length >= blank && memcmp(text + length - blank, MARKUP_BLANK, blank) == 0)
            length -= blank;
    }
    return length;
}

/* The words between the dashes (or stars) of a marker line; NULL when it is none. A single word with nothing
 * but a colon behind it may be anybody's. */
static char *marker_words(const TextLine *line)
{
    const char *text = marker_start(line->folded);
    gsize before = (gsize)(text - line->folded), all = strlen(text), length = marker_length(text);
    gboolean is_drawn = before >= 2 || line->start[0] == '_' || line->start[0] == '*';
    if (length == 0 || length > MARKER_WORDS_BYTES ||
        (!is_drawn && (all == length || (!memchr(text, ' ', length) && (guchar)*text < 0x80))))
        return NULL;
    return g_strndup(text, length);
}

/* "Inactive hide details for Foo ---22.11.2026 10:00:00---What he wrote": how Notes folds a mail up. */
static gboolean is_folded_mail(const char *text)
{
    const char *open = strchr(text, '-') ? strstr(text, "---") : NULL;
    const char *close = open ? strstr(open + 3, "---") : NULL;
    if (*text == 'i' && (g_str_has_prefix(text, "inactive hide details for") ||
                         g_str_has_prefix(text, "inaktiv details verbergen")))
        return TRUE;
    return close && open > text && close - open > 12 && close - open < 60 && open[3] >= '0' &&
           open[3] <= '9' && memchr(open, ':', (gsize)(close - open));
}

/* The role of the name that ends at the colon `colon`, of one word or two, not above `floor`. */
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

/* What the desk's own pages say; one of PHRASE_ABOVE. */
#define OWN_ABOVE "write your answer above this line"

/* "---- Foo Bar <a@b> wrote: ----"; without an address it may be somebody's heading. */
static gboolean is_drawn_verb(const TextLine *line, const char *words)
{
    enum { NAME_WORDS = 8 };
    return strchr(words, '@') && text_line_may_have(line, PHRASE_WROTE) &&
           g_str_has_prefix(line->folded, "---") && g_str_has_suffix(line->folded, "--") &&
           text_count_words(words) <= NAME_WORDS && phrase_at_end(words, PHRASE_WROTE) > 0;
}

static IntroType marker_type(const TextLine *line)
{
    if (line->is_code || line->length > 200 || line->folded[0] == '\0')
        return INTRO_NONE;
    if (text_line_may_have(line, PHRASE_ABOVE) && phrase_within(line->folded, PHRASE_ABOVE))
        return strstr(line->folded, OWN_ABOVE) ? INTRO_PAGE : INTRO_ABOVE;
    if (is_folded_mail(line->folded))
        return INTRO_ORIGINAL;
    g_autofree char *words = marker_words(line);
    if (!words)
        return INTRO_NONE;
    gsize length = strlen(words);
    if (phrase_at_start(words, PHRASE_ORIGINAL) == length)
        return INTRO_ORIGINAL;
    gsize forward = phrase_at_start(words, PHRASE_FORWARD);
    /* Notes writes who forwarded, and when, between the dashes; Horde who wrote it. */
    gboolean names_somebody = forward > 0 && forward < length && g_str_has_prefix(line->folded, "--") &&
                              strpbrk(words + forward, "@/0123456789");
    if (forward == length || names_somebody)
        return INTRO_FORWARD;
    return is_drawn_verb(line, words) ? INTRO_ORIGINAL : INTRO_NONE;
}

gboolean history_says_forward(const TextLine *line)
{
    return marker_type(line) == INTRO_FORWARD;
}

/* "Reply above this line" may also be what somebody writes about. */
static gboolean is_drawn_or_alone(const TextLines *lines, gsize at)
{
    const TextLine *line = &lines->at[at];
    if (strchr("#-=*_~>[(<|", line->start[strspn(line->start, " ")]) || line->folded[0] == '-')
        return TRUE;
    gboolean begins =
        at == 0 || text_line_is_blank(&lines->at[at - 1]) || text_line_is_rule(&lines->at[at - 1]);
    return begins && line->length <= 120 && !strpbrk(line->folded, "\"?'");
}

/* "----- Original Message -----" / "is all that I see": a sentence goes on, and what stands above is what it
 * speaks of. */
static gboolean goes_on_below(const TextLines *lines, gsize at, gboolean at_once)
{
    gsize next = at_once ? at + 1 : text_lines_next(lines, at + 1, lines->count);
    const char *value;
    if (next >= lines->count || lines->at[next].depth > 0 || lines->at[next].length == 0)
        return FALSE;
    const TextLine *line = &lines->at[next];
    return g_unichar_islower(g_utf8_get_char_validated(line->start, (gssize)line->length)) &&
           text_count_words(line->folded) >= 3 && !strchr(line->folded, '@') &&
           history_header_role(line, &value) == HEADER_NONE;
}

static gboolean is_mentioned(const TextLines *lines, gsize at, IntroType marker)
{
    if (marker == INTRO_ABOVE)
        return !is_drawn_or_alone(lines, at) || goes_on_below(lines, at, TRUE);
    return (marker == INTRO_ORIGINAL || marker == INTRO_FORWARD) && goes_on_below(lines, at, FALSE);
}

static gboolean find_block(const TextLines *lines, gsize first, gboolean is_below_marker, Intro *out)
{
    IntroType marker = marker_type(&lines->at[first]);
    if (is_mentioned(lines, first, marker))
        marker = INTRO_NONE;
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

/* "Original Message", with nothing drawn around it. */
static gboolean is_bare_marker(const TextLine *line)
{
    return line->depth == 0 && !line->is_code && strchr(line->folded, ' ') &&
           phrase_at_start(line->folded, PHRASE_ORIGINAL) == strlen(line->folded);
}

/* A line drawn above belongs to what it opens. */
static gsize with_rule_above(const TextLines *lines, gsize first, gsize floor)
{
    gsize at = first;
    while (at > floor && text_line_is_blank(&lines->at[at - 1]))
        at--;
    if (at <= floor)
        return first;
    return text_line_is_rule(&lines->at[at - 1]) || is_bare_marker(&lines->at[at - 1]) ? at - 1 : first;
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

/* "Message of 18/11/26 09:05", at once above headers. */
static gboolean is_dated_title(const TextLine *line)
{
    enum { WORDS = 6 };
    guint when = line->depth == 0 && !line->is_code && line->length < 60 ? when_find(line->folded) : 0;
    return (when & WHEN_TIME) && (when & WHEN_DAY) && text_count_words(line->folded) <= WORDS &&
           !strpbrk(line->folded, ".?!,");
}

/* The title belongs to the headers. */
static gsize with_title_above(const TextLines *lines, gsize first, gsize floor)
{
    return first > floor && is_dated_title(&lines->at[first - 1]) ? first - 1 : first;
}

/* Notes: who and when stand on lines of their own above "To:". */
static gboolean find_notes(const TextLines *lines, gsize to, gsize floor, Intro *out)
{
    const char *value;
    if (to < 2 || history_header_role(&lines->at[to], &value) != HEADER_TO)
        return FALSE;
    gsize title = text_lines_end(lines, floor, to);
    gsize who = title > floor + 1 ? title - 2 : to;
    if (to - title > 3 || who == to || !is_dated_title(&lines->at[title - 1]) ||
        text_line_is_blank(&lines->at[who]) || lines->at[who].length > 100 || lines->at[who].depth > 0 ||
        (who > floor && !text_line_is_blank(&lines->at[who - 1])))
        return FALSE;
    for (gsize i = to + 1; i < MIN(lines->count, to + 6); i++)
        if (lines->at[i].depth == 0 && history_header_role(&lines->at[i], &value) == HEADER_SUBJECT) {
            *out = (Intro){INTRO_HEADERS, who, i};
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
        intro.type = found && intro.type == INTRO_NONE ? INTRO_ATTRIBUTION : intro.type;
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
