/* The plain form of a mail beside its HTML: does it say the same, or only "your program cannot show this
 * mail"? Only words and lengths are compared: reading the page would cost a hundred times as much. */
#pragma once

#include <glib.h>

/* The plain form is short, and the page shows much more, or the plain form speaks of HTML and has other
 * words. */
gboolean teaser_may_be(const char *plain, const char *markup);
/* The same, once the page was read. */
gboolean teaser_is(const char *plain, const char *page_text);
/* Whether the text says what the page says, and the page what the text says. */
gboolean teaser_says_the_same(const char *text, const char *markup);
/* Whether the text has half of the words of another text. */
gboolean teaser_repeats(const char *text, const char *other);
