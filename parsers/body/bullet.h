/* Numbers of list items as pages ask for them. Private to parsers/body. */
#pragma once

#include <glib.h>

/* Appends "3. ", "c. ", "III. ": `type` is '1', 'a', 'A', 'i' or 'I' (HTML 4 10.3.1). */
void bullet_number(GString *out, char type, guint number);
