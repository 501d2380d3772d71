#include "parsers/body/page.h"

#include <string.h>

void page_init(Page *page, gsize limit_bytes)
{
    *page = (Page){.text = g_string_new(NULL),
                   .limit_bytes = limit_bytes,
                   .mark = -1,
                   .announcement = -1,
                   .bullet = g_string_new(NULL)};
}

char *page_finish(Page *page)
{
    while (page->text->len > 0 && g_ascii_isspace(page->text->str[page->text->len - 1]))
        g_string_truncate(page->text, page->text->len - 1);
    if (page->mark > (gssize)page->text->len)
        page->mark = -1;
    g_string_free(page->bullet, TRUE);
    return g_string_free(page->text, FALSE);
}

static void trim_line(GString *text)
{
    while (text->len > 0 && (text->str[text->len - 1] == ' ' || text->str[text->len - 1] == '\t'))
        g_string_truncate(text, text->len - 1);
}

static void write_marks(Page *page, guint depth)
{
    for (guint i = 0; i < depth; i++)
        g_string_append(page->text, i + 1 < depth ? "> " : ">");
}

/* Blank lines between two depths belong to the outer one. */
static void write_newlines(Page *page)
{
    guint depth = MIN(page->depth, PAGE_QUOTE_DEPTH), between = MIN(depth, page->depth_written);
    trim_line(page->text);
    for (guint i = 0; i < page->newlines && page->text->len > 0; i++) {
        g_string_append_c(page->text, '\n');
        if (i + 1 < page->newlines)
            write_marks(page, between);
    }
    page->newlines = 0;
    page->is_open = FALSE;
}

static gboolean ends_with_delimiter(const Page *page)
{
    const char *text = page->text->str;
    gsize end = page->text->len;
    while (end > 0 && g_ascii_isspace(text[end - 1]))
        end--;
    return end >= 2 && memcmp(text + end - 2, "--", 2) == 0 && (end == 2 || strchr("\n ", text[end - 3]));
}

static void write_delimiter(Page *page)
{
    page->delimiter_owed = FALSE;
    if (ends_with_delimiter(page))
        return;
    write_newlines(page);
    write_marks(page, MIN(page->depth, PAGE_QUOTE_DEPTH));
    g_string_append(page->text, page->depth > 0 ? " -- " : "-- ");
    g_string_append_c(page->text, '\n');
}

/* Everything owed before a word; FALSE when there is no room for more. */
static gboolean open_line(Page *page, gsize room)
{
    if (page->is_full || page->text->len + room + 3 * PAGE_QUOTE_DEPTH > page->limit_bytes) {
        page->is_full = TRUE;
        return FALSE;
    }
    if (page->delimiter_owed)
        write_delimiter(page);
    if (page->newlines > 0)
        write_newlines(page);
    if (page->mark_owed && page->mark < 0)
        page->mark = (gssize)page->text->len;
    if (page->announcement_owed)
        page->announcement = (gssize)page->text->len;
    page->announcement_owed = FALSE;
    if (!page->is_open) {
        page->depth_written = MIN(page->depth, PAGE_QUOTE_DEPTH);
        write_marks(page, page->depth_written);
        if (page->depth_written > 0)
            g_string_append_c(page->text, ' ');
    } else if (page->tab_owed) {
        trim_line(page->text);
        g_string_append_c(page->text, '\t');
    } else if (page->blank_owed) {
        g_string_append_c(page->text, ' ');
    }
    for (; page->indent > 0 && page->bullet->len == 0; page->indent--)
        g_string_append_c(page->text, ' ');
    page->indent = 0;
    g_string_append_len(page->text, page->bullet->str, (gssize)page->bullet->len);
    g_string_truncate(page->bullet, 0);
    page->tab_owed = page->blank_owed = FALSE;
    page->is_open = TRUE;
    return TRUE;
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static gboolean is_at_start(const Page *page)
{
    return !page->is_open || page->newlines > 0;
}

static void owe_blank(Page *page)
{
    page->blank_owed = !is_at_start(page);
    if (page->indent > 0 && page->indent < PAGE_INDENT)
        page->indent++;
}

void page_blank(Page *page)
{
    if (!is_at_start(page) || page->tab_owed)
        page_verbatim(page, " ", 1);
    else if (page->indent < PAGE_INDENT)
        page->indent++;
}

/* The line ends: without a word it was a blank one. */
static void end_indent(Page *page)
{
    if (page->indent > 0 && page->newlines > 0)
        page->newlines = MAX(page->newlines, 2);
    page->indent = 0;
}

/* Words may be long: only whole ones are written, except that one longer than the room is left out. */
void page_flow(Page *page, const char *text, gsize length)
{
    const char *end = text + length;
    while (text < end && !page->is_full) {
        const char *word = text;
        while (word < end && is_blank(*word))
            word++;
        if (word > text)
            owe_blank(page);
        text = word;
        while (text < end && !is_blank(*text))
            text++;
        if (text > word && open_line(page, (gsize)(text - word)))
            g_string_append_len(page->text, word, (gssize)(text - word));
    }
}

void page_verbatim(Page *page, const char *text, gsize length)
{
    const char *end = text + length;
    while (text < end && !page->is_full) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        const char *stop = newline ? newline : end;
        gsize visible = (gsize)(stop - text);
        if (visible > 0 && text[visible - 1] == '\r')
            visible--;
        if (visible > 0 && open_line(page, visible))
            g_string_append_len(page->text, text, (gssize)visible);
        if (newline)
            page_break(page);
        text = newline ? newline + 1 : end;
    }
}

void page_separate(Page *page, guint blank_lines)
{
    end_indent(page);
    if (page->text->len == 0)
        return;
    page->newlines = MAX(page->newlines, blank_lines + 1);
    page->blank_owed = FALSE;
}

void page_break(Page *page)
{
    gboolean was_blank = page->indent > 0 && page->newlines > 0;
    end_indent(page);
    page->newlines = MIN(page->newlines + !was_blank, PAGE_BLANK_LINES + 1);
    page->blank_owed = FALSE;
}

void page_next_cell(Page *page)
{
    page->newlines = page->indent = 0;
    page->blank_owed = FALSE;
    page->tab_owed = page->is_open;
}

void page_delimit(Page *page)
{
    page->delimiter_owed = TRUE;
}

void page_announce_quote(Page *page)
{
    page->announcement_owed |= page->depth == 0 && page->announcement < 0;
}

void page_begin_announced(Page *page)
{
    enum { LINES = 6 };
    if (page->announcement < 0 || page->depth > 0 || page->mark >= 0 || page->mark_owed)
        return;
    guint lines = 0;
    const char *at = page->text->str + page->announcement;
    while (lines <= LINES && (at = strchr(at, '\n'))) {
        lines++;
        at++;
    }
    if (lines <= LINES)
        page->mark = page->announcement;
    page->announcement = -1;
}

void page_set_mark(Page *page)
{
    page->mark_owed = TRUE;
}
