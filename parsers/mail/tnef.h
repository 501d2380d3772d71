/* winmail.dat taken apart: the Transport Neutral Encapsulation Format (MS-OXTNEF). Pointers lead into the
 * octets that were given. Private to parsers/mail. */
#pragma once

#include "mapi.h"

typedef enum { TNEF_FILE, TNEF_MESSAGE, TNEF_OBJECT } TnefKind;
typedef struct {
    TnefKind kind;
    char *name, *type, *content_id; /* raw UTF-8, or NULL */
    Octets data;                    /* of TNEF_MESSAGE: its own winmail.dat */
} TnefFile;

typedef struct {
    char *charset;                                      /* of its 8-bit text, never NULL */
    char *message_class;                                /* "IPM.Note"; or NULL */
    char *subject, *location, *sender, *sender_address; /* raw UTF-8, or NULL */
    char *plain;                                        /* body, UTF-8; or NULL */
    Octets html;                                        /* empty: none */
    char *html_charset;                                 /* or NULL */
    Octets rtf;                                         /* compressed; empty: none */
    gint64 sent_us, starts_us, ends_us;                 /* 0: not told */
    GPtrArray *files;                                   /* TnefFile */
    const char *broken;                                 /* what could not be read, in plain words; or NULL */
    const char *doubt;                                  /* what is wrong but did no harm; or NULL */
} Tnef;

gboolean tnef_is(const guint8 *bytes, gsize length);
/* Reads what can be read. */
void tnef_read(const guint8 *bytes, gsize length, Tnef *out);
void tnef_clear(Tnef *tnef);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tnef, tnef_clear)
