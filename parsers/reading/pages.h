/* What the pages of a mail show of its parts. Private to parsers/reading. */
#pragma once

#include <postern/mail.h>

/* Looked for once a mail, and only where it matters. Begin with {0}. */
typedef struct {
    GHashTable *shown; /* Content-IDs and places, or NULL as long as nobody asked */
    gboolean has_page;
} Pages;
void pages_clear(Pages *pages);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pages, pages_clear)

typedef enum { PAGE_NONE, PAGE_OTHER, PAGE_SHOWS } PageUse;
/* PAGE_NONE: the mail has no page. By Content-ID (RFC 2392) or Content-Location (RFC 2557). */
PageUse pages_use(Pages *pages, Mail *mail, const MailPart *part);
