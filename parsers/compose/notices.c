#include <postern/notices.h>

#include <postern/reply.h>

#include <string.h>

static const char *const acknowledgement_names[] = {
    "queue.name",
    "queue.address",
    "customer.name",
    "ticket.ref",
    "subject",
    "answer_within",
    "fields",
    "fields.label",
    "fields.value",
    "kinds_read",
    "kinds_read.label",
    "attachments_count",
    "is_follow_up",
    "has_secrets",
    "secrets",
    "secrets.label",
    "has_no_details",
    "hints",
    "hints.text",
    "hints.is_investigating",
    "hints.is_workaround",
    "hints.is_fixed",
    "asked",
    "asked.label",
    "asked.ask",
    "asked.why",
    "welcome",
    "welcome.label",
    "welcome.ask",
    "welcome.why",
    NULL,
};

static const char *const notice_to_agent_names[] = {
    "cut_line",
    "end_line",
    "queue.name",
    "agent.name",
    "ticket.ref",
    "ticket.is_new",
    "ticket.status",
    "ticket.severity",
    "ticket.severity_hint",
    "ticket.category",
    "ticket.kind",
    "ticket.owner",
    "ticket.is_yours",
    "customer.name",
    "customer.address",
    "customer.proven",
    "customer.is_guest",
    "customer.plan",
    "customer.earlier",
    "subject",
    "new_subject",
    "text",
    "fields",
    "fields.label",
    "fields.value",
    "fields.indented",
    "attachments",
    "attachments.name",
    "attachments.size",
    "attachments.why_not",
    "known_errors",
    "known_errors.text",
    "related",
    "related.ref",
    "related.how",
    "related.status",
    "related.subject",
    "answered",
    "answered.address",
    "others",
    "others.address",
    "asked_for",
    "asked_for.address",
    "history",
    "history.when",
    "history.who",
    "history.is_note",
    "history.is_out",
    "history.text",
    "history.indented",
    "warnings",
    "warnings.text",
    "was_asked",
    "still_missing",
    "is_complete",
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
    "cut_line", "end_line",   "ticket.ref", "queue.name",   "agent.name",    "first.to", "are_several",
    "mails",    "mails.kind", "mails.to",   "mails.reason", "mails.is_held", "mails.id", NULL,
};

static const char *const handoff_names[] = {
    "queue.name", "queue.address", "customer.name", "agent.name", "before.name",
    "ticket.ref", "subject",       "is_takeover",   NULL,
};

static const char *const back_names[] = {
    "queue.name", "queue.address", "customer.name", "ticket.ref", "subject", NULL,
};

static const char *const fixed_names[] = {
    "queue.name", "queue.address", "customer.name", "ticket.ref", "subject", "text", NULL,
};

static const char *const incident_names[] = {
    "cut_line",    "end_line",       "agent.name",      "error.name",      "error.title", "error.state",
    "customers",   "domains",        "are_domains",     "within",          "first_seen",  "tickets",
    "tickets.ref", "tickets.status", "tickets.subject", "tickets.address", "more",        "first.ref",
    NULL,
};

static const char *const turn_names[] = {
    "cut_line",         "end_line",      "queue.name",
    "queue.address",    "agent.name",    "other.name",
    "is_yours",         "open",          "ticket.ref",
    "subject",          "ticket.status", "ticket.severity",
    "ticket.category",  "ticket.owner",  "customer.name",
    "customer.address", "fields",        "fields.label",
    "fields.value",     "messages",      "messages.at",
    "messages.who",     "messages.what", "messages.text",
    "drafts",           "drafts.text",   NULL,
};

static const char *const receipt_names[] = {
    "cut_line",
    "end_line",
    "queue.name",
    "queue.address",
    "agent.name",
    "ticket.ref",
    "subject",
    "is_refused",
    "is_done",
    "other.name",
    "lines",
    "lines.text",
    "problems",
    "problems.line",
    "problems.written",
    "problems.words",
    "own_text",
    "is_search",
    "found",
    "found.ref",
    "found.status",
    "found.subject",
    "found.customer",
    "found.owner",
    "found.at",
    "commands",
    "commands.usage",
    "commands.meaning",
    NULL,
};

static const char *const aside_names[] = {
    "cut_line", "end_line", "queue.name", "queue.address", "agent.name", "ticket.ref",
    "subject",  "who",      "what",       "text",          "other.name", NULL,
};

static const char *const confirm_names[] = {
    "cut_line", "end_line",       "queue.name",       "queue.address", "agent.name", "ticket.ref", "subject",
    "commands", "commands.usage", "commands.meaning", "text",          "is_note",    "held_id",    NULL,
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
    {"handoff", handoff_names},
    {"turn", turn_names},
    {"receipt", receipt_names},
    {"aside", aside_names},
    {"solved", back_names},
    {"refused", back_names},
    {"confirm", confirm_names},
    {"fixed", fixed_names},
    {"incident", incident_names},
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

/* What names the cut line holds what customers must not read, and an answer brings it back: it must begin
 * with it. */
static gboolean is_divided(const NoticeSet *set, guint notice, guint form)
{
    return form == SUBJECT || !g_strv_contains(notices[notice].names, "cut_line") ||
           template_opens_with(set->templates[notice][form], "cut_line");
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
    if (!set->templates[notice][form])
        return FALSE;
    if (is_divided(set, notice, form))
        return TRUE;
    problem_add(
        problems, file, text, 1, 1,
        "it must begin with {{cut_line}}, before all words: by that line an agent's answer is told from "
        "this page, of which nothing may reach the customer");
    return FALSE;
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
    /* Not left to whoever fills the values in: a page without them could reach the customer. */
    template_set((TemplateValues *)values, "cut_line", REPLY_CUT_LINE);
    template_set((TemplateValues *)values, "end_line", REPLY_END_LINE);
    *out_subject = template_render(templates[SUBJECT], values);
    *out_text = template_render(templates[TEXT], values);
    *out_html = templates[HTML] ? template_render(templates[HTML], values) : NULL;
    return TRUE;
}
