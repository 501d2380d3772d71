#include <parsers/rules/keyed.h>
#include <parsers/rules/url_parts_private.h>
#include <postern/base/clean.h>

#include <string.h>

#define PIECES_MAX 40u
#define VALUE "{value}"

/* One piece of a template: "item-{value}" has letters before the value and none behind. */
typedef struct {
    char *before, *after;
    gboolean has_value, is_any;
} Piece;

typedef struct {
    GPtrArray *pieces; /* NULL: not asked for */
    gboolean goes_on;  /* a path: "…" at its end; a host: "*" at its beginning */
} Template;

struct UrlParts {
    Template templates[URL_TEMPLATES];
    GPtrArray *query; /* char *, folded */
};

static void piece_free(gpointer data)
{
    Piece *piece = data;
    g_free(piece->before);
    g_free(piece->after);
    g_free(piece);
}

UrlParts *url_parts_new(void)
{
    UrlParts *parts = g_new0(UrlParts, 1);
    parts->query = g_ptr_array_new_with_free_func(g_free);
    return parts;
}

void url_parts_free(UrlParts *parts)
{
    if (!parts)
        return;
    for (guint i = 0; i < URL_TEMPLATES; i++)
        g_clear_pointer(&parts->templates[i].pieces, g_ptr_array_unref);
    g_ptr_array_unref(parts->query);
    g_free(parts);
}

static const char *add_piece(GPtrArray *pieces, const char *written)
{
    const char *value = strstr(written, VALUE);
    Piece *piece = g_new0(Piece, 1);
    g_ptr_array_add(pieces, piece);
    piece->is_any = strcmp(written, "*") == 0;
    piece->has_value = value != NULL;
    piece->before = value ? g_strndup(written, (gsize)(value - written)) : g_strdup(written);
    piece->after = g_strdup(value ? value + strlen(VALUE) : "");
    if (strpbrk(piece->before, "{}") || strpbrk(piece->after, "{}"))
        return "only {value} may stand in braces, once in a piece";
    if (!piece->is_any && (strchr(piece->before, '*') || strchr(piece->after, '*')))
        return "'*' stands for a whole piece";
    return NULL;
}

const char *url_parts_set(UrlParts *parts, UrlTemplate which, const char *written)
{
    Template *template = &parts->templates[which];
    gboolean is_host = which == URL_HOST;
    template->pieces = g_ptr_array_new_with_free_func(piece_free);
    g_autofree char *own = g_strdup(written);
    static const char *const ends[] = {"/…", "/...", "/**"};
    for (gsize i = 0; i < G_N_ELEMENTS(ends) && !is_host; i++)
        if (!template->goes_on && (template->goes_on = g_str_has_suffix(own, ends[i])))
            own[strlen(own) - strlen(ends[i])] = '\0';
    if (is_host && (template->goes_on = g_str_has_prefix(own, "*.")))
        memmove(own, own + 2, strlen(own + 2) + 1);
    g_auto(GStrv) pieces = g_strsplit(own, is_host ? "." : "/", (gint)PIECES_MAX);
    for (char **piece = pieces; *piece; piece++) {
        const char *wrong = **piece || is_host ? add_piece(template->pieces, *piece) : NULL;
        if (wrong)
            return wrong;
    }
    if (is_host && (strpbrk(own, "/:") || !*own))
        return "a host is names with dots between them, such as '*.example.com'";
    return template->pieces->len == 0 && !template->goes_on ? "it is empty" : NULL;
}

void url_parts_add_query(UrlParts *parts, const char *name)
{
    g_ptr_array_add(parts->query, keyed_name_fold(name, strlen(name)));
}

guint url_parts_values(const UrlParts *parts)
{
    guint values = parts->query->len > 0;
    for (guint i = 0; i < URL_TEMPLATES; i++)
        for (guint k = 0; parts->templates[i].pieces && k < parts->templates[i].pieces->len; k++)
            values += ((const Piece *)parts->templates[i].pieces->pdata[k])->has_value;
    return values;
}

void url_split(const char *url, gsize length, UrlSplit *out)
{
    const char *scheme = memmem(url, MIN(length, 12), "://", 3);
    gsize start = scheme ? (gsize)(scheme - url) + 3 : 0, at = start;
    while (at < length && !strchr("/?#", url[at]))
        at++;
    const char *user = memchr(url + start, '@', at - start);
    start = user ? (gsize)(user - url) + 1 : start;
    const char *port = memchr(url + start, ':', at - start);
    *out = (UrlSplit){.host = {start, port ? (gsize)(port - url) : at}};
    out->path.start = at;
    while (at < length && url[at] != '?' && url[at] != '#')
        at++;
    out->path.end = out->query.start = out->query.end = at;
    if (at < length && url[at] == '?') {
        const char *hash = memchr(url + at, '#', length - at);
        out->query = (Part){at + 1, hash ? (gsize)(hash - url) : length};
        at = out->query.end;
    }
    out->fragment = at < length ? (Part){at + 1, length} : (Part){length, length};
}

