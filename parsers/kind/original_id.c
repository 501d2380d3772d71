/* Which mail came back. Every mail of ours has a Message-ID that only its way knows, so whichever place holds
 * it is as good: the desk checks it. */
#include "parsers/kind/bounce.h"

#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <string.h>

#define PROSE_BYTES (16u * 1024) /* a report names the mail at its beginning */
#define LINE_BYTES 1000          /* a longer line is no prose */

/* "<a@b>" in [at, end): where it begins, behind the bracket. */
static const char *find_bracketed(const char *at, const char *end, gsize *out_length)
{
    for (; (at = memchr(at, '<', (gsize)(end - at))); at++) {
        const char *id = at + 1;
        gsize length = 0;
        guint ats = 0;
        for (; id + length < end && !strchr("<> \t\r\n", id[length]); length++)
            ats += id[length] == '@';
        if (id + length < end && id[length] == '>' && ats == 1 && length <= LIMIT_MESSAGE_ID_BYTES) {
            *out_length = length;
            return id;
        }
    }
    return NULL;
}

/* The id that a line names in its own words: "*  Message-ID: <a@b>" in a transcript, "your message <a@b>" in
 * a sentence; the latter only with a sign that it is no address, since it may as well be the recipient. */
static const char *id_in_line(const char *line, const char *stop, const char *own_domain, gsize *out_length)
{
    const char *id = find_bracketed(line, stop, out_length);
    g_autofree char *words = id ? g_ascii_strdown(line, (gssize)MIN(stop - line, LINE_BYTES)) : NULL;
    if (!id || !strstr(words, "message"))
        return NULL;
    if (strstr(words, "message-id") || strstr(words, "message id"))
        return id;
    const char *at = (const char *)memchr(id, '@', *out_length) + 1;
    gsize size = own_domain ? strlen(own_domain) : 0;
    gboolean is_ours =
        size > 0 && (gsize)(id + *out_length - at) == size && g_ascii_strncasecmp(at, own_domain, size) == 0;
    return is_ours && memchr(id, '.', (gsize)(at - id)) ? id : NULL;
}

static char *find_in_prose(const char *text, const char *own_domain)
{
    const char *end = text + strnlen(text, PROSE_BYTES);
    gsize length;
    for (const char *line = text; line < end;) {
        const char *newline = memchr(line, '\n', (gsize)(end - line)), *stop = newline ? newline : end;
        const char *id = id_in_line(line, stop, own_domain, &length);
        if (id)
            return g_strndup(id, length);
        line = stop + 1;
    }
    return NULL;
}

/* The report came to us, so the domain that it came to is ours. */
static char *own_domain(const Headers *headers)
{
    const char *to = headers_get(headers, "To", 0);
    gsize length;
    const char *found = to ? find_address(to, to + strlen(to), &length) : NULL;
    const char *at = found ? memchr(found, '@', length) : NULL;
    return at ? g_strndup(at + 1, length - (gsize)(at + 1 - found)) : NULL;
}

static char *find_told(const KindEvidence *evidence)
{
    g_autofree char *domain = own_domain(evidence->headers);
    return find_in_prose(evidence->text ? evidence->text : "", domain);
}

/* Some systems answer the mail that came back. */
static char *find_answered(const Headers *headers)
{
    static const char *const names[] = {"In-Reply-To", "X-Original-Message-ID", "References"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = headers_get(headers, names[i], 0);
        gsize length;
        const char *id = value ? find_bracketed(value, value + strlen(value), &length) : NULL;
        if (id)
            return g_strndup(id, length);
    }
    return NULL;
}

char *bounce_find_original_id(const KindEvidence *evidence)
{
    g_autofree char *id = evidence->text ? find_message_id(evidence->text) : NULL;
    if (!id && evidence->returned)
        id = find_message_id(evidence->returned);
    if (!id && evidence->delivery_status)
        id = find_message_id(evidence->delivery_status);
    if (!id)
        id = find_told(evidence);
    if (!id)
        id = find_answered(evidence->headers);
    return id ? clean_line(id, -1, LIMIT_MESSAGE_ID_BYTES) : NULL;
}
