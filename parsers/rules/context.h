/* What a value must stand at, beside its pattern: words near it, a heading above it, a key in front of it;
 * and where the finders of keys and addresses look. */
#pragma once

#include <parsers/rules/compile.h>

/* Reads the keys of a rule that say where its values must stand, into rule->context: NULL when there are
 * none. Problems are appended. */
void compile_context(Compiler *compiler, const YamlNode *node, Rule *rule);
/* The keys of a rule that belong to the finders `key` and `url`. */
void compile_keyed(Compiler *compiler, const YamlNode *node, Rule *rule);
/* May be NULL. */
void context_free(Context *context);
/* Words of which at least one must stand near each value, where no `needs` says it: the rule is tried only
 * around them. Empty when there are none. Sets rule->within and rule->reach. The caller frees. */
GPtrArray *context_needs(Rule *rule);
/* TRUE when what stands from `start` to `end` of the place stands where rule->context (not NULL) wants it.
 * Otherwise *why (may be NULL) becomes what is missing, in one line for an admin; the caller frees. */
gboolean context_fits(const Rule *rule, Place *place, gsize start, gsize end, char **why);

/* What a finder caught at a place: the bytes from `start` to `end`, and `text` where they are written in
 * another way than they mean (escapes); else NULL. */
typedef struct {
    gsize start, end;
    char *text;
} Catch;
/* Of FINDER_KEY and FINDER_URL: everything that the rule caught, of two readings of one value the better
 * first; Catch. *out_cut becomes TRUE when there is more than a limit allows. The caller frees. */
GPtrArray *context_catches(const Rule *rule, Place *place, gboolean *out_cut);
/* The value in a catch: what the rule's pattern matches in it, or all of it, in the form of its type. `value`
 * is NULL when it is none; then `refusal` says why, a constant. */
typedef struct {
    gsize start, end;
    char *value;
    const char *refusal;
} CaughtValue;
/* FALSE when the pattern gave up. The caller frees out->value. */
gboolean catch_value(const Rule *rule, Matcher *matcher, const Place *place, const Catch *caught,
                     CaughtValue *out);

/* `joins_lines`: the rule is to be tried on texts in which broken values stand whole again. */
gboolean context_joins(const Rule *rule);
/* The ways to read a place, in the order in which they count: sure breaks joined, as it is, all breaks
 * joined, and so without hyphens. *out_view becomes the place with another text; it owns what is found in
 * that until it is cleared. FALSE when there is no such view. Not for CONTEXT_VIEW_AS_IS. */
#define CONTEXT_VIEWS 4u
#define CONTEXT_VIEW_AS_IS 1u
gboolean context_view(Place *place, guint number, Place *out_view);
void context_view_clear(Place *view);
/* Turns bytes (more than none) of a view into those of the place. FALSE when the view is a guess that changed
 * nothing there. */
gboolean context_view_span(Place *place, guint number, gsize *start, gsize *end);

/* What was read out of a place, kept for all rules. */
void context_notes_free(ContextNotes *notes);
