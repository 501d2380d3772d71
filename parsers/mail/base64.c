#include "base64.h"

#include <string.h>

enum { SKIP = 64, PAD = 65 };

/* Of ASCII characters: 0 to 63, PAD, or SKIP. */
static const guint8 values[128] = {
    // clang-format off
    SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
    SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP,
    SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, SKIP, 62, SKIP, SKIP, SKIP, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, SKIP, SKIP, SKIP, PAD, SKIP, SKIP,
    SKIP, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, SKIP, SKIP, SKIP, SKIP, SKIP,
    SKIP, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, SKIP, SKIP, SKIP, SKIP, SKIP,
    // clang-format on
};

static inline guint8 value_of(guchar c)
{
    return c < 128 ? values[c] : SKIP;
}

void base64_init(Base64 *base64)
{
    base64->bits = 0;
    base64->count = 0;
    base64->is_padded = base64->goes_on = base64->is_over = FALSE;
    base64->line_length = 0;
}

/* Writes what an unfinished group holds. */
static gsize group_flush(Base64 *base64, char *out)
{
    gsize written = 0;
    if (base64->count >= 2)
        out[written++] = (char)(base64->bits >> (base64->count == 2 ? 4 : 10));
    if (base64->count == 3)
        out[written++] = (char)(base64->bits >> 2);
    base64->bits = 0;
    base64->count = 0;
    return written;
}

static inline gsize put(Base64 *base64, guint8 value, char *out)
{
    base64->bits = (base64->bits << 6) | value;
    if (++base64->count < 4)
        return 0;
    out[0] = (char)(base64->bits >> 16);
    out[1] = (char)(base64->bits >> 8);
    out[2] = (char)base64->bits;
    base64->bits = 0;
    base64->count = 0;
    return 3;
}

static gboolean is_data(const Base64 *base64)
{
    gboolean has_pad = FALSE;
    for (gsize i = 0; i < base64->line_length; i++) {
        guint8 value = value_of((guchar)base64->line[i]);
        if (value == SKIP)
            return FALSE;
        has_pad |= value == PAD;
    }
    /* A single word of a footer has letters only as well. */
    return base64->goes_on || has_pad || base64->line_length % 4 == 0 || base64->line_length > 40;
}

static gsize line_flush(Base64 *base64, char *out)
{
    gsize written = 0;
    while (base64->line_length > 0 && strchr("\r \t", base64->line[base64->line_length - 1]))
        base64->line_length--;
    if (base64->line_length == 0)
        return 0;
    if (!is_data(base64)) {
        base64->is_over = TRUE;
        return 0;
    }
    base64->goes_on = TRUE;
    for (gsize i = 0; i < base64->line_length; i++) {
        guint8 value = value_of((guchar)base64->line[i]);
        if (value < SKIP)
            written += put(base64, value, out + written);
        else
            written += group_flush(base64, out + written);
    }
    base64->line_length = 0;
    return written;
}

static gsize step_after_padding(Base64 *base64, const char *in, gsize length, char *out)
{
    gsize written = 0;
    for (gsize i = 0; i < length && !base64->is_over; i++) {
        /* The second character of "==". */
        if (in[i] == '=' && base64->line_length == 0)
            continue;
        if (in[i] != '\n')
            base64->line[base64->line_length++] = in[i];
        if (in[i] == '\n' || base64->line_length == BASE64_LINE_BYTES)
            written += line_flush(base64, out + written);
    }
    return written;
}

/* The value of each octet at the first to fourth place of a group, already where it belongs in the 24 bits;
 * NO_VALUE for what is none of the alphabet. */
#define NO_VALUE 0x80000000u
static guint32 placed[4][256];

static void placed_make(void)
{
    static gsize is_made = 0;
    if (!g_once_init_enter(&is_made))
        return;
    for (guint place = 0; place < 4; place++)
        for (guint c = 0; c < 256; c++) {
            guint32 value = value_of((guchar)c);
            placed[place][c] = value >= SKIP ? NO_VALUE : value << (18 - 6 * place);
        }
    g_once_init_leave(&is_made, 1);
}

/* Whole groups of four characters of the alphabet, which is nearly all there is. Returns the characters used.
 */
static gsize take_groups(const char *in, gsize length, char *out)
{
    gsize used = 0;
    for (; length - used >= 4; used += 4, out += 3) {
        const guchar *at = (const guchar *)in + used;
        guint32 bits = placed[0][at[0]] | placed[1][at[1]] | placed[2][at[2]] | placed[3][at[3]];
        if (bits & NO_VALUE)
            break;
        out[0] = (char)(bits >> 16);
        out[1] = (char)(bits >> 8);
        out[2] = (char)bits;
    }
    return used;
}

gsize base64_step(Base64 *base64, const char *in, gsize length, char *out)
{
    gsize written = 0, i = 0;
    placed_make();
    while (i < length && !base64->is_padded) {
        if (base64->count == 0) {
            gsize used = take_groups(in + i, length - i, out + written);
            i += used;
            written += used / 4 * 3;
            if (i == length)
                break;
        }
        guint8 value = value_of((guchar)in[i]);
        if (value < SKIP) {
            written += put(base64, value, out + written);
        } else if (value == PAD && base64->count >= 2) {
            written += group_flush(base64, out + written);
            base64->is_padded = TRUE;
        }
        i++;
    }
    if (i < length)
        written += step_after_padding(base64, in + i, length - i, out + written);
    return written;
}

gsize base64_end(Base64 *base64, char *out)
{
    gsize written = base64->is_padded && !base64->is_over ? line_flush(base64, out) : 0;
    return written + group_flush(base64, out + written);
}

gboolean base64_word(Base64 *base64, const char *in, gsize length, GString *out)
{
    char group[3];
    for (gsize i = 0; i < length; i++)
        if (value_of((guchar)in[i]) == SKIP && !strchr(" \t\r\n", in[i]))
            return FALSE;
    for (gsize i = 0; i < length; i++) {
        guint8 value = value_of((guchar)in[i]);
        if (value < SKIP)
            g_string_append_len(out, group, (gssize)put(base64, value, group));
        else if (value == PAD)
            g_string_append_len(out, group, (gssize)group_flush(base64, group));
    }
    guint32 open = base64->count == 2 ? base64->bits & 15 : base64->count == 3 ? base64->bits & 3 : 1;
    if (open == 0)
        base64_word_end(base64, out);
    return TRUE;
}

void base64_word_end(Base64 *base64, GString *out)
{
    char group[3];
    g_string_append_len(out, group, (gssize)group_flush(base64, group));
}
