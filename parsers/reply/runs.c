#include "parsers/reply/runs.h"

#include "parsers/reply/words.h"

#include <string.h>

#define WINDOW 4u           /* words that must be equal for a run to begin */
#define CANDIDATES 8u       /* places that are tried for one */
#define GAP 8u              /* words that a run may leave out on both sides together */
#define KNOWN_WORDS 100000u /* of all known texts: half of what a long ticket holds at its longest */

static const TextWord *word_at(const GArray *words, gsize index)
{
    return &g_array_index(words, TextWord, index);
}

static guint bucket_of(const KnownWords *all, const GArray *words, gsize first)
{
    guint32 hash = 0;
    for (guint i = 0; i < WINDOW; i++)
        hash = (hash ^ word_at(words, first + i)->hash) * 2654435761u;
    return hash >> (32 - all->bits);
}

void known_words_init(KnownWords *all, const KnownText *known, guint count)
{
    *all = (KnownWords){.words = g_array_new(FALSE, FALSE, sizeof(TextWord)), .count = count, .bits = 8};
    all->starts = g_new(guint32, count + 1);
    for (guint i = 0; i < count; i++) {
        all->starts[i] = all->words->len;
        text_words(known[i].text, KNOWN_WORDS, all->words);
    }
    all->starts[count] = all->words->len;
    while ((gsize)1 << all->bits < all->words->len)
        all->bits++;
    all->heads = g_new0(guint32, (gsize)1 << all->bits);
    all->nexts = g_new0(guint32, (gsize)all->words->len + 1);
    for (guint i = count; i-- > 0;)
        for (guint32 at = all->starts[i + 1]; at-- > all->starts[i];) {
            if (at + WINDOW > all->starts[i + 1])
                continue;
            guint bucket = bucket_of(all, all->words, at);
            all->nexts[at] = all->heads[bucket];
            all->heads[bucket] = at + 1;
        }
}

void known_words_clear(KnownWords *all)
{
    g_clear_pointer(&all->words, g_array_unref);
    g_clear_pointer(&all->starts, g_free);
    g_clear_pointer(&all->heads, g_free);
    g_clear_pointer(&all->nexts, g_free);
}

typedef struct {
    const GArray *words, *known;
    gsize at, place, end; /* the next word on both sides; where the known text ends */
} Run;

static gsize equal_words(const Run *run, gsize at, gsize place, gsize most)
{
    gsize count = 0;
    while (count < most && at + count < run->words->len && place + count < run->end &&
           word_at(run->words, at + count)->hash == word_at(run->known, place + count)->hash)
        count++;
    return count;
}

/* Somebody put a few words between, or a client left some out. */
static gboolean skip_gap(Run *run)
{
    for (gsize gap = 1; gap <= GAP; gap++)
        for (gsize i = 0; i <= gap; i++)
            if (equal_words(run, run->at + i, run->place + gap - i, WINDOW) == WINDOW) {
                run->at += i;
                run->place += gap - i;
                return TRUE;
            }
    return FALSE;
}

/* Number of words that are equal; `matches` may be NULL. */
static gsize follow(Run *run, guint known, gsize base, guint32 group, GArray *matches)
{
    gsize all = 0;
    do {
        gsize count = equal_words(run, run->at, run->place, G_MAXSIZE);
        for (gsize i = 0; matches && i < count; i++)
            g_array_index(matches, WordMatch, run->at + i) =
                (WordMatch){known, (guint32)(run->place + i - base), group};
        run->at += count;
        run->place += count;
        all += count;
    } while (skip_gap(run));
    return all;
}

static guint text_of_place(const KnownWords *all, guint32 place)
{
    guint low = 0, high = all->count;
    while (high - low > 1) {
        guint middle = (low + high) / 2;
        *(all->starts[middle] <= place ? &low : &high) = middle;
    }
    return low;
}

static Run run_at(const KnownWords *all, const GArray *words, gsize at, guint32 place)
{
    return (Run){words, all->words, at, place, all->starts[text_of_place(all, place) + 1]};
}

/* The longest run from `at` on; returns the word behind it, or `at`. */
static gsize match_at(const KnownWords *all, const GArray *words, gsize at, GArray *matches)
{
    gsize best = 0;
    guint32 best_place = 0, tried = 0;
    for (guint32 next = all->heads[bucket_of(all, words, at)]; next && tried < CANDIDATES;
         next = all->nexts[next - 1], tried++) {
        Run run = run_at(all, words, at, next - 1);
        gsize length = equal_words(&run, at, next - 1, WINDOW) == WINDOW ? follow(&run, 0, 0, 0, NULL) : 0;
        if (length > best) {
            best = length;
            best_place = next - 1;
        }
    }
    if (best == 0)
        return at;
    Run run = run_at(all, words, at, best_place);
    guint known = text_of_place(all, best_place);
    follow(&run, known, all->starts[known], (guint32)at + 1, matches);
    return run.at;
}

GArray *known_words_match(const KnownWords *all, const GArray *words)
{
    GArray *matches = g_array_sized_new(FALSE, FALSE, sizeof(WordMatch), words->len);
    g_array_set_size(matches, words->len);
    for (gsize i = 0; i < words->len; i++)
        g_array_index(matches, WordMatch, i) = (WordMatch){.known = G_MAXUINT};
    for (gsize at = 0; at + WINDOW <= words->len;) {
        gsize after = match_at(all, words, at, matches);
        at = after > at ? after : at + 1;
    }
    return matches;
}
