#include "attached.h"

#include "pages.h"
#include "part_ends.h"
#include "part_text.h"

#include <postern/base/limits.h>

#include <string.h>

/* Text attachments that the rules look at; more are no logs of one problem. */
#define TEXT_ATTACHMENTS 20u
/* As far as the subject of an enclosed message is looked for. */
#define ENCLOSED_HEADER_BYTES (16u * 1024)

/* Names for parts that come without one. */
static const struct {
    const char *type, *name;
} usual_names[] = {
    {"text/plain", "part.txt"},
    {"text/html", "part.html"},
    {"text/calendar", "invite.ics"},
    {"text/rfc822-headers", "headers.txt"},
    {"message/delivery-status", "delivery-status.txt"},
    {"message/global-delivery-status", "delivery-status.txt"},
    {"message/disposition-notification", "disposition-notification.txt"},
    {"message/feedback-report", "feedback-report.txt"},
    {"image/png", "image.png"},
    {"image/jpeg", "image.jpg"},
    {"image/gif", "image.gif"},
    {"application/pdf", "document.pdf"},
    {"application/json", "data.json"},
    {"application/pgp-signature", "signature.asc"},
    {"application/pkcs7-signature", "smime.p7s"},
    {"application/x-pkcs7-signature", "smime.p7s"},
    {"application/ms-tnef", "winmail.dat"},
};

/* The header of an enclosed message ends at its first empty line. */
static gsize header_length(const char *bytes, gsize length)
{
    for (const char *at = bytes; (at = memchr(at, '\n', (gsize)(bytes + length - at)));) {
        at++;
        gsize left = (gsize)(bytes + length - at);
        if ((left > 0 && at[0] == '\n') || (left > 1 && at[0] == '\r' && at[1] == '\n'))
            return (gsize)(at - bytes);
    }
    return length;
}

static char *enclosed_subject(Mail *mail, guint index)
{
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, ENCLOSED_HEADER_BYTES, &length, NULL);
    g_autoptr(Headers) headers = mail_headers_only(bytes, header_length(bytes, length));
    const char *raw = headers ? headers_get(headers, "Subject", 0) : NULL;
    g_autofree char *subject = header_decode(raw, LIMIT_NAME_BYTES / 2);
    return *subject ? g_steal_pointer(&subject) : NULL;
}

static char *name_of(Mail *mail, const MailPart *part)
{
    if (part->name)
        return g_strdup(part->name);
    if (part->is_message) {
        g_autofree char *subject = enclosed_subject(mail, part->index);
        g_autofree char *name = g_strconcat(subject ? subject : "message", ".eml", NULL);
        /* A subject is no path: what looks like one would lose its beginning. */
        return file_name_clean(g_strdelimit(name, "/\\", '_'));
    }
    for (guint i = 0; i < G_N_ELEMENTS(usual_names); i++)
        if (strcmp(part->type, usual_names[i].type) == 0)
            return g_strdup(usual_names[i].name);
    const char *ending =
        part->is_program ? NULL : file_ending(part->found_type ? part->found_type : part->type);
    return ending ? g_strconcat("attachment.", ending, NULL) : g_strdup("attachment");
}

/* "a.txt", "a-2.txt", … `counts` maps the names so far, without case, to how often they came. */
static char *unique_name(GHashTable *counts, const char *name)
{
    g_autofree char *key = g_utf8_casefold(name, -1);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1;
    g_hash_table_insert(counts, g_strdup(key), GUINT_TO_POINTER(count));
    if (count == 1)
        return g_strdup(name);
    const char *dot = strrchr(name, '.');
    gsize ending = dot && dot > name ? strlen(dot) : 0;
    gsize stem = MIN(strlen(name) - ending, LIMIT_NAME_BYTES - MIN(ending, 32) - 16);
    const char *end = g_utf8_find_prev_char(name, name + stem + 1);
    g_autofree char *numbered = g_strdup_printf("%.*s-%u%s", (int)(end - name), name, count,
                                                ending <= 32 ? name + strlen(name) - ending : "");
    /* "a-2.txt" may have come by itself. */
    return unique_name(counts, numbered);
}

/* A picture that belongs to the text. Some programs give each file a Content-ID, some call what the page
 * shows an attachment: where "inline" is not said, the page tells. */
static gboolean is_inline(Mail *mail, Pages *pages, const MailPart *part)
{
    if (!g_str_has_prefix(part->type, "image/") &&
        !(part->found_type && g_str_has_prefix(part->found_type, "image/")))
        return FALSE;
    if (part->disposition && strcmp(part->disposition, "inline") == 0)
        return TRUE;
    PageUse use = part->content_id || part->location ? pages_use(pages, mail, part) : PAGE_NONE;
    gboolean is_beside = strcmp(mail_part(mail, part->parent)->type, "multipart/mixed") == 0;
    if (use == PAGE_SHOWS || (use == PAGE_OTHER && is_beside))
        return use == PAGE_SHOWS;
    return !part->disposition && part->content_id != NULL;
}

/* An empty line between boundaries is no attachment. */
static gboolean is_nothing(Mail *mail, guint index)
{
    enum { MOST = 16 };
    const MailPart *part = mail_part_measure(mail, index);
    if (part->name || part->size > MOST || strcmp(part->type, "text/plain") != 0)
        return FALSE;
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, MOST, &length, NULL);
    return strspn(bytes, " \t\r\n") == length;
}

