/* What the two halves of the compiler share: files and fields (compile.c),
 * and one rule (compile_rule.c). */
#pragma once

#include <parsers/rules/rule_set.h>

typedef struct {
    const YamlDocument *document;
    GPtrArray *problems;
    RuleSet *set;
    GHashTable *names; /* of rules: name → Rule, both borrowed */
} Compiler;

/* Reads one rule of field number `field` into the set. Problems are appended. */
void compile_rule(Compiler *compiler, const YamlNode *node, guint field);
void rule_free(Rule *rule);

/* The texts of a list, or of a single scalar; empty when `node` is NULL or wrong. */
GPtrArray *compile_texts(Compiler *compiler, const YamlNode *node, const char *what);
/* Lower-case letters, digits and `joiner`, first a letter. */
gboolean compile_is_name(const char *name, char joiner);
