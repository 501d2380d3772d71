/* From a mail that was read to rows: what the store knows about it, the judgement, and all that comes of it,
 * in the writer's transaction. */
#include "gateway/gate/budget.h"
#include "gateway/gate/known_text.h"
#include "gateway/gate/pipeline_private.h"

#include <postern/admin_acts.h>
#include <postern/announce.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/desk.h>
#include <postern/letters.h>
#include <postern/outbox.h>
#include <postern/settle.h>

static gboolean tell_webhooks(Pipeline *pipeline, Job *job, gint64 now_us)
{
    const Envelope *envelope = &job->work->row->envelope;
    const char *event = announce_event_of(job->decision, envelope, job->work->reading);
    const Config *config = job->work->setup->config;
    gint64 ticket_id = job->decision->ticket_id;
    guint closed = 0;
    if (event && !announce(pipeline->store, config, ticket_id, event, envelope->mail_id, now_us,
                           &job->announced, &job->error))
        return FALSE;
    if (job->decision->says_solved && !announce(pipeline->store, config, ticket_id, "closed",
                                                envelope->mail_id, now_us, &closed, &job->error))
        return FALSE;
    job->announced += closed;
    return TRUE;
}

static ActsDesk acts_desk(const Pipeline *pipeline, const DeskCase *mail)
{
    return (ActsDesk){.store = pipeline->store,
                      .config = mail->config,
                      .notices = mail->notices,
                      .rules = mail->rules,
                      .keys = mail->keys,
                      .key_count = mail->key_count,
                      .now_us = mail->now_us};
}

/* A row in the store waits that is in nobody's memory. */
static void look_again(Pipeline *pipeline, gboolean is_due)
{
    g_mutex_lock(&pipeline->lock);
    pipeline->is_overfull |= is_due;
    g_mutex_unlock(&pipeline->lock);
}

/* What an admin answered to a list of held mail. Before the decision is stored: his receipt is part of it. */
static gboolean perform_admin(Pipeline *pipeline, Job *job, const DeskCase *mail)
{
    ActsDesk desk = acts_desk(pipeline, mail);
    gboolean released = FALSE;
    if (!admin_acts_perform(&desk, job->decision, mail->reading, mail->envelope->mail_id, &released,
                            &job->error))
        return FALSE;
    if (job->decision->admin)
        ack_ledger_add(pipeline->acks, job->decision->admin, mail->now_us);
    look_again(pipeline, released);
    return TRUE;
}

/* What an agent's mail asks for, after it stands in the store. Without a token of his own it is about no
 * ticket but the one that it opened, and those that its commands name. */
static gboolean perform_acts(Pipeline *pipeline, Job *job, const DeskCase *mail)
{
    const Decision *decision = job->decision;
    if (!decision->sheet || g_strcmp0(decision->reason, "unconfirmed") == 0)
        return TRUE;
    gboolean has_token = decision->proof == PROOF_FULL || decision->proof == PROOF_TOKEN;
    gboolean is_about = decision->fate == FATE_TICKETED && (has_token || decision->is_new_ticket);
    const Content *content = has_token || decision->customer ? mail->content : NULL;
    ActsDesk desk = acts_desk(pipeline, mail);
    ActsOrder order = {.who = decision->agent,
                       .agent = config_agent(mail->config, decision->agent),
                       .mail_id = mail->envelope->mail_id,
                       .ticket_id = is_about ? decision->ticket_id : 0,
                       .about_id = decision->about_id,
                       .sheet = decision->sheet,
                       .content = content,
                       .number = decision->outgoing->len,
                       .is_by_mail = TRUE};
    g_auto(ActsResult) result = {0};
    if (!acts_perform(&desk, &order, &result, &job->error))
        return FALSE;
    job->announced += result.outgoing;
    if (result.automatic > 0)
        ack_ledger_add_automatic(pipeline->acks, result.automatic, mail->now_us);
    return TRUE;
}

/* Nothing waits for his word any more: he must not believe that it was done by it. */
static gboolean tell_too_late(Pipeline *pipeline, Job *job, const DeskCase *mail)
{
    char line[] = "Nothing was sent or done by this answer: the commands were done before, or an admin has "
                  "dropped them.";
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_ptr_array_add(lines, line);
    LetterCase letter = {.config = mail->config,
                         .notices = mail->notices,
                         .rules = mail->rules,
                         .keys = mail->keys,
                         .now_us = mail->now_us,
                         .cause_id = mail->envelope->mail_id,
                         .number = job->decision->outgoing->len};
    Receipt receipt = {.is_refused = TRUE, .lines = lines};
    Outgoing *outgoing = letter_receipt(&letter, config_agent(mail->config, job->decision->agent), &receipt);
    gboolean ok =
        outbox_add(pipeline->store, outgoing, 0, mail->envelope->mail_id, mail->now_us, &job->error);
    job->announced += ok;
    outgoing_free(outgoing);
    return ok;
}

