/* What the parts of the compiler share: files and fields (compile.c), one rule
 * (compile_rule.c), and its patterns (compile_pattern.c). */
#pragma once

#include <parsers/rules/rule_set.h>

typedef struct {
    const RulesSource *source;
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
/* The index of `word` in `words` (NULL-terminated); a problem that names `what`, and their number, when it is
 * none of them. */
guint compile_word(Compiler *compiler, const YamlNode *at, const char *word, const char *const *words,
                   const char *what);
/* The bits of the words that a list names. */
guint compile_bits(Compiler *compiler, const YamlNode *node, const char *const *words, const char *what);
/* The keys of a rule that belong to its pattern. */
void compile_patterns(Compiler *compiler, const YamlNode *node, Rule *rule);

/* The type of a rule's values and the keys that belong to it (compile_type.c). */
void compile_type(Compiler *compiler, const YamlNode *node, Rule *rule);
/* A problem at each of `keys` that `node` has: "'key' why". */
void compile_refuse_keys(Compiler *compiler, const YamlNode *node, const char *const *keys, const char *why);

/* A problem at `node`. */
#define refuse(compiler, node, ...)                                                                          \
    yaml_problem((compiler)->document, node, (compiler)->problems, __VA_ARGS__)
