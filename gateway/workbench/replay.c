#include "gateway/workbench/context.h"
#include "gateway/workbench/replay_parts.h"

#include <postern/workbench.h>

#include <string.h>

const char *replay_type_name(ReplayType type)
{
    static const char *const names[] = {"gained", "lost", "changed"};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == REPLAY_TYPES);
    return names[type];
}

/* One mail at hand. */
typedef struct {
    Replay *replay;
    const RereadMail *mail;
    gboolean differs;
} Compared;

static ReplayGroup *group_of(Replay *replay, const char *field, const char *rule)
{
    for (guint i = 0; i < replay->groups->len; i++) {
        ReplayGroup *group = replay->groups->pdata[i];
        if (strcmp(group->field, field) == 0 && strcmp(group->rule, rule) == 0)
            return group;
    }
    ReplayGroup *group = replay_group_new(field, rule);
    g_ptr_array_add(replay->groups, group);
    return group;
}

/* One of `old` and `new` may be NULL. */
static void note(Compared *compared, ReplayType type, const Field *old, const Field *new)
{
    const Field *shown = new ? new : old;
    const Reading *reading = compared->mail->reading;
    ReplayGroup *group = group_of(compared->replay, shown->name, shown->rule);
    compared->differs = TRUE;
    if (group->counts[type]++ >= compared->replay->samples)
        return;
    ReplaySample *sample = g_new0(ReplaySample, 1);
    sample->type = type;
    sample->mail_id = compared->mail->mail_id;
    sample->ref = g_strdup(compared->mail->ref);
    sample->old_value = old ? g_strdup(old->value) : NULL;
    sample->new_value = new ? g_strdup(new->value) : NULL;
    sample->old_rule = old ? g_strdup(old->rule) : NULL;
    sample->new_rule = new ? g_strdup(new->rule) : NULL;
    sample->line = context_line(reading, shown, reading->other_fields, NULL, NULL);
    g_ptr_array_add(group->samples, sample);
}

/* ---- the values of one field in one mail ---- */

static const Field *find_value(const GPtrArray *fields, const char *name, const char *value)
{
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        if (strcmp(field->name, name) == 0 && strcmp(field->value, value) == 0)
            return field;
    }
    return NULL;
}

static const Field *first_of(const GPtrArray *fields, const char *name)
{
    for (guint i = 0; i < fields->len; i++)
        if (strcmp(((const Field *)fields->pdata[i])->name, name) == 0)
            return fields->pdata[i];
    return NULL;
}

/* Values of `name` in `fields` that `others` lack. Borrowed. */
static GPtrArray *only_in(const GPtrArray *fields, const GPtrArray *others, const char *name)
{
    GPtrArray *only = g_ptr_array_new();
    for (guint i = 0; i < fields->len; i++) {
        Field *field = fields->pdata[i];
        if (strcmp(field->name, name) == 0 && !find_value(others, name, field->value))
            g_ptr_array_add(only, field);
    }
    return only;
}

static void compare_field(Compared *compared, const char *name)
{
    const GPtrArray *old = compared->mail->reading->fields, *new = compared->mail->reading->other_fields;
    g_autoptr(GPtrArray) lost = only_in(old, new, name), gained = only_in(new, old, name);
    guint pairs = MIN(lost->len, gained->len);
    for (guint i = 0; i < pairs; i++)
        note(compared, REPLAY_CHANGED, lost->pdata[i], gained->pdata[i]);
    for (guint i = pairs; i < lost->len; i++)
        note(compared, REPLAY_LOST, lost->pdata[i], NULL);
    for (guint i = pairs; i < gained->len; i++)
        note(compared, REPLAY_GAINED, NULL, gained->pdata[i]);
    /* The same values, and another is the primary one. */
    const Field *old_first = first_of(old, name), *new_first = first_of(new, name);
    if (lost->len + gained->len == 0 && strcmp(old_first->value, new_first->value) != 0)
        note(compared, REPLAY_CHANGED, old_first, new_first);
}

static gboolean are_alike(const GPtrArray *old, const GPtrArray *new)
{
    for (guint i = 0; i < old->len && old->len == new->len; i++) {
        const Field *a = old->pdata[i], *b = new->pdata[i];
        if (strcmp(a->name, b->name) != 0 || strcmp(a->value, b->value) != 0)
            return FALSE;
    }
    return old->len == new->len;
}

