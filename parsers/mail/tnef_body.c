#include "tnef_body.h"

#include "lzfu.h"
#include "rtf.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

static gboolean is_blank(const char *text)
{
    return !text || text[strspn(text, " \t\r\n")] == '\0';
}

static void set_made(TnefBody *out, const char *type, char *text)
{
    out->type = type;
    out->charset = "utf-8";
    out->made = g_bytes_new_take(text, strlen(text));
}

/* The RTF as a page or as words; NULL when there is none. */
static char *read_rtf(const Tnef *tnef, gsize *budget, gboolean *out_html, const char **out_broken)
{
    gsize length;
    gboolean is_cut;
    if (tnef->rtf.left == 0)
        return NULL;
    g_autofree char *rtf = lzfu_decode(tnef->rtf, *budget, &length, out_broken);
    *budget -= MIN(*budget, length);
    if (!rtf)
        return NULL;
    char *text = rtf_read(rtf, length, TNEF_BODY_BYTES, out_html, &is_cut);
    if (is_cut)
        *out_broken = "its formatted text is too long";
    return text;
}

void tnef_body(const Tnef *tnef, gsize *budget, TnefBody *out)
{
    gboolean is_html = FALSE;
    *out = (TnefBody){0};
    if (tnef->html.left > 0) {
        out->type = "text/html";
        out->charset = tnef->html_charset;
        return;
    }
    g_autofree char *text = read_rtf(tnef, budget, &is_html, &out->broken);
    if (is_html && !is_blank(text))
        set_made(out, "text/html", g_steal_pointer(&text));
    else if (!is_blank(tnef->plain))
        set_made(out, "text/plain", g_strdup(tnef->plain));
    else if (!is_blank(text))
        set_made(out, "text/plain", g_steal_pointer(&text));
}

static const char *meeting_method(const char *message_class)
{
    static const struct {
        const char *prefix, *method;
    } methods[] = {
        {"IPM.Schedule.Meeting.Request", "REQUEST"},      {"IPM.Schedule.Meeting.Canceled", "CANCEL"},
        {"IPM.Schedule.Meeting.Resp", "REPLY"},           {"IPM.Microsoft Schedule.MtgReq", "REQUEST"},
        {"IPM.Microsoft Schedule.MtgCncl", "CANCEL"},     {"IPM.Microsoft Schedule.MtgResp", "REPLY"},
        {"IPM.Schedule.Meeting.Notification", "PUBLISH"}, {"IPM.Appointment", "PUBLISH"},
    };
    for (guint i = 0; message_class && i < G_N_ELEMENTS(methods); i++)
        if (g_ascii_strncasecmp(message_class, methods[i].prefix, strlen(methods[i].prefix)) == 0)
            return methods[i].method;
    return NULL;
}

/* RFC 5545 3.3.11. */
static void append_text(GString *out, const char *name, const char *text)
{
    if (!text)
        return;
    g_autofree char *line = clean_line(text, -1, LIMIT_SUBJECT_BYTES);
    if (!*line)
        return;
    g_string_append_printf(out, "%s:", name);
    for (const char *at = line; *at; at++) {
        if (strchr("\\;,", *at))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    g_string_append(out, "\r\n");
}

static void append_time(GString *out, const char *name, gint64 when_us)
{
    if (when_us == 0)
        return;
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(when_us / G_USEC_PER_SEC);
    g_autofree char *shown = when ? g_date_time_format(when, "%Y%m%dT%H%M%SZ") : NULL;
    if (shown)
        g_string_append_printf(out, "%s:%s\r\n", name, shown);
}

GBytes *tnef_meeting(const Tnef *tnef)
{
    const char *method = meeting_method(tnef->message_class);
    if (!method)
        return NULL;
    GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Postern//winmail.dat//EN\r\n");
    g_string_append_printf(out, "METHOD:%s\r\nBEGIN:VEVENT\r\n", method);
    append_time(out, "DTSTART", tnef->starts_us);
    append_time(out, "DTEND", tnef->ends_us);
    append_text(out, "SUMMARY", tnef->subject);
    append_text(out, "LOCATION", tnef->location);
    g_string_append(out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
    return g_string_free_to_bytes(out);
}
