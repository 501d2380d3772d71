/* What of an opened winmail.dat is made into new octets. Private to parsers/mail. */
#pragma once

#include "tnef.h"

#include <postern/base/limits.h>

/* Markup takes several times the room of its words. */
#define TNEF_BODY_BYTES (4u * LIMIT_TEXT_BYTES)

typedef struct {
    const char *type;    /* "text/html" or "text/plain"; NULL: it has no text */
    const char *charset; /* NULL: nobody says. Borrowed from the Tnef or static */
    GBytes *made;        /* NULL: the octets of Tnef.html; the caller unrefs */
    const char *broken;  /* what could not be read, in plain words; or NULL */
} TnefBody;

/* The text as its writer saw it: the page, or that of the RTF, or the plain text, or the words of the RTF.
 * `budget`: octets of unpacked RTF that are still allowed; goes down. */
void tnef_body(const Tnef *tnef, gsize *budget, TnefBody *out);

/* Of a meeting: its few facts as a calendar object (RFC 5545), as its sender would have sent without
 * winmail.dat; else NULL. The caller unrefs. */
GBytes *tnef_meeting(const Tnef *tnef);
