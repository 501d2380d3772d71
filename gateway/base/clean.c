#include <postern/base/ascii.h>
#include <postern/base/clean.h>

#include <string.h>

static gboolean is_control(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

static gboolean is_disguise(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0x200b && c <= 0x200f) ||
           c == 0xfeff;
}

/* Reads one character at `at`; a broken byte counts as U+FFFD of length 1. */
static gunichar next_char(const char **at, const char *end)
{
    guchar first = (guchar) * *at;
    if (first < 0x80) {
        (*at)++;
        return first;
    }
    gunichar c = g_utf8_get_char_validated(*at, end - *at);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        (*at)++;
        return 0xfffd;
    }
    *at += g_unichar_to_utf8(c, NULL);
    return c;
}

static gboolean append_within(GString *out, gunichar c, gsize limit_bytes)
{
    if (out->len + (gsize)g_unichar_to_utf8(c, NULL) > limit_bytes)
        return FALSE;
    if (c < 0x80)
        g_string_append_c(out, (char)c);
    else
        g_string_append_unichar(out, c);
    return TRUE;
}

/* Most text is printable ASCII: whole runs of it are taken at once. Returns the length of the run. */
static gsize append_run(GString *out, const char *at, const char *end, gsize limit_bytes)
{
    gsize length = ascii_printable_run(at, MIN((gsize)(end - at), limit_bytes - out->len));
    g_string_append_len(out, at, (gssize)length);
    return length;
}

static const char *end_of(const char *bytes, gssize length)
{
    return bytes + (length < 0 ? strlen(bytes) : (gsize)length);
}

char *clean_line(const char *bytes, gssize length, gsize limit_bytes)
{
    if (!bytes)
        return g_strdup("");
    GString *out = g_string_sized_new(64);
    gboolean blank_waits = FALSE;
    for (const char *at = bytes, *end = end_of(bytes, length); at < end;) {
        if (out->len > 0 && !blank_waits)
            at += append_run(out, at, end, limit_bytes);
        if (at == end)
            break;
        gunichar c = next_char(&at, end);
        if (is_control(c)) {
            blank_waits = out->len > 0;
            continue;
        }
        if (c == ' ' && out->len == 0)
            continue;
        if (blank_waits && c != ' ' && out->str[out->len - 1] != ' ' && !append_within(out, ' ', limit_bytes))
            break;
        blank_waits = FALSE;
        if (!append_within(out, c, limit_bytes))
            break;
    }
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

char *clean_text(const char *bytes, gssize length, gsize limit_bytes)
{
    if (!bytes)
        return g_strdup("");
    const char *end = end_of(bytes, length);
    GString *out = g_string_sized_new(MIN((gsize)(end - bytes), limit_bytes) + 1);
    for (const char *at = bytes; at < end;) {
        at += append_run(out, at, end, limit_bytes);
        if (at == end)
            break;
        gunichar c = next_char(&at, end);
        if (c == '\r') {
            if (at < end && *at == '\n')
                continue;
            c = '\n';
        } else if (c == 0x2028 || c == 0x2029) {
            c = '\n';
        } else if (is_control(c) && c != '\n' && c != '\t') {
            continue;
        }
        if (!append_within(out, c, limit_bytes))
            break;
    }
    return g_string_free(out, FALSE);
}

char *clean_terminal(const char *text)
{
    g_autofree char *line = clean_line(text, -1, G_MAXSIZE);
    GString *out = g_string_sized_new(strlen(line) + 1);
    for (const char *at = line; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(out, is_disguise(c) ? 0xfffd : c);
    }
    return g_string_free(out, FALSE);
}

gboolean clean_is_line(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        if (is_control(g_utf8_get_char(at)))
            return FALSE;
    return TRUE;
}

void clean_append_html(GString *out, const char *text, gsize length)
{
    for (const char *end = text + length; text < end; text++) {
        switch (*text) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\'':
            g_string_append(out, "&#39;");
            break;
        default:
            g_string_append_c(out, *text);
        }
    }
}
