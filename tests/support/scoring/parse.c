#include "tests/support/scoring/score.h"

#include <postern/base/digest.h>
#include <postern/mail.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES (64u * 1024 * 1024)

static const char *json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* "fact right agrees" a line: what the parent counts. */
static void say(FILE *out, const char *fact, gboolean right, const json_t *claim)
{
    const json_t *agrees = json_is_object(claim) ? json_object_get(claim, "cpython_agrees") : NULL;
    fprintf(out, "%s %d %d\n", fact, right ? 1 : 0, json_is_false(agrees) ? 0 : 1);
}

static gboolean has_mailbox(const GPtrArray *mailboxes, const json_t *claim)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const Mailbox *mailbox = mailboxes->pdata[i];
        g_autofree char *name = without_chars(json_text(claim, "name"), "\\");
        g_autofree char *ours = without_chars(mailbox->name, "\\");
        if (g_ascii_strcasecmp(mailbox->address, json_text(claim, "address")) == 0 &&
            (!json_object_get(claim, "name") || strcmp(name, ours) == 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean has_attachment(const Reading *reading, const json_t *claim)
{
    const char *name = json_text(claim, "name"), *sha256 = json_text(claim, "sha256");
    json_t *size = json_object_get(claim, "size");
    for (guint i = 0; i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        g_autofree char *safe = file_name_clean(name);
        gboolean right =
            (!*name || strcmp(attachment->name, safe) == 0 || strcmp(attachment->name, name) == 0) &&
            (!*sha256 || strcmp(attachment->sha256, sha256) == 0) &&
            (!size || (json_int_t)attachment->size == json_integer_value(size));
        if (right)
            return TRUE;
    }
    return FALSE;
}

static gboolean text_fits(const char *text, const char *expected, const char *mode)
{
    if (strcmp(mode, "contains") == 0) {
        g_autofree char *wanted = without_chars(expected, ""), *ours = without_chars(text, "");
        return strstr(ours, wanted) != NULL;
    }
    if (strcmp(mode, "words") == 0)
        return word_share(expected, text) >= 0.9;
    return equal_nows(text, expected);
}

static void collect_leaves(Mail *mail, GHashTable *sums, guint depth)
{
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        if (!part->is_leaf && !part->is_split)
            continue;
        gsize length, to = 0;
        g_autofree char *bytes = mail_part_bytes(mail, i, FILE_BYTES, &length, NULL);
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        g_autoptr(Mail) inner =
            part->is_message && depth < 10 ? mail_open_bytes(bytes, length, findings, NULL) : NULL;
        if (inner)
            collect_leaves(inner, sums, depth + 1);
        g_autofree char *squeeze = g_malloc(length + 1);
        for (gsize k = 0; k < length; k++)
            if (!g_ascii_isspace(bytes[k]) && bytes[k] != '\v')
                squeeze[to++] = bytes[k];
        guint8 sum[DIGEST_BYTES];
        digest_of(squeeze, to, sum);
        g_hash_table_add(sums, digest_hex(sum, sizeof sum));
    }
}

static void check_leaves(const Score *score, const json_t *claims, FILE *out)
{
    gsize length = 0;
    g_autofree char *bytes = read_named(score, column(score, "file"), &length);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = bytes ? mail_open_bytes(bytes, length, findings, NULL) : NULL;
    g_autoptr(GHashTable) sums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (mail)
        collect_leaves(mail, sums, 0);
    gsize i;
    json_t *claim;
    json_array_foreach(claims, i, claim)
        say(out, "leaves", g_hash_table_contains(sums, json_text(claim, "nows_sha256")), claim);
}

/* Alternatives of the shown text are listed, but nobody calls them attachments. */
static gboolean is_alternative(const Attachment *attachment)
{
    return g_str_has_prefix(attachment->type, "text/") && g_str_has_prefix(attachment->name, "part.");
}

static guint count_attachments(const Reading *reading)
{
    guint count = 0;
    for (guint i = 0; i < reading->attachments->len; i++)
        count += !is_alternative(reading->attachments->pdata[i]);
    return count;
}

static void check_attachments(const json_t *expected, const Reading *reading, FILE *out)
{
    const json_t *claims = json_object_get(expected, "attachments");
    gsize i;
    json_t *claim;
    json_array_foreach(claims, i, claim) say(out, "attachments", has_attachment(reading, claim), claim);
    if (json_is_true(json_object_get(expected, "attachments_complete")))
        say(out, "attachments_complete", count_attachments(reading) == json_array_size(claims), NULL);
}

/* Every claim is counted, whether the mail was read or not. */
static void check_claims(const Score *score, const json_t *expected, const Reading *reading, FILE *out)
{
    const json_t *claim;
    gsize i;
    if (json_object_get(expected, "subject")) {
        gboolean right = equal_nows(reading->subject, json_text(expected, "subject"));
        say(out, "subject", right, NULL);
    }
    json_array_foreach(json_object_get(expected, "from"), i, claim)
    {
        g_autoptr(GPtrArray) from = g_ptr_array_new();
        if (reading->from)
            g_ptr_array_add(from, reading->from);
        say(out, "from", has_mailbox(from, claim), claim);
    }
    json_array_foreach(json_object_get(expected, "to"), i, claim)
        say(out, "to", has_mailbox(reading->to, claim), claim);
    if (json_object_get(expected, "in_reply_to")) {
        const char *wanted = json_text(expected, "in_reply_to");
        g_autofree char *ours =
            g_strdup_printf("<%s>", reading->in_reply_to->len ? (char *)reading->in_reply_to->pdata[0] : "");
        say(out, "in_reply_to", strcmp(ours, wanted) == 0 || strncmp(ours + 1, wanted, strlen(wanted)) == 0,
            NULL);
    }
    if (json_object_get(expected, "text"))
        say(out, "text",
            text_fits(reading->text, json_text(expected, "text"), json_text(expected, "text_mode")), NULL);
    check_attachments(expected, reading, out);
    check_leaves(score, json_object_get(expected, "leaves"), out);
}

static json_t *read_claims(const Score *score)
{
    g_autofree char *text = read_named(score, column(score, "expected"), NULL);
    json_t *expected = json_loads(text ? text : "", 0, NULL);
    if (!expected) {
        fprintf(stderr, "score: %s: not there, or no JSON\n", column(score, "expected"));
        exit(1);
    }
    return expected;
}

static void check_parse(const Score *score, FILE *out)
{
    g_autoptr(Reading) reading = read_mail(score);
    if (!reading)
        _exit(1);
    check_claims(score, read_claims(score), reading, out);
}

/* What is said of a mail of which nothing was read. */
static char *claims_of_unread(const Score *score)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    const Score nothing = {.folder = "/nowhere", .columns = score->columns, .names = score->names};
    g_autoptr(Reading) reading = reading_new();
    json_t *expected = read_claims(score);
    check_claims(&nothing, expected, reading, out);
    json_decref(expected);
    fclose(out);
    return text;
}

