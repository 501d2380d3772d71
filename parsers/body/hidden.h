/* What a page does not show: styles that hide words from the eye while programs still read them. In doubt
 * words are shown. Private to parsers/body. */
#pragma once

#include <postern/body.h>

/* A colour as 0xRRGGBB, or not known. */
#define COLOUR_UNKNOWN G_MAXUINT32

/* What text inherits from the elements around it. */
typedef struct {
    guint32 colour, background;
    gboolean is_tiny;  /* no larger than a pixel */
    gboolean is_clear; /* without a colour of its own: what is behind shows through */
} TextLook;
#define TEXT_LOOK_USUAL                                                                                      \
    (TextLook)                                                                                               \
    {                                                                                                        \
        COLOUR_UNKNOWN, COLOUR_UNKNOWN, FALSE, FALSE                                                         \
    }

/* TRUE when an element is not shown, whatever is in it. `style`: lower case, without blanks; "" for none. */
gboolean hidden_by_style(const char *style);
/* TRUE for the size of a picture that holds a place or counts readers. */
gboolean hidden_is_dot(const char *style);
/* `look` as the element of that style and these attributes changes it. */
void hidden_look(const char *style, const char *const *attributes, TextLook *look);
/* TRUE when text of that look cannot be seen. */
gboolean hidden_by_look(const TextLook *look);

/* Names of classes and ids that a page hides altogether ("class", "#id"): a set that the caller owns. */
void hidden_names_read(const char *css, gsize length, GHashTable *names);
/* TRUE when one of the names of a class list, or the id, is among them. */
gboolean hidden_by_name(const char *class, const char *id, GHashTable *names);

/* Words that nobody can see are counted, and the first are kept to be told. */
void hidden_note(BodyNotes *notes, const char *text, gsize length);