/* The pieces between `sign`, empty ones left out. */
static guint split_pieces(const char *url, Part part, char sign, Part *out, guint most)
{
    guint count = 0;
    for (gsize at = part.start; at < part.end && count < most;) {
        const char *next = memchr(url + at, sign, part.end - at);
        gsize end = next ? (gsize)(next - url) : part.end;
        if (end > at)
            out[count++] = (Part){at, end};
        at = end + 1;
    }
    return count;
}

static gboolean piece_fits(const Piece *piece, const char *url, Part part, gboolean is_host, Part *out_value)
{
    gsize before = strlen(piece->before), after = strlen(piece->after), length = part.end - part.start;
    gint (*compare)(const char *, const char *, gsize) = is_host ? g_ascii_strncasecmp : strncmp;
    if (piece->is_any)
        return TRUE;
    if (length < before + after + piece->has_value || (!piece->has_value && length != before))
        return FALSE;
    if (compare(url + part.start, piece->before, before) != 0 ||
        compare(url + part.end - after, piece->after, after) != 0)
        return FALSE;
    if (piece->has_value)
        *out_value = (Part){part.start + before, part.end - after};
    return TRUE;
}

static gboolean template_fits(const Template *template, const char *url, Part part, gboolean is_host,
                              Part *out_value)
{
    Part pieces[PIECES_MAX];
    if (!template->pieces)
        return TRUE;
    guint wanted = template->pieces->len,
          count = split_pieces(url, part, is_host ? '.' : '/', pieces, PIECES_MAX);
    if (count < wanted || (count > wanted && !template->goes_on) ||
        (is_host && template->goes_on && count == wanted))
        return FALSE;
    guint first = is_host ? count - wanted : 0;
    for (guint i = 0; i < wanted; i++)
        if (!piece_fits(template->pieces->pdata[i], url, pieces[first + i], is_host, out_value))
            return FALSE;
    return TRUE;
}

static gboolean is_wanted(const char *name, gsize length, gconstpointer data)
{
    const GPtrArray *wanted = data;
    g_autofree char *folded = keyed_name_fold(name, length);
    for (guint i = 0; i < wanted->len; i++)
        if (*folded && strcmp(wanted->pdata[i], folded) == 0)
            return TRUE;
    return FALSE;
}

/* Pages that are programs keep path and query behind the "#": "#!/content/7-…?tab=1". */
static void split_fragment(const char *url, const UrlSplit *split, Part *out_path, Part *out_query)
{
    *out_path = *out_query = split->fragment;
    if (out_path->start < out_path->end && url[out_path->start] == '!')
        out_path->start++;
    const char *mark = memchr(url + out_path->start, '?', out_path->end - out_path->start);
    if (mark) {
        out_path->end = (gsize)(mark - url);
        out_query->start = out_path->end + 1;
    }
}

static gboolean find_value(const UrlParts *parts, const Mapped *mapped, Part *out, gboolean *out_is_form)
{
    const char *url = mapped->text->str;
    UrlSplit split;
    Part path, query;
    url_split(url, mapped->text->len, &split);
    split_fragment(url, &split, &path, &query);
    *out = (Part){0, 0};
    *out_is_form = FALSE;
    if (!template_fits(&parts->templates[URL_HOST], url, split.host, TRUE, out) ||
        !template_fits(&parts->templates[URL_PATH], url, split.path, FALSE, out) ||
        !template_fits(&parts->templates[URL_FRAGMENT], url, path, FALSE, out))
        return FALSE;
    if (parts->query->len > 0) {
        *out_is_form = TRUE;
        return url_parameter(url, split.query, is_wanted, parts->query, out) ||
               url_parameter(url, query, is_wanted, parts->query, out);
    }
    return out->end > out->start;
}

void url_list_values(const UrlList *list, const char *text, const UrlParts *parts, UrlValue each,
                     gpointer data)
{
    for (guint i = 0; i < list->urls->len; i++) {
        const Mapped *url = list->urls->pdata[i];
        Part value;
        gboolean is_form;
        if (!find_value(parts, url, &value, &is_form))
            continue;
        gsize start, end;
        g_autoptr(Mapped) decoded = url_decode(url, value, is_form);
        mapped_span(url, value.start, value.end, &start, &end);
        gboolean is_valid = g_utf8_validate(decoded->text->str, (gssize)decoded->text->len, NULL);
        g_autofree char *meant =
            is_valid ? clean_line(decoded->text->str, (gssize)decoded->text->len, 2000) : NULL;
        gboolean is_same =
            meant && strlen(meant) == end - start && memcmp(meant, text + start, end - start) == 0;
        each(start, end, is_same ? NULL : meant, data);
    }
}
