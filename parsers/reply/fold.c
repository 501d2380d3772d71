#include "parsers/reply/fold.h"

#include <postern/base/ascii.h>
#include <string.h>

/* Marks of direction and width zero and soft hyphens. Like them, the stars and underscores of emphasis are
 * left out: clients put them around the words that are looked for. */
static gboolean is_unseen(gunichar c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff || c == 0xad;
}

/* What becomes of an ASCII octet. */
static char fold_table[128];
#define FOLD_BLANK ' '
#define FOLD_NOTHING '\0'

static void fold_table_make(void)
{
    static gsize is_made = 0;
    if (!g_once_init_enter(&is_made))
        return;
    for (int c = 0; c < 128; c++)
        fold_table[c] = g_ascii_isspace(c)     ? FOLD_BLANK
                        : c == '*' || c == '_' ? FOLD_NOTHING
                        : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a')
                                               : (char)c;
    g_once_init_leave(&is_made, 1);
}

/* What is folded is appended from `start` on: the words of a line begin there. */
static void fold_blank(GString *out, gsize start)
{
    if (out->len > start && out->str[out->len - 1] != ' ')
        g_string_append_c(out, ' ');
}

/* A run of ASCII: nearly all text is. Returns its end. */
static const char *fold_ascii(GString *out, gsize start, const char *text, const char *end)
{
    enum { STEP = 8 };
    static const char marks[] = {'*', '_'};
    gsize from = out->len;
    g_string_set_size(out, from + (gsize)(end - text));
    char *to = out->str + from, before = from > start ? to[-1] : ' ';
    while (text < end && (guchar)*text < 0x80) {
        gsize plain = ascii_lower_plain(to, text, (gsize)(end - text), marks, before);
        text += plain;
        to += plain;
        before = plain > 0 ? to[-1] : before;
        for (const char *stop = text + MIN(STEP, end - text); text < stop && (guchar)*text < 0x80; text++) {
            char folded = fold_table[(guchar)*text];
            if (folded != FOLD_NOTHING && (folded != FOLD_BLANK || before != ' '))
                *to++ = before = folded;
        }
    }
    g_string_truncate(out, (gsize)(to - out->str));
    return text;
}

/* The plain sign for one that programs choose by language or taste: dashes, apostrophes, digits. 0: none. */
static char plain_sign(gunichar c)
{
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return '-';
    if (c == 0x2018 || c == 0x2019)
        return '\'';
    int digit = c >= 0x660 ? g_unichar_digit_value(c) : -1;
    return digit >= 0 ? (char)('0' + digit) : 0;
}

static void fold_other(GString *out, gsize start, gunichar c)
{
    if (is_unseen(c))
        return;
    char plain = plain_sign(c);
    if (plain)
        g_string_append_c(out, plain);
    else if (g_unichar_isspace(c))
        fold_blank(out, start);
    else
        g_string_append_unichar(out, g_unichar_tolower(c));
}

/* Signs that are NFC as they are, whatever stands before them (UAX 15): marks that would join with them lie
 * elsewhere. Latin and Cyrillic letters, punctuation, frames, ideographs, kana, hangul, wide forms, emoji. */
static gboolean is_composed(gunichar c)
{
    static const struct {
        gunichar first, last;
    } ranges[] = {{0x0000, 0x02ff}, {0x0400, 0x0482}, {0x2010, 0x206f},  {0x2500, 0x27bf},
                  {0x3001, 0x3029}, {0x3041, 0x3096}, {0x30a1, 0x30fe},  {0x3400, 0x9fff},
                  {0xac00, 0xd7a3}, {0xff01, 0xff9f}, {0x1f300, 0x1faff}};
    for (gsize i = 0; i < G_N_ELEMENTS(ranges) && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return TRUE;
    return FALSE;
}

static void compose(GString *out, gsize start)
{
    g_autofree char *composed =
        g_utf8_normalize(out->str + start, (gssize)(out->len - start), G_NORMALIZE_NFC);
    g_string_truncate(out, start);
    g_string_append(out, composed);
}

void text_fold_append(GString *out, const char *text, const char *end)
{
    gboolean composed = TRUE;
    gsize start = out->len;
    fold_table_make();
    while (text < end) {
        if ((guchar)*text < 0x80) {
            text = fold_ascii(out, start, text, end);
            continue;
        }
        gunichar c = g_utf8_get_char_validated(text, end - text);
        gboolean is_broken = c == (gunichar)-1 || c == (gunichar)-2;
        text += is_broken ? 1 : g_utf8_skip[*(const guchar *)text];
        if (is_broken)
            continue;
        composed = composed && is_composed(c);
        fold_other(out, start, c);
    }
    if (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    if (!composed)
        compose(out, start);
}

char *text_fold(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length + 1);
    text_fold_append(out, text, text + length);
    return g_string_free(out, FALSE);
}

gboolean text_has_more_words(const char *text, guint count)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text && words <= count; text++) {
        words += *text != ' ' && !inside;
        inside = *text != ' ';
    }
    return words > count;
}

guint text_count_words(const char *text)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text; text++) {
        if (*text != ' ' && !inside)
            words++;
        inside = *text != ' ';
    }
    return words;
}
