#include "parsers/body/link.h"

#include <string.h>

static const char *without_scheme(const char *target)
{
    if (g_ascii_strncasecmp(target, "mailto:", 7) == 0)
        return target + 7;
    const char *host = strstr(target, "://");
    return host ? host + 3 : target;
}

gboolean link_says_more(const char *target, const char *words)
{
    const char *bare = without_scheme(target);
    gsize length = strcspn(bare, g_str_has_prefix(target, "mailto:") ? "?" : "");
    while (length > 0 && bare[length - 1] == '/')
        length--;
    g_autofree char *wanted = g_ascii_strdown(bare, (gssize)length), *seen = g_ascii_strdown(words, -1);
    if (length == 0 || strstr(seen, wanted))
        return FALSE;
    if (g_str_has_prefix(wanted, "www.") && strstr(seen, wanted + 4))
        return FALSE;
    g_autofree char *readable = strchr(wanted, '%') ? g_uri_unescape_string(wanted, NULL) : NULL;
    return !readable || !strstr(seen, readable);
}
