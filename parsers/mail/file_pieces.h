/* Files by yEnc whose pieces came in several parts of a mail. Private to parsers/mail. */
#pragma once

#include "mail_tree.h"
#include "yenc.h"

/* One piece of the file `name` (NULL: it has none). */
FilePiece *file_piece_new(const char *name, const YencFile *yenc);
void file_piece_free(FilePiece *piece);

/* Where all pieces of a file are among `parts`, its first becomes the file, and the others nodes without
 * anything in them. What stays a piece is a finding. Linear. */
void file_pieces_join(GPtrArray *parts, GPtrArray *findings);
