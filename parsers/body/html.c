#include <postern/base/limits.h>
#include <postern/body.h>

#include "parsers/body/feed.h"
#include "parsers/body/layout.h"

#include <string.h>

/* The innermost element, NULL outside of all. Until the next one is opened. */
static OpenElement *reader_top(Reader *reader)
{
    return reader->open->len > 0 ? &g_array_index(reader->open, OpenElement, reader->open->len - 1) : NULL;
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
    const OpenElement *parent = reader_top(reader);
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
            layout_signature(reader);
        layout_begin(reader, &element, attributes, style);
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
    OpenElement *element = reader_top(reader);
    if (!element->is_hidden)
        layout_end(reader, element);
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

/* Signs of width zero, and the blank that does not break: all begin with one of these octets. */
static gboolean may_be_sign(char octet)
{
    guchar c = (guchar)octet;
    return c == 0xc2 || c == 0xcd || c == 0xe2 || c == 0xef;
}

/* "10" and a raised "6" are not 106. "1st" is what it says. */
static gboolean is_power(Reader *reader, const OpenElement *parent, const char *text, gsize length)
{
    const GString *before = reader->page.text;
    return parent && parent->type == ELEMENT_RAISED && length > 0 && !reader->page.blank_owed &&
           (g_ascii_isdigit(*text) || *text == '-' || *text == '+') && before->len > 0 &&
           (g_ascii_isalnum(before->str[before->len - 1]) || before->str[before->len - 1] == ')');
}

/* A no-break blank is a blank that must not collapse; a soft hyphen and the zero-width marks of preheaders
 * show nothing. */
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
    const OpenElement *parent = reader_top(reader);
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
    if (is_power(reader, parent, text, length))
        page_flow(&reader->page, "^", 1);
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
