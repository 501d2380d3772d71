/* Body text: HTML to text (libxml2 lives only in parsers/body), format=flowed
 * (RFC 3676). Input is valid UTF-8. Pure. */
#pragma once

#include <glib.h>

/* What there is to say of the text of a page. */
typedef struct {
    gboolean is_incomplete;  /* a limit cut it */
    gsize hidden_characters; /* that the page hides from the eye: left out, but where nothing else is there */
    char hidden_words[80];   /* their beginning */
} BodyNotes;

/* Readable text of an HTML body. Quoted parts (blockquote, Gmail's and Yahoo's quote
 * boxes) come with "> " before each line; where a client marks the start of the quoted mail
 * without a box (Outlook's divRplyFwdMsg and its like), `out_quote_start` gets the byte
 * offset of that place, else -1. `out_notes` may be NULL. The caller frees. */
char *body_html_to_text(const char *html, gsize length, gssize *out_quote_start, BodyNotes *out_notes);

/* Signs that make a text look other than it is (UAX 9, UTR 36). */
typedef struct {
    gsize bidi_controls; /* embeddings, overrides, isolates */
    gsize hidden_signs;  /* without width, within a Latin word, and tag characters */
} BodyTricks;

/* The text without overrides of direction, with the other directional signs closed in their line, and
 * without signs of no width within Latin words; emoji and scripts that join keep theirs. Adds to `tricks`.
 * NULL when there is nothing of the kind. The caller frees. */
char *body_without_tricks(const char *text, BodyTricks *tricks);

/* An image of the mail that HTML may name by "cid:". */
typedef enum {
    IMAGE_UNNAMED, /* the HTML does not name it */
    IMAGE_SHOWN,   /* it stands in what was kept */
    IMAGE_OWN,     /* the writer's own, as it seems, and not kept */
    IMAGE_QUOTED   /* of what was quoted, or of a signature; not kept */
} BodyImageUse;
typedef struct {
    const char *content_id; /* as the part has it, without angle brackets */
    const char *shown_as;   /* as it is to be named: letters, digits and "@.-_" */
    BodyImageUse use;       /* of body_html_safe */
} BodyImage;

/* HTML rewritten to a small subset that cannot run, fetch, or hide anything: words with plain formatting,
 * links to http, https and mailto, and those of `images` that it names. With `own_text` only the part whose
 * words are those: one run of lines that says the same but for blanks, signs of width zero and what mail
 * programs add to a text (marks of lists, the targets of links, names of images). Every visible character
 * that is kept stands in `own_text`, in this order, so that nothing of a quoted page can stay. NULL when
 * there is none, when there is nothing to see, or when a limit was met: then only the text can be sent. The
 * caller frees. */
char *body_html_safe(const char *html, gsize length, const char *own_text, BodyImage *images,
                     guint image_count);
/* TRUE for what body_html_safe may have written: for those who got it from somebody else. */
gboolean body_html_is_safe(const char *html);

/* Joins soft line breaks. The caller frees. */
char *body_unflow(const char *text, gboolean delete_space);
