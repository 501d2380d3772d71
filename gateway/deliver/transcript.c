#include "transcript.h"

#include <string.h>

static const char cut_words[] = "(and more)\n";

void transcript_add(char **transcript, const char *mark, const char *line)
{
    const char *before = *transcript ? *transcript : "";
    if (g_str_has_suffix(before, cut_words))
        return;
    g_autofree char *added =
        g_strdup_printf("%s%s%.*s\n", mark, *mark ? ": " : "", (int)strcspn(line, "\r\n"), line);
    gboolean fits = strlen(before) + strlen(added) + sizeof cut_words <= TRANSCRIPT_BYTES;
    char *all = g_strconcat(before, fits ? added : cut_words, NULL);
    g_free(*transcript);
    *transcript = all;
}
