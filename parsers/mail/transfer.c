#include "transfer.h"

#include "base64.h"
#include "uu.h"
#include "yenc.h"

#include <gmime/gmime.h>
#include <string.h>

#define BLOCK_BYTES (32u * 1024) /* read and decoded at a time */

Transfer transfer_parse(const char *raw, gboolean *out_unknown)
{
    static const struct {
        const char *word;
        Transfer transfer;
    } words[] = {
        {"7bit", TRANSFER_NONE},
        {"8bit", TRANSFER_NONE},
        {"binary", TRANSFER_NONE},
        {"base64", TRANSFER_BASE64},
        {"quotedprintable", TRANSFER_QUOTED_PRINTABLE},
        {"uuencode", TRANSFER_UUENCODE},
        {"xuuencode", TRANSFER_UUENCODE},
        {"uue", TRANSFER_UUENCODE},
        {"xuue", TRANSFER_UUENCODE},
    };
    char word[24] = "";
    gsize length = 0;
    for (const char *at = raw ? raw : ""; *at && !strchr(";(", *at); at++)
        if (g_ascii_isalnum(*at) && length + 1 < sizeof word)
            word[length++] = g_ascii_tolower(*at);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(word, words[i].word) == 0)
            return words[i].transfer;
    if (out_unknown)
        *out_unknown = length > 0;
    return TRANSFER_NONE;
}

/* State of one of the two that are decoded by blocks. */
typedef struct {
    Transfer transfer;
    Base64 base64;
    GMimeEncoding quoted;
} Decoder;

static void decoder_init(Decoder *decoder, Transfer transfer)
{
    decoder->transfer = transfer;
    base64_init(&decoder->base64);
    g_mime_encoding_init_decode(&decoder->quoted, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
}

static gsize decoder_step(Decoder *decoder, const char *in, gsize length, char *out)
{
    if (decoder->transfer == TRANSFER_BASE64)
        return base64_step(&decoder->base64, in, length, out);
    return g_mime_encoding_step(&decoder->quoted, in, length, out);
}

static gsize decoder_end(Decoder *decoder, char *out)
{
    if (decoder->transfer == TRANSFER_BASE64)
        return base64_end(&decoder->base64, out);
    return g_mime_encoding_flush(&decoder->quoted, "", 0, out);
}

static gboolean pass_on(const Source *source, guint64 begin, guint64 end, TransferSink sink, gpointer user)
{
    if (source->bytes)
        return sink(user, source->bytes + begin, end - begin);
    g_autofree char *block = g_malloc(BLOCK_BYTES);
    for (guint64 at = begin; at < end;) {
        gsize got = source_read(source, at, block, MIN(BLOCK_BYTES, end - at));
        if (got == 0 || !sink(user, block, got))
            return FALSE;
        at += got;
    }
    return TRUE;
}

/* "=4" at the very end of quoted-printable is no octet, and stays as it is written. */
static gsize unfinished(const Source *source, guint64 begin, guint64 end, char out[2])
{
    if (end - begin < 2 || source_read(source, end - 2, out, 2) < 2)
        return 0;
    return out[0] == '=' && !strchr("\r\n=", out[1]) ? 2 : 0;
}

void transfer_decode(const Source *source, guint64 begin, guint64 end, Transfer transfer, TransferSink sink,
                     gpointer user)
{
    end = MIN(end, source->size);
    if (begin >= end)
        return;
    if (transfer == TRANSFER_NONE) {
        pass_on(source, begin, end, sink, user);
        return;
    }
    if (transfer == TRANSFER_UUENCODE) {
        uu_decode(source, begin, end, sink, user);
        return;
    }
    if (transfer == TRANSFER_YENC) {
        yenc_decode(source, begin, end, sink, user);
        return;
    }
    gsize block_bytes = MIN(BLOCK_BYTES, end - begin);
    g_autofree char *block = source->bytes ? NULL : g_malloc(block_bytes);
    g_autofree char *out = g_malloc(2 * block_bytes + base64_room(block_bytes));
    g_autofree Decoder *decoder = g_new(Decoder, 1);
    decoder_init(decoder, transfer);
    for (guint64 at = begin; at < end;) {
        gsize length = MIN(block_bytes, end - at);
        const char *in = source->bytes ? source->bytes + at : block;
        if (block && (length = source_read(source, at, block, length)) == 0)
            break;
        gsize written = decoder_step(decoder, in, length, out);
        if (written > 0 && !sink(user, out, written))
            return;
        at += length;
    }
    gsize rest = decoder_end(decoder, out);
    if (transfer == TRANSFER_QUOTED_PRINTABLE)
        rest += unfinished(source, begin, end, out + rest);
    if (rest > 0)
        sink(user, out, rest);
}
