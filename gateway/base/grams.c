#include <postern/base/grams.h>

#include <string.h>

#define GRAM_BYTES sizeof(guint32)

static guint gram_at(const char *at)
{
    guint32 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes * 2654435761u >> (32 - GRAMS_BITS);
}

/* Every second run of the text is enough: of two neighbours within a phrase one is looked at in any case. */
#define STRIDE 2u

void grams_init(Grams *grams, const char *text, gsize length)
{
    memset(grams, 0, sizeof *grams);
    for (gsize i = 0; i + GRAM_BYTES <= length; i += STRIDE) {
        guint gram = gram_at(text + i);
        grams->bits[gram / 64] |= (guint64)1 << gram % 64;
    }
}

static gboolean has_gram(const Grams *grams, const char *at)
{
    guint gram = gram_at(at);
    return grams->bits[gram / 64] >> gram % 64 & 1;
}

static gboolean has_every_second(const Grams *grams, const char *phrase, gsize length)
{
    for (gsize i = 0; i + GRAM_BYTES <= length; i += STRIDE)
        if (!has_gram(grams, phrase + i))
            return FALSE;
    return TRUE;
}

gboolean grams_may_have(const Grams *grams, const char *phrase)
{
    /* Nearly every phrase is sent away by its first five octets. */
    gsize length = 0;
    while (length < GRAM_BYTES + STRIDE - 1)
        if (!phrase[length++])
            return TRUE;
    gboolean from_first = has_gram(grams, phrase), from_second = has_gram(grams, phrase + 1);
    if (!from_first && !from_second)
        return FALSE;
    length += strlen(phrase + length);
    return (from_first && has_every_second(grams, phrase, length)) ||
           (from_second && has_every_second(grams, phrase + 1, length - 1));
}
