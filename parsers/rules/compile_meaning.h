/* Compiles what a rules file says about meaning: topics (compile_meaning.c) and their signs (compile_sign.c).
 */
#pragma once

#include <parsers/rules/compile.h>
#include <parsers/rules/meaning.h>

/* "categories", "requests", "severities" and "negations" of the file, whose mapping is `root`; after the
 * fields. */
void compile_meanings(Compiler *compiler, const YamlNode *root);

/* Reads one sign into the set. */
void compile_sign(Compiler *compiler, const YamlNode *node);
/* Array of Phrase. */
GPtrArray *compile_phrases(Compiler *compiler, const YamlNode *node, const char *what);
/* A problem at `node` unless there is a field of that name, and no secret one. */
gboolean compile_is_field(Compiler *compiler, const YamlNode *node, const char *name);
