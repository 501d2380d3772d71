/* Lists of MAPI properties as they stand in winmail.dat (MS-OXTNEF 2.1.3.4 and 2.1.3.5). Private to
 * parsers/mail. */
#pragma once

#include "octets.h"

/* Types (MS-OXCDATA 2.11.1). */
enum {
    MAPI_INT16 = 0x02,
    MAPI_INT32 = 0x03,
    MAPI_OBJECT = 0x0d,
    MAPI_STRING8 = 0x1e,
    MAPI_UNICODE = 0x1f,
    MAPI_TIME = 0x40,
    MAPI_BINARY = 0x102,
};

typedef struct {
    guint16 type; /* without the flag for several values */
    guint16 id;   /* 0 of a property that is named by a string */
    gboolean is_appointment,
        is_named; /* named by a number, which `id` then is: in PSETID_Appointment, in any set */
    Octets value; /* the first one; empty when there is none */
} MapiProperty;

/* Takes the next property off the list. `count` is what is left of the number at its beginning. FALSE at the
 * end, and where the list is broken: then `out_broken` is set. */
gboolean mapi_next(Octets *list, guint32 *count, MapiProperty *out, gboolean *out_broken);

/* Numbers of two or four octets; 0 for anything else. */
guint32 mapi_number(const MapiProperty *property);
/* Microseconds since 1970; 0 when it is no time. */
gint64 mapi_time(const MapiProperty *property);
/* UTF-8, not yet cleaned; "" when it is no text. `charset` is that of STRING8. The caller frees. */
char *mapi_text(const MapiProperty *property, const char *charset);
