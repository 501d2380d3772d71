#include <postern/base/ascii.h>

#include <string.h>

#define EACH(octet) (0x0101010101010101u * (octet))
#define HIGH EACH(0x80u)
#define STEP sizeof(guint64)

static guint64 eight_at(const char *at)
{
    guint64 eight;
    memcpy(&eight, at, sizeof eight);
    return eight;
}

gsize ascii_run(const char *text, gsize length)
{
    gsize run = 0;
    while (run + STEP <= length && !(eight_at(text + run) & HIGH))
        run += STEP;
    while (run < length && (guchar)text[run] < 0x80)
        run++;
    return run;
}

static gboolean is_printable(char c)
{
    return (guchar)c >= 0x20 && (guchar)c < 0x7f;
}

/* Adding 1 lifts 0x7f, and subtracting 0x20 drops controls, over the border of the high bit. */
static gboolean are_printable(guint64 eight)
{
    return !((eight | (eight + EACH(1u)) | (eight - EACH(0x20u))) & HIGH);
}

gsize ascii_printable_run(const char *text, gsize length)
{
    gsize run = 0;
    while (run + STEP <= length && are_printable(eight_at(text + run)))
        run += STEP;
    while (run < length && is_printable(text[run]))
        run++;
    return run;
}

/* High bits of the octets that are `first` to `last`, both ASCII. */
static guint64 eight_between(guint64 eight, char first, char last)
{
    guint64 seven = eight & ~HIGH;
    guint64 from = seven + EACH(0x80u - (guchar)first), above = seven + EACH(0x80u - (guchar)last - 1);
    return (from ^ above) & ~eight & HIGH;
}

/* A to Z get the bit that makes them small. */
static guint64 eight_lower(guint64 eight)
{
    return eight | eight_between(eight, 'A', 'Z') >> 2;
}

void ascii_lower(char *to, const char *from, gsize length)
{
    gsize at = 0;
    for (; at + STEP <= length; at += STEP) {
        guint64 eight = eight_lower(eight_at(from + at));
        memcpy(to + at, &eight, sizeof eight);
    }
    for (; at < length; at++)
        to[at] = g_ascii_tolower(from[at]);
}

/* High bits where an octet is `c`; above such a one there may be some that are not. */
static guint64 eight_is(guint64 eight, char c)
{
    guint64 differs = eight ^ EACH((guchar)c);
    return (differs - EACH(1u)) & ~differs & HIGH;
}

static gboolean has_odd(guint64 eight, const char marks[2])
{
    guint64 blanks = eight_is(eight, ' ');
    guint64 odd = eight | (eight - EACH(0x20u)) | eight_is(eight, marks[0]) | eight_is(eight, marks[1]);
    return ((odd & HIGH) | (blanks & blanks << 8)) != 0;
}

gsize ascii_lower_plain(char *to, const char *from, gsize length, const char marks[2], char before)
{
    gsize at = 0;
    for (; at + STEP <= length; at += STEP) {
        guint64 eight = eight_at(from + at), lower = eight_lower(eight);
        if (has_odd(eight, marks) || (before == ' ' && from[at] == ' '))
            break;
        memcpy(to + at, &lower, sizeof lower);
        before = from[at + STEP - 1];
    }
    return at;
}

guint64 ascii_word_starts(const char *at, char before)
{
    guint64 eight = GUINT64_FROM_LE(eight_at(at));
    guint64 letters = eight_between(eight, 'a', 'z') << 8 | (g_ascii_islower(before) ? 0x80u : 0u);
    return ~letters & ~eight_between(eight, ' ', ' ') & HIGH;
}

/* Runs without ASCII are asked of GLib whole: what is broken in one is broken in the text. */
gboolean utf8_is_valid(const char *text, gsize length)
{
    if (memchr(text, 0, length))
        return FALSE;
    for (gsize at = ascii_run(text, length); at < length; at += ascii_run(text + at, length - at)) {
        gsize end = at;
        while (end < length && (guchar)text[end] >= 0x80)
            end++;
        if (!g_utf8_validate(text + at, (gssize)(end - at), NULL))
            return FALSE;
        at = end;
    }
    return TRUE;
}
