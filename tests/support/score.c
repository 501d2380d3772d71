/* Measures the reading of mail against a folder of mails with known results:
 * score FOLDER. The index files parse.tsv, torture.tsv, labels.tsv and reply.tsv
 * under FOLDER/index name them. Every mail is read in a process of its own, so that a
 * crash is one number more and not the end. */
#include <postern/base/clean.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/body.h>
#include <postern/mail.h>
#include <postern/reading.h>
#include <postern/reply.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_BYTES (64u * 1024 * 1024)
#define HANG_SECONDS 10
#define SLOW_US G_USEC_PER_SEC

typedef struct {
    const char *folder;
    gboolean is_verbose;
    GPtrArray *columns; /* of the row at hand; char * */
    GPtrArray *names;
} Score;

typedef struct {
    guint right, total;
} Tally;

static const char *column(const Score *score, const char *name)
{
    for (guint i = 0; i < score->names->len && i < score->columns->len; i++)
        if (strcmp(score->names->pdata[i], name) == 0)
            return score->columns->pdata[i];
    return "";
}

static char *read_named(const Score *score, const char *name, gsize *out_length)
{
    g_autofree char *path = g_build_filename(score->folder, name, NULL);
    char *text = NULL;
    gsize length = 0;
    if (strcmp(name, "-") == 0 || !g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    if (out_length)
        *out_length = length;
    return text;
}

/* ---- one mail in a process of its own ---- */

typedef void (*Work)(const Score *score, FILE *out);
typedef enum { CHILD_FINE, CHILD_DIED, CHILD_HUNG } ChildEnd;

static char *read_all(int fd)
{
    GString *text = g_string_new(NULL);
    char block[4096];
    for (gssize got; (got = read(fd, block, sizeof block)) != 0;) {
        if (got > 0)
            g_string_append_len(text, block, got);
        else if (errno != EINTR)
            break;
    }
    return g_string_free(text, FALSE);
}

static ChildEnd in_child(const Score *score, Work work, char **out_text)
{
    int ends[2];
    if (pipe(ends) != 0)
        g_error("pipe: %s", g_strerror(errno));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        alarm(HANG_SECONDS);
        FILE *out = fdopen(ends[1], "w");
        work(score, out);
        fclose(out);
        _exit(0);
    }
    close(ends[1]);
    *out_text = read_all(ends[0]);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? CHILD_HUNG : CHILD_DIED;
    return WEXITSTATUS(status) == 0 ? CHILD_FINE : CHILD_DIED;
}

typedef void (*Row)(Score *score, gpointer user);

static void each_row(Score *score, const char *index, Row row, gpointer user)
{
    g_autofree char *name = g_strconcat("index/", index, NULL);
    g_autofree char *text = read_named(score, name, NULL);
    if (!text)
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        GPtrArray *into = i == 0 ? score->names : score->columns;
        if (*lines[i] == '\0')
            continue;
        g_ptr_array_set_size(into, 0);
        for (guint c = 0; cells[c]; c++)
            g_ptr_array_add(into, g_strdup(cells[c]));
        if (i > 0)
            row(score, user);
    }
}

static Reading *read_mail(const Score *score, const char *file)
{
    g_autofree char *path = g_build_filename(score->folder, file, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ReadingSettings settings = {0};
    g_autoptr(GError) error = NULL;
    Reading *reading = fd < 0 ? NULL : reading_make_fd(fd, &settings, &error);
    if (fd >= 0)
        close(fd);
    return reading;
}

/* ---- forms of text that are compared ---- */

static char *without_chars(const char *text, const char *unwanted)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text ? text : ""; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isspace(c) && c != 0xa0 && !(c < 128 && strchr(unwanted, (int)c)))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

static gboolean equal_without(const char *a, const char *b, const char *unwanted)
{
    g_autofree char *x = without_chars(a, unwanted), *y = without_chars(b, unwanted);
    return strcmp(x, y) == 0;
}

static gboolean equal_nows(const char *a, const char *b)
{
    return equal_without(a, b, "");
}

/* CR LF to LF, blanks at line ends off, empty lines around off. */
static char *trimmed(const char *text)
{
    g_autofree char *clean = clean_text(text, -1, G_MAXSIZE);
    g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        g_strchomp(lines[i]);
    g_autofree char *joined = g_strjoinv("\n", lines);
    char *from = joined + strspn(joined, "\n");
    for (gsize length = strlen(from); length > 0 && from[length - 1] == '\n';)
        from[--length] = '\0';
    return g_strdup(from);
}

static gboolean equal_exact(const char *a, const char *b)
{
    g_autofree char *x = trimmed(a), *y = trimmed(b);
    return strcmp(x, y) == 0;
}

