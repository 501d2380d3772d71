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

/* The octets of a word of eight that are A to Z get the bit that makes them small. */
static guint64 eight_lower(guint64 eight)
{
    guint64 seven = eight & ~HIGH;
    guint64 from_a = seven + EACH(0x80u - 'A'), above_z = seven + EACH(0x80u - 'Z' - 1);
    guint64 is_upper = (from_a ^ above_z) & ~eight & HIGH;
    return eight | is_upper >> 2;
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

/* High bits where an octet is `c`; above such a one there may be more than there are. */
static guint64 eight_is(guint64 eight, char c)
{
    guint64 differs = eight ^ EACH((guchar)c);
    return (differs - EACH(1u)) & ~differs & HIGH;
}

gboolean ascii_lower_eight(char *to, const char *from, const char marks[2])
{
    guint64 eight = eight_at(from), blanks = eight_is(eight, ' ');
    guint64 lower = eight_lower(eight);
    memcpy(to, &lower, sizeof lower);
    guint64 odd = eight | (eight - EACH(0x20u)) | eight_is(eight, marks[0]) | eight_is(eight, marks[1]);
    return !((odd & HIGH) | (blanks & blanks << 8));
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
