/* HTML to text and format=flowed: any valid UTF-8. */
#include <postern/body.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gssize quote_start;
    g_autofree char *html = g_utf8_make_valid((const char *)data, (gssize)size);
    g_autofree char *text = body_html_to_text(html, strlen(html), &quote_start, NULL);
    g_autofree char *joined = body_unflow(html, size % 2);
    g_assert(g_utf8_validate(text, -1, NULL) && g_utf8_validate(joined, -1, NULL));
    g_assert(quote_start < (gssize)strlen(text));
    BodyTricks tricks = {0};
    g_autofree char *open = body_without_tricks(html, &tricks);
    g_autofree char *again = open ? body_without_tricks(open, &tricks) : NULL;
    g_assert(!open || g_utf8_validate(open, -1, NULL));
    if (again && strcmp(again, open) != 0)
        g_error("tricks were left: “%s”, then “%s”", open, again);
    return 0;
}
