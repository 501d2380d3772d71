/* Mails about held mail and the budget, to admins. Their words may be answered with commands, and mail
 * programs quote: no line of ours may look like one. */
#include "gateway/desk/alerts_private.h"
#include "gateway/desk/letter.h"

#include <postern/base/clean.h>
#include <postern/base/mail_id.h>

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define SHOWN_BYTES 100u

static char *age_words(gint64 age_us)
{
    gint64 minutes = MAX(age_us, 0) / MINUTE_US;
    if (minutes >= 2 * 24 * 60)
        return g_strdup_printf("%" G_GINT64_FORMAT " days", minutes / (24 * 60));
    if (minutes >= 2 * 60)
        return g_strdup_printf("%" G_GINT64_FORMAT " hours", minutes / 60);
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", minutes, minutes == 1 ? "minute" : "minutes");
}

static void set_short(TemplateValues *item, const char *name, const char *text, const char *otherwise)
{
    g_autofree char *shown = text ? clean_line(text, -1, SHOWN_BYTES) : NULL;
    template_set(item, name, shown && *shown ? shown : otherwise);
}

static void add_held(TemplateValues *values, const AlertHeld *mail, gint64 now_us)
{
    TemplateValues *item = template_add_item(values, "mails");
    g_autofree char *id = mail_id_format(mail->id);
    g_autofree char *size = g_format_size_full((guint64)mail->size, G_FORMAT_SIZE_IEC_UNITS);
    g_autofree char *age = age_words(now_us - mail->received_us);
    template_set(item, "id", id);
    template_set(item, "size", size);
    template_set(item, "age", age);
    set_short(item, "reason", mail->reason, NULL);
    set_short(item, "from", mail->from, "unknown sender");
    set_short(item, "subject", mail->subject, "(no subject)");
    g_autofree char *detail = mail->detail ? clean_line(mail->detail, -1, 3 * SHOWN_BYTES) : NULL;
    template_set(item, "detail", detail);
}

static void set_number(TemplateValues *values, const char *name, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    template_set(values, name, number ? text : NULL);
}

Outgoing *alert_held_digest(const AlertCase *alert, const AlertHeld *mails, gsize count, guint total,
                            guint refused, const char *admin)
{
    g_autoptr(TemplateValues) values = template_values_new();
    for (gsize i = 0; i < count; i++)
        add_held(values, &mails[i], alert->now_us);
    set_number(values, "total", total);
    set_number(values, "more", total - (gint64)count);
    set_number(values, "refused", refused);
    set_number(values, "answer_days", ALERT_ANSWER_DAYS);
    template_set(values, "are_several", total > 1 ? "yes" : NULL);
    template_set(values, "may_block", alert->config->authserv_id ? "yes" : NULL);
    AdminMail how = {.may_answer = TRUE};
    return alert_write_to_admin(alert, "held-digest", values, admin, &how);
}

Outgoing *alert_admin_receipt(const AlertCase *alert, gboolean is_refused, const GPtrArray *lines,
                              const char *in_reply_to, const char *admin)
{
    g_autoptr(TemplateValues) values = template_values_new();
    for (guint i = 0; i < lines->len; i++)
        template_set(template_add_item(values, "lines"), "text", lines->pdata[i]);
    template_set(values, "is_refused", is_refused ? "yes" : NULL);
    AdminMail how = {.may_answer = TRUE, .in_reply_to = in_reply_to};
    return alert_write_to_admin(alert, "admin-receipt", values, admin, &how);
}

Outgoing *alert_budget(const AlertCase *alert, gint64 spent_us, const char *admin)
{
    g_autoptr(TemplateValues) values = template_values_new();
    g_autofree char *spent = letter_moment(spent_us);
    set_number(values, "limit", alert->config->automatic_per_hour);
    template_set(values, "spent", spent);
    return alert_write_to_admin(alert, "budget", values, admin, &(AdminMail){0});
}
