#include <parsers/rules/context_fold.h>
#include <parsers/rules/joined.h>
#include <parsers/rules/keyed_read.h>
#include <parsers/rules/url_parts_private.h>
#include <postern/base/limits.h>

#include <string.h>

#define URL_BYTES_MAX 4000u
#define URL_LINES_MAX 8u

/* Ends an address in a text, whatever the standards say. */
static gboolean is_address_character(gunichar c)
{
    if (c < 0x80)
        return c > ' ' && c != 0x7f && !strchr("<>\"`{}|\\^", (char)c);
    /* In scripts without blanks the sentence goes on right behind the address. */
    return g_unichar_isalnum(c) && !context_is_border(c, 'x');
}

static gsize skip_address(const char *text, gsize at, gsize end)
{
    while (at < end && is_address_character(g_utf8_get_char(text + at)))
        at += (gsize)(g_utf8_next_char(text + at) - (text + at));
    return MIN(at, end);
}

/* "<https://…", which goes on over line ends until ">". Returns where it is closed, or 0. */
static gsize bracket_end(const char *text, gsize at, gsize end)
{
    for (guint lines = 0; lines < URL_LINES_MAX; lines++) {
        at = skip_address(text, at, end);
        if (at < end && text[at] == '>')
            return at;
        if (at >= end || text[at] != '\n')
            return 0;
        at = joined_skip_margin(text, end, at + 1);
    }
    return 0;
}

/* "…?id=" at the end of a line wants what comes next. */
static gboolean wants_more(const char *text, gsize at, gsize end)
{
    return at + 1 < end && text[at] == '\n' && at > 0 && strchr("=&?%_-", text[at - 1]) &&
           g_ascii_isalnum(text[at + 1]);
}

static gsize trim_end(const char *text, gsize start, gsize end)
{
    while (end > start) {
        char last = text[end - 1];
        gboolean is_bracket = last == ')' || last == ']';
        if (is_bracket ? memchr(text + start, last == ')' ? '(' : '[', end - start) != NULL
                       : !strchr(".,;:!?'*", last))
            break;
        end--;
    }
    return end;
}

/* Appends the piece of an address from `from` to `to` of the text, which `base` (or NULL) is a reading of. */
static void append(Mapped *url, const Mapped *base, const char *text, gsize from, gsize to)
{
    if (base)
        mapped_copy_of(url, base, from, to);
    else
        mapped_copy(url, text, from, to);
}

/* The address that begins at `start`; *out_end is behind it. */
static Mapped *read_url(const Mapped *base, const char *text, gsize start, gsize length, gsize *out_end)
{
    gsize most = MIN(length, start + URL_BYTES_MAX);
    while (most > start && most < length && ((guchar)text[most] & 0xc0) == 0x80)
        most--;
    gsize close = start > 0 && text[start - 1] == '<' ? bracket_end(text, start, most) : 0;
    Mapped *url = mapped_new(128);
    gsize at = start;
    for (guint lines = 0; lines < URL_LINES_MAX; lines++) {
        gsize end = skip_address(text, at, most);
        gboolean goes_on = close ? end < close : wants_more(text, end, most);
        append(url, base, text, at, goes_on ? end : trim_end(text, at, end));
        at = end;
        if (!goes_on)
            break;
        at = joined_skip_margin(text, most, end + 1);
    }
    *out_end = MAX(at, start + 1);
    return url;
}

static gboolean has_prefix(const char *text, gsize at, gsize length, const char *prefix)
{
    gsize size = strlen(prefix);
    return length - at > size && g_ascii_strncasecmp(text + at, prefix, size) == 0;
}

/* "shop.example.com", with a path or not: an address without its scheme. *out_run is behind what was looked
 * at. */
static gboolean is_bare(const char *text, gsize at, gsize length, gsize *out_run)
{
    gsize run = at, dot = at;
    while (run < length && (g_ascii_isalnum(text[run]) || text[run] == '-' || text[run] == '.'))
        run++;
    *out_run = MAX(run, at + 1);
    gsize end = run;
    while (end > at && strchr(".-", text[end - 1]))
        end--;
    for (gsize i = at; i < end; i++)
        dot = text[i] == '.' ? i : dot;
    return dot > at && end - dot > 2 && g_ascii_isalpha(text[dot + 1]) && end - at <= 253 &&
           (run >= length || text[run] != '@');
}

static gboolean begins_here(const char *text, gsize at)
{
    return at == 0 || !(g_ascii_isalnum(text[at - 1]) || strchr("@./-_:%", text[at - 1]));
}

static void take(UrlList *list, Mapped *url)
{
    if (list->urls->len < LIMIT_RULE_URLS) {
        g_ptr_array_add(list->urls, url_unwrap(url));
        return;
    }
    list->is_cut = TRUE;
    mapped_free(url);
}

/* `text` is what `base` reads, or the text itself. */
static void read_all(UrlList *list, const Mapped *base, const char *text, gsize length)
{
    for (gsize at = 0; at < length;) {
        gsize next = at + 1;
        if (g_ascii_isalnum(text[at])) {
            gboolean is_url =
                has_prefix(text, at, length, "https://") || has_prefix(text, at, length, "http://");
            if (is_url || (begins_here(text, at) && is_bare(text, at, length, &next)))
                take(list, read_url(base, text, at, length, &next));
            else if (begins_here(text, at) && next < length && text[next] == ':')
                next = at + 1; /* perhaps "xhttps://" */
        }
        at = next;
    }
}

static gint compare_starts(gconstpointer a, gconstpointer b)
{
    const Mapped *left = *(Mapped *const *)a, *right = *(Mapped *const *)b;
    guint32 first = left->text->len ? g_array_index(left->origins, Origin, 0).start : 0;
    guint32 second = right->text->len ? g_array_index(right->origins, Origin, 0).start : 0;
    return (first > second) - (first < second);
}

UrlList *url_list_read(const char *text, gsize length)
{
    UrlList *list = g_new0(UrlList, 1);
    list->urls = g_ptr_array_new_with_free_func((GDestroyNotify)mapped_free);
    g_autoptr(Mapped) joined = joined_make(text, length, JOINED_SURE);
    if (joined)
        read_all(list, joined, joined->text->str, joined->text->len);
    read_all(list, NULL, text, length);
    /* Of two readings of one address the joined one stays in front. */
    g_ptr_array_sort(list->urls, compare_starts);
    return list;
}

void url_list_free(UrlList *list)
{
    if (!list)
        return;
    g_ptr_array_unref(list->urls);
    g_free(list);
}

gboolean url_list_is_cut(const UrlList *list)
{
    return list->is_cut;
}
