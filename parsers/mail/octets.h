/* A careful look at little-endian octets. Private to parsers/mail. */
#pragma once

#include <glib.h>

/* The number of `count` octets, at most four, that are known to be there. */
static inline guint32 octets_little(const void *from, guint count)
{
    const guint8 *at = from;
    guint32 value = 0;
    for (guint i = count; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

typedef struct {
    const guint8 *at;
    gsize left;
} Octets;

static inline gboolean octets_take(Octets *octets, gsize length, const guint8 **out)
{
    if (octets->left < length)
        return FALSE;
    *out = octets->at;
    octets->at += length;
    octets->left -= length;
    return TRUE;
}

static inline gboolean octets_skip(Octets *octets, gsize length)
{
    const guint8 *unused;
    return octets_take(octets, length, &unused);
}

static inline gboolean octets_u16(Octets *octets, guint16 *out)
{
    const guint8 *at;
    if (!octets_take(octets, 2, &at))
        return FALSE;
    *out = (guint16)octets_little(at, 2);
    return TRUE;
}

static inline gboolean octets_u32(Octets *octets, guint32 *out)
{
    const guint8 *at;
    if (!octets_take(octets, 4, &at))
        return FALSE;
    *out = octets_little(at, 4);
    return TRUE;
}

/* A part of them, for a look of its own. */
static inline gboolean octets_part(Octets *octets, gsize length, Octets *out)
{
    out->left = length;
    return octets_take(octets, length, &out->at);
}
