/* The way of a mail without threads, readers and sockets: accept, read, judge and settle, one mail after the
 * other, at a time of the caller's choice. For tests of what a conversation becomes, and for measuring it. */
#pragma once

#include <postern/base/digest.h>
#include <postern/base/starter.h>
#include <postern/desk.h>
#include <postern/reading.h>
#include <postern/settle.h>

#include <string.h>

typedef struct {
    Store *store;
    Config *config;
    NoticeSet *notices;
    RuleSet *rules;
    TokenKey *keys;
    gsize key_count;
    gint64 now_us;
} SmallGate;

static const char *small_gate_notice(gpointer user, const char *name)
{
    (void)user;
    g_autofree char *path = g_build_filename("notices", name, NULL);
    return starter_text(path);
}

/* The store is made in `folder`. */
static SmallGate *small_gate_open(const char *folder, const char *config_text, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) problems = problems_new();
    SmallGate *gate = g_new0(SmallGate, 1);
    const char *rules = starter_text("rules.yaml");
    gate->now_us = now_us;
    gate->config = config_parse("postern.yaml", config_text, strlen(config_text), problems);
    gate->notices = notice_set_compile(NULL, small_gate_notice, NULL, problems);
    gate->rules = rules_compile("rules.yaml", rules, strlen(rules), problems);
    gate->store = store_open(folder, STORE_CREATE, &error);
    gate->keys = gate->store ? store_token_keys(gate->store, &gate->key_count, &error) : NULL;
    if (!gate->config || !gate->notices || !gate->rules || !gate->keys)
        g_error("small gate: %s", error ? error->message : ((const Problem *)problems->pdata[0])->message);
    return gate;
}

static void small_gate_close(SmallGate *gate)
{
    store_close(gate->store);
    config_free(gate->config);
    notice_set_free(gate->notices);
    rules_unref(gate->rules);
    g_free(gate->keys);
    g_free(gate);
}

static IntakeRow *small_gate_accept(SmallGate *gate, const char *source, const char *recipient,
                                    const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    const char *folder = store_raw_folder(gate->store);
    RawWriter *writer = raw_writer_new(folder);
    Raw *raw = raw_writer_add(writer, bytes, length, &error) ? raw_writer_end(writer, &error) : NULL;
    g_ptr_array_add(recipients, (gpointer)(guintptr)recipient);
    IntakeEnvelope envelope = {.source = source,
                               .peer = "127.0.0.1:1",
                               .envelope_from = strcmp(source, "imap") == 0 ? "" : "sender@customer.test",
                               .recipients = recipients,
                               .received_us = gate->now_us};
    if (!raw || !raw_sync_all(raw, folder, &error) || !store_begin(gate->store, &error) ||
        !intake_add(gate->store, raw, &envelope, rows, &error) || !store_commit(gate->store, &error))
        g_error("small gate: %s", error->message);
    raw->keep = TRUE;
    raw_free(raw, folder);
    return g_ptr_array_steal_index(rows, 0);
}

static void small_gate_find_queue(const SmallGate *gate, Envelope *envelope)
{
    const ConfigQueue *queue = config_queue_of(gate->config, envelope->recipient, &envelope->detail);
    if (!queue)
        g_error("small gate: no queue for %s", envelope->recipient);
    g_free(envelope->queue);
    envelope->queue = g_strdup(queue->name);
}

static Decision *small_gate_settle(SmallGate *gate, const IntakeRow *row, const Reading *reading)
{
    g_autoptr(GError) error = NULL;
    const Envelope *envelope = &row->envelope;
    const char *sender = desk_sender(reading);
    guint8 random[TICKET_REF_LENGTH * 2];
    random_bytes(random, sizeof random);
    const ConfigQueue *queue = config_queue(gate->config, envelope->queue);
    g_autofree char *ref = ticket_ref_make(queue->prefix, random);
    g_auto(Facts)
        facts = {.evidence = desk_gather(reading, envelope, gate->config, gate->keys, gate->key_count)};
    facts.returned = desk_trace_report(reading, facts.evidence, gate->keys, gate->key_count);
    DeskCase mail = {.config = gate->config,
                     .queue = queue,
                     .envelope = envelope,
                     .reading = reading,
                     .unreadable = "it is broken",
                     .facts = &facts,
                     .new_ref = ref,
                     .now_us = gate->now_us,
                     .keys = gate->keys,
                     .key_count = gate->key_count,
                     .notices = gate->notices,
                     .rules = gate->rules};
    Decision *decision = NULL;
    if (!store_begin(gate->store, &error) || !settle_facts(gate->store, envelope, sender, &facts, &error) ||
        !settle_ticket_facts(gate->store, desk_ticket_of(&mail), envelope, reading, &facts, &error) ||
        !(decision = desk_judge(&mail)) ||
        !settle_decision(gate->store, row, reading, decision, gate->now_us, &error) ||
        !store_commit(gate->store, &error))
        g_error("small gate: %s", error->message);
    return decision;
}

/* Never NULL. A broken mail is settled unread. `out_id` (may be NULL) gets the mail's id. */
G_GNUC_UNUSED static Decision *small_gate_give_bytes(SmallGate *gate, const char *source,
                                                     const char *recipient, const char *bytes, gsize length,
                                                     gint64 *out_id)
{
    g_autoptr(IntakeRow) row = small_gate_accept(gate, source, recipient, bytes, length);
    ReadingSettings settings = {.authserv_id = gate->config->authserv_id};
    g_autoptr(Reading) reading = reading_make_bytes(bytes, length, &settings, NULL);
    small_gate_find_queue(gate, &row->envelope);
    if (reading) {
        row->envelope.return_path = g_strdup(reading->return_path);
        desk_name_recipient(gate->config, reading, &row->envelope);
        desk_name_writer(gate->config, reading);
    }
    if (out_id)
        *out_id = row->envelope.mail_id;
    return small_gate_settle(gate, row, reading);
}
