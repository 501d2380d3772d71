/* Targets of links. Private to parsers/body. */
#pragma once

#include <glib.h>

/* TRUE when the target is news: the words of the link do not spell it already. */
gboolean link_says_more(const char *target, const char *words);
