/* `rules replay`: what would change if other rules counted. */
#include "gateway/app/rules_archive.h"
#include "gateway/app/table.h"

#include <postern/base/mail_id.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define SAMPLES 3u
#define SAMPLES_VERBOSE 20u

static gboolean visit(gpointer user, const RereadMail *mail)
{
    replay_add(user, mail);
    return TRUE;
}

/* ---- for people ---- */

static void print_break(const char *label, const ReplayBreak *broken)
{
    g_autofree char *mail = rules_mail_name(broken->ref, broken->mail_id);
    g_autofree char *text = g_strdup_printf("%s: %s", broken->field, label);
    command_print("  ", mail);
    command_print("    ", text);
    if (*broken->line)
        command_print("    | ", broken->line);
}

static void print_breaks(const Replay *replay)
{
    if (replay->lost_right->len > 0)
        printf("\n%sLabelled correct, and would be lost: %u%s\n", style_bold(), replay->lost_right->len,
               style_off());
    for (guint i = 0; i < replay->lost_right->len; i++) {
        const ReplayBreak *broken = replay->lost_right->pdata[i];
        g_autofree char *text =
            g_strdup_printf("'%s' is right, found would be '%s'", rules_value_words(broken->label),
                            rules_value_words(broken->found));
        print_break(text, broken);
    }
    if (replay->wrong_gained->len > 0)
        printf("\n%sLabelled wrong, and would be found: %u%s\n", style_bold(), replay->wrong_gained->len,
               style_off());
    for (guint i = 0; i < replay->wrong_gained->len; i++) {
        const ReplayBreak *broken = replay->wrong_gained->pdata[i];
        g_autofree char *text = g_strdup_printf("'%s' is wrong", broken->label);
        print_break(text, broken);
    }
}

static void print_groups(const Replay *replay)
{
    static const char *const columns[] = {"FIELD", "RULE", "GAINED", "LOST", "CHANGED", NULL};
    if (replay->groups->len == 0)
        return;
    putchar('\n');
    Table *table = table_new(columns, NULL);
    for (guint i = 0; i < replay->groups->len; i++) {
        const ReplayGroup *group = replay->groups->pdata[i];
        char counts[REPLAY_TYPES][16];
        for (guint type = 0; type < REPLAY_TYPES; type++)
            g_snprintf(counts[type], sizeof counts[type], "%u", group->counts[type]);
        const char *cells[] = {group->field, group->rule, counts[0], counts[1], counts[2]};
        table_add(table, cells);
    }
    table_print(table);
}

static void print_sample(const ReplaySample *sample)
{
    g_autofree char *mail = rules_mail_name(sample->ref, sample->mail_id);
    g_autofree char *values = NULL;
    if (sample->type == REPLAY_CHANGED)
        values = g_strdup_printf("'%s' → '%s'%s%s", sample->old_value, sample->new_value,
                                 strcmp(sample->old_rule, sample->new_rule) == 0 ? "" : ", before by ",
                                 strcmp(sample->old_rule, sample->new_rule) == 0 ? "" : sample->old_rule);
    else
        values = g_strdup_printf("'%s'", sample->new_value ? sample->new_value : sample->old_value);
    g_autofree char *text = g_strdup_printf("%-7s  %s  %s", replay_type_name(sample->type), mail, values);
    command_print("  ", text);
    if (*sample->line)
        command_print("    | ", sample->line);
}

static void print_samples(const Replay *replay)
{
    for (guint i = 0; i < replay->groups->len; i++) {
        const ReplayGroup *group = replay->groups->pdata[i];
        printf("\n%s%s%s by %s\n", style_bold(), group->field, style_off(), group->rule);
        for (guint s = 0; s < group->samples->len; s++)
            print_sample(group->samples->pdata[s]);
    }
}

static void print_rest(const Replay *replay)
{
    for (guint i = 0; i < replay->meanings->len; i++) {
        const ReplayMeaning *change = replay->meanings->pdata[i];
        g_autofree char *mail = rules_mail_name(change->ref, change->mail_id);
        printf("%s%s '%s' → '%s': %u mail%s, one is %s\n", i == 0 ? "\n" : "",
               meaning_type_name(change->type), rules_value_words(change->old_name),
               rules_value_words(change->new_name), change->count, change->count == 1 ? "" : "s", mail);
    }
    for (guint i = 0; i < replay->gave_up->len; i++) {
        const ReplayGaveUp *gave_up = replay->gave_up->pdata[i];
        printf("%srule %s gives up on %u mail%s, before on %u\n", i == 0 ? "\n" : "", gave_up->rule,
               gave_up->changed, gave_up->changed == 1 ? "" : "s", gave_up->live);
    }
}

