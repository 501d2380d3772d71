#include "forwarded.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/ids.h>
#include <postern/parts.h>
#include <postern/reply.h>

#include <string.h>

/* Of an attached mail: its text stands before its attachments, which are kept with the whole. */
#define ATTACHED_BYTES (4u * 1024 * 1024)

/* An address as clients print it with its link, "a@b<mailto:a@b>", without that; a link alone ("Dora
 * [mailto:a@b]") becomes the address. NULL when the link leads to somebody else. The caller frees. */
static char *without_link(const char *shown)
{
    const char *link = strstr(shown, "mailto:");
    if (!link || link == shown || !strchr("<[", link[-1]))
        return g_strdup(shown);
    const char *address = link + strlen("mailto:"), *end = address + strcspn(address, ">]");
    if (!*end)
        return NULL;
    g_autofree char *target = g_strndup(address, MIN((gsize)(end - address), strcspn(address, "?")));
    g_autofree char *before = g_strchomp(g_strndup(shown, (gsize)(link - 1 - shown)));
    if (!strchr(before, '@'))
        return g_strdup_printf("%s <%s>%s", before, target, end + 1);
    gsize length = strlen(before), target_length = strlen(target);
    if (length < target_length || g_ascii_strcasecmp(before + length - target_length, target) != 0)
        return NULL;
    return g_strconcat(before, end + 1, NULL);
}

/* Clients print the name without the quotes that it needs: "Lee, Dora <dora@example.org>". */
static char *with_quotes(const char *shown)
{
    const char *open = strrchr(shown, '<');
    if (!open || open == shown || strchr(shown, '"'))
        return g_strdup(shown);
    g_autofree char *name = g_strchomp(g_strndup(shown, (gsize)(open - shown)));
    if (strpbrk(name, "<>") || (strchr(name, '@') && strpbrk(name, ",;")))
        return g_strdup(shown); /* more than one writer */
    g_autoptr(GString) quoted = g_string_new("\"");
    for (const char *at = name; *at; at++) {
        if (*at == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *at);
    }
    g_string_append_printf(quoted, "\" %s", open);
    return g_strdup(quoted->str);
}

static Mailbox *shown_mailbox(const char *shown)
{
    g_autofree char *line = clean_line(shown, -1, LIMIT_ADDRESS_HEADER_BYTES);
    g_autofree char *plain = without_link(line);
    if (!plain)
        return NULL;
    /* Lists of some clients end with what parts their members. */
    for (gsize length = strlen(g_strstrip(plain)); length > 0 && strchr("; ", plain[length - 1]); length--)
        plain[length - 1] = '\0';
    g_autofree char *raw = with_quotes(plain);
    return address_parse_mailbox(raw);
}

/* "Mon, 16 Nov 2026 at 09:12 +0100". Without a zone nobody knows when that was. */
static gint64 shown_date(const char *shown)
{
    const char *zone = shown ? strpbrk(shown, "+-") : NULL;
    if (!zone || strspn(zone + 1, "0123456789") != 4)
        return DATE_UNKNOWN;
    const char *at = strstr(shown, " at ");
    if (!at)
        return mail_date_parse(shown);
    g_autofree char *plain = g_strdup_printf("%.*s %s", (int)(at - shown), shown, at + strlen(" at "));
    return mail_date_parse(plain);
}

static Forwarded *inline_one(const Reading *reading)
{
    g_auto(ForwardParts) parts = {0};
    if (!reply_find_forward(reading->text, reply_subject_is_forward(reading->subject), &parts))
        return NULL;
    g_autoptr(Mailbox) from = shown_mailbox(parts.from);
    if (!from)
        return NULL;
    Forwarded *forwarded = forwarded_new();
    forwarded->from = g_steal_pointer(&from);
    forwarded->subject = clean_line(parts.subject, -1, LIMIT_SUBJECT_BYTES);
    forwarded->date_us = shown_date(parts.date);
    forwarded->date_text = parts.date ? clean_line(parts.date, -1, LIMIT_NAME_BYTES) : NULL;
    forwarded->comment = g_steal_pointer(&parts.comment);
    forwarded->text = g_steal_pointer(&parts.text);
    return forwarded;
}

/* Programs that do not know what they attach know its name. */
static gboolean is_mail(const MailPart *part)
{
    if (!part->is_leaf)
        return FALSE;
    if (!part->is_message)
        return strcmp(part->type, "application/octet-stream") == 0 && part->name &&
               g_str_has_suffix(part->name, ".eml");
    return strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0;
}

/* Index of the only mail among the parts, or 0. */
static guint find_attached(Mail *mail)
{
    guint found = 0;
    for (guint i = 1; i < mail_part_count(mail); i++) {
        if (!is_mail(mail_part(mail, i)))
            continue;
        if (found)
            return 0;
        found = i;
    }
    return found;
}

/* The reply of a mail whose subject says that it passes something on is all of its text. */
static char *own_words(const Reading *reading, gssize quote_start)
{
    if (!reply_subject_is_forward(reading->subject))
        return g_strdup(reading->reply);
    g_auto(ReplyParts) parts = {0};
    reply_split(reading->text, quote_start, &parts);
    return g_steal_pointer(&parts.reply);
}

static char *first_id(const Headers *headers)
{
    g_autoptr(GPtrArray) ids = ids_scan(headers_get(headers, "Message-ID", 0));
    return ids->len > 0 ? g_strdup(ids->pdata[0]) : NULL;
}

static Forwarded *attached_one(Mail *mail, const Reading *reading, gssize quote_start)
{
    guint index = find_attached(mail);
    if (index == 0)
        return NULL;
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, ATTACHED_BYTES, &length, NULL);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GPtrArray) doubts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Mail) within = mail_open_bytes(bytes, length, findings, NULL);
    g_autoptr(Mailbox) from = within ? address_parse_sender(mail_headers(within), doubts) : NULL;
    if (!from)
        return NULL;
    g_auto(ShownText) shown = {0};
    shown_text_make(within, findings, &shown);
    const Headers *headers = mail_headers(within);
    Forwarded *forwarded = forwarded_new();
    forwarded->is_attached = TRUE;
    forwarded->from = g_steal_pointer(&from);
    forwarded->subject = header_decode(headers_get(headers, "Subject", 0), LIMIT_SUBJECT_BYTES);
    const char *date = headers_get(headers, "Date", 0);
    forwarded->date_us = mail_date_parse(date);
    forwarded->date_text = date ? clean_line(date, -1, LIMIT_NAME_BYTES) : NULL;
    forwarded->message_id = first_id(headers);
    forwarded->comment = own_words(reading, quote_start);
    forwarded->text = g_steal_pointer(&shown.text);
    return forwarded;
}

/* Reports enclose mails, too, and nobody passes those on. */
Forwarded *forwarded_read(Mail *mail, const Reading *reading, gssize quote_start)
{
    if (reading->kind != KIND_HUMAN && reading->direct_kind != KIND_HUMAN)
        return NULL;
    Forwarded *forwarded = inline_one(reading);
    return forwarded ? forwarded : attached_one(mail, reading, quote_start);
}
