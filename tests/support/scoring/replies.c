#include "tests/support/scoring/score.h"

#include <postern/base/clean.h>
#include <postern/body.h>
#include <postern/mail.h>
#include <postern/reply.h>

#include <jansson.h>
#include <string.h>
#include <unistd.h>

/* TRUE when every fact of the list holds. */
static gboolean facts_hold(const char *facts, const char *reply)
{
    g_autofree char *text = squeezed(reply);
    g_strstrip(text);
    g_auto(GStrv) lines = g_strsplit(facts, "\n", -1);
    gboolean all = TRUE;
    for (guint i = 0; lines[i] && all; i++) {
        char *tab = strchr(lines[i], '\t');
        json_t *value = tab ? json_loads(tab + 1, JSON_DECODE_ANY, NULL) : NULL;
        if (!value || !json_is_string(value)) {
            gboolean any = !value;
            gsize k;
            json_t *one;
            json_array_foreach(value, k, one)
            {
                g_autofree char *wanted = squeezed(json_string_value(one));
                any |= g_str_has_suffix(text, g_strstrip(wanted));
            }
            all = any;
        } else {
            g_autofree char *wanted = squeezed(json_string_value(value));
            g_strstrip(wanted);
            *tab = '\0';
            if (strcmp(lines[i], "contains") == 0)
                all = strstr(text, wanted) != NULL;
            else if (strcmp(lines[i], "absent") == 0)
                all = strstr(text, wanted) == NULL;
            else if (strcmp(lines[i], "startswith") == 0)
                all = g_str_has_prefix(text, wanted);
            else if (strcmp(lines[i], "endswith") == 0)
                all = g_str_has_suffix(text, wanted);
        }
        json_decref(value);
    }
    return all;
}

/* Kept lines against letters K and D, one a line: counts of right kept, wrong kept, wrong dropped. A line is
 * kept when the reply has it, in order. */
static void count_lines(const char *text, const char *letters, const char *reply, guint counts[3])
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1), kept = g_strsplit(reply, "\n", -1);
    g_auto(GStrv) marks = g_strsplit(letters, "\n", -1);
    guint next = 0;
    for (guint i = 0; lines[i] && marks[i]; i++) {
        g_strstrip(lines[i]);
        gboolean is_kept = FALSE;
        for (guint k = next; kept[k] && !is_kept && *lines[i]; k++) {
            is_kept = strcmp(g_strstrip(kept[k]), lines[i]) == 0;
            if (is_kept)
                next = k + 1;
        }
        counts[0] += *marks[i] == 'K' && is_kept;
        counts[1] += *marks[i] == 'D' && is_kept;
        counts[2] += *marks[i] == 'K' && !is_kept;
    }
}

/* Where only quotes are to go, the signature counts to what is kept, and so does what stands between. */
static char *without_quotes(const char *text, const GPtrArray *spans)
{
    GString *kept = g_string_new(NULL);
    gsize done = 0;
    for (guint i = 0; i < spans->len; i++) {
        const TextSpan *span = spans->pdata[i];
        gboolean is_quote = span->role == SPAN_QUOTED || span->role == SPAN_INTRO;
        g_string_append_len(kept, text + done, (gssize)((is_quote ? span->start : span->end) - done));
        done = span->end;
    }
    g_string_append(kept, text + done);
    return g_string_free(kept, FALSE);
}

/* The text whose reply is asked for, split. */
static gboolean split_input(const Score *score, ReplyParts *parts, char **out_unquoted)
{
    gsize length;
    gssize quote_start = -1;
    const char *kind = column(score, "kind");
    if (strcmp(kind, "mail") == 0) {
        g_autoptr(Reading) reading = read_mail(score);
        if (!reading)
            return FALSE;
        parts->reply = g_strdup(reading->reply);
        parts->signature = g_strdup(reading->signature);
        *out_unquoted = without_quotes(reading->text, reading->spans);
        return TRUE;
    }
    g_autofree char *bytes = read_named(score, column(score, "file"), &length);
    if (!bytes)
        return FALSE;
    g_autofree char *utf8 = charset_to_utf8(bytes, length, NULL, NULL);
    g_autofree char *text = strcmp(kind, "html") == 0
                                ? body_html_to_text(utf8, strlen(utf8), &quote_start, NULL)
                                : g_strdup(utf8);
    g_autofree char *clean = clean_text(text, -1, G_MAXSIZE);
    reply_split(clean, quote_start, parts);
    *out_unquoted = without_quotes(clean, parts->spans);
    return TRUE;
}