static char *squeezed(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        if (!g_unichar_isspace(g_utf8_get_char(at)))
            g_string_append_unichar(out, g_utf8_get_char(at));
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

/* Share of the words of three letters and more of `expected` that `text` has. */
static double word_share(const char *expected, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(expected, " \t\r\n", -1);
    guint total = 0, found = 0;
    for (guint i = 0; words[i]; i++) {
        if (g_utf8_strlen(words[i], -1) < 3)
            continue;
        total++;
        found += strstr(text, words[i]) != NULL;
    }
    return total == 0 ? 1.0 : (double)found / total;
}

/* ---- parse.tsv ---- */

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
        if (!part->is_leaf)
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
    gsize length;
    g_autofree char *bytes = read_named(score, column(score, "file"), &length);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(bytes, length, findings, NULL);
    g_autoptr(GHashTable) sums = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (mail)
        collect_leaves(mail, sums, 0);
    gsize i;
    json_t *claim;
    json_array_foreach(claims, i, claim)
        say(out, "leaves", g_hash_table_contains(sums, json_text(claim, "nows_sha256")), claim);
}

static void check_parse(const Score *score, FILE *out)
{
    g_autofree char *text = read_named(score, column(score, "expected"), NULL);
    json_t *expected = json_loads(text ? text : "", 0, NULL), *claim;
    g_autoptr(Reading) reading = read_mail(score, column(score, "file"));
    gsize i;
    if (!expected || !reading)
        _exit(1);
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
    json_array_foreach(json_object_get(expected, "attachments"), i, claim)
        say(out, "attachments", has_attachment(reading, claim), claim);
    check_leaves(score, json_object_get(expected, "leaves"), out);
}

typedef struct {
    GHashTable *tallies; /* fact: Tally; "fact, disputed" where a second parser disagrees */
    guint broken;
} ParseScore;

static void parse_row(Score *score, gpointer user)
{
    ParseScore *parse = user;
    g_autofree char *text = NULL;
    if (in_child(score, check_parse, &text) != CHILD_FINE) {
        printf("  not read: %s\n", column(score, "file"));
        parse->broken++;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 3);
        gboolean right = words[1][0] == '1';
        g_autofree char *fact = g_strconcat(words[0], words[2][0] == '0' ? ", disputed" : "", NULL);
        Tally *tally = g_hash_table_lookup(parse->tallies, fact);
        if (!tally)
            g_hash_table_insert(parse->tallies, g_strdup(fact), tally = g_new0(Tally, 1));
        tally->total++;
        tally->right += right;
        if (!right && score->is_verbose)
            printf("  wrong %s: %s\n", fact, column(score, "file"));
    }
}

