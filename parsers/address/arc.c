/* Authenticated Received Chain (RFC 8617). That a chain is whole says only that nobody changed what its
 * sealers wrote; whether that is true is as sure as each of them. Anybody can seal a set that carries our
 * authserv-id. So the set counts when our border server's own domain sealed it, and all that came after it:
 * then nobody else had the mail in between who could have changed it unseen. */
#include <postern/address.h>

#include "authentication.h"
#include "domain.h"

#include <postern/base/limits.h>

#include <string.h>

#define ARC_SETS 50u /* RFC 8617 4.2.1: more are none */

/* The value of a tag of a tag-list (RFC 6376 3.2), without white space; NULL when it is absent or there
 * twice. The caller frees. */
static char *take_tag(const char *raw, const char *name)
{
    g_autofree char *found = NULL;
    g_auto(GStrv) tags = g_strsplit(raw, ";", 50);
    for (guint i = 0; tags[i]; i++) {
        char *equals = strchr(tags[i], '=');
        if (!equals)
            continue;
        *equals = '\0';
        if (g_ascii_strcasecmp(g_strstrip(tags[i]), name) != 0)
            continue;
        if (found)
            return NULL;
        found = g_strdup(g_strstrip(equals + 1));
    }
    return g_steal_pointer(&found);
}

/* 1 to ARC_SETS, or 0. */
static guint parse_instance(const char *text)
{
    gsize length = text ? strlen(text) : 0;
    if (length < 1 || length > 2 || strspn(text, "0123456789") != length)
        return 0;
    guint number = (guint)g_ascii_strtoull(text, NULL, 10);
    return number <= ARC_SETS ? number : 0;
}

/* "i=1; authserv-id; …": the number, with `scanner` at what follows its semicolon; 0 when it is none. */
static guint take_instance(const char *raw, Scanner *scanner)
{
    const char *end = strchr(raw, ';');
    g_autofree char *tag = end ? g_strndup(raw, (gsize)(end - raw)) : NULL;
    g_autofree char *text = tag ? take_tag(tag, "i") : NULL;
    if (!text || strlen(raw) > LIMIT_HEADER_LINE_BYTES)
        return 0;
    scanner_start(scanner, end + 1, strlen(end + 1));
    return parse_instance(text);
}

static gboolean seal_is_ours(const char *raw, const char *authserv_id)
{
    g_autofree char *domain = take_tag(raw, "d");
    g_autofree char *sealer = domain ? domain_to_ascii(domain, strlen(domain)) : NULL;
    g_autofree char *server = domain_to_ascii(authserv_id, strlen(authserv_id));
    return sealer && server && domain_is_aligned(sealer, server);
}

/* Whether every set from `first` on is there once and sealed by our border server. */
static gboolean seals_are_ours(const Headers *headers, guint first, const char *authserv_id)
{
    gboolean seen[ARC_SETS + 1] = {FALSE};
    guint last = first;
    const char *raw;
    for (guint i = 0; (raw = headers_get(headers, "ARC-Seal", i)); i++) {
        g_autofree char *text = take_tag(raw, "i");
        guint number = parse_instance(text);
        if (number == 0 || seen[number] || (number >= first && !seal_is_ours(raw, authserv_id)))
            return FALSE;
        seen[number] = TRUE;
        last = MAX(last, number);
    }
    for (guint number = first; number <= last; number++)
        if (!seen[number])
            return FALSE;
    return TRUE;
}

/* The first set whose Authentication-Results vouch for the domain; 0 when none does. */
static guint find_set(const Headers *headers, const char *authserv_id, const char *domain)
{
    gboolean seen[ARC_SETS + 1] = {FALSE};
    guint found = 0;
    const char *raw;
    for (guint i = 0; (raw = headers_get(headers, "ARC-Authentication-Results", i)); i++) {
        Scanner scanner;
        guint number = take_instance(raw, &scanner);
        if (number == 0 || seen[number])
            return 0;
        seen[number] = TRUE;
        if (authentication_take_server(&scanner, authserv_id) &&
            authentication_read(&scanner, domain, FALSE).vouches && (!found || number < found))
            found = number;
    }
    return found;
}

gboolean address_arc_vouches(const Headers *headers, const char *authserv_id, const char *author)
{
    if (!headers || !authserv_id || !author || authserv_id[0] == '\0')
        return FALSE;
    const char *domain = address_domain(author);
    g_autofree char *ascii = domain_to_ascii(domain, strlen(domain));
    Scanner scanner;
    if (!ascii || !authentication_find(headers, authserv_id, &scanner) ||
        !authentication_read(&scanner, NULL, FALSE).arc)
        return FALSE;
    guint set = find_set(headers, authserv_id, ascii);
    return set > 0 && seals_are_ours(headers, set, authserv_id);
}
