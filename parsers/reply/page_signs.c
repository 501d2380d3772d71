#include "parsers/reply/page_signs.h"

#include <postern/reply.h>

#include <string.h>

/* As templates/notices has them, bare. A unit test holds the two together: of a page of ours, whatever is
 * left of it must be known again. Sure ones stand anywhere, also over line ends. */
static const char *const sure_signs[] = {
    "writeyouranswerabovethisline",
    "whatisbelowstaysinside",
    "identityprovenbythemaildomain",
    "identitynotproventhenameandaddress",
    "internalnotenotseenbythecustomer",
    "endofthispagenothingofitgoes",
    "commandsinthefirstlinesofyouranswer",
    "tickethistorynewestfirst",
    "posternticketshow",
    "posternticketwhy",
    "posternticketraw",
    "posternoutboxshow",
    NULL,
};

/* At the beginning of a line, before a colon. */
static const char *const labels[] = {
    "whowrites",    "theirplan",    "earlierrequests", "guesthere",        "ticketstate",
    "ticketowner",  "answersgoto",  "getsnocopy",      "asksforanswersat", "takecarewithit",
    "detailsread",  "attachedhere", "notattached",     "knownerrors",      "askedfor",
    "stillmissing", "completenow",  "relatedtickets",  "tickethistory",    "whyitisinthisticket",
    NULL,
};

static gboolean is_seen(gunichar c)
{
    return g_unichar_isalnum(c);
}

void bare_init(Bare *bare, const char *text, gsize length)
{
    const char *end = text + length;
    *bare =
        (Bare){g_string_sized_new(length + 1), g_array_sized_new(FALSE, FALSE, sizeof(gsize), (guint)length)};
    for (const char *at = text; at < end;) {
        gunichar c = g_utf8_get_char_validated(at, end - at);
        gboolean is_broken = c == (gunichar)-1 || c == (gunichar)-2;
        gsize place = (gsize)(at - text), before = bare->letters->len;
        at = is_broken ? at + 1 : g_utf8_next_char(at);
        if (is_broken || !is_seen(c))
            continue;
        g_string_append_unichar(bare->letters, g_unichar_tolower(c));
        for (gsize i = before; i < bare->letters->len; i++)
            g_array_append_val(bare->places, place);
    }
}

void bare_clear(Bare *bare)
{
    if (bare->letters)
        g_string_free(bare->letters, TRUE);
    g_clear_pointer(&bare->places, g_array_unref);
    bare->letters = NULL;
}

gboolean page_sign_within(const Bare *bare)
{
    for (guint i = 0; sure_signs[i]; i++)
        if (strstr(bare->letters->str, sure_signs[i]))
            return TRUE;
    return FALSE;
}

void page_sign_mark(const Bare *bare, guint8 *places)
{
    for (guint i = 0; sure_signs[i]; i++) {
        gsize length = strlen(sure_signs[i]);
        for (const char *at = bare->letters->str; (at = strstr(at, sure_signs[i])); at += length)
            for (gsize j = 0; j < length; j++)
                places[g_array_index(bare->places, gsize, (gsize)(at - bare->letters->str) + j)] = 1;
    }
}

/* "KL> ": initials before the mark, as old programs write them. */
static gsize initials_length(const char *line, gsize length)
{
    gsize letters = 0;
    while (letters < length && letters < 3 && g_ascii_isupper(line[letters]))
        letters++;
    return letters > 0 && letters < length && line[letters] == '>' ? letters : 0;
}

gsize page_quote_marks(const char *line, gsize length)
{
    gsize at = 0, marks = 0;
    while (at < length) {
        gsize initials = initials_length(line + at, length - at);
        if (line[at] == '>' || line[at] == '|')
            marks = ++at;
        else if (initials > 0)
            at += initials;
        else if (line[at] == ' ' || line[at] == '\t')
            at++;
        else if (g_str_has_prefix(line + at, "\xc2\xa0"))
            at += 2;
        else
            break;
    }
    return marks;
}

/* "Plan: Gold", "*Plan*:\tGold" */
static guint label_of(const char *line, gsize length)
{
    const char *colon = memchr(line, ':', MIN(length, 40));
    if (!colon)
        return 0;
    g_auto(Bare) label = {0};
    bare_init(&label, line, (gsize)(colon - line));
    for (guint i = 0; labels[i]; i++)
        if (strcmp(label.letters->str, labels[i]) == 0)
            return i + 1;
    return 0;
}

PageSign page_sign_of_line(const char *line, gsize length, guint *out_which)
{
    gsize marks = page_quote_marks(line, length);
    guint weak = label_of(line + marks, length - marks);
    g_auto(Bare) bare = {0};
    bare_init(&bare, line, length);
    if (out_which)
        *out_which = weak;
    const char *words = line + marks + strspn(line + marks, " *_\t");
    if (g_str_has_prefix(words, REPLY_INSIDE_MARK))
        return PAGE_SIGN_SURE;
    if (page_sign_within(&bare))
        return PAGE_SIGN_SURE;
    if (!weak)
        return PAGE_SIGN_NONE;
    return marks > 0 ? PAGE_SIGN_SURE : PAGE_SIGN_WEAK;
}
