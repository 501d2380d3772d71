#include <postern/base/limits.h>
#include <postern/body.h>

#include "parsers/body/element.h"
#include "parsers/body/page.h"
#include "parsers/body/trim.h"

#include <libxml/HTMLparser.h>
#include <string.h>

/* The parser searches its stack of open elements at every end tag. Above this depth it starts anew
 * with the rest of the page: no text is lost, only the nesting. */
#define STACK_ELEMENTS 400u
#define CHUNK_BYTES (32u * 1024)
#define LINK_BYTES 2048u

typedef struct {
    ElementType type;
    gboolean is_signature;
    gboolean is_hidden; /* or inside of something hidden */
    guint items;        /* of a list: numbered so far */
    gsize cell_start;   /* of a row: where its last cell begins; G_MAXSIZE before the first */
    char *link;         /* target, or NULL */
    gsize link_start;   /* where its words begin */
} OpenElement;

typedef struct {
    Page page;
    GArray *open; /* OpenElement */
    guint verbatim, lists;
    gsize fresh_cell; /* length of the page when a cell was opened: margins before its first word do not count
                       */
    gboolean is_too_deep;
    long consumed; /* when it stopped: the parser forgets it then */
    htmlParserCtxtPtr parser;
} Reader;

static OpenElement *top(Reader *reader)
{
    return reader->open->len > 0 ? &g_array_index(reader->open, OpenElement, reader->open->len - 1) : NULL;
}

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
}

static void begin_item(Reader *reader)
{
    separate(reader, 0);
    OpenElement *list = enclosing(reader, ELEMENT_LIST, ELEMENT_NUMBERED_LIST);
    GString *bullet = reader->page.bullet;
    g_string_truncate(bullet, 0);
    for (guint i = 1; i < MIN(reader->lists, 8u); i++)
        g_string_append(bullet, "  ");
    if (list && list->type == ELEMENT_NUMBERED_LIST)
        g_string_append_printf(bullet, "%u. ", ++list->items);
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
    element->link_start = reader->page.text->len;
}

static const char *without_scheme(const char *target)
{
    if (g_ascii_strncasecmp(target, "mailto:", 7) == 0)
        return target + 7;
    const char *host = strstr(target, "://");
    return host ? host + 3 : target;
}

/* The target is news unless the words already spell it. */
static gboolean says_more(const char *target, const char *words)
{
    const char *bare = without_scheme(target);
    gsize length = strcspn(bare, g_str_has_prefix(target, "mailto:") ? "?" : "");
    while (length > 0 && bare[length - 1] == '/')
        length--;
    g_autofree char *wanted = g_ascii_strdown(bare, (gssize)length), *seen = g_ascii_strdown(words, -1);
    return length > 0 && !strstr(seen, wanted);
}

static void end_link(Reader *reader, OpenElement *element)
{
    if (!element->link || element->link_start >= reader->page.text->len || reader->page.is_full)
        return;
    const char *words = reader->page.text->str + element->link_start;
    words += strspn(words, "\n> ");
    g_strdelimit(element->link, " \t\r\n<>", '+');
    if (*words && says_more(element->link, words)) {
        g_autofree char *target = g_strdup_printf("<%s>", element->link);
        reader->page.blank_owed = TRUE;
        page_flow(&reader->page, target, strlen(target));
    }
}

/* Plain text has a line for it (RFC 3676 4.3); most clients write it themselves, but not all. */
static void begin_signature(Reader *reader)
{
    separate(reader, 0);
    page_delimit(&reader->page);
    separate(reader, 0);
}

static void begin_visible(Reader *reader, OpenElement *element, const char *const *attributes)
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
        if (alt)
            page_flow(&reader->page, alt, strlen(alt));
        break;
    case ELEMENT_LIST:
    case ELEMENT_NUMBERED_LIST:
        separate(reader, reader->lists == 0 ? 1 : 0);
        reader->lists++;
        break;
    case ELEMENT_ITEM:
        begin_item(reader);
        break;
    case ELEMENT_CELL:
        begin_cell(reader);
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
    case ELEMENT_SKIPPED:
        break;
    }
}

static void end_visible(Reader *reader, OpenElement *element)
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
        separate(reader, 0);
        break;
    case ELEMENT_CELL:
        if (page->text->len == reader->fresh_cell)
            reader->fresh_cell = G_MAXSIZE;
        break;
    default:
        break;
    }
}

static void stop_when_done(Reader *reader)
{
    if (reader->open->len >= STACK_ELEMENTS && !reader->is_too_deep) {
        reader->is_too_deep = TRUE;
        reader->consumed = xmlByteConsumed(reader->parser);
    }
    if (reader->is_too_deep || reader->page.is_full)
        xmlStopParser(reader->parser);
}

static void on_start(void *data, const xmlChar *name, const xmlChar **raw_attributes)
{
    Reader *reader = data;
    const char *const *attributes = (const char *const *)raw_attributes;
    Element kind = element_of((const char *)name, attributes);
    const OpenElement *parent = top(reader);
    OpenElement element = {.type = kind.type, .cell_start = G_MAXSIZE};
    element.is_hidden = kind.type == ELEMENT_SKIPPED || (parent && parent->is_hidden);
    if (!element.is_hidden) {
        if (kind.opens_history)
            page_set_mark(&reader->page);
        element.is_signature = kind.is_signature;
        if (element.is_signature && reader->page.text->len > 0)
            begin_signature(reader);
        begin_visible(reader, &element, attributes);
    }
    g_array_append_val(reader->open, element);
    stop_when_done(reader);
}

