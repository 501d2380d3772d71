#include <postern/base/limits.h>
#include <postern/body.h>

#include "parsers/body/bullet.h"
#include "parsers/body/element.h"
#include "parsers/body/feed.h"
#include "parsers/body/hidden.h"
#include "parsers/body/link.h"
#include "parsers/body/page.h"

#include <string.h>

#define LINK_BYTES 2048u
#define MARKER_BYTES 16u

typedef struct {
    ElementType type;
    gboolean is_signature;
    gboolean is_hidden;    /* or inside of something hidden */
    gboolean is_concealed; /* the same, where it is text that is hidden from the eye */
    gboolean is_style;     /* of the page: rules, no text */
    TextLook look;
    gboolean is_marker, is_in_marker;
    gboolean keeps_blanks;
    guint items;      /* of a list: numbered so far */
    char numbering;   /* of a list: '1', 'a', 'A', 'i', 'I' */
    gsize cell_start; /* of a row: where its last cell begins; G_MAXSIZE before the first */
    char *link;       /* target, or NULL */
    gsize link_start; /* where its words begin */
} OpenElement;

typedef struct {
    Page page;
    GArray *open; /* OpenElement */
    guint outlook_level;
    char marker[MARKER_BYTES]; /* Outlook's bullet as it is read */
    guint verbatim, lists;
    GHashTable *hidden_names; /* classes and ids that the page hides */
    gboolean shows_all;       /* what is hidden, too: there is nothing else */
    BodyNotes *notes;
    gsize fresh_cell; /* length of the page when a cell was opened: margins before its first word do not count
                       */
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
    else
        reader->page.indent = 0;
}

#define NUMBERS_END 100000u

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
    element->link_start = reader->page.text->len;
}

