#include "text_type.h"

#include <string.h>

/* Fields of a mail that a file of words does not begin with by chance, if it has so many of them. */
#define FIELDS 3u

static gboolean begins(const char *at, const char *end, const char *word)
{
    gsize length = strlen(word);
    return (gsize)(end - at) >= length && g_ascii_strncasecmp(at, word, length) == 0;
}

static const char *line_after(const char *at, const char *end)
{
    const char *feed = memchr(at, '\n', (gsize)(end - at));
    return feed ? feed + 1 : end;
}

/* RFC 5322 2.2 */
static gboolean is_field(const char *at, const char *end)
{
    const char *from = at;
    while (at<end && * at> ' ' && *at < 0x7f && *at != ':')
        at++;
    return at > from && at < end && *at == ':';
}

/* A header of a mail: nothing but fields, and enough of those that mails have. */
static gboolean is_mail(const char *at, const char *end)
{
    static const char *const known[] = {
        "From:", "To:", "Subject:", "Date:", "Message-ID:", "MIME-Version:", "Received:", "Return-Path:"};
    guint seen = 0, count = 0;
    for (; at < end && *at != '\n' && *at != '\r'; at = line_after(at, end)) {
        if (*at == ' ' || *at == '\t')
            continue;
        if (!is_field(at, end))
            return line_after(at, end) == end && count >= FIELDS;
        for (guint i = 0; i < G_N_ELEMENTS(known); i++)
            if (!(seen & 1u << i) && begins(at, end, known[i])) {
                seen |= 1u << i;
                count++;
            }
    }
    return count >= FIELDS;
}

/* "[2026-11-23" begins a log. */
static gboolean is_json(const char *at, const char *end)
{
    if (at == end || !strchr("{[", *at))
        return FALSE;
    const char *next = at + 1;
    while (next < end && g_ascii_isspace(*next))
        next++;
    return next < end && strchr(*at == '{' ? "\"}" : "{\"[", *next) != NULL;
}

const char *text_type(const char *head, gsize length)
{
    const char *end = head + length, *at = head;
    if (begins(at, end, "\xef\xbb\xbf"))
        at += 3;
    while (at < end && g_ascii_isspace(*at))
        at++;
    if (begins(at, end, "#!/") || begins(at, end, "#! /"))
        return "text/x-script";
    if (is_json(at, end))
        return "application/json";
    if (at > head)
        return NULL;
    if (memcmp(at, "From ", MIN(length, 5)) == 0 && is_mail(line_after(at, end), end))
        return "application/mbox";
    return is_mail(at, end) ? "message/rfc822" : NULL;
}