static gboolean is_listed(Mail *mail, const ShownText *shown, guint index)
{
    return mail_part(mail, index)->is_leaf && shown->uses[index] == PART_ATTACHED && !is_nothing(mail, index);
}

static void attached_part_free(gpointer data)
{
    AttachedPart *attached = data;
    g_free(attached->name);
    g_free(attached);
}

GPtrArray *parts_attached(Mail *mail, const ShownText *shown)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *list = g_ptr_array_new_with_free_func(attached_part_free);
    g_auto(Pages) pages = {0};
    for (guint i = 0; i < mail_part_count(mail); i++) {
        if (!is_listed(mail, shown, i))
            continue;
        AttachedPart *attached = g_new0(AttachedPart, 1);
        g_autofree char *name = name_of(mail, mail_part(mail, i));
        attached->index = i;
        attached->name = unique_name(counts, name);
        attached->is_inline = is_inline(mail, &pages, mail_part(mail, i));
        g_ptr_array_add(list, attached);
    }
    return list;
}

/* Name of the file that it was unpacked from, the outermost one; NULL when it was not. */
static char *container_of(Mail *mail, const MailPart *part)
{
    if (!part->is_unpacked)
        return NULL;
    while (part->is_unpacked && part->index > 0)
        part = mail_part(mail, part->parent);
    return g_str_has_prefix(part->type, "text/") ? NULL : name_of(mail, part);
}

static Attachment *attachment_make(Mail *mail, const AttachedPart *attached)
{
    const MailPart *part = mail_part_measure(mail, attached->index);
    Attachment *attachment = g_new0(Attachment, 1);
    attachment->name = g_strdup(attached->name);
    attachment->type = g_strdup(part->type);
    attachment->found_type = g_strdup(part->found_type);
    attachment->content_id = g_strdup(part->content_id);
    attachment->container = container_of(mail, part);
    attachment->size = part->size;
    attachment->sha256 = g_strdup(part->sha256);
    attachment->is_inline = attached->is_inline;
    return attachment;
}

static gboolean has_ending(const char *name, const char *const *endings)
{
    const char *dot = strrchr(name, '.');
    for (; dot && *endings; endings++)
        if (g_ascii_strcasecmp(dot + 1, *endings) == 0)
            return TRUE;
    return FALSE;
}

/* A program that is called one harms nobody who looks. */
static void note_program(const MailPart *part, const char *name, GPtrArray *findings)
{
    static const char *const endings[] = {"exe", "dll", "com", "scr", "sys", "cpl",   "bin",
                                          "so",  "elf", "o",   "run", "lnk", "class", "dylib",
                                          "ko",  "efi", "ocx", "msi", "msp", NULL};
    if (part->is_program && !has_ending(name, endings))
        finding_add(findings, "type-mismatch", "'%s' is a program, though it does not look like one", name);
}

void attached_list(Mail *mail, const ShownText *shown, Reading *reading)
{
    g_autoptr(GPtrArray) list = parts_attached(mail, shown);
    for (guint i = 0; i < list->len; i++) {
        const AttachedPart *attached = list->pdata[i];
        g_ptr_array_add(reading->attachments, attachment_make(mail, attached));
        note_program(mail_part(mail, attached->index), attached->name, reading->findings);
        if (mail_part(mail, attached->index)->is_locked)
            finding_add(reading->findings, "locked-file", "a password opens '%s'", attached->name);
    }
}

static gboolean is_text(const MailPart *part, const char *name)
{
    static const char *const endings[] = {".log", ".txt",  ".har", ".json", ".xml", ".csv",   ".yaml", ".yml",
                                          ".ini", ".conf", ".md",  ".out",  ".err", ".trace", ".stack"};
    static const char *const types[] = {"application/json", "application/xml", "application/x-yaml"};
    static const char *const found[] = {"text/plain",
                                        "text/x-script",
                                        "application/xml",
                                        "application/json",
                                        "message/rfc822",
                                        "application/mbox",
                                        NULL};
    if (part->found_type)
        return g_strv_contains(found, part->found_type);
    if (g_str_has_prefix(part->type, "text/") && strcmp(part->type, "text/html") != 0)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(part->type, types[i]) == 0)
            return TRUE;
    gsize length = strlen(name);
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
        gsize ending = strlen(endings[i]);
        if (length > ending && g_ascii_strcasecmp(name + length - ending, endings[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

void attached_texts(Mail *mail, const ShownText *shown, const Reading *reading, GPtrArray *names,
                    GPtrArray *texts)
{
    guint number = 0;
    for (guint i = 0; i < mail_part_count(mail) && texts->len < TEXT_ATTACHMENTS; i++) {
        if (!is_listed(mail, shown, i))
            continue;
        const Attachment *attachment = reading->attachments->pdata[number++];
        const MailPart *part = mail_part(mail, i);
        if (part->is_message || part->is_raw || !is_text(part, attachment->name))
            continue;
        g_ptr_array_add(names, attachment->name);
        g_ptr_array_add(texts, part_text_ends(mail, i, LIMIT_RULE_TEXT_BYTES));
    }
}
