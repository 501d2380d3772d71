#include "parsers/reply/marker.h"

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

IntroType marker_type(const TextLine *line)
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

gboolean marker_says_forward(const TextLine *line)
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

/* "The page says:" above it, and below what no program writes there. */
static gboolean is_shown(const TextLines *lines, gsize at)
{
    gsize below = text_lines_next(lines, at + 1, lines->count);
    const char *value;
    return text_line_is_announced(lines, 0, at) &&
           !phrase_within(lines->at[text_lines_end(lines, 0, at) - 1].folded, PHRASE_WROTE) &&
           (below == lines->count ||
            (lines->at[below].depth == 0 && history_header_role(&lines->at[below], &value) == HEADER_NONE &&
             !strchr(lines->at[below].folded, '@')));
}

static gboolean is_mentioned(const TextLines *lines, gsize at, IntroType marker)
{
    if (marker == INTRO_ABOVE)
        return !is_drawn_or_alone(lines, at) || goes_on_below(lines, at, TRUE);
    return (marker == INTRO_ORIGINAL || marker == INTRO_FORWARD) &&
           (goes_on_below(lines, at, FALSE) || is_shown(lines, at));
}

IntroType marker_type_among(const TextLines *lines, gsize at)
{
    IntroType marker = marker_type(&lines->at[at]);
    return is_mentioned(lines, at, marker) ? INTRO_NONE : marker;
}

gboolean marker_is_bare(const TextLine *line)
{
    return line->depth == 0 && !line->is_code && strchr(line->folded, ' ') &&
           phrase_at_start(line->folded, PHRASE_ORIGINAL) == strlen(line->folded);
}
