#include "gateway/desk/alerts_private.h"
#include "gateway/desk/letter.h"

#include <postern/base/clean.h>
#include <postern/base/mail_id.h>
#include <postern/compose.h>

#include <string.h>

static const char *const outage_words[] = {
    [OUTAGE_MAILBOX] = "mailbox", [OUTAGE_ROUTE] = "route", [OUTAGE_WEBHOOK] = "webhook"};

static const ConfigServer *server_of(const Config *config, OutageOf of, const char *name)
{
    const ConfigMailbox *mailbox = of == OUTAGE_MAILBOX ? config_mailbox(config, name) : NULL;
    const ConfigRoute *route = of == OUTAGE_ROUTE ? config_route(config, name) : NULL;
    return mailbox ? &mailbox->server : route ? &route->server : NULL;
}

/* A mailbox and a route on one server go down together, and so do two routes over it. */
static gboolean is_apart(const ConfigRoute *route, const char *avoided, const ConfigServer *server)
{
    if (g_strcmp0(route->name, avoided) == 0)
        return FALSE;
    return !server || !server->host || !route->server.host ||
           g_ascii_strcasecmp(route->server.host, server->host) != 0;
}

/* The first route that has nothing to do with what is out; those that fit the From address come first. NULL
 * when there is none. */
static const ConfigRoute *other_route(const Config *config, const char *from, const char *avoided,
                                      const ConfigServer *server)
{
    g_autoptr(GPtrArray) fitting = config_routes_for(config, "", from);
    const GPtrArray *lists[] = {fitting, config->routes};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            if (is_apart(lists[l]->pdata[i], avoided, server))
                return lists[l]->pdata[i];
    return NULL;
}

gboolean alert_has_no_other_way(const Config *config, OutageOf of, const char *name)
{
    const ConfigQueue *queue = config->queues->pdata[0];
    return other_route(config, queue->addresses->pdata[0], of == OUTAGE_ROUTE ? name : NULL,
                       server_of(config, of, name)) == NULL;
}

gboolean alert_is_kind(const char *kind)
{
    static const char *const kinds[] = {"undelivered", "stopped",     "works-again",
                                        "stuck-mail",  "held-digest", "admin-receipt",
                                        "budget",      "incident",    NULL};
    return g_strv_contains(kinds, kind);
}

static char *message_id_of(const AlertCase *alert, gint64 ticket_id, TokenRole role, const char *to)
{
    g_autofree char *id = mail_id_format(alert->mail_id);
    g_autofree char *token = desk_make_token(&alert->keys[0], alert->now_us, ticket_id, role, to);
    return g_strdup_printf("%s.%s@%s", id, token, alert->config->domain);
}

/* `mail` has its addresses, names and references; what is rendered and what all share is added. */
static Outgoing *write_alert(const AlertCase *alert, const char *kind, const TemplateValues *values,
                             ComposeMail *mail, const char *queue, const char *envelope_from,
                             const ConfigRoute *route)
{
    g_autofree char *subject = NULL, *text = NULL, *html = NULL;
    notice_render(alert->notices, kind, values, &subject, &text, &html);
    mail->subject = subject;
    mail->text = text;
    mail->html = html;
    mail->date_us = alert->now_us;
    mail->is_automatic = mail->is_generated = TRUE;
    Outgoing *outgoing = g_new0(Outgoing, 1);
    *outgoing = (Outgoing){.kind = g_strdup(kind),
                           .queue = g_strdup(queue),
                           .route = g_strdup(route->name),
                           .to = g_strdup(mail->to_address),
                           .from = g_strdup(mail->from_address),
                           .envelope_from = g_strdup(envelope_from),
                           .subject = clean_line(subject, -1, LIMIT_SUBJECT_BYTES),
                           .message_id = g_strdup(mail->message_id),
                           .bytes = compose_mail(mail)};
    return outgoing;
}

Outgoing *alert_write_to_admin(const AlertCase *alert, const char *kind, const TemplateValues *values,
                               const char *admin, const AdminMail *how)
{
    const ConfigQueue *queue = alert->config->queues->pdata[0];
    const char *from = queue->addresses->pdata[0];
    const ConfigRoute *route = other_route(alert->config, from, how->avoided, how->server);
    TokenRole role = how->may_answer ? ROLE_ADMIN : ROLE_AGENT;
    g_autofree char *message_id = message_id_of(alert, 0, role, admin);
    g_autofree char *token = desk_make_token(&alert->keys[0], alert->now_us, 0, ROLE_ADMIN, admin);
    g_autofree char *back = desk_token_address(queue, token);
    g_autoptr(GPtrArray) reply_to = desk_mailboxes_new();
    g_ptr_array_add(reply_to, mailbox_new("Postern", back));
    ComposeMail mail = {.from_name = "Postern",
                        .from_address = from,
                        .to_address = admin,
                        .reply_to = how->may_answer ? reply_to : NULL,
                        .message_id = message_id,
                        .in_reply_to = how->in_reply_to};
    return write_alert(alert, kind, values, &mail, "", "", route ? route : alert->config->routes->pdata[0]);
}

