#include "parts.h"

#include <string.h>

/* Runs to the end, or to a dot that opens a line. Long runs matter: the owner
 * gets few and large pieces. */
static gsize run_text(LmtpPlace *place, const char *bytes, gsize length)
{
    const char *at = bytes;
    const char *end = bytes + length;
    while (at < end) {
        if (*place == LMTP_PLACE_LINE_START && *at == '.')
            break;
        if (*place == LMTP_PLACE_CR && *at == '\n') {
            *place = LMTP_PLACE_LINE_START;
            at++;
            continue;
        }
        const char *cr = memchr(at, '\r', (gsize)(end - at));
        *place = cr ? LMTP_PLACE_CR : LMTP_PLACE_TEXT;
        at = cr ? cr + 1 : end;
    }
    return (gsize)(at - bytes);
}

gsize lmtp_data_next(LmtpPlace *place, const char *bytes, gsize length, const char **out_piece,
                     gsize *out_length, gboolean *out_end)
{
    *out_piece = bytes;
    *out_length = 0;
    *out_end = FALSE;
    if (*place == LMTP_PLACE_LINE_START && bytes[0] == '.') {
        *place = LMTP_PLACE_DOT;
        return 1;
    }
    if (*place == LMTP_PLACE_DOT) {
        /* The dot is gone in every case: it was stuffing, or it is the end. */
        *place = bytes[0] == '\r' ? LMTP_PLACE_DOT_CR : LMTP_PLACE_TEXT;
        return bytes[0] == '\r' ? 1 : 0;
    }
    if (*place == LMTP_PLACE_DOT_CR && bytes[0] == '\n') {
        *place = LMTP_PLACE_LINE_START;
        *out_end = TRUE;
        return 1;
    }
    if (*place == LMTP_PLACE_DOT_CR) {
        /* No end: the dot was stuffing and the CR is text. */
        *place = LMTP_PLACE_CR;
        *out_piece = "\r";
        *out_length = 1;
        return 0;
    }
    *out_length = run_text(place, bytes, length);
    return *out_length;
}
