/* Header fields of what we send (RFC 5322 2.2, RFC 2047), for this room. Every value is cleaned
 * here, whatever was done to it before; lines have at most 78 characters where a word allows it. */
#pragma once

#include <postern/values.h>

/* Unstructured text. Nothing is written for an empty value. */
void header_write_text(GString *out, const char *name, const char *value);
/* `name <address>`; what is no addr-spec becomes an address that goes nowhere. */
void header_write_mailbox(GString *out, const char *name, const char *display, const char *address);
/* Mailbox; those that are no addr-spec are left out, and the field with them when none is left. */
void header_write_mailboxes(GString *out, const char *name, const GPtrArray *mailboxes);
/* char * without angle brackets; those that cannot be written as they are, are left out. */
void header_write_ids(GString *out, const char *name, const char *const *ids, guint count);
/* One word of printable ASCII; anything else is left out. */
void header_write_word(GString *out, const char *name, const char *value);

/* TRUE when the id can stand in a header as it is. */
gboolean header_id_is_valid(const char *id);
