/* A file of known values: one a line, perhaps with the words that stand for it:
 *
 *     # plans
 *     pro = professional, profi
 *     basic
 *
 * Empty lines and what begins with '#' do not count. */
#pragma once

#include <parsers/rules/known_words.h>
#include <postern/yaml.h>

/* Adds all of them. Lines that are none are problems of `file`, with their place; so is a word that stands
 * for two values. */
void word_list_read(const char *file, const char *text, KnownWords *words, GPtrArray *problems);
