#include "smtp_mail.h"

#include <postern/address.h>
#include <postern/base/clean.h>

#include <string.h>

static gboolean is_ascii(const char *text)
{
    for (; *text; text++)
        if ((guchar)*text >= 0x80)
            return FALSE;
    return TRUE;
}

/* The address for the command line, or NULL. What address.h lets pass is looked at once more for controls:
 * a line end in here would be a command of its own. */
static char *wire_address(const char *address)
{
    if (!address_is_envelope(address))
        return NULL;
    g_autofree char *wire = address_normalise(address);
    if (!wire || !clean_is_line(wire) || strlen(wire) > SMTP_PATH_BYTES)
        return NULL;
    return g_steal_pointer(&wire);
}

/* NULL when every line ends in CR LF and neither stands alone. A lone LF could become the end of the mail
 * at a careless server, and what follows it commands. */
static const char *bytes_fault(const char *bytes, gsize length)
{
    if (length == 0)
        return "it is empty";
    const char *end = bytes + length;
    for (const char *at = bytes; at < end;) {
        const char *lf = memchr(at, '\n', (gsize)(end - at));
        if (!lf)
            return "its last line has no end";
        if (lf == at || lf[-1] != '\r')
            return "it has an LF without CR";
        if (memchr(at, '\r', (gsize)(lf - 1 - at)))
            return "it has a CR without LF";
        at = lf + 1;
    }
    return NULL;
}

static gboolean has_8bit(const char *bytes, gsize length)
{
    for (gsize at = 0; at < length; at++)
        if ((guchar)bytes[at] >= 0x80)
            return TRUE;
    return FALSE;
}

static gsize header_length(const char *bytes, gsize length)
{
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    return end ? (gsize)(end - bytes) : length;
}

/* RFC 3461 4: what "+" and "=" would break is written as +HH. */
static char *xtext(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++)
        if (*text > ' ' && *text < 0x7f && *text != '+' && *text != '=')
            g_string_append_c(out, *text);
        else
            g_string_append_printf(out, "+%02X", (guchar)*text);
    return g_string_free(out, FALSE);
}

static char *make_envid(const char *message_id)
{
    g_autofree char *envid = xtext(message_id ? message_id : "");
    gsize length = strlen(envid);
    return length > 0 && length <= SMTP_ENVID_BYTES ? g_steal_pointer(&envid) : NULL;
}

static char *refuse_address(const char *what, const char *address)
{
    g_autofree char *shown = clean_line(address, -1, 200);
    return g_strdup_printf("%s <%s> is no address that mail can be sent with", what, shown);
}

SmtpMail *smtp_mail_new(const OutboxRow *row, char **out_words)
{
    gsize length = 0;
    const char *bytes = row->bytes ? g_bytes_get_data(row->bytes, &length) : NULL;
    const char *fault = bytes_fault(bytes, length);
    if (fault) {
        *out_words = g_strdup_printf("not sent, our fault: %s", fault);
        return NULL;
    }
    g_autofree char *to = wire_address(row->to);
    if (!to) {
        *out_words = refuse_address("recipient", row->to);
        return NULL;
    }
    gboolean is_null = !row->envelope_from || row->envelope_from[0] == '\0';
    g_autofree char *from = is_null ? g_strdup("") : wire_address(row->envelope_from);
    if (!from) {
        *out_words = refuse_address("sender", row->envelope_from);
        return NULL;
    }
    SmtpMail *mail = g_new0(SmtpMail, 1);
    mail->needs_utf8 = !is_ascii(from) || !is_ascii(to);
    mail->wants_utf8 = mail->needs_utf8 || has_8bit(bytes, header_length(bytes, length));
    mail->has_8bit = has_8bit(bytes, length);
    mail->from = g_steal_pointer(&from);
    mail->to = g_steal_pointer(&to);
    mail->bytes = g_bytes_ref(row->bytes);
    mail->envid = make_envid(row->message_id);
    return mail;
}

void smtp_mail_free(SmtpMail *mail)
{
    if (!mail)
        return;
    g_free(mail->from);
    g_free(mail->to);
    g_free(mail->envid);
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_free(mail);
}

char *smtp_mail_misfit(const SmtpMail *mail, const SmtpOffers *offers)
{
    gsize size = g_bytes_get_size(mail->bytes);
    if (mail->needs_utf8 && !offers->utf8)
        return g_strdup("the outgoing server cannot take addresses with letters beyond ASCII (no SMTPUTF8)");
    if (offers->size && offers->size_limit > 0 && size > offers->size_limit)
        return g_strdup_printf("the mail has %" G_GSIZE_FORMAT
                               " bytes, the outgoing server takes at most %" G_GUINT64_FORMAT,
                               size, offers->size_limit);
    return NULL;
}

/* Without 8BITMIME the bytes go out all the same: the standard would have them converted, which only their
 * composer may do, and refusing would lose a mail that servers have passed on for decades. */
void smtp_mail_append_from(const SmtpMail *mail, const SmtpOffers *offers, GString *out)
{
    g_string_append_printf(out, "MAIL FROM:<%s>", mail->from);
    if (offers->size)
        g_string_append_printf(out, " SIZE=%" G_GSIZE_FORMAT, g_bytes_get_size(mail->bytes));
    if (mail->has_8bit && offers->eight_bit)
        g_string_append(out, " BODY=8BITMIME");
    if (mail->wants_utf8 && offers->utf8)
        g_string_append(out, " SMTPUTF8");
    /* A bounce needs to bring back no more than our Message-ID. */
    if (mail->from[0] != '\0' && offers->dsn) {
        g_string_append(out, " RET=HDRS");
        if (mail->envid)
            g_string_append_printf(out, " ENVID=%s", mail->envid);
    }
    g_string_append(out, "\r\n");
}

/* To the null sender nobody may report anything: NEVER says so to servers that would only find out later. */
void smtp_mail_append_to(const SmtpMail *mail, const SmtpOffers *offers, GString *out)
{
    g_string_append_printf(out, "RCPT TO:<%s>", mail->to);
    if (offers->dsn && mail->from[0] == '\0') {
        g_string_append(out, " NOTIFY=NEVER");
    } else if (offers->dsn) {
        g_string_append(out, " NOTIFY=FAILURE,DELAY");
        /* The form for letters beyond ASCII (RFC 6533) is understood by few. */
        if (is_ascii(mail->to)) {
            g_autofree char *original = xtext(mail->to);
            g_string_append_printf(out, " ORCPT=rfc822;%s", original);
        }
    }
    g_string_append(out, "\r\n");
}

void smtp_mail_append_body(const SmtpMail *mail, GString *out)
{
    gsize length = 0;
    const char *at = g_bytes_get_data(mail->bytes, &length);
    const char *end = at + length;
    while (at < end) {
        const char *lf = memchr(at, '\n', (gsize)(end - at));
        const char *next = lf ? lf + 1 : end;
        if (*at == '.')
            g_string_append_c(out, '.');
        g_string_append_len(out, at, next - at);
        at = next;
    }
    g_string_append(out, ".\r\n");
}
