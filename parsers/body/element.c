#include "parsers/body/element.h"

#include "parsers/body/hidden.h"

#include <string.h>

typedef struct {
    const char *name;
    ElementType type;
} ElementName;

/* In the order of strcmp: looked up by halves. Names that are absent are inline. */
static const ElementName names[] = {
    {"a", ELEMENT_LINK},
    {"address", ELEMENT_BLOCK},
    {"annotation", ELEMENT_SKIPPED},
    {"article", ELEMENT_BLOCK},
    {"aside", ELEMENT_BLOCK},
    {"blockquote", ELEMENT_QUOTE},
    {"br", ELEMENT_BREAK},
    {"button", ELEMENT_INLINE},
    {"caption", ELEMENT_BLOCK},
    {"center", ELEMENT_BLOCK},
    {"dd", ELEMENT_DEFINITION},
    {"del", ELEMENT_STRUCK},
    {"details", ELEMENT_BLOCK},
    {"dir", ELEMENT_LIST},
    {"div", ELEMENT_BLOCK},
    {"dl", ELEMENT_PARAGRAPH},
    {"dt", ELEMENT_BLOCK},
    {"fieldset", ELEMENT_BLOCK},
    {"figcaption", ELEMENT_BLOCK},
    {"figure", ELEMENT_BLOCK},
    {"footer", ELEMENT_BLOCK},
    {"form", ELEMENT_BLOCK},
    {"h1", ELEMENT_PARAGRAPH},
    {"h2", ELEMENT_PARAGRAPH},
    {"h3", ELEMENT_PARAGRAPH},
    {"h4", ELEMENT_PARAGRAPH},
    {"h5", ELEMENT_PARAGRAPH},
    {"h6", ELEMENT_PARAGRAPH},
    {"head", ELEMENT_SKIPPED},
    {"header", ELEMENT_BLOCK},
    {"hr", ELEMENT_RULE},
    {"iframe", ELEMENT_SKIPPED},
    {"img", ELEMENT_IMAGE},
    {"input", ELEMENT_INPUT},
    {"li", ELEMENT_ITEM},
    {"listing", ELEMENT_PREFORMATTED},
    {"main", ELEMENT_BLOCK},
    {"menu", ELEMENT_LIST},
    {"nav", ELEMENT_BLOCK},
    {"object", ELEMENT_SKIPPED},
    {"ol", ELEMENT_NUMBERED_LIST},
    {"p", ELEMENT_PARAGRAPH},
    {"plaintext", ELEMENT_PREFORMATTED},
    {"pre", ELEMENT_PREFORMATTED},
    {"q", ELEMENT_QUOTATION},
    {"s", ELEMENT_STRUCK},
    {"script", ELEMENT_SKIPPED},
    {"section", ELEMENT_BLOCK},
    {"select", ELEMENT_SKIPPED},
    {"strike", ELEMENT_STRUCK},
    {"style", ELEMENT_SKIPPED},
    {"summary", ELEMENT_BLOCK},
    {"sup", ELEMENT_RAISED},
    {"svg", ELEMENT_SKIPPED},
    {"table", ELEMENT_BLOCK},
    {"tbody", ELEMENT_BLOCK},
    {"td", ELEMENT_CELL},
    {"template", ELEMENT_SKIPPED},
    {"textarea", ELEMENT_PREFORMATTED},
    {"tfoot", ELEMENT_BLOCK},
    {"th", ELEMENT_CELL},
    {"thead", ELEMENT_BLOCK},
    {"title", ELEMENT_SKIPPED},
    {"tr", ELEMENT_ROW},
    {"ul", ELEMENT_LIST},
    {"xmp", ELEMENT_PREFORMATTED},
};

/* Values of id and class by which clients mark the mail that is answered. Outlook and others put "x_" before
 * the names of what they quote, Yahoo a random word: the end of the name is compared. */
