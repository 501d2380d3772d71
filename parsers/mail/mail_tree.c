#include "mail_tree.h"

#include "file_pieces.h"
#include "part_fields.h"
#include "place.h"
#include "sealed_parts.h"
#include "sniff.h"
#include "text_files.h"
#include "tnef_parts.h"
#include "tree_stream.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <gmime/gmime.h>
#include <string.h>

/* Warnings of GMime's parser that are kept; a mail made of nothing else shall not fill the list. */
#define PARSER_FINDINGS 10u
/* "This is a multi-part message in MIME format", in any language. */
#define PROLOGUE_USUAL 400u

typedef struct {
    const Source *source;
    GPtrArray *parts;
    GPtrArray *findings;
    GPtrArray *boundaries; /* of the multiparts above, char *, borrowed from GMime */
    gboolean is_full;
    guint depth; /* of sealed parts around the whole tree */
} Tree;

/* Offset of the first header field of a part, or -1 when it has none. */
static gint64 header_offset(GMimeObject *object)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    return g_mime_header_list_get_count(list) > 0
               ? g_mime_header_get_offset(g_mime_header_list_get_header_at(list, 0))
               : -1;
}

static void place_content(const Tree *tree, GMimePart *part, TreePart *added)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
    if (!stream || stream->bound_start < 0)
        return;
    added->begin = (guint64)stream->bound_start;
    added->end = stream->bound_end < 0 ? tree->source->size : (guint64)stream->bound_end;
}

/* Some programs label plain words as base64: what has blanks and points all over was never encoded. */
static gboolean is_really_base64(const Source *source, const TreePart *part)
{
    char sample[512];
    gsize length = source_read(source, part->begin, sample, MIN(sizeof sample, part->end - part->begin));
    const char *padding = memchr(sample, '=', length); /* plain words may follow it: a footer */
    gsize strange = 0;
    length = padding ? (gsize)(padding - sample) : length;
    for (gsize i = 0; i < length; i++)
        strange += !g_ascii_isalnum(sample[i]) && !(sample[i] && strchr("+/\r\n", sample[i]));
    return strange * 20 <= length;
}

static void check_transfer(Tree *tree, TreePart *added)
{
    if (added->transfer != TRANSFER_BASE64 || !g_str_has_prefix(added->part.type, "text/") ||
        is_really_base64(tree->source, added))
        return;
    added->transfer = TRANSFER_NONE;
    finding_add(tree->findings, "encoding-broken", "a part is labelled base64 and is none");
}

static void place_message(const Tree *tree, GMimeObject *object, TreePart *added)
{
    GMimeMessage *message = g_mime_message_part_get_message((GMimeMessagePart *)object);
    gint64 outer = header_offset(object);
    added->part.is_message = TRUE;
    added->transfer = TRANSFER_NONE;
    if (outer >= 0) {
        place_whole(tree->source, tree->boundaries, (guint64)outer, TRUE, added);
        return;
    }
    gint64 inner = message ? header_offset((GMimeObject *)message) : -1;
    GMimeObject *body = message ? g_mime_message_get_mime_part(message) : NULL;
    if (inner < 0 && body && GMIME_IS_PART(body)) {
        place_content(tree, (GMimePart *)body, added);
        inner = (gint64)added->begin;
    }
    if (inner >= 0)
        place_whole(tree->source, tree->boundaries, (guint64)inner, FALSE, added);
}

/* A multipart that stays one leaf: no boundary, none found, or too deep. */
static void place_raw(const Tree *tree, GMimeObject *object, TreePart *added)
{
    gint64 offset = header_offset(object);
    added->part.is_raw = TRUE;
    added->transfer = TRANSFER_NONE;
    if (offset >= 0)
        place_whole(tree->source, tree->boundaries, (guint64)offset, TRUE, added);
}

static void walk(Tree *tree, GMimeObject *object, guint parent, guint level);

