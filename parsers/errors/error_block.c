#include <parsers/errors/error_page.h>
#include <postern/error_block.h>

#include <string.h>

#define PARAGRAPH_LINES_MAX 60u

typedef struct {
    const ErrorPage *page;
    guint first, last;     /* lines of the block */
    gboolean is_traceback; /* Python: the message comes at the end */
    gboolean is_log;
    guint indentation;
} Growth;

/* Build tools put the message below such a line, up to the next empty one. */
static gboolean opens_paragraph(const ErrorPage *page, guint index)
{
    const ErrorLine *line = error_page_line(page, index);
    const char *at = page->text + line->start + line->indentation;
    return line->kind == LINE_LOG_ERROR &&
           (strncmp(at, "ERROR in ", 9) == 0 || strncmp(at, "ERROR #", 7) == 0);
}

static gboolean takes_plain(const Growth *growth, guint index)
{
    const ErrorPage *page = growth->page;
    const ErrorLine *line = error_page_line(page, index), *before = error_page_line(page, index - 1);
    if (error_page_leads_to_frame(page, index))
        return TRUE;
    if (line->indentation > growth->indentation && !before->is_quoted_inside)
        return TRUE;
    if (error_page_is_broken_off(page, index) || strchr("}^", error_page_first_character(page, index)))
        return TRUE;
    if (growth->is_traceback && before->indentation > line->indentation)
        return TRUE;
    if (opens_paragraph(page, growth->first))
        return TRUE;
    return (before->kind == LINE_MESSAGE || before->kind == LINE_LOG_ERROR) && !before->is_quoted_inside &&
           line->indentation == 0 && error_page_is_rest_of_line(page, index);
}

/* Whether the block goes on with line `index`, right below its last line or behind empty ones. */
static gboolean takes(const Growth *growth, guint index, gboolean is_adjacent)
{
    const ErrorPage *page = growth->page;
    const ErrorLine *line = error_page_line(page, index);
    switch (line->kind) {
    case LINE_FRAME:
    case LINE_CHAIN:
        return TRUE;
    case LINE_OPENER:
        return is_adjacent || error_kind_is_trace(error_page_kind(page, growth->last)) ||
               error_page_kind(page, growth->last) == LINE_MESSAGE;
    case LINE_MESSAGE:
        return is_adjacent && !line->is_quoted_inside;
    case LINE_LOG:
    case LINE_LOG_ERROR:
        return is_adjacent && growth->is_log;
    case LINE_ANNOUNCE:
    case LINE_PLAIN:
        return is_adjacent && (line->kind == LINE_PLAIN || line->indentation > growth->indentation) &&
               takes_plain(growth, index);
    default:
        return FALSE;
    }
}

/* Python's order: the message is the last line. */
static gboolean opens_traceback(const ErrorPage *page, guint index)
{
    const ErrorLine *line = error_page_line(page, index);
    return line->kind == LINE_OPENER && page->text[line->message] == 'T';
}

/* Adds the lines that follow the last one. */
static void grow(Growth *growth)
{
    const ErrorPage *page = growth->page;
    for (;;) {
        if (strchr("{[", error_page_last_character(page, growth->last)) &&
            error_page_kind(page, growth->last) != LINE_ANNOUNCE)
            growth->last = error_page_object_end(page, growth->last);
        guint next = error_page_next_filled(page, growth->last + 1);
        if (next >= page->lines->len || !takes(growth, next, next == growth->last + 1))
            return;
        growth->is_log |= error_page_kind(page, next) == LINE_LOG_ERROR;
        if (opens_traceback(page, next))
            growth->is_traceback = TRUE;
        else if (growth->is_traceback && error_page_kind(page, next) == LINE_MESSAGE)
            growth->is_traceback = FALSE;
        growth->last = next;
    }
}

/* Where the block of a trace without a known message begins: the line above its first frame. */
static guint line_above_frame(const ErrorPage *page, guint index, guint least)
{
    if (index <= least)
        return index;
    LineKind kind = error_page_kind(page, index - 1);
    return kind == LINE_PLAIN || kind == LINE_MESSAGE ? index - 1 : index;
}

/* A lone line that looks like a frame may be anything. */
static gboolean has_two_frames(const ErrorPage *page, guint index)
{
    guint next = error_page_next_filled(page, index + 1);
    return next < page->lines->len &&
           (error_kind_is_trace(error_page_kind(page, next)) ||
            error_kind_is_trace(error_page_kind(page, error_page_next_filled(page, next + 1))));
}

static guint start_of_log(const ErrorPage *page, guint index, guint least)
{
    while (index > least && error_page_kind(page, index - 1) == LINE_LOG)
        index--;
    return index;
}