static const char *const history_names[] = {
    "divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message", "OutlookMessageHeader", "reply-forward-header", "stopSpelling",
    "zwchr", "zmail_extra", "zmail_extra_hr", "xm_mail_oringinal_describe", "ntes-mailmaster-quote",
    "sh-quoted-content", "hs_reply", "iNotesHistory",
    /* These are on the attribution alone; the quote is a blockquote. */
    "gmail_attr", "moz-cite-prefix", "reply-intro", "airmail_on", "nylas-quote", NULL};
/* A number follows these. */
static const char *const history_starts[] = {"divRpF", NULL};
/* Around attribution and quote; answers may stand in them as well. */
static const char *const announcing_names[] = {"gmail_quote",   "gmail_quote_attribution", "protonmail_quote",
                                               "missive_quote", "freshdesk_quote",         NULL};
static const char *const quote_names[] = {"yahoo_quoted", "moz-email-headers-table", NULL};

/* Other attributes that mark it, whole values. */
typedef struct {
    const char *attribute, *value;
} AttributeMark;
static const AttributeMark history_marks[] = {
    {"name", "_MailOriginal"},          {"name", "quote"},
    {"name", "messageReplySection"},    {"data-marker", "__DIVIDER__"},
    {"fairemail", "reference"},         {"data-marker", "__HEADERS__"},
    {"data-marker", "__QUOTED_TEXT__"}, {NULL, NULL},
};

/* Only those that clients keep for the signature alone: in others people write their answer. Not those in
 * which the client has written the delimiter itself (Thunderbird, Evolution). */
static const char *const signature_names[] = {"gmail_signature",
                                              "ms-outlook-mobile-signature",
                                              "protonmail_signature_block",
                                              "zm_signature",
                                              "tutanota_signature",
                                              "front-signature",
                                              "edo-signature",
                                              "spark_signature",
                                              "composer_signature",
                                              "missive_signature",
                                              "sh-signature",
                                              NULL};

static const AttributeMark signature_marks[] = {
    {"name", "messageSignatureSection"}, {"fairemail", "signature"}, {NULL, NULL}};

/* Lines that Outlook's desktop program draws above the header block. */
static const char *const history_styles[] = {"border-top:solid#e1e1e1",
                                             "border-top:solid#b5c4df",
                                             "border-top:1ptsolid#e1e1e1",
                                             "border-top:1pxsolid#e1e1e1",
                                             "border-top:1ptsolidrgb(225,225,225)",
                                             "border-top:1pxsolidrgb(225,225,225)",
                                             "border-top-color:rgb(225,225,225)",
                                             "border-top:1ptsolidrgb(181,196,223)",
                                             "border-top:1ptsolid#b5c4df",
                                             NULL};

#define STYLE_BYTES 2048u /* as far as a style is looked at */

const char *element_attribute(const char *const *attributes, const char *name)
{
    for (; attributes && attributes[0]; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1] ? attributes[1] : "";
    return NULL;
}

