/* Answers one of our mails the way a mail program does: see clients/README.md.
 * usage: client_reply [--inline | --bottom] [--html-only] CLIENT.eml NOTICE WORDS-FILE
 * exit code 3: the program writes no such mail; 66: a file cannot be read */
#include "tests/support/client_shape.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    ShapePlace place = PLACE_TOP;
    gboolean html_only = FALSE;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--inline") == 0)
            place = PLACE_INLINE;
        else if (strcmp(argv[at], "--bottom") == 0)
            place = PLACE_BOTTOM;
        else if (strcmp(argv[at], "--html-only") == 0)
            html_only = TRUE;
    }
    if (argc - at != 3)
        return 64;
    g_autofree char *client = NULL, *raw = NULL, *words = NULL;
    if (!g_file_get_contents(argv[at], &client, NULL, NULL) ||
        !g_file_get_contents(argv[at + 1], &raw, NULL, NULL) ||
        !g_file_get_contents(argv[at + 2], &words, NULL, NULL))
        return 66;
    /* A Maildir or an editor may have made LF of it. */
    g_auto(GStrv) crs = g_strsplit(raw, "\r", -1);
    g_autofree char *bare = g_strjoinv("", crs);
    g_auto(GStrv) lines = g_strsplit(bare, "\n", -1);
    g_autofree char *notice_bytes = g_strjoinv("\r\n", lines);
    g_auto(ShapeNotice) notice = {0};
    shape_notice_read(notice_bytes, &notice);
    g_autofree char *mail = shape_fill(client, &notice, g_strchomp(words), place, html_only);
    if (!mail)
        return 3;
    fputs(mail, stdout);
    return 0;
}
