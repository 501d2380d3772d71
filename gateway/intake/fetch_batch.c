/* From the server to the gate: one mail is fetched while the gate makes the ones before durable. */
#include "fetch.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>
#include <postern/base/stop.h>

static gboolean set_aside(FetchBatch *batch, const FetchedRow *row, const char *words, GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    LogLevel level = row->state == FETCHED_TOO_LARGE || row->attempts >= LEDGER_ATTEMPTS ? LOG_LEVEL_WARNING
                                                                                         : LOG_LEVEL_INFO;
    log_line(level, 0, "mailbox %s, folder %s, UID %u: %s: %s", fetcher->mailbox->name, batch->folder->name,
             row->uid,
             row->state == FETCHED_TOO_LARGE    ? "left there, too large"
             : row->attempts >= LEDGER_ATTEMPTS ? "left there, it cannot be taken"
                                                : "set aside for now",
             words);
    return ledger_set_aside(fetcher->store, &batch->folder->ledger, row, words, clock_now_us(), error) ||
           fetcher_store_error(fetcher, error);
}

static gboolean leave_too_large(FetchBatch *batch, guint32 uid, guint64 size, GError **error)
{
    g_autofree char *words =
        g_strdup_printf("it has %" G_GUINT64_FORMAT " bytes, over the limit of %" G_GUINT64_FORMAT
                        "; raise limits.message_size to take it, or take care of it there",
                        size, batch->fetcher->config->message_bytes);
    FetchedRow row = {.uid = uid, .state = FETCHED_TOO_LARGE, .size = size};
    return set_aside(batch, &row, words, error);
}

/* `at_least`: so many attempts are counted for it, whatever they were. */
static gboolean count_failure(FetchBatch *batch, guint32 uid, guint64 size, guint at_least, const char *words,
                              GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    FetchedRow row = {0};
    gboolean found;
    if (!ledger_row(fetcher->store, &batch->folder->ledger, uid, &row, &found, error))
        return fetcher_store_error(fetcher, error);
    row.uid = uid;
    row.state = FETCHED_FAILED;
    row.size = size;
    row.attempts = MAX(row.attempts + 1, at_least);
    row.next_us = clock_now_us() + fetch_plan_retry_us(row.attempts, fetcher_noise());
    return set_aside(batch, &row, words, error);
}

static gboolean fail_gate(FetchBatch *batch, const Handover *handover, GError **error)
{
    batch->fetcher->is_gate_busy = TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s", handover_words(handover));
    return FALSE;
}

/* The gate takes nothing now; or it never takes this mail, which then must not be in the way of all others.
 */
static gboolean put_off(FetchBatch *batch, FetchLane *lane, GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    guint32 uid = lane->uid;
    lane->uid = 0;
    fetcher->busy_count = fetcher->busy_uid == uid ? fetcher->busy_count + 1 : 1;
    fetcher->busy_uid = uid;
    if (fetcher->busy_count > FETCH_BUSY_MOST && !fetcher_is_stopped(fetcher)) {
        fetcher->busy_uid = 0;
        if (!count_failure(batch, uid, lane->size, 2, handover_words(lane->handover), error))
            return FALSE;
    } else {
        g_array_append_val(batch->put_off, uid);
    }
    return fail_gate(batch, lane->handover, error);
}

/* The answer for the mail of this lane, if one is awaited. */
static gboolean collect(FetchBatch *batch, FetchLane *lane, GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    if (lane->uid == 0)
        return TRUE;
    stop_point("fetcher-before-answer");
    HandoverOutcome outcome = handover_answer(lane->handover);
    if (outcome == HANDOVER_BUSY)
        return put_off(batch, lane, error);
    guint32 uid = lane->uid;
    lane->uid = 0;
    if (outcome == HANDOVER_REFUSED)
        return count_failure(batch, uid, lane->size, LEDGER_ATTEMPTS, handover_words(lane->handover), error);
    stop_point("fetcher-after-answer");
    g_array_append_val(batch->taken, uid);
    fetcher->status.mail_us = clock_now_us();
    batch->folder->waiting -= batch->folder->waiting > 0;
    return TRUE;
}

/* Of all lanes, whatever happens to one of them; the first error is told. What was said ahead for mails that
 * do not come is taken back. */
