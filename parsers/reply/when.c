#include "parsers/reply/when.h"

#include <string.h>

static gboolean digits_at(const char *at, guint count)
{
    for (guint i = 0; i < count; i++)
        if (!g_ascii_isdigit(at[i]))
            return FALSE;
    return TRUE;
}

/* Behind the day: "/10/22", ". 4.2014"; two numbers alone may be anything, and "2.4.1" is a version. */
static gboolean is_numeric_date(const char *at)
{
    char border = *at;
    at += 1 + (at[1] == ' ');
    gsize count = strspn(at, "0123456789");
    if ((count != 1 && count != 2) || at[count] != border)
        return FALSE;
    at += count + 1;
    at += *at == ' ';
    gsize year = strspn(at, "0123456789");
    return year == 2 || year == 4;
}

/* What the number at `at`, `count` digits long, is the beginning of. */
static guint when_at(const char *at, gsize count)
{
    if (count == 4 && (memcmp(at, "19", 2) == 0 || memcmp(at, "20", 2) == 0 || memcmp(at, "25", 2) == 0))
        return WHEN_YEAR;
    if (count > 2 || !at[count])
        return 0;
    if (strchr("/-.", at[count]) && is_numeric_date(at + count))
        return WHEN_DAY;
    return strchr(":.h", at[count]) && digits_at(at + count + 1, 2) && !g_ascii_isdigit(at[count + 3])
               ? WHEN_TIME
               : 0;
}

/* A time of day, a year, a numeric date: one of them is in every attribution that has a date at all. The
 * year may be one of the Buddhist era. */
guint when_find(const char *text)
{
    guint when = 0;
    for (const char *at = text; *at; at++) {
        if (!g_ascii_isdigit(*at))
            continue;
        gsize count = strspn(at, "0123456789");
        when |= when_at(at, count);
        at += count - 1;
    }
    return when;
}

/* "2016-10-24 15:36 GMT+02:00 Foo", "2013/7/20 foo", "23 mar 2017 21:25 foo": no verb at all. */
gboolean when_begins(const char *text)
{
    gsize year = strspn(text, "0123456789");
    if (year == 4 && text[4] && (strchr("-/.", text[4]) || g_str_has_prefix(text + 4, "年")))
        return TRUE;
    return (year == 1 || year == 2) && when_find(text) != 0;
}
