#include "scan.h"

#include "boundary_watch.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <string.h>

typedef struct {
    Scan *scan;
    GString *name, *value; /* the field that is being collected; name is empty when there is none */
    guint field_count;
    guint junk_count;
    gboolean has_content;
} HeaderScan;

static gboolean refuse(GError **error, const char *what, guint64 limit)
{
    g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "not read: %s (limit %" G_GUINT64_FORMAT ")", what, limit);
    return FALSE;
}

static gsize without_cr(const Line *line)
{
    return line->length > 0 && line->text[line->length - 1] == '\r' ? line->length - 1 : line->length;
}

/* Length of the field name that a header line begins with, or 0. */
static gsize field_name_length(const Line *line, gsize *out_value)
{
    gsize at = 0;
    while (at < line->length && line->text[at] > 32 && line->text[at] < 127 && line->text[at] != ':')
        at++;
    gsize name = at;
    while (at < line->length && (line->text[at] == ' ' || line->text[at] == '\t'))
        at++;
    if (name == 0 || at >= line->length || line->text[at] != ':')
        return 0;
    *out_value = at + 1;
    return name;
}

static void field_end(HeaderScan *header)
{
    if (header->name->len == 0)
        return;
    headers_add(header->scan->headers, header->name->str, header->value->str);
    g_string_truncate(header->name, 0);
    g_string_truncate(header->value, 0);
}

/* A NUL would end the value for everybody who reads it as a string: it stays a control character. */
static void value_append(GString *value, const char *text, gsize length)
{
    gsize from = value->len;
    g_string_append_len(value, text, (gssize)length);
    for (char *nul = value->str + from; (nul = memchr(nul, 0, (gsize)(value->str + value->len - nul)));)
        *nul = '\1';
}

/* Most of a header says nothing of the tree, and GMime decodes each field that it is given. Of fields that
 * are repeated the first counts; GMime takes the last. */
static void note_content_field(HeaderScan *header, const Line *line)
{
    static const char prefix[] = "Content-";
    Scan *scan = header->scan;
    gboolean is_content = g_ascii_strncasecmp(header->name->str, prefix, strlen(prefix)) == 0;
    if (!header->has_content)
        scan->tree_begin = line->offset;
    if (is_content && headers_count(scan->headers, header->name->str) > 0) {
        if (!scan->repeated)
            scan->repeated = g_array_new(FALSE, FALSE, sizeof(guint64));
        g_array_append_val(scan->repeated, line->offset);
    }
    header->has_content |= is_content;
}

static void field_begin(HeaderScan *header, const Line *line)
{
    gsize value = 0, name = field_name_length(line, &value);
    field_end(header);
    if (name == 0) {
        header->junk_count++;
        return;
    }
    gsize end = without_cr(line);
    while (value < end && (line->text[value] == ' ' || line->text[value] == '\t'))
        value++;
    g_string_append_len(header->name, line->text, (gssize)name);
    note_content_field(header, line);
    if (value < end)
        value_append(header->value, line->text + value, end - value);
}

static gboolean header_line(HeaderScan *header, const Line *line, GError **error)
{
    if (line->length > LIMIT_HEADER_LINE_BYTES)
        return refuse(error, "a header line is too long", LIMIT_HEADER_LINE_BYTES);
    if (line->offset + line->full_length - header->scan->header_begin > LIMIT_HEADER_BYTES)
        return refuse(error, "the header is too long", LIMIT_HEADER_BYTES);
    if (line->text[0] != ' ' && line->text[0] != '\t') {
        field_begin(header, line);
        return ++header->field_count <= LIMIT_HEADER_FIELDS ||
               refuse(error, "too many header fields", LIMIT_HEADER_FIELDS);
    }
    if (header->name->len > 0) {
        g_string_append(header->value, "\r\n");
        value_append(header->value, line->text, without_cr(line));
    }
    return TRUE;
}

/* The envelope line of an mbox. */
static gboolean is_envelope_line(const Line *line)
{
    return (line->length > 5 && memcmp(line->text, "From ", 5) == 0) ||
           (line->length > 6 && memcmp(line->text, ">From ", 6) == 0);
}

