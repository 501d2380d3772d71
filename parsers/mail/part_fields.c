#include "part_fields.h"

#include "message_note.h"
#include "parameter.h"
#include "part_name.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

/* The last one, as GMime takes the last Content-Type to build its tree. */
static const char *raw_header(GMimeObject *object, const char *name)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    for (int i = g_mime_header_list_get_count(list) - 1; i >= 0; i--) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
            return g_mime_header_get_raw_value(header);
    }
    return NULL;
}

/* What was declared; GMime makes application/octet-stream of what it cannot read. */
static char *part_type(GMimeObject *object, const char *raw)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *major = g_mime_content_type_get_media_type(type);
    const char *minor = g_mime_content_type_get_media_subtype(type);
    g_autofree char *whole = g_strdup_printf("%s/%s", major ? major : "text", minor ? minor : "plain");
    g_autofree char *clean = clean_line(whole, -1, 100);
    g_autofree char *lower = g_ascii_strdown(clean, -1);
    if (raw && strcmp(lower, "application/octet-stream") == 0) {
        g_autofree char *word = header_word(raw);
        if (!word || !strchr(word, '/'))
            return g_strdup("text/plain");
    }
    return g_steal_pointer(&lower);
}

static char *parameter_word(const char *raw, const char *name)
{
    g_autofree char *value = header_parameter(raw, name);
    return value && *value ? g_ascii_strdown(value, -1) : NULL;
}

static gboolean parameter_is(const char *raw, const char *name, const char *value)
{
    g_autofree char *found = header_parameter(raw, name);
    return found && g_ascii_strcasecmp(found, value) == 0;
}

/* What no mail program shows in its place but by a name. */
static gboolean is_file(const MailPart *part)
{
    if (part->disposition && strcmp(part->disposition, "attachment") == 0)
        return !g_str_has_prefix(part->type, "message/") && !g_str_has_prefix(part->type, "multipart/");
    return !g_str_has_prefix(part->type, "text/") && !g_str_has_prefix(part->type, "message/") &&
           !g_str_has_prefix(part->type, "multipart/");
}

static char *part_name(GMimeObject *object, NameFields *fields, const MailPart *part, GPtrArray *findings)
{
    gboolean may_guess = is_file(part);
    if (may_guess) {
        fields->description = raw_header(object, "Content-Description");
        fields->location = raw_header(object, "Content-Location");
        fields->id = raw_header(object, "Content-Id");
    } else if (!(fields->type && strchr(fields->type, '=')) && !fields->disposition) {
        return NULL;
    }
    return part_name_read(fields, may_guess, findings);
}

static char *part_content_id(const char *raw)
{
    if (!raw)
        return NULL;
    g_autofree char *line = clean_line(raw, -1, LIMIT_MESSAGE_ID_BYTES);
    char *from = *line == '<' ? line + 1 : line;
    from[strcspn(from, ">")] = '\0';
    return *from ? g_strdup(from) : NULL;
}

/* RFC 2557 4.2 */
static char *part_location(const char *raw)
{
    g_autofree char *line = raw ? clean_line(raw, -1, LIMIT_NAME_BYTES) : NULL;
    return line && *g_strstrip(line) ? g_steal_pointer(&line) : NULL;
}

void part_fields_read(GMimeObject *object, TreePart *added, GPtrArray *findings)
{
    MailPart *part = &added->part;
    const char *type = raw_header(object, "Content-Type");
    const char *disposition = raw_header(object, "Content-Disposition");
    gboolean is_unknown = FALSE;
    part->type = part_type(object, type);
    if (type && strchr(type, ';')) {
        part->charset = parameter_word(type, "charset");
        part->report_type = parameter_word(type, "report-type");
        part->method = strstr(part->type, "calendar") ? parameter_word(type, "method") : NULL;
        part->is_flowed = parameter_is(type, "format", "flowed");
        part->is_delsp = part->is_flowed && parameter_is(type, "delsp", "yes");
    }
    message_note(part->type, type, findings);
    part->disposition = header_word(disposition);
    NameFields fields = {.type = type, .disposition = disposition};
    part->name = part_name(object, &fields, part, findings);
    part->content_id = part_content_id(raw_header(object, "Content-Id"));
    part->location = part_location(fields.location);
    added->transfer = transfer_parse(raw_header(object, "Content-Transfer-Encoding"), &is_unknown);
    if (is_unknown)
        finding_add(findings, "encoding-unknown", "%s", raw_header(object, "Content-Transfer-Encoding"));
}
