/* A careful look at little-endian octets. Private to parsers/mail. */
#pragma once

#include <glib.h>

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
    *out = (guint16)(at[0] | at[1] << 8);
    return TRUE;
}

static inline gboolean octets_u32(Octets *octets, guint32 *out)
{
    const guint8 *at;
    if (!octets_take(octets, 4, &at))
        return FALSE;
    *out = (guint32)at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16 | (guint32)at[3] << 24;
    return TRUE;
}

/* A part of them, for a look of its own. */
static inline gboolean octets_part(Octets *octets, gsize length, Octets *out)
{
    out->left = length;
    return octets_take(octets, length, &out->at);
}
