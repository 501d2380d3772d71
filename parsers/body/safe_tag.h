/* The elements that HTML from outside may keep, and what they may carry. */
#pragma once

#include <glib.h>

typedef enum {
    TAG_NONE,    /* its words stay, the element goes */
    TAG_DROPPED, /* with all that is in it */
    TAG_TEXT,    /* no element: words */
    TAG_A,
    TAG_B,
    TAG_BLOCKQUOTE,
    TAG_BR,
    TAG_CODE,
    TAG_DIV,
    TAG_EM,
    TAG_H1,
    TAG_H2,
    TAG_H3,
    TAG_H4,
    TAG_H5,
    TAG_H6,
    TAG_HR,
    TAG_I,
    TAG_IMG,
    TAG_LI,
    TAG_OL,
    TAG_P,
    TAG_PRE,
    TAG_S,
    TAG_SPAN,
    TAG_STRONG,
    TAG_SUB,
    TAG_SUP,
    TAG_TABLE,
    TAG_TD,
    TAG_TH,
    TAG_TR,
    TAG_U,
    TAG_UL,
    TAG_COUNT
} SafeTag;

/* Written elements within written elements; deeper ones give their words only. */
#define SAFE_LEVELS 64u
#define SAFE_URL_BYTES 2048u /* what every browser takes */
#define SAFE_ALT_BYTES 256u  /* the name of a picture, not a text */

/* What becomes of an element of that name; `name` in lower case. */
SafeTag safe_tag_of(const char *name);
/* "div"; NULL for what is never written. */
const char *safe_tag_name(SafeTag tag);
/* TAG_COUNT when no written element has that name. */
SafeTag safe_tag_written(const char *name, gsize length);
gboolean safe_tag_is_void(SafeTag tag);
/* Begins and ends a line. */
gboolean safe_tag_is_block(SafeTag tag);
/* Its words may be smaller than those around it: one within the other could shrink them to nothing. */
gboolean safe_tag_shrinks(SafeTag tag);

/* Names and values that may be written, the value unescaped. A value that may be is in its final form. */
gboolean safe_attribute_is(SafeTag tag, const char *name, const char *value);

/* http, https or mailto (of that only the address), without blanks, controls and passwords; NULL: none of
 * these. The caller frees. */
char *safe_url(const char *url);
/* A plain number from 0 to `most`, at most `room` - 1 digits of it into `out`; FALSE when it is none. */
gboolean safe_number(const char *text, guint most, char *out, gsize room);

/* The harmless part of a style attribute, in its final form: "color:#ff0000;font-weight:bold"; NULL when
 * nothing is left. What is left cannot hide words. The caller frees. */
char *safe_style(const char *style);
