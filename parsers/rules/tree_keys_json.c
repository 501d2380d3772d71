#include <parsers/rules/keyed_read.h>
#include <postern/base/clean.h>

#include <string.h>

/* JSON as mails carry it: pieces in prose, single quotes, commas too many, strings inside strings. So this
 * reads what looks like a key in front of a value, and proves nothing about the rest. */
#define DEPTH_MAX 64u

typedef struct {
    KeyReader *reader;
    const char *text;
    gsize length;
    char *names[DEPTH_MAX]; /* folded: the key that each open brace belongs to; or NULL */
    guint depth;
    char *next_name; /* of the brace that comes next */
} JsonWork;

/* A quote as it is written: `"`, `'`, or inside another string `\"`. */
typedef struct {
    char sign;
    guint slashes;
} Quote;

static Quote quote_at(const char *text, gsize at)
{
    Quote quote = {.sign = text[at]};
    while (quote.slashes < at && text[at - quote.slashes - 1] == '\\')
        quote.slashes++;
    return quote;
}

/* The quote that ends the string which begins at `at`, or `end`; *out_end is where the string ends. */
static gsize find_close(const char *text, gsize at, gsize end, Quote quote, gsize *out_end)
{
    guint slashes = 0;
    for (; at < end && text[at] != '\n'; at++) {
        if (text[at] == quote.sign && slashes == quote.slashes) {
            *out_end = at - slashes;
            return at;
        }
        slashes = text[at] == '\\' ? slashes + 1 : 0;
    }
    return end;
}

static gsize append_escape(GString *out, const char *at, const char *end)
{
    static const char signs[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *sign = strchr(signs, at[1]);
    if (at[1] != 'u') {
        g_string_append_c(out, sign && at[1] ? meanings[sign - signs] : at[1]);
        return 2;
    }
    gunichar c = 0;
    gsize size = 2;
    while (size < 6 && at + size < end && g_ascii_isxdigit(at[size]))
        c = c * 16 + (gunichar)g_ascii_xdigit_value(at[size++]);
    if (c >= 0xd800 && c < 0xdc00 && at + 12 <= end && at[6] == '\\' && at[7] == 'u') {
        g_autofree char *low = g_strndup(at + 8, 4);
        c = 0x10000 + ((c - 0xd800) << 10) + ((gunichar)g_ascii_strtoull(low, NULL, 16) & 0x3ff);
        size = 12;
    }
    if (c >= 0x20 && g_unichar_validate(c))
        g_string_append_unichar(out, c);
    return size;
}

/* What a string with escapes means; NULL when it has none. */
static char *json_meaning(const char *text, gsize start, gsize end)
{
    if (start >= end || !memchr(text + start, '\\', end - start))
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = text + start, *stop = text + end; at < stop;) {
        if (*at == '\\' && at + 1 < stop) {
            at += append_escape(out, at, stop);
        } else {
            g_string_append_c(out, *at);
            at++;
        }
    }
    return clean_text(out->str, (gssize)out->len, VALUE_BYTES_MAX);
}

static const char *parent(const JsonWork *work)
{
    return work->depth > 0 && work->depth <= DEPTH_MAX ? work->names[work->depth - 1] : NULL;
}

static void add(JsonWork *work, gsize key, gsize key_end, gsize start, gsize end, gboolean is_string)
{
    g_autofree char *meant = is_string ? json_meaning(work->text, start, end) : NULL;
    key_reader_add(work->reader, key, key_end, start, end, meant);
    if (parent(work))
        key_reader_add_below(work->reader, parent(work), key, key_end, start, end, meant);
}

/* The value behind a key; returns where to go on: what is in braces is read by its own keys. */
static gsize read_value(JsonWork *work, gsize key, gsize key_end, gsize at, Quote quote)
{
    const char *text = work->text;
    gsize most = MIN(work->length, at + VALUE_BYTES_MAX), close;
    if (text[at] == '\\' && at + quote.slashes < most && strchr("\"'", text[at + quote.slashes]))
        at += quote.slashes;
    gsize end = at;
    if (text[at] == '"' || text[at] == '\'') {
        close = find_close(text, at + 1, most, quote_at(text, at), &end);
        if (close < most && end > at + 1)
            add(work, key, key_end, at + 1, end, TRUE);
        return close < most ? close + 1 : at + 1;
    }
    if (text[at] == '{') {
        g_free(work->next_name);
        work->next_name = keyed_name_fold(text + key, key_end - key);
        return at;
    }
    gboolean is_list = text[at] == '[';
    while (end < most && text[end] != '}' && text[end] != '{' &&
           !(is_list ? text[end] == ']' : strchr(",]\n\\ \t", text[end]) != NULL))
        end++;
    gboolean is_null = end - at == 4 && memcmp(text + at, "null", 4) == 0;
    if (end < most || most == work->length)
        if (!is_null && !(is_list && end < work->length && text[end] != ']'))
            add(work, key, key_end, at, end, FALSE);
    return is_list ? at + 1 : end;
}

/* The end of the sign between a key and its value, or 0: "key": value, 'key' => value. */
static gsize behind_sign(const char *text, gsize length, gsize at)
{
    at = keyed_skip_blanks(text, at, MIN(length, at + 20));
    gsize sign = at < length && text[at] == ':'                       ? 1
                 : at + 1 < length && memcmp(text + at, "=>", 2) == 0 ? 2
                                                                      : 0;
    return sign ? keyed_skip_blanks(text, at + sign, MIN(length, at + 200)) : 0;
}

static gsize read_string(JsonWork *work, gsize at)
{
    gsize end, most = MIN(work->length, at + 1 + KEY_BYTES_MAX);
    Quote quote = quote_at(work->text, at);
    gsize close = find_close(work->text, at + 1, most, quote, &end);
    gsize value = close < most ? behind_sign(work->text, work->length, close + 1) : 0;
    if (!value || value >= work->length || end == at + 1)
        return at + 1;
    gsize next = read_value(work, at + 1, end, value, quote);
    key_reader_claim(work->reader, at, MAX(next, value));
    return MAX(next, value);
}

static void enter(JsonWork *work)
{
    if (work->depth < DEPTH_MAX)
        work->names[work->depth] = g_steal_pointer(&work->next_name);
    g_clear_pointer(&work->next_name, g_free);
    work->depth++;
}

static void leave(JsonWork *work)
{
    if (work->depth == 0)
        return;
    work->depth--;
    if (work->depth < DEPTH_MAX)
        g_clear_pointer(&work->names[work->depth], g_free);
}

void tree_keys_json(KeyReader *reader)
{
    JsonWork work = {.reader = reader, .text = reader->text, .length = reader->length};
    for (gsize at = 0; at < reader->length;) {
        char c = reader->text[at];
        if (c == '"' || c == '\'') {
            at = read_string(&work, at);
            continue;
        }
        if (c == '{')
            enter(&work);
        else if (c == '}')
            leave(&work);
        at++;
    }
    while (work.depth > 0)
        leave(&work);
    g_free(work.next_name);
}
