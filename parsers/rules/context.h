/* What a value must stand at, beside its pattern: words near it, a heading above it, a key in front of it. */
#pragma once

#include <parsers/rules/compile.h>

/* Reads the keys of a rule that say where its values must stand, into rule->context: NULL when there are
 * none. Problems are appended. */
void compile_context(Compiler *compiler, const YamlNode *node, Rule *rule);
/* May be NULL. */
void context_free(Context *context);
/* TRUE when what stands from `start` to `end` of the place stands where rule->context (not NULL) wants it.
 * Otherwise *why (may be NULL) becomes what is missing, in one line for an admin; the caller frees. */
gboolean context_fits(const Rule *rule, const Place *place, gsize start, gsize end, char **why);