static gboolean is_claimed(const Score *score, const char *name)
{
    return *column(score, name) && strcmp(column(score, name), "-") != 0;
}

/* "exact nows facts kept-right kept-wrong dropped-wrong", -1 where there is nothing to compare. */
static void check_reply(const Score *score, FILE *out)
{
    g_auto(ReplyParts) parts = {0};
    g_autofree char *unquoted = NULL;
    if (!split_input(score, &parts, &unquoted))
        _exit(1);
    g_autofree char *expected = read_named(score, column(score, "expected"), NULL);
    g_autofree char *facts = read_named(score, column(score, "facts"), NULL);
    g_autofree char *letters = read_named(score, column(score, "lines"), NULL);
    g_autofree char *input = letters ? read_named(score, column(score, "file"), NULL) : NULL;
    const char *unwanted = strcmp(column(score, "compare"), "nomark") == 0 ? "*_" : "";
    gboolean keeps_signature = strcmp(column(score, "strips"), "quote") == 0;
    int exact = is_claimed(score, "expected") ? 0 : -1, nows = exact;
    int facts_right = is_claimed(score, "facts") ? 0 : -1;
    guint counts[3] = {0};
    if (expected) {
        exact = equal_exact(parts.reply, expected) || (keeps_signature && equal_exact(unquoted, expected));
        nows = equal_without(parts.reply, expected, unwanted) ||
               (keeps_signature && equal_without(unquoted, expected, unwanted));
    }
    if (facts)
        facts_right = facts_hold(facts, parts.reply);
    if (letters)
        count_lines(input, letters, parts.reply, counts);
    fprintf(out, "%d %d %d %u %u %u\n", exact, nows, facts_right, counts[0], counts[1], counts[2]);
}

typedef struct {
    Tally exact, nows, controls, facts, taste;
    guint kept_right, kept_wrong, dropped_wrong, broken;
    SourceTable sources;
} ReplyScore;

static void count(Tally *tally, int right)
{
    if (right >= 0)
        tally_count(tally, right == 1);
}

static guint count_kept_lines(const Score *score)
{
    g_autofree char *letters = read_named(score, column(score, "lines"), NULL);
    guint count = 0;
    for (const char *at = letters; at && *at; at++)
        count += *at == 'K';
    return count;
}

static void reply_row(Score *score, gpointer user)
{
    ReplyScore *replies = user;
    g_autofree char *text = NULL;
    int exact, nows, facts;
    guint counts[3];
    if (in_child(score, check_reply, &text) != CHILD_FINE ||
        sscanf(text, "%d %d %d %u %u %u", &exact, &nows, &facts, &counts[0], &counts[1], &counts[2]) != 6) {
        printf("  not read: %s\n", column(score, "file"));
        replies->broken++;
        exact = nows = is_claimed(score, "expected") ? 0 : -1;
        facts = is_claimed(score, "facts") ? 0 : -1;
        counts[0] = counts[1] = 0;
        counts[2] = count_kept_lines(score);
    }
    if (strcmp(column(score, "taste"), "1") == 0) {
        count(&replies->taste, nows);
        return;
    }
    gboolean is_control = strcmp(column(score, "note"), "nothing to strip") == 0;
    count(&replies->exact, exact);
    count(&replies->nows, nows);
    count(&replies->facts, facts);
    if (nows >= 0)
        source_table_count(score, &replies->sources, nows == 1);
    if (is_control)
        count(&replies->controls, nows);
    replies->kept_right += counts[0];
    replies->kept_wrong += counts[1];
    replies->dropped_wrong += counts[2];
    if (score->is_verbose && (nows == 0 || facts == 0))
        printf("  wrong reply%s: %s\n", is_control ? " (control)" : "", column(score, "file"));
}

void score_replies(Score *score)
{
    ReplyScore replies = {.sources = source_table_new()};
    each_row(score, "reply.tsv", reply_row, &replies);
    printf("reply: %u not read\n", replies.broken);
    figure_print(score, "without white space", replies.nows, 95);
    figure_print(score, "exact", replies.exact, 0);
    figure_print(score, "nothing to strip", replies.controls, 100);
    figure_print(score, "facts", replies.facts, 0);
    figure_print(score, "matters of taste", replies.taste, 0);
    figure_print(score, "kept lines, precision",
                 (Tally){replies.kept_right, replies.kept_right + replies.kept_wrong}, 99);
    figure_print(score, "kept lines, recall",
                 (Tally){replies.kept_right, replies.kept_right + replies.dropped_wrong}, 98);
    source_table_print(&replies.sources, "replies without white space");
}
