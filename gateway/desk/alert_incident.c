/* Many customers with one error, told to the agents of their queues. */
#include "gateway/desk/alerts_private.h"
#include "gateway/desk/letter.h"

#include <postern/base/clean.h>
#include <postern/reply.h>

#define SHOWN_BYTES 120u
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

/* A stranger's text on a page of ours. */
static void set_shown(TemplateValues *values, const char *name, const char *text)
{
    g_autofree char *line = clean_line(text ? text : "", -1, SHOWN_BYTES);
    g_autofree char *shown = reply_disarm(line);
    template_set(values, name, shown);
}

static void set_number(TemplateValues *values, const char *name, gsize number)
{
    g_autofree char *text = g_strdup_printf("%" G_GSIZE_FORMAT, number);
    template_set(values, name, number ? text : NULL);
}

static void set_within(TemplateValues *values, gint64 within_us)
{
    gint64 minutes = MAX(within_us / MINUTE_US, 1);
    g_autofree char *words =
        minutes % 60 == 0 && minutes > 60
            ? g_strdup_printf("%" G_GINT64_FORMAT " hours", minutes / 60)
            : g_strdup_printf("%" G_GINT64_FORMAT " minute%s", minutes, minutes == 1 ? "" : "s");
    template_set(values, "within", words);
}

Outgoing *alert_incident(const AlertCase *alert, const AlertIncident *incident, const char *name,
                         const char *to)
{
    g_autoptr(TemplateValues) values = template_values_new();
    g_autofree char *error = g_strdup_printf("E%" G_GINT64_FORMAT, incident->error_id);
    g_autofree char *first = letter_moment(incident->first_us);
    template_set(values, "agent.name", name);
    template_set(values, "error.name", error);
    set_shown(values, "error.title", incident->title);
    template_set(values, "error.state", incident->state);
    template_set(values, "first_seen", first);
    template_set(values, "first.ref", incident->count > 0 ? incident->tickets[0].ref : NULL);
    set_within(values, incident->within_us);
    set_number(values, "customers", incident->customers);
    set_number(values, "domains", incident->domains);
    set_number(values, "more", incident->more);
    template_set(values, "are_domains", incident->domains > 1 ? "yes" : NULL);
    for (gsize i = 0; i < incident->count; i++) {
        TemplateValues *item = template_add_item(values, "tickets");
        template_set(item, "ref", incident->tickets[i].ref);
        template_set(item, "status", incident->tickets[i].status);
        set_shown(item, "subject", incident->tickets[i].subject);
        set_shown(item, "address", incident->tickets[i].address);
    }
    return alert_write_to_admin(alert, "incident", values, to, &(AdminMail){0});
}
