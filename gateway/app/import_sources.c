#include "gateway/app/import_sources.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER_DEPTH_MOST 16

typedef struct {
    const char *path, *raw_folder;
    ImportMail each;
    gpointer user;
    RawWriter *writer;    /* of the mail under way, or NULL */
    char *envelope_from;
    gboolean in_header;
    guint number;
} Source;

static gboolean end_mail(Source *source, GError **error)
{
    if (!source->writer)
        return TRUE;
    Raw *raw = raw_writer_end(g_steal_pointer(&source->writer), error);
    if (!raw)
        return FALSE;
    g_autofree char *name = g_strdup_printf("%s:%u", source->path, source->number);
    source->each(source->user, name, source->envelope_from ? source->envelope_from : "", raw);
    g_clear_pointer(&source->envelope_from, g_free);
    return TRUE;
}

static void begin_mail(Source *source, const char *envelope_from)
{
    source->writer = raw_writer_new(source->raw_folder);
    source->envelope_from = g_strdup(envelope_from);
    source->in_header = TRUE;
    source->number++;
}

/* "From sender@host Thu Jan …": the second word. */
static char *sender_of_from_line(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    if (g_strv_length(words) < 3 || strchr(words[1], '@') == NULL)
        return g_strdup("");
    return clean_line(words[1], -1, 320);
}

static void look_for_return_path(Source *source, const char *line, gsize length)
{
    static const char name[] = "Return-Path:";
    if (length == 0 || line[0] == '\n' || line[0] == '\r')
        source->in_header = FALSE;
    if (!source->in_header || *source->envelope_from || g_ascii_strncasecmp(line, name, strlen(name)) != 0)
        return;
    const char *open = memchr(line, '<', length);
    const char *close = open ? memchr(open, '>', length - (gsize)(open - line)) : NULL;
    if (!close)
        return;
    g_free(source->envelope_from);
    source->envelope_from = clean_line(open + 1, close - open - 1, 320);
}

static gboolean add_line(Source *source, const char *line, gsize length, gboolean is_mbox, GError **error)
{
    if (is_mbox && g_str_has_prefix(line, "From ")) {
        g_autofree char *sender = sender_of_from_line(line);
        if (!end_mail(source, error))
            return FALSE;
        begin_mail(source, sender);
        return TRUE;
    }
    /* mboxrd: a ">" was put before lines of the body that look like a separator. */
    gsize quotes = is_mbox ? strspn(line, ">") : 0;
    if (quotes > 0 && g_str_has_prefix(line + quotes, "From ")) {
        line++;
        length--;
    }
    look_for_return_path(source, line, length);
    return raw_writer_add(source->writer, line, length, error);
}

static gboolean read_lines(Source *source, FILE *file, GError **error)
{
    char *line = NULL;
    size_t capacity = 0;
    gboolean ok = TRUE, is_mbox = FALSE, first = TRUE;
    for (ssize_t length; ok && (length = getline(&line, &capacity, file)) >= 0; first = FALSE) {
        if (first)
            is_mbox = g_str_has_prefix(line, "From ");
        if (first && !is_mbox)
            begin_mail(source, "");
        ok = add_line(source, line, (gsize)length, is_mbox, error);
    }
    free(line);
    if (ok && ferror(file)) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot read: %s", source->path, g_strerror(errno));
        return FALSE;
    }
    return ok && end_mail(source, error);
}

static gboolean import_file(const char *path, const char *raw_folder, ImportMail each, gpointer user, GError **error)
{
    Source source = {.path = path, .raw_folder = raw_folder, .each = each, .user = user};
    FILE *file = fopen(path, "re");
    if (!file) {
        int saved = errno;
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s: cannot open: %s", path, g_strerror(saved));
        return FALSE;
    }
    gboolean ok = read_lines(&source, file, error);
    fclose(file);
    raw_writer_free(source.writer);
    g_free(source.envelope_from);
    return ok;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order of names: Maildir names begin with the time of arrival. */
static GPtrArray *sorted_names(const char *path, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, error);
    if (!folder)
        return NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder));)
        if (name[0] != '.' && strcmp(name, "tmp") != 0)
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean import_path(const char *path, int depth, const char *raw_folder, ImportMail each, gpointer user,
                            GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return import_file(path, raw_folder, each, user, error);
    g_autoptr(GError) inner = NULL;
    g_autoptr(GPtrArray) names = depth < FOLDER_DEPTH_MOST ? sorted_names(path, &inner) : NULL;
    if (!names) {
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s: %s", path, inner ? inner->message : "too deep");
        return FALSE;
    }
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *child = g_build_filename(path, names->pdata[i], NULL);
        if (!import_path(child, depth + 1, raw_folder, each, user, error))
            return FALSE;
    }
    return TRUE;
}

gboolean import_each(const char *path, const char *raw_folder, ImportMail each, gpointer user, GError **error)
{
    return import_path(path, 0, raw_folder, each, user, error);
}
