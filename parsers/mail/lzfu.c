#include "lzfu.h"

#include "crc32.h"

#include <string.h>

#define COMPRESSED 0x75465a4cu   /* "LZFu" */
#define UNCOMPRESSED 0x414c454du /* "MELA" */
#define RING_BYTES 4096u         /* the dictionary of MS-OXRTFCP */
#define RING_MASK (RING_BYTES - 1)

/* What the ring begins with (2.1.2.1). */
static const char preset[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    "\\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
G_STATIC_ASSERT(sizeof preset - 1 == 207);

typedef struct {
    char ring[RING_BYTES];
    guint at; /* where the next octet goes */
    GString *out;
    gsize limit;
} Decoder;

static void put(Decoder *decoder, char c)
{
    decoder->ring[decoder->at] = c;
    decoder->at = (decoder->at + 1) & RING_MASK;
    if (decoder->out->len < decoder->limit)
        g_string_append_c(decoder->out, c);
}

/* FALSE at the end: a reference to the place that is written next. */
static gboolean copy(Decoder *decoder, guint reference)
{
    guint from = reference >> 4, length = (reference & 15) + 2;
    if (from == decoder->at)
        return FALSE;
    for (guint i = 0; i < length; i++)
        put(decoder, decoder->ring[(from + i) & RING_MASK]);
    return TRUE;
}

/* Says whether the end was found. */
static gboolean decode(Decoder *decoder, Octets *octets)
{
    const guint8 *control, *at;
    while (decoder->out->len < decoder->limit && octets_take(octets, 1, &control)) {
        for (guint bit = 0; bit < 8; bit++) {
            gboolean is_reference = (*control >> bit) & 1;
            if (!octets_take(octets, is_reference ? 2 : 1, &at))
                return FALSE;
            if (!is_reference)
                put(decoder, (char)*at);
            else if (!copy(decoder, (guint)at[0] << 8 | at[1]))
                return TRUE;
        }
    }
    return FALSE;
}

static const char *decode_all(Octets octets, guint32 raw_size, guint32 crc, gsize limit, GString *out)
{
    g_autofree Decoder *decoder = g_new0(Decoder, 1);
    memcpy(decoder->ring, preset, sizeof preset - 1);
    decoder->at = sizeof preset - 1;
    decoder->out = out;
    decoder->limit = limit;
    gboolean is_wrong = crc32_add(0, (const char *)octets.at, octets.left) != crc;
    gboolean is_whole = decode(decoder, &octets) || out->len == raw_size;
    if (!is_whole)
        return out->len >= limit ? "its formatted text is too long" : "its formatted text ends too early";
    return is_wrong ? "the check sum of its formatted text is wrong" : NULL;
}

char *lzfu_decode(Octets octets, gsize limit_bytes, gsize *out_length, const char **out_broken)
{
    guint32 size, raw_size, kind, crc;
    *out_broken = "its formatted text is none";
    *out_length = 0;
    if (!octets_u32(&octets, &size) || !octets_u32(&octets, &raw_size) || !octets_u32(&octets, &kind) ||
        !octets_u32(&octets, &crc))
        return NULL;
    /* The size counts the three numbers behind it. */
    octets.left = size >= 12 ? MIN(octets.left, size - 12) : octets.left;
    g_autoptr(GString) out = g_string_new(NULL);
    if (kind == COMPRESSED) {
        *out_broken = decode_all(octets, raw_size, crc, limit_bytes, out);
    } else if (kind == UNCOMPRESSED) {
        gsize length = MIN(MIN(raw_size, octets.left), limit_bytes);
        g_string_append_len(out, (const char *)octets.at, (gssize)length);
        *out_broken = length < raw_size ? "its formatted text ends too early" : NULL;
    } else {
        return NULL;
    }
    *out_length = out->len;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
