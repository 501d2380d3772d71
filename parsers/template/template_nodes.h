/* A compiled template and its values, for this room. */
#pragma once

#include <postern/template.h>

#define TEMPLATE_DEPTH 16u                       /* sections in sections: more cannot be read by a person */
#define TEMPLATE_PART_DEPTH 8u                   /* parts in parts: a part that holds itself ends here */
#define TEMPLATE_PARTS 500u                      /* parts that hold parts several times multiply */
#define TEMPLATE_NODES 20000u                    /* parts that hold parts several times multiply */
#define TEMPLATE_OUTPUT_BYTES (4u * 1024 * 1024) /* a list of long texts; a mail of text is never longer */

typedef enum { NODE_LITERAL, NODE_VALUE, NODE_SECTION, NODE_INVERTED, NODE_END } NodeType;

/* Names are resolved when compiled: `scope` is the full name of the list whose current item is asked
 * (NULL: the values themselves), `text` the name there. */
typedef struct {
    NodeType type;
    char *text; /* the literal, or the name within `scope` */
    char *scope;
    char *full;         /* `scope` and name, as in TemplateNames */
    gboolean is_length; /* "fields.length": how many items the list has */
    guint partner;      /* of a section its end, and the other way round */
} Node;

struct Template {
    TemplateKind kind;
    GArray *nodes; /* Node */
};

/* What a name stands for; either may be missing. */
typedef struct {
    char *text;
    GPtrArray *items; /* TemplateValues */
} TemplateEntry;

/* NULL when nothing was set. Borrowed. */
const TemplateEntry *template_entry(const TemplateValues *values, const char *name);
