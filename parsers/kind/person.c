#include "parsers/kind/person.h"

#include "parsers/kind/automatic_view.h"
#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <postern/address.h>
#include <postern/organisation.h>
#include <string.h>

/* Recipients that are looked at. */
#define RECIPIENT_BYTES 4096u
/* As far as words of a person's own are looked for. */
#define OWN_BYTES 4096u

gboolean person_has_client(const Headers *headers)
{
    static const char *const fields[] = {"X-Mailer", "User-Agent", NULL};
    for (const char *const *name = fields; *name; name++) {
        g_autofree char *value = lower_text(headers_get(headers, *name, 0), 200);
        if (*value && has_phrase(value, kind_clients))
            return TRUE;
    }
    /* Outlook behind Exchange names itself nowhere else. */
    return headers_count(headers, "Thread-Index") > 0 &&
           (headers_count(headers, "X-MS-Has-Attach") > 0 ||
            headers_count(headers, "X-MS-Exchange-Organization-AuthAs") > 0);
}

/* Links stand behind the questions of automatic answers: "Need help sooner? See …". */
gboolean person_is_talking(const KindEvidence *evidence)
{
    const Headers *headers = evidence->headers;
    if (headers_count(headers, "In-Reply-To") == 0 || headers_count(headers, "Auto-Submitted") > 0)
        return FALSE;
    g_autofree char *prose = lower_text(evidence->text, OWN_BYTES);
    g_autofree char *own = g_strndup(prose, (gsize)(view_own_end(prose, NULL) - prose));
    return view_has_question(own) && !strstr(own, "://") && !has_phrase(own, kind_automatic_words) &&
           !has_phrase(own, kind_receipt_of_request_words) && !has_phrase(own, kind_absence_words);
}

gboolean person_has_form(const KindEvidence *evidence, const char *from)
{
    const char *raw = evidence->text ? headers_get(evidence->headers, "Reply-To", 0) : NULL;
    g_autoptr(Mailbox) back = raw ? address_parse_mailbox(raw) : NULL;
    if (!back || g_ascii_strcasecmp(address_domain(back->address), address_domain(from)) == 0)
        return FALSE;
    g_autofree char *text = lower_text(evidence->text, 8192);
    g_autofree char *address = g_ascii_strdown(back->address, -1);
    return strstr(text, address) != NULL;
}

/* Behind the sign, up to what ends a domain; lower case. NULL: none. The caller frees. */
static char *domain_at(const char *at)
{
    gsize length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
    return length > 0 && length < 254 ? g_ascii_strdown(at, (gssize)length) : NULL;
}

/* Of "<mailto:sales@firm.example>", "Sales <sales.firm.example>", "list sales@firm.example; …". */
static char *list_domain(const Headers *headers)
{
    static const char *const fields[] = {"List-Post", "Mailing-List", "X-BeenThere", "X-Mailing-List", NULL};
    for (const char *const *name = fields; *name; name++) {
        const char *raw = headers_get(headers, *name, 0), *at = raw ? strchr(raw, '@') : NULL;
        char *domain = at ? domain_at(at + 1) : NULL;
        if (domain)
            return domain;
    }
    const char *raw = headers_get(headers, "List-Id", 0), *open = raw ? strrchr(raw, '<') : NULL;
    return open ? domain_at(open + 1) : NULL;
}

static gboolean is_outside(const char *address, gsize length, const char *domain)
{
    const char *at = memchr(address, '@', length);
    g_autofree char *other = at ? domain_at(at + 1) : NULL;
    return other && !domain_is_one_organisation(other, domain);
}

static gboolean has_outsider(const Headers *headers, const char *domain)
{
    static const char *const fields[] = {"To", "Cc", NULL};
    for (const char *const *name = fields; *name; name++) {
        const char *raw = headers_get(headers, *name, 0);
        gsize length;
        const char *end = raw ? raw + strnlen(raw, RECIPIENT_BYTES) : NULL;
        for (const char *at = raw; at && (at = find_address(at, end, &length)); at += length)
            if (is_outside(at, length, domain))
                return TRUE;
    }
    return FALSE;
}

static gboolean draws_answers(const Headers *headers, const char *from)
{
    const char *raw = headers_get(headers, "Reply-To", 0);
    return raw && !strcasestr(raw, from);
}

char *person_firm_list(const KindEvidence *evidence, const char *from, gboolean has_client)
{
    const Headers *headers = evidence->headers;
    if (!has_client && headers_count(headers, "In-Reply-To") == 0)
        return NULL;
    g_autofree char *list = list_domain(headers);
    g_autofree char *domain = list ? domain_at(address_domain(from)) : NULL;
    if (!domain || !domain_is_one_organisation(list, domain) || draws_answers(headers, from) ||
        !has_outsider(headers, domain))
        return NULL;
    return g_strconcat("@", domain_organisation(domain), NULL);
}