static gboolean collect_all(FetchBatch *batch, GError **error)
{
    g_autoptr(GError) first = NULL;
    for (guint i = 0; i < FETCH_LANES; i++) {
        GError *inner = NULL;
        FetchLane *lane = fetch_ahead_lane(batch, batch->at + i);
        gboolean ok = collect(batch, lane, &inner);
        handover_forget(lane->handover);
        if (ok)
            continue;
        if (first)
            g_error_free(inner);
        else
            first = inner;
    }
    if (!first)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&first));
    return FALSE;
}

static gboolean to_gate(gpointer user, const char *bytes, gsize length, GError **error)
{
    FetchLane *lane = user;
    if (handover_write(lane->handover, bytes, length) == HANDOVER_TAKEN)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_UNCERTAIN, "%s", handover_words(lane->handover));
    return FALSE;
}

/* With more mails on the wire it may be these that the server does not bear: then this one is tried alone
 * before it is said to have failed. */
static gboolean note_failure(FetchBatch *batch, const ImapMail *mail, const GError *failure, GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    if (error_is(failure, ERROR_LIMIT) && mail->size <= fetcher->config->message_bytes)
        return leave_too_large(batch, mail->uid, fetcher->config->message_bytes + 1, error);
    gboolean is_stopped = fetcher_is_stopped(fetcher);
    if (is_stopped || (imap_session_is_dead(fetcher->session) && imap_ahead(fetcher->session) > 0)) {
        g_array_append_val(batch->put_off, mail->uid);
        fetcher->is_over_mail = !is_stopped;
        if (!is_stopped)
            fetch_ahead_accident(fetcher);
        return TRUE;
    }
    return fetcher->is_over_mail = count_failure(batch, mail->uid, mail->size, 1, failure->message, error);
}

/* It broke while this mail came: the connection's fault, most likely, or that of this mail. */
static gboolean fail_fetch(FetchBatch *batch, FetchLane *lane, const ImapMail *mail, GError *failure,
                           GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    handover_drop(lane->handover);
    g_autoptr(GError) owned = failure;
    if (error_is(failure, ERROR_UNCERTAIN)) {
        lane->uid = mail->uid;
        lane->size = mail->size;
        return put_off(batch, lane, error);
    }
    if (!note_failure(batch, mail, failure, error))
        return FALSE;
    if (!imap_session_is_dead(fetcher->session))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&owned));
    return FALSE;
}

/* `out_goes_on` FALSE without an error: the gate will never take it. */
static gboolean begin_mail(FetchBatch *batch, FetchLane *lane, const ImapMail *mail, gboolean *out_goes_on,
                           GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    g_autofree char *envid = fetch_ahead_envid(batch, mail->uid);
    HandoverOutcome outcome = handover_begin(lane->handover, envid, fetcher->recipient, mail->size);
    *out_goes_on = outcome == HANDOVER_TAKEN;
    if (*out_goes_on)
        fetch_note_begin(fetcher, envid);
    lane->size = mail->size;
    if (outcome == HANDOVER_REFUSED)
        return count_failure(batch, mail->uid, mail->size, LEDGER_ATTEMPTS, handover_words(lane->handover),
                             error);
    lane->uid = outcome == HANDOVER_BUSY ? mail->uid : 0;
    return outcome != HANDOVER_BUSY || put_off(batch, lane, error);
}

static gboolean end_mail(FetchBatch *batch, FetchLane *lane, const ImapMail *mail, GError **error)
{
    lane->uid = mail->uid;
    fetch_ahead_success(batch->fetcher);
    fetch_ahead_tell(batch, batch->at + FETCH_LANES - 1);
    return handover_end(lane->handover) == HANDOVER_TAKEN || put_off(batch, lane, error);
}

/* TRUE when it is on its way, is gone, or stands in the ledger. */
static gboolean take_mail(FetchBatch *batch, const ImapMail *mail, GError **error)
{
    Fetcher *fetcher = batch->fetcher;
    GError *failure = NULL;
    gboolean goes_on = FALSE, found = FALSE;
    if (mail->size > fetcher->config->message_bytes)
        return leave_too_large(batch, mail->uid, mail->size, error);
    if (!fetch_ahead_ask(batch, error))
        return FALSE;
    FetchLane *lane = fetch_ahead_lane(batch, batch->at++);
    if (!collect(batch, lane, error) || !begin_mail(batch, lane, mail, &goes_on, error))
        return FALSE;
    if (!goes_on)
        return TRUE;
    gboolean ok = imap_fetch(fetcher->session, mail->uid, fetcher->config->message_bytes, to_gate, lane,
                             &found, &failure);
    fetch_note_end(fetcher);
    if (!ok)
        return fail_fetch(batch, lane, mail, failure, error);
    if (found)
        return end_mail(batch, lane, mail, error);
    handover_drop(lane->handover);
    g_array_append_val(batch->gone, mail->uid);
    return TRUE;
}

