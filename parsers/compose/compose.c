/* GMime could write mail too, but it lets CR LF through in several fields, picks its own charsets
 * and line ends, and costs more than the rest of the desk. What we send is so regular that a header
 * writer and a quoted-printable encoder are all it takes, and then every byte is ours. */
#include <postern/compose.h>

#include "body_write.h"
#include "file_write.h"
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
} Form;

/* multipart/mixed (multipart/alternative (text, multipart/related (page, pictures)), files): each level only
 * where there is something for it. */
typedef struct {
    const ComposeMail *mail;
    Form text, page;             /* `page.body` NULL: there is none */
    GPtrArray *pictures, *files; /* ContentPart, borrowed */
    guint boundaries;
    GString *out;
} Writing;

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
    header_write_mailboxes(out, "Cc", mail->cc);
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

/* "=_" cannot stand in quoted-printable, nor "_" in base64; in plain text the rest is looked for. */
static char *next_boundary(Writing *writing)
{
    const char *id = writing->mail->message_id ? writing->mail->message_id : "";
    for (;;) {
        g_autofree char *seed = g_strdup_printf("%u %s", writing->boundaries++, id);
        guint8 sum[DIGEST_BYTES];
        digest_of(seed, strlen(seed), sum);
        g_autofree char *hex = digest_hex(sum, BOUNDARY_HEX / 2);
        g_autofree char *boundary = g_strconcat("=_", hex, NULL);
        if (!strstr(writing->text.body, boundary) &&
            !(writing->page.body && strstr(writing->page.body, boundary)))
            return g_steal_pointer(&boundary);
    }
}

static char *open_multipart(Writing *writing, const char *type)
{
    char *boundary = next_boundary(writing);
    g_string_append_printf(writing->out, "Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n--%s\r\n", type,
                           boundary, boundary);
    return boundary;
}

static void next_part(Writing *writing, const char *boundary)
{
    g_string_append_printf(writing->out, "\r\n--%s\r\n", boundary);
}

static void close_multipart(Writing *writing, const char *boundary)
{
    g_string_append_printf(writing->out, "\r\n--%s--\r\n", boundary);
}

static void write_form(Writing *writing, const Form *form)
{
    g_string_append_printf(writing->out,
                           "Content-Type: %s; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: %s\r\n\r\n%s",
                           form->type, form->encoding, form->body);
}

/* RFC 2387: the page is the root, because it comes first. */
static void write_page(Writing *writing)
{
    if (writing->pictures->len == 0) {
        write_form(writing, &writing->page);
        return;
    }
    g_autofree char *boundary = open_multipart(writing, "related;\r\n type=\"text/html\"");
    write_form(writing, &writing->page);
    for (guint i = 0; i < writing->pictures->len; i++) {
        next_part(writing, boundary);
        file_write(writing->out, writing->pictures->pdata[i], TRUE);
    }
    close_multipart(writing, boundary);
}

/* The best form comes last (RFC 2046 5.1.4). */
static void write_forms(Writing *writing)
{
    if (!writing->page.body) {
        write_form(writing, &writing->text);
        return;
    }
    g_autofree char *boundary = open_multipart(writing, "alternative");
    write_form(writing, &writing->text);
    next_part(writing, boundary);
    write_page(writing);
    close_multipart(writing, boundary);
}

static void write_all(Writing *writing)
{
    if (writing->files->len == 0) {
        write_forms(writing);
        return;
    }
    g_autofree char *boundary = open_multipart(writing, "mixed");
    write_forms(writing);
    for (guint i = 0; i < writing->files->len; i++) {
        next_part(writing, boundary);
        file_write(writing->out, writing->files->pdata[i], FALSE);
    }
    close_multipart(writing, boundary);
}

/* Whether the page shows it. */
static gboolean is_picture(const ComposeMail *mail, const ContentPart *part)
{
    if (!part->is_inline || !mail->html || !header_id_is_valid(part->content_id))
        return FALSE;
    g_autofree char *source = g_strconcat("\"cid:", part->content_id, "\"", NULL);
    return strstr(mail->html, source) != NULL;
}

static gsize sort_parts(Writing *writing)
{
    gsize size = 0;
    for (guint i = 0; writing->mail->parts && i < writing->mail->parts->len; i++) {
        ContentPart *part = writing->mail->parts->pdata[i];
        g_ptr_array_add(is_picture(writing->mail, part) ? writing->pictures : writing->files, part);
        size += file_write_size(part);
    }
    return size;
}

GBytes *compose_mail(const ComposeMail *mail)
{
    g_autoptr(GPtrArray) pictures = g_ptr_array_new();
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    Writing writing = {.mail = mail,
                       .text = {"text/plain", NULL, NULL},
                       .page = {"text/html", NULL, NULL},
                       .pictures = pictures,
                       .files = files};
    writing.out = g_string_sized_new(sort_parts(&writing) + 1024);
    writing.text.body = body_write(mail->text, &writing.text.encoding);
    if (mail->html && mail->html[0] != '\0')
        writing.page.body = body_write(mail->html, &writing.page.encoding);
    write_header(writing.out, mail);
    write_all(&writing);
    g_free(writing.text.body);
    g_free(writing.page.body);
    return g_string_free_to_bytes(writing.out);
}
