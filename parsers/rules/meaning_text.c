#include <parsers/rules/meaning_text.h>

#include <string.h>

#define NEGATION_REACH 32u /* bytes before a phrase in which a negation turns it round */
#define NEAR_REACH 80u     /* bytes on either side in which `not_near` counts */

void meaning_text_clear(gpointer data)
{
    MeaningText *text = data;
    folded_clear(&text->folded);
    needs_map_clear(&text->words);
}

void meaning_text_init(MeaningText *text, const MeaningSet *set, const Place *place)
{
    *text = (MeaningText){.place = place};
    gsize length = MIN(place->length, (gsize)MEANING_TEXT_BYTES);
    while (length < place->length && ((guchar)place->text[length] & 0xc0) == 0x80)
        length--;
    fold_text(place->text, length, &text->folded);
    needs_scan(set->needs, text->folded.text, text->folded.length, set->signs->len, &text->words);
}

/* Chinese, Japanese, Korean and Thai put words beside each other without a blank. */
static gboolean is_spaceless(gunichar c)
{
    return (c >= 0xe00 && c <= 0xe7f) || (c >= 0x1100 && c <= 0x11ff) || (c >= 0x3040 && c <= 0x9fff) ||
           (c >= 0xac00 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfaff);
}

static gboolean is_joined(const char *text, gsize at)
{
    gunichar c = g_utf8_get_char(text + at);
    return (g_unichar_isalnum(c) || c == '_') && !is_spaceless(c);
}

/* Whether a word goes on over the border at `at`. */
static gboolean is_inside_word(const char *text, gsize length, gsize at)
{
    if (at == 0 || at >= length)
        return FALSE;
    gsize before = (gsize)(g_utf8_prev_char(text + at) - text);
    return is_joined(text, before) && is_joined(text, at);
}

static gboolean phrase_stands_at(const Phrase *phrase, const Folded *folded, gsize at)
{
    const gsize length = phrase->length;
    if (folded->text[at] != phrase->text[0] || at + length > folded->length ||
        memcmp(folded->text + at, phrase->text, length) != 0)
        return FALSE;
    return (phrase->is_open_before || !is_inside_word(folded->text, folded->length, at)) &&
           (phrase->is_open_after || !is_inside_word(folded->text, folded->length, at + length));
}

static gboolean any_phrase_in(const GPtrArray *phrases, const Folded *folded, gsize from, gsize to)
{
    for (gsize at = from; at < to; at++)
        for (guint i = 0; i < phrases->len; i++)
            if (phrase_stands_at(phrases->pdata[i], folded, at))
                return TRUE;
    return FALSE;
}

/* A dot within a word ("4.8") ends nothing. */
static gboolean is_stop(const Folded *folded, gsize at, const char *stops)
{
    char c = folded->text[at];
    return strchr(stops, c) && (c != '.' || at + 1 == folded->length || strchr(" \n", folded->text[at + 1]));
}

/* Where what is before `at` begins, back to one of `stops`, but no further back than `reach`. */
static gsize clause_start(const Folded *folded, gsize at, const char *stops, gsize reach)
{
    gsize from = at;
    while (from > 0 && at - from < reach && !is_stop(folded, from - 1, stops))
        from--;
    return from;
}

static gsize clause_end(const Folded *folded, gsize at, const char *stops, gsize reach)
{
    gsize to = at;
    while (to < folded->length && to - at < reach && !is_stop(folded, to, stops))
        to++;
    return to;
}

gboolean meaning_is_spoiled(const MeaningSet *set, const Sign *sign, const Folded *folded, gsize start,
                            gsize end)
{
    if (sign->is_unless_negated &&
        any_phrase_in(set->negations, folded, clause_start(folded, start, ",:.!?;\n", NEGATION_REACH), start))
        return TRUE;
    return sign->not_near &&
           any_phrase_in(sign->not_near, folded, clause_start(folded, start, ".!?;\n", NEAR_REACH),
                         clause_end(folded, end, ".!?;\n", NEAR_REACH));
}

/* The longest phrase of the sign that stands at `at`, or NULL. */
const Phrase *meaning_phrase_at(const Sign *sign, const Folded *folded, gsize at)
{
    const Phrase *best = NULL;
    guchar byte = (guchar)folded->text[at];
    if (!sign->has_open && at > 0 && g_ascii_isalnum(byte) && g_ascii_isalnum(folded->text[at - 1]))
        return NULL;
    for (guint i = sign->first[byte]; i < sign->first[byte + 1]; i++) {
        const Phrase *phrase = sign->phrases->pdata[i];
        if ((!best || phrase->length > best->length) && phrase_stands_at(phrase, folded, at))
            best = phrase;
    }
    return best;
}
