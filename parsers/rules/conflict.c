#include <parsers/rules/search.h>
#include <postern/base/clean.h>

#include <string.h>

#define SAID_BYTES 80u /* of a value that is told in passing */

const RuleField *search_field_of(const Search *search, guint field)
{
    return search->rules->fields->pdata[field];
}

const Rule *search_rule(const Search *search, guint rule)
{
    return search->rules->rules->pdata[rule];
}

const Place *search_place(const Search *search, guint place)
{
    return search->places->pdata[place];
}

char *search_shown(const Search *search, const Hit *hit)
{
    const RuleField *field = search_field_of(search, search_rule(search, hit->rule)->field);
    return field->is_secret ? secret_shown(hit->value) : g_strdup(hit->value);
}

static GPtrArray *taken_of(const Search *search, guint field, guint place)
{
    return g_hash_table_lookup(search->taken, GSIZE_TO_POINTER((gsize)field * search->places->len + place));
}

/* How many of them begin before `at`. */
static guint count_before(const GPtrArray *hits, gsize at)
{
    guint low = 0, high = hits->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (((const Hit *)hits->pdata[middle])->start < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Accepted hits of a field overlap nowhere, so those that `hit` overlaps stand side by side. Of several the
 * one that was there first: of the rule that goes first, and of one rule the first in the text. */
static const Hit *overlapping(const Search *search, guint field, const Hit *hit)
{
    const GPtrArray *hits = taken_of(search, field, hit->place);
    const Hit *found = NULL;
    for (guint i = hits ? count_before(hits, hit->end) : 0; i-- > 0;) {
        const Hit *other = hits->pdata[i];
        if (other->end <= hit->start)
            break;
        const RuleField *of = search_field_of(search, field);
        if (!found || conflict_rank(of, other->rule) <= conflict_rank(of, found->rule))
            found = other;
    }
    return found;
}

const Hit *conflict_winner(const Search *search, guint field, const Hit *hit)
{
    const GPtrArray *others = search_field_of(search, field)->unless_in;
    const Hit *winner = overlapping(search, field, hit);
    for (guint i = 0; !winner && others && i < others->len; i++)
        winner = overlapping(search, GPOINTER_TO_UINT(others->pdata[i]), hit);
    return winner;
}

void conflict_take(Search *search, guint field, Hit *hit)
{
    GPtrArray *hits = taken_of(search, field, hit->place);
    if (!hits) {
        hits = g_ptr_array_new();
        g_hash_table_insert(search->taken, GSIZE_TO_POINTER((gsize)field * search->places->len + hit->place),
                            hits);
    }
    g_ptr_array_insert(hits, (gint)count_before(hits, hit->start), hit);
}

void lost_free(Lost *lost)
{
    if (!lost)
        return;
    hit_free(lost->hit);
    g_free(lost);
}

void conflict_lose(Search *search, Hit *hit, const Hit *winner)
{
    if (!search->lost) {
        hit_free(hit);
        return;
    }
    Lost *lost = g_new0(Lost, 1);
    *lost = (Lost){.hit = hit, .winner = winner};
    lost->is_same = search_rule(search, hit->rule)->field == search_rule(search, winner->rule)->field &&
                    strcmp(hit->value, winner->value) == 0;
    g_ptr_array_add(search->lost, lost);
}

guint conflict_rank(const RuleField *field, guint rule)
{
    guint rank = 0;
    while (rank < field->order->len && g_array_index(field->order, guint, rank) != rule)
        rank++;
    return rank;
}

/* By what the winner goes first. */
static char *words_of_order(const Search *search, const Lost *lost)
{
    const Rule *loser = search_rule(search, lost->hit->rule),
               *winner = search_rule(search, lost->winner->rule);
    if (winner->field != loser->field)
        return g_strdup_printf("whose field '%s' goes before '%s' ('unless_in')",
                               search_field_of(search, winner->field)->name,
                               search_field_of(search, loser->field)->name);
    if (winner->priority != loser->priority)
        return g_strdup_printf("which has the higher priority, %d over %d", winner->priority,
                               loser->priority);
    return g_strdup(winner == loser ? "which comes first in the mail" : "which stands first");
}

char *conflict_why(const Search *search, const Lost *lost)
{
    const Hit *hit = lost->hit, *winner = lost->winner;
    gboolean overlaps = hit->place == winner->place && hit->start < winner->end && winner->start < hit->end;
    g_autofree char *order = words_of_order(search, lost);
    g_autofree char *shown = search_shown(search, winner);
    g_autofree char *where = hit->place == winner->place
                                 ? g_strdup("")
                                 : g_strdup_printf(" of %s", search_place(search, winner->place)->where);
    g_autofree char *clipped = clean_line(shown, -1, SAID_BYTES);
    g_autofree char *said = overlaps ? g_strdup("overlaps")
                                     : g_strdup_printf("a ticket has one value, and that is '%s%s' of",
                                                       clipped, strlen(clipped) < strlen(shown) ? " …" : "");
    return g_strdup_printf("%s '%s' at %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "%s, %s", said,
                           search_rule(search, winner->rule)->name, winner->start, winner->end, where, order);
}
