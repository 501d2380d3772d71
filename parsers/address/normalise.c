#include <postern/address.h>

#include "domain.h"
#include "scan.h"

#include <string.h>

/* RFC 5321 4.5.3.1.3: 256 octets with the angle brackets. The 64 of the local part are not enforced:
 * return paths of mailing programs (VERP) go over them and are delivered everywhere. */
#define PATH_BYTES 254u

static gboolean is_dot_atom(const char *text)
{
    char before = '.';
    for (; *text; before = *text++)
        if (*text == '.' ? before == '.' : !scan_is_atom(*text))
            return FALSE;
    return before != '.';
}

static void append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

/* The local part without quotes, and the domain that follows; NULL when there is no such form. */
static char *split(const char *addr_spec, gsize length, const char **out_domain)
{
    const char *end = addr_spec + length;
    const char *at = addr_spec[0] == '"' ? scan_quoted_end(addr_spec, end) : memchr(addr_spec, '@', length);
    if (!at || at >= end || *at != '@' || at == addr_spec)
        return NULL;
    *out_domain = at + 1;
    if (addr_spec[0] != '"') {
        g_autofree char *local = g_strndup(addr_spec, (gsize)(at - addr_spec));
        return is_dot_atom(local) ? g_steal_pointer(&local) : NULL;
    }
    GString *local = g_string_new(NULL);
    scan_unquote(local, addr_spec, (gsize)(at - addr_spec));
    return g_string_free(local, FALSE);
}

char *address_normalise(const char *addr_spec)
{
    gsize length = addr_spec ? strlen(addr_spec) : 0;
    const char *domain = NULL;
    if (length == 0 || length > ADDRESS_BYTES)
        return NULL;
    g_autofree char *local = split(addr_spec, length, &domain);
    if (!local || local[0] == '\0' || !text_is_graphic(local, TRUE))
        return NULL;
    g_autofree char *ascii = domain_to_ascii(domain, strlen(domain));
    if (!ascii)
        return NULL;
    GString *out = g_string_sized_new(length + 1);
    if (is_dot_atom(local))
        g_string_append(out, local);
    else
        append_quoted(out, local);
    g_string_append_c(out, '@');
    g_string_append(out, ascii);
    return g_string_free(out, FALSE);
}

char *address_fold(const char *addr_spec)
{
    char *address = address_normalise(addr_spec);
    /* ASCII letters only: Unicode folding makes one of "K" (kelvin sign) and "k", "ß" and "ss", and
     * those may be two people. */
    for (char *at = address; at && *at; at++)
        *at = g_ascii_tolower(*at);
    return address;
}

gboolean address_equal(const char *a, const char *b)
{
    g_autofree char *folded_a = address_fold(a);
    g_autofree char *folded_b = address_fold(b);
    return folded_a && folded_b && strcmp(folded_a, folded_b) == 0;
}

const char *address_domain(const char *addr_spec)
{
    const char *at = strrchr(addr_spec, '@');
    return at ? at + 1 : addr_spec + strlen(addr_spec);
}

gboolean address_is_envelope(const char *address)
{
    if (!address || strlen(address) > PATH_BYTES)
        return FALSE;
    g_autofree char *normal = address_normalise(address);
    return normal && strlen(normal) <= PATH_BYTES;
}
