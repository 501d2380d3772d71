/* Lengths before everything; numbers in the machine's own order, because both ends are one program. */
#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/body.h>
#include <postern/content.h>

#include <string.h>

#define ABSENT G_MAXUINT32
#define ID_CHARACTERS G_CSET_a_2_z G_CSET_DIGITS "@.-"

static void put_number(GByteArray *out, guint32 number)
{
    g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

static void put_bytes(GByteArray *out, gconstpointer bytes, gsize length)
{
    put_number(out, (guint32)length);
    if (length > 0)
        g_byte_array_append(out, bytes, (guint)length);
}

static void put_string(GByteArray *out, const char *text)
{
    if (text)
        put_bytes(out, text, strlen(text));
    else
        put_number(out, ABSENT);
}

/* Grown by doubling it would take twice the room, where there is little. */
static gsize packed_size(const Content *content)
{
    gsize size =
        64 + (content->text ? strlen(content->text) : 0) + (content->html ? strlen(content->html) : 0);
    for (guint i = 0; i < content->parts->len; i++) {
        const ContentPart *part = content->parts->pdata[i];
        size += 1024 + g_bytes_get_size(part->bytes);
    }
    return size;
}

GBytes *content_pack(const Content *content)
{
    GByteArray *out = g_byte_array_sized_new((guint)packed_size(content));
    put_string(out, content->text ? content->text : "");
    put_string(out, content->html);
    put_number(out, content->left_out);
    put_number(out, content->withheld->len);
    for (guint i = 0; i < content->withheld->len; i++)
        put_string(out, content->withheld->pdata[i]);
    put_number(out, content->parts->len);
    for (guint i = 0; i < content->parts->len; i++) {
        const ContentPart *part = content->parts->pdata[i];
        gsize length;
        gconstpointer bytes = g_bytes_get_data(part->bytes, &length);
        put_string(out, part->name);
        put_string(out, part->type);
        put_string(out, part->content_id);
        put_number(out, part->is_inline ? 1 : 0);
        put_bytes(out, bytes, length);
    }
    return g_byte_array_free_to_bytes(out);
}

typedef struct {
    GBytes *bytes;
    const char *data;
    gsize length, at;
} Cursor;

static gboolean take_number(Cursor *cursor, guint32 most, guint32 *out)
{
    if (cursor->length - cursor->at < sizeof *out)
        return FALSE;
    memcpy(out, cursor->data + cursor->at, sizeof *out);
    cursor->at += sizeof *out;
    return *out <= most;
}

static gboolean take_length(Cursor *cursor, gsize most, guint32 *out)
{
    return take_number(cursor, G_MAXUINT32, out) &&
           (*out == ABSENT || (*out <= most && *out <= cursor->length - cursor->at));
}

/* `*out` stays NULL for what is absent. */
static gboolean take_string(Cursor *cursor, gsize most, char **out)
{
    guint32 length;
    if (!take_length(cursor, most, &length))
        return FALSE;
    if (length == ABSENT)
        return TRUE;
    *out = g_strndup(cursor->data + cursor->at, length);
    cursor->at += length;
    /* NUL within, broken UTF-8 and controls do not survive the cleaner. */
    g_autofree char *clean = clean_text(*out, -1, most);
    return strlen(*out) == length && strcmp(clean, *out) == 0;
}

/* Octets are not copied: they may be many. */
static gboolean take_bytes(Cursor *cursor, gsize most, GBytes **out)
{
    guint32 length;
    if (!take_length(cursor, most, &length) || length == ABSENT)
        return FALSE;
    *out = g_bytes_new_from_bytes(cursor->bytes, cursor->at, length);
    cursor->at += length;
    return TRUE;
}

static gboolean is_file_name(const char *name)
{
    return name && *name && clean_is_line(name) && !strpbrk(name, "/\\") && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static gboolean is_content_id(const ContentPart *part)
{
    if (!part->is_inline)
        return !part->content_id;
    gsize length = part->content_id ? strlen(part->content_id) : 0;
    return length > 0 && strspn(part->content_id, ID_CHARACTERS) == length &&
           content_type_is_picture(part->type);
}

static const char *take_part(Cursor *cursor, gsize room, ContentPart *part)
{
    guint32 is_inline = 0;
    if (!take_string(cursor, LIMIT_NAME_BYTES, &part->name) || !is_file_name(part->name))
        return "name";
    if (!take_string(cursor, LIMIT_NAME_BYTES, &part->type) || !part->type ||
        strcmp(content_type_safe(part->type), part->type) != 0)
        return "type";
    if (!take_string(cursor, LIMIT_NAME_BYTES, &part->content_id))
        return "content_id";
    if (!take_number(cursor, 1, &is_inline))
        return "is_inline";
    part->is_inline = is_inline == 1;
    if (!is_content_id(part))
        return "content_id";
    return take_bytes(cursor, room, &part->bytes) ? NULL : "bytes";
}

static const char *take_withheld(Cursor *cursor, Content *content)
{
    guint32 count = 0;
    if (!take_number(cursor, LIMIT_PARTS, &count))
        return "withheld";
    for (guint32 i = 0; i < count; i++) {
        g_autofree char *name = NULL;
        if (!take_string(cursor, LIMIT_NAME_BYTES, &name) || !is_file_name(name))
            return "withheld";
        g_ptr_array_add(content->withheld, g_steal_pointer(&name));
    }
    return NULL;
}

static const char *take_parts(Cursor *cursor, Content *content)
{
    guint32 count = 0;
    gsize room = LIMIT_CONTENT_BYTES;
    if (!take_number(cursor, LIMIT_PARTS, &content->left_out))
        return "left_out";
    const char *broken = take_withheld(cursor, content);
    if (broken)
        return broken;
    if (!take_number(cursor, LIMIT_PARTS, &count))
        return "parts";
    for (guint32 i = 0; i < count; i++) {
        ContentPart *part = g_new0(ContentPart, 1);
        g_ptr_array_add(content->parts, part);
        const char *fault = take_part(cursor, room, part);
        if (fault)
            return fault;
        room -= g_bytes_get_size(part->bytes);
    }
    return NULL;
}

/* The name of the first member that is not as promised, or NULL. */
static const char *take_content(Cursor *cursor, Content *content)
{
    if (!take_string(cursor, LIMIT_TEXT_BYTES, &content->text) || !content->text)
        return "text";
    if (!take_string(cursor, LIMIT_HTML_BYTES, &content->html) ||
        (content->html && !body_html_is_safe(content->html)))
        return "html";
    const char *fault = take_parts(cursor, content);
    if (fault)
        return fault;
    return cursor->at == cursor->length ? NULL : "end";
}

Content *content_unpack(GBytes *bytes, GError **error)
{
    Cursor cursor = {.bytes = bytes};
    cursor.data = g_bytes_get_data(bytes, &cursor.length);
    g_autoptr(Content) content = content_new();
    const char *fault = take_content(&cursor, content);
    if (fault) {
        g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "the packed content breaks its promise about: %s",
                    fault);
        return NULL;
    }
    return g_steal_pointer(&content);
}
