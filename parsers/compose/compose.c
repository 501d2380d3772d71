/* GMime could write mail too, but it lets CR LF through in several fields, picks its own charsets
 * and line ends, and costs more than the rest of the desk. What we send is so regular that a header
 * writer and a quoted-printable encoder are all it takes, and then every byte is ours. */
#include <postern/compose.h>

#include "body_write.h"
#include "header_write.h"

#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/limits.h>

#include <string.h>

#define BOUNDARY_HEX 24u

typedef struct {
    const char *type;
    char *body;
    const char *encoding;
} Part;

/* An id that others can refer to, whatever came in. */
static char *own_message_id(const char *id)
{
    if (header_id_is_valid(id))
        return g_strdup(id);
    guint8 sum[DIGEST_BYTES];
    digest_of(id ? id : "", id ? strlen(id) : 0, sum);
    g_autofree char *hex = digest_hex(sum, 16);
    return g_strconcat(hex, "@invalid", NULL);
}

static void write_references(GString *out, const GPtrArray *references)
{
    if (!references || references->len == 0)
        return;
    const char *const *ids = (const char *const *)references->pdata;
    guint count = references->len;
    if (count <= LIMIT_REFERENCES) {
        header_write_ids(out, "References", ids, count);
        return;
    }
    /* The root and the nearest ones: what RFC 5322 3.6.4 leaves to us when it gets long. */
    const char *kept[LIMIT_REFERENCES];
    kept[0] = ids[0];
    memcpy(kept + 1, ids + count - (LIMIT_REFERENCES - 1), (LIMIT_REFERENCES - 1) * sizeof *kept);
    header_write_ids(out, "References", kept, LIMIT_REFERENCES);
}

static void write_header(GString *out, const ComposeMail *mail)
{
    header_write_mailbox(out, "From", mail->from_name, mail->from_address);
    header_write_mailbox(out, "To", mail->to_name, mail->to_address);
    header_write_mailboxes(out, "Reply-To", mail->reply_to);
    header_write_text(out, "Subject", mail->subject);
    g_autofree char *date = clock_rfc5322(mail->date_us);
    header_write_text(out, "Date", date);
    g_autofree char *message_id = own_message_id(mail->message_id);
    const char *const own = message_id;
    header_write_ids(out, "Message-ID", &own, 1);
    if (mail->in_reply_to)
        header_write_ids(out, "In-Reply-To", &mail->in_reply_to, 1);
    write_references(out, mail->references);
    if (mail->is_automatic || mail->is_generated) {
        /* No Precedence: RFC 3834 3.1.8 found that it means too many things. */
        header_write_word(out, "Auto-Submitted", mail->is_generated ? "auto-generated" : "auto-replied");
        header_write_word(out, "X-Auto-Response-Suppress", "All");
    }
    header_write_word(out, "X-Postern-Ticket", mail->ticket_ref);
    header_write_word(out, "MIME-Version", "1.0");
}

/* "=_" cannot stand in quoted-printable; in plain text the rest is looked for. */
static char *boundary_for(const ComposeMail *mail, const Part *parts, guint count)
{
    for (guint turn = 0;; turn++) {
        g_autofree char *seed = g_strdup_printf("%u %s", turn, mail->message_id ? mail->message_id : "");
        guint8 sum[DIGEST_BYTES];
        digest_of(seed, strlen(seed), sum);
        g_autofree char *hex = digest_hex(sum, BOUNDARY_HEX / 2);
        g_autofree char *boundary = g_strconcat("=_", hex, NULL);
        gboolean occurs = FALSE;
        for (guint i = 0; i < count; i++)
            occurs |= strstr(parts[i].body, boundary) != NULL;
        if (!occurs)
            return g_steal_pointer(&boundary);
    }
}

static void write_part(GString *out, const Part *part)
{
    g_string_append_printf(out,
                           "Content-Type: %s; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: %s\r\n\r\n%s",
                           part->type, part->encoding, part->body);
}

static void write_alternative(GString *out, const ComposeMail *mail, const Part *parts, guint count)
{
    g_autofree char *boundary = boundary_for(mail, parts, count);
    g_string_append_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
    for (guint i = 0; i < count; i++) {
        g_string_append_printf(out, "--%s\r\n", boundary);
        write_part(out, &parts[i]);
        g_string_append(out, "\r\n");
    }
    g_string_append_printf(out, "--%s--\r\n", boundary);
}

GBytes *compose_mail(const ComposeMail *mail)
{
    /* The best form comes last (RFC 2046 5.1.4). */
    Part parts[2] = {{"text/plain", NULL, NULL}, {"text/html", NULL, NULL}};
    guint count = mail->html && mail->html[0] != '\0' ? 2 : 1;
    parts[0].body = body_write(mail->text, &parts[0].encoding);
    if (count == 2)
        parts[1].body = body_write(mail->html, &parts[1].encoding);
    GString *out = g_string_sized_new(1024);
    write_header(out, mail);
    if (count == 2)
        write_alternative(out, mail, parts, count);
    else
        write_part(out, &parts[0]);
    for (guint i = 0; i < count; i++)
        g_free(parts[i].body);
    return g_string_free_to_bytes(out);
}
