#include "grammar.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <string.h>

#define LETTERS_CAPITAL "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS_SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define LETTERS_DIGITS LETTERS_CAPITAL LETTERS_SMALL DIGITS

/* RFC 5321 4.5.3.1, RFC 1035 2.3.4 */
#define LOCAL_PART_BYTES 64u
#define DOMAIN_BYTES 253u
#define LABEL_BYTES 63u
#define WORD_BYTES 64u
#define PATH_BYTES 1024u

gboolean grammar_is_word(const char *text)
{
    gsize length = strlen(text);
    return length > 0 && length <= WORD_BYTES && g_ascii_isalnum(text[0]) &&
           strspn(text, LETTERS_DIGITS "._-") == length;
}

gboolean grammar_is_prefix(const char *text)
{
    gsize length = strlen(text);
    return length >= 2 && length <= 6 && g_ascii_isupper(text[0]) &&
           strspn(text, LETTERS_CAPITAL DIGITS) == length;
}

gboolean grammar_is_domain(const char *text)
{
    if (strlen(text) > DOMAIN_BYTES)
        return FALSE;
    for (;;) {
        gsize length = strspn(text, LETTERS_DIGITS "-");
        if (length == 0 || length > LABEL_BYTES || text[0] == '-' || text[length - 1] == '-')
            return FALSE;
        text += length;
        if (*text == '\0')
            return TRUE;
        if (*text++ != '.')
            return FALSE;
    }
}

gboolean grammar_is_host(const char *text)
{
    /* "999.1.1.1" would be a domain by its letters, and nobody means that. */
    if (strspn(text, DIGITS ".") == strlen(text))
        return g_hostname_is_ip_address(text);
    return grammar_is_domain(text) || g_hostname_is_ip_address(text);
}

static gboolean is_atom_byte(char c)
{
    return (guchar)c >= 0x80 || g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static gboolean is_dot_atom(const char *text, gsize length)
{
    gboolean after_dot = TRUE;
    for (gsize i = 0; i < length; i++) {
        gboolean is_dot = text[i] == '.';
        if (is_dot ? after_dot : !is_atom_byte(text[i]))
            return FALSE;
        after_dot = is_dot;
    }
    return !after_dot;
}

gboolean grammar_is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    if (!at || (gsize)(at - text) > LOCAL_PART_BYTES || !clean_is_line(text))
        return FALSE;
    return is_dot_atom(text, (gsize)(at - text)) && grammar_is_domain(at + 1);
}

gboolean grammar_is_line(const char *text)
{
    return strlen(text) <= LIMIT_NAME_BYTES && text[strspn(text, " ")] && clean_is_line(text);
}

gboolean grammar_is_authserv_id(const char *text)
{
    gsize length = strlen(text);
    if (length == 0 || length > DOMAIN_BYTES)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(text[i]) || strchr("\";()<>,\\", text[i]))
            return FALSE;
    return TRUE;
}

gboolean grammar_is_variable(const char *text)
{
    gsize length = strlen(text);
    return length > 0 && length <= WORD_BYTES && !g_ascii_isdigit(text[0]) &&
           strspn(text, LETTERS_DIGITS "_") == length;
}

gboolean grammar_is_path(const char *text)
{
    return text[0] && text[0] != '~' && strlen(text) <= PATH_BYTES && clean_is_line(text);
}

gboolean grammar_is_loopback(const char *host)
{
    if (g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
        return TRUE;
    return g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host);
}

gboolean grammar_is_customer(const char *text)
{
    return grammar_is_address(text) || grammar_is_domain(text);
}
