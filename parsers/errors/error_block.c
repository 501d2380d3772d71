#include <parsers/errors/error_line.h>
#include <postern/error_block.h>

#include <string.h>

#define BLANKS_WITHIN 2u         /* empty lines inside one trace */
#define DETAILS_BEFORE_FRAMES 6u /* lines of a message of several lines */
#define WRAPPED_LEAST 60u        /* a line this long may have been broken by a mail client */
#define CLIENT_WIDTH 76u         /* at which mail clients break lines */
#define WORD_LEAST 12u
#define PARAGRAPH_LINES_MAX 60u
#define OBJECT_LINES_MAX 60u

typedef struct {
    const char *text;
    gsize length;
    GArray *lines; /* ErrorLine */
} Page;

static const ErrorLine *line_of(const Page *page, guint index)
{
    return &g_array_index(page->lines, ErrorLine, index);
}

static LineKind kind_at(const Page *page, guint index)
{
    return index < page->lines->len ? line_of(page, index)->kind : LINE_BLANK;
}

static void read_lines(Page *page)
{
    for (gsize start = 0; start < page->length;) {
        ErrorLine line = error_line_read(page->text, page->length, start);
        g_array_append_val(page->lines, line);
        start = line.end + 1;
    }
}

static gboolean is_trace(LineKind kind)
{
    return kind == LINE_FRAME || kind == LINE_CHAIN || kind == LINE_OPENER;
}

static gsize width(const ErrorLine *line)
{
    return line->end - line->start;
}

/* The next line that is not empty, at most BLANKS_WITHIN further on; the number of lines when there is none.
 */
static guint next_filled(const Page *page, guint index)
{
    for (guint blanks = 0; index < page->lines->len && blanks <= BLANKS_WITHIN; index++, blanks++)
        if (line_of(page, index)->kind != LINE_BLANK)
            return index;
    return page->lines->len;
}

static char last_character(const Page *page, guint index)
{
    const ErrorLine *line = line_of(page, index);
    gsize end = line->end;
    while (end > line->start && g_ascii_isspace(page->text[end - 1]))
        end--;
    return end > line->start ? page->text[end - 1] : '\0';
}

static char first_character(const Page *page, guint index)
{
    const ErrorLine *line = line_of(page, index);
    return page->text[line->start + line->indentation];
}

/* A piece that a mail client broke off: a bracket is open still, or it is one long word that had no room in
 * the line above. */
