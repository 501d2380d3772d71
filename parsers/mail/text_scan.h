/* Where files stand in a plain text. Private to parsers/mail. */
#pragma once

#include "yenc.h"

typedef enum { PIECE_TEXT, PIECE_UUENCODE, PIECE_BASE64, PIECE_YENC } PieceKind;
typedef struct {
    PieceKind kind;
    guint64 begin, end; /* of a file: with its own lines */
    char *name;         /* of a file, raw; NULL or "": none */
    gboolean is_cut;    /* no end */
    YencFile yenc;      /* of PIECE_YENC; `name` is above */
} TextPiece;

/* TextPiece in order: texts and files in turn, all of the range. Empty when there is no file. At most
 * LIMIT_PARTS. Free with g_array_unref. */
GArray *text_scan(const Source *source, guint64 begin, guint64 end);
