/* The characters of a page that somebody sees. */
#pragma once

#include <glib.h>

/* Characters that take no room and bear no ink, blanks among them: two texts that differ in them alone look
 * the same. */
gboolean safe_is_unseen(gunichar c);
/* `text` without controls and without what turns the text around or only programs see; ends at the first
 * octet that is no UTF-8. In one line, or with its line ends and tabs. The caller frees. */
char *safe_words(const char *text, gsize length, gboolean is_line);
