#include "parsers/body/layout.h"

#include "parsers/body/bullet.h"
#include "parsers/body/link.h"

#include <string.h>

#define LINK_BYTES 2048u /* nobody reads a longer target in a text */

static OpenElement *enclosing(Reader *reader, ElementType a, ElementType b)
{
    for (guint i = reader->open->len; i > 0; i--) {
        OpenElement *element = &g_array_index(reader->open, OpenElement, i - 1);
        if (element->type == a || element->type == b)
            return element;
    }
    return NULL;
}

static void separate(Reader *reader, guint blank_lines)
{
    if (reader->page.text->len != reader->fresh_cell)
        page_separate(&reader->page, blank_lines);
    else
        reader->page.indent = 0;
}

#define NUMBERS_END 100000u /* so far items of a list are numbered */

static guint number_of(const char *value)
{
    guint64 number = value && g_ascii_isdigit(*value) ? g_ascii_strtoull(value, NULL, 10) : NUMBERS_END;
    return (guint)MIN(number, NUMBERS_END);
}

static guint next_number(OpenElement *list, const char *const *attributes)
{
    guint value = number_of(element_attribute(attributes, "value"));
    list->items = value < NUMBERS_END ? value : list->items + 1;
    return list->items;
}

static void begin_list(OpenElement *list, const char *const *attributes)
{
    guint start = number_of(element_attribute(attributes, "start"));
    const char *type = element_attribute(attributes, "type");
    list->items = start > 0 && start < NUMBERS_END ? start - 1 : 0;
    list->numbering = type ? *type : '1';
}

static void begin_item(Reader *reader, const char *const *attributes)
{
    separate(reader, 0);
    OpenElement *list = enclosing(reader, ELEMENT_LIST, ELEMENT_NUMBERED_LIST);
    GString *bullet = reader->page.bullet;
    g_string_truncate(bullet, 0);
    for (guint i = 1; i < MIN(reader->lists, 8u); i++)
        g_string_append(bullet, "  ");
    if (list && list->type == ELEMENT_NUMBERED_LIST)
        bullet_number(bullet, list->numbering, next_number(list, attributes));
    else
        g_string_append(bullet, "- ");
}

/* A cell whose words fill more than one line cannot share them with a neighbour. */
static gboolean is_one_line(const Page *page, gsize start)
{
    const char *text = page->text->str + MIN(start, page->text->len);
    text += strspn(text, "\n> ");
    return *text != '\0' && !strchr(text, '\n');
}

static void begin_cell(Reader *reader)
{
    OpenElement *row = enclosing(reader, ELEMENT_ROW, ELEMENT_ROW);
    Page *page = &reader->page;
    if (row && row->cell_start != G_MAXSIZE && row->cell_start < page->text->len) {
        if (is_one_line(page, row->cell_start))
            page_next_cell(page);
        else
            page_separate(page, 0);
    }
    if (row)
        row->cell_start = page->text->len;
    reader->fresh_cell = page->text->len;
}

static void begin_link(Reader *reader, OpenElement *element, const char *const *attributes)
{
    const char *target = element_attribute(attributes, "href");
    static const char *const shown[] = {"http://", "https://", "ftp://", "mailto:", NULL};
    for (const char *const *scheme = shown; target && *scheme; scheme++)
        if (g_ascii_strncasecmp(target, *scheme, strlen(*scheme)) == 0 && strlen(target) <= LINK_BYTES)
            element->link = g_strdup(target);
    element->words_start = reader->page.text->len;
}

static void end_link(Reader *reader, OpenElement *element)
{
    if (!element->link || element->words_start >= reader->page.text->len || reader->page.is_full)
        return;
    const char *words = reader->page.text->str + element->words_start;
    words += strspn(words, "\n> ");
    g_strdelimit(element->link, " \t\r\n<>", '+');
    if (*words && link_says_more(element->link, words)) {
        g_autofree char *target = g_strdup_printf("<%s>", element->link);
        reader->page.blank_owed = TRUE;
        page_flow(&reader->page, target, strlen(target));
    }
}

#define STRUCK "~~"

static void begin_struck(Reader *reader, OpenElement *element)
{
    page_flow(&reader->page, STRUCK, strlen(STRUCK));
    element->words_start = reader->page.text->len;
}

/* Around nothing there are no marks. */
static void end_struck(Reader *reader, const OpenElement *element)
{
    Page *page = &reader->page;
    if (page->text->len > element->words_start)
        page_flow(page, STRUCK, strlen(STRUCK));
    else if (g_str_has_suffix(page->text->str, STRUCK))
        g_string_truncate(page->text, page->text->len - strlen(STRUCK));
}

