#include <postern/mail.h>

#include <gmime/gmime.h>
#include <string.h>

#define DATE_BYTES 200u /* a date with its comments is far shorter */

/* Comments go, and blanks around colons, which the obsolete syntax allows (RFC 5322 4.3). */
static char *simplify(const char *raw)
{
    GString *out = g_string_new(NULL);
    int depth = 0;
    for (gsize i = 0; raw[i] && i < DATE_BYTES; i++) {
        if (raw[i] == '(')
            depth++;
        else if (raw[i] == ')' && depth > 0)
            depth--;
        else if (depth > 0)
            continue;
        else if (!g_ascii_isspace(raw[i]))
            g_string_append_c(out, raw[i]);
        else if (out->len > 0 && !strchr(" :", out->str[out->len - 1]) && raw[i + 1] != ':' &&
                 !g_str_has_prefix(raw + i + strspn(raw + i, " \t"), ":"))
            g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

gint64 mail_date_parse(const char *raw)
{
    if (!raw)
        return DATE_UNKNOWN;
    g_autofree char *text = simplify(raw);
    g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(text);
    if (!date)
        return DATE_UNKNOWN;
    gint64 seconds = g_date_time_to_unix(date);
    int year = g_date_time_get_year(date);
    return year < 1970 || year > 2200 ? DATE_UNKNOWN : seconds * G_USEC_PER_SEC;
}
