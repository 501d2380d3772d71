#include "tnef_private.h"

#include <string.h>

/* MS-OXPROPS; what is named by a number stands in PSETID_Appointment. */
enum {
    PR_MESSAGE_CLASS = 0x001a,
    PR_SUBJECT = 0x0037,
    PR_CLIENT_SUBMIT_TIME = 0x0039,
    PR_START_DATE = 0x0060,
    PR_END_DATE = 0x0061,
    PR_SENDER_NAME = 0x0c1a,
    PR_SENDER_EMAIL = 0x0c1f,
    PR_BODY = 0x1000,
    PR_RTF_COMPRESSED = 0x1009,
    PR_BODY_HTML = 0x1013,
    PR_DISPLAY_NAME = 0x3001,
    PR_ATTACH_DATA = 0x3701,
    PR_ATTACH_FILENAME = 0x3704,
    PR_ATTACH_LONG_FILENAME = 0x3707,
    PR_ATTACH_MIME_TAG = 0x370e,
    PR_ATTACH_CONTENT_ID = 0x3712,
    PR_INTERNET_CPID = 0x3fde,
    PR_SENDER_SMTP = 0x5d01,
    LID_LOCATION = 0x8208,
    LID_START = 0x820d,
    LID_END = 0x820e,
};

#define IID_BYTES 16u

static void set_text(char **to, const MapiProperty *property, const char *charset)
{
    g_autofree char *text = mapi_text(property, charset);
    if (!*text)
        return;
    g_free(*to);
    *to = g_steal_pointer(&text);
}

static void set_html(Tnef *tnef, const MapiProperty *property)
{
    Octets html = property->value;
    if (property->type != MAPI_UNICODE) {
        while (html.left > 0 && html.at[html.left - 1] == 0) /* the end of a string is no part of it */
            html.left--;
        tnef->html = html;
        return;
    }
    html.left &= ~(gsize)1;
    while (html.left >= 2 && html.at[html.left - 1] == 0 && html.at[html.left - 2] == 0)
        html.left -= 2;
    tnef->html = html;
    g_free(tnef->html_charset);
    tnef->html_charset = g_strdup("utf-16le");
}

static void set_page(Tnef *tnef, const MapiProperty *property)
{
    guint32 page = mapi_number(property);
    if (!page || tnef->html_charset)
        return;
    tnef->html_charset = code_page_charset(page);
}

static void take_appointment(Tnef *tnef, const MapiProperty *property)
{
    if (!property->is_appointment)
        return;
    if (property->id == LID_LOCATION)
        set_text(&tnef->location, property, tnef->charset);
    else if (property->id == LID_START)
        tnef->starts_us = mapi_time(property);
    else if (property->id == LID_END)
        tnef->ends_us = mapi_time(property);
}

static void take_property(Tnef *tnef, const MapiProperty *property)
{
    switch (property->id) {
    case PR_MESSAGE_CLASS:
        set_text(&tnef->message_class, property, tnef->charset);
        break;
    case PR_SUBJECT:
        set_text(&tnef->subject, property, tnef->charset);
        break;
    case PR_BODY:
        set_text(&tnef->plain, property, tnef->charset);
        break;
    case PR_BODY_HTML:
        set_html(tnef, property);
        break;
    case PR_SENDER_NAME:
        set_text(&tnef->sender, property, tnef->charset);
        break;
    case PR_SENDER_EMAIL: /* perhaps of Exchange's own kind */
        if (!tnef->sender_address)
            set_text(&tnef->sender_address, property, tnef->charset);
        break;
    case PR_SENDER_SMTP:
        set_text(&tnef->sender_address, property, tnef->charset);
        break;
    case PR_CLIENT_SUBMIT_TIME:
        tnef->sent_us = mapi_time(property);
        break;
    case PR_RTF_COMPRESSED:
        tnef->rtf = property->value;
        break;
    case PR_INTERNET_CPID:
        set_page(tnef, property);
        break;
    case PR_START_DATE:
        tnef->starts_us = tnef->starts_us ? tnef->starts_us : mapi_time(property);
        break;
    case PR_END_DATE:
        tnef->ends_us = tnef->ends_us ? tnef->ends_us : mapi_time(property);
        break;
    default:
        break;
    }
}

void tnef_take_properties(TnefReader *reader, Octets list)
{
    guint32 count = 0;
    gboolean is_broken = !octets_u32(&list, &count);
    MapiProperty property;
    while (mapi_next(&list, &count, &property, &is_broken)) {
        if (property.is_named)
            take_appointment(reader->tnef, &property);
        else
            take_property(reader->tnef, &property);
    }
    if (is_broken)
        tnef_note_broken(reader->tnef, "the properties of the message are damaged");
}

/* An object begins with the number of its interface. */
static void set_data(TnefFile *file, const MapiProperty *property)
{
    Octets data = property->value;
    if (property->type == MAPI_OBJECT && !octets_skip(&data, MIN(IID_BYTES, data.left)))
        return;
    if (data.left == 0)
        return;
    file->data = data;
    if (property->type != MAPI_OBJECT)
        return;
    file->kind = tnef_is(data.at, data.left) ? TNEF_MESSAGE : TNEF_OBJECT;
}

static void take_file_property(TnefReader *reader, TnefFile *file, const MapiProperty *property)
{
    const char *charset = reader->tnef->charset;
    switch (property->id) {
    case PR_ATTACH_LONG_FILENAME:
        set_text(&file->name, property, charset);
        reader->has_long_name = file->name != NULL;
        break;
    case PR_ATTACH_FILENAME:
    case PR_DISPLAY_NAME:
        if (!file->name)
            set_text(&file->name, property, charset);
        break;
    case PR_ATTACH_MIME_TAG:
        set_text(&file->type, property, charset);
        break;
    case PR_ATTACH_CONTENT_ID:
        set_text(&file->content_id, property, charset);
        break;
    case PR_ATTACH_DATA:
        set_data(file, property);
        break;
    default:
        break;
    }
}

void tnef_take_file_properties(TnefReader *reader, TnefFile *file, Octets list)
{
    guint32 count = 0;
    gboolean is_broken = !octets_u32(&list, &count);
    MapiProperty property;
    while (mapi_next(&list, &count, &property, &is_broken))
        if (!property.is_named)
            take_file_property(reader, file, &property);
    if (is_broken)
        tnef_note_broken(reader->tnef, "the properties of a file are damaged");
}