static gboolean is_longer(const char *text, gsize visible)
{
    gsize count = 0;
    for (; text && *text && count <= visible; text++)
        count += !g_ascii_isspace(*text);
    return count > visible;
}

/* Text around the parts, which no mail program shows, but that may be what a broken mail has to say. */
static TreePart *add_face(Tree *tree, const char *name, guint parent, guint level)
{
    TreePart *face = tree_part_add(tree->parts, parent, level);
    face->part.type = g_strdup("text/plain");
    face->part.name = g_strdup(name);
    face->part.disposition = g_strdup("attachment");
    face->part.is_leaf = TRUE;
    finding_add(tree->findings, "text-beside-parts", "%s", name);
    return face;
}

static void add_prologue(Tree *tree, GMimeMultipart *multipart, guint parent, guint level)
{
    gint64 offset = header_offset((GMimeObject *)multipart);
    if (offset >= 0 && is_longer(g_mime_multipart_get_prologue(multipart), PROLOGUE_USUAL))
        place_whole(tree->source, tree->boundaries, (guint64)offset, TRUE,
                    add_face(tree, "before-parts.txt", parent, level));
}

/* Where the last part ends in the raw bytes: what was unpacked has other places. */
static guint64 last_end(const Tree *tree)
{
    guint i = tree->parts->len - 1;
    while (i > 0 && ((const TreePart *)tree->parts->pdata[i])->content)
        i--;
    return ((const TreePart *)tree->parts->pdata[i])->end;
}

static void add_epilogue(Tree *tree, GMimeMultipart *multipart, guint parent, guint level)
{
    if (tree->parts->len >= LIMIT_PARTS || !is_longer(g_mime_multipart_get_epilogue(multipart), 0))
        return;
    guint64 begin = place_after_boundary(tree->source, tree->boundaries, last_end(tree));
    gpointer own = g_ptr_array_steal_index(tree->boundaries, tree->boundaries->len - 1);
    place_whole(tree->source, tree->boundaries, begin, FALSE, add_face(tree, "after-end.txt", parent, level));
    g_ptr_array_add(tree->boundaries, own);
}

static void walk_children(Tree *tree, GMimeMultipart *multipart, guint parent, guint level)
{
    const char *boundary = g_mime_multipart_get_boundary(multipart);
    int count = g_mime_multipart_get_count(multipart);
    g_ptr_array_add(tree->boundaries, (gpointer)(guintptr)(boundary ? boundary : ""));
    add_prologue(tree, multipart, parent, level);
    for (int i = 0; i < count; i++)
        walk(tree, g_mime_multipart_get_part(multipart, i), parent, level);
    add_epilogue(tree, multipart, parent, level);
    g_ptr_array_remove_index(tree->boundaries, tree->boundaries->len - 1);
}

static gboolean head_sink(gpointer user, const char *bytes, gsize length)
{
    GString *head = user;
    g_string_append_len(head, bytes, (gssize)MIN(length, SNIFF_BYTES - head->len));
    return head->len < SNIFF_BYTES;
}

/* "mail.eml", which some gateways send as octets: a mail if it is one. */
static gboolean is_mail_file(const Tree *tree, const TreePart *part)
{
    gsize length = part->part.name ? strlen(part->part.name) : 0;
    if (length <= 4 || strcmp(part->part.type, "application/octet-stream") != 0 ||
        g_ascii_strcasecmp(part->part.name + length - 4, ".eml") != 0)
        return FALSE;
    g_autoptr(GString) head = g_string_sized_new(SNIFF_BYTES);
    tree_part_decode(tree->source, part, head_sink, head);
    return g_strcmp0(sniff_type(head->str, head->len, NULL, 0), "message/rfc822") == 0;
}

/* What is a whole of other parts in itself. */
static void open_part(Tree *tree, TreePart *part)
{
    /* A mail that is nothing else is opened by whoever opened the mail, with its header. */
    gboolean is_whole = tree->depth == 0 && part->part.level == 0;
    if (!is_whole && sealed_part_open(tree->source, tree->depth, tree->parts, part, tree->findings))
        return;
    if (!tnef_parts_open(tree->source, tree->parts, part, tree->findings))
        text_files_split(tree->source, tree->parts, part, tree->findings);
}