static void score_parse(Score *score)
{
    ParseScore parse = {.tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    each_row(score, "parse.tsv", parse_row, &parse);
    printf("parse: %u mails not read\n", parse.broken);
    g_autoptr(GList) facts = g_list_sort(g_hash_table_get_keys(parse.tallies), (GCompareFunc)strcmp);
    for (GList *at = facts; at; at = at->next) {
        const Tally *tally = g_hash_table_lookup(parse.tallies, at->data);
        printf("  %-24s %u of %u\n", (char *)at->data, tally->right, tally->total);
    }
    g_hash_table_unref(parse.tallies);
}

/* ---- torture: all mails of all index files ---- */

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

static void score_torture(Score *score)
{
    static const char *const indexes[] = {"torture.tsv", "parse.tsv", "labels.tsv", "reply.tsv",
                                          "groups.tsv"};
    TortureScore torture = {.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (guint i = 0; i < G_N_ELEMENTS(indexes); i++)
        each_row(score, indexes[i], torture_row, &torture);
    printf("torture: %u mails, %u crashes, %u hangs, %u over 1 s, %u over a limit\n", torture.mails,
           torture.crashes, torture.hangs, torture.slow, torture.limits);
    printf("  lost leaves              %u in %u mails\n", torture.lost, torture.mails_with_lost);
    printf("  not packed and unpacked  %u\n", torture.bad_packs);
    printf("  time                     %.1f ms in all, slowest %.1f ms\n", (double)torture.total_us / 1000,
           (double)torture.slowest_us / 1000);
    g_hash_table_unref(torture.seen);
}

/* ---- labels.tsv ---- */

/* "status/code" of each recipient, as far as the index tells them. */
static gboolean bounce_fits(const Reading *reading, const char *detail)
{
    g_auto(GStrv) wanted = g_strsplit(detail, " ", -1);
    for (guint i = 0; wanted[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(wanted[i], "/", 3);
        gboolean is_found = g_strv_length(parts) < 1 || strcmp(parts[0], "-") == 0 || !*parts[0];
        for (guint k = 0; reading->bounce && k < reading->bounce->recipients->len && !is_found; k++)
            is_found =
                g_strcmp0(((BounceRecipient *)reading->bounce->recipients->pdata[k])->status, parts[0]) == 0;
        if (!is_found)
            return FALSE;
    }
    return TRUE;
}

static void check_label(const Score *score, FILE *out)
{
    g_autoptr(Reading) reading = read_mail(score, column(score, "file"));
    if (!reading)
        _exit(1);
    const char *original = reading->bounce ? reading->bounce->original_message_id : NULL;
    fprintf(out, "%s %d %d %s\n", mail_kind_name(reading->kind), reading->may_answer,
            bounce_fits(reading, column(score, "detail")), original ? original : "-");
}

typedef struct {
    Tally kind, status, original;
    guint wrong_answers, withheld;
    GHashTable *confusions; /* "label as kind": count */
} LabelScore;

static void label_row(Score *score, gpointer user)
{
    LabelScore *labels = user;
    const char *label = column(score, "label"), *answer = column(score, "answer");
    g_autofree char *text = NULL;
    gboolean is_fine = in_child(score, check_label, &text) == CHILD_FINE;
    g_auto(GStrv) words = g_strsplit(is_fine ? g_strchomp(text) : "unread 0 0 -", " ", 4);
    gboolean right = strcmp(words[0], label) == 0, may_answer = words[1][0] == '1';
    labels->kind.total++;
    labels->kind.right += right;
    labels->wrong_answers += may_answer && strcmp(answer, "no") == 0;
    labels->withheld += !may_answer && strcmp(answer, "yes") == 0;
    if (*column(score, "detail")) {
        labels->status.total++;
        labels->status.right += words[2][0] == '1';
    }
    const char *original = column(score, "original_message_id");
    if (*original && strcmp(label, "bounce") == 0) {
        g_autofree char *ours = g_strdup_printf("<%s>", words[3]);
        labels->original.total++;
        labels->original.right += strcmp(ours, original) == 0 || strcmp(words[3], original) == 0;
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

static void score_labels(Score *score)
{
    LabelScore labels = {.confusions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    each_row(score, "labels.tsv", label_row, &labels);
    printf("labels: %u of %u right; would answer against \"no\": %u, would not against \"yes\": %u\n",
           labels.kind.right, labels.kind.total, labels.wrong_answers, labels.withheld);
    printf("  bounce status            %u of %u\n", labels.status.right, labels.status.total);
    printf("  original Message-ID      %u of %u\n", labels.original.right, labels.original.total);
    GHashTableIter iter;
    gpointer key, count;
    g_hash_table_iter_init(&iter, labels.confusions);
    while (g_hash_table_iter_next(&iter, &key, &count))
        printf("  %-24s %u\n", (char *)key, GPOINTER_TO_UINT(count));
    g_hash_table_unref(labels.confusions);
}

/* ---- reply.tsv ---- */

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

/* The text whose reply is asked for, split. */
static gboolean split_input(const Score *score, ReplyParts *parts)
{
    gsize length;
    gssize quote_start = -1;
    const char *kind = column(score, "kind");
    if (strcmp(kind, "mail") == 0) {
        g_autoptr(Reading) reading = read_mail(score, column(score, "file"));
        if (!reading)
            return FALSE;
        parts->reply = g_strdup(reading->reply);
        parts->signature = g_strdup(reading->signature);
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
    return TRUE;
}

/* "exact nows facts kept-right kept-wrong dropped-wrong", -1 where there is nothing to compare. */
static void check_reply(const Score *score, FILE *out)
{
    g_auto(ReplyParts) parts = {0};
    if (!split_input(score, &parts))
        _exit(1);
    g_autofree char *expected = read_named(score, column(score, "expected"), NULL);
    g_autofree char *facts = read_named(score, column(score, "facts"), NULL);
    g_autofree char *letters = read_named(score, column(score, "lines"), NULL);
    g_autofree char *input = letters ? read_named(score, column(score, "file"), NULL) : NULL;
    const char *unwanted = strcmp(column(score, "compare"), "nomark") == 0 ? "*_" : "";
    g_autofree char *with_signature = g_strconcat(parts.reply, parts.signature, NULL);
    gboolean keeps_signature = strcmp(column(score, "strips"), "quote") == 0;
    int exact = -1, nows = -1, facts_right = -1;
    guint counts[3] = {0};
    if (expected) {
        exact = equal_exact(parts.reply, expected);
        nows = equal_without(parts.reply, expected, unwanted) ||
               (keeps_signature && equal_without(with_signature, expected, unwanted));
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
} ReplyScore;

static void count(Tally *tally, int right)
{
    if (right < 0)
        return;
    tally->total++;
    tally->right += right == 1;
}

static void reply_row(Score *score, gpointer user)
{
    ReplyScore *replies = user;
    g_autofree char *text = NULL;
    int exact, nows, facts;
    guint counts[3];
    if (in_child(score, check_reply, &text) != CHILD_FINE ||
        sscanf(text, "%d %d %d %u %u %u", &exact, &nows, &facts, &counts[0], &counts[1], &counts[2]) != 6) {
        replies->broken++;
        return;
    }
    if (strcmp(column(score, "taste"), "1") == 0) {
        count(&replies->taste, nows);
        return;
    }
    gboolean is_control = strcmp(column(score, "note"), "nothing to strip") == 0;
    count(&replies->exact, exact);
    count(&replies->nows, nows);
    count(&replies->facts, facts);
    if (is_control)
        count(&replies->controls, nows);
    replies->kept_right += counts[0];
    replies->kept_wrong += counts[1];
    replies->dropped_wrong += counts[2];
    if (score->is_verbose && (nows == 0 || facts == 0))
        printf("  wrong reply%s: %s\n", is_control ? " (control)" : "", column(score, "file"));
}

static double percent(guint part, guint whole)
{
    return whole == 0 ? 100.0 : 100.0 * part / whole;
}

static void score_replies(Score *score)
{
    ReplyScore replies = {0};
    each_row(score, "reply.tsv", reply_row, &replies);
    printf("reply: exact %u, without white space %u of %u; controls whole %u of %u; not read %u\n",
           replies.exact.right, replies.nows.right, replies.nows.total, replies.controls.right,
           replies.controls.total, replies.broken);
    printf("  facts                    %u of %u\n", replies.facts.right, replies.facts.total);
    printf("  matters of taste         %u of %u\n", replies.taste.right, replies.taste.total);
    printf("  lines                    precision %.1f %%, recall %.1f %%\n",
           percent(replies.kept_right, replies.kept_right + replies.kept_wrong),
           percent(replies.kept_right, replies.kept_right + replies.dropped_wrong));
}

/* ---- texts on which careless patterns take minutes: every folder "speed" of a source ---- */

#define TRAP_AIM_MS 50.0

/* TRUE when each is done within the aim. */
static gboolean score_speed(Score *score)
{
    g_autoptr(GDir) sources = g_dir_open(score->folder, 0, NULL);
    gboolean is_met = TRUE;
    for (const char *source; sources && (source = g_dir_read_name(sources));) {
        g_autofree char *folder = g_build_filename(score->folder, source, "speed", NULL);
        g_autoptr(GDir) traps = g_dir_open(folder, 0, NULL);
        for (const char *name; traps && (name = g_dir_read_name(traps));) {
            g_autofree char *path = g_build_filename(source, "speed", name, NULL);
            gsize length;
            g_autofree char *text = read_named(score, path, &length);
            if (!text)
                continue;
            gint64 began = g_get_monotonic_time();
            g_autofree char *utf8 = charset_to_utf8(text, length, NULL, NULL);
            g_autofree char *clean = clean_text(utf8, -1, G_MAXSIZE);
            g_auto(ReplyParts) parts = {0};
            reply_split(clean, -1, &parts);
            double took_ms = (double)(g_get_monotonic_time() - began) / 1000;
            printf("speed: %.1f ms (aim 50 ms, %s): %s\n", took_ms,
                   took_ms < TRAP_AIM_MS ? "ok" : "below aim", path);
            is_met &= took_ms < TRAP_AIM_MS;
        }
    }
    return is_met;
}

int main(int count_of_words, char **words)
{
    gboolean is_verbose = count_of_words == 3 && strcmp(words[1], "-v") == 0;
    if (count_of_words != 2 && !is_verbose) {
        fprintf(stderr, "usage: score [-v] FOLDER\n");
        return 64;
    }
    mail_prepare();
    Score score = {
        .folder = words[count_of_words - 1],
        .is_verbose = is_verbose,
        .columns = g_ptr_array_new_with_free_func(g_free),
        .names = g_ptr_array_new_with_free_func(g_free),
    };
    score_parse(&score);
    score_torture(&score);
    score_labels(&score);
    score_replies(&score);
    gboolean is_met = score_speed(&score);
    g_ptr_array_unref(score.columns);
    g_ptr_array_unref(score.names);
    return is_met ? 0 : 1;
}
