#include "calendar_lines.h"

#include "calendar_zone.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <stdio.h>
#include <string.h>

#define ZONE_BYTES 64u                 /* names of zones are shorter */
#define DESCRIPTION_BYTES (16u * 1024) /* of the words of an invitation */

void calendar_line_clear(CalendarLine *line)
{
    g_clear_pointer(&line->name, g_free);
    g_clear_pointer(&line->parameters, g_free);
    g_clear_pointer(&line->value, g_free);
}

/* The older form (vCalendar 1.0) goes on after a "=" at the end, where the value is quoted-printable. */
static gboolean is_soft_end(const GString *line)
{
    enum { HEAD_BYTES = 200 };
    static const char mark[] = "QUOTED-PRINTABLE";
    /* Near its beginning: a line of a thousand pieces is not to be looked through for each. */
    const char *colon = memchr(line->str, ':', MIN(line->len, HEAD_BYTES));
    return line->len > 0 && line->str[line->len - 1] == '=' && colon &&
           memmem(line->str, (gsize)(colon - line->str), mark, strlen(mark));
}

/* RFC 5545 3.1: a line that begins with a blank goes on the one before. */
static char *unfold(const char **at)
{
    GString *whole = g_string_new(NULL);
    do {
        gsize length = strcspn(*at, "\n");
        gsize shown = length > 0 && (*at)[length - 1] == '\r' ? length - 1 : length;
        g_string_append_len(whole, *at, (gssize)shown);
        *at += length + ((*at)[length] == '\n');
        if (is_soft_end(whole)) {
            g_string_truncate(whole, whole->len - 1);
            continue;
        }
        if (**at != ' ' && **at != '\t')
            break;
        ++*at;
    } while (**at);
    return g_string_free(whole, FALSE);
}

/* The colon before the value: not one in a quoted parameter. NULL when there is none. */
static const char *value_colon(const char *line)
{
    gboolean is_quoted = FALSE;
    for (; *line; line++) {
        if (*line == '"')
            is_quoted = !is_quoted;
        else if (*line == ':' && !is_quoted)
            return line;
    }
    return NULL;
}

static char *quoted_undone(const char *value, const char *charset)
{
    g_autoptr(GString) octets = g_string_sized_new(strlen(value));
    for (const char *at = value; *at; at++) {
        gboolean is_octet = *at == '=' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]);
        int octet = is_octet ? g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]) : *at;
        at += is_octet ? 2 : 0;
        g_string_append_c(octets, octet == 0 ? ' ' : (char)octet);
    }
    return charset_to_utf8(octets->str, octets->len, charset, NULL);
}

/* vCalendar 1.0: a value in an encoding and a charset of its own. */
static void undo_encoding(CalendarLine *line)
{
    if (!strchr(line->value, '=') || !strchr(line->parameters, ';'))
        return;
    g_autofree char *encoding = calendar_parameter(line, "ENCODING");
    if (!encoding || g_ascii_strcasecmp(encoding, "QUOTED-PRINTABLE") != 0)
        return;
    g_autofree char *charset = calendar_parameter(line, "CHARSET");
    g_autofree char *coded = g_steal_pointer(&line->value);
    line->value = quoted_undone(coded, charset);
}

gboolean calendar_line_next(const char **at, CalendarLine *line)
{
    while (**at) {
        g_autofree char *whole = unfold(at);
        const char *colon = value_colon(whole);
        gsize name = strcspn(whole, ";:");
        if (!colon || name == 0 || whole + name > colon)
            continue;
        calendar_line_clear(line);
        line->name = g_ascii_strup(whole, (gssize)name);
        line->parameters = g_strndup(whole + name, (gsize)(colon - whole) - name);
        line->value = g_strchomp(g_strdup(colon + 1));
        undo_encoding(line);
        return TRUE;
    }
    return FALSE;
}

char *calendar_text(const char *value)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (; *value && out->len < DESCRIPTION_BYTES; value++) {
        if (*value == '\\' && value[1]) {
            value++;
            g_string_append_c(out, *value == 'n' || *value == 'N' ? '\n' : *value);
        } else {
            g_string_append_c(out, *value);
        }
    }
    return clean_text(out->str, (gssize)out->len, DESCRIPTION_BYTES);
}