static ElementType type_of_name(const char *name)
{
    gsize low = 0, high = G_N_ELEMENTS(names);
    while (low < high) {
        gsize middle = (low + high) / 2;
        int order = strcmp(name, names[middle].name);
        if (order == 0)
            return names[middle].type;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return ELEMENT_INLINE;
}

char *element_style(const char *const *attributes)
{
    const char *style = element_attribute(attributes, "style");
    if (!style)
        return g_strdup("");
    GString *out = g_string_new(NULL);
    for (gsize i = 0; style[i] && i < STYLE_BYTES; i++)
        if (!g_ascii_isspace(style[i]))
            g_string_append_c(out, g_ascii_tolower(style[i]));
    return g_string_free(out, FALSE);
}

static gboolean contains_any(const char *text, const char *const *table)
{
    for (; *table; table++)
        if (strstr(text, *table))
            return TRUE;
    return FALSE;
}

/* TRUE when a word of an id or class list ends with a known name. */
static gboolean is_named(const char *list, const char *const *table)
{
    while (list && *list) {
        list += strspn(list, " \t\n\r");
        gsize length = strcspn(list, " \t\n\r");
        for (const char *const *known = table; *known; known++) {
            gsize known_length = strlen(*known);
            if (length >= known_length && memcmp(list + length - known_length, *known, known_length) == 0)
                return TRUE;
        }
        list += length;
    }
    return FALSE;
}

static gboolean has_mark(const char *const *attributes, const AttributeMark *marks)
{
    for (; marks->attribute; marks++) {
        const char *value = element_attribute(attributes, marks->attribute);
        if (value && strcmp(value, marks->value) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean begins_like(const char *id, const char *const *table)
{
    for (; id && *table; table++)
        if (g_str_has_prefix(id, *table))
            return TRUE;
    return FALSE;
}

/* "border-top:solid #E1E1E1 1.0pt" in whichever order the three stand. */
static gboolean has_history_border(const char *name, const char *style)
{
    if (!*style || name[0] == 't')
        return FALSE; /* tables have such lines for themselves */
    const char *border = strstr(style, "border-top:");
    if (contains_any(style, history_styles))
        return TRUE;
    if (!border)
        return FALSE;
    g_autofree char *value = g_strndup(border, strcspn(border, ";"));
    return strstr(value, "solid") && (strstr(value, "#e1e1e1") || strstr(value, "#b5c4df"));
}

/* Webmail writes an indented paragraph as a quotation without a border. */
static gboolean is_indentation(const char *const *attributes, const char *style)
{
    return !element_attribute(attributes, "class") && !element_attribute(attributes, "type") &&
           !element_attribute(attributes, "cite") && strstr(style, "border:none") && strstr(style, "40px");
}

static gboolean is_hidden(const char *name, const char *const *attributes, const char *style)
{
    if (strcmp(name, "body") == 0 || strcmp(name, "html") == 0)
        return FALSE;
    return element_attribute(attributes, "hidden") || hidden_by_style(style);
}

/* Outlook's paragraphs stand without a margin and are spaced by empty ones. */
static gboolean is_close_paragraph(const char *const *attributes, const char *style)
{
    const char *class = element_attribute(attributes, "class");
    return (class && strstr(class, "Mso")) || strstr(style, "margin:0") || strstr(style, "margin-bottom:0");
}

/* "mso-list:l0 level2 lfo1" on the paragraph, "mso-list:Ignore" around the bullet in it. */
static void read_outlook_list(Element *element, const char *style)
{
    const char *list = *style ? strstr(style, "mso-list:") : NULL;
    if (!list)
        return;
    element->is_marker = g_str_has_prefix(list + 9, "ignore");
    const char *level = strstr(list, "level");
    if (level && level[5] >= '1' && level[5] <= '9')
        element->list_level = (guint)(level[5] - '0');
}

Element element_of(const char *name, const char *const *attributes, const char *style)
{
    Element element = {.type = type_of_name(name), .keeps_blanks = BLANKS_SAME};
    if (!attributes || element.type == ELEMENT_SKIPPED)
        return element;
    const char *id = element_attribute(attributes, "id"), *class = element_attribute(attributes, "class");
    if (is_hidden(name, attributes, style))
        return (Element){.type = element.type, .is_concealed = TRUE, .keeps_blanks = BLANKS_SAME};
    read_outlook_list(&element, style);
    const char *blanks = *style ? strstr(style, "white-space:") : NULL;
    if (blanks)
        element.keeps_blanks =
            g_str_has_prefix(blanks + 12, "pre") && !g_str_has_prefix(blanks + 12, "pre-line");
    element.opens_history = is_named(id, history_names) || is_named(class, history_names) ||
                            begins_like(id, history_starts) || has_history_border(name, style) ||
                            has_mark(attributes, history_marks);
    element.announces_quote = class && is_named(class, announcing_names);
    element.is_signature = is_named(class, signature_names) || is_named(id, signature_names) ||
                           has_mark(attributes, signature_marks);
    if (is_named(class, quote_names))
        element.type = ELEMENT_QUOTE;
    else if (element.type == ELEMENT_QUOTE && is_indentation(attributes, style))
        element.type = ELEMENT_BLOCK;
    else if (element.type == ELEMENT_PARAGRAPH && strcmp(name, "p") == 0 &&
             is_close_paragraph(attributes, style))
        element.type = ELEMENT_BLOCK;
    return element;
}
