/* Structs to bytes and back by one table a struct, so that packing, unpacking
 * and checking cannot drift apart. The bytes go from one process to another of
 * the same program: numbers are in the machine's own order. */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef enum {
    MEMBER_LINE,   /* char *: UTF-8 without control characters */
    MEMBER_TEXT,   /* char *: the same with LF and TAB */
    MEMBER_NUMBER, /* 4 or 8 bytes */
    MEMBER_STRUCT, /* pointer to a struct of shape `of`, or NULL */
    MEMBER_LIST,   /* GPtrArray of structs of shape `of` */
    MEMBER_LINES,  /* GPtrArray of char *, each as MEMBER_LINE */
} MemberType;

typedef struct Shape Shape;

typedef struct {
    const char *name;
    gsize offset, size;
    MemberType type;
    gboolean may_be_null; /* strings; else NULL packs as "" */
    guint64 most;         /* bytes of a string, value of a number */
    guint most_elements;  /* of a list */
    const Shape *of;
} Member;

struct Shape {
    gsize size;             /* of the struct */
    gpointer (*make)(void); /* NULL: g_malloc0 will do */
    const Member *members;
    guint count;
};

#define MEMBER(type, member)                                                                                 \
    .name = #member, .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)

/* Appends `value` to `out`. */
void shape_pack(const Shape *shape, gconstpointer value, GByteArray *out);

/* Fills `value`, a fresh struct whose lists exist, from exactly `length` bytes. NULL when all is as the
 * table says; else the name of the first member that is not. `value` can be freed in any case. Costs no
 * more than the bytes and the table allow. */
const char *shape_unpack(const Shape *shape, gpointer value, gconstpointer bytes, gsize length);
