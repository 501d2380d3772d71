#include "conflicts.h"

#include <postern/address.h>
#include <postern/organisation.h>
#include <string.h>

/* Addresses of other fields that are compared. */
#define ADDRESSES_COMPARED 10u

static void warn(Reading *reading, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void warn(Reading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(reading->sender_findings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Of the address in its canonical form, lower case; NULL when it is none. The caller frees. */
static char *domain_of(const char *address)
{
    g_autofree char *normal = address ? address_normalise(address) : NULL;
    return normal ? g_strdup(address_domain(normal)) : NULL;
}

/* A form on a web site shows the address that it has from its visitor. */
static gboolean stands_in_text(const Reading *reading, const char *address)
{
    return strcasestr(reading->text, address) != NULL;
}

static void judge_reply_to(const char *from, Reading *reading)
{
    for (guint i = 0; i < reading->reply_to->len && i < ADDRESSES_COMPARED; i++) {
        const char *address = ((const Mailbox *)reading->reply_to->pdata[i])->address;
        g_autofree char *domain = domain_of(address);
        if (!domain || domain_is_one_organisation(domain, from))
            continue;
        if (domain_looks_like(domain, from))
            warn(reading, "Reply-To leads to %s, a domain that only looks like the one of From (%s)", domain,
                 from);
        else if (reading->kind == KIND_HUMAN && domain_is_free_mail(domain) && !domain_is_free_mail(from) &&
                 !stands_in_text(reading, address))
            warn(reading, "Reply-To leads to a free mail provider (%s), From is of another domain (%s)",
                 address, from);
        else if (reading->kind == KIND_HUMAN)
            finding_add(reading->findings, "reply-to-differs",
                        "Reply-To leads to another domain (%s) than From (%s)", domain, from);
        return;
    }
}

static void judge_sender(const Headers *headers, const char *from, Reading *reading)
{
    const char *raw = headers_get(headers, "Sender", 0);
    g_autoptr(Mailbox) sender = raw ? address_parse_mailbox(raw) : NULL;
    g_autofree char *domain = sender ? domain_of(sender->address) : NULL;
    if (!domain || domain_is_one_organisation(domain, from))
        return;
    if (domain_looks_like(domain, from))
        warn(reading, "Sender is of %s, a domain that only looks like the one of From (%s)", domain, from);
    else if (reading->kind == KIND_HUMAN)
        finding_add(reading->findings, "sender-differs", "Sender is of another domain (%s) than From (%s)",
                    domain, from);
}

/* Mailing services and forwarders (SRS, VERP) write the recipient or the first sender into it. */
static gboolean is_made_path(const char *path)
{
    const char *at = strrchr(path, '@');
    return g_ascii_strncasecmp(path, "SRS", 3) == 0 || g_ascii_strncasecmp(path, "prvs=", 5) == 0 ||
           memchr(path, '=', at ? (gsize)(at - path) : 0) || strcasestr(path, "bounce") ||
           (at && at - path > 30);
}

static void judge_return_path(const char *from, Reading *reading)
{
    const char *path = reading->return_path;
    g_autofree char *domain = domain_of(path);
    if (!domain || domain_is_one_organisation(domain, from))
        return;
    if (domain_looks_like(domain, from))
        warn(reading, "Return-Path is of %s, a domain that only looks like the one of From (%s)", domain,
             from);
    else if (reading->kind == KIND_HUMAN && !reading->from_authentic && !is_made_path(path))
        finding_add(reading->findings, "return-path-differs",
                    "Return-Path is of another domain (%s) than From (%s)", domain, from);
}

/* Who writes in the name of the desk itself takes a name like it. */
static gboolean looks_like_ours(const char *from, const char *address, Reading *reading)
{
    g_autofree char *ours = domain_of(address);
    if (!ours || !domain_looks_like(from, ours))
        return FALSE;
    warn(reading, "From is of %s, a domain that only looks like the one it was sent to (%s)", from, ours);
    return TRUE;
}

static void judge_from(const char *from, Reading *reading)
{
    if (domain_is_disguised(from))
        warn(reading, "the domain of From (%s) mixes letters of scripts that look alike", from);
    for (guint i = 0; i < reading->delivered_to->len && i < ADDRESSES_COMPARED; i++)
        if (looks_like_ours(from, reading->delivered_to->pdata[i], reading))
            return;
    for (guint i = 0; i < reading->to->len && i < ADDRESSES_COMPARED; i++)
        if (looks_like_ours(from, ((const Mailbox *)reading->to->pdata[i])->address, reading))
            return;
}

void conflicts_note(const Headers *headers, Reading *reading)
{
    g_autofree char *from = reading->from ? domain_of(reading->from->address) : NULL;
    if (!from || reading->from_is_list || reading->original_from)
        return;
    judge_from(from, reading);
    judge_reply_to(from, reading);
    if (reading->list_address)
        return;
    judge_sender(headers, from, reading);
    judge_return_path(from, reading);
}
