/* What a delivery report says: its fields where it has them, else its words. */
#pragma once

#include <postern/kind.h>

/* The caller frees. */
Bounce *bounce_read(const KindEvidence *evidence);

/* The Message-ID of the mail that came back, without brackets: of the header that came with the report, of a
 * header within its text, or where its prose names one. NULL: none. The caller frees. */
char *bounce_find_original_id(const KindEvidence *evidence);
