#include "gateway/desk/notice_parts.h"

#include <postern/address.h>
#include <postern/base/clean.h>

#include <string.h>

/* Lists that anybody can make long. */
#define PEOPLE_SHOWN_MOST 10u
#define PEOPLE_COUNTED_MOST 50u
#define OWN_NAME_LETTERS 6u

static gboolean has_address(const GPtrArray *list, const char *address)
{
    for (guint i = 0; i < list->len; i++)
        if (address_equal(list->pdata[i], address))
            return TRUE;
    return FALSE;
}

static void show_addresses(TemplateValues *values, const char *name, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len && i < PEOPLE_SHOWN_MOST; i++)
        template_set(template_add_item(values, name), "address", addresses->pdata[i]);
    if (addresses->len <= PEOPLE_SHOWN_MOST)
        return;
    g_autofree char *rest = g_strdup_printf("and %u more", addresses->len - PEOPLE_SHOWN_MOST);
    template_set(template_add_item(values, name), "address", rest);
}

static void take_address(GPtrArray *list, const char *address)
{
    if (address && *address && !has_address(list, address))
        g_ptr_array_add(list, clean_line(address, -1, LIMIT_NAME_BYTES));
}

/* Whom an agent's answer reaches. */
static GPtrArray *answered(const DeskCase *mail, const Decision *decision)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    const Ticket *ticket = mail->facts->ticket;
    if (ticket)
        take_address(list, ticket->requester_address);
    else if (!decision->is_new_ticket)
        take_address(list, decision->requester);
    else if (mail->reading && mail->reading->may_answer)
        take_address(list, decision->sender_address);
    for (guint i = 0; ticket && i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        if (participant->copies)
            take_address(list, participant->address);
    }
    return list;
}

/* Nobody of ours, neither the writer nor who is answered anyway. */
static gboolean is_outside(const DeskCase *mail, const Decision *decision, const GPtrArray *known,
                           const char *address)
{
    return address_is_envelope(address) && !config_is_ours(mail->config, address) &&
           !config_agent_by_address(mail->config, address) &&
           !address_equal(address, decision->sender_address) && !has_address(known, address);
}

static void take_outside(const DeskCase *mail, const Decision *decision, const GPtrArray *known,
                         const GPtrArray *mailboxes, GPtrArray *out)
{
    for (guint i = 0; i < mailboxes->len && out->len < PEOPLE_COUNTED_MOST; i++) {
        const char *address = ((const Mailbox *)mailboxes->pdata[i])->address;
        if (is_outside(mail, decision, known, address))
            take_address(out, address);
    }
}

static void add_readers(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    g_autoptr(GPtrArray) answers = answered(mail, decision);
    show_addresses(values, "answered", answers);
    if (!mail->reading)
        return;
    g_autoptr(GPtrArray) asked = g_ptr_array_new_with_free_func(g_free);
    take_outside(mail, decision, answers, mail->reading->reply_to, asked);
    show_addresses(values, "asked_for", asked);
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    take_outside(mail, decision, answers, mail->reading->to, others);
    take_outside(mail, decision, answers, mail->reading->cc, others);
    show_addresses(values, "others", others);
}

static char *earlier_in_words(const Facts *facts)
{
    if (facts->earlier_count == 0)
        return facts->ticket ? NULL : g_strdup("none, it is the first one from here");
    return g_strdup_printf("%u", facts->earlier_count);
}

static void add_writer(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    gboolean is_guest = strcmp(decision->sender_role, "guest") == 0;
    const ConfigCustomer *known =
        *decision->sender_address ? config_customer(mail->config, decision->sender_address) : NULL;
    g_autofree char *name = clean_terminal(decision->sender_name);
    g_autofree char *earlier = is_guest ? NULL : earlier_in_words(mail->facts);
    template_set(values, "customer.name", name);
    template_set(values, "customer.address", decision->sender_address);
    template_set(values, "customer.proven", mail->reading && mail->reading->from_authentic ? "yes" : NULL);
    template_set(values, "customer.is_guest", is_guest ? "yes" : NULL);
    template_set(values, "customer.plan", known ? known->plan : NULL);
    template_set(values, "customer.earlier", earlier);
}

void notice_add_people(const DeskCase *mail, const Decision *decision, const ConfigAgent *agent,
                       TemplateValues *values)
{
    const char *owner = mail->facts->ticket ? ticket_owner_at(mail->facts->ticket, mail->now_us) : NULL;
    const ConfigAgent *known = owner ? config_agent(mail->config, owner) : NULL;
    template_set(values, "agent.name", agent->display);
    template_set(values, "ticket.owner", known ? known->display : owner);
    template_set(values, "ticket.is_yours", owner && strcmp(owner, agent->name) == 0 ? "yes" : NULL);
    add_writer(mail, decision, values);
    add_readers(mail, decision, values);
}

/* Letters alone, lower case. */
static char *letters_of(const char *name)
{
    GString *letters = g_string_new(NULL);
    for (const char *at = name; *at; at = g_utf8_next_char(at))
        if (g_unichar_isalpha(g_utf8_get_char(at)))
            g_string_append_unichar(letters, g_unichar_tolower(g_utf8_get_char(at)));
    return g_string_free(letters, FALSE);
}

/* A short name stands in many others. */
static gboolean says_same(const char *letters, const char *ours)
{
    g_autofree char *other = letters_of(ours);
    return strcmp(letters, other) == 0 || (strlen(other) >= OWN_NAME_LETTERS && strstr(letters, other));
}

/* "Kim Lee" must not write to Kim's colleagues, nor "Acme Support" to anybody. */
static gboolean is_one_of_us(const Config *config, const char *name)
{
    g_autofree char *letters = letters_of(name);
    for (guint i = 0; i < config->agents->len; i++) {
        const ConfigAgent *agent = config->agents->pdata[i];
        if (says_same(letters, agent->display) || says_same(letters, agent->name))
            return TRUE;
    }
    for (guint i = 0; i < config->queues->len; i++)
        if (says_same(letters, ((const ConfigQueue *)config->queues->pdata[i])->display))
            return TRUE;
    return FALSE;
}

/* Greek and Cyrillic have letters that look like Latin ones: "Кim". */
static gboolean mixes_scripts(const char *name)
{
    gboolean latin = FALSE, other = FALSE;
    for (const char *at = name; *at; at = g_utf8_next_char(at)) {
        GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(at));
        latin |= script == G_UNICODE_SCRIPT_LATIN;
        other |= script == G_UNICODE_SCRIPT_CYRILLIC || script == G_UNICODE_SCRIPT_GREEK;
    }
    return latin && other;
}

static char *name_at_queue(const DeskCase *mail, const char *written)
{
    const char *queue = mail->queue->display;
    g_autofree char *name = written ? desk_plain_name(written) : NULL;
    if (!name || mixes_scripts(name) || is_one_of_us(mail->config, name))
        return g_strdup(queue);
    return g_strdup_printf("%s (%s)", name, queue);
}

char *notice_from_name(const DeskCase *mail, const Decision *decision)
{
    return name_at_queue(mail, decision->sender_name);
}

/* Whoever presses Reply reads this name and believes that he writes to that person. */
char *notice_reply_name(const DeskCase *mail, const Decision *decision)
{
    const Ticket *ticket = mail->facts->ticket;
    g_autoptr(GPtrArray) answers = answered(mail, decision);
    if (has_address(answers, decision->sender_address))
        return notice_from_name(mail, decision);
    return name_at_queue(mail, ticket ? ticket->requester_name : NULL);
}
