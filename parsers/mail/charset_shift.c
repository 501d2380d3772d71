#include "charset_shift.h"

#include <string.h>

GString *shift_hz_to_gb(const char *bytes, gsize length)
{
    GString *out = g_string_sized_new(length);
    gboolean is_shifted = FALSE;
    for (gsize i = 0; i < length; i++) {
        char next = i + 1 < length ? bytes[i + 1] : '\0';
        if (bytes[i] == '~' && next && strchr("{}~\n", next)) {
            if (next == '~')
                g_string_append_c(out, '~');
            else if (next != '\n')
                is_shifted = next == '{';
            i++;
            continue;
        }
        if (bytes[i] == '\n')
            is_shifted = FALSE;
        g_string_append_c(out, is_shifted && bytes[i] > 0x20 ? (char)(bytes[i] | 0x80) : bytes[i]);
    }
    return out;
}

typedef enum { SET_ASCII, SET_KATAKANA, SET_JIS, SET_JIS_MORE } Set;

/* The set behind an escape, and its length; 0: none of ours. */
static gsize read_escape(const char *bytes, gsize length, Set *set)
{
    static const struct {
        const char *escape;
        Set set;
    } escapes[] = {{"\x1b(B", SET_ASCII},    {"\x1b(J", SET_ASCII}, {"\x1b(H", SET_ASCII},
                   {"\x1b(I", SET_KATAKANA}, {"\x1b$B", SET_JIS},   {"\x1b$@", SET_JIS},
                   {"\x1b$(D", SET_JIS_MORE}};
    for (gsize i = 0; i < G_N_ELEMENTS(escapes); i++) {
        gsize size = strlen(escapes[i].escape);
        if (length >= size && memcmp(bytes, escapes[i].escape, size) == 0) {
            *set = escapes[i].set;
            return size;
        }
    }
    return 0;
}

static void append_shifted(GString *out, Set set, const char *bytes, gsize size)
{
    if (set == SET_KATAKANA)
        g_string_append_c(out, (char)0x8e);
    if (set == SET_JIS_MORE)
        g_string_append_c(out, (char)0x8f);
    for (gsize i = 0; i < size; i++)
        g_string_append_c(out, (char)(bytes[i] | 0x80));
}

GString *shift_jis_to_euc(const char *bytes, gsize length)
{
    GString *out = g_string_sized_new(length);
    Set set = SET_ASCII;
    for (gsize i = 0; i < length;) {
        gsize escape = read_escape(bytes + i, length - i, &set);
        if (escape > 0) {
            i += escape;
            continue;
        }
        gsize size = set == SET_JIS || set == SET_JIS_MORE ? 2 : 1;
        gboolean is_plain = set == SET_ASCII || (guchar)bytes[i] <= 0x20 || length - i < size;
        if (bytes[i] == '\n')
            set = SET_ASCII;
        if (is_plain) {
            g_string_append_c(out, bytes[i++]);
            continue;
        }
        append_shifted(out, set, bytes + i, size);
        i += size;
    }
    return out;
}
