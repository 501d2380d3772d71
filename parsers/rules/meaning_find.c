#include <parsers/rules/meaning_text.h>
#include <postern/base/clean.h>

#include <string.h>

#define SHOWN_BYTES 60u      /* of what a reason quotes */
#define OCCURRENCES_MOST 64u /* of one sign at one place that are looked at */

typedef struct {
    const MeaningSet *set;
    Matcher *matcher;
    const GPtrArray *fields;
    gint64 deadline_us;
    GArray *texts; /* MeaningText */
    GPtrArray *findings;
} Judging;

/* "can't connect" as it stands, in one line. */
static char *quoted(const char *text, gsize length)
{
    g_autofree char *line = clean_line(text, (gssize)length, SHOWN_BYTES);
    return g_strdup_printf("\"%s%s\"", line, length > SHOWN_BYTES ? "…" : "");
}

/* So many reasons are kept of a topic; the score counts all. */
#define REASONS_MOST 50u

static void add_reason(Meaning *meaning, char *reason)
{
    if (meaning->reasons->len < REASONS_MOST)
        g_ptr_array_add(meaning->reasons, reason);
    else
        g_free(reason);
}

static void count_place(const Sign *sign, const Place *place, gsize start, gsize end, Meaning *meaning)
{
    g_autofree char *shown = quoted(place->text + start, end - start);
    meaning->score += sign->score;
    add_reason(meaning, g_strdup_printf("%+d %s: %s in %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, sign->score,
                                        sign->name, shown, place->where, start, end));
}

static guint count_words(const Judging *judging, guint index, const MeaningText *text, guint most,
                         Meaning *meaning)
{
    const Sign *sign = judging->set->signs->pdata[index];
    const Folded *folded = &text->folded;
    guint counted = 0, seen = 0;
    gsize next = 0, first, last;
    for (gsize from = 0; needs_map_next(&text->words, index, next, &first, &last); next = last + 1) {
        gsize until = MIN((last + 1) * NEEDS_BLOCK_BYTES, folded->length);
        for (gsize at = MAX(from, first * NEEDS_BLOCK_BYTES); at < until; at++) {
            const Phrase *phrase = meaning_phrase_at(sign, folded, at);
            if (!phrase)
                continue;
            gsize end = at + phrase->length;
            if (++seen > OCCURRENCES_MOST || counted == most)
                return counted;
            if (!meaning_is_spoiled(judging->set, sign, folded, at, end)) {
                count_place(sign, text->place, folded->origin[at], folded->origin[end], meaning);
                counted++;
            }
            from = end;
            at = end - 1;
        }
    }
    return counted;
}

