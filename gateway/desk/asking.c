/* What a customer is asked for: once, in the acknowledgement, and only what matters for the category. */
#include "gateway/desk/desk_private.h"

#include <postern/meanings.h>

#include <string.h>

/* People answer a few questions; a list of ten is a form. */
#define ASKED_MOST 5u
#define REQUIRED_ASKED_MOST 4u

static gboolean has_field(const DeskCase *mail, const char *name)
{
    const GPtrArray *news = mail->reading->fields;
    const Ticket *ticket = mail->facts->ticket;
    for (guint i = 0; i < news->len; i++)
        if (strcmp(((const Field *)news->pdata[i])->name, name) == 0)
            return TRUE;
    for (guint i = 0; ticket && i < ticket->fields->len; i++)
        if (strcmp(((const TicketField *)ticket->fields->pdata[i])->name, name) == 0)
            return TRUE;
    return FALSE;
}

/* The category of the ticket after this mail, or NULL. Borrowed. */
static const RulesCategory *desk_category(const DeskCase *mail, const Decision *decision)
{
    const Ticket *ticket = mail->facts->ticket;
    const char *name = decision->category ? decision->category : ticket ? ticket->category : NULL;
    return name && mail->rules ? rules_category(mail->rules, name) : NULL;
}

/* Adds the fields of `wanted` that are not there. */
static void add_missing(const DeskCase *mail, const GPtrArray *wanted, GPtrArray *missing)
{
    for (guint i = 0; i < wanted->len; i++)
        if (!has_field(mail, wanted->pdata[i]))
            g_ptr_array_add(missing, g_strdup(wanted->pdata[i]));
}

static void ask(const DeskCase *mail, const GPtrArray *missing, guint most, Decision *decision)
{
    for (guint i = 0; i < missing->len && decision->asked->len < most; i++)
        if (rules_ask(mail->rules, missing->pdata[i]))
            g_ptr_array_add(decision->asked, g_strdup(missing->pdata[i]));
}

/* One person at a time: from his first word on, the agent asks. */
static gboolean is_taken_over(const DeskCase *mail)
{
    const Ticket *ticket = mail->facts->ticket;
    return ticket && (ticket->voice || ticket_owner_at(ticket, mail->now_us));
}

char *desk_labels(const DeskCase *mail, const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", rules_label(mail->rules, names->pdata[i]));
    return g_string_free(text, FALSE);
}

static void ask_customer(const DeskCase *mail, const RulesCategory *category, Decision *decision)
{
    g_autoptr(GPtrArray) nice = g_ptr_array_new_with_free_func(g_free);
    add_missing(mail, category->nice, nice);
    ask(mail, decision->missing, REQUIRED_ASKED_MOST, decision);
    ask(mail, nice, ASKED_MOST, decision);
    if (decision->asked->len == 0)
        return;
    g_autofree char *labels = desk_labels(mail, decision->asked);
    decision_event(decision, "asked", "postern", "%s for %s, as it is about %s", decision->sender_address,
                   labels, category->name);
}

static void judge_complete(const DeskCase *mail, const RulesCategory *category, Decision *decision)
{
    const Ticket *ticket = mail->facts->ticket;
    gboolean is_guest = g_strcmp0(decision->sender_role, "guest") == 0;
    if (category->required->len == 0 || decision->missing->len > 0 || is_guest || decision->agent ||
        mail->reading->kind != KIND_HUMAN || is_taken_over(mail) || (ticket && ticket->complete_us))
        return;
    decision->is_complete = TRUE;
    decision_event(decision, "complete", "rules", "%s that %s needs %s",
                   decision->is_new_ticket ? "all" : "now all", category->name,
                   decision->is_new_ticket ? "came with the first mail"
                                           : "is there, and no agent had to ask");
}

void desk_judge_asking(const DeskCase *mail, Decision *decision)
{
    const RulesCategory *category = mail->reading ? desk_category(mail, decision) : NULL;
    if (!category || strcmp(decision->direction, "in") != 0)
        return;
    add_missing(mail, category->required, decision->missing);
    if (decision->acknowledge && mail->reading->kind == KIND_HUMAN)
        ask_customer(mail, category, decision);
    judge_complete(mail, category, decision);
}

static void add_question(const DeskCase *mail, const char *name, const char *list, TemplateValues *values)
{
    TemplateValues *item = template_add_item(values, list);
    template_set(item, "label", rules_label(mail->rules, name));
    template_set(item, "ask", rules_ask(mail->rules, name));
    template_set(item, "why", rules_ask_why(mail->rules, name));
}

static gboolean is_among(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)names, name, g_str_equal, NULL);
}

void desk_add_questions(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    for (guint i = 0; i < decision->asked->len; i++) {
        const char *name = decision->asked->pdata[i];
        add_question(mail, name, is_among(decision->missing, name) ? "asked" : "welcome", values);
    }
}

/* "It's not working": nothing to go by, and nobody knows what to ask for. */
gboolean desk_is_bare(const DeskCase *mail, const Decision *decision)
{
    gboolean is_wish = g_strcmp0(decision->request, "do") == 0 || g_strcmp0(decision->request, "build") == 0;
    return mail->reading->fields->len + mail->reading->attachments->len == 0 && !decision->category &&
           !is_wish;
}
