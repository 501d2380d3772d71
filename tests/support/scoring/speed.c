#include "tests/support/scoring/score.h"

#include <postern/base/clean.h>
#include <postern/mail.h>
#include <postern/reply.h>

#define TRAP_AIM_MS 50.0

void score_speed(Score *score)
{
    g_autoptr(GDir) sources = g_dir_open(score->folder, 0, NULL);
    for (const char *source; sources && (source = g_dir_read_name(sources));) {
        g_autofree char *folder = g_build_filename(score->folder, source, "speed", NULL);
        g_autoptr(GDir) traps = g_dir_open(folder, 0, NULL);
        for (const char *name; traps && (name = g_dir_read_name(traps));) {
            g_autofree char *path = g_build_filename(source, "speed", name, NULL);
            gsize length;
            g_autofree char *text = read_named(score, path, &length);
            if (!text)
                continue;
            gint64 began = g_get_monotonic_time();
            g_autofree char *utf8 = charset_to_utf8(text, length, NULL, NULL);
            g_autofree char *clean = clean_text(utf8, -1, G_MAXSIZE);
            g_auto(ReplyParts) parts = {0};
            reply_split(clean, -1, &parts);
            double took_ms = (double)(g_get_monotonic_time() - began) / 1000;
            printf("speed: %.1f ms (aim 50 ms, %s): %s\n", took_ms,
                   took_ms < TRAP_AIM_MS ? "ok" : "below aim", path);
            score->is_below |= took_ms >= TRAP_AIM_MS;
        }
    }
}
