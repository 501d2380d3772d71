/* One text of a mail in the form that phrases are looked for, and what speaks against a find. */
#pragma once

#include <parsers/rules/fold.h>
#include <parsers/rules/meaning.h>

typedef struct {
    const Place *place;
    Folded folded;
    NeedsMap words;
} MeaningText;
void meaning_text_init(MeaningText *text, const MeaningSet *set, const Place *place);
void meaning_text_clear(gpointer text);

/* The longest phrase of the sign that stands at `at`, or NULL. */
const Phrase *meaning_phrase_at(const Sign *sign, const Folded *folded, gsize at);
/* A negation before it, or a word that must not be near. `start` and `end` in the folded text. */
gboolean meaning_is_spoiled(const MeaningSet *set, const Sign *sign, const Folded *folded, gsize start,
                            gsize end);
