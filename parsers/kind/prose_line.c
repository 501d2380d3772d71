#include "parsers/kind/prose_line.h"

#include "parsers/kind/report_phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

#define LABEL_BYTES 200u

/* Signs around an address, as far as a label may have them; full-width ones, too. */
static void cut_signs(char *label)
{
    static const char *const wide[] = {"\uff1a", "\uff08", "\u3000", "\u300c", NULL};
    gsize end = strlen(label);
    for (gboolean is_cut = TRUE; is_cut && end > 0;) {
        is_cut = strchr(" \t:<\"'[(*->", label[end - 1]) != NULL;
        end -= is_cut;
        for (const char *const *sign = wide; *sign && !is_cut; sign++)
            if (end >= strlen(*sign) && memcmp(label + end - strlen(*sign), *sign, strlen(*sign)) == 0) {
                end -= strlen(*sign);
                is_cut = TRUE;
            }
        label[end] = '\0';
    }
}

gboolean line_is_label(const char *line, gsize length)
{
    g_autofree char *before = g_strndup(line, length), *label = lower_text(before, LABEL_BYTES);
    cut_signs(label);
    /* "554 <a@b>... Service unavailable", "<<< 550 <a@b>": the code of the answer may stand first. */
    const char *start = label + strspn(label, " \t*-<>0123456789.");
    if (*start == '\0')
        return TRUE;
    for (const char *const *known = report_recipient_labels; *known; known++)
        if (g_str_equal(start, *known))
            return TRUE;
    for (const char *const *known = report_world_recipient_labels; *known; known++)
        if (g_str_equal(start, *known))
            return TRUE;
    return g_str_has_suffix(start, "rfc822;") || g_str_has_suffix(start, "rcpt to");
}

gboolean address_is_list_helper(const char *address)
{
    static const char *const ends[] = {"-request", "-owner", "-admin", "+owner", "-owners", "+owners", NULL};
    g_autofree char *local = g_ascii_strdown(address, -1);
    if (g_str_has_prefix(local, "owner-"))
        return TRUE;
    *strchr(local, '@') = '\0';
    for (const char *const *end = ends; *end; end++)
        if (g_str_has_suffix(local, *end))
            return TRUE;
    return FALSE;
}

gboolean address_is_helper(const char *address)
{
    static const char *const begins[] = {"postmaster@", "abuse@", "support@", "helpdesk@", NULL};
    g_autofree char *lower = g_ascii_strdown(address, -1);
    return begins_with_phrase(lower, begins) || address_is_list_helper(address);
}

gboolean line_names_other(const char *line, gsize length)
{
    static const char *const words[] = {"message", "from", "sender", "message-id", "von", NULL};
    g_autofree char *before = g_strndup(line, length), *label = lower_text(before, LABEL_BYTES);
    cut_signs(label);
    const char *blank = strrchr(label, ' ');
    return g_strv_contains(words, blank ? blank + 1 : label);
}

gboolean line_asks(const char *words)
{
    static const char *const phrases[] = {"administrator", "questions",  "contact",
                                          "be reached",    "list owner", NULL};
    return has_phrase(words, phrases);
}
