/* A page while it is read: the elements that are open, and the text that is laid out so far. Private to
 * parsers/body. */
#pragma once

#include "parsers/body/element.h"
#include "parsers/body/hidden.h"
#include "parsers/body/page.h"

#define MARKER_BYTES 16u /* "(xviii)" */

/* An element whose end has not come. */
typedef struct {
    ElementType type;
    gboolean is_signature;
    gboolean is_hidden;    /* or inside of something hidden */
    gboolean is_concealed; /* the same, where it is text that is hidden from the eye */
    gboolean is_style;     /* of the page: rules, no text */
    TextLook look;
    gboolean is_marker, is_in_marker;
    gboolean keeps_blanks;
    guint items;       /* of a list: numbered so far */
    char numbering;    /* of a list: '1', 'a', 'A', 'i', 'I' */
    gsize cell_start;  /* of a row: where its last cell begins; G_MAXSIZE before the first */
    char *link;        /* target, or NULL */
    gsize words_start; /* of a link, or what is struck: where its words begin */
} OpenElement;

typedef struct {
    Page page;
    GArray *open; /* OpenElement */
    guint outlook_level;
    char marker[MARKER_BYTES]; /* Outlook's bullet as it is read */
    guint verbatim, lists;
    GHashTable *hidden_names; /* classes and ids that the page hides */
    gboolean shows_all;       /* what is hidden, too: there is nothing else */
    BodyNotes *notes;
    gsize fresh_cell; /* length of the page when a cell was opened: margins before its first word do not count
                       */
} Reader;
