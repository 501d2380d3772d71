#include "imap_name.h"

#include <postern/base/clean.h>

char *imap_quote(const char *text)
{
    GString *word = g_string_new("\"");
    for (const char *at = text; *at; at++) {
        if (g_ascii_iscntrl(*at)) {
            g_string_free(word, TRUE);
            return NULL;
        }
        if (*at == '"' || *at == '\\')
            g_string_append_c(word, '\\');
        g_string_append_c(word, *at);
    }
    g_string_append_c(word, '"');
    return g_string_free(word, FALSE);
}

char *imap_folder_word(const char *folder, GError **error)
{
    g_autofree char *name =
        clean_is_line(folder) ? g_convert(folder, -1, "UTF-7-IMAP", "UTF-8", NULL, NULL, NULL) : NULL;
    char *word = name ? imap_quote(name) : NULL;
    if (word)
        return word;
    g_autofree char *shown = clean_line(folder, -1, 100);
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "\"%s\" cannot be a folder name of IMAP", shown);
    return NULL;
}