/* Recursion ends at LIMIT_LEVELS. */
static void walk(Tree *tree, GMimeObject *object, guint parent, guint level)
{
    if (tree->parts->len >= LIMIT_PARTS) {
        if (!tree->is_full)
            finding_add(tree->findings, "too-many-parts", "only the first %u parts are shown", LIMIT_PARTS);
        tree->is_full = TRUE;
        return;
    }
    TreePart *added = tree_part_add(tree->parts, parent, level);
    part_fields_read(object, added, tree->findings);
    gboolean is_multipart = GMIME_IS_MULTIPART(object);
    if (is_multipart && level < LIMIT_LEVELS && g_mime_multipart_get_count((GMimeMultipart *)object) > 0) {
        walk_children(tree, (GMimeMultipart *)object, added->part.index, level + 1);
        return;
    }
    added->part.is_leaf = TRUE;
    if (is_multipart) {
        finding_add(tree->findings, level < LIMIT_LEVELS ? "multipart-broken" : "too-deep",
                    "%s is shown as it came", added->part.type);
        place_raw(tree, object, added);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        place_message(tree, object, added);
    } else if (GMIME_IS_PART(object)) {
        place_content(tree, (GMimePart *)object, added);
        check_transfer(tree, added);
        /* A piece of a mail, and nothing else, is shown as it came: there is no more to read. */
        added->part.is_raw = g_str_has_prefix(added->part.type, "multipart/") ||
                             (level == 0 && strcmp(added->part.type, "message/partial") == 0);
        added->part.is_message =
            g_str_has_prefix(added->part.type, "message/rfc822") || is_mail_file(tree, added);
        open_part(tree, added);
    }
}

static void warn(gint64 offset G_GNUC_UNUSED, GMimeParserWarning code, const char *item G_GNUC_UNUSED,
                 gpointer user)
{
    static const struct {
        GMimeParserWarning code;
        const char *word, *text;
    } kept[] = {
        {GMIME_WARN_TRUNCATED_MESSAGE, "mail-cut", "the last part has no end"},
        {GMIME_CRIT_NESTING_OVERFLOW, "too-deep", "parts within parts"},
    };
    Tree *tree = user;
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
        if (kept[i].code == code && tree->findings->len < PARSER_FINDINGS)
            finding_add(tree->findings, kept[i].word, "%s", kept[i].text);
}

/* The top object by itself, not as a message: GMime then leaves the address headers alone, whose
 * nested groups it reads by recursion without end. */
static void tree_parse(Tree *tree, GMimeStream *stream)
{
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_set_persist_stream(parser, TRUE);
    g_mime_parser_options_set_warning_callback(options, warn, tree);
    GMimeObject *object = g_mime_parser_construct_part(parser, options);
    if (object) {
        walk(tree, object, 0, 0);
        g_object_unref(object);
    }
    g_mime_parser_options_free(options);
    g_object_unref(parser);
}

void tree_read(const Source *source, const Scan *scan, guint depth, GPtrArray *parts, GPtrArray *findings)
{
    g_autoptr(GPtrArray) boundaries = g_ptr_array_new();
    Tree tree = {
        .source = source, .parts = parts, .findings = findings, .boundaries = boundaries, .depth = depth};
    mail_prepare();
    if (scan->has_header) {
        g_auto(TreeStream) bytes = {0};
        tree_stream_open(source, scan, &bytes);
        tree_parse(&tree, bytes.stream);
    }
    file_pieces_join(parts, findings);
    if (parts->len > 0)
        return;
    TreePart *whole = tree_part_add(parts, 0, 0);
    whole->part.type = g_strdup("text/plain");
    whole->part.is_leaf = TRUE;
    whole->begin = scan->has_header ? scan->body_begin : 0;
    whole->end = source->size;
}