/* What an announcement announces: the lines between fences, or a paragraph. FALSE when it is no program's
 * text. */
static gboolean grow_announced(Growth *growth)
{
    const ErrorPage *page = growth->page;
    guint first = error_page_next_filled(page, growth->first + 1);
    if (first >= page->lines->len)
        return FALSE;
    gboolean is_fenced = error_page_kind(page, first) == LINE_FENCE;
    growth->first = growth->last = first + is_fenced;
    if (growth->first >= page->lines->len)
        return FALSE;
    const ErrorLine *line = error_page_line(page, growth->first);
    const char *at = page->text + line->start + line->indentation;
    if (!is_fenced && (strncmp(at, "http", 4) == 0 || strchr("[<-*1", *at)) && line->kind == LINE_PLAIN)
        return FALSE;
    growth->indentation = line->indentation;
    LineKind stop = is_fenced ? LINE_FENCE : LINE_BLANK;
    guint last = growth->first;
    while (last + 1 < page->lines->len && last - growth->first < PARAGRAPH_LINES_MAX &&
           error_page_kind(page, last + 1) != stop && error_page_kind(page, last + 1) != LINE_FENCE)
        last++;
    if (error_page_kind(page, growth->first) == LINE_FENCE ||
        error_page_kind(page, growth->first) == LINE_ANNOUNCE)
        return FALSE;
    growth->last = last;
    if (!is_fenced)
        grow(growth);
    return TRUE;
}

/* A JSON object that speaks of an error: {"error": …}. */
static gboolean is_error_object(const ErrorPage *page, guint index, guint *out_last)
{
    if (error_page_first_character(page, index) != '{')
        return FALSE;
    *out_last = error_page_object_end(page, index);
    gsize start = error_page_line(page, index)->start, end = error_page_line(page, *out_last)->end;
    static const char *const keys[] = {"\"error\"",         "\"errors\"",       "\"exception\"",
                                       "\"error_message\"", "\"errorMessage\"", "\"stack\""};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *key = memmem(page->text + start, end - start, keys[i], strlen(keys[i]));
        if (key && strncmp(key + strlen(keys[i]), ": null", 6) != 0)
            return TRUE;
    }
    return memmem(page->text + start, end - start, "\"code\"", 6) &&
           memmem(page->text + start, end - start, "\"message\"", 9);
}

/* A block that begins with line `index`, no earlier than line `least`. */
static gboolean begin_block(Growth *growth, guint index, guint least)
{
    const ErrorPage *page = growth->page;
    guint last;
    growth->first = growth->last = index;
    growth->indentation = error_page_line(page, index)->indentation;
    switch (error_page_kind(page, index)) {
    case LINE_MESSAGE:
        grow(growth);
        return TRUE;
    case LINE_OPENER:
        growth->is_traceback = opens_traceback(page, index);
        grow(growth);
        return growth->last > index;
    case LINE_FRAME:
        if (!has_two_frames(page, index))
            return FALSE;
        grow(growth);
        growth->first = line_above_frame(page, index, least);
        return TRUE;
    case LINE_LOG_ERROR:
        growth->is_log = TRUE;
        grow(growth);
        growth->first = start_of_log(page, index, least);
        return TRUE;
    case LINE_ANNOUNCE:
        return grow_announced(growth);
    case LINE_PLAIN:
        if (!is_error_object(page, index, &last))
            return FALSE;
        growth->last = last;
        return TRUE;
    default:
        return FALSE;
    }
}

static ErrorBlock block_of(const Growth *growth)
{
    const ErrorLine *first = error_page_line(growth->page, growth->first),
                    *last = error_page_line(growth->page, growth->last);
    ErrorBlock block = {first->start + first->indentation, last->end};
    if (first->kind == LINE_MESSAGE)
        block.start = first->message;
    if (growth->first == growth->last && first->kind == LINE_MESSAGE)
        block.end = first->message_end;
    while (block.end > block.start && g_ascii_isspace(growth->page->text[block.end - 1]))
        block.end--;
    return block;
}

void error_blocks_find(const char *text, gsize length, GArray *blocks)
{
    ErrorPage page = {.text = text, .length = length};
    page.lines = g_array_new(FALSE, FALSE, sizeof(ErrorLine));
    error_page_read(&page);
    guint least = 0;
    for (guint i = 0; i < page.lines->len; i++) {
        Growth growth = {.page = &page};
        if (!begin_block(&growth, i, least))
            continue;
        ErrorBlock block = block_of(&growth);
        if (block.end > block.start)
            g_array_append_val(blocks, block);
        i = growth.last;
        least = i + 1;
    }
    g_array_unref(page.lines);
}