/* Plain text has a line for it (RFC 3676 4.3); most clients write it themselves, but not all. */
void layout_signature(Reader *reader)
{
    separate(reader, 0);
    page_delimit(&reader->page);
    separate(reader, 0);
}

/* Boxes to tick, as lists of things to do have them. */
static void begin_input(Reader *reader, const char *const *attributes)
{
    const char *type = element_attribute(attributes, "type");
    if (!type || (g_ascii_strcasecmp(type, "checkbox") != 0 && g_ascii_strcasecmp(type, "radio") != 0))
        return;
    page_flow(&reader->page, element_attribute(attributes, "checked") ? "[x] " : "[ ] ", 4);
}

static gboolean is_dot(const char *size)
{
    return size && (*size == '0' || *size == '1') && !g_ascii_isdigit(size[1]) && size[1] != '%';
}

/* Counts readers, or holds a place: there is nothing to see. */
static gboolean is_pixel(const char *const *attributes)
{
    return is_dot(element_attribute(attributes, "width")) && is_dot(element_attribute(attributes, "height"));
}

void layout_begin(Reader *reader, OpenElement *element, const char *const *attributes, const char *style)
{
    const char *alt;
    switch (element->type) {
    case ELEMENT_BREAK:
        page_break(&reader->page);
        break;
    case ELEMENT_RULE:
        separate(reader, 0);
        page_flow(&reader->page, "--------", 8);
        page_separate(&reader->page, 0);
        break;
    case ELEMENT_IMAGE:
        alt = element_attribute(attributes, "alt");
        if (alt && !is_pixel(attributes) && !hidden_is_dot(style))
            page_flow(&reader->page, alt, strlen(alt));
        break;
    case ELEMENT_LIST:
    case ELEMENT_NUMBERED_LIST:
        separate(reader, reader->lists == 0 ? 1 : 0);
        reader->lists++;
        begin_list(element, attributes);
        break;
    case ELEMENT_ITEM:
        begin_item(reader, attributes);
        break;
    case ELEMENT_CELL:
        begin_cell(reader);
        break;
    case ELEMENT_DEFINITION:
        separate(reader, 0);
        g_string_assign(reader->page.bullet, "  ");
        break;
    case ELEMENT_QUOTATION:
        page_flow(&reader->page, "\"", 1);
        break;
    case ELEMENT_STRUCK:
        begin_struck(reader, element);
        break;
    case ELEMENT_INPUT:
        begin_input(reader, attributes);
        break;
    case ELEMENT_PREFORMATTED:
        separate(reader, 1);
        reader->verbatim++;
        break;
    case ELEMENT_QUOTE:
        separate(reader, 1);
        reader->page.depth++;
        break;
    case ELEMENT_LINK:
        begin_link(reader, element, attributes);
        break;
    case ELEMENT_PARAGRAPH:
        separate(reader, 1);
        break;
    case ELEMENT_BLOCK:
    case ELEMENT_ROW:
        separate(reader, 0);
        break;
    case ELEMENT_INLINE:
    case ELEMENT_RAISED:
    case ELEMENT_SKIPPED:
        break;
    }
}

void layout_end(Reader *reader, OpenElement *element)
{
    Page *page = &reader->page;
    switch (element->type) {
    case ELEMENT_LIST:
    case ELEMENT_NUMBERED_LIST:
        reader->lists--;
        separate(reader, reader->lists == 0 ? 1 : 0);
        break;
    case ELEMENT_PREFORMATTED:
        reader->verbatim--;
        page->newlines = MIN(page->newlines, 1);
        separate(reader, 1);
        break;
    case ELEMENT_QUOTE:
        separate(reader, 1);
        page->depth--;
        break;
    case ELEMENT_LINK:
        end_link(reader, element);
        break;
    case ELEMENT_PARAGRAPH:
        separate(reader, 1);
        break;
    case ELEMENT_BLOCK:
    case ELEMENT_ROW:
    case ELEMENT_ITEM:
    case ELEMENT_DEFINITION:
        separate(reader, 0);
        break;
    case ELEMENT_QUOTATION:
        page_flow(page, "\"", 1);
        break;
    case ELEMENT_STRUCK:
        end_struck(reader, element);
        break;
    case ELEMENT_CELL:
        if (page->text->len == reader->fresh_cell)
            reader->fresh_cell = G_MAXSIZE;
        break;
    default:
        break;
    }
}
