#include "parsers/kind/status.h"

#include "parsers/kind/words.h"

#include <string.h>

static gboolean is_border(char c)
{
    return !g_ascii_isalnum(c) && c != '.' && c != '-' && c != '_' && c != '@';
}

/* How likely three digits are a reply code by what stands around them. */
static gboolean is_code_at(const char *text, const char *at)
{
    if (!strchr("45", *at) || !g_ascii_isdigit(at[1]) || !g_ascii_isdigit(at[2]) || at[1] > '7')
        return FALSE;
    if (at > text && !is_border(at[-1]))
        return FALSE;
    return at[3] == '\0' || at[3] == '-' || (is_border(at[3]) && at[3] != '/');
}

char *status_find_smtp_code(const char *reason)
{
    static const char *const units[] = {"seconds", "bytes", "kb", "mb", "minutes", "hours", "messages", NULL};
    for (const char *at = reason; (at = strpbrk(at, "45")); at++) {
        if (!is_code_at(reason, at))
            continue;
        const char *after = at + 3 + strspn(at + 3, " ");
        g_autofree char *word = g_ascii_strdown(after, (gssize)strnlen(after, 10));
        if (!begins_with_phrase(word, units))
            return g_strndup(at, 3);
    }
    return NULL;
}

static gsize digits(const char *at)
{
    return strspn(at, "0123456789");
}

char *status_find_enhanced(const char *reason)
{
    for (const char *at = reason; (at = strpbrk(at, "245")); at++) {
        if (at[1] != '.' || (at > reason && (g_ascii_isalnum(at[-1]) || at[-1] == '.' || at[-1] == '-')))
            continue;
        gsize subject = digits(at + 2);
        if (subject < 1 || subject > 3 || at[2 + subject] != '.')
            continue;
        gsize detail = digits(at + 3 + subject);
        const char *after = at + 3 + subject + detail;
        gboolean goes_on = *after == '.' && g_ascii_isdigit(after[1]);
        if (detail >= 1 && detail <= 3 && !goes_on && !g_ascii_isalnum(*after))
            return g_strndup(at, (gsize)(after - at));
    }
    return NULL;
}

gboolean status_find_pair(const char *reason, char **out_code, char **out_status)
{
    for (const char *at = reason; (at = strpbrk(at, "45")); at++) {
        if (!is_code_at(reason, at))
            continue;
        const char *after = at + 3 + strspn(at + 3, " -'#(:");
        g_autofree char *status = g_ascii_isdigit(*after) ? status_find_enhanced(after) : NULL;
        if (status && status[0] == at[0] && g_str_has_prefix(after, status) && !status_is_vague(status)) {
            *out_code = g_strndup(at, 3);
            *out_status = g_steal_pointer(&status);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean status_is_vague(const char *status)
{
    return strlen(status) >= 5 && g_str_has_prefix(status + 1, ".0.");
}
