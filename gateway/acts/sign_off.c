/* What is left of a mail of commands when a signature was not known as one: a name and a closing are no
 * answer. */
#include "gateway/acts/acts_private.h"

#include <string.h>

#define SIGN_OFF_WORDS 12u

static gboolean is_closing(const char *word)
{
    static const char *const words[] = {
        "best",         "regards",     "kind",  "kindest", "cheers", "sincerely", "yours",
        "mit",          "grüssen",     "gruss", "grüsse",  "viele",  "beste",     "liebe",
        "freundlichen", "freundliche", "lg",    "vg",      "mfg",    "br",        NULL};
    return g_strv_contains(words, word);
}

static gboolean is_name_of(const ConfigAgent *agent, const char *word)
{
    g_autofree char *display = g_utf8_casefold(agent->display, -1);
    g_auto(GStrv) names = g_strsplit_set(display, " .,-", -1);
    return g_strv_contains((const char *const *)names, word) || g_ascii_strcasecmp(agent->name, word) == 0;
}

gboolean sign_off_is_all(const ConfigAgent *agent, const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    g_auto(GStrv) words = g_strsplit_set(folded, " \n\t\r.,;!-_*", -1);
    guint count = 0;
    for (guint i = 0; words[i]; i++) {
        if (*words[i] && ++count > SIGN_OFF_WORDS)
            return FALSE;
        if (*words[i] && !is_closing(words[i]) && !is_name_of(agent, words[i]))
            return FALSE;
    }
    return TRUE;
}
