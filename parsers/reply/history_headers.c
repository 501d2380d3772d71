/* "From: … Sent: … To: … Subject: …", a line each. */
#include "parsers/reply/history.h"

#include <string.h>

#define HEADER_BLOCK_LINES 24u /* with values that go on: a long list of recipients is cut */
#define HEADER_NAME_BYTES 40u  /* no name in any language is longer */

HeaderRole history_header_role(const TextLine *line, const char **out_value)
{
    const char *text = line->folded;
    const char *colon = strchr(text, ':');
    const char *wide = line->is_ascii ? NULL : strstr(text, "：");
    const char *end = colon && wide ? MIN(colon, wide) : colon ? colon : wide;
    if (!end || end == text || (gsize)(end - text) > HEADER_NAME_BYTES)
        return HEADER_NONE;
    *out_value = end + (end == wide ? strlen("：") : 1);
    gsize length = (gsize)(end - text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return phrase_header_role(text, length);
}

HeaderRole history_bare_header_role(const TextLine *line, const char **out_value)
{
    enum { NAME_WORDS = 3 };
    const char *end = line->folded;
    for (guint words = 0; words < NAME_WORDS && (end = strchr(end, ' ')); words++, end++) {
        HeaderRole role = phrase_header_role(line->folded, (gsize)(end - line->folded));
        if (role != HEADER_NONE) {
            *out_value = end;
            return role;
        }
    }
    return HEADER_NONE;
}

gboolean history_headers_are_bare(const TextLine *first)
{
    const char *value;
    return history_header_role(first, &value) == HEADER_NONE &&
           history_bare_header_role(first, &value) == HEADER_FROM && strpbrk(value, "@\"");
}

gboolean history_header_block(const TextLines *lines, gsize first, gboolean is_marked, gsize *out_last)
{
    guint roles = 0, foreign = 0;
    gboolean is_bare = is_marked && history_headers_are_bare(&lines->at[first]);
    gboolean from_address = FALSE, lacks_value = FALSE;
    gsize last = first, limit = MIN(lines->count, first + HEADER_BLOCK_LINES);
    for (gsize i = first; i < limit && foreign < 3; i++) {
        const TextLine *line = &lines->at[i];
        const char *value = "";
        HeaderRole role = line->is_code || line->depth != lines->at[first].depth ? HEADER_NONE
                          : is_bare ? history_bare_header_role(line, &value)
                                    : history_header_role(line, &value);
        if (role == HEADER_NONE) {
            /* Values go on in the next line; some clients double the line ends. */
            if (i == first)
                return FALSE;
            foreign++;
            from_address |= last == i - 1 && roles == HEADER_FROM && strchr(line->folded, '@');
            if (lacks_value && line->folded[0] != '\0' && last == i - 1)
                last = i;
            continue;
        }
        from_address |= role == HEADER_FROM && strchr(value, '@');
        lacks_value = value[strspn(value, " ")] == '\0';
        roles |= role;
        foreign = 0;
        last = i;
    }
    *out_last = last;
    if (is_marked)
        return (roles & HEADER_FROM) && (roles & (HEADER_DATE | HEADER_TO | HEADER_SUBJECT));
    /* "From: Berlin, To: Paris, Date: …" is a form, not a mail; no program begins with To. */
    const char *value;
    if (!from_address && history_header_role(&lines->at[first], &value) == HEADER_TO)
        return FALSE;
    gboolean has_more = (roles & HEADER_SUBJECT) || ((roles & HEADER_TO) && from_address);
    /* "The log says:" above headers: somebody shows them. Programs write the date and the subject. */
    gboolean is_full = (roles & HEADER_DATE) && (roles & HEADER_SUBJECT);
    has_more &= is_full || !text_line_is_announced(lines, 0, first);
    return (roles & HEADER_FROM) && has_more && ((roles & HEADER_DATE) || from_address);
}