/* The folded byte that belongs to byte `at` of the text. */
static gsize folded_place(const Folded *folded, gsize at)
{
    gsize low = 0, high = folded->length;
    while (low < high) {
        gsize middle = (low + high) / 2;
        if (folded->origin[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gsize next_character(const char *text, gsize length, gsize at)
{
    do
        at++;
    while (at < length && ((guchar)text[at] & 0xc0) == 0x80);
    return at;
}

static guint count_pattern(const Judging *judging, guint index, const MeaningText *text, guint most,
                           Meaning *meaning)
{
    const Sign *sign = judging->set->signs->pdata[index];
    const char *whole = text->place->text;
    gsize length = text->folded.origin[text->folded.length], start, end;
    guint counted = 0;
    if (sign->is_picky && !needs_map_has(&text->words, index))
        return 0;
    matcher_begin(judging->matcher, judging->deadline_us);
    SearchResult result = SEARCH_FOUND;
    for (gsize from = 0, seen = 0; counted < most && seen < OCCURRENCES_MOST; seen++) {
        result = pattern_search(sign->pattern, judging->matcher, whole, length, from, length);
        if (result != SEARCH_FOUND || !matcher_span(judging->matcher, 0, &start, &end))
            break;
        if (!meaning_is_spoiled(judging->set, sign, &text->folded, folded_place(&text->folded, start),
                                folded_place(&text->folded, end))) {
            count_place(sign, text->place, start, end, meaning);
            counted++;
        }
        from = MAX(end, next_character(whole, length, start));
    }
    if (result == SEARCH_GAVE_UP)
        finding_add(judging->findings, "rule-gave-up", "%s: %s in %s", sign->name,
                    matcher_reason(judging->matcher), text->place->where);
    return counted;
}

static gboolean has_value(const Sign *sign, const char *value)
{
    for (guint i = 0; sign->values && i < sign->values->len; i++)
        if (g_ascii_strcasecmp(sign->values->pdata[i], value) == 0)
            return TRUE;
    return !sign->values;
}

static void count_fields(const Judging *judging, const Sign *sign, Meaning *meaning)
{
    guint counted = 0;
    for (guint i = 0; i < judging->fields->len && counted < sign->most; i++) {
        const Field *field = judging->fields->pdata[i];
        if (strcmp(field->name, sign->field) != 0 || !has_value(sign, field->value))
            continue;
        g_autofree char *shown = quoted(field->value, strlen(field->value));
        meaning->score += sign->score;
        add_reason(meaning,
                   g_strdup_printf("%+d %s: %s %s in %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, sign->score,
                                   sign->name, field->name, shown, field->where, field->start, field->end));
        counted++;
    }
}

static void count_sign(const Judging *judging, guint index, Meaning *meaning)
{
    const Sign *sign = judging->set->signs->pdata[index];
    guint counted = 0;
    if (sign->type == SIGN_FIELD) {
        count_fields(judging, sign, meaning);
        return;
    }
    for (guint i = 0; i < judging->texts->len && counted < sign->most; i++) {
        const MeaningText *text = &g_array_index(judging->texts, MeaningText, i);
        if (!(sign->places & text->place->kind))
            continue;
        counted += sign->type == SIGN_WORDS
                       ? count_words(judging, index, text, sign->most - counted, meaning)
                       : count_pattern(judging, index, text, sign->most - counted, meaning);
    }
}

/* NULL when nothing speaks for it or against it. */
static Meaning *judge_topic(const Judging *judging, const Topic *topic)
{
    g_autoptr(Meaning) meaning = meaning_new();
    for (guint i = 0; i < topic->sign_count; i++)
        count_sign(judging, topic->first_sign + i, meaning);
    if (meaning->reasons->len == 0)
        return NULL;
    meaning->type = topic->type;
    meaning->name = g_strdup(topic->words.name);
    return g_steal_pointer(&meaning);
}

/* Types in their order, the highest first, equal ones as in the file. */
static void insert(GPtrArray *meanings, guint first, Meaning *meaning)
{
    guint at = meanings->len;
    while (at > first) {
        const Meaning *before = meanings->pdata[at - 1];
        if (before->type < meaning->type ||
            (before->type == meaning->type && before->score >= meaning->score))
            break;
        at--;
    }
    g_ptr_array_insert(meanings, (gint)at, meaning);
}

static GArray *texts_of(const MeaningSet *set, const GPtrArray *places)
{
    GArray *texts = g_array_new(FALSE, FALSE, sizeof(MeaningText));
    g_array_set_clear_func(texts, meaning_text_clear);
    for (guint i = 0; i < places->len; i++) {
        const Place *place = places->pdata[i];
        if (!(place->kind & (PLACE_SUBJECT | PLACE_REPLY)))
            continue;
        MeaningText text;
        meaning_text_init(&text, set, place);
        g_array_append_val(texts, text);
    }
    return texts;
}

static void judge_all(const Judging *judging, GPtrArray *meanings)
{
    Meaning *chosen[MEANING_COUNT] = {NULL};
    guint first = meanings->len;
    for (guint i = 0; i < judging->set->topics->len; i++) {
        const Topic *topic = judging->set->topics->pdata[i];
        Meaning *meaning = judge_topic(judging, topic);
        if (!meaning)
            continue;
        Meaning **best = &chosen[topic->type];
        if (meaning->score >= topic->least && (!*best || meaning->score > (*best)->score))
            *best = meaning;
        insert(meanings, first, meaning);
    }
    for (guint i = 0; i < MEANING_COUNT; i++)
        if (chosen[i])
            chosen[i]->is_chosen = TRUE;
}

void meanings_find(const MeaningSet *set, Matcher *matcher, const GPtrArray *places, const GPtrArray *fields,
                   gint64 deadline_us, GPtrArray *meanings, GPtrArray *findings)
{
    if (set->topics->len == 0)
        return;
    g_autoptr(GArray) texts = texts_of(set, places);
    const Judging judging = {.set = set,
                             .matcher = matcher,
                             .fields = fields,
                             .deadline_us = deadline_us,
                             .texts = texts,
                             .findings = findings};
    judge_all(&judging, meanings);
}
