#include <postern/reply.h>

#include "parsers/reply/forward_place.h"
#include "parsers/reply/lines.h"
#include "parsers/reply/marker.h"
#include "parsers/reply/phrases.h"

#include <string.h>

/* A value that is longer is none that a client has shown; what goes on in more lines either. */
#define VALUE_BYTES 2000u
/* No line that says "Forwarded message" is longer. */
#define MARKER_BYTES 200u

/* Behind `depth` quote marks. */
static const char *behind_marks(const TextLine *line, guint depth)
{
    const char *at = line->start, *end = at + line->length;
    for (; depth > 0 && at < end; at++)
        depth -= *at == '>';
    return at;
}

/* The line as written, without marks of quotes and emphasis and blanks around. */
static char *bare(const char *start, const char *end)
{
    GString *out = g_string_new(NULL);
    for (const char *at = start; at < end && out->len < VALUE_BYTES; at++)
        if (*at != '*')
            g_string_append_c(out, *at == '\t' ? ' ' : *at);
    return g_strstrip(g_string_free(out, FALSE));
}

static const char *behind_colon(const char *at, const char *end)
{
    const char *colon = memchr(at, ':', (gsize)(end - at));
    const char *wide = g_strstr_len(at, end - at, "：");
    if (wide && (!colon || wide < colon))
        return wide + strlen("：");
    return colon ? colon + 1 : end;
}

/* As many words as stand before `value` in the folded line. */
static const char *behind_name(const TextLine *line, const char *at, const char *end, const char *value)
{
    for (const char *folded = line->folded; folded <= value && at < end; folded++) {
        if (folded < value && *folded != ' ')
            continue;
        while (at < end && g_ascii_isspace(*at))
            at++;
        while (at < end && !g_ascii_isspace(*at))
            at++;
    }
    return at;
}

static char **slot_of(ForwardParts *parts, HeaderRole role)
{
    return role == HEADER_FROM      ? &parts->from
           : role == HEADER_DATE    ? &parts->date
           : role == HEADER_SUBJECT ? &parts->subject
                                    : NULL;
}

static void append_value(char **slot, const char *more)
{
    if (!*more || (*slot && strlen(*slot) > VALUE_BYTES))
        return;
    char *joined = *slot && **slot ? g_strconcat(*slot, " ", more, NULL) : g_strdup(more);
    g_free(*slot);
    *slot = joined;
}

/* FALSE when nobody, or more than one, is said to have written it. */
static gboolean read_headers(const TextLines *lines, const ForwardPlace *place, ForwardParts *out)
{
    guint writers = 0;
    char **slot = NULL;
    for (gsize i = place->headers; i <= place->last; i++) {
        const TextLine *line = &lines->at[i];
        const char *value, *start = behind_marks(line, line->depth), *end = line->start + line->length;
        HeaderRole role =
            place->is_bare ? history_bare_header_role(line, &value) : history_header_role(line, &value);
        if (role != HEADER_NONE) {
            writers += role == HEADER_FROM;
            slot = slot_of(out, role);
            start = place->is_bare ? behind_name(line, start, end, value) : behind_colon(start, end);
            if (slot && *slot)
                slot = NULL; /* the first one counts */
        }
        g_autofree char *more = bare(start, end);
        if (slot)
            append_value(slot, more);
    }
    return writers == 1 && out->from && *out->from;
}

/* "18.11.2026, 10:00, \"Foo Bar\" <a@b>:" */
static gboolean read_attribution(const TextLine *line, ForwardParts *out)
{
    const char *start = line->start, *end = start + line->length, *who = start;
    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    const char *open = memchr(start, '<', (gsize)(end - start));
    for (const char *at = start; open && at < open && *at != '"'; at++)
        if (g_ascii_isdigit(*at))
            who = at + 1;
    end -= end > start && end[-1] == ':';
    g_autofree char *date = bare(start, who);
    while (who < end && strchr(", ", *who))
        who++;
    out->from = bare(who, end);
    out->date = *date ? g_steal_pointer(&date) : NULL;
    return open && *out->from;
}

/* Lines [first, end) without `depth` quote marks, blank lines around them left out. */
static char *collect(const TextLines *lines, gsize first, gsize end, guint depth)
{
    GString *out = g_string_new(NULL);
    for (gsize i = first; i < end; i++) {
        const TextLine *line = &lines->at[i];
        const char *start = behind_marks(line, MIN(depth, line->depth)), *stop = line->start + line->length;
        if (depth > 0 && line->depth > 0 && start < stop && *start == ' ')
            start++;
        if (out->len > 0 || start + strspn(start, " \t") < stop)
            g_string_append_len(out, start, stop - start);
        if (out->len > 0)
            g_string_append_c(out, '\n');
    }
    while (out->len > 0 && g_ascii_isspace(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* The words above (and below a quote), without signature; with quotes of its own as it stands. */
static char *comment_of(const TextLines *lines, const ForwardPlace *place)
{
    g_autofree char *above = collect(lines, 0, place->intro, 0);
    g_autofree char *below = collect(lines, place->depth > 0 ? place->end : lines->count, lines->count, 0);
    g_auto(ReplyParts) parts = {0};
    reply_split(above, -1, &parts);
    const char *words = *parts.quoted ? above : parts.reply;
    return g_strconcat(words, *words && *below ? "\n\n" : "", below, NULL);
}

/* Cheap, asked of each line of every mail: lines that say "Forwarded message" are drawn or end in a colon. */
static gboolean may_say_forward(const char *start, const char *end)
{
    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    start += strspn(start, " \t>");
    return end > start && end - start <= (gssize)MARKER_BYTES &&
           (strchr("-=~#*_", *start) || (guchar)*start == 0xc2 || (guchar)*start == 0xe2 || end[-1] == ':' ||
            (guchar)end[-1] == 0x9a);
}

/* Looking for history costs as much as all the rest of reading a mail. */
static gboolean has_forward_line(const char *text)
{
    for (const char *at = text; at;) {
        const char *newline = strchr(at, '\n'), *end = newline ? newline : at + strlen(at);
        if (may_say_forward(at, end)) {
            g_autofree char *copy = g_strndup(at, (gsize)(end - at));
            g_auto(TextLines) line = {0};
            text_lines_init(&line, copy);
            if (line.at[0].depth <= 1 && marker_says_forward(&line.at[0]))
                return TRUE;
        }
        at = newline ? newline + 1 : NULL;
    }
    return FALSE;
}

gboolean reply_find_forward(const char *text, gboolean is_forward, ForwardParts *out)
{
    *out = (ForwardParts){0};
    if (!is_forward && !has_forward_line(text))
        return FALSE;
    g_auto(TextLines) lines = {0};
    text_lines_init(&lines, text);
    ForwardPlace place;
    if (!forward_place_find(&lines, is_forward, &place) ||
        !(place.is_told ? read_attribution(&lines.at[place.headers], out)
                        : read_headers(&lines, &place, out))) {
        forward_parts_clear(out);
        return FALSE;
    }
    out->text = collect(&lines, place.text, place.end, place.depth);
    out->comment = comment_of(&lines, &place);
    return TRUE;
}

void forward_parts_clear(ForwardParts *parts)
{
    g_clear_pointer(&parts->comment, g_free);
    g_clear_pointer(&parts->from, g_free);
    g_clear_pointer(&parts->date, g_free);
    g_clear_pointer(&parts->subject, g_free);
    g_clear_pointer(&parts->text, g_free);
}
