/* What the first octets of a file say that it is: data, to be extended. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* Octets that are looked at: an Office file packs what tells its kind behind a kilobyte of other things. */
#define SNIFF_BYTES 4096u
/* Octets of another place: the first entries of a directory. */
#define SNIFF_OTHER_BYTES 1024u

/* Where else to look in a file that begins so; 0: nowhere. */
guint64 sniff_elsewhere(const char *head, gsize length);
/* The type of a file that begins so ("application/pdf"), or NULL when nobody knows. `other`: what stands at
 * that other place, as far as it is there. A constant. */
const char *sniff_type(const char *head, gsize length, const char *other, gsize other_length);
/* TRUE when `found` may be what `declared` says: the same, a name for the same, or a form of it. */
gboolean sniff_agrees(const char *found, const char *declared);
/* TRUE for what a machine runs. */
gboolean sniff_is_program(const char *found);
