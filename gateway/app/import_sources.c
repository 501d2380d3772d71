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
    RawWriter *writer; /* of the mail under way, or NULL */
    char *envelope_from;
    gboolean in_header;
    char blank[3]; /* mbox: an empty line that may belong to the separator, or "" */
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

static gboolean has_digits(const char *at, guint count)
{
    for (guint i = 0; i < count; i++)
        if (!g_ascii_isdigit(at[i]))
            return FALSE;
    return TRUE;
}

/* RFC 4155: "From sender date". Not every program quotes such lines in a body, so the date has to be there: a
 * time of day and a year. */
static gboolean is_separator(const char *line)
{
    gboolean has_time = FALSE, has_year = FALSE;
    if (!g_str_has_prefix(line, "From "))
        return FALSE;
    for (const char *at = line + 4; *at; at++) {
        has_time |= has_digits(at, 2) && at[2] == ':' && has_digits(at + 3, 2);
        has_year |= *at == ' ' && has_digits(at + 1, 4) && !g_ascii_isdigit(at[5]);
    }
    return has_time && has_year;
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

static gboolean add_blank(Source *source, GError **error)
{
    gsize length = strlen(source->blank);
    look_for_return_path(source, source->blank, length);
    gboolean ok = raw_writer_add(source->writer, source->blank, length, error);
    *source->blank = '\0';
    return ok;
}

static gboolean add_line(Source *source, const char *line, gsize length, gboolean is_mbox, GError **error)
{
    gboolean may_begin = !source->writer || *source->blank;
    if (is_mbox && may_begin && (!source->writer || is_separator(line))) {
        g_autofree char *sender = sender_of_from_line(line);
        *source->blank = '\0';
        if (!end_mail(source, error))
            return FALSE;
        begin_mail(source, sender);
        return TRUE;
    }
    if (*source->blank && !add_blank(source, error))
        return FALSE;
    /* The empty line before a separator is the separator's, so each one waits for its next line. */
    if (is_mbox && (strcmp(line, "\n") == 0 || strcmp(line, "\r\n") == 0)) {
        g_strlcpy(source->blank, line, sizeof source->blank);
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
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot read: %s", source->path,
                    g_strerror(errno));
        return FALSE;
    }
    return ok && end_mail(source, error);
}

static gboolean import_file(const char *path, const char *raw_folder, ImportMail each, gpointer user,
                            GError **error)
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

static gboolean has_folder(const char *path, const char *name)
{
    g_autofree char *child = g_build_filename(path, name, NULL);
    return g_file_test(child, G_FILE_TEST_IS_DIR);
}

/* In order of names: Maildir names begin with the time of arrival. Only "cur" and "new" of a Maildir hold
 * mail; beside them lie files of its server. */
static GPtrArray *sorted_names(const char *path, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, error);
    if (!folder)
        return NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gboolean is_maildir = has_folder(path, "cur") && has_folder(path, "new");
    for (const char *name; (name = g_dir_read_name(folder));) {
        gboolean is_mail = is_maildir ? strcmp(name, "cur") == 0 || strcmp(name, "new") == 0 : name[0] != '.';
        if (is_mail)
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean import_path(const char *path, int depth, const char *raw_folder, ImportMail each,
                            gpointer user, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return import_file(path, raw_folder, each, user, error);
    g_autoptr(GError) inner = NULL;
    g_autoptr(GPtrArray) names = depth < FOLDER_DEPTH_MOST ? sorted_names(path, &inner) : NULL;
    if (!names) {
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "%s: %s", path,
                    inner ? inner->message : "too deep");
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
