/* A text made of pieces of another one, that knows where each of its bytes came from: what is found in it can
 * be shown where it stands. */
#pragma once

#include <glib.h>

typedef struct {
    guint32 start, end; /* bytes of the source */
} Origin;

typedef struct {
    GString *text;
    GArray *origins; /* Origin, one a byte of `text` */
    GArray
        *mended; /* guint32, rising: in front of these bytes of `text` something was taken out or changed */
} Mapped;

Mapped *mapped_new(gsize size);
void mapped_free(Mapped *mapped);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mapped, mapped_free)

/* Appends the bytes from `start` to `end` of the source as they are. */
void mapped_copy(Mapped *mapped, const char *source, gsize start, gsize end);
/* Appends `length` bytes that stand for those from `start` to `end` of the source. */
void mapped_add(Mapped *mapped, const char *bytes, gsize length, gsize start, gsize end);
/* The same where the source of `mapped` is that of `of`: bytes `start` to `end` are those of `of`. */
void mapped_add_of(Mapped *mapped, const char *bytes, gsize length, const Mapped *of, gsize start, gsize end);
void mapped_copy_of(Mapped *mapped, const Mapped *of, gsize start, gsize end);
/* Something was taken out, or changed, at the end of what there is. */
void mapped_mend(Mapped *mapped);
/* Where the bytes from `from` to `to` (more than none) stand in the source. */
void mapped_span(const Mapped *mapped, gsize from, gsize to, gsize *out_start, gsize *out_end);
/* Something was mended between the first and the last of these bytes. */
gboolean mapped_is_mended(const Mapped *mapped, gsize from, gsize to);
