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
    /* What rules share, in the order of the file; NULL or empty when there is none. */
    GPtrArray *fragments; /* Fragment */
    GPtrArray *templates; /* of values: Template */
    GPtrArray *patterns;  /* SharedPattern */
} Compiler;

/* Reads one field with its rules into the set. */
void compile_field(Compiler *compiler, const YamlNode *key, const YamlNode *node);
void rule_field_free(RuleField *field);

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
/* The pattern of one key, with its fragments filled in; NULL after a problem. */
Pattern *compile_pattern(Compiler *compiler, const YamlNode *node, const char *key, PatternFlags flags);
PatternFlags compile_flags(Compiler *compiler, const YamlNode *node);

/* The pieces that rules share: `node` is what stands below the key at the top of the file, or NULL. */
void compile_fragments(Compiler *compiler, const YamlNode *node);
void compile_templates(Compiler *compiler, const YamlNode *node);
void compile_shared_patterns(Compiler *compiler, const YamlNode *node);
/* A problem unless `node` is a mapping. */
gboolean compile_is_shared(Compiler *compiler, const YamlNode *node, const char *key);

/* The pattern that "{use: name}" means, one reference more; NULL after a problem. */
Pattern *shared_pattern_use(Compiler *compiler, const YamlNode *node);
/* The keys of a shared pattern that are a rule's as well, where `node` names one; else NULL. Borrowed. */
const YamlNode *shared_pattern_keys(const Compiler *compiler, const YamlNode *node);

/* A rule as it is with what its value template and its shared pattern say: keys of the rule itself go first.
 * Borrows all its keys and values. */
typedef YamlNode MergedNode;
MergedNode *templates_merge(const Compiler *compiler, const YamlNode *rule_node);
void templates_merged_free(MergedNode *merged);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MergedNode, templates_merged_free)
/* Where a rule looks. */
void compile_places(Compiler *compiler, const YamlNode *rule_node, Rule *rule);
/* A type by its word; TYPE_COUNT after a problem, which may mean a template. */
ValueType templates_type_word(Compiler *compiler, const YamlNode *node, const char *word);

/* A pattern as PCRE2 gets it, and where each piece of it stands in the file. */
typedef struct {
    GString *text;
    GArray *pieces; /* Piece */
} Expansion;
typedef struct {
    gsize at;             /* in `text` */
    const YamlNode *node; /* the scalar that it comes from */
    gsize offset;         /* in that */
    gboolean is_whole;    /* all of the piece stands for this one place */
    const char *fragment; /* the name of the fragment that it belongs to, or NULL */
} Piece;
/* FALSE after a problem, and silently where a fragment is broken (that has been said). */
gboolean fragments_expand(Compiler *compiler, const YamlNode *node, gboolean is_extended, Expansion *out);
void expansion_clear(Expansion *expansion);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expansion, expansion_clear)
const Piece *expansion_piece(const Expansion *expansion, gsize offset);

/* A problem where byte `offset` of a scalar stands in the file. */
void scalar_problem(Compiler *compiler, const YamlNode *node, gsize offset, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The type of a rule's values and the keys that belong to it (compile_type.c). */
void compile_type(Compiler *compiler, const YamlNode *node, Rule *rule);
/* A problem at each of `keys` that `node` has: "'key' why". */
void compile_refuse_keys(Compiler *compiler, const YamlNode *node, const char *const *keys, const char *why);

/* A problem at `node`. */
#define refuse(compiler, node, ...)                                                                          \
    yaml_problem((compiler)->document, node, (compiler)->problems, __VA_ARGS__)
