/* The lines by which a page of ours is known again in what an agent's program made of it. */
#pragma once

#include <glib.h>

/* A text as letters and digits alone, lower case: marks, blanks and line ends make no difference. */
typedef struct {
    GString *letters;
    GArray *places; /* gsize: where in the text each byte of `letters` comes from */
} Bare;
void bare_init(Bare *bare, const char *text, gsize length);
void bare_clear(Bare *bare);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bare, bare_clear)

typedef enum {
    PAGE_SIGN_NONE,
    PAGE_SIGN_WEAK, /* people write such lines, too: two different ones, or one that is quoted, tell a page */
    PAGE_SIGN_SURE
} PageSign;
/* What one line says; `out_which` (may be NULL) tells weak ones apart. */
PageSign page_sign_of_line(const char *line, gsize length, guint *out_which);

/* Within a bare text, over line ends. */
gboolean page_sign_within(const Bare *bare);

/* Sets the places of the text where such a sign stands to 1. */
void page_sign_mark(const Bare *bare, guint8 *places);

/* Length of the marks that quote a line: ">", "|", blanks, "KL>". 0 when nothing but blanks is there. */
gsize page_quote_marks(const char *line, gsize length);
