/* What mail programs make of one of our own mails when somebody presses Reply:
 * tests/support/clients/NAME.eml, with the mail that is answered and the words of the answer filled in. Used
 * by unit tests, and by client_reply.c for flow tests. tests/support/clients/README.md says what the
 * templates may hold. */
#pragma once

#include <postern/body.h>

#include <glib.h>
#include <string.h>

typedef enum { PLACE_TOP, PLACE_BOTTOM, PLACE_INLINE } ShapePlace;

typedef struct {
    char *from_name, *from_address, *reply_to, *subject, *message_id, *references, *to;
    char *text, *html; /* decoded; html: inside of <body>, or NULL */
} ShapeNotice;

typedef struct {
    const ShapeNotice *notice;
    const char *words;
    ShapePlace place;
    gboolean html_only;
    const char *split; /* of HTML: what the program puts around words between quotes */
} Shape;

static char *shape_unfold(const char *value)
{
    g_autofree char *one = g_strdup(value);
    g_auto(GStrv) lines = g_strsplit_set(one, "\r\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++)
        if (*lines[i])
            g_string_append_printf(out, "%s%s", out->len ? " " : "", g_strstrip(lines[i]));
    return g_string_free(out, FALSE);
}

/* The value of a field of our own making. */
G_GNUC_UNUSED static char *shape_header(const char *raw, const char *name)
{
    g_autofree char *start = g_strdup_printf("\n%s: ", name);
    g_autofree char *below = g_strconcat("\n", raw, NULL);
    const char *body = strstr(below, "\r\n\r\n");
    const char *found = strstr(below, start);
    if (!found || found > body)
        return g_strdup("");
    found += strlen(start);
    const char *end = found;
    do {
        end += strcspn(end, "\n") + 1;
    } while (*end == ' ' || *end == '\t');
    g_autofree char *value = g_strndup(found, (gsize)(end - found));
    return shape_unfold(value);
}

static char *shape_unquote(const char *text, gsize length)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < length; i++) {
        if (text[i] != '=') {
            g_string_append_c(out, text[i]);
        } else if (text[i + 1] == '\r') {
            i += 2;
        } else {
            g_string_append_c(
                out, (char)(g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2])));
            i += 2;
        }
    }
    return g_string_free(out, FALSE);
}

/* The first part of that type; NULL when there is none. */
static char *shape_part(const char *raw, const char *type)
{
    g_autofree char *start = g_strdup_printf("Content-Type: %s;", type);
    const char *found = strstr(raw, start), *body = found ? strstr(found, "\r\n\r\n") : NULL;
    if (!body)
        return NULL;
    const char *end = strstr(body, "\r\n--=_");
    gsize length = end ? (gsize)(end - body) : strlen(body);
    g_autofree char *head = g_strndup(found, (gsize)(body - found));
    g_autofree char *text = strstr(head, "quoted-printable")
                                ? shape_unquote(body + 4, length > 4 ? length - 4 : 0)
                                : g_strndup(body + 4, length > 4 ? length - 4 : 0);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    return g_strjoinv("\n", lines);
}

/* What programs quote of a mail that has no HTML. */
static char *shape_html_of_text(const char *text)
{
    g_autofree char *safe = g_markup_escape_text(text, -1);
    g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);
    g_autofree char *joined = g_strjoinv("<br>\n", lines);
    return g_strdup_printf("<div>%s</div>\n", joined);
}

static void shape_notice_read(const char *raw, ShapeNotice *out)
{
    g_autofree char *from = shape_header(raw, "From");
    char *bracket = strrchr(from, '<');
    out->from_address = bracket ? g_strndup(bracket + 1, strcspn(bracket + 1, ">")) : g_strdup(from);
    if (bracket)
        *bracket = '\0';
    g_auto(GStrv) bare = g_strsplit(from, "\"", -1);
    g_autofree char *joined = g_strjoinv("", bare);
    out->from_name = g_strdup(g_strstrip(joined));
    out->reply_to = shape_header(raw, "Reply-To");
    if (!*out->reply_to) {
        g_free(out->reply_to);
        out->reply_to = g_strdup(out->from_address);
    }
    out->to = shape_header(raw, "To");
    out->subject = shape_header(raw, "Subject");
    out->message_id = shape_header(raw, "Message-ID");
    out->references = shape_header(raw, "References");
    out->text = shape_part(raw, "text/plain");
    g_autofree char *page = shape_part(raw, "text/html");
    if (!page) {
        out->html = shape_html_of_text(out->text ? out->text : "");
        return;
    }
    const char *open = strstr(page, "<body");
    const char *start = open ? strchr(open, '>') + 1 : NULL;
    const char *end = start ? strstr(start, "</body>") : NULL;
    out->html = end ? g_strndup(start, (gsize)(end - start)) : g_strdup(page);
}

