/* Letters to agents. What stands in them is for the team: each begins with the line above which an answer is
 * written, and nothing below that line leaves again. */
#include "gateway/desk/letter.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/reply.h>

#include <string.h>

/* The newest messages in a letter of handoff: who wants more looks into the ticket. */
#define TURN_MESSAGES_MOST 3u
#define TURN_MESSAGE_BYTES (8u * 1024)

static TemplateValues *agent_values(const LetterCase *letter, const ConfigAgent *to)
{
    TemplateValues *values = template_values_new();
    letter_set_common(letter, values);
    template_set(values, "cut_line", REPLY_CUT_LINE);
    template_set(values, "end_line", REPLY_END_LINE);
    template_set(values, "agent.name", to->display);
    return values;
}

/* Whom an answer to this page reaches instead of the customer: who has the ticket. */
static void set_other(const LetterCase *letter, const ConfigAgent *to, TemplateValues *values)
{
    const char *owner = letter->ticket ? ticket_owner_at(letter->ticket, letter->now_us) : NULL;
    const ConfigAgent *agent = owner ? config_agent(letter->config, owner) : NULL;
    template_set(values, "other.name", agent && agent != to ? agent->display : NULL);
}

static Outgoing *write_to_agent(LetterCase *letter, const char *kind, const ConfigAgent *to,
                                const TemplateValues *values)
{
    LetterMail mail = {.kind = kind, .to_name = to->display, .to_address = to->address, .role = ROLE_AGENT};
    return letter_render(letter, &mail, values);
}

/* A stranger's text on a page of ours. */
static char *shown_text(const char *text, gsize most)
{
    g_autofree char *clean = clean_text(text ? text : "", -1, most);
    g_autofree char *harmless = reply_disarm(clean);
    return letter_indented(harmless);
}

static char *shown_line(const char *text)
{
    g_autofree char *clean = clean_line(text ? text : "", -1, LIMIT_SUBJECT_BYTES);
    return reply_disarm(clean);
}

static void set_state(const LetterCase *letter, TemplateValues *values)
{
    const Ticket *ticket = letter->ticket;
    const char *owner = ticket_owner_at(ticket, letter->now_us);
    const ConfigAgent *agent = owner ? config_agent(letter->config, owner) : NULL;
    g_autofree char *name = shown_line(ticket->requester_name);
    template_set(values, "customer.name", name);
    template_set(values, "customer.address", ticket->requester_address);
    template_set(values, "ticket.status", ticket->status);
    template_set(values, "ticket.severity", ticket->severity);
    template_set(values, "ticket.category", ticket->category);
    template_set(values, "ticket.owner", agent ? agent->display : owner);
    for (guint i = 0; i < ticket->fields->len && i < FIELDS_SHOWN_MOST; i++) {
        const TicketField *field = ticket->fields->pdata[i];
        TemplateValues *item = template_add_item(values, "fields");
        g_autofree char *value = shown_line(field->value);
        template_set(item, "label", letter->rules ? rules_label(letter->rules, field->name) : field->name);
        template_set(item, "value", value);
    }
}

static const char *direction_words(const TicketMessage *message)
{
    if (g_strcmp0(message->direction, "out") == 0)
        return "to the customer";
    return g_strcmp0(message->direction, "note") == 0 ? "note, not sent" : "wrote";
}

/* An agent's mail that was not for the customer, and is no note either. */
static gboolean is_commands(const TicketMessage *message)
{
    return g_strcmp0(message->direction, "note") == 0 && message->reply && message->reply[0] == '/';
}

/* The newest, and among them what the customer wrote last: that is what waits for an answer. */
static GPtrArray *messages_of_turn(const GPtrArray *messages)
{
    GPtrArray *chosen = g_ptr_array_new();
    gboolean has_customers = FALSE;
    for (guint i = messages->len; i > 0 && (chosen->len < TURN_MESSAGES_MOST || !has_customers); i--) {
        TicketMessage *message = messages->pdata[i - 1];
        gboolean is_customers =
            g_strcmp0(message->direction, "in") == 0 && g_strcmp0(message->role, "agent") != 0;
        gboolean is_last_place = chosen->len + 1 >= TURN_MESSAGES_MOST && !has_customers;
        if (is_commands(message) || (is_last_place && !is_customers))
            continue;
        has_customers |= is_customers;
        g_ptr_array_insert(chosen, 0, message);
    }
    return chosen;
}

static void add_messages(const LetterCase *letter, TemplateValues *values)
{
    g_autoptr(GPtrArray) messages = messages_of_turn(letter->ticket->messages);
    for (guint i = 0; i < messages->len; i++) {
        const TicketMessage *message = messages->pdata[i];
        TemplateValues *item = template_add_item(values, "messages");
        g_autofree char *at = letter_moment(message->at_us);
        g_autofree char *who = shown_line(message->from_name && *message->from_name ? message->from_name
                                                                                    : message->from_address);
        g_autofree char *text = shown_text(message->reply, TURN_MESSAGE_BYTES);
        template_set(item, "at", at);
        template_set(item, "who", who);
        template_set(item, "what", direction_words(message));
        template_set(item, "text", text);
    }
}

