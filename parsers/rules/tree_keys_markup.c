#include <parsers/rules/keyed_read.h>
#include <postern/base/clean.h>

#include <string.h>

/* XML and HTML as mails carry them, in pieces: <app_id>4821</app_id>, <app id="4821"/>, <add key="app_id"
 * value="4821"/>. */
#define NAME_BYTES_MAX 60u
#define DEPTH_MAX 64u

typedef struct {
    gsize start, end;
} Name;

typedef struct {
    KeyReader *reader;
    const char *text;
    gsize length;
    Name open[DEPTH_MAX];
    guint depth;
} MarkupWork;

static gboolean is_name_character(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80 || c == '_' || c == '-' || c == '.' || c == ':';
}

static Name read_name(const MarkupWork *work, gsize at)
{
    Name name = {at, at};
    while (name.end < work->length && is_name_character(work->text[name.end]) &&
           name.end - at <= NAME_BYTES_MAX)
        name.end++;
    /* "ns:name" */
    const char *colon = memchr(work->text + at, ':', name.end - at);
    if (colon)
        name.start = (gsize)(colon - work->text) + 1;
    return name;
}

static gboolean is_named(const MarkupWork *work, Name name, const char *word)
{
    return name.end - name.start == strlen(word) &&
           g_ascii_strncasecmp(work->text + name.start, word, name.end - name.start) == 0;
}

static gsize append_reference(GString *out, const char *at, gsize left)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                 {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", " "}};
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        gsize size = strlen(known[i].name);
        if (left >= size && memcmp(at, known[i].name, size) == 0) {
            g_string_append(out, known[i].text);
            return size;
        }
    }
    gboolean is_hex = left > 3 && at[1] == '#' && (at[2] == 'x' || at[2] == 'X');
    gsize digits = is_hex ? 3 : 2, end = digits;
    while (end < left && end < 10 && g_ascii_isxdigit(at[end]))
        end++;
    if (left > 2 && at[1] == '#' && end > digits && end < left && at[end] == ';') {
        g_autofree char *number = g_strndup(at + digits, end - digits);
        gunichar c = (gunichar)g_ascii_strtoull(number, NULL, is_hex ? 16 : 10);
        if (c >= 0x20 && g_unichar_validate(c))
            g_string_append_unichar(out, c);
        return end + 1;
    }
    g_string_append_c(out, '&');
    return 1;
}

/* What a text with references means; NULL when it has none. */
static char *markup_meaning(const char *text, gsize start, gsize end)
{
    if (start >= end || !memchr(text + start, '&', end - start))
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize at = start; at < end;) {
        if (text[at] == '&') {
            at += append_reference(out, text + at, end - at);
        } else {
            g_string_append_c(out, text[at]);
            at++;
        }
    }
    return clean_text(out->str, (gssize)out->len, VALUE_BYTES_MAX);
}

static void add(MarkupWork *work, Name parent, Name key, gsize start, gsize end)
{
    g_autofree char *meant = markup_meaning(work->text, start, end);
    key_reader_add(work->reader, key.start, key.end, start, end, meant);
    if (parent.end == parent.start)
        return;
    g_autofree char *folded = keyed_name_fold(work->text + parent.start, parent.end - parent.start);
    key_reader_add_below(work->reader, folded, key.start, key.end, start, end, meant);
}

/* The value of an attribute at `at`, without its quotes; returns what is behind it. */
static gsize read_attribute_value(const MarkupWork *work, gsize at, Name *out)
{
    const char *text = work->text;
    gsize most = MIN(work->length, at + VALUE_BYTES_MAX);
    char quote = at < work->length ? text[at] : '\0';
    gboolean is_quoted = quote == '"' || quote == '\'';
    *out = (Name){at + is_quoted, at + is_quoted};
    while (out->end < most && text[out->end] != '<' &&
           (is_quoted ? text[out->end] != quote : strchr(" \t\n>\"'/", text[out->end]) == NULL))
        out->end++;
    gsize behind = out->end + (is_quoted && out->end < most && text[out->end] == quote);
    if (out->end == most && most < work->length)
        out->end = out->start; /* too long, and cut anywhere */
    return behind;
}

/* `key` and `value` of <add key="app_id" value="4821"/>. */
static void add_named(MarkupWork *work, Name label, Name value)
{
    if (label.end > label.start && value.end > value.start)
        add(work, (Name){0}, label, value.start, value.end);
}

/* The attributes of a tag; returns where it ends, at ">" or at what cannot be in it. */
static gsize read_attributes(MarkupWork *work, Name tag, gsize at)
{
    Name label = {0}, value = {0};
    while (at < work->length) {
        at = keyed_skip_blanks(work->text, at, work->length);
        Name name = read_name(work, at), content;
        if (name.end == name.start)
            break;
        at = keyed_skip_blanks(work->text, name.end, work->length);
        if (at >= work->length || work->text[at] != '=')
            continue;
        at = read_attribute_value(work, keyed_skip_blanks(work->text, at + 1, work->length), &content);
        add(work, tag, name, content.start, content.end);
        if (is_named(work, name, "key") || is_named(work, name, "name") || is_named(work, name, "property"))
            label = content;
        else if (is_named(work, name, "value") || is_named(work, name, "content"))
            value = content;
    }
    add_named(work, label, value);
    if (at < work->length && work->text[at] == '/')
        at++;
    return at;
}

/* The text of <name>text</name>, which begins at `at`. */
static void read_content(MarkupWork *work, Name tag, gsize at)
{
    static const char opening[] = "<![CDATA[", closing[] = "]]>";
    const char *text = work->text;
    gsize most = MIN(work->length, at + VALUE_BYTES_MAX);
    gboolean is_raw = most - at > sizeof opening && memcmp(text + at, opening, sizeof opening - 1) == 0;
    at += is_raw ? sizeof opening - 1 : 0;
    const char *end = is_raw ? memmem(text + at, most - at, closing, sizeof closing - 1)
                             : memchr(text + at, '<', most - at);
    gsize until = end ? (gsize)(end - text) : most;
    if (!end || (!is_raw && (until + 1 >= work->length || text[until + 1] != '/')))
        return;
    Name above = work->depth > 0 && work->depth <= DEPTH_MAX ? work->open[work->depth - 1] : (Name){0};
    if (until > at)
        add(work, above, tag, at, until);
}

static gsize read_tag(MarkupWork *work, gsize at)
{
    const char *text = work->text;
    gboolean is_end = at + 1 < work->length && text[at + 1] == '/';
    Name name = read_name(work, at + 1 + is_end);
    if (name.end == name.start || !(g_ascii_isalpha(text[name.start]) || (guchar)text[name.start] >= 0x80))
        return at + 1;
    if (is_end) {
        work->depth -= work->depth > 0;
        return name.end;
    }
    gsize end = read_attributes(work, name, name.end);
    if (end >= work->length || text[end] != '>')
        return MAX(name.end, at + 1);
    key_reader_claim(work->reader, at, end);
    if (text[end - 1] == '/')
        return end + 1;
    read_content(work, name, end + 1);
    if (work->depth < DEPTH_MAX)
        work->open[work->depth] = name;
    work->depth++;
    return end + 1;
}

void tree_keys_markup(KeyReader *reader)
{
    MarkupWork work = {.reader = reader, .text = reader->text, .length = reader->length};
    for (gsize at = 0; at < reader->length;)
        at = reader->text[at] == '<' ? read_tag(&work, at) : at + 1;
}
