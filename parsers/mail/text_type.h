/* What a file of words is, where its first lines say so. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* `head` is text. NULL when it is just text. A constant. */
const char *text_type(const char *head, gsize length);
