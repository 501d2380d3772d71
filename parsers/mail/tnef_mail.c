#include "tnef_mail.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

/* Of a sender: a quoted name (RFC 5322 3.2.4), and the address where it is one of mail. */
static void append_sender(GString *out, const Tnef *tnef)
{
    g_autofree char *name = clean_line(tnef->sender ? tnef->sender : "", -1, LIMIT_NAME_BYTES);
    g_autofree char *address =
        clean_line(tnef->sender_address ? tnef->sender_address : "", -1, LIMIT_NAME_BYTES);
    if (!*name && !*address)
        return;
    g_string_append(out, "From: \"");
    for (const char *at = *name ? name : address; *at; at++) {
        if (strchr("\\\"", *at))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
    if (strchr(address, '@') && !strpbrk(address, "<>\" "))
        g_string_append_printf(out, " <%s>", address);
    g_string_append(out, "\r\n");
}

static void append_date(GString *out, gint64 sent_us)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) when = sent_us ? g_date_time_new_from_unix_utc(sent_us / G_USEC_PER_SEC) : NULL;
    if (!when)
        return;
    g_string_append_printf(out, "Date: %d %s %04d %02d:%02d:%02d +0000\r\n",
                           g_date_time_get_day_of_month(when), months[g_date_time_get_month(when) - 1],
                           g_date_time_get_year(when), g_date_time_get_hour(when),
                           g_date_time_get_minute(when), g_date_time_get_second(when));
}

GBytes *tnef_mail(const Tnef *tnef, const TnefBody *body)
{
    GString *out = g_string_new(NULL);
    g_autofree char *subject = clean_line(tnef->subject ? tnef->subject : "", -1, LIMIT_SUBJECT_BYTES);
    append_sender(out, tnef);
    append_date(out, tnef->sent_us);
    g_string_append_printf(out, "Subject: %s\r\nMIME-Version: 1.0\r\n", subject);
    g_string_append_printf(out, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
                           body->type ? body->type : "text/plain");
    if (body->made) {
        gsize length;
        const char *bytes = g_bytes_get_data(body->made, &length);
        g_string_append_len(out, bytes, (gssize)length);
    } else if (body->type) {
        gsize length = MIN(tnef->html.left, TNEF_BODY_BYTES);
        g_autofree char *text = charset_to_utf8((const char *)tnef->html.at, length, body->charset, NULL);
        g_string_append(out, text);
    }
    return g_string_free_to_bytes(out);
}
