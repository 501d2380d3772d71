/* The known values of a field with the words that stand for them. Looking one up costs the same whether there
 * are three or a hundred thousand. Immutable once it is built. */
#pragma once

#include <glib.h>

typedef struct KnownWords KnownWords;

#define KNOWN_WORD_LENGTH_MAX 100u /* characters */

KnownWords *known_words_new(void);
void known_words_free(KnownWords *words);
/* `synonym` (which may be the value itself) stands for `value` from now on. NULL, or the value that it stands
 * for already, which is another one (borrowed). */
const char *known_words_add(KnownWords *words, const char *value, const char *synonym);
/* The value that `text` is or stands for, without regard to case, as it was added; NULL. Borrowed. */
const char *known_words_find(const KnownWords *words, const char *text);
guint known_words_count(const KnownWords *words);
