/* What the first octets of a file say that it is: data, to be extended. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* Octets that are looked at. */
#define SNIFF_BYTES 512u

/* The type of a file that begins so ("application/pdf"), or NULL when nobody knows. A constant. */
const char *sniff_type(const char *head, gsize length);
/* TRUE when `found` may be what `declared` says: the same, a name for the same, or a form of it. */
gboolean sniff_agrees(const char *found, const char *declared);
/* TRUE for what a machine runs. */
gboolean sniff_is_program(const char *found);
