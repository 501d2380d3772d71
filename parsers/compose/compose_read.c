#include <postern/compose.h>

#include <string.h>

/* multipart/mixed, multipart/alternative: how deep the text stands. */
#define LEVELS_MOST 3u
/* Ours are shorter. */
#define BOUNDARY_BYTES 64u

typedef struct {
    const char *start;
    gsize length;
} Slice;

/* Of the header fields at `all`, as compose_mail folds them; empty when it is not there. */
static Slice find_field(Slice all, const char *name)
{
    const char *end = all.start + all.length;
    for (const char *line = all.start; line < end;) {
        const char *stop = g_strstr_len(line, end - line, "\r\n");
        gsize length = (gsize)((stop ? stop : end) - line);
        if (length > strlen(name) && g_ascii_strncasecmp(line, name, strlen(name)) == 0)
            return (Slice){line + strlen(name), (gsize)(end - line) - strlen(name)};
        line = stop ? stop + 2 : end;
    }
    return (Slice){end, 0};
}

static gboolean begins_with(Slice slice, const char *word)
{
    return slice.length >= strlen(word) && memcmp(slice.start, word, strlen(word)) == 0;
}

/* The first part of a multipart whose boundary stands in `type`. */
static gboolean enter(Slice type, Slice *body)
{
    static const char label[] = "boundary=\"";
    const char *open = g_strstr_len(type.start, (gssize)MIN(type.length, 200), label);
    if (!open)
        return FALSE;
    open += strlen(label);
    const char *close = memchr(open, '"', MIN((gsize)(type.start + type.length - open), BOUNDARY_BYTES));
    if (!close)
        return FALSE;
    g_autofree char *line = g_strdup_printf("--%.*s\r\n", (int)(close - open), open);
    g_autofree char *next = g_strdup_printf("\r\n--%.*s", (int)(close - open), open);
    if (!begins_with(*body, line))
        return FALSE;
    *body = (Slice){body->start + strlen(line), body->length - strlen(line)};
    const char *end = g_strstr_len(body->start, (gssize)body->length, next);
    body->length = end ? (gsize)(end - body->start) : body->length;
    return TRUE;
}

static char *decode(Slice body, gboolean is_quoted)
{
    GString *out = g_string_sized_new(body.length);
    for (const char *at = body.start, *end = at + body.length; at < end; at++) {
        gboolean is_escape = is_quoted && *at == '=' && end - at > 2;
        if (is_escape && at[1] == '\r')
            at += 2;
        else if (is_escape && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2])));
            at += 2;
        } else if (*at && *at != '\r')
            g_string_append_c(out, *at);
    }
    while (out->len > 0 && out->str[out->len - 1] == '\n')
        g_string_truncate(out, out->len - 1);
    char *text = g_utf8_make_valid(out->str, (gssize)out->len);
    g_string_free(out, TRUE);
    return text;
}

char *compose_text_of(const char *bytes, gsize length)
{
    Slice body = {bytes, length};
    for (guint level = 0; level < LEVELS_MOST; level++) {
        const char *blank = g_strstr_len(body.start, (gssize)body.length, "\r\n\r\n");
        if (!blank)
            return NULL;
        Slice head = {body.start, (gsize)(blank - body.start)};
        body = (Slice){blank + 4, body.length - head.length - 4};
        Slice type = find_field(head, "Content-Type: ");
        if (begins_with(type, "text/plain"))
            return decode(body, begins_with(find_field(head, "Content-Transfer-Encoding: "), "quoted"));
        if (!begins_with(type, "multipart/") || !enter(type, &body))
            return NULL;
    }
    return NULL;
}