static gboolean is_broken_off(const Page *page, guint index)
{
    const ErrorLine *before = line_of(page, index - 1), *line = line_of(page, index);
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

/* Whether the first word of a line had no room in the line above. */
static gboolean is_rest_of_line(const Page *page, guint index)
{
    const ErrorLine *before = line_of(page, index - 1), *line = line_of(page, index);
    const char *blank = memchr(page->text + line->start, ' ', width(line));
    gsize word = blank ? (gsize)(blank - page->text) - line->start : width(line);
    return width(before) >= WRAPPED_LEAST || width(before) + 1 + word > CLIENT_WIDTH;
}

/* Plain lines that lead to a frame belong to the trace: wrapped frames, source lines, messages of
 * several lines. */
static gboolean leads_to_frame(const Page *page, guint index)
{
    for (guint i = index; i < page->lines->len && i < index + DETAILS_BEFORE_FRAMES; i++) {
        const ErrorLine *line = line_of(page, i);
        if (is_trace(line->kind))
            return TRUE;
        if (line->kind != LINE_PLAIN && (line->kind != LINE_MESSAGE || line->is_quoted_inside))
            return FALSE;
    }
    return FALSE;
}

/* The last line of the object that opens at the end of line `index`, as Node prints with errors; `index`
 * itself when none does. */
static guint object_end(const Page *page, guint index)
{
    gint depth = 0;
    for (guint i = index; i < page->lines->len && i < index + OBJECT_LINES_MAX; i++) {
        const ErrorLine *line = line_of(page, i);
        for (gsize at = line->start; at < line->end; at++)
            depth += strchr("{[", page->text[at]) ? 1 : strchr("}]", page->text[at]) ? -1 : 0;
        if (depth <= 0)
            return i;
    }
    return index;
}

typedef struct {
    const Page *page;
    guint first, last;     /* lines of the block */
    gboolean is_traceback; /* Python: the message comes at the end */
    gboolean is_log;
    guint indentation;
} Growth;

/* Build tools put the message below such a line, up to the next empty one. */
static gboolean opens_paragraph(const Page *page, guint index)
{
    const ErrorLine *line = line_of(page, index);
    const char *at = page->text + line->start + line->indentation;
    return line->kind == LINE_LOG_ERROR &&
           (strncmp(at, "ERROR in ", 9) == 0 || strncmp(at, "ERROR #", 7) == 0);
}

static gboolean takes_plain(const Growth *growth, guint index)
{
    const Page *page = growth->page;
    const ErrorLine *line = line_of(page, index), *before = line_of(page, index - 1);
    if (leads_to_frame(page, index))
        return TRUE;
    if (line->indentation > growth->indentation && !before->is_quoted_inside)
        return TRUE;
    if (is_broken_off(page, index) || strchr("}^", first_character(page, index)))
        return TRUE;
    if (growth->is_traceback && before->indentation > line->indentation)
        return TRUE;
    if (opens_paragraph(page, growth->first))
        return TRUE;
    return (before->kind == LINE_MESSAGE || before->kind == LINE_LOG_ERROR) && !before->is_quoted_inside &&
           line->indentation == 0 && is_rest_of_line(page, index);
}

/* Whether the block goes on with line `index`, right below its last line or behind empty ones. */
static gboolean takes(const Growth *growth, guint index, gboolean is_adjacent)
{
    const Page *page = growth->page;
    const ErrorLine *line = line_of(page, index);
    switch (line->kind) {
    case LINE_FRAME:
    case LINE_CHAIN:
        return TRUE;
    case LINE_OPENER:
        return is_adjacent || is_trace(kind_at(page, growth->last)) ||
               kind_at(page, growth->last) == LINE_MESSAGE;
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
static gboolean opens_traceback(const Page *page, guint index)
{
    const ErrorLine *line = line_of(page, index);
    return line->kind == LINE_OPENER && page->text[line->message] == 'T';
}

/* Adds the lines that follow the last one. */
static void grow(Growth *growth)
{
    const Page *page = growth->page;
    for (;;) {
        if (strchr("{[", last_character(page, growth->last)) && kind_at(page, growth->last) != LINE_ANNOUNCE)
            growth->last = object_end(page, growth->last);
        guint next = next_filled(page, growth->last + 1);
        if (next >= page->lines->len || !takes(growth, next, next == growth->last + 1))
            return;
        growth->is_log |= kind_at(page, next) == LINE_LOG_ERROR;
        if (opens_traceback(page, next))
            growth->is_traceback = TRUE;
        else if (growth->is_traceback && kind_at(page, next) == LINE_MESSAGE)
            growth->is_traceback = FALSE;
        growth->last = next;
    }
}

/* Where the block of a trace without a known message begins: the line above its first frame. */
static guint line_above_frame(const Page *page, guint index, guint least)
{
    if (index <= least)
        return index;
    LineKind kind = kind_at(page, index - 1);
    return kind == LINE_PLAIN || kind == LINE_MESSAGE ? index - 1 : index;
}

/* A lone line that looks like a frame may be anything. */
static gboolean has_two_frames(const Page *page, guint index)
{
    guint next = next_filled(page, index + 1);
    return next < page->lines->len &&
           (is_trace(kind_at(page, next)) || is_trace(kind_at(page, next_filled(page, next + 1))));
}

static guint start_of_log(const Page *page, guint index, guint least)
{
    while (index > least && kind_at(page, index - 1) == LINE_LOG)
        index--;
    return index;
}

/* What an announcement announces: the lines between fences, or a paragraph. FALSE when it is no program's
 * text. */
static gboolean grow_announced(Growth *growth)
{
    const Page *page = growth->page;
    guint first = next_filled(page, growth->first + 1);
    if (first >= page->lines->len)
        return FALSE;
    gboolean is_fenced = kind_at(page, first) == LINE_FENCE;
    growth->first = growth->last = first + is_fenced;
    if (growth->first >= page->lines->len)
        return FALSE;
    const ErrorLine *line = line_of(page, growth->first);
    const char *at = page->text + line->start + line->indentation;
    if (!is_fenced && (strncmp(at, "http", 4) == 0 || strchr("[<-*1", *at)) && line->kind == LINE_PLAIN)
        return FALSE;
    growth->indentation = line->indentation;
    LineKind stop = is_fenced ? LINE_FENCE : LINE_BLANK;
    guint last = growth->first;
    while (last + 1 < page->lines->len && last - growth->first < PARAGRAPH_LINES_MAX &&
           kind_at(page, last + 1) != stop && kind_at(page, last + 1) != LINE_FENCE)
        last++;
    if (kind_at(page, growth->first) == LINE_FENCE || kind_at(page, growth->first) == LINE_ANNOUNCE)
        return FALSE;
    growth->last = last;
    if (!is_fenced)
        grow(growth);
    return TRUE;
}

/* A JSON object that speaks of an error: {"error": …}. */
static gboolean is_error_object(const Page *page, guint index, guint *out_last)
{
    if (first_character(page, index) != '{')
        return FALSE;
    *out_last = object_end(page, index);
    gsize start = line_of(page, index)->start, end = line_of(page, *out_last)->end;
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
    const Page *page = growth->page;
    guint last;
    growth->first = growth->last = index;
    growth->indentation = line_of(page, index)->indentation;
    switch (kind_at(page, index)) {
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
    const ErrorLine *first = line_of(growth->page, growth->first),
                    *last = line_of(growth->page, growth->last);
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
    Page page = {.text = text, .length = length};
    page.lines = g_array_new(FALSE, FALSE, sizeof(ErrorLine));
    read_lines(&page);
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
