/* What the parts of suggesting share. */
#pragma once

#include <parsers/rules/value_type.h>
#include <postern/rules_suggest.h>

/* One marked value where it stands. */
typedef struct {
    const char *text; /* of its place; borrowed */
    gsize start, end;
    const char *value; /* as marked; borrowed */
} Mark;

/* The narrowest type that takes all the marked values, as they are. */
ValueType suggest_type(const GArray *marks);
/* A pattern, without context, for values of the forms of `marks`: literal where all agree, else classes of
 * characters with their numbers. The caller frees. */
char *suggest_shape(const GArray *marks);
/* TRUE when the values say by themselves what they are: they share letters at their beginning. */
gboolean suggest_has_prefix(const GArray *marks, char **out_prefix);

/* The words right before the values that cover the most of them, folded; at most `most`. Array of char *. */
GPtrArray *suggest_words(const GArray *marks, guint most);
/* How many of the marks have one of `words` before them. */
guint suggest_covered(const GArray *marks, const GPtrArray *words);
