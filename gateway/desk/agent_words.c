/* What an agent asks for, and what of his mail is for a customer. */
#include "gateway/desk/agent.h"

#include <postern/reply.h>

#include <string.h>

/* What he asks for. A page of ours that cannot be cut off cleanly stops all of it. */
CommandSheet *agent_read_sheet(const Config *config, const Reading *reading)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    for (guint i = 0; i < config->queues->len; i++)
        g_ptr_array_add(prefixes, ((const ConfigQueue *)config->queues->pdata[i])->prefix);
    g_ptr_array_add(prefixes, NULL);
    /* The visible reply has lost the quoted page already, and with it the place where it stood. */
    gboolean is_torn = FALSE, is_whole_torn = FALSE;
    gboolean is_forward = reading->forwarded && reading->passed_on_by;
    if (!is_forward)
        g_free(reply_cut_notice(reading->text, &is_whole_torn));
    g_autofree char *own =
        reply_cut_notice(is_forward ? reading->forwarded->comment : reading->reply, &is_torn);
    CommandSheet *sheet = sheet_read(own, (const char *const *)prefixes->pdata);
    if (is_torn || is_whole_torn)
        sheet_add_problem(
            sheet, 0, "",
            "a part of our page stands in your text, and it would go to the customer; write above "
            "the page and leave it whole, or delete it all");
    return sheet;
}

const Act *desk_act(const CommandSheet *sheet, ActType type)
{
    for (guint i = 0; sheet && i < sheet->acts->len; i++)
        if (((const Act *)sheet->acts->pdata[i])->type == type)
            return sheet->acts->pdata[i];
    return NULL;
}

/* A hint that names its error is about all who have that. */
static gboolean needs_ticket(const Act *act)
{
    return act->type != ACT_FIND && act->type != ACT_HELP && !(act->type == ACT_HINT && act->number);
}

/* Every act names its ticket, or needs none. */
gboolean agent_names_tickets(const CommandSheet *sheet)
{
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        if (!act->ref && needs_ticket(act))
            return FALSE;
    }
    return sheet->acts->len > 0;
}

/* An agent's words go to a customer when they came to his own token, or when he opens a ticket. */
static gboolean speaks_to_customers(const Config *config, const Reading *reading, const Envelope *envelope,
                                    const TokenKey *keys, gsize key_count, const CommandSheet *sheet)
{
    g_autoptr(GPtrArray) evidence = desk_gather(reading, envelope, config, keys, key_count);
    const Evidence *token = agent_address_token(evidence, ROLE_AGENT);
    return (token && token->token_is_senders) || desk_act(sheet, ACT_CUSTOMER);
}

/* Somebody gets a notice, and files may go along in it. */
static gboolean is_for_notices(const Config *config, const Reading *reading, const Envelope *envelope)
{
    const ConfigQueue *queue = config_queue(config, envelope->queue);
    return queue && queue->agents->len > 0 && reading->attachments->len > 0 &&
           config->notice_attachment_bytes > 0 && !envelope->is_quiet;
}

gboolean desk_wants_content(const Config *config, const Reading *reading, const Envelope *envelope,
                            const TokenKey *keys, gsize key_count, ContentWish *out, CommandSheet **out_sheet)
{
    *out = (ContentWish){.attachment_bytes = config->notice_attachment_bytes};
    *out_sheet = NULL;
    if (reading->kind != KIND_HUMAN)
        return FALSE;
    const ConfigAgent *agent = reading->from ? config_agent_by_address(config, reading->from->address) : NULL;
    g_autoptr(CommandSheet) sheet = agent ? agent_read_sheet(config, reading) : NULL;
    if (!agent || !speaks_to_customers(config, reading, envelope, keys, key_count, sheet))
        return is_for_notices(config, reading, envelope);
    *out_sheet = g_steal_pointer(&sheet);
    *out = (ContentWish){.own_text = (*out_sheet)->text, .attachment_bytes = config->message_bytes};
    return TRUE;
}

/* What the agent says beside the mail that he passes on is for the team: its details go into no
 * acknowledgement. */
static void drop_details_of_comment(Reading *reading)
{
    const Forwarded *forwarded = reading->forwarded;
    const char *comment = *forwarded->comment ? strstr(reading->reply, forwarded->comment) : NULL;
    gsize end = comment ? (gsize)(comment - reading->reply) + strlen(forwarded->comment) : 0;
    for (guint i = reading->fields->len; i > 0; i--) {
        const Field *field = reading->fields->pdata[i - 1];
        gboolean is_within = strstr(forwarded->text, field->raw) != NULL;
        gboolean is_above = strcmp(field->where, "reply") == 0 && field->start < end;
        if (!is_within && (is_above || strstr(forwarded->comment, field->raw)))
            g_ptr_array_remove_index(reading->fields, i - 1);
    }
}

void desk_name_forwarded(const Config *config, const Envelope *envelope, Reading *reading)
{
    const Forwarded *forwarded = envelope->detail ? NULL : reading->forwarded;
    const ConfigAgent *agent =
        forwarded && reading->from ? config_agent_by_address(config, reading->from->address) : NULL;
    if (!agent || !reading->from_authentic || reading->kind != KIND_HUMAN || reading->passed_on_by ||
        config_is_ours(config, forwarded->from->address) ||
        config_agent_by_address(config, forwarded->from->address))
        return;
    reading->passed_on_by = reading->from;
    reading->passed_on_authentic = TRUE;
    /* The customer never saw the agent's mail: what is answered is his own, if its id is told. */
    g_free(reading->message_id);
    reading->message_id = g_strdup(forwarded->message_id);
    g_ptr_array_set_size(reading->references, 0);
    g_ptr_array_set_size(reading->in_reply_to, 0);
    reading->from = mailbox_new(forwarded->from->name, forwarded->from->address);
    reading->from_authentic = FALSE;
    drop_details_of_comment(reading);
    finding_add(reading->findings, "forwarded", "agent %s passed on this mail of %s", agent->name,
                reading->from->address);
}
