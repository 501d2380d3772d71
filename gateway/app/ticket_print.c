#include "gateway/app/table.h"
#include "gateway/app/ticket_view.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/mail_id.h>

#include <stdio.h>
#include <string.h>

void ticket_print_list(const GPtrArray *tickets)
{
    static const char *const columns[] = {"TICKET", "STATUS", "QUEUE", "UPDATED", "FROM", "SUBJECT", NULL};
    Table *table = table_new(columns, "SUBJECT");
    for (guint i = 0; i < tickets->len; i++) {
        const Ticket *ticket = tickets->pdata[i];
        g_autofree char *updated = clock_local(ticket->updated_us);
        const char *cells[] = {
            ticket->ref, ticket->status, ticket->queue, updated, ticket->requester_address, ticket->subject};
        table_add(table, cells);
    }
    table_print(table);
}

/* An owner whose time is over has the ticket no more, but is who knows most about it. */
static void print_owner(const Ticket *ticket)
{
    if (!ticket->owner)
        return;
    g_autofree char *until = clock_local(ticket->lease_us);
    gboolean has_it = ticket_owner_at(ticket, clock_now_us()) != NULL;
    g_autofree char *text =
        ticket->lease_us == 0
            ? g_strdup(ticket->owner)
            : g_strdup_printf("%s, %s %s", ticket->owner, has_it ? "has it until" : "had it until", until);
    command_print("owner    ", text);
}

static void print_people(const Ticket *ticket)
{
    print_owner(ticket);
    command_print("voice    ", ticket->voice);
    if (ticket->snooze_us) {
        g_autofree char *until = clock_local(ticket->snooze_us);
        command_print("snoozed  ", until);
    }
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        g_autofree char *text = g_strdup_printf("%s (%s%s)", participant->address, participant->role,
                                                participant->copies ? ", gets answers" : "");
        command_print("also     ", text);
    }
}

static void print_head(const Ticket *ticket)
{
    g_autofree char *subject = clean_terminal(ticket->subject);
    g_autofree char *created = clock_local(ticket->created_us);
    g_autofree char *requester =
        g_strdup_printf("%s <%s>", ticket->requester_name, ticket->requester_address);
    printf("%s%s  %s%s\n", style_bold(), ticket->ref, subject, style_off());
    command_print("status   ", ticket->status);
    command_print("queue    ", ticket->queue);
    gboolean is_hint = g_strcmp0(ticket->severity_by, "rules") == 0;
    g_autofree char *severity =
        is_hint ? g_strdup_printf("%s (a hint of the rules)", ticket->severity) : g_strdup(ticket->severity);
    command_print("severity ", severity);
    command_print("kind     ", ticket->kind);
    command_print("category ", ticket->category);
    command_print("opened   ", created);
    command_print("from     ", *ticket->requester_name ? requester : ticket->requester_address);
    ticket_print_asked(ticket);
    print_people(ticket);
    for (guint i = 0; i < ticket->links->len; i++) {
        const TicketLink *link = ticket->links->pdata[i];
        g_autofree char *text = g_strdup_printf("%s %s", link->how, link->ref);
        command_print("related  ", text);
    }
}

static void print_attachments(const char *text)
{
    g_autoptr(GPtrArray) names = json_member_texts(text, "name");
    for (guint i = 0; i < names->len; i++)
        command_print("    attached: ", names->pdata[i]);
}

/* Who speaks to whom: "from anna@…", "to anna@…" of what we wrote by ourselves, "answer of kim@…", "note of
 * kim". */
static char *speaker(const TicketMessage *message)
{
    const char *writer = *message->from_address ? message->from_address : message->from_name;
    const char *what = message->outbox_id                        ? "to"
                       : strcmp(message->direction, "out") == 0  ? "answer of"
                       : strcmp(message->direction, "note") == 0 ? "note of"
                                                                 : "from";
    if (message->outbox_id)
        writer = message->to;
    g_autofree char *clean = clean_terminal(writer);
    return g_strdup_printf("%s %s", what, *clean ? clean : "unknown sender");
}

