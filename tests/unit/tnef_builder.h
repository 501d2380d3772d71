/* Writes winmail.dat (MS-OXTNEF) as Outlook does, for tests. */
#pragma once

#include <glib.h>

#include <string.h>

enum { TNEF_MESSAGE_LEVEL = 1, TNEF_FILE_LEVEL = 2 };

static inline void put_u16(GByteArray *out, guint number)
{
    guint8 octets[2] = {(guint8)number, (guint8)(number >> 8)};
    g_byte_array_append(out, octets, 2);
}

static inline void put_u32(GByteArray *out, guint32 number)
{
    put_u16(out, number & 0xffff);
    put_u16(out, number >> 16);
}

static inline void put_bytes(GByteArray *out, const void *bytes, gsize length)
{
    g_byte_array_append(out, bytes, (guint)length);
}

static inline GByteArray *tnef_new(void)
{
    GByteArray *out = g_byte_array_new();
    put_u32(out, 0x223e9f78);
    put_u16(out, 1);
    return out;
}

/* `wrong` is added to the check sum. */
static inline void tnef_put(GByteArray *out, guint8 level, guint32 attribute, const void *bytes, gsize length,
                            guint wrong)
{
    guint sum = wrong;
    for (gsize i = 0; i < length; i++)
        sum += ((const guint8 *)bytes)[i];
    g_byte_array_append(out, &level, 1);
    put_u32(out, attribute);
    put_u32(out, (guint32)length);
    put_bytes(out, bytes, length);
    put_u16(out, sum & 0xffff);
}

static inline void tnef_put_rendering(GByteArray *out)
{
    static const guint8 nothing[14];
    tnef_put(out, TNEF_FILE_LEVEL, 0x00069002, nothing, sizeof nothing, 0);
}

static inline void tnef_put_file(GByteArray *out, const char *name, const char *data)
{
    tnef_put_rendering(out);
    tnef_put(out, TNEF_FILE_LEVEL, 0x00018010, name, strlen(name) + 1, 0);
    tnef_put(out, TNEF_FILE_LEVEL, 0x0006800f, data, strlen(data), 0);
}

/* A list of properties under way; its number stands at the beginning. */
static inline GByteArray *mapi_new(void)
{
    GByteArray *list = g_byte_array_new();
    put_u32(list, 0);
    return list;
}

static inline void mapi_begin(GByteArray *list, guint type, guint id)
{
    list->data[0]++;
    put_u16(list, type);
    put_u16(list, id);
}

static inline void mapi_value(GByteArray *list, const void *bytes, gsize length)
{
    static const guint8 filling[4];
    put_u32(list, 1);
    put_u32(list, (guint32)length);
    put_bytes(list, bytes, length);
    put_bytes(list, filling, -length & 3);
}

static inline void mapi_put_bytes(GByteArray *list, guint type, guint id, const void *bytes, gsize length)
{
    mapi_begin(list, type, id);
    mapi_value(list, bytes, length);
}

static inline void mapi_put_text(GByteArray *list, guint id, const char *text)
{
    mapi_put_bytes(list, 0x1e, id, text, strlen(text) + 1);
}

static inline void mapi_put_unicode(GByteArray *list, guint id, const char *text)
{
    glong length;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &length, NULL);
    mapi_put_bytes(list, 0x1f, id, wide, ((gsize)length + 1) * 2);
}

/* Named by a number in PSETID_Appointment. */
static inline void mapi_begin_appointment(GByteArray *list, guint type, guint32 number)
{
    static const guint8 set[16] = {0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46};
    mapi_begin(list, type, 0x8000);
    put_bytes(list, set, sizeof set);
    put_u32(list, 0);
    put_u32(list, number);
}

static inline void tnef_put_properties(GByteArray *out, guint8 level, GByteArray *list)
{
    tnef_put(out, level, level == TNEF_MESSAGE_LEVEL ? 0x00069003 : 0x00069005, list->data, list->len, 0);
    g_byte_array_unref(list);
}

/* The check sum of MS-OXRTFCP. */
static inline guint32 rtf_crc(const guint8 *bytes, gsize length)
{
    guint32 crc = 0;
    for (gsize i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (guint bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return crc;
}

/* `body` is the compressed form: "LZFu". */
static inline void mapi_put_rtf(GByteArray *list, const void *body, gsize length, gsize raw, guint32 wrong)
{
    g_autoptr(GByteArray) rtf = g_byte_array_new();
    put_u32(rtf, (guint32)length + 12);
    put_u32(rtf, (guint32)raw);
    put_u32(rtf, 0x75465a4c);
    put_u32(rtf, rtf_crc(body, length) + wrong);
    put_bytes(rtf, body, length);
    mapi_put_bytes(list, 0x102, 0x1009, rtf->data, rtf->len);
}

/* Only literals, eight behind each control octet, and the end at last. */
static inline GByteArray *rtf_literals(const char *rtf)
{
    GByteArray *out = g_byte_array_new();
    gsize length = strlen(rtf);
    for (gsize at = 0; at <= length; at += 8) {
        gsize count = MIN(8, length - at);
        guint8 control = count < 8 ? (guint8)(1u << count) : 0;
        put_bytes(out, &control, 1);
        put_bytes(out, rtf + at, count);
    }
    guint end = (guint)(207 + length) % 4096;
    guint8 reference[2] = {(guint8)(end >> 4), (guint8)(end << 4)};
    put_bytes(out, reference, 2);
    return out;
}

static inline void mapi_put_rtf_text(GByteArray *list, const char *rtf)
{
    g_autoptr(GByteArray) body = rtf_literals(rtf);
    mapi_put_rtf(list, body->data, body->len, strlen(rtf), 0);
}
