#include "parsers/reply/line_signs.h"

#include "parsers/reply/phrases.h"
#include "parsers/reply/when.h"

#include <string.h>

gboolean line_ends_with_colon(const char *text)
{
    gsize length = strlen(text), wide = strlen("："), armenian = strlen("՝");
    return length > 0 &&
           (text[length - 1] == ':' || (length >= wide && memcmp(text + length - wide, "：", wide) == 0) ||
            (length >= armenian && memcmp(text + length - armenian, "՝", armenian) == 0));
}

/* The verb may stand before a colon, dashes and blanks. */
static gboolean verb_ends(const char *text)
{
    gsize length = strlen(text);
    for (gsize wide = strlen("："); length > 0;) {
        if (strchr(":-= ", text[length - 1]))
            length--;
        else if (length >= wide && memcmp(text + length - wide, "：", wide) == 0)
            length -= wide;
        else
            break;
    }
    g_autofree char *bare = g_strndup(text, length);
    return phrase_at_end(bare, PHRASE_WROTE) > 0;
}

static const char *without_dashes(const char *text)
{
    return text + strspn(text, "-= ");
}

static LineSigns look_at(const TextLine *line)
{
    LineSigns signs = {.verb = -1,
                       .verb_ends = -1,
                       .lead = -1,
                       .open = line->depth > 0 && !strchr(line->folded, '>') ? -1 : 0};
    for (const char *at = line->folded; (at = strpbrk(at, "<>")); at++)
        signs.open += *at == '<' ? 1 : -1;
    signs.address = strchr(line->folded, '@') != NULL;
    signs.colon = line_ends_with_colon(line->folded);
    guint when = strpbrk(line->folded, "0123456789") ? when_find(line->folded) : 0;
    signs.date = when != 0;
    signs.moment = (when & WHEN_TIME) && (when & (WHEN_YEAR | WHEN_DAY));
    return signs;
}

void attributions_init(Attributions *attributions, const TextLines *lines)
{
    *attributions = (Attributions){lines, g_new(LineSigns, lines->count)};
    for (gsize i = 0; i < lines->count; i++)
        attributions->signs[i] = look_at(&lines->at[i]);
}

void attributions_clear(Attributions *attributions)
{
    g_clear_pointer(&attributions->signs, g_free);
}

gboolean line_has_verb(Attributions *all, gsize line)
{
    LineSigns *signs = &all->signs[line];
    const TextLine *text = &all->lines->at[line];
    if (signs->verb < 0)
        signs->verb = text_line_may_have(text, PHRASE_WROTE) && phrase_within(text->folded, PHRASE_WROTE);
    return signs->verb;
}

gboolean line_ends_with_verb(Attributions *all, gsize line)
{
    LineSigns *signs = &all->signs[line];
    if (signs->verb_ends < 0)
        signs->verb_ends = verb_ends(all->lines->at[line].folded);
    return signs->verb_ends;
}

gboolean line_has_lead(Attributions *all, gsize line)
{
    LineSigns *signs = &all->signs[line];
    if (signs->lead < 0) {
        const char *text = without_dashes(all->lines->at[line].folded);
        signs->lead = phrase_at_start(text, PHRASE_LEAD) > 0 || when_begins(text);
    }
    return signs->lead;
}