/* What is odd about the mail: "rule-gave-up: order-number: out of time in reply". */
static void print_findings(const char *text)
{
    g_autoptr(Json) findings = json_parse(text);
    for (guint i = 0; findings && i < json_count(findings); i++) {
        const Json *finding = json_at(findings, i);
        const char *code = json_text_of(finding, "code"), *detail = json_text_of(finding, "detail");
        g_autofree char *line =
            g_strdup_printf("%s%s%s", code ? code : "?", detail && *detail ? ": " : "", detail ? detail : "");
        command_print("    finding: ", line);
    }
}

static void print_message(const TicketMessage *message)
{
    g_autofree char *id = ticket_message_id(message);
    g_autofree char *at = clock_local(message->at_us);
    g_autofree char *who = speaker(message);
    g_autofree char *subject = clean_terminal(message->subject);
    printf("\n%s%s  %s  %s%s\n", style_bold(), at, who, subject, style_off());
    printf("%s    %s, %s", style_dim(), id, message->kind);
    if (message->outbox_id)
        printf(": postern outbox show %" G_GINT64_FORMAT, message->outbox_id);
    printf("%s\n", style_off());
    command_print_block(message->reply, 4);
    ticket_print_meanings(message);
    print_attachments(message->attachments);
    print_findings(message->findings);
    if (message->raw_sha256)
        printf("%s    original: postern ticket raw %s%s\n", style_dim(), id, style_off());
}

static void print_events(const GPtrArray *events)
{
    for (guint i = 0; i < events->len; i++) {
        const StoredEvent *event = events->pdata[i];
        g_autofree char *at = clock_local(event->at_us);
        g_autofree char *who = clean_terminal(event->who);
        g_autofree char *detail = clean_terminal(event->detail);
        printf("%s  %s (%s)%s%s\n", at, event->what, who, *detail ? ": " : "", detail);
    }
}

void ticket_print(const Ticket *ticket)
{
    print_head(ticket);
    ticket_print_fields(ticket);
    for (guint i = 0; i < ticket->messages->len; i++)
        print_message(ticket->messages->pdata[i]);
    printf("\n%sWhat happened%s\n", style_bold(), style_off());
    print_events(ticket->events);
}

void ticket_print_fate(const MailFate *fate)
{
    g_autofree char *received = clock_local(fate->received_us);
    g_autofree char *attempts = g_strdup_printf("%u", fate->attempts);
    const char *nobody =
        strcmp(fate->source, "import") == 0 ? "unknown (the file does not tell)" : "<> (envelope)";
    command_print("fate      ", fate->fate);
    command_print("ticket    ", fate->ref);
    command_print("reason    ", fate->reason);
    command_print("because   ", fate->detail);
    command_print("received  ", received);
    command_print("by        ", fate->source);
    command_print("from      ", *fate->envelope_from ? fate->envelope_from : nobody);
    command_print("to        ", fate->recipient);
    command_print("readings  ", attempts);
    if (fate->copy_of) {
        g_autofree char *original = mail_id_format(fate->copy_of);
        command_print("copy of   ", original);
    }
    if (fate->why->len > 0)
        printf("\n%s%s%s\n", style_bold(), fate->copy_of ? "Why the first one is there" : "Why it is there",
               style_off());
    for (guint i = 0; i < fate->why->len; i++)
        command_print("- ", fate->why->pdata[i]);
    printf("\n%sWhat happened%s\n", style_bold(), style_off());
    print_events(fate->events);
}

Json *ticket_fate_json(const MailFate *fate)
{
    Json *object = json_make_object();
    g_autofree char *id = mail_id_format(fate->id);
    g_autofree char *original = fate->copy_of ? mail_id_format(fate->copy_of) : NULL;
    json_put_text(object, "id", id);
    json_put_text(object, "fate", fate->fate);
    json_put_text(object, "ref", fate->ref);
    json_put_text(object, "copy_of", original);
    json_put_text(object, "reason", fate->reason);
    json_put_text(object, "detail", fate->detail);
    json_put_text(object, "recipient", fate->recipient);
    json_put_text(object, "envelope_from", fate->envelope_from);
    json_put_text(object, "source", fate->source);
    json_put_text(object, "peer", fate->peer);
    json_put_time(object, "received", fate->received_us);
    json_put_integer(object, "attempts", fate->attempts);
    json_put_texts(object, "why", fate->why);
    Json *events = json_make_array();
    for (guint i = 0; i < fate->events->len; i++)
        json_add(events, ticket_event_json(fate->events->pdata[i]));
    json_put(object, "events", events);
    return object;
}
