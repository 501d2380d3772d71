#include "tests/support/scoring/score.h"

#include <postern/body.h>
#include <postern/mail.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SLOW_US G_USEC_PER_SEC

/* A leaf is in reach when it is listed, or when the text has its words. */
static guint lost_leaves(Mail *mail, const Reading *reading)
{
    guint lost = 0;
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part_measure(mail, i);
        gboolean is_found = !part->is_leaf || part->size == 0;
        for (guint k = 0; k < reading->attachments->len && !is_found; k++)
            is_found = strcmp(((Attachment *)reading->attachments->pdata[k])->sha256, part->sha256) == 0;
        if (is_found)
            continue;
        gsize length;
        g_autofree char *bytes = mail_part_bytes(mail, i, 1024 * 1024, &length, NULL);
        g_autofree char *utf8 = charset_to_utf8(bytes, length, part->charset, NULL);
        gssize quote;
        g_autofree char *words = strcmp(part->type, "text/html") == 0
                                     ? body_html_to_text(utf8, strlen(utf8), &quote, NULL)
                                     : g_strdup(utf8);
        lost += word_share(words, reading->text) < 0.7;
    }
    return lost;
}

static void check_torture(const Score *score, FILE *out)
{
    g_autofree char *path = g_build_filename(score->folder, column(score, "file"), NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ReadingSettings settings = {0};
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(Reading) reading = reading_make_fd(fd, &settings, &error);
    gint64 took = g_get_monotonic_time() - start;
    if (!reading) {
        fprintf(out, "limit %s\n", error->message);
        return;
    }
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(Reading) unpacked = reading_unpack(packed, &error);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_fd(fd, findings, NULL);
    fprintf(out, "read %" G_GINT64_FORMAT " %u %u %s\n", took, lost_leaves(mail, reading), unpacked ? 0u : 1u,
            unpacked ? "" : error->message);
}

typedef struct {
    GHashTable *seen;
    guint mails, crashes, hangs, slow, limits, lost, mails_with_lost, bad_packs;
    gint64 slowest_us, total_us;
    SourceTable sources; /* mails that are read whole */
} TortureScore;

static void torture_row(Score *score, gpointer user)
{
    TortureScore *torture = user;
    const char *file = column(score, "file");
    if (!g_str_has_suffix(file, ".eml") && strcmp(column(score, "format"), "mail") != 0 &&
        strcmp(column(score, "kind"), "mail") != 0)
        return;
    if (!g_hash_table_add(torture->seen, g_strdup(file)))
        return;
    g_autofree char *text = NULL;
    ChildEnd end = in_child(score, check_torture, &text);
    torture->mails++;
    gint64 took = 0;
    guint lost = 0, bad = 0;
    sscanf(text, "read %" G_GINT64_FORMAT " %u %u", &took, &lost, &bad);
    source_table_count(score, &torture->sources,
                       end == CHILD_FINE && lost == 0 && bad == 0 && took <= SLOW_US);
    if (end != CHILD_FINE) {
        printf("  %s: %s\n", end == CHILD_HUNG ? "hang" : "crash", file);
        torture->crashes += end == CHILD_DIED;
        torture->hangs += end == CHILD_HUNG;
    } else if (g_str_has_prefix(text, "limit")) {
        torture->limits++;
        printf("  %s: %s", file, text);
    } else if (sscanf(text, "read %" G_GINT64_FORMAT " %u %u", &took, &lost, &bad) == 3) {
        torture->slow += took > SLOW_US;
        torture->lost += lost;
        torture->mails_with_lost += lost > 0;
        torture->bad_packs += bad;
        torture->total_us += took;
        torture->slowest_us = MAX(torture->slowest_us, took);
        if ((lost > 0 || bad > 0) && score->is_verbose)
            printf("  %u lost: %s %s", lost, file, bad ? text : "\n");
    }
}

void score_torture(Score *score)
{
    static const char *const indexes[] = {"torture.tsv", "parse.tsv", "labels.tsv", "reply.tsv",
                                          "groups.tsv"};
    TortureScore torture = {.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                            .sources = source_table_new()};
    for (guint i = 0; i < G_N_ELEMENTS(indexes); i++)
        each_row(score, indexes[i], torture_row, &torture);
    printf("torture: %u mails, %u crashes, %u hangs, %u over 1 s, %u over a limit\n", torture.mails,
           torture.crashes, torture.hangs, torture.slow, torture.limits);
    printf("  lost leaves              %u in %u mails\n", torture.lost, torture.mails_with_lost);
    printf("  not packed and unpacked  %u\n", torture.bad_packs);
    printf("  time                     %.1f ms in all, slowest %.1f ms\n", (double)torture.total_us / 1000,
           (double)torture.slowest_us / 1000);
    score->is_below |= torture.crashes + torture.hangs + torture.slow + torture.lost + torture.bad_packs > 0;
    source_table_print(&torture.sources, "read whole, in time, nothing lost");
    g_hash_table_unref(torture.seen);
}
