/* Pages that commands write to a file: one page by itself, no script, nothing from elsewhere, everything
 * escaped. */
#pragma once

#include <glib.h>

/* A page that begins; `title` is our own words, `styles` more CSS or "". The caller frees. */
GString *page_begin(const char *title, const char *styles);
/* Appends the end; gives the text and frees `page`. */
char *page_end(GString *page);

/* Text of a stranger, shown as it is: what moves or hides characters is replaced. */
void page_text(GString *page, const char *text);
/* Bytes `start` to `end` of `text`, likewise. */
void page_stretch(GString *page, const char *text, gsize start, gsize end);
/* "<td>" with a text; `class` may be NULL. */
void page_cell(GString *page, const char *class, const char *text);
/* "<h2>" and the head of a table; `columns` are NULL-terminated. "</table>" is the caller's. */
void page_table(GString *page, const char *title, const char *const *columns);