static void end_link(Reader *reader, OpenElement *element)
{
    if (!element->link || element->link_start >= reader->page.text->len || reader->page.is_full)
        return;
    const char *words = reader->page.text->str + element->link_start;
    words += strspn(words, "\n> ");
    g_strdelimit(element->link, " \t\r\n<>", '+');
    if (*words && link_says_more(element->link, words)) {
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

static gboolean is_dot(const char *size)
{
    return size && (*size == '0' || *size == '1') && !g_ascii_isdigit(size[1]) && size[1] != '%';
}

/* Counts readers, or holds a place: there is nothing to see. */
static gboolean is_pixel(const char *const *attributes)
{
    return is_dot(element_attribute(attributes, "width")) && is_dot(element_attribute(attributes, "height"));
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
        if (alt && !is_pixel(attributes))
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

static void conceal(const Reader *reader, const Element *kind, const char *const *attributes,
                    OpenElement *element)
{
    element->is_concealed |=
        kind->is_concealed || hidden_by_name(element_attribute(attributes, "class"),
                                             element_attribute(attributes, "id"), reader->hidden_names);
}

static void on_start(gpointer user, const char *name, const char *const *attributes)
{
    Reader *reader = user;
    g_autofree char *style = element_style(attributes);
    Element kind = element_of(name, attributes, style);
    const OpenElement *parent = top(reader);
    OpenElement element = {.type = kind.type, .cell_start = G_MAXSIZE, .look = TEXT_LOOK_USUAL};
    element.is_style = strcmp(name, "style") == 0;
    element.is_concealed = parent && parent->is_concealed;
    if (attributes && !reader->shows_all)
        conceal(reader, &kind, attributes, &element);
    element.is_hidden = kind.type == ELEMENT_SKIPPED || element.is_concealed || (parent && parent->is_hidden);
    if (parent)
        element.look = parent->look;
    if (kind.type == ELEMENT_LINK)
        element.look.colour = COLOUR_UNKNOWN; /* links have their own */
    if (attributes && !reader->shows_all)
        hidden_look(style, attributes, &element.look);
    element.keeps_blanks =
        kind.keeps_blanks == BLANKS_SAME ? parent && parent->keeps_blanks : kind.keeps_blanks;
    element.is_marker = kind.is_marker;
    element.is_in_marker = kind.is_marker || (parent && parent->is_in_marker);
    if (kind.is_marker)
        reader->marker[0] = '\0';
    if (kind.list_level > 0)
        reader->outlook_level = kind.list_level;
    if (!element.is_hidden) {
        if (kind.opens_history && kind.type != ELEMENT_QUOTE && reader->page.depth == 0)
            page_set_mark(&reader->page);
        if (kind.announces_quote && kind.type != ELEMENT_QUOTE)
            page_announce_quote(&reader->page);
        if (kind.type == ELEMENT_QUOTE)
            page_begin_announced(&reader->page);
        element.is_signature = kind.is_signature;
        if (element.is_signature && reader->page.text->len > 0)
            begin_signature(reader);
        begin_visible(reader, &element, attributes);
    }
    g_array_append_val(reader->open, element);
}

/* Symbols of Outlook's fonts say nothing as letters ("o", "§"); numbers do. */
static void end_marker(Reader *reader)
{
    gsize length = strlen(reader->marker);
    if (length == 0)
        return;
    g_autofree char *indent = g_strnfill(2 * (gsize)(MAX(reader->outlook_level, 1) - 1), ' ');
    gboolean is_number = length > 1 && strchr(".)", reader->marker[length - 1]);
    g_string_printf(reader->page.bullet, "%s%s ", indent, is_number ? reader->marker : "-");
    reader->marker[0] = '\0';
}

static void read_marker(Reader *reader, const char *text, gsize length)
{
    gsize used = strlen(reader->marker);
    for (gsize i = 0; i < length && used + 1 < MARKER_BYTES; i++)
        if (g_ascii_isgraph(text[i]))
            reader->marker[used++] = text[i];
    if (used == 0 && length > 0 && !g_ascii_isspace(text[0]) && memcmp(text, "\302\240", MIN(length, 2)) != 0)
        reader->marker[used++] = '-';
    reader->marker[used] = '\0';
}

static void pop(Reader *reader)
{
    OpenElement *element = top(reader);
    if (!element->is_hidden)
        end_visible(reader, element);
    if (element->is_signature)
        reader->page.delimiter_owed = FALSE;
    if (element->is_marker)
        end_marker(reader);
    g_free(element->link);
    g_array_set_size(reader->open, reader->open->len - 1);
}

static void on_end(gpointer user)
{
    pop(user);
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
            page_blank(&reader->page);
        } else if (c != 0xad && c != 0x200b && c != 0xfeff && c != 0x34f) {
            g_string_append_len(plain, at, next - at);
        }
        at = next;
    }
    page_flow(&reader->page, plain->str, plain->len);
}

/* What stands between the tags of a page that was written by a program. */
static gboolean is_all_blank(const char *text, gsize length)
{
    while (length > 0 && g_ascii_isspace(text[length - 1]))
        length--;
    return length == 0;
}

static void on_text(gpointer user, const char *text, gsize length)
{
    Reader *reader = user;
    const OpenElement *parent = top(reader);
    if (parent && parent->is_style && !reader->shows_all)
        hidden_names_read(text, length, reader->hidden_names);
    gboolean is_unseen = parent && !reader->shows_all && hidden_by_look(&parent->look);
    if (parent && (parent->is_concealed || (is_unseen && !parent->is_hidden)))
        hidden_note(reader->notes, text, length);
    if (parent && (parent->is_hidden || is_unseen))
        return;
    if (parent && parent->is_in_marker) {
        read_marker(reader, text, length);
        return;
    }
    if (reader->verbatim > 0 || (parent && parent->keeps_blanks && !is_all_blank(text, length)))
        page_verbatim(&reader->page, text, length);
    else
        flow_text(reader, text, length);
}

static gboolean is_full(gpointer user)
{
    return ((const Reader *)user)->page.is_full;
}

static char *read_page(const char *html, gsize length, gboolean shows_all, gssize *out_quote_start,
                       BodyNotes *notes)
{
    static const FeedSink sink = {.start = on_start, .end = on_end, .text = on_text, .is_full = is_full};
    g_autoptr(GArray) open = g_array_new(FALSE, TRUE, sizeof(OpenElement));
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reader reader = {
        .open = open, .fresh_cell = G_MAXSIZE, .hidden_names = names, .shows_all = shows_all, .notes = notes};
    page_init(&reader.page, LIMIT_TEXT_BYTES);
    feed_html(html, length, &sink, &reader);
    notes->is_incomplete = reader.page.is_full;
    char *text = page_finish(&reader.page);
    *out_quote_start = reader.page.mark;
    return text;
}

char *body_html_to_text(const char *html, gsize length, gssize *out_quote_start, BodyNotes *out_notes)
{
    BodyNotes notes = {0};
    char *text = read_page(html, length, FALSE, out_quote_start, &notes);
    /* A whole mail does not vanish because of its style. */
    if (notes.hidden_characters > 0 && text[strspn(text, " \t\n>-")] == '\0') {
        g_free(text);
        text = read_page(html, length, TRUE, out_quote_start, &notes);
    }
    if (out_notes)
        *out_notes = notes;
    return text;
}