char *calendar_text_line(const char *value, gsize limit_bytes)
{
    g_autofree char *text = calendar_text(value);
    return clean_line(text, -1, limit_bytes);
}

char *calendar_parameter(const CalendarLine *line, const char *name)
{
    const char *parameters = line->parameters;
    gsize length = strlen(name);
    for (const char *at = strchr(parameters, ';'); at; at = strchr(at + 1, ';')) {
        if (g_ascii_strncasecmp(at + 1, name, length) != 0 || at[1 + length] != '=')
            continue;
        const char *value = at + length + 2;
        gboolean is_quoted = *value == '"';
        value += is_quoted;
        return g_strndup(value, MIN(strcspn(value, is_quoted ? "\"" : ";"), ZONE_BYTES));
    }
    return NULL;
}

static gboolean are_digits(const char *at, guint count)
{
    for (guint i = 0; i < count; i++)
        if (!g_ascii_isdigit(at[i]))
            return FALSE;
    return TRUE;
}

/* RFC 5545 3.3.4, 3.3.5 */
char *calendar_when(const CalendarLine *line)
{
    const char *value = line->value;
    if (!are_digits(value, 8))
        return NULL;
    g_autofree char *date = g_strdup_printf("%.4s-%.2s-%.2s", value, value + 4, value + 6);
    if (value[8] != 'T' || !are_digits(value + 9, 4))
        return g_steal_pointer(&date);
    gsize digits = strspn(value + 9, "0123456789");
    g_autofree char *named = calendar_parameter(line, "TZID");
    g_autofree char *zone = value[9 + digits] == 'Z' ? g_strdup("UTC")
                            : named                  ? calendar_zone(named)
                                                     : g_strdup("");
    return g_strdup_printf("%s %.2s:%.2s%s%s", date, value + 9, value + 11, *zone ? " " : "", zone);
}

/* RFC 5545 3.3.6, in minutes; 0 when it is none. */
static guint64 minutes_of(const char *duration)
{
    guint64 minutes = 0;
    const char *at = duration + (*duration == '+');
    for (at += *at == 'P'; *at; at++) {
        if (*at == 'T')
            continue;
        gsize digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 6)
            return 0;
        guint64 number = g_ascii_strtoull(at, NULL, 10);
        at += digits;
        switch (*at) {
        case 'W':
            minutes += number * 7 * 24 * 60;
            break;
        case 'D':
            minutes += number * 24 * 60;
            break;
        case 'H':
            minutes += number * 60;
            break;
        case 'M':
            minutes += number;
            break;
        case 'S':
            break;
        default:
            return 0;
        }
    }
    return minutes;
}

char *calendar_end(const char *starts, const char *duration)
{
    int year, month, day, hour = 0, minute = 0;
    guint64 minutes = minutes_of(duration);
    if (!starts || minutes == 0 || sscanf(starts, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return NULL;
    gboolean has_time = sscanf(starts + 10, " %2d:%2d", &hour, &minute) == 2;
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    /* Days are counted without summer time: an event that crosses its change is off by an hour at most. */
    g_autoptr(GDateTime) start = g_date_time_new(zone, year, month, day, hour, minute, 0);
    g_autoptr(GDateTime) end = start ? g_date_time_add_minutes(start, (gint)MIN(minutes, 5256000)) : NULL;
    if (!end)
        return NULL;
    if (!has_time) {
        g_autoptr(GDateTime) last = g_date_time_add_days(end, -1);
        return last && g_date_time_compare(last, start) > 0 ? g_date_time_format(last, "%Y-%m-%d") : NULL;
    }
    g_autofree char *shown = g_date_time_format(end, "%Y-%m-%d %H:%M");
    return g_strconcat(shown, starts + 16, NULL);
}

char *calendar_last_day(const char *starts, const char *ends)
{
    int year, month, day;
    if (!starts || strlen(ends) != strlen("2026-11-23") ||
        sscanf(ends, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return g_strdup(ends);
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(GDateTime) end = g_date_time_new(zone, year, month, day, 0, 0, 0);
    g_autoptr(GDateTime) last = end ? g_date_time_add_days(end, -1) : NULL;
    g_autofree char *shown = last ? g_date_time_format(last, "%Y-%m-%d") : g_strdup(ends);
    return strcmp(shown, starts) > 0 ? g_steal_pointer(&shown) : NULL;
}