static void shape_notice_clear(ShapeNotice *notice)
{
    char *texts[] = {notice->from_name, notice->from_address, notice->reply_to,
                     notice->subject,   notice->message_id,   notice->references,
                     notice->to,        notice->text,         notice->html};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ShapeNotice, shape_notice_clear)

static char *shape_escape(const char *text)
{
    return g_markup_escape_text(text, -1);
}

/* Words as a program's editor writes them. */
static char *shape_words(const char *words, const char *form)
{
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *safe = shape_escape(lines[i]);
        if (strcmp(form, "div") == 0)
            g_string_append_printf(out, "<div>%s</div>", *safe ? safe : "<br>");
        else if (strcmp(form, "p") == 0 && *safe)
            g_string_append_printf(out, "<p>%s</p>", safe);
        else if (strcmp(form, "mso") == 0)
            g_string_append_printf(out, "<p class=MsoNormal>%s<o:p></o:p></p>\n", *safe ? safe : "&nbsp;");
        else if (strcmp(form, "br") == 0)
            g_string_append_printf(out, "%s%s", i ? "<br>\n" : "", safe);
        else if (!*form)
            g_string_append_printf(out, "%s%s", i ? "\n" : "", lines[i]);
    }
    return g_string_free(out, FALSE);
}

/* Breaks where a word would go over the column. */
static char *shape_wrap(const char *line, gsize columns)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    GString *out = g_string_new(NULL);
    gsize used = 0;
    for (guint i = 0; words[i]; i++) {
        gsize length = (gsize)g_utf8_strlen(words[i], -1);
        if (i > 0 && used + 1 + length > columns) {
            g_string_append_c(out, '\n');
            used = 0;
        } else if (i > 0) {
            g_string_append_c(out, ' ');
            used++;
        }
        g_string_append(out, words[i]);
        used += length;
    }
    return g_string_free(out, FALSE);
}

/* The line in the middle of what the customer wrote: there words go between. */
static gsize shape_middle(char **lines)
{
    gsize count = g_strv_length(lines);
    for (gsize i = 0; i < count; i++)
        if (strstr(lines[i], "SPLIT HERE"))
            return i + 1;
    return count;
}

/* form: "> ", "| ", ">", "" … ; options: wrapNN (with the mark on each line), loose (without), html */
static char *shape_quote(const Shape *shape, const char *mark, gsize columns, gboolean is_loose,
                         gboolean from_html)
{
    gssize start;
    g_autofree char *of_html =
        from_html && shape->notice->html
            ? body_html_to_text(shape->notice->html, strlen(shape->notice->html), &start, NULL)
            : NULL;
    g_auto(GStrv) lines = g_strsplit(of_html ? of_html : shape->notice->text, "\n", -1);
    gsize middle = shape_middle(lines);
    GString *out = g_string_new(NULL);
    g_autofree char *bare_mark = g_strchomp(g_strdup(mark));
    for (gsize i = 0; lines[i]; i++) {
        g_autofree char *wrapped = columns ? shape_wrap(lines[i], columns) : g_strdup(lines[i]);
        g_auto(GStrv) pieces = g_strsplit(wrapped, "\n", -1);
        for (guint j = 0; pieces[j]; j++)
            g_string_append_printf(out, "%s%s\n",
                                   j > 0 && is_loose ? ""
                                   : *pieces[j]      ? mark
                                                     : bare_mark,
                                   pieces[j]);
        if (!*wrapped)
            g_string_append_printf(out, "%s\n", bare_mark);
        if (shape->place == PLACE_INLINE && i + 1 == middle)
            g_string_append_printf(out, "\n%s\n\n", shape->words);
    }
    return g_string_free(out, FALSE);
}

/* Outlook keeps no more of a page than paragraphs. */
static char *shape_mso(const char *html)
{
    GString *out = g_string_new(NULL);
    for (const char *at = html; *at;) {
        if (g_str_has_prefix(at, "<div") || g_str_has_prefix(at, "</div"))
            at = strchr(at, '>') + 1;
        else if (g_str_has_prefix(at, "<p ")) {
            g_string_append(out, "<p class=MsoNormal style='margin:0cm'>");
            at = strchr(at, '>') + 1;
        } else
            g_string_append_c(out, *at++);
    }
    return g_string_free(out, FALSE);
}

static char *shape_quote_html(const Shape *shape, const char *form)
{
    g_autofree char *page =
        strcmp(form, "mso") == 0 ? shape_mso(shape->notice->html) : g_strdup(shape->notice->html);
    char *here = strstr(page, "SPLIT HERE");
    if (shape->place != PLACE_INLINE || !here)
        return g_steal_pointer(&page);
    char *end = here + strcspn(here, "\n");
    g_autofree char *above = g_strndup(page, (gsize)(end - page));
    return g_strdup_printf("%s</pre></div>%s<div><pre>%s", above, shape->split, end);
}

