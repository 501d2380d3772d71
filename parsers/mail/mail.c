#include "mail_tree.h"
#include "parameter.h"
#include "scan.h"
#include "signed_mail.h"
#include "sniff.h"

#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

struct Mail {
    Source source;
    Scan scan;
    GPtrArray *leaves; /* TreePart */
};

static Mail *mail_open(const Source *source, GPtrArray *findings, GError **error);

/* A mail whose content is sealed in its signature is read as if it were not; else it is given back. */
static Mail *mail_unseal(Mail *mail, GPtrArray *findings)
{
    Source inner;
    if (!signed_mail_open(&mail->source, &mail->scan, mail->leaves, &inner))
        return mail;
    Mail *opened = mail_open(&inner, findings, NULL);
    if (!opened)
        return mail;
    finding_add(findings, "signed", "with S/MIME, around the whole mail; nobody has checked the signature");
    mail_free(mail);
    return opened;
}

static Mail *mail_open(const Source *source, GPtrArray *findings, GError **error)
{
    Mail *mail = g_new0(Mail, 1);
    mail->source = *source;
    mail->leaves = g_ptr_array_new_with_free_func(tree_part_free);
    if (!scan_mail(&mail->source, &mail->scan, findings, error)) {
        mail_free(mail);
        return NULL;
    }
    tree_read(&mail->source, &mail->scan, mail->leaves, findings);
    return mail_unseal(mail, findings);
}

Mail *mail_open_bytes(const char *bytes, gsize length, GPtrArray *findings, GError **error)
{
    Source source;
    source_init_bytes(&source, bytes, length);
    return mail_open(&source, findings, error);
}

Mail *mail_open_fd(int fd, GPtrArray *findings, GError **error)
{
    Source source;
    if (!source_init_fd(&source, fd, error))
        return NULL;
    return mail_open(&source, findings, error);
}

void mail_free(Mail *mail)
{
    if (!mail)
        return;
    scan_clear(&mail->scan);
    g_ptr_array_unref(mail->leaves);
    source_clear(&mail->source);
    g_free(mail);
}

Headers *mail_headers_only(const char *bytes, gsize length)
{
    Source source;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    Scan scan = {0};
    source_init_bytes(&source, bytes, length);
    Headers *headers = scan_mail(&source, &scan, findings, NULL) ? g_steal_pointer(&scan.headers) : NULL;
    scan_clear(&scan);
    return headers;
}

const Headers *mail_headers(const Mail *mail)
{
    return mail->scan.headers;
}

guint mail_part_count(const Mail *mail)
{
    return mail->leaves->len;
}

const MailPart *mail_part(const Mail *mail, guint index)
{
    g_assert(index < mail->leaves->len);
    return &((const TreePart *)mail->leaves->pdata[index])->part;
}

typedef struct {
    Digest *digest;
    guint64 size;
    char head[SNIFF_BYTES];
} Measure;

/* What its first octets say, where that is news. */
static void judge_type(MailPart *part, const char *head, gsize length)
{
    const char *found = part->is_message || part->is_raw ? NULL : sniff_type(head, length);
    part->found_type = found && !sniff_agrees(found, part->type) ? found : NULL;
    part->is_program = found && sniff_is_program(found);
}

static gboolean measure_sink(gpointer user, const char *bytes, gsize length)
{
    Measure *measure = user;
    digest_update(measure->digest, bytes, length);
    gsize room = SNIFF_BYTES - MIN(measure->size, SNIFF_BYTES);
    memcpy(measure->head + MIN(measure->size, SNIFF_BYTES), bytes, MIN(length, room));
    measure->size += length;
    return TRUE;
}

const MailPart *mail_part_measure(Mail *mail, guint index)
{
    g_assert(index < mail->leaves->len);
    TreePart *part = mail->leaves->pdata[index];
    if (part->part.sha256 || !part->part.is_leaf)
        return &part->part;
    Measure measure = {.digest = digest_new()};
    tree_part_decode(&mail->source, part, measure_sink, &measure);
    guint8 sum[DIGEST_BYTES];
    digest_end(measure.digest, sum);
    part->part.sha256 = digest_hex(sum, sizeof sum);
    part->part.size = measure.size;
    judge_type(&part->part, measure.head, MIN(measure.size, SNIFF_BYTES));
    return &part->part;
}

typedef struct {
    GString *out;
    gsize limit_bytes;
    gboolean is_cut;
} Collect;

static gboolean collect_sink(gpointer user, const char *bytes, gsize length)
{
    Collect *collect = user;
    gsize room = collect->limit_bytes - collect->out->len;
    g_string_append_len(collect->out, bytes, (gssize)MIN(room, length));
    collect->is_cut = length > room;
    return !collect->is_cut;
}

char *mail_part_bytes(Mail *mail, guint index, gsize limit_bytes, gsize *out_length, gboolean *out_cut)
{
    g_assert(index < mail->leaves->len);
    TreePart *part = mail->leaves->pdata[index];
    guint64 raw = part->part.sha256 ? part->part.size : part->end - MIN(part->begin, part->end);
    Collect collect = {.out = g_string_sized_new(MIN(raw, limit_bytes) + 1), .limit_bytes = limit_bytes};
    if (part->part.is_leaf || part->part.is_split)
        tree_part_decode(&mail->source, part, collect_sink, &collect);
    *out_length = collect.out->len;
    if (part->part.is_leaf && !collect.is_cut)
        part->part.size = collect.out->len;
    if (out_cut)
        *out_cut = collect.is_cut;
    return g_string_free(collect.out, FALSE);
}
