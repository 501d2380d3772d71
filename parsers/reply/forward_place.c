#include "parsers/reply/forward_place.h"

#include "parsers/reply/marker.h"

#include <string.h>

/* The empty line below the headers, unless the client has put one below each of them: what follows it may
 * look like a header and be the mail. */
static gsize headers_end(const TextLines *lines, gsize first, gsize last)
{
    gsize at = first + 1;
    while (at <= last && lines->at[at].folded[0] != '\0')
        at++;
    return at > first + 1 ? at - 1 : last;
}

/* Some repeat the marker below the headers, or draw a line. */
static gsize text_start(const TextLines *lines, const ForwardPlace *place)
{
    gsize below = place->last + 1, next = text_lines_next(lines, below, lines->count);
    if (next == lines->count || lines->at[next].depth != lines->at[place->last].depth)
        return below;
    gboolean is_marker = strcmp(lines->at[next].folded, lines->at[place->intro].folded) == 0;
    return is_marker || text_line_is_rule(&lines->at[next]) ? next + 1 : below;
}

/* "18.11.2026, 10:00, \"Foo Bar\" <a@b>:" in place of headers. */
static gboolean is_told(const TextLine *line)
{
    const char *open = strchr(line->folded, '<'), *at = open ? strchr(open, '@') : NULL;
    return at && !strchr(open + 1, '<') && g_str_has_suffix(at, ">:");
}

/* Headers that stand in the intro itself, or below it in a quote, as Apple Mail writes it. */
static gboolean find_headers(const TextLines *lines, const Intro *intro, ForwardPlace *out)
{
    const char *value;
    gboolean is_marked = intro->type == INTRO_FORWARD || intro->type == INTRO_ORIGINAL;
    gsize at = intro->first;
    while (at <= intro->last && history_header_role(&lines->at[at], &value) == HEADER_NONE &&
           !(is_marked && at > intro->first && history_headers_are_bare(&lines->at[at])))
        at++;
    if (at > intro->last && intro->type == INTRO_FORWARD && intro->last > intro->first &&
        is_told(&lines->at[intro->last])) {
        *out = (ForwardPlace){
            .intro = intro->first, .headers = intro->last, .last = intro->last, .is_told = TRUE};
        return TRUE;
    }
    if (at > intro->last) {
        at = text_lines_next(lines, intro->last + 1, lines->count);
        while (at < lines->count && lines->at[at].depth > 0 && lines->at[at].folded[0] == '\0')
            at++;
        if (at == lines->count || lines->at[at].depth == 0)
            return FALSE;
    }
    *out = (ForwardPlace){.intro = intro->first, .headers = at};
    out->is_bare = is_marked && history_headers_are_bare(&lines->at[at]);
    if (!history_header_block(lines, at, is_marked, &out->last))
        return FALSE;
    out->last = headers_end(lines, at, out->last);
    return TRUE;
}

/* "> Begin forwarded message:", the first line of the first quote, with nothing above that says whose it
 * is. */
static gboolean find_quoted(const TextLines *lines, const GArray *intros, ForwardPlace *out)
{
    gsize first = 0;
    while (first < lines->count && lines->at[first].depth == 0)
        first++;
    if (first == lines->count || lines->at[first].depth != 1 ||
        (intros->len > 0 && g_array_index(intros, Intro, 0).first < first) ||
        !marker_says_forward(&lines->at[first]))
        return FALSE;
    gsize at = first + 1;
    while (at < lines->count && lines->at[at].depth == 1 && lines->at[at].folded[0] == '\0')
        at++;
    Intro intro = {INTRO_FORWARD, first, at};
    return at < lines->count && lines->at[at].depth == 1 && find_headers(lines, &intro, out);
}

static gboolean find_place(const TextLines *lines, gboolean is_forward, ForwardPlace *out)
{
    g_autoptr(GArray) intros = history_intros(lines);
    if (find_quoted(lines, intros, out))
        return TRUE;
    if (intros->len == 0)
        return FALSE;
    const Intro *intro = &g_array_index(intros, Intro, 0);
    gboolean says_so = intro->type == INTRO_FORWARD;
    if (!says_so && !(is_forward && (intro->type == INTRO_HEADERS || intro->type == INTRO_ORIGINAL)))
        return FALSE;
    return find_headers(lines, intro, out);
}

/* Where the quote ends that the headers stand in. */
static gsize quoted_end(const TextLines *lines, const ForwardPlace *place)
{
    gsize end = place->last + 1;
    while (end < lines->count && (lines->at[end].depth > 0 || text_line_is_blank(&lines->at[end])))
        end++;
    return end;
}

/* The whole mail within is quoted below its headers. */
static gboolean is_all_quoted(const TextLines *lines, gsize first, gsize end)
{
    gsize next = text_lines_next(lines, first, end);
    if (next == end)
        return FALSE;
    for (; next < end; next = text_lines_next(lines, next + 1, end))
        if (lines->at[next].depth == 0)
            return FALSE;
    return TRUE;
}

/* "----- End of forwarded message -----" */
static gsize without_end_marker(const TextLines *lines, const ForwardPlace *place, gsize end)
{
    gsize seen = text_lines_end(lines, place->text, end);
    if (seen == place->text)
        return end;
    const char *last = lines->at[seen - 1].folded;
    return g_str_has_prefix(last, "---") && g_str_has_suffix(last, "---") &&
                   g_str_has_prefix(lines->at[place->intro].folded, "---") && strpbrk(last, " ")
               ? seen - 1
               : end;
}

static gboolean is_blank_quote(const TextLines *lines, gsize first, gsize end)
{
    while (first < end && lines->at[first].folded[0] == '\0')
        first++;
    return first == end;
}

/* The headers alone may be quoted, or all but they, or nothing. */
static void find_text(const TextLines *lines, ForwardPlace *place)
{
    place->text = text_start(lines, place);
    place->end = lines->count;
    guint depth = lines->at[place->headers].depth;
    gsize quote = depth > 0 ? quoted_end(lines, place) : 0;
    if (depth > 0 && (lines->at[place->intro].depth > 0 || !is_blank_quote(lines, place->text, quote))) {
        place->depth = depth;
        place->end = quote;
        return;
    }
    place->end = without_end_marker(lines, place, lines->count);
    place->depth = depth == 0 && is_all_quoted(lines, place->text, place->end);
}

gboolean forward_place_find(const TextLines *lines, gboolean is_forward, ForwardPlace *out)
{
    if (!find_place(lines, is_forward, out))
        return FALSE;
    find_text(lines, out);
    return out->depth == 0 || !is_blank_quote(lines, out->text, out->end);
}
