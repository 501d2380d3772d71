/* HTML from outside, with own words in front, up to a NUL, or without. Whatever comes out has the safe form,
 * does not change when it goes in again, and says nothing that the own words do not say. */
#include <postern/body.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Letters of the words of safe HTML, without its markup. */
static char *letters_of(const char *html)
{
    GString *out = g_string_new(NULL);
    for (; *html; html++) {
        if (*html == '<')
            html = strchr(html, '>');
        else if (*html == '&')
            html = strchr(html, ';');
        else if (g_ascii_isalpha(*html))
            g_string_append_c(out, *html);
    }
    return g_string_free(out, FALSE);
}

static void check_words(const char *safe, const char *own)
{
    g_autofree char *letters = letters_of(safe);
    const char *at = own;
    for (const char *letter = letters; *letter; letter++, at++)
        if (!(at = strchr(at, *letter)))
            g_abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    size_t own_length = nul ? (size_t)(nul - data) : 0;
    g_autofree char *own = nul ? g_utf8_make_valid((const char *)data, (gssize)own_length) : NULL;
    const char *rest = (const char *)data + (nul ? own_length + 1 : 0);
    g_autofree char *html = g_utf8_make_valid(rest, (gssize)(size - (size_t)(rest - (const char *)data)));
    BodyImage image = {.content_id = "a@b", .shown_as = "1.0@content.invalid"};
    g_autofree char *safe = body_html_safe(html, strlen(html), own, &image, 1);
    if (!safe)
        return 0;
    if (!body_html_is_safe(safe))
        g_abort();
    if (own) {
        /* Marks of lists and names of images have rules of their own. */
        if (!strcasestr(html, "mso-list") && !strcasestr(html, "alt"))
            check_words(safe, own);
        return 0;
    }
    BodyImage again = {.content_id = image.shown_as, .shown_as = image.shown_as};
    g_autofree char *twice = body_html_safe(safe, strlen(safe), NULL, &again, 1);
    g_autofree char *letters = letters_of(safe), *letters_again = twice ? letters_of(twice) : NULL;
    if (g_strcmp0(letters, letters_again) != 0)
        g_abort();
    return 0;
}