/* A field that a header behind broken lines is known by: a text that has a colon somewhere is none. */
static gboolean is_usual_field(const Line *line, gsize name_length)
{
    static const char *const names[] = {"From",         "To",          "Subject",      "Date",
                                        "Received",     "Return-Path", "Delivered-To", "Message-ID",
                                        "MIME-Version", "Content-Type"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i]) == name_length && g_ascii_strncasecmp(line->text, names[i], name_length) == 0)
            return TRUE;
    return FALSE;
}

/* Looks for the first header line, past blank lines, an envelope line and a few broken ones. */
static gboolean find_header(const Source *source, Scan *scan, GPtrArray *findings)
{
    enum { LOOK_LINES = 20 };
    g_auto(LineReader) lines = {0};
    Line line;
    guint skipped = 0;
    lines_init(&lines, source, 0, source->size);
    for (guint i = 0; i < LOOK_LINES && lines_next(&lines, &line); i++) {
        gsize value, name = field_name_length(&line, &value);
        if (name > 0 && (skipped == 0 || is_usual_field(&line, name))) {
            scan->header_begin = line.offset;
            if (skipped > 0)
                finding_add(findings, "header-broken", "%u lines before the header are none", skipped);
            return TRUE;
        }
        if (without_cr(&line) == 0 && skipped > 0)
            return FALSE;
        if (without_cr(&line) > 0 && !is_envelope_line(&line))
            skipped++;
    }
    return FALSE;
}

static gboolean scan_header(const Source *source, Scan *scan, LineReader *lines, BoundaryWatch *watch,
                            GPtrArray *findings, GError **error)
{
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(GString) value = g_string_new(NULL);
    HeaderScan header = {.scan = scan, .name = name, .value = value};
    Line line;
    scan->body_begin = source->size;
    scan->tree_begin = scan->header_begin;
    while (lines_next(lines, &line)) {
        if (without_cr(&line) == 0) {
            scan->body_begin = lines->next;
            watch->in_header = watch->encloses;
            watch->encloses = FALSE;
            break;
        }
        boundary_watch_header_line(watch, &line);
        if (!header_line(&header, &line, error))
            return FALSE;
    }
    if (header.junk_count > 0)
        finding_add(findings, "header-broken", "%u header lines are none", header.junk_count);
    field_end(&header);
    return TRUE;
}

/* What costs too much stays unread from there on. */
static void scan_body(Scan *scan, LineReader *lines, BoundaryWatch *watch, GPtrArray *findings)
{
    g_autoptr(GError) error = NULL;
    Line line;
    while (!error && lines_next(lines, &line)) {
        if (boundary_watch_body_line(watch, &line, &error))
            continue;
        finding_add(findings, "rest-unread", "%s", error->message);
        scan->end = line.offset;
    }
    if (!scan->repeated)
        scan->repeated = g_steal_pointer(&watch->repeated);
    else if (watch->repeated)
        g_array_append_vals(scan->repeated, watch->repeated->data, watch->repeated->len);
}

gboolean scan_mail(const Source *source, Scan *out, GPtrArray *findings, GError **error)
{
    Scan scan = {.headers = headers_new(), .end = source->size};
    g_auto(LineReader) lines = {0};
    g_auto(BoundaryWatch) watch;
    boundary_watch_init(&watch);
    scan.has_header = find_header(source, &scan, findings);
    lines_init(&lines, source, scan.header_begin, source->size);
    gboolean fine = !scan.has_header || scan_header(source, &scan, &lines, &watch, findings, error);
    if (!scan.has_header)
        finding_add(findings, "no-header", "the mail has no header");
    if (!fine) {
        scan_clear(&scan);
        return FALSE;
    }
    if (scan.has_header)
        scan_body(&scan, &lines, &watch, findings);
    *out = scan;
    return TRUE;
}

void scan_clear(Scan *scan)
{
    g_clear_pointer(&scan->headers, headers_free);
    g_clear_pointer(&scan->repeated, g_array_unref);
}
