#include "charset_convert.h"

#include "charset_shift.h"

#include <errno.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* windows-1252 where it differs from Latin-1; 0: not assigned. */
static const gunichar windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static void from_windows_1252(const char *bytes, gsize length, GString *out)
{
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar)bytes[i];
        if (c < 0x80)
            g_string_append_c(out, (char)c);
        else if (c >= 0xa0)
            g_string_append_unichar(out, c);
        else
            g_string_append_unichar(out, windows_1252[c - 0x80] ? windows_1252[c - 0x80] : 0xfffd);
    }
}

/* Appends; bytes that are no character become U+FFFD and are counted. FALSE when iconv does not know the
 * name. */
static gboolean from_iconv(const char *name, const char *bytes, gsize length, gsize unit, GString *out,
                           gsize *out_bad)
{
    GIConv conversion = g_iconv_open("UTF-8", name);
    if (conversion == (GIConv)-1)
        return FALSE;
    char block[4096];
    char *in = (char *)(guintptr)bytes; /* iconv's prototype is older than const */
    gsize left = length, bad = 0;
    gboolean is_flushed = FALSE;
    while (!is_flushed) {
        char *to = block;
        gsize room = sizeof block;
        is_flushed = left == 0;
        gsize done = g_iconv(conversion, is_flushed ? NULL : &in, &left, &to, &room);
        int why = errno;
        g_string_append_len(out, block, to - block);
        if (done != (gsize)-1 || why == E2BIG)
            continue;
        g_string_append(out, replacement);
        bad++;
        if (is_flushed)
            break;
        gsize skip = why == EINVAL ? left : MIN(unit, left);
        in += skip;
        left -= skip;
    }
    g_iconv_close(conversion);
    *out_bad = bad;
    return TRUE;
}

static GString *convert_as(const char *name, const char *bytes, gsize length, gsize unit, gsize *out_bad)
{
    GString *out = g_string_sized_new(length + length / 2 + 8);
    *out_bad = 0;
    if (from_iconv(name, bytes, length, unit, out, out_bad))
        return out;
    g_string_free(out, TRUE);
    return NULL;
}

/* The better of two. */
static GString *convert_japanese(const char *name, const char *bytes, gsize length, gsize *out_bad)
{
    GString *out = convert_as(name, bytes, length, 1, out_bad);
    if (out && *out_bad == 0)
        return out;
    g_autoptr(GString) euc = shift_jis_to_euc(bytes, length);
    gsize bad = 0;
    GString *other = convert_as("EUC-JP-MS", euc->str, euc->len, 1, &bad);
    if (!other || (out && bad >= *out_bad)) {
        if (other)
            g_string_free(other, TRUE);
        return out;
    }
    if (out)
        g_string_free(out, TRUE);
    *out_bad = bad;
    return other;
}

gsize charset_unit(const CharsetName *charset)
{
    if (charset->kind != CHARSET_WIDE)
        return 1;
    return g_str_has_prefix(charset->name, "UTF-32") ? 4 : 2;
}

/* Octets that are controls in ISO 8859, and letters and quotation marks in the set that Windows has instead.
 */
static gboolean has_windows_octets(const char *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if ((guchar)bytes[i] >= 0x80 && (guchar)bytes[i] < 0xa0)
            return TRUE;
    return FALSE;
}

GString *charset_convert(const CharsetName *charset, const char *bytes, gsize length, gsize *out_bad)
{
    const char *name = charset->name, *windows = charset_of_windows(name);
    if (windows && has_windows_octets(bytes, length))
        name = windows;
    if (strcmp(name, "WINDOWS-1252") == 0) {
        GString *out = g_string_sized_new(length + length / 2 + 8);
        *out_bad = 0;
        from_windows_1252(bytes, length, out);
        return out;
    }
    if (g_str_has_prefix(name, "ISO-2022-JP"))
        return convert_japanese(name, bytes, length, out_bad);
    if (strcmp(name, "HZ") != 0)
        return convert_as(name, bytes, length, charset_unit(charset), out_bad);
    g_autoptr(GString) gb = shift_hz_to_gb(bytes, length);
    return convert_as("GB18030", gb->str, gb->len, 1, out_bad);
}
