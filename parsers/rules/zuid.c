#include <parsers/rules/zuid.h>

#include <string.h>

#define PREFIX_DIGITS_MAX 5u
#define TIME_DIGITS_LEAST 6u /* seconds since 2015 in hex; later ones count finer */
#define TIME_DIGITS_MOST 10u
#define RANDOM_LEAST 6u
#define RANDOM_LEAST_OLD 5u /* beside a time of the older, shorter form */
#define RANDOM_MOST 35u
#define WRAP_COLUMN 60u /* no mail client breaks a line before this column */

/* A piece of the text that is read as one word, though a line break may stand in it. */
typedef struct {
    const char *text;
    gsize length, at;
    gsize break_at;    /* where the line break was, 0: none yet */
    gboolean is_blank; /* the "break" was a blank, left over when lines were joined */
} Scan;

static gboolean is_hex(char c)
{
    return g_ascii_isdigit(c) || (g_ascii_tolower(c) >= 'a' && g_ascii_tolower(c) <= 'f');
}

static gboolean is_random(char c)
{
    c = g_ascii_tolower(c);
    return g_ascii_isdigit(c) || (c >= 'b' && c <= 'z' && !strchr("eiouy", c));
}

/* Hyphens that text programs put for "-": U+2010 and U+2011. */
static gsize hyphen_bytes(const Scan *scan)
{
    const char *at = scan->text + scan->at;
    gsize left = scan->length - scan->at;
    if (left >= 1 && *at == '-')
        return 1;
    return left >= 3 && at[0] == '\xe2' && at[1] == '\x80' && (at[2] == '\x90' || at[2] == '\x91') ? 3 : 0;
}

/* Letters of scripts that put blanks between words; in others, such as Chinese, an id stands right
 * beside the words. */
static gboolean is_word_character(gunichar c)
{
    return c < 0x530 && (g_unichar_isalnum(c) || c == 0xad);
}

static gboolean is_word_before(const char *text, gsize at)
{
    if (at == 0)
        return FALSE;
    const char *before = g_utf8_find_prev_char(text, text + at);
    return before && is_word_character(g_utf8_get_char(before));
}

static gboolean is_word_after(const char *text, gsize length, gsize at)
{
    return at < length && is_word_character(g_utf8_get_char(text + at));
}

/* "%2F8-…" of a URL, "\n8-…" of a log: what looks like a letter before the prefix is none. */
static gboolean is_escape_before(const char *text, gsize at)
{
    if (at >= 3 && text[at - 3] == '%' && is_hex(text[at - 2]) && is_hex(text[at - 1]))
        return TRUE;
    return at >= 2 && text[at - 2] == '\\' && strchr("nrt", text[at - 1]);
}

/* "a1-8-…" is a piece of something longer and "1.8-…" a version; "--8-…" is a dash before an id. */
static gboolean is_free_before(const char *text, gsize at)
{
    if (at == 0 || is_escape_before(text, at))
        return TRUE;
    if (text[at - 1] == '-')
        return at == 1 || text[at - 2] == '-' || g_ascii_isspace(text[at - 2]);
    if (text[at - 1] == '.' && at >= 2 && g_ascii_isdigit(text[at - 2]))
        return FALSE;
    return !is_word_before(text, at);
}

static gboolean is_free_after(const char *text, gsize length, gsize at)
{
    if (at >= length)
        return TRUE;
    if (is_word_after(text, length, at))
        return FALSE;
    Scan scan = {.text = text, .length = length, .at = at};
    gsize hyphen = hyphen_bytes(&scan);
    return !hyphen || !is_word_after(text, length, at + hyphen);
}

/* Steps over a line break inside the word, with what mail clients put around it: the "=" of a soft
 * break, blanks, the mark of a quotation. One a word. */
static gboolean skip_break(Scan *scan)
{
    if (scan->break_at)
        return FALSE;
    const char *text = scan->text;
    gsize at = scan->at;
    if (at < scan->length && text[at] == '=')
        at++;
    if (at < scan->length && text[at] == '\r')
        at++;
    if (at >= scan->length || text[at] != '\n')
        return FALSE;
    at++;
    while (at < scan->length && at - scan->at < 20 && strchr(" \t>", text[at]))
        at++;
    scan->break_at = scan->at;
    scan->at = at;
    return TRUE;
}

static gboolean skip_hyphen(Scan *scan)
{
    gsize bytes = hyphen_bytes(scan);
    if (!bytes && skip_break(scan))
        bytes = hyphen_bytes(scan);
    scan->at += bytes;
    return bytes > 0;
}

/* Characters of one part, lower case, into `out`; returns how many there are (more than `most` counts as
 * most + 1). A line break is stepped over while the part is shorter than `whole`. */
