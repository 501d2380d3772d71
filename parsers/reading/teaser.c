#include "teaser.h"

#include <string.h>

/* A plain part that is shorter than this share of the HTML beside it, and short at all, is a
 * teaser: "your program cannot show this mail". */
#define TEASER_SHARE 4u
#define TEASER_BYTES 600u

static const char *behind(const char *at, const char *end)
{
    const char *found = strstr(at, end);
    return found ? found + strlen(end) : at + strlen(at);
}

/* Behind what a page does not show and begins at "<". */
static const char *behind_markup(const char *at)
{
    if (!at[1] || !strchr("!sStT", at[1])) {
        const char *end = strchr(at, '>');
        return end ? end + 1 : at + strlen(at);
    }
    if (g_str_has_prefix(at, "<!--"))
        return behind(at, "-->");
    if (g_ascii_strncasecmp(at, "<style", 6) == 0 || g_ascii_strncasecmp(at, "<script", 7) == 0 ||
        g_ascii_strncasecmp(at, "<title", 6) == 0)
        return behind(behind(at, "</"), ">");
    return behind(at, ">");
}

/* Share of some words of `words`, taken from all over it, that `text` has, in percent; `is_markup`: those
 * that it shows. Only ASCII words count: others may be written as entities. */
static guint share_of_words(const char *text, const char *words, gboolean is_markup)
{
    enum { LETTERS = 4, SAMPLE = 24 };
    gsize all = strlen(words), step = all / SAMPLE;
    const char *next = words, *end = text + strlen(text), *from = text;
    guint asked = 0, found = 0;
    for (const char *at = words; *at;) {
        gsize length = 0;
        while (g_ascii_isalpha(at[length]))
            length++;
        if (length >= LETTERS && at >= next && (at == words || at[-1] != '&')) {
            asked++;
            /* Both forms mostly go on in the same order. */
            const char *seen = memmem(from, (gsize)(end - from), at, length);
            if (!seen)
                seen = memmem(text, (gsize)(from - text), at, length);
            found += seen != NULL;
            from = seen ? seen : from;
            next = at + step;
            /* Within a page, what is between may be a tag. */
            if (!is_markup && step > length) {
                length = MIN(step, (gsize)(words + all - at));
                while (g_ascii_isalpha(at[length]))
                    length++;
            }
        }
        at = length > 0 ? at + length : is_markup && *at == '<' ? behind_markup(at) : at + 1;
    }
    return asked == 0 ? 100 : 100 * found / asked;
}

gboolean teaser_says_the_same(const char *text, const char *markup)
{
    return share_of_words(markup, text, FALSE) >= 50 && share_of_words(text, markup, TRUE) >= 70;
}

/* No more than `most` are counted. */
static gsize visible_bytes(const char *text, gsize most)
{
    gsize count = 0;
    for (; *text && count < most; text++)
        count += !g_ascii_isspace(*text);
    return count;
}

/* About as many bytes as the page shows: a look at the markup costs a hundredth of reading it. */
static gsize visible_in_markup(const char *markup)
{
    gsize count = 0;
    for (const char *at = markup; *at;) {
        if (*at == '<')
            at = behind_markup(at);
        else
            count += !g_ascii_isspace(*at++);
    }
    return count;
}

/* Of a short plain form. */
static gboolean is_teaser(const char *plain, gsize plain_bytes, gsize html_bytes, const char *html)
{
    return plain_bytes * TEASER_SHARE < html_bytes ||
           (strcasestr(plain, "html") && share_of_words(html, plain, FALSE) < 50);
}

gboolean teaser_may_be(const char *plain, const char *markup)
{
    gsize bytes = visible_bytes(plain, TEASER_BYTES);
    return bytes < TEASER_BYTES && is_teaser(plain, bytes, visible_in_markup(markup), markup);
}

gboolean teaser_is(const char *plain, const char *page_text)
{
    gsize bytes = visible_bytes(plain, TEASER_BYTES), most = TEASER_SHARE * TEASER_BYTES;
    return bytes < TEASER_BYTES && is_teaser(plain, bytes, visible_bytes(page_text, most), page_text);
}

gboolean teaser_repeats(const char *text, const char *other)
{
    return share_of_words(text, other, FALSE) >= 50;
}
