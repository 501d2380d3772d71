#include "pages.h"

#include <postern/base/limits.h>

#include <string.h>

/* As far into a page as images are looked for. */
#define PAGE_BYTES (1024u * 1024)

void pages_clear(Pages *pages)
{
    g_clear_pointer(&pages->shown, g_hash_table_unref);
}

/* Words behind `mark`: "cid:" (RFC 2392), or "src=" of pictures that are named by their place (RFC 2557). */
static void add_links(GHashTable *shown, const char *page, gsize length, const char *mark)
{
    const char *end = page + length;
    for (const char *at = page; (at = memmem(at, (gsize)(end - at), mark, strlen(mark)));) {
        at += strlen(mark);
        at += at < end && (*at == '"' || *at == '\'');
        gsize size = 0;
        while (at + size < end && size < LIMIT_NAME_BYTES && !strchr("\"'<> )\t\r\n&", at[size]))
            size++;
        g_autofree char *link = g_strndup(at, size);
        char *plain = g_uri_unescape_string(link, NULL);
        g_hash_table_add(shown, plain ? plain : g_steal_pointer(&link));
        at += size;
    }
}

static void pages_read(Mail *mail, Pages *pages)
{
    pages->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (!part->is_leaf || strcmp(part->type, "text/html") != 0)
            continue;
        gsize length;
        g_autofree char *page = mail_part_bytes(mail, i, PAGE_BYTES, &length, NULL);
        add_links(pages->shown, page, length, "cid:");
        add_links(pages->shown, page, length, "src=");
        pages->has_page = TRUE;
    }
}

PageUse pages_use(Pages *pages, Mail *mail, const MailPart *part)
{
    if (!pages->shown)
        pages_read(mail, pages);
    if (!pages->has_page)
        return PAGE_NONE;
    return (part->content_id && g_hash_table_contains(pages->shown, part->content_id)) ||
                   (part->location && g_hash_table_contains(pages->shown, part->location))
               ? PAGE_SHOWS
               : PAGE_OTHER;
}
