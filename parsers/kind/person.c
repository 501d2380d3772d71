#include "parsers/kind/person.h"

#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <postern/address.h>
#include <string.h>

gboolean person_has_client(const Headers *headers)
{
    static const char *const fields[] = {"X-Mailer", "User-Agent", NULL};
    for (const char *const *name = fields; *name; name++) {
        g_autofree char *value = lower_text(headers_get(headers, *name, 0), 200);
        if (*value && has_phrase(value, kind_clients))
            return TRUE;
    }
    /* Outlook behind Exchange names itself nowhere else. */
    return headers_count(headers, "X-MS-Has-Attach") > 0 && headers_count(headers, "Thread-Index") > 0;
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
