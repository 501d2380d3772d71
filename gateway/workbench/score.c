#include "gateway/workbench/replay_parts.h"

#include <postern/base/mail_id.h>
#include <postern/score.h>

#include <string.h>

static void field_score_free(gpointer pointer)
{
    g_free(((ScoreField *)pointer)->field);
    g_free(pointer);
}

static void miss_free(gpointer pointer)
{
    ScoreMiss *miss = pointer;
    g_free(miss->mail);
    g_free(miss->field);
    g_free(miss->what);
    g_free(miss->expected);
    g_free(miss->found);
    g_free(miss);
}

Score *score_new(void)
{
    Score *score = g_new0(Score, 1);
    score->fields = g_ptr_array_new_with_free_func(field_score_free);
    score->misses = g_ptr_array_new_with_free_func(miss_free);
    return score;
}

void score_free(Score *score)
{
    if (!score)
        return;
    g_ptr_array_unref(score->fields);
    g_ptr_array_unref(score->misses);
    g_free(score);
}

double score_precision(const ScoreField *field)
{
    guint found = field->right + field->wrong;
    return found == 0 ? 1.0 : (double)field->right / found;
}

double score_recall(const ScoreField *field)
{
    return field->expected == 0 ? 1.0 : (double)field->right / field->expected;
}

static ScoreField *field_of(Score *score, const char *name)
{
    guint at = 0;
    for (; at < score->fields->len; at++) {
        ScoreField *field = score->fields->pdata[at];
        int order = strcmp(field->field, name);
        if (order == 0)
            return field;
        if (order > 0)
            break;
    }
    ScoreField *field = g_new0(ScoreField, 1);
    field->field = g_strdup(name);
    g_ptr_array_insert(score->fields, (gint)at, field);
    return field;
}

static void miss(Score *score, const char *mail, const char *field, const char *what, const char *expected,
                 const char *found)
{
    ScoreMiss *miss = g_new0(ScoreMiss, 1);
    miss->mail = g_strdup(mail);
    miss->field = g_strdup(field);
    miss->what = g_strdup(what);
    miss->expected = g_strdup(expected);
    miss->found = g_strdup(found);
    g_ptr_array_add(score->misses, miss);
}

/* Values of a field in a mail. Borrowed. */
static GPtrArray *values_of(const Reading *reading, const char *name)
{
    GPtrArray *values = g_ptr_array_new();
    for (guint i = 0; reading && i < reading->fields->len; i++) {
        const Field *field = reading->fields->pdata[i];
        if (strcmp(field->name, name) == 0)
            g_ptr_array_add(values, field->value);
    }
    return values;
}

/* Blanks and line ends count alike: where a mail client broke the lines of an error text is nobody's concern.
 */
static gboolean is_same(gconstpointer one, gconstpointer other)
{
    const char *a = one, *b = other;
    while (*a && *b) {
        if (g_ascii_isspace(*a) && g_ascii_isspace(*b)) {
            a += strspn(a, " \t\n\r");
            b += strspn(b, " \t\n\r");
        } else if (*a++ != *b++) {
            return FALSE;
        }
    }
    return *a == *b;
}

static gboolean holds(const GPtrArray *values, const char *value)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)values, value, is_same, NULL);
}

static const char *first(const GPtrArray *values)
{
    return values->len > 0 ? values->pdata[0] : NULL;
}

/* ---- all that a mail holds is known ---- */

static void add_field(Score *score, const char *mail, const char *name, const GPtrArray *expected,
                      const GPtrArray *found)
{
    ScoreField *field = field_of(score, name);
    field->expected += expected->len;
    for (guint i = 0; i < expected->len; i++) {
        if (holds(found, expected->pdata[i])) {
            field->right++;
            continue;
        }
        field->missed++;
        miss(score, mail, name, "missed", expected->pdata[i], first(found));
    }
    for (guint i = 0; i < found->len; i++) {
        if (holds(expected, found->pdata[i]))
            continue;
        field->wrong++;
        miss(score, mail, name, "wrong", first(expected), found->pdata[i]);
    }
    if (expected->len > 0 && holds(found, first(expected)) && !is_same(first(expected), first(found))) {
        field->not_first++;
        miss(score, mail, name, "not first", first(expected), first(found));
    }
}

static void add_fields(Score *score, const char *mail, const Reading *reading, const Expected *expected)
{
    g_autoptr(GPtrArray) nothing = g_ptr_array_new();
    GHashTableIter each;
    gpointer name, values;
    g_hash_table_iter_init(&each, expected->fields);
    while (g_hash_table_iter_next(&each, &name, &values)) {
        g_autoptr(GPtrArray) found = values_of(reading, name);
        add_field(score, mail, name, values, found);
    }
    for (guint i = 0; reading && i < reading->fields->len; i++) {
        const char *field = ((const Field *)reading->fields->pdata[i])->name;
        g_autoptr(GPtrArray) found = values_of(reading, field);
        /* Once a field, at its first value. */
        if (!g_hash_table_contains(expected->fields, field) &&
            first(found) == ((const Field *)reading->fields->pdata[i])->value)
            add_field(score, mail, field, nothing, found);
    }
}

void score_add(Score *score, const char *mail, const Reading *reading, const Expected *expected)
{
    score->mails++;
    if (!reading) {
        score->unreadable++;
        miss(score, mail, "", "unreadable", NULL, NULL);
    }
    add_fields(score, mail, reading, expected);
    for (guint type = 0; type < MEANING_COUNT; type++) {
        const char *found = reading ? meaning_chosen(reading->meanings, type) : NULL;
        if (!expected->has_meaning[type])
            continue;
        score->meanings[type]++;
        if (g_strcmp0(found, expected->meanings[type]) == 0)
            score->meanings_right[type]++;
        else
            miss(score, mail, meaning_type_name(type), "other", expected->meanings[type], found);
    }
}

/* ---- only what people labelled is known ---- */

static gboolean stands_in(const Reading *reading, const char *value)
{
    const char *texts[] = {reading->subject, reading->reply, reading->text};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (strstr(texts[i], value))
            return TRUE;
    return FALSE;
}

static void add_label(Score *score, const char *mail, const Reading *reading, const Label *label)
{
    ScoreField *field = field_of(score, label->field);
    g_autoptr(GPtrArray) found = values_of(reading, label->field);
    gboolean is_nothing = *label->value == '\0';
    if (!is_nothing && holds(found, label->value)) {
        field->expected++;
        field->right++;
        return;
    }
    if (!is_nothing && (label->is_seen || stands_in(reading, label->value))) {
        field->expected++;
        field->missed++;
        miss(score, mail, label->field, "missed", label->value, first(found));
    }
    if (found->len > 0) {
        field->wrong++;
        miss(score, mail, label->field, "wrong", is_nothing ? NULL : label->value, first(found));
    }
}

void score_add_labels(Score *score, const RereadMail *mail, const LabelBook *book)
{
    const GPtrArray *labels = label_book_of(book, mail->mail_id);
    g_autofree char *id = mail_id_format(mail->mail_id);
    if (!labels)
        return;
    score->mails++;
    if (!mail->reading) {
        score->unreadable++;
        miss(score, id, "", "unreadable", NULL, NULL);
        return;
    }
    for (guint i = 0; i < labels->len; i++)
        add_label(score, id, mail->reading, labels->pdata[i]);
}