static gsize shape_columns(const char *option)
{
    const char *found = strstr(option, "wrap");
    return found ? (gsize)g_ascii_strtoull(found + 4, NULL, 10) : 0;
}

static const char *shape_mark(const char *option)
{
    return strstr(option, "bare") ? "" : strstr(option, "bar") ? "| " : strstr(option, "tight") ? ">" : "> ";
}

/* What stands for @NAME:OPTION@; NULL when there is no such name. */
static char *shape_value(const Shape *shape, const char *name, const char *option)
{
    const ShapeNotice *notice = shape->notice;
    const struct {
        const char *name, *value;
    } fields[] = {
        {"NAME", notice->from_name},  {"ADDRESS", notice->from_address}, {"REPLY_TO", notice->reply_to},
        {"SUBJECT", notice->subject}, {"ID", notice->message_id},        {"REFERENCES", notice->references},
        {"FROM", notice->to}};
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (strcmp(name, fields[i].name) == 0)
            return strcmp(option, "html") == 0 ? shape_escape(fields[i].value) : g_strdup(fields[i].value);
    if (strcmp(name, "WORDS") == 0)
        return shape_words(shape->place == PLACE_TOP ? shape->words : "", option);
    if (strcmp(name, "BELOW") == 0)
        return shape_words(shape->place == PLACE_BOTTOM ? shape->words : "", option);
    if (strcmp(name, "BETWEEN") == 0)
        return shape_words(shape->words, option);
    if (strcmp(name, "QUOTE") == 0)
        return shape_quote(shape, shape_mark(option), shape_columns(option), strstr(option, "loose") != NULL,
                           strstr(option, "html") != NULL);
    return strcmp(name, "QUOTE_HTML") == 0 ? shape_quote_html(shape, option) : NULL;
}

static char *shape_expand(const Shape *shape, const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text) {
        const char *end = *text == '@' ? strchr(text + 1, '@') : NULL;
        gsize known = end ? strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") : 0;
        g_autofree char *name = known ? g_strndup(text + 1, known) : NULL;
        g_autofree char *option = known && text[1 + known] == ':'
                                      ? g_strndup(text + known + 2, (gsize)(end - text) - known - 2)
                                      : g_strdup("");
        g_autofree char *value = name ? shape_value(shape, name, option) : NULL;
        if (value)
            g_string_append(out, value);
        else
            g_string_append_c(out, *text);
        text = value ? end + 1 : text + 1;
    }
    return g_string_free(out, FALSE);
}

/* A line "# NAME: value" of the template's head; NULL when there is none. */
static char *shape_setting(const char *shape_file, const char *name)
{
    g_autofree char *start = g_strdup_printf("# %s: ", name);
    for (const char *at = shape_file; *at == '#'; at += strcspn(at, "\n") + 1)
        if (g_str_has_prefix(at, start))
            return g_strndup(at + strlen(start), strcspn(at, "\n") - strlen(start));
    return NULL;
}

static gboolean shape_has_place(const char *shape_file, ShapePlace place)
{
    static const char *const names[] = {"top", "bottom", "inline"};
    g_autofree char *places = shape_setting(shape_file, "places");
    return strstr(places ? places : "top", names[place]) != NULL;
}

/* Without the plain form: some programs and servers send HTML alone. */
static char *shape_html_only(const char *mail)
{
    const char *head = strstr(mail, "\nContent-Type: multipart/alternative");
    const char *html = strstr(mail, "\nContent-Type: text/html");
    const char *end = html ? strstr(html, "\n--b--") : NULL;
    if (!head || !end)
        return NULL;
    return g_strdup_printf("%.*s%.*s\n", (int)(head - mail), mail, (int)(end - html), html);
}

/* NULL when the program writes no such mail. The caller frees. */
G_GNUC_UNUSED static char *shape_fill(const char *shape_file, const ShapeNotice *notice, const char *words,
                                      ShapePlace place, gboolean html_only)
{
    if (!shape_has_place(shape_file, place))
        return NULL;
    g_autofree char *setting = shape_setting(shape_file, "split");
    Shape shape = {.notice = notice, .words = words, .place = place, .html_only = html_only};
    g_autofree char *split = shape_expand(&shape, setting ? setting : "");
    shape.split = split;
    const char *mail = shape_file;
    while (*mail == '#')
        mail += strcspn(mail, "\n") + 1;
    g_autofree char *whole = shape_expand(&shape, mail);
    return html_only ? shape_html_only(whole) : g_steal_pointer(&whole);
}
