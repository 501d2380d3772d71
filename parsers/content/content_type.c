#include <postern/content.h>

#include <string.h>

#define OCTETS "application/octet-stream"
#define TYPE_BYTES 127u

/* RFC 2045 5.1: token "/" token. */
static gboolean is_well_formed(const char *type)
{
    static const char others[] = "!#$&^_.+-";
    const char *slash = strchr(type, '/');
    gsize length = strlen(type);
    if (!slash || slash == type || !slash[1] || length > TYPE_BYTES)
        return FALSE;
    for (const char *at = type; *at; at++)
        if (at != slash && !g_ascii_islower(*at) && !g_ascii_isdigit(*at) && !strchr(others, *at))
            return FALSE;
    return TRUE;
}

static gboolean is_active(const char *type)
{
    static const char *const families[] = {"message/", "multipart/"};
    static const char *const types[] = {"text/html", "text/x-amp-html", "text/watch-html",
                                        "application/xhtml+xml", "image/svg+xml"};
    for (guint i = 0; i < G_N_ELEMENTS(families); i++)
        if (g_str_has_prefix(type, families[i]))
            return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(type, types[i]) == 0)
            return TRUE;
    return FALSE;
}

const char *content_type_safe(const char *type)
{
    return is_well_formed(type) && !is_active(type) ? type : OCTETS;
}

gboolean content_type_is_picture(const char *type)
{
    return g_str_has_prefix(type, "image/") && strcmp(content_type_safe(type), type) == 0;
}
