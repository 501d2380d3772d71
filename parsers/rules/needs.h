/* One pass over a text that tells which rules' words occur in it: rules
 * whose words are absent need not be tried. ASCII letters compare without case. */
#pragma once

#include <glib.h>

typedef struct Needs Needs;

Needs *needs_new(void);
void needs_free(Needs *needs);
/* `rule` is to be tried where `word` (not empty) occurs. Before needs_build. */
void needs_add(Needs *needs, const char *word, guint rule);
/* FALSE when the words are too many (NEEDS_STATES_MAX characters in all). */
gboolean needs_build(Needs *needs);
/* Sets found[rule] = 1 for each rule with a word in `text`. */
void needs_scan(const Needs *needs, const char *text, gsize length, guint8 *found);

#define NEEDS_STATES_MAX 65535u
