#include <parsers/errors/error_page.h>

#include <string.h>

#define DETAILS_BEFORE_FRAMES 6u /* lines of a message of several lines */
#define WRAPPED_LEAST 60u        /* a line this long may have been broken by a mail client */
#define CLIENT_WIDTH 76u         /* at which mail clients break lines */
#define WORD_LEAST 12u
#define OBJECT_LINES_MAX 60u

void error_page_read(ErrorPage *page)
{
    for (gsize start = 0; start < page->length;) {
        ErrorLine line = error_line_read(page->text, page->length, start);
        g_array_append_val(page->lines, line);
        start = line.end + 1;
    }
}

gboolean error_kind_is_trace(LineKind kind)
{
    return kind == LINE_FRAME || kind == LINE_CHAIN || kind == LINE_OPENER;
}

static gsize width(const ErrorLine *line)
{
    return line->end - line->start;
}

guint error_page_next_filled(const ErrorPage *page, guint index)
{
    for (guint blanks = 0; index < page->lines->len && blanks <= ERROR_PAGE_BLANKS_WITHIN; index++, blanks++)
        if (error_page_line(page, index)->kind != LINE_BLANK)
            return index;
    return page->lines->len;
}

char error_page_last_character(const ErrorPage *page, guint index)
{
    const ErrorLine *line = error_page_line(page, index);
    gsize end = line->end;
    while (end > line->start && g_ascii_isspace(page->text[end - 1]))
        end--;
    return end > line->start ? page->text[end - 1] : '\0';
}

char error_page_first_character(const ErrorPage *page, guint index)
{
    const ErrorLine *line = error_page_line(page, index);
    return page->text[line->start + line->indentation];
}

gboolean error_page_is_broken_off(const ErrorPage *page, guint index)
{
    const ErrorLine *before = error_page_line(page, index - 1), *line = error_page_line(page, index);
    const char *text = page->text + line->start;
    if (!memchr(text, ' ', width(line)) && strncmp(text, "http", 4) != 0)
        return width(line) >= WORD_LEAST && width(before) + 1 + width(line) > CLIENT_WIDTH;
    if (width(before) < WRAPPED_LEAST || !memchr(text, ')', width(line)))
        return FALSE;
    gint depth = 0;
    for (gsize at = before->start; at < before->end; at++)
        depth += page->text[at] == '(' ? 1 : page->text[at] == ')' ? -1 : 0;
    return depth > 0;
}

gboolean error_page_is_rest_of_line(const ErrorPage *page, guint index)
{
    const ErrorLine *before = error_page_line(page, index - 1), *line = error_page_line(page, index);
    const char *blank = memchr(page->text + line->start, ' ', width(line));
    gsize word = blank ? (gsize)(blank - page->text) - line->start : width(line);
    return width(before) >= WRAPPED_LEAST || width(before) + 1 + word > CLIENT_WIDTH;
}

gboolean error_page_leads_to_frame(const ErrorPage *page, guint index)
{
    for (guint i = index; i < page->lines->len && i < index + DETAILS_BEFORE_FRAMES; i++) {
        const ErrorLine *line = error_page_line(page, i);
        if (error_kind_is_trace(line->kind))
            return TRUE;
        if (line->kind != LINE_PLAIN && (line->kind != LINE_MESSAGE || line->is_quoted_inside))
            return FALSE;
    }
    return FALSE;
}

guint error_page_object_end(const ErrorPage *page, guint index)
{
    gint depth = 0;
    for (guint i = index; i < page->lines->len && i < index + OBJECT_LINES_MAX; i++) {
        const ErrorLine *line = error_page_line(page, i);
        for (gsize at = line->start; at < line->end; at++)
            depth += strchr("{[", page->text[at]) ? 1 : strchr("}]", page->text[at]) ? -1 : 0;
        if (depth <= 0)
            return i;
    }
    return index;
}
