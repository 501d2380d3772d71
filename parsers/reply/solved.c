#include <postern/reply.h>

#include "parsers/reply/phrases.h"
#include "parsers/reply/solved_phrases.h"
#include "parsers/reply/solved_words.h"

#include <string.h>

/* Who has more to say has something else to say. */
#define TEXT_BYTES 300u
#define NAMES_MOST 4u /* words of a name below the thanks */

static gboolean in_list(const char *word, const char *const *list)
{
    return g_strv_contains(list, word);
}

static gboolean has_ellipsis(const char *text)
{
    return strstr(text, "..") || strstr(text, "…");
}

/* Whether `word` is one of the alternatives "a|b|c" [slot, end). */
static gboolean in_slot(const char *slot, const char *end, const char *word)
{
    gsize length = strlen(word);
    while (slot < end) {
        const char *bar = memchr(slot, '|', (gsize)(end - slot));
        const char *stop = bar ? bar : end;
        if ((gsize)(stop - slot) == length && memcmp(slot, word, length) == 0)
            return TRUE;
        slot = stop + 1;
    }
    return FALSE;
}

/* The most words of words[at, end) that `phrase` can stand for, or 0: it does not begin there. Slots are
 * filled from left to right; those that may be empty take what they can. */
static guint match(const SolvedWords *message, guint at, guint end, const char *phrase)
{
    const guint first = at;
    while (*phrase) {
        const char *slot = phrase, *stop = slot + strcspn(slot, " ");
        phrase = *stop ? stop + 1 : stop;
        gboolean may_miss = stop > slot && stop[-1] == '?';
        gboolean is_adverb = stop - slot == 1 && *slot == '+';
        const guint before = at;
        while (at < end && in_list(message->words[at], solved_adverbs) &&
               !in_slot(slot, stop - may_miss, message->words[at]))
            at++;
        if (is_adverb && at == before)
            return 0;
        if (is_adverb)
            continue;
        if (at < end && in_slot(slot, stop - may_miss, message->words[at]))
            at++;
        else if (may_miss)
            at = before;
        else
            return 0;
    }
    while (at > first && at < end && in_list(message->words[at], solved_adverbs))
        at++;
    return at - first;
}

/* Words that stand in for thanks, greetings and closings elsewhere. */
static guint match_closing(const SolvedWords *message, guint at, guint end)
{
    g_autoptr(GString) words = g_string_new(NULL);
    guint best = 0;
    for (guint i = at; i < end && i < at + 6; i++) {
        g_string_append_printf(words, "%s%s", i > at ? " " : "", message->words[i]);
        if (phrase_at_start(words->str, PHRASE_CLOSING) == words->len)
            best = i + 1 - at;
    }
    return best;
}

static gboolean is_name_word(const SolvedWords *message, guint at)
{
    return message->is_capital[at] && g_utf8_strlen(message->words[at], -1) >= 2 &&
           !in_list(message->words[at], solved_no_names);
}

/* Behind a greeting: whom it greets. */
static guint match_greeted(const SolvedWords *message, guint at, guint end)
{
    guint count = 0;
    while (at + count < end && count < 4 &&
           (in_list(message->words[at + count], solved_titles) || is_name_word(message, at + count)))
        count++;
    return at + count == end ? count : 0;
}

/* What may stand in a piece, from each word on: bit 0: with nothing said yet, bit 1: with "solved" said. */
typedef struct {
    guint8 reached[WORDS_MOST + 1];
} Reach;

static void reach(Reach *all, guint from, guint to, gboolean says_solved)
{
    if (to > from)
        all->reached[to] |= says_solved ? 2 : all->reached[from];
}

static void reach_all(const SolvedWords *message, Reach *all, guint at, guint end)
{
    for (guint i = 0; solved_phrases[i]; i++)
        reach(all, at, at + match(message, at, end, solved_phrases[i]), TRUE);
    for (guint i = 0; solved_fillers[i]; i++)
        reach(all, at, at + match(message, at, end, solved_fillers[i]), FALSE);
    reach(all, at, at + match_closing(message, at, end), FALSE);
    reach(all, at, at + (in_list(message->words[at], solved_joints) ? 1 : 0), FALSE);
}

static void reach_greeting(const SolvedWords *message, Reach *all, const SolvedPiece *piece)
{
    for (guint i = 0; solved_greetings[i]; i++) {
        guint length = match(message, piece->first, piece->end, solved_greetings[i]);
        guint after = piece->first + length;
        reach(all, piece->first, after, FALSE);
        if (length > 0)
            reach(all, piece->first, after + match_greeted(message, after, piece->end), FALSE);
    }
}

/* "Thanks Dora": only where nothing but thanks stand before. */
static gboolean ends_with_name(const SolvedWords *message, const Reach *all, const SolvedPiece *piece)
{
    guint at = piece->end;
    while (at > piece->first + 1 && piece->end - at < 2 && is_name_word(message, at - 1)) {
        at--;
        if (all->reached[at] & 1 && at > piece->first)
            return TRUE;
    }
    return FALSE;
}

/* FALSE when there are words that are not known. */
static gboolean piece_read(SolvedWords *message, SolvedPiece *piece)
{
    Reach all = {{0}};
    all.reached[piece->first] = 1;
    if (piece->begins_line)
        reach_greeting(message, &all, piece);
    for (guint at = piece->first; at < piece->end; at++)
        if (all.reached[at])
            reach_all(message, &all, at, piece->end);
    guint8 end = all.reached[piece->end];
    message->is_solved |= (end & 2) != 0;
    piece->is_filler = end == 1 || (end == 0 && ends_with_name(message, &all, piece));
    return end != 0 || piece->is_filler;
}

static gboolean is_name(const SolvedWords *message, const SolvedPiece *piece, guint words)
{
    if (piece->end - piece->first > words)
        return FALSE;
    for (guint i = piece->first; i < piece->end; i++)
        if (!is_name_word(message, i))
            return FALSE;
    return TRUE;
}

/* The pieces that sign the mail: names at its end, on lines of their own or behind thanks. Returns how many
 * stand before them. */
static guint without_names(SolvedWords *message)
{
    guint count = message->piece_count;
    for (guint names = 0; count > 1 && names < NAMES_MOST; names++, count--) {
        const SolvedPiece *piece = &message->pieces[count - 1];
        SolvedPiece before = message->pieces[count - 2];
        gboolean is_thanked = piece_read(message, &before) && before.is_filler;
        gboolean is_line = piece->begins_line && piece->ends_line;
        if (!is_name(message, piece, is_thanked ? 3 : 2) || !(is_thanked || is_line))
            break;
    }
    return count;
}

static gboolean message_says_solved(SolvedWords *message)
{
    guint count = without_names(message), first = 0;
    message->is_solved = FALSE;
    const SolvedPiece *address = &message->pieces[0];
    if (count > 1 && address->ends_line && is_name(message, address, 2))
        first = 1;
    for (guint i = first; i < count; i++)
        if (!piece_read(message, &message->pieces[i]))
            return FALSE;
    return message->is_solved;
}

gboolean reply_says_solved(const char *text)
{
    if (!text || strlen(text) > TEXT_BYTES || !g_utf8_validate(text, -1, NULL) || has_ellipsis(text))
        return FALSE;
    SolvedWords message = {.count = 0};
    gboolean is_solved = solved_words_read(&message, text) && message_says_solved(&message);
    solved_words_clear(&message);
    return is_solved;
}
