#include "domain.h"

#include "scan.h"

#include <postern/organisation.h>

#include <idn2.h>
#include <string.h>

static gboolean is_ascii(const char *text)
{
    while (*text && (guchar)*text < 0x80)
        text++;
    return *text == '\0';
}

static gboolean label_is_valid(const char *label, gsize length)
{
    if (length == 0 || length > LABEL_BYTES || label[0] == '-' || label[length - 1] == '-')
        return FALSE;
    for (gsize i = 0; i < length; i++)
        /* The underscore is no letter of a host name, yet such hosts send mail. */
        if (!g_ascii_isalnum(label[i]) && label[i] != '-' && label[i] != '_')
            return FALSE;
    return TRUE;
}

static gboolean name_is_valid(const char *domain)
{
    if (strlen(domain) > DOMAIN_BYTES)
        return FALSE;
    while (TRUE) {
        gsize length = strcspn(domain, ".");
        if (!label_is_valid(domain, length))
            return FALSE;
        if (domain[length] == '\0')
            return TRUE;
        domain += length + 1;
    }
}

/* RFC 5321 4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
static gboolean literal_is_valid(const char *literal)
{
    gsize length = strlen(literal);
    if (length < 3 || length > 60 || literal[length - 1] != ']')
        return FALSE;
    g_autofree char *inner = g_strndup(literal + 1, length - 2);
    if (g_ascii_strncasecmp(inner, "IPv6:", 5) == 0)
        return strchr(inner + 5, ':') && !strchr(inner, '%') && g_hostname_is_ip_address(inner + 5);
    return !strchr(inner, ':') && g_hostname_is_ip_address(inner);
}

static guint dots_in(const char *text)
{
    guint count = 0;
    for (; *text; text++)
        count += *text == '.';
    return count;
}

/* libidn2 takes CR LF and blanks without a word, so the bytes are looked at before and after. */
static char *international_to_ascii(const char *domain)
{
    if (!text_is_graphic(domain, FALSE))
        return NULL;
    guint8 *converted = NULL;
    int status = idn2_lookup_u8((const guint8 *)domain, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    g_autofree char *ascii = status == IDN2_OK ? g_strdup((const char *)converted) : NULL;
    idn2_free(converted);
    /* The mapping turns ideographic full stops into dots: other readers may see another domain there. */
    if (!ascii || dots_in(ascii) != dots_in(domain))
        return NULL;
    return g_steal_pointer(&ascii);
}

char *domain_to_ascii(const char *domain, gsize length)
{
    if (length == 0 || length > ADDRESS_BYTES || memchr(domain, '\0', length))
        return NULL;
    g_autofree char *name = g_strndup(domain, length);
    if (name[0] == '[')
        return literal_is_valid(name) ? g_ascii_strdown(name, -1) : NULL;
    g_autofree char *ascii = is_ascii(name) ? g_strdup(name) : international_to_ascii(name);
    return ascii && name_is_valid(ascii) ? g_ascii_strdown(ascii, -1) : NULL;
}

char *domain_of_value(const char *value)
{
    const char *at = value ? strrchr(value, '@') : NULL;
    const char *domain = at ? at + 1 : value;
    gsize length = domain ? strlen(domain) : 0;
    if (length > 1 && domain[length - 1] == '.')
        length--;
    return domain ? domain_to_ascii(domain, length) : NULL;
}

static gboolean lies_below(const char *child, const char *parent)
{
    gsize child_length = strlen(child), parent_length = strlen(parent);
    return child_length > parent_length && strchr(parent, '.') &&
           child[child_length - parent_length - 1] == '.' &&
           strcmp(child + child_length - parent_length, parent) == 0;
}

gboolean domain_is_aligned(const char *a, const char *b)
{
    /* Below "co.uk" or "github.io" is somebody else. */
    return strcmp(a, b) == 0 || ((lies_below(a, b) || lies_below(b, a)) && domain_is_one_organisation(a, b));
}
