#include "boundary_watch.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>

#include <string.h>

/* More boundaries than levels and siblings of any real mail: then every "--" line counts. */
#define WATCHED_BOUNDARIES 100u
/* Groups in one address header of an enclosed message: 8,000 take 1.7 MB of stack. */
#define ADDRESS_COLONS 8000u

void boundary_watch_init(BoundaryWatch *watch)
{
    *watch = (BoundaryWatch){.boundaries = g_ptr_array_new_with_free_func(g_free)};
}

void boundary_watch_clear(BoundaryWatch *watch)
{
    if (watch->boundaries)
        g_ptr_array_unref(watch->boundaries);
    watch->boundaries = NULL;
    g_clear_pointer(&watch->repeated, g_array_unref);
}

static void remember(BoundaryWatch *watch, const char *value, gsize length)
{
    /* A backslash may stand for another spelling of the same boundary. */
    if (length == 0 || memchr(value, '\\', length) || watch->boundaries->len >= WATCHED_BOUNDARIES)
        watch->counts_all = TRUE;
    else
        g_ptr_array_add(watch->boundaries, g_strndup(value, length));
}

static void take_value(BoundaryWatch *watch, const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at < end && *at == '"') {
        const char *quote = memchr(at + 1, '"', (gsize)(end - at - 1));
        remember(watch, at + 1, quote ? (gsize)(quote - at - 1) : 0);
        return;
    }
    const char *from = at;
    while (at < end && !strchr(" \t\r;(", *at))
        at++;
    remember(watch, from, (gsize)(at - from));
}

/* One "=" of a Content-Type field; whatever is not plainly "boundary=" but may come to it
 * (encoded, in pieces, behind a comment or a fold) makes every "--" line count. */
static void look_at_parameter(BoundaryWatch *watch, const Line *line, const char *equals)
{
    static const char word[] = "boundary";
    const gsize length = sizeof word - 1;
    const char *at = equals;
    while (at > line->text && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    if (at == line->text || at[-1] == ')') {
        watch->counts_all = TRUE;
        return;
    }
    const char *name_end = at;
    while (at > line->text && (g_ascii_isdigit(at[-1]) || at[-1] == '*'))
        at--;
    if ((gsize)(at - line->text) < length || g_ascii_strncasecmp(at - length, word, length) != 0)
        return;
    if (at < name_end)
        watch->counts_all = TRUE;
    else
        take_value(watch, equals + 1, line->text + line->length);
}

static gboolean contains_word(const Line *line, const char *word)
{
    gsize length = strlen(word);
    for (gsize i = 0; i + length <= line->length; i++)
        if (g_ascii_tolower(line->text[i]) == *word && g_ascii_strncasecmp(line->text + i, word, length) == 0)
            return TRUE;
    return FALSE;
}

void boundary_watch_header_line(BoundaryWatch *watch, const Line *line)
{
    static const char field[] = "content-type";
    if (line->length == 0)
        return;
    if (line->text[0] != ' ' && line->text[0] != '\t')
        watch->in_content_type =
            line->length >= sizeof field - 1 && g_ascii_strncasecmp(line->text, field, sizeof field - 1) == 0;
    if (!watch->in_content_type)
        return;
    watch->encloses |= contains_word(line, "message/") || contains_word(line, "/digest");
    const char *end = line->text + line->length;
    for (const char *at = line->text; (at = memchr(at, '=', (gsize)(end - at))); at++)
        look_at_parameter(watch, line, at);
}

static gboolean is_boundary(const BoundaryWatch *watch, const Line *line)
{
    if (line->length < 2 || line->text[0] != '-' || line->text[1] != '-')
        return FALSE;
    for (guint i = 0; i < watch->boundaries->len && !watch->counts_all; i++) {
        gsize length = strlen(watch->boundaries->pdata[i]);
        if (line->length - 2 >= length && memcmp(line->text + 2, watch->boundaries->pdata[i], length) == 0)
            return TRUE;
    }
    return watch->counts_all;
}

/* The line behind the last part; what follows is nobody's header. A boundary that goes on where another one
 * ends makes it a line between parts. */
static gboolean is_last(const BoundaryWatch *watch, const Line *line)
{
    gsize length = line->length;
    while (length > 0 && strchr(" \t\r", line->text[length - 1]))
        length--;
    if (length < 5 || line->text[length - 1] != '-' || line->text[length - 2] != '-')
        return FALSE;
    gboolean ends = FALSE;
    for (guint i = 0; i < watch->boundaries->len; i++) {
        const char *boundary = watch->boundaries->pdata[i];
        gsize own = strlen(boundary);
        if (own >= length - 3 && strncmp(boundary, line->text + 2, length - 3) == 0)
            return FALSE;
        ends |= own == length - 4 && memcmp(boundary, line->text + 2, own) == 0;
    }
    return ends && !watch->counts_all;
}

static void header_enter(BoundaryWatch *watch)
{
    watch->in_header = TRUE;
    watch->encloses = FALSE;
    watch->in_content_type = FALSE;
    watch->fields_seen = 0;
    watch->header_fields = 0;
    watch->header_bytes = 0;
}

static void note_repeated(BoundaryWatch *watch, const Line *line)
{
    static const char *const names[] = {
        "content-type:", "content-transfer-encoding:", "content-disposition:"};
    if ((line->text[0] | 0x20) != 'c')
        return;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i]);
        if (line->length < length || g_ascii_strncasecmp(line->text, names[i], length) != 0)
            continue;
        if (watch->fields_seen & 1u << i) {
            if (!watch->repeated)
                watch->repeated = g_array_new(FALSE, FALSE, sizeof(guint64));
            g_array_append_val(watch->repeated, line->offset);
        }
        watch->fields_seen |= 1u << i;
    }
}

