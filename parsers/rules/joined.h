/* Texts in which values stand whole again that a mail client broke: line ends inside a word, with quote marks
 * and indentation behind them; what quoted-printable left ("=" at the end of a line, "=3D"); marks that
 * cannot be seen. */
#pragma once

#include <parsers/rules/joined_map.h>

typedef enum {
    /* Only what is surely no end of a word: soft breaks, breaks behind a hyphen, breaks of a word that fills
     * the line. Goes before the text as it is. */
    JOINED_SURE,
    /* Every break between two words: a guess, for what the text as it is does not have. */
    JOINED_ANY,
    /* The same without the hyphen, or "=", in front of the break. */
    JOINED_BARE,
    JOINED_COUNT
} JoinedView;

/* NULL when it would be the text as it is. `text` is valid UTF-8, and so is what comes of it. Linear. */
Mapped *joined_make(const char *text, gsize length, JoinedView view);
/* The bytes of a mark at `at` that cannot be seen: zero-width and soft hyphens, marks of direction; else 0.
 */
gsize joined_invisible(const char *text, gsize length, gsize at);
/* Behind the line end at `at`: the blanks and quote marks that begin the next line. */
gsize joined_skip_margin(const char *text, gsize length, gsize at);
