/* The name of a part, from all the places where programs write one. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* Raw values of the fields of one part; NULL: not there. */
typedef struct {
    const char *type, *disposition; /* Content-Type, Content-Disposition: RFC 2183 2.3, RFC 2046 */
    const char *description, *location, *id;
} NameFields;

/* Safe to show and to store; NULL when there is none. `is_file`: no text and no page that the mail shows, so
 * that a description, an address or an id that looks like the name of a file is one. The caller frees. */
char *part_name_read(const NameFields *fields, gboolean is_file, GPtrArray *findings);