static const ImapMail *find_facts(const GArray *facts, gsize *at, guint32 uid)
{
    while (*at < facts->len && g_array_index(facts, ImapMail, *at).uid < uid)
        (*at)++;
    const ImapMail *mail = *at < facts->len ? &g_array_index(facts, ImapMail, *at) : NULL;
    return mail && mail->uid == uid ? mail : NULL;
}

static gboolean take_uid(FetchBatch *batch, guint32 uid, const ImapMail *mail, GError **error)
{
    FetchFolder *folder = batch->folder;
    if (!mail) {
        g_array_append_val(batch->gone, uid);
        return TRUE;
    }
    gboolean is_ours = fetch_plan_is_ours(&folder->ledger, mail);
    folder->renewed_taken += is_ours;
    folder->renewed_left += !is_ours;
    folder->oldest_us = mail->internal_us;
    if (!is_ours)
        folder->waiting -= folder->waiting > 0;
    return !is_ours || take_mail(batch, mail, error);
}

static gboolean take_all(FetchBatch *batch, GError **error)
{
    g_autoptr(GArray) facts =
        imap_facts(batch->fetcher->session, (const guint32 *)(const void *)batch->uids->data,
                   batch->uids->len, NULL, error);
    gsize at = 0;
    if (facts)
        fetch_ahead_plan(batch, facts);
    while (facts && batch->begun < batch->uids->len) {
        guint32 uid = g_array_index(batch->uids, guint32, batch->begun++);
        if (!take_uid(batch, uid, find_facts(facts, &at, uid), error)) {
            g_array_append_val(batch->put_off, uid);
            return FALSE;
        }
        if (fetcher_is_stopped(batch->fetcher)) {
            g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "asked to stop");
            return FALSE;
        }
        fetch_status_contact(batch->fetcher);
    }
    return facts != NULL;
}

/* A server that lists a mail but does not show it has not deleted it. */
static gboolean check_gone(FetchBatch *batch, GError **error)
{
    g_autoptr(GArray) gone = g_steal_pointer(&batch->gone);
    batch->gone = g_array_new(FALSE, FALSE, sizeof(guint32));
    if (gone->len == 0)
        return TRUE;
    g_autoptr(GArray) listed =
        imap_search(batch->fetcher->session, g_array_index(gone, guint32, 0), 0, FETCH_SEARCH_MOST, error);
    if (!listed)
        return FALSE;
    guint seen = fetch_plan_seen(gone, listed, FETCH_SEARCH_MOST);
    g_array_append_vals(batch->put_off, &g_array_index(gone, guint32, seen), gone->len - seen);
    g_array_set_size(gone, seen);
    g_autoptr(GArray) absent = fetch_plan_unknown(gone, listed);
    g_autoptr(GArray) hidden = fetch_plan_unknown(gone, absent);
    g_array_append_vals(batch->gone, absent->data, absent->len);
    if (hidden->len > 0)
        fetch_ahead_accident(batch->fetcher);
    for (guint i = 0; i < hidden->len; i++)
        if (!count_failure(batch, g_array_index(hidden, guint32, i), 0, 1,
                           "the server lists it but does not show it", error))
            return FALSE;
    return TRUE;
}

/* What the ledger does not know for sure is begun anew. */
static void put_off_gone(FetchBatch *batch)
{
    g_array_append_vals(batch->put_off, batch->gone->data, batch->gone->len);
    g_array_set_size(batch->gone, 0);
}

gboolean fetch_batch_run(FetchBatch *batch, GError **error)
{
    gboolean ok = take_all(batch, error);
    ok = collect_all(batch, ok ? error : NULL) && ok;
    ok = ok && check_gone(batch, error);
    if (!ok)
        put_off_gone(batch);
    return ok;
}

guint32 fetch_batch_done_below(const FetchBatch *batch)
{
    guint count = batch->uids->len;
    if (count == 0)
        return 0;
    guint32 below = batch->begun < count ? g_array_index(batch->uids, guint32, batch->begun)
                                         : g_array_index(batch->uids, guint32, count - 1) + 1;
    for (guint i = 0; i < batch->put_off->len; i++)
        below = MIN(below, g_array_index(batch->put_off, guint32, i));
    return below;
}
