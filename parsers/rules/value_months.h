/* The names of months as people write them in English, German, French, Spanish, Portuguese, Dutch and
 * Italian, whole or shortened, without regard to case and accents. */
#pragma once

#include <glib.h>

/* 1 to 12; 0: none. */
guint month_of_name(const char *word);
/* Words between the parts of a date: "22nd of November", "22 de noviembre de 2026". */
gboolean month_is_filler(const char *word);
