#include "parsers/reply/telephone.h"

#include <string.h>

/* "10:00", "192.168.100.200", the columns of a table, an id without any sign in it. */
static gboolean is_other_number(const char *text)
{
    guint decimals = 0, parts = 0;
    gboolean is_split = FALSE;
    for (const char *at = text; *at; at++) {
        if (!g_ascii_isdigit(*at))
            continue;
        gsize count = strspn(at, "0123456789");
        gboolean is_inner = at - text > 1 && at[-1] == '.' && g_ascii_isdigit(at[-2]);
        gboolean goes_on = at[count] == '.' && g_ascii_isdigit(at[count + 1]);
        parts = is_inner ? parts + 1 : 1;
        decimals += parts == 2 && !goes_on;
        is_split |= count < 7 || *at == '0' || (at > text && strchr("+(", at[-1]));
        if ((parts == 4 && !goes_on && count <= 3) || (at[count] == ':' && g_ascii_isdigit(at[count + 1])))
            return TRUE;
        at += count - 1;
    }
    return decimals >= 2 || !is_split;
}

/* Seven digits and more, with the signs people put between them, and hardly a letter. */
gboolean telephone_is(const char *text)
{
    if (is_other_number(text))
        return FALSE;
    gsize digits = 0, letters = 0;
    for (; *text; text++) {
        digits += g_ascii_isdigit(*text);
        letters += g_ascii_isalpha(*text) || (guchar)*text >= 0x80;
    }
    return digits >= 7 && digits <= 24 && letters <= digits / 2 + 4;
}

gboolean telephone_within(const char *text)
{
    gsize digits = 0;
    if (is_other_number(text))
        return FALSE;
    for (; *text; text++) {
        if (g_ascii_isdigit(*text))
            digits++;
        else if (!strchr(" ().+-/", *text))
            digits = 0;
        if (digits >= 9)
            return TRUE;
    }
    return FALSE;
}
