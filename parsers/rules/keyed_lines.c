#include <parsers/rules/joined.h>
#include <parsers/rules/keyed_read.h>
#include <parsers/rules/keyed_signs.h>
#include <postern/base/clean.h>

#include <string.h>

/* One line at work. */
typedef struct {
    KeyReader *reader;
    const char *text;
    gsize begin, end;      /* of the line, marks in front of it off */
    gsize border;          /* a key begins here at the earliest */
    gsize border_at;       /* what ends a value in front of that key */
    gsize outer, outer_at; /* the two as they were in front of a bracket */
    /* The key whose value is not known to have ended; none when key_end is 0. */
    gsize key_start, key_end, value;
    SignKind kind;
} LineWork;

static void add(LineWork *work, gsize key_start, gsize start, gsize end)
{
    key_reader_add(work->reader, key_start, work->key_end, start, end, NULL);
}

/* What "%20" and the like stand for; NULL when there are none. */
static char *percent_meaning(const char *text, gsize start, gsize end)
{
    if (start >= end || !memchr(text + start, '%', end - start))
        return NULL;
    g_autofree char *raw = g_strndup(text + start, end - start);
    g_autofree char *meant = g_uri_unescape_string(raw, NULL);
    return meant && g_utf8_validate(meant, -1, NULL) ? clean_line(meant, -1, VALUE_BYTES_MAX) : NULL;
}

/* The word that ends at the sign: "app_id" of "curl --app_id=". */
static gsize word_start(const LineWork *work, gsize from, gsize end)
{
    while (end > from) {
        gsize last = (gsize)(g_utf8_prev_char(work->text + end) - work->text);
        if (keyed_blank(work->text, work->end, last))
            break;
        end = last;
    }
    return MAX(end, from);
}

/* "APP_NAME=Flowers and more": nothing else stands in such a line. */
static gboolean is_setting(const LineWork *work, gsize word)
{
    gsize size = word - work->key_start;
    const char *before = work->text + work->key_start;
    return work->key_start == work->begin && (size == 0 || (size == 7 && memcmp(before, "export ", 7) == 0) ||
                                              (size == 4 && g_ascii_strncasecmp(before, "set ", 4) == 0));
}

/* "--app-id=4821", "?app_id=4821&…": the key is the word in front of it, and the value ends with the word. */
static void add_tight(LineWork *work, gsize end)
{
    const char *text = work->text;
    gsize key = word_start(work, work->key_start, work->key_end), until = work->value;
    gboolean is_query = work->key_start > 0 && strchr("?&;", text[work->key_start - 1]);
    gboolean is_whole = strchr("\"'", text[until]) || is_setting(work, key);
    while (until < end &&
           (is_whole || (!keyed_blank(text, end, until) && text[until] != '&' && text[until] != '#')))
        until++;
    g_autofree char *meant = is_query ? percent_meaning(text, work->value, until) : NULL;
    key_reader_add(work->reader, key, work->key_end, work->value, until, meant);
    if (key != work->key_start)
        add(work, work->key_start, work->value, until);
}

static gboolean is_tight(const LineWork *work, gsize sign, gsize value)
{
    return value < work->end && !keyed_blank(work->text, work->end, value) &&
           word_start(work, sign - 1, sign) < sign;
}

/* The pair at hand, whose value ends at `end`. */
static void close_pair(LineWork *work, gsize end)
{
    if (!work->key_end)
        return;
    if (work->kind == SIGN_EQUALS && work->value < end && is_tight(work, work->key_end, work->value)) {
        add_tight(work, end);
    } else {
        gsize key = key_behind_filler(work->text, work->key_start, work->key_end);
        add(work, key, work->value, end);
        if (key != work->key_start)
            add(work, work->key_start, work->value, end);
    }
    work->key_end = 0;
}

static void open_pair(LineWork *work, gsize at, Sign sign)
{
    gsize key = MAX(work->border, work->begin);
    gboolean has_key = at > key && at - key <= KEY_BYTES_MAX && !work->reader->claimed[at];
    if (has_key) {
        /* "Note: App ID: 4821": nothing ended the first value. */
        gsize until = work->border_at > work->value ? work->border_at : work->end;
        /* "A=1 B=2" */
        gsize word = sign.kind == SIGN_EQUALS ? word_start(work, work->value, at) : at;
        if (work->key_end && word > work->value && is_tight(work, at, at + sign.size))
            until = MIN(until, word);
        close_pair(work, until);
        work->key_start = key;
        work->key_end = at;
        work->value = at + sign.size;
        work->kind = sign.kind;
    }
    work->border = work->border_at = at + sign.size;
}

/* The line is a key itself: "Version:". */
static gboolean ends_in_colon(const char *text, gsize begin, gsize end)
{
    while (end > begin && strchr(" \t*_`", text[end - 1]))
        end--;
    return end > begin &&
           (text[end - 1] == ':' || (end - begin >= 3 && memcmp(text + end - 3, "：", 3) == 0));
}

