/* Names of a template against the table of those that it may use, for this room. */
#pragma once

#include <postern/template.h>

/* A section around the place that is being compiled. */
typedef struct {
    guint node;    /* its index */
    char *written; /* as in the tag, which the closing tag must repeat */
    char *list;    /* full name when it goes through a list, or NULL */
    gsize offset;  /* of its tag */
} OpenSection;

typedef struct {
    char *full, *scope, *name; /* as in Node */
    gboolean is_length;
    gboolean is_list;
} ResolvedName;
void resolved_name_clear(ResolvedName *resolved);

/* NULL, or what is wrong with `written` inside `open` (OpenSection); the caller frees. */
char *name_resolve(TemplateNames names, const GArray *open, const char *written, ResolvedName *out);
