#include <parsers/rules/context_fold.h>
#include <parsers/rules/context_rule.h>

#include <string.h>

/* Where the words of one `near` stand in a place. */
typedef struct {
    GArray *by_start, *by_end; /* Stretch of the place, rising */
} WordPlaces;

static void word_places_free(gpointer data)
{
    WordPlaces *places = data;
    g_array_unref(places->by_start);
    g_array_unref(places->by_end);
    g_free(places);
}

void near_free(Near *near)
{
    if (!near)
        return;
    g_clear_pointer(&near->words, g_ptr_array_unref);
    g_clear_pointer(&near->written, g_ptr_array_unref);
    g_free(near);
}

static gunichar character_before(const char *text, gsize at)
{
    return at > 0 ? g_utf8_get_char(g_utf8_prev_char(text + at)) : 0;
}

static gunichar character_at(const char *text, gsize length, gsize at)
{
    return at < length ? g_utf8_get_char(text + at) : 0;
}

/* A whole word of the place, not a piece of one, nor of a character. */
static gboolean is_whole(const Place *place, const Mapped *folded, gsize from, gsize to, Stretch stretch)
{
    const Origin *origins = (const Origin *)(gpointer)folded->origins->data;
    if ((from > 0 && origins[from - 1].start == stretch.start) ||
        (to < folded->text->len && origins[to].end == stretch.end))
        return FALSE;
    return context_is_border(character_before(place->text, stretch.start),
                             character_at(place->text, place->length, stretch.start)) &&
           context_is_border(character_before(place->text, stretch.end),
                             character_at(place->text, place->length, stretch.end));
}

static void find_word(const Place *place, const Mapped *folded, const char *word, GArray *found)
{
    const char *text = folded->text->str, *end = text + folded->text->len;
    gsize size = strlen(word);
    for (const char *at = text; (at = memmem(at, (gsize)(end - at), word, size)); at++) {
        gsize from = (gsize)(at - text);
        Stretch stretch;
        mapped_span(folded, from, from + size, &stretch.start, &stretch.end);
        if (is_whole(place, folded, from, from + size, stretch))
            g_array_append_val(found, stretch);
    }
}

static gint compare_starts(gconstpointer a, gconstpointer b)
{
    const Stretch *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

static gint compare_ends(gconstpointer a, gconstpointer b)
{
    const Stretch *left = a, *right = b;
    return (left->end > right->end) - (left->end < right->end);
}

static const WordPlaces *places_of(const Near *near, Place *place)
{
    ContextNotes *notes = context_notes(place);
    if (!notes->folded)
        notes->folded = context_fold_text(place->text, place->length);
    if (!notes->words)
        notes->words = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, word_places_free);
    WordPlaces *places = g_hash_table_lookup(notes->words, near);
    if (places)
        return places;
    places = g_new0(WordPlaces, 1);
    places->by_start = g_array_new(FALSE, FALSE, sizeof(Stretch));
    for (guint i = 0; i < near->words->len; i++)
        find_word(place, notes->folded, near->words->pdata[i], places->by_start);
    places->by_end = g_array_copy(places->by_start);
    g_array_sort(places->by_start, compare_starts);
    g_array_sort(places->by_end, compare_ends);
    g_hash_table_insert(notes->words, (gpointer)(gsize)near, places);
    return places;
}

/* What stands between a word and the value. */
static gboolean is_near(const Near *near, const Place *place, gsize from, gsize to)
{
    if (to - from > (gsize)near->within * 4)
        return FALSE;
    if (near->is_same_line && memchr(place->text + from, '\n', to - from))
        return FALSE;
    return g_utf8_strlen(place->text + from, (gssize)(to - from)) <= (glong)near->within;
}

/* The first of `spans` whose end (or start) is above `limit`. */
static guint first_above(const GArray *spans, gboolean by_end, gsize limit)
{
    guint low = 0, high = spans->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Stretch *span = &g_array_index(spans, Stretch, middle);
        if ((by_end ? span->end : span->start) <= limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gboolean is_before(const Near *near, const Place *place, const WordPlaces *places, gsize start)
{
    guint above = first_above(places->by_end, TRUE, start);
    return above > 0 && is_near(near, place, g_array_index(places->by_end, Stretch, above - 1).end, start);
}

static gboolean is_behind(const Near *near, const Place *place, const WordPlaces *places, gsize end)
{
    guint first = end == 0 ? 0 : first_above(places->by_start, FALSE, end - 1);
    return first < places->by_start->len &&
           is_near(near, place, end, g_array_index(places->by_start, Stretch, first).start);
}

static char *near_why(const Near *near)
{
    static const char *const sides[SIDE_COUNT] = {" before it", " behind it", " of it"};
    g_autofree char *words = context_quoted(near->written);
    return g_strdup_printf("%s %s within %u characters%s%s",
                           near->written->len > 1 ? "none of the words" : "no word", words, near->within,
                           sides[near->side], near->is_same_line ? " on the same line" : "");
}

gboolean near_fits(const Near *near, Place *place, gsize start, gsize end, char **why)
{
    const WordPlaces *places = places_of(near, place);
    if ((near->side != SIDE_BEHIND && is_before(near, place, places, start)) ||
        (near->side != SIDE_BEFORE && is_behind(near, place, places, end)))
        return TRUE;
    if (why)
        *why = near_why(near);
    return FALSE;
}
