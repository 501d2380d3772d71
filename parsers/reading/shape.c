#include "shape.h"

#include <string.h>

/* In place of a length: the string or struct is absent. */
#define ABSENT G_MAXUINT32

static const void *member_in(const Member *member, gconstpointer value)
{
    return (const char *)value + member->offset;
}

static void put_u32(GByteArray *out, guint32 number)
{
    g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

static void put_string(GByteArray *out, const char *text, gboolean may_be_null)
{
    if (!text && may_be_null) {
        put_u32(out, ABSENT);
        return;
    }
    guint32 length = text ? (guint32)strlen(text) : 0;
    put_u32(out, length);
    if (length > 0)
        g_byte_array_append(out, (const guint8 *)text, length);
}

static void put_elements(const Member *member, const GPtrArray *list, GByteArray *out)
{
    put_u32(out, list->len);
    for (guint i = 0; i < list->len; i++) {
        if (member->type == MEMBER_LINES)
            put_string(out, list->pdata[i], FALSE);
        else
            shape_pack(member->of, list->pdata[i], out);
    }
}

static void put_member(const Member *member, gconstpointer value, GByteArray *out)
{
    const void *at = member_in(member, value);
    switch (member->type) {
    case MEMBER_LINE:
    case MEMBER_TEXT:
        put_string(out, *(char *const *)at, member->may_be_null);
        break;
    case MEMBER_NUMBER:
        g_byte_array_append(out, at, (guint)member->size);
        break;
    case MEMBER_STRUCT: {
        gconstpointer inner = *(gconstpointer const *)at;
        put_u32(out, inner ? 1 : ABSENT);
        if (inner)
            shape_pack(member->of, inner, out);
        break;
    }
    case MEMBER_LIST:
    case MEMBER_LINES:
        put_elements(member, *(GPtrArray *const *)at, out);
        break;
    }
}

void shape_pack(const Shape *shape, gconstpointer value, GByteArray *out)
{
    for (guint i = 0; i < shape->count; i++)
        put_member(&shape->members[i], value, out);
}

typedef struct {
    const guchar *at, *end;
    const char *fault; /* name of the first member that is wrong */
} Cursor;

static gboolean take(Cursor *cursor, gpointer out, gsize length)
{
    if ((gsize)(cursor->end - cursor->at) < length)
        return FALSE;
    memcpy(out, cursor->at, length);
    cursor->at += length;
    return TRUE;
}

/* The same set as base/clean.h has, on bytes of valid UTF-8, because this runs over every text of every
 * mail. `at` is followed by at least two bytes that may be read. */
static gboolean is_control(const guchar *at)
{
    if (*at < 0x20 || *at == 0x7f)
        return TRUE;
    if (*at < 0xc2)
        return FALSE;
    return (at[0] == 0xc2 && at[1] <= 0x9f) ||
           (at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9));
}

/* `text` is valid UTF-8, so that a lead byte is followed by what it promises or by the final NUL. */
static gboolean is_clean(const char *text, gboolean is_text)
{
    for (const guchar *at = (const guchar *)text; *at; at++)
        if (is_control(at) && !(is_text && (*at == '\n' || *at == '\t')))
            return FALSE;
    return TRUE;
}

static gboolean take_string(Cursor *cursor, const Member *member, char **out)
{
    guint32 length;
    if (!take(cursor, &length, sizeof length))
        return FALSE;
    if (length == ABSENT)
        return member->may_be_null;
    if (length > member->most || length > (gsize)(cursor->end - cursor->at))
        return FALSE;
    const char *bytes = (const char *)cursor->at;
    /* With a length this refuses NUL too. */
    if (!g_utf8_validate_len(bytes, length, NULL))
        return FALSE;
    *out = g_strndup(bytes, length);
    cursor->at += length;
    return is_clean(*out, member->type == MEMBER_TEXT);
}

static gboolean take_number(Cursor *cursor, const Member *member, void *out)
{
    if (!take(cursor, out, member->size))
        return FALSE;
    guint64 number = member->size == sizeof(guint32) ? *(guint32 *)out : *(guint64 *)out;
    return number <= member->most;
}

static gboolean take_shape(Cursor *cursor, const Shape *shape, gpointer value);

static gpointer make(const Shape *shape)
{
    return shape->make ? shape->make() : g_malloc0(shape->size);
}

static gboolean take_struct(Cursor *cursor, const Member *member, gpointer *out)
{
    guint32 mark;
    if (!take(cursor, &mark, sizeof mark))
        return FALSE;
    if (mark == ABSENT)
        return TRUE;
    *out = make(member->of);
    return mark == 1 && take_shape(cursor, member->of, *out);
}

/* An element joins its list before it is filled, so that the list frees what is half-built. */
static gboolean take_element(Cursor *cursor, const Member *member, GPtrArray *list)
{
    if (member->type == MEMBER_LIST) {
        g_ptr_array_add(list, make(member->of));
        return take_shape(cursor, member->of, list->pdata[list->len - 1]);
    }
    char *line = NULL;
    gboolean ok = take_string(cursor, member, &line);
    if (line)
        g_ptr_array_add(list, line);
    return ok;
}

static gboolean take_list(Cursor *cursor, const Member *member, GPtrArray *list)
{
    guint32 count;
    if (!take(cursor, &count, sizeof count) || count > member->most_elements)
        return FALSE;
    for (guint32 i = 0; i < count; i++)
        if (!take_element(cursor, member, list))
            return FALSE;
    return TRUE;
}

static gboolean take_member(Cursor *cursor, const Member *member, gpointer value)
{
    void *at = (char *)value + member->offset;
    switch (member->type) {
    case MEMBER_LINE:
    case MEMBER_TEXT:
        return take_string(cursor, member, at);
    case MEMBER_NUMBER:
        return take_number(cursor, member, at);
    case MEMBER_STRUCT:
        return take_struct(cursor, member, at);
    case MEMBER_LIST:
    case MEMBER_LINES:
        return take_list(cursor, member, *(GPtrArray **)at);
    }
    return FALSE;
}

static gboolean take_shape(Cursor *cursor, const Shape *shape, gpointer value)
{
    for (guint i = 0; i < shape->count; i++) {
        if (take_member(cursor, &shape->members[i], value))
            continue;
        if (!cursor->fault)
            cursor->fault = shape->members[i].name;
        return FALSE;
    }
    return TRUE;
}

const char *shape_unpack(const Shape *shape, gpointer value, gconstpointer bytes, gsize length)
{
    Cursor cursor = {.at = bytes, .end = bytes ? (const guchar *)bytes + length : NULL};
    if (!take_shape(&cursor, shape, value))
        return cursor.fault;
    return cursor.at == cursor.end ? NULL : "end";
}
