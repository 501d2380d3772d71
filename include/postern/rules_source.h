/* A rules file as text, with the files of known values that it names: all that rules_compile_source needs,
 * so that compiling stays pure and can be done in another process. Immutable once it is built. */
#pragma once

#include <glib.h>

typedef struct {
    char *path; /* as the rules file writes it */
    char *text; /* a value a line; empty lines and what begins with '#' do not count */
} RulesList;

typedef struct {
    char *file;       /* name for messages */
    char *text;       /* UTF-8 */
    GPtrArray *lists; /* RulesList */
    gatomicrefcount references;
} RulesSource;

RulesSource *rules_source_new(const char *file, const char *text);
/* While it is built. */
void rules_source_add_list(RulesSource *source, const char *path, const char *text);
RulesSource *rules_source_ref(const RulesSource *source);
void rules_source_unref(const RulesSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RulesSource, rules_source_unref)
/* The text of a list, or NULL. Borrowed. */
const char *rules_source_list(const RulesSource *source, const char *path);
/* The paths of the lists that the text of a rules file names (`words_from`), each once. Nothing is said about
 * mistakes in it: compiling does. Array of char *. */
GPtrArray *rules_source_paths(const char *text, gsize length);

/* For storing and for other processes. NULL when the bytes are none. */
GBytes *rules_source_pack(const RulesSource *source);
RulesSource *rules_source_unpack(GBytes *bytes);
/* TRUE when both have the same text and lists; names do not count. */
gboolean rules_source_equal(const RulesSource *a, const RulesSource *b);
