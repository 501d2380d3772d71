/* A pattern as a tree: for finding out about it without running it. */
#pragma once

#include <parsers/rules/pattern.h>

typedef enum {
    NODE_ROW,       /* one after the other; none: takes nothing, as ^ and \b do */
    NODE_EITHER,    /* one of them */
    NODE_REPEAT,    /* `least` to `most` times */
    NODE_GROUP,     /* what "(…)" catches */
    NODE_CHARACTER, /* one character */
    NODE_SET,       /* one of several: [a-z], \w, . */
    NODE_BREAK,     /* \R: a line end */
    NODE_GRAPHEME,  /* \X */
    NODE_LOOK,      /* looks ahead or behind; takes nothing */
    NODE_ATOMIC,    /* never tried again */
    NODE_BACK,      /* what a group caught */
    NODE_CALL,      /* a group of the pattern once more, perhaps for ever */
} NodeType;

typedef struct {
    NodeType type;
    GPtrArray *parts;     /* Node; one of REPEAT, GROUP, LOOK, ATOMIC; NULL: none */
    guint least, most;    /* of REPEAT; G_MAXUINT: no end */
    gunichar character;   /* of CHARACTER */
    gboolean is_caseless; /* CHARACTER, SET, BACK */
    gboolean is_digits;   /* SET: of nothing else */
    gboolean is_negative; /* LOOK */
    guint few_count;      /* SET: so many ASCII characters and no others; 0: not known */
    char few[4];
    const char *text; /* SET: as it is written */
    gsize length;
    guint number; /* GROUP, BACK; 0: not known */
} Node;

typedef struct {
    char *pattern;
    Node *root;
    gboolean is_sure; /* everything was understood; else the tree is of no use but for its cost */
} Syntax;

#define SYNTAX_DEPTH_MOST 60u

/* The pattern must compile. */
Syntax *syntax_read(const char *pattern, gsize length, PatternFlags flags);
void syntax_free(Syntax *syntax);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Syntax, syntax_free)
const Node *node_part(const Node *node, guint index);
guint node_count(const Node *node);
