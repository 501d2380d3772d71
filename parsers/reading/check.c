#include "check.h"

#include <postern/base/limits.h>

#include <string.h>

#define SHA256_HEX 64
#define ECHO_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-_"
#define ATTACHMENT_PREFIX "attachment:"
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

static gboolean is_span(const char *text, gsize text_bytes, const Field *field)
{
    return field->start <= field->end && field->end <= text_bytes && begins_character(text[field->start]) &&
           begins_character(text[field->end]);
}

/* The text of an attachment does not travel: its offsets are bounded by the shape alone. */
static gboolean is_attachment_place(const Reading *reading, const Field *field)
{
    return g_str_has_prefix(field->where, ATTACHMENT_PREFIX) &&
           has_attachment(reading, field->where + strlen(ATTACHMENT_PREFIX)) && field->start <= field->end;
}

/* What may be shown to whoever wrote has a closed grammar: no room for words or a link. */
static gboolean is_echo(const Field *field)
{
    gsize length = strlen(field->value);
    return !field->is_secret && length <= LIMIT_NAME_BYTES && strspn(field->value, ECHO_CHARACTERS) == length;
}

static const char *field_fault(const Reading *reading)
{
    const struct {
        const char *where, *text;
        gsize bytes;
    } places[] = {
        {"subject", reading->subject, strlen(reading->subject)},
        {"reply", reading->reply, strlen(reading->reply)},
        {"text", reading->text, strlen(reading->text)},
    };
    for (guint i = 0; i < reading->fields->len; i++) {
        const Field *field = reading->fields->pdata[i];
        guint place = 0;
        while (place < G_N_ELEMENTS(places) && strcmp(places[place].where, field->where) != 0)
            place++;
        gboolean is_inside = place < G_N_ELEMENTS(places)
                                 ? is_span(places[place].text, places[place].bytes, field)
                                 : is_attachment_place(reading, field);
        if (!is_inside)
            return "where";
        if (field->may_echo && !is_echo(field))
            return "may_echo";
    }
    return NULL;
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
    const char *fault = attachment_fault(reading);
    return fault ? fault : field_fault(reading);
}
