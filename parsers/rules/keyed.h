/* Keys and their values, as people and programs write them: lines ("App ID: 4821"), tables, JSON and XML,
 * query strings. A text is read once for all rules; which keys matter is asked for afterwards. Linear. */
#pragma once

#include <glib.h>

typedef struct {
    gsize start, end; /* of the value, without quotes and marks around it */
    char *text;       /* what it means, where it is written with escapes; else NULL */
    guint order;      /* of being read: kinds of which more can be said come first */
    gboolean is_more; /* a further item of a list below the key */
} KeyedValue;

typedef struct Keyed Keyed;

/* `text` is valid UTF-8 and may go when this has returned. */
Keyed *keyed_read(const char *text, gsize length);
void keyed_free(Keyed *keyed);
/* The values of a key in the form of keyed_name_fold, none of them overlapping another, in the order of the
 * text: KeyedValue; or NULL. Borrowed. */
const GPtrArray *keyed_values(Keyed *keyed, const char *key);
/* There were more keys than are kept (LIMIT_RULE_KEYS). */
gboolean keyed_is_cut(const Keyed *keyed);

/* A key as it compares: no case, no blanks, no signs. "App ID", "app_id", "appId" and "App-ID" are one. Empty
 * when it has neither letters nor digits. The caller frees. */
char *keyed_name_fold(const char *name, gsize length);

/* The items of "4821, 5007 and 5011", between the two places: calls `each` with their places. Quotes and
 * brackets around them are none of theirs. */
typedef void (*KeyedItem)(gsize start, gsize end, gpointer data);
void keyed_split(const char *text, gsize start, gsize end, KeyedItem each, gpointer data);
/* The first word of a value: "4821" of "4821 (production)". */
void keyed_first_word(const char *text, gsize start, gsize *end);
