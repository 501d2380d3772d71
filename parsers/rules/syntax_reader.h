/* What the parts of the reader of patterns share: branches and repeats (syntax.c), groups (syntax_group.c),
 * characters and sets (syntax_characters.c). */
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
/* A new node around `part`, which it takes. */
Node *node_around(NodeType type, Node *part);
/* Reads no further. */
Node *syntax_fail(SyntaxReader *reader);
gboolean syntax_is_at(const SyntaxReader *reader, const char *word);
/* FALSE, and nothing is read, when another word stands there. */
gboolean syntax_skip_word(SyntaxReader *reader, const char *word);
/* Behind the next `sign`. */
void syntax_skip_past(SyntaxReader *reader, char sign);
/* The next one as it stands. */
Node *syntax_character(SyntaxReader *reader);
/* "\…" */
Node *syntax_escape(SyntaxReader *reader);
/* "[…]" */
Node *syntax_set(SyntaxReader *reader);
/* "(…)" */
Node *syntax_group(SyntaxReader *reader);
/* "a|b", up to the end of the group or of the pattern. Recursion ends at SYNTAX_DEPTH_MOST. */
Node *syntax_branches(SyntaxReader *reader);
