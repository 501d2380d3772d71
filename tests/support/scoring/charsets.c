#include "tests/support/scoring/score.h"

#include <postern/mail.h>

#include <string.h>

/* Texts in a charset with their UTF-8: every "charset/index.tsv" of a source. */
static void score_index(Score *score, const char *source, Tally *tally)
{
    g_autofree char *name = g_build_filename(source, "charset", "index.tsv", NULL);
    g_autofree char *text = read_named(score, name, NULL);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    for (guint i = 1; lines[0] && lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        if (g_strv_length(cells) < 3)
            continue;
        g_autofree char *from = g_build_filename(source, "charset", cells[0], NULL);
        g_autofree char *to = g_build_filename(source, "charset", cells[2], NULL);
        gsize length = 0;
        g_autofree char *bytes = read_named(score, from, &length), *expected = read_named(score, to, NULL);
        g_autofree char *ours = bytes ? charset_to_utf8(bytes, length, cells[1], NULL) : NULL;
        tally_count(tally, ours && expected && equal_nows(ours, expected));
    }
}

void score_charsets(Score *score)
{
    g_autoptr(GDir) sources = g_dir_open(score->folder, 0, NULL);
    Tally tally = {0};
    for (const char *source; sources && (source = g_dir_read_name(sources));)
        score_index(score, source, &tally);
    printf("charsets\n");
    figure_print(score, "text equal", tally, 0);
}