static void compare_fields(Compared *compared)
{
    const GPtrArray *old = compared->mail->reading->fields, *new = compared->mail->reading->other_fields;
    if (are_alike(old, new))
        return;
    for (guint i = 0; i < old->len; i++)
        if (first_of(old, ((const Field *)old->pdata[i])->name) == old->pdata[i])
            compare_field(compared, ((const Field *)old->pdata[i])->name);
    for (guint i = 0; i < new->len; i++) {
        const char *name = ((const Field *)new->pdata[i])->name;
        if (first_of(new, name) == new->pdata[i] && !first_of(old, name))
            compare_field(compared, name);
    }
}

/* ---- against what people said ---- */

static void note_break(Compared *compared, GPtrArray *list, const char *name, const char *label,
                       const Field *found, const Field *place)
{
    const Reading *reading = compared->mail->reading;
    ReplayBreak *broken = g_new0(ReplayBreak, 1);
    broken->mail_id = compared->mail->mail_id;
    broken->ref = g_strdup(compared->mail->ref);
    broken->field = g_strdup(name);
    broken->label = g_strdup(label);
    broken->found = found ? g_strdup(found->value) : NULL;
    broken->line = place ? context_line(reading, place, reading->other_fields, NULL, NULL) : g_strdup("");
    g_ptr_array_add(list, broken);
}

static void compare_labels(Compared *compared)
{
    const Reading *reading = compared->mail->reading;
    const GPtrArray *labels = label_book_of(compared->replay->book, compared->mail->mail_id);
    for (guint i = 0; labels && i < labels->len; i++) {
        const Label *label = labels->pdata[i];
        const Field *old = first_of(reading->fields, label->field);
        const Field *new = first_of(reading->other_fields, label->field);
        const Field *had = find_value(reading->fields, label->field, label->value);
        gboolean was_right = *label->value ? had != NULL : !old;
        gboolean is_right =
            *label->value ? find_value(reading->other_fields, label->field, label->value) != NULL : !new;
        if (was_right && !is_right)
            note_break(compared, compared->replay->lost_right, label->field, label->value, new,
                       had ? had : new);
    }
    for (guint i = 0; i < reading->other_fields->len; i++) {
        const Field *new = reading->other_fields->pdata[i];
        if (label_book_is_wrong(compared->replay->book, compared->mail->mail_id, new->name, new->value) &&
            !find_value(reading->fields, new->name, new->value))
            note_break(compared, compared->replay->wrong_gained, new->name, new->value, new, new);
    }
}

/* ---- rules that gave up, and meanings ---- */

static void compare_gave_up(Compared *compared)
{
    const Reading *reading = compared->mail->reading;
    g_autoptr(GHashTable) live = gave_up_rules(reading->findings);
    g_autoptr(GHashTable) changed = gave_up_rules(reading->other_gave_up);
    GHashTableIter each;
    gpointer rule;
    g_hash_table_iter_init(&each, live);
    while (g_hash_table_iter_next(&each, &rule, NULL))
        replay_gave_up(compared->replay, rule)->live++;
    g_hash_table_iter_init(&each, changed);
    while (g_hash_table_iter_next(&each, &rule, NULL)) {
        replay_gave_up(compared->replay, rule)->changed++;
        compared->differs |= !g_hash_table_contains(live, rule);
    }
}

static void compare_meanings(Compared *compared)
{
    const Reading *reading = compared->mail->reading;
    for (guint type = 0; type < MEANING_COUNT; type++) {
        const char *old = meaning_chosen(reading->meanings, type);
        const char *new = meaning_chosen(reading->other_meanings, type);
        if (g_strcmp0(old, new) == 0)
            continue;
        compared->differs = TRUE;
        ReplayMeaning *meaning = replay_meaning(compared->replay, type, old, new);
        if (meaning->count++ == 0) {
            meaning->mail_id = compared->mail->mail_id;
            meaning->ref = g_strdup(compared->mail->ref);
        }
    }
}

void replay_add(Replay *replay, const RereadMail *mail)
{
    Compared compared = {.replay = replay, .mail = mail};
    replay->mails++;
    if (!mail->reading) {
        replay->unreadable++;
        return;
    }
    compare_fields(&compared);
    compare_gave_up(&compared);
    compare_meanings(&compared);
    if (replay->book)
        compare_labels(&compared);
    replay->differ += compared.differs;
}