Outgoing *letter_turn(LetterCase *letter, const ConfigAgent *to, const ConfigAgent *other, gboolean is_yours,
                      const char *open, const GPtrArray *draft_texts)
{
    g_autoptr(TemplateValues) values = agent_values(letter, to);
    g_autofree char *words = open && *open ? shown_text(open, LIMIT_LETTER_TEXT_BYTES) : NULL;
    set_state(letter, values);
    add_messages(letter, values);
    template_set(values, "other.name", other ? other->display : NULL);
    template_set(values, "is_yours", is_yours ? "yes" : NULL);
    template_set(values, "open", words);
    for (guint i = 0; draft_texts && i < draft_texts->len; i++) {
        g_autofree char *text = shown_text(draft_texts->pdata[i], LIMIT_LETTER_TEXT_BYTES);
        template_set(template_add_item(values, "drafts"), "text", text);
    }
    return write_to_agent(letter, "turn", to, values);
}

static void add_help(TemplateValues *values)
{
    for (guint type = 0; type < ACT_COUNT; type++) {
        TemplateValues *item = template_add_item(values, "commands");
        template_set(item, "usage", act_usage((ActType)type));
        template_set(item, "meaning", act_meaning((ActType)type));
    }
}

static void add_found(TemplateValues *values, const GPtrArray *found)
{
    for (guint i = 0; i < found->len; i++) {
        const Ticket *ticket = found->pdata[i];
        TemplateValues *item = template_add_item(values, "found");
        g_autofree char *bare = desk_bare_subject(ticket->ref, ticket->subject);
        g_autofree char *subject = shown_line(bare ? bare : "(no subject)");
        g_autofree char *at = letter_moment(ticket->updated_us);
        template_set(item, "ref", ticket->ref);
        template_set(item, "status", ticket->status);
        template_set(item, "subject", subject);
        template_set(item, "customer", ticket->requester_address);
        template_set(item, "owner", ticket->owner);
        template_set(item, "at", at);
    }
}

static void add_problems(TemplateValues *values, const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        const ActProblem *problem = problems->pdata[i];
        TemplateValues *item = template_add_item(values, "problems");
        g_autofree char *line = problem->line ? g_strdup_printf("%u", problem->line) : NULL;
        g_autofree char *written = shown_line(problem->written);
        template_set(item, "line", line);
        template_set(item, "written", written);
        template_set(item, "words", problem->words);
    }
}

Outgoing *letter_receipt(LetterCase *letter, const ConfigAgent *agent, const Receipt *receipt)
{
    g_autoptr(TemplateValues) values = agent_values(letter, agent);
    set_other(letter, agent, values);
    template_set(values, "is_done", receipt->lines && receipt->lines->len > 0 ? "yes" : NULL);
    template_set(values, "is_refused", receipt->is_refused ? "yes" : NULL);
    for (guint i = 0; receipt->lines && i < receipt->lines->len; i++)
        template_set(template_add_item(values, "lines"), "text", receipt->lines->pdata[i]);
    if (receipt->problems)
        add_problems(values, receipt->problems);
    if (receipt->with_help)
        add_help(values);
    template_set(values, "is_search", receipt->found ? "yes" : NULL);
    if (receipt->found)
        add_found(values, receipt->found);
    if (receipt->own_text && *receipt->own_text) {
        g_autofree char *own = shown_text(receipt->own_text, LIMIT_LETTER_TEXT_BYTES);
        template_set(values, "own_text", own);
    }
    return write_to_agent(letter, "receipt", agent, values);
}

Outgoing *letter_aside(LetterCase *letter, const ConfigAgent *to, const char *who, const char *what,
                       const char *text)
{
    g_autoptr(TemplateValues) values = agent_values(letter, to);
    g_autofree char *shown = text && *text ? shown_text(text, LIMIT_LETTER_TEXT_BYTES) : NULL;
    set_other(letter, to, values);
    template_set(values, "who", who);
    template_set(values, "what", what);
    template_set(values, "text", shown);
    return write_to_agent(letter, "aside", to, values);
}

Outgoing *letter_confirm(LetterCase *letter, const ConfigAgent *agent, gint64 held_id,
                         const CommandSheet *sheet)
{
    g_autoptr(TemplateValues) values = agent_values(letter, agent);
    g_autofree char *id = mail_id_format(held_id);
    template_set(values, "held_id", id);
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        g_autofree char *written = act_write(act);
        g_autofree char *line = shown_line(written);
        TemplateValues *item = template_add_item(values, "commands");
        template_set(item, "usage", line);
        template_set(item, "meaning", act_meaning(act->type));
    }
    g_autofree char *text =
        sheet->text && *sheet->text ? shown_text(sheet->text, LIMIT_LETTER_TEXT_BYTES) : NULL;
    template_set(values, "text", text);
    template_set(values, "is_note", sheet->is_note ? "yes" : NULL);
    LetterMail mail = {.kind = "confirm",
                       .to_name = agent->display,
                       .to_address = agent->address,
                       .role = ROLE_AGENT,
                       .confirm_id = held_id};
    return letter_render(letter, &mail, values);
}
