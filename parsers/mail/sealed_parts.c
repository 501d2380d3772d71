#include "sealed_parts.h"

#include "scan.h"

#include <postern/base/limits.h>
#include <postern/base/signed_content.h>

#include <string.h>

gboolean sealed_part_is(const MailPart *part)
{
    if (!part->is_leaf)
        return FALSE;
    if (strcmp(part->type, "application/pkcs7-mime") == 0 ||
        strcmp(part->type, "application/x-pkcs7-mime") == 0)
        return TRUE;
    gsize length = part->name ? strlen(part->name) : 0;
    return length > 4 && strcmp(part->type, "application/octet-stream") == 0 &&
           g_ascii_strcasecmp(part->name + length - 4, ".p7m") == 0;
}

static GBytes *content_of(const Source *source, const TreePart *part)
{
    g_autoptr(GBytes) der = tree_part_decoded(source, part);
    gsize length = 0, size = 0;
    const char *octets = der ? g_bytes_get_data(der, &length) : NULL;
    char *content = length > 0 ? signed_content(octets, length, &size) : NULL;
    return content ? g_bytes_new_take(content, size) : NULL;
}

/* A tree of its own. NULL when it is too broken, or does not fit where it is to go. */
static GPtrArray *tree_of(GBytes *content, guint depth, guint level, guint room, GPtrArray *findings)
{
    Source source;
    Scan scan = {0};
    gsize length;
    const char *octets = g_bytes_get_data(content, &length);
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(tree_part_free);
    source_init_bytes(&source, octets, length);
    gboolean is_read = scan_mail(&source, &scan, findings, NULL);
    if (is_read) {
        source.size = scan.end;
        tree_read(&source, &scan, depth + 1, parts, findings);
    }
    scan_clear(&scan);
    for (guint i = 0; i < parts->len; i++)
        if (((const TreePart *)parts->pdata[i])->part.level + level > LIMIT_LEVELS)
            return NULL;
    return is_read && parts->len <= room ? g_steal_pointer(&parts) : NULL;
}

/* What stood in a mail of its own stands below `above`. */
static void take_tree(GPtrArray *parts, const TreePart *above, GPtrArray *tree, GBytes *content)
{
    const guint base = parts->len;
    for (guint i = 0; i < tree->len; i++) {
        TreePart *part = tree->pdata[i];
        part->part.parent = i == 0 ? above->part.index : part->part.parent + base;
        part->part.index = base + i;
        part->part.level += above->part.level + 1;
        if (!part->content)
            part->content = g_bytes_ref(content);
        g_ptr_array_add(parts, part);
    }
    g_ptr_array_set_free_func(tree, NULL);
    g_ptr_array_unref(tree);
}

static gboolean is_noted(const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        if (strcmp(((const Finding *)findings->pdata[i])->code, "signed") == 0)
            return TRUE;
    return FALSE;
}

gboolean sealed_part_open(const Source *source, guint depth, GPtrArray *parts, TreePart *part,
                          GPtrArray *findings)
{
    if (depth >= LIMIT_SEALED_LEVELS || !sealed_part_is(&part->part) || part->part.level >= LIMIT_LEVELS)
        return FALSE;
    g_autoptr(GBytes) content = content_of(source, part);
    if (!content)
        return FALSE;
    GPtrArray *tree =
        tree_of(content, depth, part->part.level + 1, LIMIT_PARTS - MIN(parts->len, LIMIT_PARTS), findings);
    if (!tree)
        return FALSE;
    part->part.is_leaf = FALSE;
    take_tree(parts, part, tree, content);
    if (!is_noted(findings))
        finding_add(findings, "signed",
                    "with S/MIME, in a part of the mail; nobody has checked the signature");
    return TRUE;
}
