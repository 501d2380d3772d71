/* As what a part may be passed on. Private to parsers/content. */
#pragma once

#include <glib.h>

/* The declared type, lower case, where programs do not take what is in it for a mail, a page or a program of
 * its own; else "application/octet-stream". Static or borrowed from `type`. */
const char *part_type_safe(const char *type);
/* An image that HTML may show. */
gboolean part_type_is_picture(const char *type);
/* A safe type in its final form. */
gboolean part_type_is_safe(const char *type);
