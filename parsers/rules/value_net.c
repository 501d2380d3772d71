#include <parsers/rules/value_parts.h>
#include <postern/address.h>
#include <postern/base/clean.h>

#include <arpa/inet.h>
#include <string.h>

static gboolean is_balanced_end(const char *text, gsize start, gsize end)
{
    char closing = text[end - 1], opening = closing == ')' ? '(' : '[';
    gint depth = 0;
    for (gsize at = start; at < end; at++)
        depth += text[at] == opening ? 1 : text[at] == closing ? -1 : 0;
    return depth >= 0;
}

/* Sentences and brackets end behind addresses; "…/Foo_(bar)" keeps its own bracket. */
static void narrow_url(const char *text, gsize start, gsize *end)
{
    while (*end > start) {
        char last = text[*end - 1];
        gboolean is_bracket = last == ')' || last == ']';
        if (is_bracket ? is_balanced_end(text, start, *end) : !strchr(".,;:!?'\"*_>}|", last))
            return;
        (*end)--;
    }
}

/* Scheme and host have no case (RFC 3986, 6.2.2.1); the rest has. */
char *url_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    narrow_url(text, *start, end);
    if (*end - *start < 4 || !g_ascii_isalnum(text[*start]))
        return value_refuse(why, "no web address");
    if (*end - *start > spec->max_length)
        return value_refuse(why, "too long");
    g_autofree char *raw = value_piece(text, *start, *end);
    g_autofree char *value = clean_line(raw, -1, spec->max_length);
    char *host = strstr(value, "://");
    host = host ? host + 3 : value;
    gsize authority = strcspn(host, "/?#");
    const char *user_end = memchr(host, '@', authority); /* what stands before it has case */
    for (gsize i = 0, kept = user_end ? (gsize)(user_end - value) : 0; i < (gsize)(host - value) + authority;
         i++)
        if (i >= kept || i < (gsize)(host - value))
            value[i] = g_ascii_tolower(value[i]);
    if (strchr(host, '.') || g_str_has_prefix(host, "localhost"))
        return g_steal_pointer(&value);
    return value_refuse(why, "no web address: the name of the server has no dot");
}

/* "<mailto:kim@example.com>." */
static void narrow_email(const char *text, gsize *start, gsize *end)
{
    static const char scheme[] = "mailto:";
    while (*start < *end && strchr("<([\"' \t\n", text[*start]))
        (*start)++;
    if (*end - *start > sizeof scheme && g_ascii_strncasecmp(text + *start, scheme, sizeof scheme - 1) == 0)
        *start += sizeof scheme - 1;
    while (*end > *start && strchr(">)].,;:!?\"' \t\n", text[*end - 1]))
        (*end)--;
}

char *email_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    narrow_email(text, start, end);
    g_autofree char *raw = value_piece(text, *start, *end);
    char *value = address_normalise(raw);
    if (!value)
        return value_refuse(why, "no mail address");
    return value_if_fits(spec, value, why);
}

/* The bits behind '/': at most `most`. -1 when they are none. */
static gint prefix_bits(const char *text, gint most)
{
    gsize digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 3 || text[digits] || (digits > 1 && *text == '0'))
        return -1;
    gint64 bits = g_ascii_strtoll(text, NULL, 10);
    return bits <= most ? (gint)bits : -1;
}

/* RFC 5952: lower case, the longest row of zeros as "::". */
char *ip_normalise(const TypeSpec *spec G_GNUC_UNUSED, const char *text, gsize *start, gsize *end,
                   const char **why)
{
    if (*end - *start > 2 && text[*start] == '[' && text[*end - 1] == ']') {
        (*start)++;
        (*end)--;
    }
    g_autofree char *raw = value_piece(text, *start, *end);
    char *slash = strchr(raw, '/');
    if (slash)
        *slash = '\0';
    guint8 bytes[sizeof(struct in6_addr)];
    char written[INET6_ADDRSTRLEN];
    gboolean is_six = strchr(raw, ':') != NULL;
    int family = is_six ? AF_INET6 : AF_INET;
    if (inet_pton(family, raw, bytes) != 1 || !inet_ntop(family, bytes, written, sizeof written))
        return value_refuse(why, "no IP address");
    if (!slash)
        return g_strdup(written);
    gint bits = prefix_bits(slash + 1, is_six ? 128 : 32);
    return bits < 0 ? value_refuse(why, "no such prefix length") : g_strdup_printf("%s/%d", written, bits);
}
