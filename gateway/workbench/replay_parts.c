#include "gateway/workbench/replay_parts.h"

#include <string.h>

static void sample_free(gpointer pointer)
{
    ReplaySample *sample = pointer;
    g_free(sample->ref);
    g_free(sample->old_value);
    g_free(sample->new_value);
    g_free(sample->old_rule);
    g_free(sample->new_rule);
    g_free(sample->line);
    g_free(sample);
}

ReplayGroup *replay_group_new(const char *field, const char *rule)
{
    ReplayGroup *group = g_new0(ReplayGroup, 1);
    group->field = g_strdup(field);
    group->rule = g_strdup(rule);
    group->samples = g_ptr_array_new_with_free_func(sample_free);
    return group;
}

static void group_free(gpointer pointer)
{
    ReplayGroup *group = pointer;
    g_free(group->field);
    g_free(group->rule);
    g_ptr_array_unref(group->samples);
    g_free(group);
}

static void gave_up_free(gpointer pointer)
{
    g_free(((ReplayGaveUp *)pointer)->rule);
    g_free(pointer);
}

static void meaning_change_free(gpointer pointer)
{
    ReplayMeaning *meaning = pointer;
    g_free(meaning->old_name);
    g_free(meaning->new_name);
    g_free(meaning->ref);
    g_free(meaning);
}

static void break_free(gpointer pointer)
{
    ReplayBreak *broken = pointer;
    g_free(broken->ref);
    g_free(broken->field);
    g_free(broken->label);
    g_free(broken->found);
    g_free(broken->line);
    g_free(broken);
}

Replay *replay_new(const LabelBook *book, guint samples)
{
    Replay *replay = g_new0(Replay, 1);
    replay->groups = g_ptr_array_new_with_free_func(group_free);
    replay->gave_up = g_ptr_array_new_with_free_func(gave_up_free);
    replay->meanings = g_ptr_array_new_with_free_func(meaning_change_free);
    replay->lost_right = g_ptr_array_new_with_free_func(break_free);
    replay->wrong_gained = g_ptr_array_new_with_free_func(break_free);
    replay->book = book;
    replay->samples = samples;
    return replay;
}

void replay_free(Replay *replay)
{
    if (!replay)
        return;
    GPtrArray *lists[] = {replay->groups, replay->gave_up, replay->meanings, replay->lost_right,
                          replay->wrong_gained};
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(replay);
}

ReplayGaveUp *replay_gave_up(Replay *replay, const char *rule)
{
    for (guint i = 0; i < replay->gave_up->len; i++)
        if (strcmp(((ReplayGaveUp *)replay->gave_up->pdata[i])->rule, rule) == 0)
            return replay->gave_up->pdata[i];
    ReplayGaveUp *gave_up = g_new0(ReplayGaveUp, 1);
    gave_up->rule = g_strdup(rule);
    g_ptr_array_add(replay->gave_up, gave_up);
    return gave_up;
}

ReplayMeaning *replay_meaning(Replay *replay, MeaningType type, const char *old_name, const char *new_name)
{
    for (guint i = 0; i < replay->meanings->len; i++) {
        ReplayMeaning *meaning = replay->meanings->pdata[i];
        if (meaning->type == type && g_strcmp0(meaning->old_name, old_name) == 0 &&
            g_strcmp0(meaning->new_name, new_name) == 0)
            return meaning;
    }
    ReplayMeaning *meaning = g_new0(ReplayMeaning, 1);
    meaning->type = type;
    meaning->old_name = g_strdup(old_name);
    meaning->new_name = g_strdup(new_name);
    g_ptr_array_add(replay->meanings, meaning);
    return meaning;
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
    const ReplayGroup *one = *(ReplayGroup *const *)a, *two = *(ReplayGroup *const *)b;
    guint sums[2] = {0};
    for (guint type = 0; type < REPLAY_TYPES; type++) {
        sums[0] += one->counts[type];
        sums[1] += two->counts[type];
    }
    gint order = sums[0] > sums[1] ? -1 : sums[0] < sums[1] ? 1 : strcmp(one->field, two->field);
    return order ? order : strcmp(one->rule, two->rule);
}

static gint compare_meaning_changes(gconstpointer a, gconstpointer b)
{
    const ReplayMeaning *one = *(ReplayMeaning *const *)a, *two = *(ReplayMeaning *const *)b;
    return one->count > two->count ? -1 : one->count < two->count ? 1 : 0;
}

void replay_sort(Replay *replay)
{
    g_ptr_array_sort(replay->groups, compare_groups);
    g_ptr_array_sort(replay->meanings, compare_meaning_changes);
}

GHashTable *gave_up_rules(const GPtrArray *findings)
{
    GHashTable *rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        if (strcmp(finding->code, "rule-gave-up") == 0)
            g_hash_table_add(rules, g_strndup(finding->detail, strcspn(finding->detail, ":")));
    }
    return rules;
}

const char *meaning_chosen(const GPtrArray *meanings, MeaningType type)
{
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        if (meaning->type == type && meaning->is_chosen)
            return meaning->name;
    }
    return NULL;
}