/* An agent's word for commands that waited for it: they go their way once more. */
static gboolean confirm(Pipeline *pipeline, Job *job, const DeskCase *mail)
{
    gint64 id = job->decision->release_id;
    gboolean waited = FALSE;
    if (!id)
        return TRUE;
    if (!held_confirm(pipeline->store, id, job->decision->agent, desk_sender(mail->reading), mail->now_us,
                      &waited, &job->error))
        return FALSE;
    look_again(pipeline, waited);
    return waited || tell_too_late(pipeline, job, mail);
}

static gboolean gather_facts(Pipeline *pipeline, Job *job, const TokenKey *keys, gsize key_count,
                             gint64 now_us, Facts *facts)
{
    const Work *work = job->work;
    const Envelope *envelope = &work->row->envelope;
    const char *sender = desk_sender(work->reading);
    facts->evidence = desk_gather(work->reading, envelope, work->setup->config, keys, key_count);
    facts->returned = desk_trace_report(work->reading, facts->evidence, keys, key_count);
    if (!settle_facts(pipeline->store, envelope, sender, facts, &job->error))
        return FALSE;
    ack_ledger_count(pipeline->acks, sender, now_us, &facts->acks_to_sender, &facts->acks_all);
    facts->automatic_hour = ack_ledger_count_automatic(pipeline->acks, now_us);
    return TRUE;
}

/* Judges the mail and stores all that follows from it. */
static gboolean settle(Pipeline *pipeline, Job *job, const DeskCase *mail, Facts *facts)
{
    Work *work = job->work;
    g_autofree char *known = NULL;
    gint64 ticket_id = desk_ticket_of(mail);
    if (!known_text_take(pipeline->store, mail, work->reading, ticket_id, &known, &job->error) ||
        !settle_ticket_facts(pipeline->store, ticket_id, mail->envelope, work->reading, facts, &job->error))
        return FALSE;
    job->decision = desk_judge(mail);
    if (known)
        decision_why(job->decision, "%s", known);
    desk_keep_budget(mail, job->decision);
    return budget_note(pipeline, mail, job->decision, &job->error) && perform_admin(pipeline, job, mail) &&
           settle_decision(pipeline->store, work->row, work->reading, job->decision, mail->now_us,
                           &job->error) &&
           tell_webhooks(pipeline, job, mail->now_us) && perform_acts(pipeline, job, mail) &&
           confirm(pipeline, job, mail);
}

/* Counted at once: the next mail of this batch must see it. A rollback counts one too many for an hour. */
static void count_outgoing(Pipeline *pipeline, const Decision *decision, gint64 now_us)
{
    budget_count(pipeline, decision, now_us);
    if (decision->acknowledge || decision->says_solved || decision->refuse_closed)
        ack_ledger_add(pipeline->acks, decision->sender_address, now_us);
}

gboolean settling_run(Pipeline *pipeline, Job *job)
{
    Work *work = job->work;
    gint64 now_us = clock_now_us();
    const ConfigQueue *queue = config_queue(work->setup->config, work->row->envelope.queue);
    gsize key_count;
    const TokenKey *keys = key_ring_keys(pipeline->keys, &key_count);
    g_auto(Facts) facts = {0};
    if (!gather_facts(pipeline, job, keys, key_count, now_us, &facts))
        return FALSE;
    g_autofree char *ref = settle_new_ref(pipeline->store, queue->prefix, &job->error);
    if (!ref)
        return FALSE;
    DeskCase mail = {.config = work->setup->config,
                     .queue = queue,
                     .envelope = &work->row->envelope,
                     .reading = work->reading,
                     .content = work->content,
                     .unreadable = work->unreadable,
                     .facts = &facts,
                     .new_ref = ref,
                     .now_us = now_us,
                     .keys = keys,
                     .key_count = key_count,
                     .notices = work->setup->notices,
                     .rules = work->setup->rules};
    if (!settle(pipeline, job, &mail, &facts))
        return FALSE;
    count_outgoing(pipeline, job->decision, now_us);
    return TRUE;
}
