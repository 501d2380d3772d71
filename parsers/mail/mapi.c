#include "mapi.h"

#include <postern/mail.h>

#include <string.h>

#define SEVERAL_VALUES 0x1000u /* flag of a type (MS-OXCDATA 2.11.1) */
/* FILETIME counts tenths of microseconds from 1601. */
#define FILETIME_1970 116444736000000000ull

/* PSETID_Appointment {00062002-0000-0000-C000-000000000046}. */
static const guint8 appointment_set[16] = {0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46};

/* Octets of one value as they stand in the list; 0: it has a length of its own; -1: unknown. */
static int fixed_size(guint16 type)
{
    switch (type) {
    case 0x00: /* unspecified */
    case 0x01: /* null */
    case 0x02: /* 16 bits, filled up to four octets */
    case 0x03:
    case 0x04:
    case 0x0a:
    case 0x0b:
        return 4;
    case 0x05:
    case 0x06:
    case 0x07:
    case 0x14:
    case 0x40:
        return 8;
    case 0x48:
        return 16;
    case MAPI_OBJECT:
    case MAPI_STRING8:
    case MAPI_UNICODE:
    case MAPI_BINARY:
        return 0;
    default:
        return -1;
    }
}

/* A length, so many octets, and some that fill up to a multiple of four. The last may lack these. */
static gboolean take_padded(Octets *list, Octets *out)
{
    guint32 length;
    if (!octets_u32(list, &length) || !octets_part(list, length, out))
        return FALSE;
    octets_skip(list, MIN((gsize)(-length & 3), list->left));
    return TRUE;
}

static gboolean take_name(Octets *list, MapiProperty *out)
{
    const guint8 *set;
    guint32 kind, number;
    Octets name;
    if (!octets_take(list, 16, &set) || !octets_u32(list, &kind))
        return FALSE;
    if (kind != 0) {
        out->id = 0;
        return take_padded(list, &name);
    }
    if (!octets_u32(list, &number))
        return FALSE;
    out->is_named = TRUE;
    out->is_appointment = memcmp(set, appointment_set, sizeof appointment_set) == 0;
    out->id = number <= 0xffff ? (guint16)number : 0;
    return TRUE;
}

static gboolean take_values(Octets *list, gboolean is_several, MapiProperty *out)
{
    int size = fixed_size(out->type);
    guint32 count = 1;
    if (size < 0 || ((size == 0 || is_several) && !octets_u32(list, &count)))
        return FALSE;
    /* Numbers of 16 bits stand close together when there are several. */
    gsize each = is_several && (out->type == 0x02 || out->type == 0x0b) ? 2 : (gsize)size;
    for (guint32 i = 0; i < count; i++) {
        Octets value;
        if (size == 0 ? !take_padded(list, &value) : !octets_part(list, each, &value))
            return FALSE;
        if (i == 0)
            out->value = value;
    }
    if (each == 2)
        octets_skip(list, MIN((gsize)((count & 1) * 2), list->left));
    return TRUE;
}

gboolean mapi_next(Octets *list, guint32 *count, MapiProperty *out, gboolean *out_broken)
{
    guint16 type, id;
    *out = (MapiProperty){0};
    if (*count == 0)
        return FALSE;
    *count -= 1;
    if (!octets_u16(list, &type) || !octets_u16(list, &id)) {
        *out_broken = TRUE;
        return FALSE;
    }
    out->type = type & (guint16)~SEVERAL_VALUES;
    out->id = id;
    if ((id < 0x8000 || take_name(list, out)) && take_values(list, (type & SEVERAL_VALUES) != 0, out))
        return TRUE;
    *out_broken = TRUE;
    return FALSE;
}

guint32 mapi_number(const MapiProperty *property)
{
    Octets value = property->value;
    guint32 wide = 0;
    guint16 narrow = 0;
    if (property->type == MAPI_INT32)
        octets_u32(&value, &wide);
    else if (property->type == MAPI_INT16 && octets_u16(&value, &narrow))
        wide = narrow;
    return wide;
}

gint64 mapi_time(const MapiProperty *property)
{
    Octets value = property->value;
    guint32 low, high;
    if (property->type != MAPI_TIME || !octets_u32(&value, &low) || !octets_u32(&value, &high))
        return 0;
    guint64 ticks = (guint64)high << 32 | low;
    return ticks > FILETIME_1970 ? (gint64)((ticks - FILETIME_1970) / 10) : 0;
}

char *mapi_text(const MapiProperty *property, const char *charset)
{
    const char *bytes = (const char *)property->value.at;
    gsize length = property->value.left;
    if (property->type == MAPI_UNICODE) {
        length &= ~(gsize)1;
        while (length >= 2 && bytes[length - 1] == 0 && bytes[length - 2] == 0)
            length -= 2;
        return length > 0 ? charset_to_utf8(bytes, length, "utf-16le", NULL) : g_strdup("");
    }
    if (property->type != MAPI_STRING8 && property->type != MAPI_BINARY)
        return g_strdup("");
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    return length > 0 ? charset_to_utf8(bytes, length, charset, NULL) : g_strdup("");
}
