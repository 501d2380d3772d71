/* Base64 as mail has it (RFC 2045 6.8): line breaks and stray characters are
 * passed over, and data after a padding goes on, as long as it looks like data.
 * Private to parsers/mail. */
#pragma once

#include <glib.h>

#define BASE64_LINE_BYTES 4096u

typedef struct {
    guint32 bits;
    guint count;                  /* characters in the open group, 0 to 3 */
    gboolean is_padded;           /* a padding came: from here on lines are looked at before they count */
    gboolean goes_on;             /* the first line after a padding was data */
    gboolean is_over;             /* plain text follows the data: a footer of a mailing list */
    char line[BASE64_LINE_BYTES]; /* the line after a padding, as far as it was seen */
    gsize line_length;
} Base64;

void base64_init(Base64 *base64);
/* `out` takes at least base64_room(length) bytes. Returns how many were written. */
gsize base64_step(Base64 *base64, const char *in, gsize length, char *out);
/* What is still open at the end; same room. */
gsize base64_end(Base64 *base64, char *out);

static inline gsize base64_room(gsize length)
{
    return length + BASE64_LINE_BYTES + 4;
}

/* One encoded word at a time (RFC 2047): FALSE when a character does not belong. Bits that are left open
 * without padding stay for the next word, unless they are zero: then the word was whole. */
gboolean base64_word(Base64 *base64, const char *in, gsize length, GString *out);
void base64_word_end(Base64 *base64, GString *out);
