/* The context of a rule as the files context*.c share it. */
#pragma once

#include <parsers/rules/context.h>
#include <parsers/rules/joined.h>
#include <parsers/rules/keyed.h>
#include <parsers/rules/url_parts.h>

typedef enum { SIDE_BEFORE, SIDE_BEHIND, SIDE_EITHER, SIDE_COUNT } NearSide;

typedef struct {
    GPtrArray *words;   /* char *, folded */
    GPtrArray *written; /* char *, beside them */
    guint within;       /* characters between a word and the value */
    NearSide side;
    gboolean is_same_line;
} Near;

struct Context {
    Near *near;
    GPtrArray *under;         /* char *, folded by section_heading_fold; or NULL */
    GPtrArray *under_written; /* char *, beside them */
    GPtrArray *keys;          /* char *, folded by keyed_name_fold; or NULL */
    gboolean is_list;         /* a key has several values */
    UrlParts *url;            /* or NULL */
    gboolean joins_lines;
};

struct ContextNotes {
    Mapped *folded;
    GHashTable *words;    /* Near → WordPlaces */
    GHashTable *sections; /* `under` → GArray of Stretch */
    Keyed *keyed;
    UrlList *urls;
    Mapped *views[JOINED_COUNT];
    gboolean has_view[JOINED_COUNT];
};
ContextNotes *context_notes(Place *place);

typedef struct {
    gsize start, end;
} Stretch;

gboolean near_fits(const Near *near, Place *place, gsize start, gsize end, char **why);
void near_free(Near *near);
gboolean under_fits(const Context *context, Place *place, gsize start, char **why);
/* "'order', 'bestellung'": at most a handful. The caller frees. */
char *context_quoted(const GPtrArray *words);