static Outgoing *write_outage(const AlertCase *alert, const char *kind, const Outage *outage,
                              const char *admin)
{
    g_autoptr(TemplateValues) values = template_values_new();
    const ConfigServer *server = server_of(alert->config, outage->of, outage->name);
    g_autofree char *since = letter_moment(outage->since_us);
    g_autofree char *contact = letter_moment(outage->contact_us);
    template_set(values, "what", outage_words[outage->of]);
    template_set(values, "name", outage->name);
    template_set(values, "server", server ? server->host : NULL);
    template_set(values, "since", since);
    template_set(values, "last_contact", contact);
    template_set(values, "error", outage->error);
    template_set(values, "is_mailbox", outage->of == OUTAGE_MAILBOX ? "yes" : NULL);
    template_set(values, "is_route", outage->of == OUTAGE_ROUTE ? "yes" : NULL);
    template_set(values, "is_webhook", outage->of == OUTAGE_WEBHOOK ? "yes" : NULL);
    AdminMail how = {.avoided = outage->of == OUTAGE_ROUTE ? outage->name : NULL, .server = server};
    return alert_write_to_admin(alert, kind, values, admin, &how);
}

Outgoing *alert_stopped(const AlertCase *alert, const Outage *outage, const char *admin)
{
    return write_outage(alert, "stopped", outage, admin);
}

Outgoing *alert_works_again(const AlertCase *alert, const Outage *outage, const char *admin)
{
    return write_outage(alert, "works-again", outage, admin);
}

static void add_stuck(TemplateValues *values, const AlertStuck *mail)
{
    TemplateValues *item = template_add_item(values, "mails");
    g_autofree char *uid = g_strdup_printf("%u", mail->uid);
    g_autofree char *size = g_format_size_full(mail->size, G_FORMAT_SIZE_IEC_UNITS);
    template_set(item, "mailbox", mail->mailbox);
    template_set(item, "folder", mail->folder);
    template_set(item, "uid", uid);
    template_set(item, "size", size);
    template_set(item, "reason", mail->detail);
    template_set(item, "is_too_large", mail->is_too_large ? "yes" : NULL);
}

Outgoing *alert_stuck_mail(const AlertCase *alert, const AlertStuck *mails, gsize count, const char *admin)
{
    g_autoptr(TemplateValues) values = template_values_new();
    g_autofree char *most = g_format_size_full(alert->config->message_bytes, G_FORMAT_SIZE_IEC_UNITS);
    gboolean any_large = FALSE, any_failed = FALSE;
    for (gsize i = 0; i < count; i++) {
        add_stuck(values, &mails[i]);
        any_large |= mails[i].is_too_large;
        any_failed |= !mails[i].is_too_large;
    }
    template_set(values, "message_size", most);
    template_set(values, "are_several", count > 1 ? "yes" : NULL);
    template_set(values, "any_too_large", any_large ? "yes" : NULL);
    template_set(values, "any_failed", any_failed ? "yes" : NULL);
    return alert_write_to_admin(alert, "stuck-mail", values, admin, &(AdminMail){0});
}

static void add_undelivered(TemplateValues *values, const AlertUndelivered *mail)
{
    TemplateValues *item = template_add_item(values, "mails");
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, mail->id);
    template_set(item, "kind", mail->kind);
    template_set(item, "to", mail->to);
    template_set(item, "reason", mail->words && *mail->words ? mail->words : "no reason was given");
    template_set(item, "is_held", mail->is_held ? "yes" : NULL);
    template_set(item, "id", id);
}

Outgoing *alert_undelivered(const AlertCase *alert, gint64 ticket_id, const char *ref, const char *queue_name,
                            const AlertUndelivered *mails, gsize count, const char *name, const char *to)
{
    const ConfigQueue *queue = config_queue(alert->config, queue_name);
    if (!queue)
        queue = alert->config->queues->pdata[0];
    const char *from = queue->addresses->pdata[0];
    g_autoptr(TemplateValues) values = template_values_new();
    template_set(values, "ticket.ref", ref);
    template_set(values, "queue.name", queue->display);
    template_set(values, "agent.name", name);
    template_set(values, "first.to", mails[0].to);
    template_set(values, "are_several", count > 1 ? "yes" : NULL);
    for (gsize i = 0; i < count; i++)
        add_undelivered(values, &mails[i]);
    g_autofree char *message_id = message_id_of(alert, ticket_id, ROLE_AGENT, to);
    g_autofree char *token = desk_make_token(&alert->keys[0], alert->now_us, ticket_id, ROLE_RETURN_PATH, to);
    g_autofree char *return_path = desk_token_address(queue, token);
    g_autofree char *root = desk_thread_root(alert->config, ticket_id);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(references, root);
    ComposeMail mail = {.from_name = queue->display,
                        .from_address = from,
                        .to_name = name,
                        .to_address = to,
                        .message_id = message_id,
                        .in_reply_to = root,
                        .references = references,
                        .ticket_ref = ref};
    g_autoptr(GPtrArray) routes = config_routes_for(alert->config, queue->name, from);
    return write_alert(alert, "undelivered", values, &mail, queue->name, return_path, routes->pdata[0]);
}
