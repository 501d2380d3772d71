/* What the names and attributes of HTML mean for reading a mail. */
#pragma once

#include <glib.h>

typedef enum {
    ELEMENT_INLINE,
    ELEMENT_BLOCK,     /* begins and ends a line */
    ELEMENT_PARAGRAPH, /* has a blank line around it */
    ELEMENT_BREAK,
    ELEMENT_RULE,
    ELEMENT_LIST,
    ELEMENT_NUMBERED_LIST,
    ELEMENT_ITEM,
    ELEMENT_ROW,
    ELEMENT_CELL,
    ELEMENT_PREFORMATTED,
    ELEMENT_QUOTE,
    ELEMENT_LINK,
    ELEMENT_IMAGE,
    ELEMENT_DEFINITION, /* stands to the right of what it defines */
    ELEMENT_QUOTATION,  /* between quotation marks */
    ELEMENT_RAISED,     /* a power, or the end of "1st" */
    ELEMENT_STRUCK,     /* crossed out: said and taken back */
    ELEMENT_INPUT,
    ELEMENT_SKIPPED, /* with all that is in it */
} ElementType;

/* As the element around it. */
#define BLANKS_SAME (-1)

typedef struct {
    ElementType type;
    gboolean is_signature;
    gboolean opens_history;   /* a client's sign that the answered mail begins here */
    gboolean announces_quote; /* the same, if a quote follows within a few lines */
    gboolean is_concealed;    /* by its style: nothing of it can be seen */
    gboolean is_marker;       /* Outlook's bullet or number, in words */
    guint list_level;         /* of Outlook's list item, from 1; 0: none */
    gint keeps_blanks;        /* white-space of its style: TRUE, FALSE or BLANKS_SAME */
} Element;

/* `attributes`: name and value by turns, NULL-terminated, or NULL; a value may be NULL. Names in lower case.
 * `style`: as element_style makes it. */
Element element_of(const char *name, const char *const *attributes, const char *style);
/* The style attribute in lower case, without blanks; "" when there is none. The caller frees. */
char *element_style(const char *const *attributes);
/* Borrowed, NULL when absent. */
const char *element_attribute(const char *const *attributes, const char *name);