static guint take_part(Scan *scan, gboolean (*is_part)(char), guint whole, guint most, char *out)
{
    guint count = 0;
    while (count <= most) {
        if (scan->at < scan->length && is_part(scan->text[scan->at]))
            out[count++] = g_ascii_tolower(scan->text[scan->at++]);
        else if (count >= whole || hyphen_bytes(scan) || !skip_break(scan))
            break;
    }
    return count;
}

/* A flowed line that was joined behind a hyphen keeps its blank. */
static void skip_joined_blank(Scan *scan)
{
    if (scan->break_at || scan->at + 1 >= scan->length || scan->text[scan->at] != ' ')
        return;
    scan->break_at = scan->at++;
    scan->is_blank = TRUE;
}

static gboolean has_digit_only(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

static gsize column_of(const char *text, gsize at)
{
    gsize start = at;
    while (start > 0 && text[start - 1] != '\n' && at - start < WRAP_COLUMN)
        start--;
    return at - start;
}

/* A word put together from two lines must leave no doubt. */
static gboolean is_sure(const Scan *scan, guint time_digits, const char *time, const char *random)
{
    if (!scan->break_at)
        return TRUE;
    if (scan->is_blank)
        return time_digits == TIME_DIGITS_MOST && !has_digit_only(time) && !has_digit_only(random);
    return time_digits == TIME_DIGITS_MOST || column_of(scan->text, scan->break_at) >= WRAP_COLUMN;
}

/* The part behind `prefix`, which ends before a hyphen at scan->at. */
static gboolean match_rest(Scan *scan, const char *prefix, Zuid *out)
{
    char time[TIME_DIGITS_MOST + 2] = "", random[RANDOM_MOST + 2] = "";
    skip_hyphen(scan);
    guint time_digits = take_part(scan, is_hex, TIME_DIGITS_MOST, TIME_DIGITS_MOST, time);
    if (time_digits < TIME_DIGITS_LEAST || time_digits > TIME_DIGITS_MOST || !skip_hyphen(scan))
        return FALSE;
    skip_joined_blank(scan);
    guint least = time_digits == TIME_DIGITS_MOST ? RANDOM_LEAST : RANDOM_LEAST_OLD;
    guint count = take_part(scan, is_random, least, RANDOM_MOST, random);
    if (count < least || count > RANDOM_MOST || !is_free_after(scan->text, scan->length, scan->at))
        return FALSE;
    /* A telephone number has digits alone. */
    if ((has_digit_only(time) && has_digit_only(random)) || !is_sure(scan, time_digits, time, random))
        return FALSE;
    return g_snprintf(out->text, sizeof out->text, "%s-%s-%s", prefix, time, random) < (int)sizeof out->text;
}

/* Looks around the hyphen at `hyphen`. */
static gboolean match_around(const char *text, gsize length, gsize from, gsize hyphen, Zuid *out)
{
    char prefix[PREFIX_DIGITS_MAX + 1] = "";
    gsize start = hyphen;
    while (start > from && hyphen - start <= PREFIX_DIGITS_MAX && g_ascii_isdigit(text[start - 1]))
        start--;
    /* "%228-…": two of the digits belong to the escape. */
    if (start > 0 && text[start - 1] == '%' && hyphen - start > 2)
        start += 2;
    gsize digits = hyphen - start;
    if (digits < 1 || digits > PREFIX_DIGITS_MAX || (digits > 1 && text[start] == '0'))
        return FALSE;
    if (!is_free_before(text, start))
        return FALSE;
    memcpy(prefix, text + start, digits);
    Scan scan = {.text = text, .length = length, .at = hyphen};
    if (!match_rest(&scan, prefix, out))
        return FALSE;
    out->start = start;
    out->end = scan.at;
    out->kind = (guint)g_ascii_strtoull(prefix, NULL, 10);
    return TRUE;
}

static gsize next_octet(const char *text, gsize from, gsize end, char octet)
{
    const char *found = memchr(text + from, octet, end - from);
    return found ? (gsize)(found - text) : end;
}

gboolean zuid_find(const char *text, gsize length, gsize from, Zuid *out)
{
    /* The next "-" is kept while other hyphens come before it: the text is looked through once for each. */
    gsize plain = from;
    for (gsize at = from + 1; at < length; at++) {
        if (plain < at)
            plain = next_octet(text, at, length, '-');
        at = next_octet(text, at, plain, '\xe2');
        if (at == length || !g_ascii_isdigit(text[at - 1]))
            continue;
        Scan scan = {.text = text, .length = length, .at = at};
        if (hyphen_bytes(&scan) && match_around(text, length, from, at, out))
            return TRUE;
    }
    return FALSE;
}
