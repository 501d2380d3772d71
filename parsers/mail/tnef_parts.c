#include "tnef_parts.h"

#include "file_type.h"
#include "tnef_mail.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

typedef struct {
    GPtrArray *parts;
    GPtrArray *findings;
    GBytes *bytes;      /* the whole file, decoded */
    const guint8 *base; /* of `bytes` */
    gsize budget;       /* of unpacked RTF */
    const char *name;   /* of the file, for findings */
    gboolean is_broken;
} Opening;

static TreePart *add(const Opening *opening, const TreePart *above)
{
    if (opening->parts->len >= LIMIT_PARTS)
        return NULL;
    TreePart *added = tree_part_add(opening->parts, above->part.index, above->part.level + 1);
    added->part.is_leaf = TRUE;
    added->part.is_unpacked = TRUE;
    return added;
}

static void set_range(const Opening *opening, TreePart *part, const Octets *data)
{
    part->content = g_bytes_ref(opening->bytes);
    part->begin = data->left > 0 ? (guint64)(data->at - opening->base) : 0;
    part->end = part->begin + data->left;
}

static void set_made(TreePart *part, GBytes *made)
{
    part->content = made;
    part->begin = 0;
    part->end = g_bytes_get_size(made);
}

static void note_broken(Opening *opening, const char *what)
{
    opening->is_broken = TRUE;
    finding_add(opening->findings, "tnef-broken", "%s: %s", opening->name, what);
}

/* Of a message within: a mail that can be opened and read, by whoever gets it and by us. */
static void set_mail(TreePart *part, const Tnef *tnef, const TnefBody *body)
{
    g_autofree char *whole =
        g_strconcat(tnef->subject && *tnef->subject ? tnef->subject : "message", ".eml", NULL);
    part->part.type = g_strdup("message/rfc822");
    part->part.is_message = TRUE;
    part->part.name = file_name_clean(g_strdelimit(whole, "/\\", '_'));
    part->part.disposition = g_strdup("attachment");
    set_made(part, tnef_mail(tnef, body));
}

static void set_text(const Opening *opening, TreePart *part, const Tnef *tnef, TnefBody *body)
{
    part->part.type = g_strdup(body->type);
    part->part.charset = g_strdup(body->charset);
    if (body->made)
        set_made(part, g_steal_pointer(&body->made));
    else
        set_range(opening, part, &tnef->html);
}

static void add_body(Opening *opening, const Tnef *tnef, const TreePart *above, gboolean is_outer)
{
    TnefBody body;
    tnef_body(tnef, &opening->budget, &body);
    if (body.broken)
        note_broken(opening, body.broken);
    TreePart *added = body.type || !is_outer ? add(opening, above) : NULL;
    if (added && is_outer)
        set_text(opening, added, tnef, &body);
    else if (added)
        set_mail(added, tnef, &body);
    g_clear_pointer(&body.made, g_bytes_unref);
}

static void add_meeting(Opening *opening, const Tnef *tnef, const TreePart *above)
{
    GBytes *made = tnef_meeting(tnef);
    TreePart *added = made ? add(opening, above) : NULL;
    if (!added) {
        g_clear_pointer(&made, g_bytes_unref);
        return;
    }
    set_made(added, made);
    added->part.type = g_strdup("text/calendar");
    added->part.charset = g_strdup("utf-8");
    added->part.name = g_strdup("meeting.ics");
    added->part.disposition = g_strdup("attachment");
}

/* "image/png", lower case; else what the name says. */
static char *file_type(const TnefFile *file)
{
    g_autofree char *line = clean_line(file->type ? file->type : "", -1, 100);
    const char *slash = strchr(line, '/');
    if (!slash || slash == line || !slash[1] || strpbrk(line, " ;\"<>"))
        return g_strdup(file_type_of_name(file->name));
    return g_ascii_strdown(line, -1);
}

