#include "signed_mail.h"

#include "sealed_parts.h"

#include <postern/base/signed_content.h>

#include <string.h>

#define SIGNED_BYTES (32u * 1024 * 1024) /* what is larger stays an attachment */

static gboolean collect(gpointer user, const char *bytes, gsize length)
{
    GString *content = user;
    g_string_append_len(content, bytes, (gssize)length);
    return content->len <= SIGNED_BYTES;
}

/* The fields that belong to the envelope of the signature; what is within has its own. */
static gboolean is_content_field(const char *name)
{
    return g_ascii_strncasecmp(name, "Content-", 8) == 0 || g_ascii_strcasecmp(name, "MIME-Version") == 0;
}

static void source_init_joined(Source *source, const Headers *headers, const char *content, gsize length)
{
    GString *whole = g_string_sized_new(length + 4096);
    for (guint i = 0; i < headers->fields->len; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        if (!is_content_field(field->name))
            g_string_append_printf(whole, "%s:%s\n", field->name, field->value);
    }
    g_string_append(whole, "MIME-Version: 1.0\n");
    g_string_append_len(whole, content, (gssize)length);
    gsize size = whole->len;
    char *bytes = g_string_free(whole, FALSE);
    source_init_bytes(source, bytes, size);
    source->owned = bytes;
}

gboolean signed_mail_open(const Source *source, const Scan *scan, const GPtrArray *leaves, Source *out)
{
    const TreePart *whole = leaves->len == 1 ? leaves->pdata[0] : NULL;
    if (!whole || !sealed_part_is(&whole->part))
        return FALSE;
    g_autoptr(GString) der = g_string_new(NULL);
    tree_part_decode(source, whole, collect, der);
    gsize length = 0;
    g_autofree char *content = der->len <= SIGNED_BYTES ? signed_content(der->str, der->len, &length) : NULL;
    if (!content)
        return FALSE;
    source_init_joined(out, scan->headers, content, length);
    return TRUE;
}
