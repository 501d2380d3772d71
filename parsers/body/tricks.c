#include <postern/base/ascii.h>
#include <postern/body.h>

#include <string.h>

/* Directional formatting that a line may leave open: more is no text. */
#define OPEN_MOST 60u

static gboolean is_bidi(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean is_override(gunichar c)
{
    return c == 0x202d || c == 0x202e;
}

/* Tag characters spell words that nobody sees; behind a black flag they make the flag of a region. */
static gboolean is_tag(gunichar c)
{
    return c >= 0xe0000 && c <= 0xe007f;
}

static gboolean is_without_width(gunichar c)
{
    return (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || c == 0xad || c == 0x180e;
}

/* Quotation marks and dashes begin with the same two octets as most of them. */
static gboolean is_trick_at(const char *at, gsize left)
{
    const guchar *c = (const guchar *)at;
    if (c[0] == 0xc2)
        return left >= 2 && c[1] == 0xad;
    if (left < 3)
        return FALSE;
    if (c[0] == 0xe2 && c[1] == 0x80)
        return (c[2] >= 0x8b && c[2] <= 0x8f) || (c[2] >= 0xaa && c[2] <= 0xae);
    return (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa0 && c[2] <= 0xa9) ||
           (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf) || (c[0] == 0xe1 && c[1] == 0xa0 && c[2] == 0x8e) ||
           (c[0] == 0xf3 && c[1] == 0xa0);
}

static gboolean may_have_tricks(const char *text)
{
    gsize length = strlen(text);
    for (gsize at = ascii_run(text, length); at < length; at += ascii_run(text + at, length - at)) {
        if (is_trick_at(text + at, length - at))
            return TRUE;
        at++;
    }
    return FALSE;
}

typedef struct {
    GString *out;
    BodyTricks *tricks;
    gunichar before; /* the last character that was kept */
    gboolean is_flag;
    guint embeddings, isolates; /* open in this line */
    const char *run_end;        /* of the signs without width that were met last */
} Filter;

static void close_line(Filter *filter)
{
    for (; filter->isolates > 0; filter->isolates--)
        g_string_append(filter->out, "\xe2\x81\xa9");
    for (; filter->embeddings > 0; filter->embeddings--)
        g_string_append(filter->out, "\xe2\x80\xac");
}

/* What is opened is closed again, and what was not opened is not closed. */
static gboolean keeps_balance(Filter *filter, gunichar c)
{
    if (c == 0x202a || c == 0x202b)
        return filter->embeddings < OPEN_MOST && ++filter->embeddings;
    if (c >= 0x2066 && c <= 0x2068)
        return filter->isolates < OPEN_MOST && ++filter->isolates;
    guint *open = c == 0x2069 ? &filter->isolates : &filter->embeddings;
    if (*open == 0)
        return FALSE;
    --*open;
    return TRUE;
}

static gboolean is_latin(gunichar c)
{
    return c < 0x250 && g_unichar_isalnum(c);
}

/* Joiners belong to emoji and to scripts that join their letters; between Latin letters they only hide a word
 * from whoever looks for it. */
static gboolean hides_a_word(Filter *filter, const char *at)
{
    if (!is_latin(filter->before))
        return FALSE;
    /* A long run is walked once, not from each of its signs. */
    if (!filter->run_end || filter->run_end < at)
        for (filter->run_end = at; is_without_width(g_utf8_get_char(filter->run_end));)
            filter->run_end = g_utf8_next_char(filter->run_end);
    return is_latin(g_utf8_get_char(filter->run_end));
}

static gboolean is_kept(Filter *filter, gunichar c, const char *next)
{
    if (is_bidi(c)) {
        filter->tricks->bidi_controls++;
        return !is_override(c) && keeps_balance(filter, c);
    }
    if (is_tag(c)) {
        filter->tricks->hidden_signs += !filter->is_flag;
        return filter->is_flag;
    }
    if (!is_without_width(c) || !hides_a_word(filter, next))
        return TRUE;
    filter->tricks->hidden_signs += c != 0xad;
    return FALSE;
}

char *body_without_tricks(const char *text, BodyTricks *tricks)
{
    if (!may_have_tricks(text))
        return NULL;
    Filter filter = {.out = g_string_sized_new(strlen(text) + 1), .tricks = tricks};
    for (const char *at = text, *next; *at; at = next) {
        gunichar c = g_utf8_get_char(at);
        next = g_utf8_next_char(at);
        if (c == '\n')
            close_line(&filter);
        if (!is_kept(&filter, c, next))
            continue;
        filter.is_flag = c == 0x1f3f4 || (filter.is_flag && is_tag(c));
        filter.before = is_without_width(c) ? filter.before : c;
        g_string_append_len(filter.out, at, next - at);
    }
    close_line(&filter);
    return g_string_free(filter.out, FALSE);
}
