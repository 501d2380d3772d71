/* The lines of a text as a search for error blocks looks at them. */
#pragma once

#include <parsers/errors/error_line.h>

#define ERROR_PAGE_BLANKS_WITHIN 2u /* empty lines inside one trace */

typedef struct {
    const char *text;
    gsize length;
    GArray *lines; /* ErrorLine */
} ErrorPage;

static inline const ErrorLine *error_page_line(const ErrorPage *page, guint index)
{
    return &g_array_index(page->lines, ErrorLine, index);
}

static inline LineKind error_page_kind(const ErrorPage *page, guint index)
{
    return index < page->lines->len ? error_page_line(page, index)->kind : LINE_BLANK;
}

/* Fills `lines`, which the caller has made. */
void error_page_read(ErrorPage *page);
/* The next line that is not empty, at most ERROR_PAGE_BLANKS_WITHIN further on; the number of lines when
 * there is none.
 */
guint error_page_next_filled(const ErrorPage *page, guint index);
/* Blanks aside; 0: none. */
char error_page_last_character(const ErrorPage *page, guint index);
char error_page_first_character(const ErrorPage *page, guint index);
/* A piece that a mail client broke off: a bracket is open still, or it is one long word that had no room in
 * the line above. */
gboolean error_page_is_broken_off(const ErrorPage *page, guint index);
/* Whether the first word of a line had no room in the line above. */
gboolean error_page_is_rest_of_line(const ErrorPage *page, guint index);
/* Plain lines that lead to a frame belong to the trace: wrapped frames, source lines, messages of
 * several lines. */
gboolean error_page_leads_to_frame(const ErrorPage *page, guint index);
/* The last line of the object that opens at the end of line `index`, as Node prints with errors; `index`
 * itself when none does. */
guint error_page_object_end(const ErrorPage *page, guint index);
/* A frame, or what holds frames together. */
gboolean error_kind_is_trace(LineKind kind);
