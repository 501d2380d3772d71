/* Who wrote, and to whom, where the mail itself must tell. */
#include "gateway/desk/desk_private.h"

#include <postern/address.h>

#include <string.h>

/* The mail came over a group, and the group's address is one of ours. */
static gboolean is_our_group(const Config *config, const Reading *reading)
{
    return reading->list_address && config_is_ours(config, reading->list_address);
}

static gboolean was_rewritten(const Config *config, const Reading *reading)
{
    const Mailbox *original = reading->original_from;
    if (!original || !reading->from || config_is_ours(config, original->address))
        return FALSE;
    return reading->from_is_list || config_is_ours(config, reading->from->address);
}

void desk_name_writer(const Config *config, Reading *reading)
{
    gboolean rewritten = was_rewritten(config, reading);
    if (is_our_group(config, reading) || (rewritten && config_is_ours(config, reading->from->address))) {
        reading->kind = reading->direct_kind;
        reading->may_answer = reading->direct_may_answer;
    }
    if (!rewritten)
        return;
    reading->passed_on_by = reading->from;
    reading->passed_on_authentic = reading->from_authentic;
    reading->from = g_steal_pointer(&reading->original_from);
    reading->from_authentic = reading->original_authentic;
    /* These doubts were about the other From. */
    g_ptr_array_set_size(reading->sender_findings, 0);
    finding_add(reading->findings, "passed-on", "passed on by %s, which names this writer; %s",
                reading->passed_on_by->address,
                reading->from_authentic ? "the border server saw it before and vouches for the writer"
                                        : "not proven");
}

static void add_ours(GPtrArray *ours, const Config *config, char *address)
{
    if (config_is_ours(config, address))
        g_ptr_array_add(ours, address);
}

GPtrArray *desk_our_addresses(const Config *config, const Reading *reading)
{
    GPtrArray *ours = g_ptr_array_new();
    for (guint i = 0; i < reading->delivered_to->len; i++)
        add_ours(ours, config, reading->delivered_to->pdata[i]);
    const GPtrArray *lists[] = {reading->to, reading->cc};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            add_ours(ours, config, ((const Mailbox *)lists[l]->pdata[i])->address);
    return ours;
}

void desk_name_recipient(const Config *config, const Reading *reading, Envelope *envelope)
{
    if (!reading || !envelope_is_fetched(envelope))
        return;
    g_autoptr(GPtrArray) ours = desk_our_addresses(config, reading);
    if (ours->len == 0)
        return;
    g_free(envelope->recipient);
    g_free(envelope->queue);
    g_clear_pointer(&envelope->detail, g_free);
    envelope->recipient = g_strdup(ours->pdata[0]);
    envelope->queue = g_strdup(config_queue_of(config, ours->pdata[0], &envelope->detail)->name);
}
