/* What the parts of the reader of patterns share: groups and repeats (syntax.c), characters and sets
 * (syntax_characters.c). */
#pragma once

#include <parsers/rules/syntax.h>

typedef struct {
    const char *at, *end; /* a NUL stands at `end` */
    gboolean caseless, extended;
    gboolean in_quote; /* between \Q and \E */
    gboolean failed;   /* something is not understood */
    guint depth, groups;
} SyntaxReader;

Node *node_new(NodeType type);
void node_free(gpointer node);
/* Takes `part`. */
void node_add(Node *node, Node *part);
/* Reads no further. */
Node *syntax_fail(SyntaxReader *reader);
gboolean syntax_is_at(const SyntaxReader *reader, const char *word);
/* Behind the next `sign`. */
void syntax_skip_past(SyntaxReader *reader, char sign);
/* The next one as it stands. */
Node *syntax_character(SyntaxReader *reader);
/* "\…" */
Node *syntax_escape(SyntaxReader *reader);
/* "[…]" */
Node *syntax_set(SyntaxReader *reader);
