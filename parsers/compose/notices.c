#include <postern/notices.h>

#include <string.h>

static const char *const acknowledgement_names[] = {
    "queue.name",   "queue.address", "customer.name",  "ticket.ref", "subject",          "answer_within",
    "fields",       "fields.label",  "fields.value",   "kinds_read", "kinds_read.label", "attachments_count",
    "is_follow_up", "has_secrets",   "has_no_details", NULL,
};

static const char *const notice_to_agent_names[] = {
    "queue.name",
    "agent.name",
    "ticket.ref",
    "ticket.is_new",
    "customer.name",
    "customer.address",
    "customer.proven",
    "customer.is_guest",
    "subject",
    "text",
    "fields",
    "fields.label",
    "fields.value",
    "fields.indented",
    "attachments",
    "attachments.name",
    "attachments.size",
    "warnings",
    "warnings.text",
    "why",
    "why.text",
    "message_id_short",
    NULL,
};

static const char *const outage_names[] = {
    "what", "name", "server", "since", "last_contact", "error", "is_mailbox", "is_route", "is_webhook", NULL,
};

static const char *const stuck_mail_names[] = {
    "mails",       "mails.mailbox", "mails.folder",       "mails.uid",
    "mails.size",  "mails.reason",  "mails.is_too_large", "message_size",
    "are_several", "any_too_large", "any_failed",         NULL,
};

static const char *const undelivered_names[] = {
    "ticket.ref", "queue.name", "agent.name",   "first.to",      "are_several", "mails",
    "mails.kind", "mails.to",   "mails.reason", "mails.is_held", "mails.id",    NULL,
};

static const char *const held_digest_names[] = {
    "total",         "are_several", "more",       "refused",      "may_block",
    "answer_days",   "mails",       "mails.id",   "mails.reason", "mails.from",
    "mails.subject", "mails.age",   "mails.size", "mails.detail", NULL,
};

static const char *const admin_receipt_names[] = {"is_refused", "lines", "lines.text", NULL};

static const char *const budget_names[] = {"limit", "spent", NULL};

static const struct {
    const char *name;
    TemplateNames names;
} notices[] = {
    {"acknowledgement", acknowledgement_names},
    {"notice", notice_to_agent_names},
    {"undelivered", undelivered_names},
    {"stopped", outage_names},
    {"works-again", outage_names},
    {"stuck-mail", stuck_mail_names},
    {"held-digest", held_digest_names},
    {"admin-receipt", admin_receipt_names},
    {"budget", budget_names},
};

static const struct {
    const char *ending;
    TemplateKind kind;
    gboolean is_required;
} forms[] = {
    {".subject", TEMPLATE_HEADER, TRUE},
    {".txt", TEMPLATE_TEXT, TRUE},
    {".html", TEMPLATE_HTML, FALSE},
};

enum { SUBJECT, TEXT, HTML };

struct NoticeSet {
    Template *templates[G_N_ELEMENTS(notices)][G_N_ELEMENTS(forms)];
};

static guint notice_index(const char *name)
{
    guint i = 0;
    while (i < G_N_ELEMENTS(notices) && strcmp(notices[i].name, name) != 0)
        i++;
    return i;
}

TemplateNames notice_names(const char *notice)
{
    guint index = notice_index(notice);
    return index < G_N_ELEMENTS(notices) ? notices[index].names : NULL;
}

/* FALSE when the form is missing or wrong. */
static gboolean compile_form(NoticeSet *set, guint notice, guint form, const char *folder,
                             TemplatePart lookup, gpointer user, GPtrArray *problems)
{
    g_autofree char *name = g_strconcat(notices[notice].name, forms[form].ending, NULL);
    g_autofree char *file = folder ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
    const char *text = lookup(user, name);
    if (!text && forms[form].is_required)
        problem_add(problems, file, NULL, 1, 1, "the file is missing");
    if (!text)
        return !forms[form].is_required;
    set->templates[notice][form] =
        template_compile(file, text, forms[form].kind, notices[notice].names, lookup, user, problems);
    return set->templates[notice][form] != NULL;
}

NoticeSet *notice_set_compile(const char *folder, TemplatePart lookup, gpointer user, GPtrArray *problems)
{
    NoticeSet *set = g_new0(NoticeSet, 1);
    gboolean good = TRUE;
    for (guint notice = 0; notice < G_N_ELEMENTS(notices); notice++)
        for (guint form = 0; form < G_N_ELEMENTS(forms); form++)
            good &= compile_form(set, notice, form, folder, lookup, user, problems);
    if (good)
        return set;
    notice_set_free(set);
    return NULL;
}

void notice_set_free(NoticeSet *set)
{
    if (!set)
        return;
    for (guint notice = 0; notice < G_N_ELEMENTS(notices); notice++)
        for (guint form = 0; form < G_N_ELEMENTS(forms); form++)
            template_free(set->templates[notice][form]);
    g_free(set);
}

gboolean notice_render(const NoticeSet *set, const char *notice, const TemplateValues *values,
                       char **out_subject, char **out_text, char **out_html)
{
    guint index = notice_index(notice);
    if (index == G_N_ELEMENTS(notices))
        return FALSE;
    Template *const *templates = set->templates[index];
    *out_subject = template_render(templates[SUBJECT], values);
    *out_text = template_render(templates[TEXT], values);
    *out_html = templates[HTML] ? template_render(templates[HTML], values) : NULL;
    return TRUE;
}
