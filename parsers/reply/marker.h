/* The lines that clients and help desks draw where an older mail begins: "-----Original Message-----",
 * "please reply above this line". */
#pragma once

#include "parsers/reply/history.h"

/* What the line opens, by itself; INTRO_NONE: nothing. Quote marks before it do not matter. */
IntroType marker_type(const TextLine *line);
/* The same outside of quotes, where the lines around it agree: INTRO_NONE also for a marker that a sentence
 * speaks of. */
IntroType marker_type_among(const TextLines *lines, gsize at);
/* "Original Message", with nothing drawn around it. */
gboolean marker_is_bare(const TextLine *line);
/* TRUE for "---------- Forwarded message ---------" and its like, in a line that stands for itself. */
gboolean marker_says_forward(const TextLine *line);