#define ITEMS_MAX 64u

/* The items below the first: "- 5007". */
static void items_below(LineWork *work, gsize at)
{
    gsize length = work->reader->length;
    work->reader->is_more = TRUE;
    for (guint items = 0; items < ITEMS_MAX && at < length; items++) {
        gsize end = keyed_line_end(work->text, length, at + 1);
        gsize plain = keyed_skip_blanks(work->text, at + 1, end);
        gsize begin = keyed_line_begin(work->text, plain, end, TRUE);
        if (begin == plain || begin >= end || memchr(work->text + begin, ':', end - begin))
            break;
        key_reader_add(work->reader, work->key_start, work->key_end, begin, end, NULL);
        at = end;
    }
    work->reader->is_more = FALSE;
}

/* "App ID:", and its value on the next line that has something on it, or a list of them. */
static void value_below(LineWork *work)
{
    gsize length = work->reader->length, at = work->end;
    for (guint lines = 0; lines < 2 && at < length; lines++) {
        gsize end = keyed_line_end(work->text, length, at + 1);
        gsize plain = keyed_line_begin(work->text, at + 1, end, FALSE);
        gsize begin = keyed_line_begin(work->text, at + 1, end, TRUE);
        at = end;
        if (begin >= end)
            continue;
        if (ends_in_colon(work->text, begin, end))
            return;
        gsize next = keyed_line_begin(work->text, MIN(end + 1, length),
                                      keyed_line_end(work->text, length, end + 1), TRUE);
        gboolean is_list = next > end + 1 && begin > plain;
        key_reader_add(work->reader, work->key_start, work->key_end, is_list ? begin : plain, end, NULL);
        items_below(work, end);
        return;
    }
}

static gboolean is_blank_line(const char *text, gsize length, gsize at)
{
    gsize end = keyed_line_end(text, length, at);
    return at >= length || keyed_line_begin(text, at, end, FALSE) >= end;
}

/* A name without any sign behind it, as forms write it: "### App ID", "**App ID**", or two lines by
 * themselves. */
static gboolean is_label(const KeyReader *reader, gsize start, gsize begin, gsize end)
{
    const char *text = reader->text;
    if (begin >= end || end - begin > KEY_BYTES_MAX || end >= reader->length)
        return FALSE;
    gsize first = joined_skip_margin(text, end, start);
    if (text[first] == '#' || (text[first] == '*' && text[end - 1] == '*'))
        return TRUE;
    gsize next = keyed_line_end(text, reader->length, end + 1);
    gboolean is_first = start == 0 || (start >= 2 && text[start - 1] == '\n' && text[start - 2] == '\n');
    return is_first && !is_blank_line(text, reader->length, end + 1) &&
           is_blank_line(text, reader->length, MIN(next + 1, reader->length));
}

static void finish_line(LineWork *work, gsize start)
{
    if (!work->key_end && is_label(work->reader, start, work->begin, work->end)) {
        work->key_start = work->begin;
        work->key_end = work->end;
        value_below(work);
        return;
    }
    gsize value = work->value, end = work->end;
    if (!work->key_end)
        return;
    keyed_trim(work->text, &value, &end);
    if (value < end)
        close_pair(work, work->end);
    else if (work->kind != SIGN_WEAK)
        value_below(work);
}

static void read_line(KeyReader *reader, gsize start, gsize end)
{
    const char *text = reader->text;
    gsize begin = keyed_line_begin(text, start, end, TRUE);
    LineWork work = {
        .reader = reader, .text = text, .begin = begin, .end = end, .border = begin, .outer = begin};
    for (gsize at = begin; at < end;) {
        Sign sign = key_sign_at(text, at, end);
        gboolean is_open = work.key_end != 0 && work.border_at <= work.value;
        if (sign.kind == SIGN_STRONG || sign.kind == SIGN_EQUALS) {
            open_pair(&work, at, sign);
        } else if (sign.kind == SIGN_WEAK && !work.key_end) {
            open_pair(&work, at, sign);
        } else if (sign.kind == SIGN_WEAK && is_open && keyed_skip_blanks(text, work.value, at) == at) {
            /* blanks between the sign and the value */
        } else if (text[at] == ')') {
            /* "App ID (see below):" */
            work.border = MAX(work.outer, work.value);
            work.border_at = MAX(work.outer_at, work.value);
        } else if (sign.kind != SIGN_NONE) {
            work.outer = text[at] == '(' ? work.border : work.outer;
            work.outer_at = text[at] == '(' ? work.border_at : work.outer_at;
            work.border = at + sign.size;
            work.border_at = at;
        }
        at += MAX(sign.size, 1);
    }
    finish_line(&work, start);
}

void keyed_read_lines(KeyReader *reader)
{
    for (gsize at = 0; at < reader->length;) {
        gsize end = keyed_line_end(reader->text, reader->length, at);
        read_line(reader, at, end);
        at = end + 1;
    }
}