static void print_text(const Replay *replay)
{
    printf("%u mails read, %u of them would read differently", replay->mails - replay->unreadable,
           replay->differ);
    if (replay->unreadable > 0)
        printf("; %u could not be read", replay->unreadable);
    putchar('\n');
    print_breaks(replay);
    print_groups(replay);
    print_samples(replay);
    print_rest(replay);
}

/* ---- for programs ---- */

static void put_mail(Json *object, gint64 mail_id, const char *ref)
{
    g_autofree char *id = mail_id_format(mail_id);
    json_put_text(object, "message", id);
    json_put_text(object, "ref", ref);
}

static Json *breaks_json(const GPtrArray *breaks)
{
    Json *array = json_make_array();
    for (guint i = 0; i < breaks->len; i++) {
        const ReplayBreak *broken = breaks->pdata[i];
        Json *object = json_make_object();
        put_mail(object, broken->mail_id, broken->ref);
        json_put_text(object, "field", broken->field);
        json_put_text(object, "label", *broken->label ? broken->label : NULL);
        json_put_text(object, "found", broken->found);
        json_put_text(object, "line", broken->line);
        json_add(array, object);
    }
    return array;
}

static Json *sample_json(const ReplaySample *sample)
{
    Json *object = json_make_object();
    json_put_text(object, "change", replay_type_name(sample->type));
    put_mail(object, sample->mail_id, sample->ref);
    json_put_text(object, "old", sample->old_value);
    json_put_text(object, "old_rule", sample->old_rule);
    json_put_text(object, "new", sample->new_value);
    json_put_text(object, "new_rule", sample->new_rule);
    json_put_text(object, "line", sample->line);
    return object;
}

static Json *group_json(const ReplayGroup *group)
{
    Json *object = json_make_object(), *samples = json_make_array();
    json_put_text(object, "field", group->field);
    json_put_text(object, "rule", group->rule);
    for (guint type = 0; type < REPLAY_TYPES; type++)
        json_put_integer(object, replay_type_name(type), group->counts[type]);
    for (guint i = 0; i < group->samples->len; i++)
        json_add(samples, sample_json(group->samples->pdata[i]));
    json_put(object, "samples", samples);
    return object;
}

static Json *meanings_json(const Replay *replay)
{
    Json *array = json_make_array();
    for (guint i = 0; i < replay->meanings->len; i++) {
        const ReplayMeaning *change = replay->meanings->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "type", meaning_type_name(change->type));
        json_put_text(object, "old", change->old_name);
        json_put_text(object, "new", change->new_name);
        json_put_integer(object, "mails", change->count);
        put_mail(object, change->mail_id, change->ref);
        json_add(array, object);
    }
    return array;
}

static Json *gave_up_json(const Replay *replay)
{
    Json *array = json_make_array();
    for (guint i = 0; i < replay->gave_up->len; i++) {
        const ReplayGaveUp *gave_up = replay->gave_up->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "rule", gave_up->rule);
        json_put_integer(object, "old_mails", gave_up->live);
        json_put_integer(object, "new_mails", gave_up->changed);
        json_add(array, object);
    }
    return array;
}

static void print_json(const Replay *replay)
{
    Json *object = json_make_object(), *groups = json_make_array();
    json_put_integer(object, "mails", replay->mails);
    json_put_integer(object, "unreadable", replay->unreadable);
    json_put_integer(object, "differ", replay->differ);
    json_put(object, "labelled_right_lost", breaks_json(replay->lost_right));
    json_put(object, "labelled_wrong_found", breaks_json(replay->wrong_gained));
    for (guint i = 0; i < replay->groups->len; i++)
        json_add(groups, group_json(replay->groups->pdata[i]));
    json_put(object, "changes", groups);
    json_put(object, "meanings", meanings_json(replay));
    json_put(object, "gave_up", gave_up_json(replay));
    command_print_json(object, FALSE);
}

int rules_replay(Command *command)
{
    int code = EX_OK;
    g_auto(RulesArchive) archive = {0};
    g_autoptr(RulesSource) changed = NULL;
    g_autoptr(RuleSet) compiled = NULL;
    if (!rules_archive_set(command, rules_options_given.rules, &changed, &compiled))
        return EX_CONFIG;
    if (!rules_archive_open(command, &archive, &code))
        return code;
    g_autoptr(Replay) replay = replay_new(archive.book, command->verbose ? SAMPLES_VERBOSE : SAMPLES);
    archive.wish.other_rules = changed;
    gboolean is_same = rules_source_equal(changed, archive.live->source);
    if (!is_same)
        code = rules_archive_run(&archive, visit, replay);
    if (code != EX_OK)
        return code;
    replay_sort(replay);
    if (command->json)
        print_json(replay);
    else if (is_same)
        puts("these are the rules that count already: nothing would change");
    else
        print_text(replay);
    return replay->lost_right->len > 0 ? 1 : EX_OK;
}
