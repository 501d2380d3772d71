#include "locked.h"
#include "mail_tree.h"
#include "parameter.h"
#include "scan.h"
#include "sealed_parts.h"
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

static Mail *mail_open(const Source *source, guint depth, GPtrArray *findings, GError **error);

/* A mail whose content is sealed in its signature is read as if it were not; else it is given back. */
static Mail *mail_unseal(Mail *mail, guint depth, GPtrArray *findings)
{
    Source inner;
    if (depth >= LIMIT_SEALED_LEVELS || !signed_mail_open(&mail->source, &mail->scan, mail->leaves, &inner))
        return mail;
    Mail *opened = mail_open(&inner, depth + 1, findings, NULL);
    if (!opened)
        return mail;
    if (depth == 0)
        finding_add(findings, "signed",
                    "with S/MIME, around the whole mail; nobody has checked the signature");
    mail_free(mail);
    return opened;
}

static Mail *mail_open(const Source *source, guint depth, GPtrArray *findings, GError **error)
{
    Mail *mail = g_new0(Mail, 1);
    mail->source = *source;
    mail->leaves = g_ptr_array_new_with_free_func(tree_part_free);
    if (!scan_mail(&mail->source, &mail->scan, findings, error)) {
        mail_free(mail);
        return NULL;
    }
    mail->source.size = mail->scan.end;
    tree_read(&mail->source, &mail->scan, 0, mail->leaves, findings);
    return mail_unseal(mail, depth, findings);
}

Mail *mail_open_bytes(const char *bytes, gsize length, GPtrArray *findings, GError **error)
{
    Source source;
    source_init_bytes(&source, bytes, length);
    return mail_open(&source, 0, findings, error);
}

Mail *mail_open_fd(int fd, GPtrArray *findings, GError **error)
{
    Source source;
    if (!source_init_fd(&source, fd, error))
        return NULL;
    return mail_open(&source, 0, findings, error);
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
    guint64 elsewhere; /* where `other` is from */
    gsize other_length;
    char head[SNIFF_BYTES], other[SNIFF_OTHER_BYTES];
} Measure;

/* What its first octets say, where that is news. */
static void judge_type(MailPart *part, const Measure *measure)
{
    gsize length = MIN(measure->size, SNIFF_BYTES);
    if (part->is_message && strcmp(part->type, "application/octet-stream") == 0) {
        part->found_type = "message/rfc822";
        return;
    }
    const char *found = part->is_message || part->is_raw
                            ? NULL
                            : sniff_type(measure->head, length, measure->other, measure->other_length);
    part->found_type = found && !sniff_agrees(found, part->type) ? found : NULL;
    part->is_program = found && sniff_is_program(found);
    part->is_locked = locked_file(measure->head, length, measure->other, measure->other_length);
}

/* Of octets that come one after the other: those from `elsewhere` on. */
static void take_other(Measure *measure, const char *bytes, gsize length)
{
    guint64 wanted = measure->elsewhere + measure->other_length;
    if (wanted < measure->size || wanted >= measure->size + length)
        return;
    gsize from = (gsize)(wanted - measure->size);
    gsize taken = MIN(length - from, SNIFF_OTHER_BYTES - measure->other_length);
    memcpy(measure->other + measure->other_length, bytes + from, taken);
    measure->other_length += taken;
}

static gboolean measure_sink(gpointer user, const char *bytes, gsize length)
{
    Measure *measure = user;
    digest_update(measure->digest, bytes, length);
    gsize had = MIN(measure->size, SNIFF_BYTES);
    memcpy(measure->head + had, bytes, MIN(length, SNIFF_BYTES - had));
    if (had < SNIFF_BYTES)
        measure->elsewhere = sniff_elsewhere(measure->head, MIN(measure->size + length, SNIFF_BYTES));
    if (measure->elsewhere > 0 && measure->other_length < SNIFF_OTHER_BYTES)
        take_other(measure, bytes, length);
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
    judge_type(&part->part, &measure);
    return &part->part;
}

typedef struct {
    GString *out;
    guint64 skip;
    gsize limit_bytes;
    gboolean is_cut;
} Collect;

static gboolean collect_sink(gpointer user, const char *bytes, gsize length)
{
    Collect *collect = user;
    gsize skipped = (gsize)MIN(collect->skip, length);
    collect->skip -= skipped;
    bytes += skipped;
    length -= skipped;
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

char *mail_part_bytes_from(Mail *mail, guint index, guint64 from, gsize limit_bytes, gsize *out_length)
{
    g_assert(index < mail->leaves->len);
    const TreePart *part = mail->leaves->pdata[index];
    Collect collect = {.out = g_string_new(NULL), .skip = from, .limit_bytes = limit_bytes};
    if (part->part.is_leaf)
        tree_part_decode(&mail->source, part, collect_sink, &collect);
    *out_length = collect.out->len;
    return g_string_free(collect.out, FALSE);
}
