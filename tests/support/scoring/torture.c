#include "tests/support/scoring/score.h"

#include <postern/body.h>
#include <postern/mail.h>

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
    int fd = open_mail(score);
    if (fd < 0) {
        fprintf(out, "missing\n");
        return;
    }
    ReadingSettings settings = {0};
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(Reading) reading = reading_make_fd(fd, &settings, &error);
    gint64 took = g_get_monotonic_time() - start;
    if (!reading) {
        fprintf(out, "refused %s\n", error->message);
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
    guint mails, crashes, hangs, slow, refused, lost, mails_with_lost, bad_packs;
    gint64 slowest_us, total_us;
    Tally names;         /* of the files in a winmail.dat */
    SourceTable sources; /* mails that are read whole */
} TortureScore;

/* What was read of the mail at hand; TRUE when nothing is wrong with it. */
static gboolean count_read(Score *score, TortureScore *torture, const char *said, gint64 took, guint lost,
                           guint bad)
{
    torture->slow += took > SLOW_US;
    torture->lost += lost;
    torture->mails_with_lost += lost > 0;
    torture->bad_packs += bad;
    torture->total_us += took;
    torture->slowest_us = MAX(torture->slowest_us, took);
    if ((lost > 0 || bad > 0) && score->is_verbose)
        printf("  %u lost: %s %s", lost, column(score, "file"), bad ? said : "\n");
    return took <= SLOW_US && lost == 0 && bad == 0;
}

static void torture_mail(Score *score, TortureScore *torture)
{
    const char *file = column(score, "file");
    g_autofree char *text = NULL;
    ChildEnd end = in_child(score, check_torture, &text);
    gint64 took = 0;
    guint lost = 0, bad = 0;
    gboolean is_right = FALSE;
    torture->mails++;
    if (end != CHILD_FINE) {
        printf("  %s: %s\n", end == CHILD_HUNG ? "hang" : "crash", file);
        torture->crashes += end == CHILD_DIED;
        torture->hangs += end == CHILD_HUNG;
    } else if (sscanf(text, "read %" G_GINT64_FORMAT " %u %u", &took, &lost, &bad) == 3) {
        is_right = count_read(score, torture, text, took, lost, bad);
    } else {
        torture->refused++;
        printf("  %s: %s", file, text);
    }
    source_table_count(score, &torture->sources, is_right);
}

/* The mails between the "From " lines of an mbox. */
static void torture_mbox(Score *score, TortureScore *torture)
{
    gsize length = 0;
    g_autofree char *bytes = read_named(score, column(score, "file"), &length);
    if (!bytes)
        torture_mail(score, torture);
    for (const char *at = bytes, *end = bytes ? bytes + length : NULL; at && at < end;) {
        const char *next = memmem(at + 1, (gsize)(end - at - 1), "\nFrom ", 6);
        const char *stop = next ? next + 1 : end;
        score->mail = g_bytes_new(at, (gsize)(stop - at));
        torture_mail(score, torture);
        g_clear_pointer(&score->mail, g_bytes_unref);
        at = stop;
    }
}

/* Names of files that the mail at hand has, a line each; bodies count when there is a text. */
static void list_names(const Score *score, FILE *out)
{
    g_autoptr(Reading) reading = read_mail(score);
    if (!reading)
        _exit(1);
    for (guint i = 0; i < reading->attachments->len; i++)
        fprintf(out, "%s\n", ((const Attachment *)reading->attachments->pdata[i])->name);
    if (*reading->text)
        fprintf(out, "body.rtf\nbody.html\n");
}

static void count_names(Score *score, TortureScore *torture)
{
    g_autofree char *file = g_strconcat(column(score, "file"), NULL);
    char *suffix = g_strrstr(file, ".tnef");
    g_autofree char *base = g_strndup(file, suffix ? (gsize)(suffix - file) : 0);
    g_autofree char *list = g_strconcat(base, ".names", NULL);
    g_autofree char *wanted = read_named(score, list, NULL), *ours = NULL;
    if (in_child(score, list_names, &ours) != CHILD_FINE)
        ours = g_strdup("");
    g_auto(GStrv) have = g_strsplit(ours, "\n", -1);
    g_auto(GStrv) names = g_strsplit(wanted ? wanted : "", "\n", -1);
    for (guint i = 0; names[i]; i++) {
        g_autofree char *safe = file_name_clean(g_strstrip(names[i]));
        if (*names[i] == '\0')
            continue;
        gboolean is_there = g_strv_contains((const char *const *)have, safe);
        tally_count(&torture->names, is_there);
        if (!is_there && score->is_verbose)
            printf("  no '%s': %s\n", names[i], file);
    }
}

/* As it comes: within a mail. */
static void torture_tnef(Score *score, TortureScore *torture)
{
    gsize length = 0;
    g_autofree char *bytes = read_named(score, column(score, "file"), &length);
    g_autofree char *encoded = g_base64_encode((const guchar *)(bytes ? bytes : ""), length);
    GString *mail = g_string_new("From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"
                                 "Content-Type: application/ms-tnef; name=winmail.dat\n"
                                 "Content-Transfer-Encoding: base64\n\n");
    for (gsize at = 0; encoded[at]; at += strnlen(encoded + at, 76))
        g_string_append_printf(mail, "%.76s\n", encoded + at);
    score->mail = g_string_free_to_bytes(mail);
    torture_mail(score, torture);
    count_names(score, torture);
    g_clear_pointer(&score->mail, g_bytes_unref);
}

static void torture_row(Score *score, gpointer user)
{
    TortureScore *torture = user;
    const char *file = column(score, "file"), *format = column(score, "format");
    gboolean is_mail = g_str_has_suffix(file, ".eml") || strcmp(format, "mail") == 0 ||
                       strcmp(column(score, "kind"), "mail") == 0;
    if (!g_hash_table_add(torture->seen, g_strdup(file)))
        return;
    if (is_mail)
        torture_mail(score, torture);
    else if (strcmp(format, "mbox") == 0)
        torture_mbox(score, torture);
    else if (strcmp(format, "tnef") == 0)
        torture_tnef(score, torture);
}

void score_torture(Score *score)
{
    static const char *const indexes[] = {"torture.tsv", "parse.tsv", "labels.tsv", "reply.tsv",
                                          "groups.tsv"};
    TortureScore torture = {.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                            .sources = source_table_new()};
    for (guint i = 0; i < G_N_ELEMENTS(indexes); i++)
        each_row(score, indexes[i], torture_row, &torture);
    printf("torture: %u mails, %u crashes, %u hangs, %u over 1 s, %u refused\n", torture.mails,
           torture.crashes, torture.hangs, torture.slow, torture.refused);
    printf("  lost leaves              %u in %u mails\n", torture.lost, torture.mails_with_lost);
    printf("  not packed and unpacked  %u\n", torture.bad_packs);
    printf("  time                     %.1f ms in all, slowest %.1f ms\n", (double)torture.total_us / 1000,
           (double)torture.slowest_us / 1000);
    score->is_below |= torture.mails == 0 || torture.crashes + torture.hangs + torture.slow +
                                                     torture.refused + torture.lost + torture.bad_packs >
                                                 0;
    figure_print(score, "names in winmail.dat", torture.names, 0);
    source_table_print(&torture.sources, "read whole, in time, nothing lost");
    g_hash_table_unref(torture.seen);
}
