#include "tests/support/scoring/score.h"

#include <string.h>
#include <unistd.h>

/* Codes such as 5.0.911 are another program's own words for a cause: no report holds them. */
static gboolean is_pseudo(const char *status)
{
    return strlen(status) > 5 && strncmp(status + 1, ".0.9", 4) == 0;
}

typedef enum { COMPARE_STRICT, COMPARE_CLASS, COMPARE_CODE } Compare;

static gboolean has_status(const Reading *reading, const char *status, Compare compare)
{
    for (guint i = 0; reading->bounce && i < reading->bounce->recipients->len; i++) {
        const BounceRecipient *recipient = reading->bounce->recipients->pdata[i];
        const char *ours = compare == COMPARE_CODE ? recipient->smtp_code : recipient->status;
        gboolean by_class = compare == COMPARE_CLASS && is_pseudo(status);
        if (ours && (by_class ? ours[0] == status[0] : strcmp(ours, status) == 0))
            return TRUE;
    }
    return FALSE;
}

/* "status/code" of each recipient, as far as the index tells them. */
static gboolean bounce_fits(const Reading *reading, const char *detail, Compare compare)
{
    g_auto(GStrv) wanted = g_strsplit(detail, " ", -1);
    for (guint i = 0; wanted[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(wanted[i], "/", 3);
        guint place = compare == COMPARE_CODE ? 1 : 0;
        if (g_strv_length(parts) <= place || !*parts[place] || strcmp(parts[place], "-") == 0)
            continue;
        if (!has_status(reading, parts[place], compare))
            return FALSE;
    }
    return TRUE;
}

static void check_label(const Score *score, FILE *out)
{
    g_autoptr(Reading) reading = read_mail(score);
    if (!reading)
        _exit(1);
    const char *original = reading->bounce ? reading->bounce->original_message_id : NULL;
    const char *detail = column(score, "detail");
    g_auto(GStrv) wanted = g_strsplit(detail, " ", -1);
    guint recipients = reading->bounce ? reading->bounce->recipients->len : 0;
    fprintf(out, "%s %d %d%d%d%d %s\n", mail_kind_name(reading->kind), reading->may_answer,
            bounce_fits(reading, detail, COMPARE_STRICT), bounce_fits(reading, detail, COMPARE_CLASS),
            bounce_fits(reading, detail, COMPARE_CODE), recipients == g_strv_length(wanted),
            original ? original : "-");
}

typedef struct {
    Tally kind, strict, status, code, recipients, original;
    SourceTable sources;
    guint wrong_answers, withheld;
    GHashTable *confusions; /* "label as kind": count */
} LabelScore;

static void label_row(Score *score, gpointer user)
{
    LabelScore *labels = user;
    const char *label = column(score, "label"), *answer = column(score, "answer");
    g_autofree char *text = NULL;
    gboolean is_fine = in_child(score, check_label, &text) == CHILD_FINE;
    g_auto(GStrv) words = g_strsplit(is_fine ? g_strchomp(text) : "unread 0 0000 -", " ", 4);
    gboolean right = strcmp(words[0], label) == 0, may_answer = words[1][0] == '1';
    tally_count(&labels->kind, right);
    source_table_count(score, &labels->sources, right);
    labels->wrong_answers += may_answer && strcmp(answer, "no") == 0;
    labels->withheld += !may_answer && strcmp(answer, "yes") == 0;
    if (*column(score, "detail") && strcmp(label, "bounce") == 0) {
        tally_count(&labels->strict, words[2][0] == '1');
        tally_count(&labels->status, words[2][1] == '1');
        tally_count(&labels->code, words[2][2] == '1');
        tally_count(&labels->recipients, words[2][3] == '1');
    }
    const char *original = column(score, "original_message_id");
    if (*original && strcmp(label, "bounce") == 0) {
        g_autofree char *ours = g_strdup_printf("<%s>", words[3]);
        tally_count(&labels->original, strcmp(ours, original) == 0 || strcmp(words[3], original) == 0);
    }
    if (!right) {
        char *key = g_strdup_printf("%s read as %s", label, words[0]);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(labels->confusions, key));
        g_hash_table_insert(labels->confusions, key, GUINT_TO_POINTER(count + 1));
    }
    if (score->is_verbose && (!right || (may_answer && strcmp(answer, "no") == 0)))
        printf("  %s is %s, read as %s, may answer %s: %s\n", column(score, "file"), label, words[0],
               words[1], answer);
}

void score_labels(Score *score)
{
    LabelScore labels = {.confusions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                         .sources = source_table_new()};
    each_row(score, "labels.tsv", label_row, &labels);
    printf("labels: would answer against \"no\": %u, would not against \"yes\": %u (aim: none)\n",
           labels.wrong_answers, labels.withheld);
    score->is_below |= labels.wrong_answers + labels.withheld > 0;
    figure_print(score, "label", labels.kind, 98);
    figure_print(score, "bounce recipients", labels.recipients, 97);
    /* Of a code that stands in no report, the class alone can be compared. */
    figure_print(score, "bounce status", labels.status, 97);
    figure_print(score, "bounce status, to the letter", labels.strict, 0);
    figure_print(score, "bounce SMTP code", labels.code, 0);
    figure_print(score, "original Message-ID", labels.original, 97);
    source_table_print(&labels.sources, "labels");
    GHashTableIter iter;
    gpointer key, count;
    g_hash_table_iter_init(&iter, labels.confusions);
    while (g_hash_table_iter_next(&iter, &key, &count))
        printf("  %-24s %u\n", (char *)key, GPOINTER_TO_UINT(count));
    g_hash_table_unref(labels.confusions);
}
