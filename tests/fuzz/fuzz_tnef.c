/* winmail.dat, the RTF in it, and files in a text. The first octet chooses. */
#include <postern/base/limits.h>
#include <postern/reading.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TNEF_HEAD "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n"
#define TEXT_HEAD "Content-Type: text/plain\n\n"

static void put_u32(GByteArray *out, guint32 number)
{
    guint8 octets[4] = {(guint8)number, (guint8)(number >> 8), (guint8)(number >> 16),
                        (guint8)(number >> 24)};
    g_byte_array_append(out, octets, sizeof octets);
}

/* One attribute with one property: the RTF, compressed or as it is. */
static void put_rtf(GByteArray *out, const uint8_t *data, size_t size, guint32 kind)
{
    put_u32(out, 0x223e9f78);
    g_byte_array_append(out, (const guint8 *)"\1\0\1\3\x90\6", 6);
    g_byte_array_append(out, (const guint8 *)"\0", 1);
    put_u32(out, (guint32)size + 32);
    put_u32(out, 1);
    put_u32(out, 0x10090102);
    put_u32(out, 1);
    put_u32(out, (guint32)size + 16);
    put_u32(out, (guint32)size + 12);
    put_u32(out, (guint32)size);
    put_u32(out, kind);
    put_u32(out, 0);
    g_byte_array_append(out, data, (guint)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    guint choice = data[0] % 4;
    const char *head = choice == 3 ? TEXT_HEAD : TNEF_HEAD;
    g_autoptr(GByteArray) mail = g_byte_array_new();
    g_byte_array_append(mail, (const guint8 *)head, (guint)strlen(head));
    if (choice == 0 || choice == 3)
        g_byte_array_append(mail, data + 1, (guint)size - 1);
    else
        put_rtf(mail, data + 1, size - 1, choice == 1 ? 0x75465a4c : 0x414c454d);
    const ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)mail->data, mail->len, &settings, NULL);
    if (!reading)
        return 0;
    if (strlen(reading->text) > LIMIT_TEXT_BYTES)
        g_error("too much text");
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) again = reading_unpack(packed, &error);
    if (!again)
        g_error("%s", error->message);
    return 0;
}
