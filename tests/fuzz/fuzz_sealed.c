/* Mail within its signature, and text in an armour. The first octet chooses. */
#include "parsers/reading/protection.h"
#include "promise.h"

#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEALED                                                                                               \
    "From: kim@example.org\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"  \
    "Content-Transfer-Encoding: binary\n\n"
#define INNER "Content-Type: text/plain\r\n\r\nThis mail is there.\r\n"

static void put_der(GByteArray *out, guint8 tag, GByteArray *within)
{
    guint length = within->len;
    const guint8 head[] = {tag, 0x83, (guint8)(length >> 16), (guint8)(length >> 8), (guint8)length};
    g_byte_array_append(out, head, sizeof head);
    g_byte_array_append(out, within->data, within->len);
    g_byte_array_unref(within);
}

static GByteArray *wrap(guint8 tag, GByteArray *within)
{
    GByteArray *out = g_byte_array_new();
    put_der(out, tag, within);
    return out;
}

/* SignedData (RFC 5652 5.1) around a mail. */
static GByteArray *seal(const uint8_t *rest, gsize length)
{
    static const guint8 signers[] = {0x31, 0};
    static const guint8 signed_data[] = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2};
    static const guint8 plain_data[] = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1};
    static const guint8 start[] = {2, 1, 1, 0x31, 0};
    GByteArray *octets = g_byte_array_new(), *info = g_byte_array_new(), *data = g_byte_array_new();
    GByteArray *all = g_byte_array_new();
    g_byte_array_append(octets, (const guint8 *)INNER, strlen(INNER));
    g_byte_array_append(octets, rest, (guint)length);
    g_byte_array_append(info, plain_data, sizeof plain_data);
    put_der(info, 0xa0, wrap(4, octets));
    g_byte_array_append(data, start, sizeof start);
    put_der(data, 0x30, info);
    g_byte_array_append(data, signers, sizeof signers);
    g_byte_array_append(all, signed_data, sizeof signed_data);
    put_der(all, 0xa0, wrap(0x30, data));
    return wrap(0x30, all);
}

static Reading *read_sealed(const guint8 *bytes, gsize length)
{
    const ReadingSettings settings = {0};
    g_autoptr(GByteArray) mail = g_byte_array_new();
    g_byte_array_append(mail, (const guint8 *)SEALED, strlen(SEALED));
    g_byte_array_append(mail, bytes, (guint)length);
    Reading *reading = reading_make_bytes((const char *)mail->data, mail->len, &settings, NULL);
    g_autoptr(GBytes) packed = reading ? reading_pack(reading) : NULL;
    g_autoptr(Reading) again = packed ? reading_unpack(packed, NULL) : NULL;
    g_assert(!reading || again);
    return reading;
}

/* The same mail without its seal. */
static Reading *read_bare(const uint8_t *rest, gsize length)
{
    const ReadingSettings settings = {0};
    g_autoptr(GString) mail = g_string_new("From: kim@example.org\nMIME-Version: 1.0\n" INNER);
    g_string_append_len(mail, (const char *)rest, (gssize)length);
    return reading_make_bytes(mail->str, mail->len, &settings, NULL);
}

static void armour(const char *bytes, gsize length)
{
    g_autofree char *text = clean_text(bytes, (gssize)length, G_MAXSIZE);
    g_autofree char *rest = NULL, *bare = protection_bare_text(text, &rest);
    if (bare &&
        (!g_utf8_validate(bare, -1, NULL) || promise_seen(bare) + promise_seen(rest) > promise_seen(text)))
        g_error("more than there was");
    /* At most the "- " before a line (RFC 4880 7.1) is left out. */
    if (bare && 2 * (promise_seen(bare) + promise_seen(rest)) < promise_seen(text))
        g_error("something was lost");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    if (data[0] % 3 == 0) {
        reading_free(read_sealed(data + 1, size - 1));
    } else if (data[0] % 3 == 1) {
        armour((const char *)data + 1, size - 1);
    } else {
        g_autoptr(GByteArray) sealed = seal(data + 1, size - 1);
        g_autoptr(Reading) reading = read_sealed(sealed->data, sealed->len);
        g_autoptr(Reading) bare = read_bare(data + 1, size - 1);
        g_assert(reading && bare && strcmp(reading->text, bare->text) == 0);
    }
    return 0;
}
