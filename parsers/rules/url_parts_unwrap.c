#include <parsers/rules/url_parts_private.h>

#include <string.h>

#define WRAPS_MAX 4u /* a mail that was passed on gathers some */

static gboolean url_is_parameter_named(const char *name, gsize length, gconstpointer data)
{
    const char *wanted = data;
    return strlen(wanted) == length && g_ascii_strncasecmp(name, wanted, length) == 0;
}

gboolean url_parameter(const char *url, Part query, IsParameter is_it, gconstpointer data, Part *out)
{
    for (gsize at = query.start; at < query.end;) {
        gsize end = at;
        while (end < query.end && url[end] != '&' && url[end] != ';')
            end++;
        const char *equals = memchr(url + at, '=', end - at);
        if (equals && is_it(url + at, (gsize)(equals - (url + at)), data)) {
            *out = (Part){(gsize)(equals - url) + 1, end};
            return out->end > out->start;
        }
        at = end + 1;
    }
    return FALSE;
}

static int escape_at(const char *text, gsize at, gsize end)
{
    if (end - at < 3 || text[at] != '%' || !g_ascii_isxdigit(text[at + 1]) || !g_ascii_isxdigit(text[at + 2]))
        return -1;
    return g_ascii_xdigit_value(text[at + 1]) * 16 + g_ascii_xdigit_value(text[at + 2]);
}

Mapped *url_decode(const Mapped *url, Part part, gboolean is_form)
{
    const char *text = url->text->str;
    Mapped *out = mapped_new(part.end - part.start);
    for (gsize at = part.start; at < part.end;) {
        int escape = escape_at(text, at, part.end);
        gsize size = escape >= 0 ? 3 : 1;
        char byte = escape >= 0 ? (char)escape : is_form && text[at] == '+' ? ' ' : text[at];
        if (escape >= 0 || byte != text[at])
            mapped_add_of(out, &byte, 1, url, at, at + size);
        else
            mapped_copy_of(out, url, at, at + 1);
        at += size;
    }
    return out;
}

static gboolean is_text(const Mapped *mapped)
{
    if (mapped->text->len == 0 || !g_utf8_validate(mapped->text->str, (gssize)mapped->text->len, NULL))
        return FALSE;
    for (gsize i = 0; i < mapped->text->len; i++)
        if ((guchar)mapped->text->str[i] < 0x20 || mapped->text->str[i] == 0x7f)
            return FALSE;
    return TRUE;
}

/* Second form of Proofpoint: "-" is "%", "_" is "/". */
static Mapped *decode_proofpoint(const Mapped *url, Part part)
{
    g_autoptr(Mapped) plain = mapped_new(part.end - part.start);
    for (gsize at = part.start; at < part.end; at++) {
        char c = url->text->str[at];
        char byte = c == '-' ? '%' : c == '_' ? '/' : c;
        mapped_add_of(plain, &byte, 1, url, at, at + 1);
    }
    return url_decode(plain, (Part){0, plain->text->len}, FALSE);
}

/* The length of a run that "**X" stands for; 0 when it is none. */
static gsize run_length(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (gsize)(at - alphabet) + 2 : 0;
}

/* Third form: "__address__;bytes!!…": each "*" of the address is one of the bytes, "**X" several. */
static Mapped *decode_third(const Mapped *url, Part path)
{
    const char *text = url->text->str, *begin = memmem(text + path.start, path.end - path.start, "__", 2);
    const char *end = begin ? g_strrstr_len(begin + 2, text + url->text->len - (begin + 2), "__;") : NULL;
    if (!end)
        return NULL;
    g_autofree char *encoded = g_strndup(end + 3, strcspn(end + 3, "!"));
    /* It comes without its padding. */
    g_autofree char *padded =
        g_strconcat(g_strdelimit(g_strdelimit(encoded, "-", '+'), "_", '/'), "===", NULL);
    gsize left = 0;
    g_autofree guchar *all = g_base64_decode(padded, &left);
    const guchar *bytes = all;
    Mapped *out = mapped_new((gsize)(end - begin));
    for (gsize at = (gsize)(begin - text) + 2; text + at < end;) {
        gsize run = text[at] == '*' && text[at + 1] == '*' ? run_length(text[at + 2]) : 0;
        gsize size = run ? 3 : 1, count = run ? run : text[at] == '*';
        count = MIN(count, left);
        if (count) {
            mapped_add_of(out, (const char *)bytes, count, url, at, at + size);
        } else {
            size = 1;
            mapped_copy_of(out, url, at, at + 1);
        }
        bytes += count;
        left -= count;
        at += size;
    }
    return out;
}

static const struct {
    const char *host, *path, *parameters[3];
} WRAPPERS[] = {
    {"safelinks.protection.outlook.com", "", {"url", NULL, NULL}},
    {"safelinks.protection.office365.us", "", {"url", NULL, NULL}},
    {"www.google.", "/url", {"q", "url", NULL}},
    {"google.com", "/url", {"q", "url", NULL}},
    {"l.facebook.com", "/l.php", {"u", NULL, NULL}},
    {"slack-redir.net", "/link", {"url", NULL, NULL}},
    {"linkprotect.cudasvc.com", "/url", {"a", NULL, NULL}},
    {"link.edgepilot.com", "/", {"u", NULL, NULL}},
    {"www.youtube.com", "/redirect", {"q", NULL, NULL}},
};

/* "x.y.com" belongs to "y.com"; "www.google." to itself under any end. */
static gboolean host_fits(const char *url, Part host, const char *wanted)
{
    gsize size = strlen(wanted), length = host.end - host.start;
    if (g_str_has_suffix(wanted, "."))
        return length > size && g_ascii_strncasecmp(url + host.start, wanted, size) == 0;
    return length >= size && g_ascii_strncasecmp(url + host.end - size, wanted, size) == 0 &&
           (length == size || url[host.end - size - 1] == '.');
}

static gboolean path_fits(const char *url, Part path, const char *wanted)
{
    gsize size = strlen(wanted);
    return path.end - path.start >= size && memcmp(url + path.start, wanted, size) == 0;
}

/* The address inside, or NULL. */
static Mapped *inside(const Mapped *url)
{
    const char *text = url->text->str;
    UrlSplit split;
    Part value;
    url_split(text, url->text->len, &split);
    if (host_fits(text, split.host, "urldefense.com") || host_fits(text, split.host, "urldefense.us"))
        if (path_fits(text, split.path, "/v3/"))
            return decode_third(url, split.path);
    if (host_fits(text, split.host, "urldefense.proofpoint.com") && path_fits(text, split.path, "/v2/") &&
        url_parameter(text, split.query, url_is_parameter_named, "u", &value))
        return decode_proofpoint(url, value);
    for (gsize i = 0; i < G_N_ELEMENTS(WRAPPERS); i++) {
        if (!host_fits(text, split.host, WRAPPERS[i].host) || !path_fits(text, split.path, WRAPPERS[i].path))
            continue;
        for (const char *const *name = WRAPPERS[i].parameters; *name; name++)
            if (url_parameter(text, split.query, url_is_parameter_named, *name, &value))
                return url_decode(url, value, FALSE);
    }
    return NULL;
}

Mapped *url_unwrap(Mapped *url)
{
    for (guint wraps = 0; wraps < WRAPS_MAX; wraps++) {
        g_autoptr(Mapped) within = inside(url);
        if (!within || !is_text(within) || !memmem(within->text->str, MIN(within->text->len, 12), ":/", 2))
            break;
        mapped_free(url);
        url = g_steal_pointer(&within);
    }
    return url;
}
