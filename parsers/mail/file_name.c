#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

/* Longer endings are part of the name. */
#define EXTENSION_BYTES 16u
/* What file systems take for one name. */
#define FILE_NAME_BYTES MIN(LIMIT_NAME_BYTES, 255u)

/* Characters that some file system or shell takes for more than a letter, and those that turn
 * or hide what stands beside them ("gpj.exe" shown as "exe.jpg"). */
static gboolean is_unsafe(gunichar c)
{
    return c < 0x20 || c == 0xfffd || (c < 128 && strchr("/\\:*?\"<>|", (char)c)) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff;
}

static const char *last_component(const char *name)
{
    const char *from = name;
    for (const char *at = name; *at; at++)
        if ((*at == '/' || *at == '\\') && at[1])
            from = at + 1;
    return from;
}

/* Cuts the middle, so that the ending stays. */
static void shorten(GString *name)
{
    if (name->len <= FILE_NAME_BYTES)
        return;
    const char *dot = strrchr(name->str, '.');
    if (dot && dot - name->str > 4 && g_ascii_strncasecmp(dot - 4, ".tar", 4) == 0)
        dot -= 4;
    g_autofree char *ending = g_strdup(dot && strlen(dot) <= EXTENSION_BYTES ? dot : "");
    const char *cut = name->str + FILE_NAME_BYTES - strlen(ending);
    cut = g_utf8_find_prev_char(name->str, cut + 1);
    g_string_truncate(name, (gsize)(cut - name->str));
    g_string_append(name, ending);
}

/* Names of devices, with whatever ending (Windows takes them for the device in any folder). */
static gboolean is_device(const char *name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    gsize length = strcspn(name, ".");
    for (guint i = 0; i < G_N_ELEMENTS(devices); i++)
        if (g_ascii_strncasecmp(name, devices[i], 3) == 0)
            return i < 4 ? length == 3 : length == 4 && g_ascii_isdigit(name[3]);
    return FALSE;
}

char *file_name_clean(const char *name)
{
    g_autofree char *line = clean_line(name, -1, 64 * LIMIT_NAME_BYTES);
    GString *out = g_string_new(NULL);
    for (const char *at = last_component(line); *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if ((c == '.' || c == ' ') && out->len == 0)
            continue;
        /* Many blanks push the true ending out of sight. */
        if (c == ' ' && out->str[out->len - 1] == ' ')
            continue;
        if (is_unsafe(c))
            g_string_append_c(out, '_');
        else
            g_string_append_unichar(out, c);
    }
    while (out->len > 0 && strchr(". ", out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    if (is_device(out->str))
        g_string_prepend_c(out, '_');
    shorten(out);
    if (out->len == 0)
        g_string_assign(out, "attachment");
    return g_string_free(out, FALSE);
}
