/* `rules try`: where a pattern matches in stored mail. */
#include "gateway/app/rules_archive.h"

#include <postern/base/clean.h>
#include <postern/base/mail_id.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define HITS 20u
#define TOP_VALUES 10u
#define GAVE_UP_MOST 20u

typedef struct {
    const char *value;
    guint count;
} Top;

/* A pattern that gives up takes half a second of each mail: it is not tried on thousands. */
static gboolean visit(gpointer user, const RereadMail *mail)
{
    Trial *trial = user;
    trial_add(trial, mail);
    return trial->gave_up < GAVE_UP_MOST;
}

static gint compare_tops(gconstpointer a, gconstpointer b)
{
    const Top *one = a, *two = b;
    return one->count > two->count ? -1 : one->count < two->count ? 1 : strcmp(one->value, two->value);
}

/* The most frequent values. Array of Top. */
static GArray *top_values(const Trial *trial)
{
    GArray *tops = g_array_new(FALSE, FALSE, sizeof(Top));
    GHashTableIter each;
    gpointer value, count;
    g_hash_table_iter_init(&each, trial->counts);
    while (g_hash_table_iter_next(&each, &value, &count)) {
        Top top = {value, GPOINTER_TO_UINT(count)};
        g_array_append_val(tops, top);
    }
    g_array_sort(tops, compare_tops);
    g_array_set_size(tops, MIN(tops->len, TOP_VALUES));
    return tops;
}

/* The match is marked on a terminal by its style, else by signs. */
static void print_hit(const TrialHit *hit)
{
    g_autofree char *mail = rules_mail_name(hit->ref, hit->mail_id);
    g_autofree char *head = g_strdup_printf("%s, %s", mail, hit->where);
    const char *on = *style_bold() ? style_bold() : "»", *off = *style_bold() ? style_off() : "«";
    command_print("", head);
    if (hit->end == 0) {
        command_print("  | ", hit->value);
        return;
    }
    g_autofree char *before_raw = g_strndup(hit->line, hit->start);
    g_autofree char *match_raw = g_strndup(hit->line + hit->start, hit->end - hit->start);
    g_autofree char *before = clean_terminal(before_raw), *match = clean_terminal(match_raw);
    g_autofree char *after = clean_terminal(hit->line + hit->end);
    /* Cleaning takes blanks at the ends away. */
    printf("  | %s%s%s%s%s%s%s\n", before, hit->start > 0 && hit->line[hit->start - 1] == ' ' ? " " : "", on,
           match, off, hit->line[hit->end] == ' ' ? " " : "", after);
}

static void print_text(const Trial *trial)
{
    g_autoptr(GArray) tops = top_values(trial);
    for (guint i = 0; i < trial->hits->len; i++)
        print_hit(trial->hits->pdata[i]);
    printf("%s%u of %u mails match, %u values, %u of them different\n", trial->hits->len ? "\n" : "",
           trial->matching, trial->mails - trial->unreadable, trial->values,
           g_hash_table_size(trial->counts));
    if (trial->gave_up > 0)
        printf("the pattern is too slow and gave up on %u mails: what it would find there is not known%s\n",
               trial->gave_up, trial->gave_up < GAVE_UP_MOST ? "" : "; the others were left out");
    for (guint i = 0; i < tops->len; i++) {
        const Top *top = &g_array_index(tops, Top, i);
        g_autofree char *count = g_strdup_printf("%6u  ", top->count);
        command_print(count, top->value);
    }
}

static Json *hit_json(const TrialHit *hit)
{
    Json *object = json_make_object();
    g_autofree char *id = mail_id_format(hit->mail_id);
    json_put_text(object, "message", id);
    json_put_text(object, "ref", hit->ref);
    json_put_text(object, "where", hit->where);
    json_put_text(object, "value", hit->value);
    json_put_text(object, "line", hit->line);
    json_put_integer(object, "start", (gint64)hit->start);
    json_put_integer(object, "end", (gint64)hit->end);
    return object;
}

static void print_json(const Trial *trial)
{
    Json *object = json_make_object(), *hits = json_make_array(), *values = json_make_array();
    g_autoptr(GArray) tops = top_values(trial);
    json_put_integer(object, "mails", trial->mails);
    json_put_integer(object, "unreadable", trial->unreadable);
    json_put_integer(object, "matching", trial->matching);
    json_put_integer(object, "gave_up", trial->gave_up);
    json_put_integer(object, "values", trial->values);
    json_put_integer(object, "different", g_hash_table_size(trial->counts));
    for (guint i = 0; i < tops->len; i++) {
        Json *top = json_make_object();
        json_put_text(top, "value", g_array_index(tops, Top, i).value);
        json_put_integer(top, "mails", g_array_index(tops, Top, i).count);
        json_add(values, top);
    }
    json_put(object, "top", values);
    for (guint i = 0; i < trial->hits->len; i++)
        json_add(hits, hit_json(trial->hits->pdata[i]));
    json_put(object, "hits", hits);
    command_print_json(object, FALSE);
}

/* FALSE after its problems, with a caret below the place. */
static gboolean compiles(const RulesSource *source)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile_source(source, problems);
    g_autofree char *text = problems_format(problems);
    if (!rules)
        fputs(text, stderr);
    return rules != NULL;
}

int rules_try(Command *command)
{
    int code = EX_OK;
    g_auto(RulesArchive) archive = {0};
    if (command->argc < 1 || !*command->argv[0])
        return command_usage("rules try needs a PATTERN");
    if (!clean_is_line(command->argv[0]))
        return command_usage("the pattern must be one line of UTF-8; write \\n for a line end");
    g_autoptr(RulesSource) source = trial_source(command->argv[0]);
    if (!compiles(source))
        return EX_DATAERR;
    if (!rules_archive_open(command, &archive, &code))
        return code;
    g_autoptr(Trial) trial = trial_new(archive.wish.most ? archive.wish.most : HITS);
    archive.wish.most = 0;
    archive.wish.other_rules = source;
    code = rules_archive_run(&archive, visit, trial);
    if (code != EX_OK)
        return code;
    if (command->json)
        print_json(trial);
    else
        print_text(trial);
    return trial->matching > 0 ? EX_OK : 1;
}
