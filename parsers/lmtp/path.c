#include "parts.h"

#include <postern/base/clean.h>

#include <arpa/inet.h>
#include <string.h>

#define DOMAIN_BYTES 255 /* RFC 5321 4.5.3.1.2 */
#define LABEL_BYTES 63   /* RFC 1035 2.3.4 */

/* UTF-8 is checked for the whole mailbox at the end; here any byte of it is a letter (RFC 6531 3.3). */
static gboolean is_letter_or_digit(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

static gboolean is_atext(char c)
{
    return c && (is_letter_or_digit(c) || strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* All take at `*at`, move it behind what they took, and return FALSE when it does not match. */

static gboolean take_character(const char **at, char wanted)
{
    if (**at != wanted)
        return FALSE;
    (*at)++;
    return TRUE;
}

static gboolean take_dot_string(const char **at)
{
    do {
        const char *start = *at;
        while (is_atext(**at))
            (*at)++;
        if (*at == start)
            return FALSE;
    } while (take_character(at, '.'));
    return TRUE;
}

static gboolean take_quoted_string(const char **at)
{
    if (!take_character(at, '"'))
        return FALSE;
    for (; **at && **at != '"'; (*at)++) {
        if (**at == '\\')
            (*at)++;
        if ((guchar) * *at < 0x20 || **at == 0x7f)
            return FALSE;
    }
    return take_character(at, '"');
}

/* Underscores are no part of RFC 5321, but hosts that carry them do send mail. */
static gboolean take_label(const char **at)
{
    const char *start = *at;
    while (is_letter_or_digit(**at) || **at == '-' || **at == '_')
        (*at)++;
    return *at > start && *at - start <= LABEL_BYTES && *start != '-' && (*at)[-1] != '-';
}

static gboolean take_domain(const char **at)
{
    const char *start = *at;
    do {
        if (!take_label(at))
            return FALSE;
    } while (take_character(at, '.'));
    return *at - start <= DOMAIN_BYTES;
}

static gboolean take_literal(const char **at)
{
    guint8 ignored[sizeof(struct in6_addr)];
    if (!take_character(at, '['))
        return FALSE;
    const char *end = strchr(*at, ']');
    if (!end || end - *at > INET6_ADDRSTRLEN + 5)
        return FALSE;
    g_autofree char *text = g_strndup(*at, (gsize)(end - *at));
    *at = end + 1;
    if (g_ascii_strncasecmp(text, "IPv6:", 5) == 0)
        return inet_pton(AF_INET6, text + 5, ignored) == 1;
    return inet_pton(AF_INET, text, ignored) == 1;
}

/* "@relay,@relay:" is read and ignored, as RFC 5321 appendix C asks. */
static gboolean take_source_route(const char **at)
{
    if (**at != '@')
        return TRUE;
    do {
        if (!take_character(at, '@') || !take_domain(at))
            return FALSE;
    } while (take_character(at, ','));
    return take_character(at, ':');
}

/* "a.b" in quotes and a.b without are the same mailbox (RFC 5321 4.1.2), so the
 * owner sees one form of it. `length` includes the quotes. */
static char *local_part_new(const char *text, gsize length)
{
    if (text[0] != '"')
        return g_strndup(text, length);
    GString *bare = g_string_sized_new(length);
    for (gsize i = 1; i + 1 < length; i++) {
        if (text[i] == '\\')
            i++;
        g_string_append_c(bare, text[i]);
    }
    const char *at = bare->str;
    if (take_dot_string(&at) && *at == '\0')
        return g_string_free(bare, FALSE);
    g_string_free(bare, TRUE);
    return g_strndup(text, length);
}

static char *take_mailbox(const char **at, LmtpPathKind kind, const char **out_problem)
{
    const char *start = *at;
    *out_problem = "Local part of the address is malformed";
    if (**at == '"' ? !take_quoted_string(at) : !take_dot_string(at))
        return NULL;
    g_autofree char *local = local_part_new(start, (gsize)(*at - start));
    if (kind == LMTP_PATH_RECIPIENT && **at == '>' && g_ascii_strcasecmp(local, "postmaster") == 0)
        return g_steal_pointer(&local);
    *out_problem = "Address needs an @ and a domain";
    if (!take_character(at, '@'))
        return NULL;
    const char *domain = *at;
    *out_problem = "Domain of the address is malformed";
    if (**at == '[' ? !take_literal(at) : !take_domain(at))
        return NULL;
    return g_strdup_printf("%s@%.*s", local, (int)(*at - domain), domain);
}

char *lmtp_path_take(const char **at, LmtpPathKind kind, const char **out_problem)
{
    *out_problem = "Address must stand in angle brackets";
    if (!take_character(at, '<'))
        return NULL;
    if (kind == LMTP_PATH_SENDER && take_character(at, '>'))
        return g_strdup("");
    *out_problem = "Source route is malformed";
    if (!take_source_route(at))
        return NULL;
    g_autofree char *mailbox = take_mailbox(at, kind, out_problem);
    if (!mailbox)
        return NULL;
    *out_problem = "Address must end with an angle bracket";
    if (!take_character(at, '>'))
        return NULL;
    *out_problem = "Address is too long";
    if (strlen(mailbox) > LMTP_PATH_BYTES)
        return NULL;
    *out_problem = "Address is not valid UTF-8";
    if (!clean_is_line(mailbox))
        return NULL;
    return g_steal_pointer(&mailbox);
}

gboolean lmtp_path_is_ascii(const char *address)
{
    return g_str_is_ascii(address);
}