typedef struct {
    GHashTable *tallies; /* fact: Tally; "fact, disputed" where a second parser disagrees */
    SourceTable sources; /* of what is agreed */
    guint broken;
} ParseScore;

static void parse_row(Score *score, gpointer user)
{
    ParseScore *parse = user;
    g_autofree char *text = NULL;
    if (in_child(score, check_parse, &text) != CHILD_FINE) {
        printf("  not read: %s\n", column(score, "file"));
        parse->broken++;
        g_free(text);
        text = claims_of_unread(score);
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 3);
        gboolean right = words[1][0] == '1';
        g_autofree char *fact = g_strconcat(words[0], words[2][0] == '0' ? ", disputed" : "", NULL);
        Tally *tally = g_hash_table_lookup(parse->tallies, fact);
        if (!tally)
            g_hash_table_insert(parse->tallies, g_strdup(fact), tally = g_new0(Tally, 1));
        tally_count(tally, right);
        if (words[2][0] != '0')
            source_table_count(score, &parse->sources, right);
        if (!right && score->is_verbose)
            printf("  wrong %s: %s\n", fact, column(score, "file"));
    }
}

void score_parse(Score *score)
{
    ParseScore parse = {.tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                        .sources = source_table_new()};
    each_row(score, "parse.tsv", parse_row, &parse);
    printf("parse: %u mails not read\n", parse.broken);
    g_autoptr(GList) facts = g_list_sort(g_hash_table_get_keys(parse.tallies), (GCompareFunc)strcmp);
    for (GList *at = facts; at; at = at->next) {
        const Tally *tally = g_hash_table_lookup(parse.tallies, at->data);
        figure_print(score, at->data, *tally, strstr(at->data, "disputed") ? 0 : 100);
    }
    source_table_print(&parse.sources, "agreed facts");
    g_hash_table_unref(parse.tallies);
}