static void pop(Reader *reader)
{
    OpenElement *element = top(reader);
    if (!element->is_hidden)
        end_visible(reader, element);
    if (element->is_signature)
        reader->page.delimiter_owed = FALSE;
    g_free(element->link);
    g_array_set_size(reader->open, reader->open->len - 1);
}

static void on_end(void *data, const xmlChar *name)
{
    Reader *reader = data;
    (void)name;
    if (reader->open->len > 0)
        pop(reader);
}

/* A no-break blank is a blank that must not collapse; a soft hyphen and the zero-width marks of preheaders
 * show nothing. */
/* Signs of width zero, and the blank that does not break: all begin with one of these octets. */
static gboolean may_be_sign(char octet)
{
    guchar c = (guchar)octet;
    return c == 0xc2 || c == 0xcd || c == 0xe2 || c == 0xef;
}

static void flow_text(Reader *reader, const char *text, gsize length)
{
    g_autoptr(GString) plain = g_string_sized_new(length);
    for (const char *at = text, *end = text + length; at < end;) {
        const char *run = at;
        while (at < end && !may_be_sign(*at))
            at++;
        g_string_append_len(plain, run, at - run);
        if (at == end)
            break;
        gunichar c = g_utf8_get_char(at);
        const char *next = at + g_utf8_skip[*(const guchar *)at];
        if (c == 0xa0) {
            page_flow(&reader->page, plain->str, plain->len);
            g_string_truncate(plain, 0);
            page_verbatim(&reader->page, " ", 1);
        } else if (c != 0xad && c != 0x200b && c != 0xfeff && c != 0x34f) {
            g_string_append_len(plain, at, next - at);
        }
        at = next;
    }
    page_flow(&reader->page, plain->str, plain->len);
}

static void on_text(void *data, const xmlChar *text, int length)
{
    Reader *reader = data;
    const OpenElement *parent = top(reader);
    if (length <= 0 || (parent && parent->is_hidden))
        return;
    if (reader->verbatim > 0)
        page_verbatim(&reader->page, (const char *)text, (gsize)length);
    else
        flow_text(reader, (const char *)text, (gsize)length);
    if (reader->page.is_full)
        stop_when_done(reader);
}

/* Where to end a chunk: before a tag if there is one, else between characters. The push parser takes a
 * character that is cut for a broken one and then guesses another charset. */
static gsize chunk_length(const char *html, gsize length)
{
    if (length <= CHUNK_BYTES)
        return length;
    const char *tag = memrchr(html + 1, '<', CHUNK_BYTES - 1);
    if (tag)
        return (gsize)(tag - html);
    gsize cut = CHUNK_BYTES;
    while (cut > 1 && ((guchar)html[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* The parser stops inside of the tag that was one too many. */
static gsize after_tag(const char *html, gsize fed, long consumed, gsize prefix)
{
    if (consumed <= (long)prefix || (gsize)consumed - prefix > fed)
        return fed;
    const char *at = html + consumed - prefix, *end = html + fed;
    if (at < end && *at == '/')
        at++;
    if (at < end && *at == '>')
        at++;
    return (gsize)(at - html);
}

/* Parses until the end or until it is too deep. Returns the octets used. */
static gsize parse_some(Reader *reader, const char *html, gsize length, const char *prefix)
{
    htmlSAXHandler handler = {.startElement = on_start,
                              .endElement = on_end,
                              .characters = on_text,
                              .ignorableWhitespace = on_text};
    reader->parser = htmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!reader->parser)
        g_error("out of memory");
    htmlCtxtUseOptions(reader->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                           HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    htmlParseChunk(reader->parser, prefix, (int)strlen(prefix), 0);
    gsize used = 0;
    while (used < length && !reader->is_too_deep && !reader->page.is_full) {
        gsize size = chunk_length(html + used, length - used);
        htmlParseChunk(reader->parser, html + used, (int)size, 0);
        used += size;
    }
    if (reader->is_too_deep)
        used = after_tag(html, used, reader->consumed, strlen(prefix));
    else if (!reader->page.is_full)
        htmlParseChunk(reader->parser, "", 0, 1);
    htmlFreeParserCtxt(reader->parser);
    reader->parser = NULL;
    while (reader->open->len > 0)
        pop(reader);
    return used;
}

char *body_html_to_text(const char *html, gsize length, gssize *out_quote_start, gboolean *out_incomplete)
{
    g_autoptr(GString) trimmed = html_trim(html, length);
    g_autoptr(GArray) open = g_array_new(FALSE, TRUE, sizeof(OpenElement));
    Reader reader = {.open = open, .fresh_cell = G_MAXSIZE};
    page_init(&reader.page, LIMIT_TEXT_BYTES);
    /* Without a body the parser puts words into a paragraph that nobody wrote. */
    gboolean has_body = strcasestr(trimmed->str, "<body") != NULL;
    for (gsize used = 0; used < trimmed->len && !reader.page.is_full;) {
        reader.is_too_deep = FALSE;
        gsize size = parse_some(&reader, trimmed->str + used, trimmed->len - used,
                                has_body && used == 0 ? "" : "<body>");
        used += MAX(size, 1);
    }
    gboolean is_full = reader.page.is_full;
    char *text = page_finish(&reader.page);
    *out_quote_start = reader.page.mark;
    if (out_incomplete)
        *out_incomplete = is_full;
    return text;
}