static char *content_id(const TnefFile *file)
{
    g_autofree char *line = clean_line(file->content_id ? file->content_id : "", -1, LIMIT_MESSAGE_ID_BYTES);
    char *from = *line == '<' ? line + 1 : line;
    from[strcspn(from, ">")] = '\0';
    return *from ? g_strdup(from) : NULL;
}

static void describe_file(TreePart *part, const TnefFile *file)
{
    part->part.name = file->name ? file_name_clean(file->name) : NULL;
    part->part.content_id = content_id(file);
    part->part.type = file_type(file);
    part->part.is_message = strcmp(part->part.type, "message/rfc822") == 0;
    /* Without a Content-Id no page can show it. */
    if (!part->part.content_id)
        part->part.disposition = g_strdup("attachment");
}

static void add_all(Opening *opening, const Tnef *tnef, TreePart *above, guint depth);

/* It stays a file itself when it cannot be opened wholly, or holds nothing. */
static void open_message(Opening *opening, TreePart *part, const TnefFile *file, guint depth)
{
    g_auto(Tnef) tnef = {0};
    g_free(part->part.type);
    part->part.type = g_strdup("application/ms-tnef");
    if (depth >= LIMIT_TNEF_LEVELS || part->part.level >= LIMIT_LEVELS) {
        note_broken(opening, "messages within messages");
        return;
    }
    tnef_read(file->data.at, file->data.left, &tnef);
    guint before = opening->parts->len;
    add_all(opening, &tnef, part, depth + 1);
    part->part.is_leaf = tnef.broken || opening->parts->len == before;
}

static void add_file(Opening *opening, const TnefFile *file, const TreePart *above, guint depth)
{
    TreePart *added = add(opening, above);
    if (!added) {
        note_broken(opening, "it holds too many files");
        return;
    }
    set_range(opening, added, &file->data);
    describe_file(added, file);
    if (file->kind == TNEF_MESSAGE)
        open_message(opening, added, file, depth);
}

/* Recursion ends at LIMIT_TNEF_LEVELS. */
static void add_all(Opening *opening, const Tnef *tnef, TreePart *above, guint depth)
{
    if (tnef->broken)
        note_broken(opening, tnef->broken);
    if (tnef->doubt)
        note_broken(opening, tnef->doubt);
    add_body(opening, tnef, above, depth == 0);
    add_meeting(opening, tnef, above);
    for (guint i = 0; i < tnef->files->len; i++) {
        if (opening->parts->len >= LIMIT_PARTS) {
            note_broken(opening, "it holds too many files");
            return;
        }
        add_file(opening, tnef->files->pdata[i], above, depth);
    }
}

static gboolean is_candidate(const MailPart *part)
{
    if (strcmp(part->type, "application/ms-tnef") == 0 || strcmp(part->type, "application/vnd.ms-tnef") == 0)
        return TRUE;
    return part->name && strcmp(part->type, "application/octet-stream") == 0 &&
           (g_ascii_strcasecmp(part->name, "winmail.dat") == 0 ||
            g_ascii_strcasecmp(part->name, "win.dat") == 0);
}

gboolean tnef_parts_open(const Source *source, GPtrArray *parts, TreePart *part, GPtrArray *findings)
{
    if (!is_candidate(&part->part) || part->part.level >= LIMIT_LEVELS)
        return FALSE;
    Opening opening = {.parts = parts,
                       .findings = findings,
                       .budget = LIMIT_TNEF_TEXT_BYTES,
                       .name = part->part.name ? part->part.name : "winmail.dat"};
    opening.bytes = tree_part_decoded(source, part);
    if (!opening.bytes) {
        note_broken(&opening, "it is too large to be opened");
        return TRUE;
    }
    gsize length;
    g_auto(Tnef) tnef = {0};
    opening.base = g_bytes_get_data(opening.bytes, &length);
    tnef_read(opening.base, length, &tnef);
    guint before = parts->len;
    add_all(&opening, &tnef, part, 0);
    part->part.is_leaf = opening.is_broken || parts->len == before;
    g_bytes_unref(opening.bytes);
    return TRUE;
}
