/* Files in what we send (RFC 2045, 2183, 2231), for this room. */
#pragma once

#include <postern/content.h>

/* Header and body of one part in base64, ending with a line end. `is_inline`: the HTML beside it names it by
 * its content id. Name, type and id are cleaned here, whatever was done to them before. */
void file_write(GString *out, const ContentPart *part, gboolean is_inline);
/* About as many octets as file_write takes. */
gsize file_write_size(const ContentPart *part);