static gboolean part_header_line(BoundaryWatch *watch, const Line *line, GError **error)
{
    if (line->length == 0 || (line->length == 1 && line->text[0] == '\r')) {
        gboolean encloses = watch->encloses;
        header_enter(watch);
        watch->in_header = encloses;
        return TRUE;
    }
    boundary_watch_header_line(watch, line);
    note_repeated(watch, line);
    watch->header_bytes += line->full_length;
    watch->header_fields += line->text[0] != ' ' && line->text[0] != '\t';
    if (watch->header_fields > LIMIT_HEADER_FIELDS || watch->header_bytes > LIMIT_HEADER_BYTES) {
        g_set_error(error, POSTERN_ERROR, ERROR_LIMIT,
                    "the header of a part is too long (limit %u fields, %u bytes)", LIMIT_HEADER_FIELDS,
                    LIMIT_HEADER_BYTES);
        return FALSE;
    }
    return TRUE;
}

static gboolean begins_address_field(const Line *line)
{
    static const char *const names[] = {"from", "sender", "reply-to", "to", "cc", "bcc"};
    if (line->length == 0 || !strchr("fsrtcbFSRTCB", line->text[0]))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i]);
        if (line->length <= length || g_ascii_strncasecmp(line->text, names[i], length) != 0)
            continue;
        while (length < line->length && (line->text[length] == ' ' || line->text[length] == '\t'))
            length++;
        return length < line->length && line->text[length] == ':';
    }
    return FALSE;
}

/* Anywhere in the body, as an enclosed message may begin in more ways than are followed here. */
static gboolean address_line(BoundaryWatch *watch, const Line *line, GError **error)
{
    if (line->length == 0 || (line->text[0] != ' ' && line->text[0] != '\t')) {
        watch->in_address = begins_address_field(line);
        watch->address_colons = 0;
    }
    if (!watch->in_address)
        return TRUE;
    const char *end = line->text + line->length;
    for (const char *at = line->text; (at = memchr(at, ':', (gsize)(end - at))); at++)
        watch->address_colons++;
    /* Of a longer line only the beginning was seen. */
    if (line->full_length < LINE_VIEW_BYTES && watch->address_colons <= ADDRESS_COLONS)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_LIMIT,
                "an enclosed message nests too many groups of addresses (limit %u)", ADDRESS_COLONS);
    return FALSE;
}

gboolean boundary_watch_body_line(BoundaryWatch *watch, const Line *line, GError **error)
{
    if (is_boundary(watch, line)) {
        if (++watch->boundary_lines > LIMIT_BOUNDARY_LINES) {
            g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "too many parts (limit %u)", LIMIT_BOUNDARY_LINES);
            return FALSE;
        }
        header_enter(watch);
        watch->in_header = !is_last(watch, line);
        return TRUE;
    }
    if (watch->in_header && !part_header_line(watch, line, error))
        return FALSE;
    return address_line(watch, line, error);
}
