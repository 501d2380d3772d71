#include "check.h"

#include <postern/base/limits.h>

#include <string.h>

#define SHA256_HEX 64
#define ECHO_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-_"
#define ATTACHMENT_PREFIX "attachment:"
#define NAME_PREFIX "attachment-name:"
/* Years 1 to 9999: what RFC 3339 can say. */
#define DATE_FIRST_US (G_GINT64_CONSTANT(-62135596800) * G_USEC_PER_SEC)
#define DATE_LAST_US (G_GINT64_CONSTANT(253402300800) * G_USEC_PER_SEC - 1)

static gboolean is_date(gint64 time_us)
{
    return time_us == DATE_UNKNOWN || (time_us >= DATE_FIRST_US && time_us <= DATE_LAST_US);
}

static gboolean is_sha256(const char *text)
{
    return strlen(text) == SHA256_HEX && strspn(text, "0123456789abcdef") == SHA256_HEX;
}

static gboolean is_file_name(const char *name)
{
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static const char *attachment_fault(const Reading *reading)
{
    for (guint i = 0; i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        if (!is_file_name(attachment->name))
            return "name";
        if (!is_sha256(attachment->sha256))
            return "sha256";
    }
    return NULL;
}

static gboolean has_attachment(const Reading *reading, const char *name)
{
    for (guint i = 0; i < reading->attachments->len; i++)
        if (strcmp(((const Attachment *)reading->attachments->pdata[i])->name, name) == 0)
            return TRUE;
    return FALSE;
}

static gboolean begins_character(char c)
{
    return ((guchar)c & 0xc0) != 0x80;
}

static gboolean is_span(const char *text, gsize text_bytes, gsize start, gsize end)
{
    return start <= end && end <= text_bytes && begins_character(text[start]) && begins_character(text[end]);
}

/* A part of the mail that travels with the Reading; NULL when `where` names none. */
static const char *text_of(const Reading *reading, const char *where)
{
    const struct {
        const char *where, *text;
    } places[] = {
        {"subject", reading->subject},
        {"reply", reading->reply},
        {"text", reading->text},
        {"quoted", reading->quoted},
    };
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (strcmp(places[i].where, where) == 0)
            return places[i].text;
    if (strcmp(where, "from-domain") == 0) {
        const char *at = reading->from ? strrchr(reading->from->address, '@') : NULL;
        return at ? at + 1 : NULL;
    }
    if (g_str_has_prefix(where, NAME_PREFIX) && has_attachment(reading, where + strlen(NAME_PREFIX)))
        return where + strlen(NAME_PREFIX);
    return NULL;
}

/* The text of an attachment does not travel: its offsets are bounded by the shape alone. */
static gboolean is_place(const Reading *reading, const char *where, gsize start, gsize end)
{
    if (g_str_has_prefix(where, ATTACHMENT_PREFIX))
        return has_attachment(reading, where + strlen(ATTACHMENT_PREFIX)) && start <= end;
    const char *text = text_of(reading, where);
    return text && is_span(text, strlen(text), start, end);
}

/* What may be shown to whoever wrote has a closed grammar: no room for words or a link. */
static gboolean is_echo(const Field *field)
{
    gsize length = strlen(field->value);
    return !field->is_secret && length <= LIMIT_NAME_BYTES && strspn(field->value, ECHO_CHARACTERS) == length;
}

static const char *field_fault(const Reading *reading, const GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        if (!is_place(reading, field->where, field->start, field->end))
            return "where";
        if (field->may_echo && !is_echo(field))
            return "may_echo";
    }
    return NULL;
}

static const char *candidate_fault(const Reading *reading)
{
    for (guint i = 0; i < reading->candidates->len; i++) {
        const Candidate *candidate = reading->candidates->pdata[i];
        if (!is_place(reading, candidate->where, candidate->start, candidate->end))
            return "candidates";
    }
    return NULL;
}

static gboolean are_spans(const Reading *reading)
{
    gsize length = strlen(reading->text), at = 0;
    for (guint i = 0; i < reading->spans->len; i++) {
        const TextSpan *span = reading->spans->pdata[i];
        if (span->start < at || !is_span(reading->text, length, span->start, span->end))
            return FALSE;
        at = span->end;
    }
    return TRUE;
}

static const char *forwarded_fault(const Forwarded *forwarded)
{
    if (!forwarded)
        return NULL;
    if (!forwarded->from || !forwarded->from->address[0])
        return "from";
    return is_date(forwarded->date_us) ? NULL : "date_us";
}

const char *reading_fault(const Reading *reading)
{
    if (!is_date(reading->date_us))
        return "date_us";
    if (forwarded_fault(reading->forwarded))
        return "forwarded";
    if (!are_spans(reading))
        return "spans";
    const char *fault = attachment_fault(reading);
    const GPtrArray *lists[] = {reading->fields, reading->losers, reading->other_fields};
    for (guint i = 0; i < G_N_ELEMENTS(lists) && !fault; i++)
        fault = field_fault(reading, lists[i]);
    for (guint i = 0; i < reading->losers->len && !fault; i++)
        fault = ((const Field *)reading->losers->pdata[i])->lost_to ? NULL : "lost_to";
    return fault ? fault : candidate_fault(reading);
}
