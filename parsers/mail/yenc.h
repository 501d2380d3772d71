/* yEnc (the draft of 2002, version 1.3): lines of shifted octets between "=ybegin" and "=yend".
 * Private to parsers/mail. */
#pragma once

#include "transfer.h"

/* One file, or one part of it, as its own lines describe it. */
typedef struct {
    char *name;         /* raw, as it stands in the line; the owner frees */
    guint64 size;       /* of the whole file */
    guint part, total;  /* 0: it is not in parts, or nobody says how many */
    guint64 begin, end; /* of "=ypart": octets of the file, from 1; 0 when there is none */
    guint64 end_size;   /* of "=yend" */
    guint32 crc;        /* of these octets, when `has_crc` */
    gboolean has_crc, has_end;
} YencFile;

/* FALSE: the line is none of that kind. `yenc_begin` fills the file anew. */
gboolean yenc_begin(const Line *line, YencFile *out);
gboolean yenc_part(const Line *line, YencFile *file);
gboolean yenc_end(const Line *line, YencFile *file);

/* The octets of a range that begins with "=ybegin" and ends with "=yend". */
void yenc_decode(const Source *source, guint64 begin, guint64 end, TransferSink sink, gpointer user);

/* Decodes once and compares with what the file says of itself: NULL when all agrees, else what does not. */
const char *yenc_check(const Source *source, guint64 begin, guint64 end, const YencFile *file);
