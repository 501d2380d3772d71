/* One turn of a folder: what the ledger says is due, then what is new, oldest first. */
#include "fetch.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/log.h>

static gboolean save(Fetcher *fetcher, FetchFolder *folder, GError **error)
{
    if (store_begin_lazy(fetcher->store, error) &&
        ledger_folder_set(fetcher->store, fetcher->mailbox->name, folder->name, &folder->ledger, error) &&
        store_commit(fetcher->store, error))
        return TRUE;
    store_rollback(fetcher->store);
    return fetcher_store_error(fetcher, error);
}

static void tell_renewed(const Fetcher *fetcher, const FetchFolder *folder, const LedgerFolder *before,
                         const ImapFolder *found)
{
    log_warning(
        0,
        "mailbox %s, folder %s: made anew on the server (UIDVALIDITY %u, before %u): its %u mails are "
        "looked at again; what was there before we began is left, the rest comes again, and what was "
        "taken before is known as a copy and answered to nobody",
        fetcher->mailbox->name, folder->name, found->uidvalidity, before->uidvalidity, found->exists);
}

/* Durable before the first mail is handed over: its key names the folder. */
static gboolean meet(Fetcher *fetcher, FetchFolder *folder, const ImapFolder *found, GError **error)
{
    LedgerFolder before;
    const char *mailbox = fetcher->mailbox->name;
    if (!ledger_folder_get(fetcher->store, mailbox, folder->name, &before, error))
        return fetcher_store_error(fetcher, error);
    folder->ledger = before;
    if (before.id != 0 && before.uidvalidity == found->uidvalidity)
        return TRUE;
    if (before.id == 0) {
        folder->ledger = fetch_plan_first(fetcher->mailbox, found, clock_now_us());
    } else {
        tell_renewed(fetcher, folder, &before, found);
        folder->ledger = fetch_plan_renewed(&before, found);
        folder->is_renewed = TRUE;
        folder->renewed_taken = folder->renewed_left = 0;
    }
    return ledger_folder_set(fetcher->store, mailbox, folder->name, &folder->ledger, error) ||
           fetcher_store_error(fetcher, error);
}

static void end_renewed(const Fetcher *fetcher, FetchFolder *folder)
{
    if (!folder->is_renewed)
        return;
    folder->is_renewed = FALSE;
    log_info(
        0, "mailbox %s, folder %s: looked through after it was made anew: %u mails came again, %u were left",
        fetcher->mailbox->name, folder->name, folder->renewed_taken, folder->renewed_left);
}

static void batch_init(FetchBatch *batch, Fetcher *fetcher, FetchFolder *folder, GArray *uids)
{
    *batch = (FetchBatch){.fetcher = fetcher,
                          .folder = folder,
                          .uids = uids,
                          .put_off = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          .taken = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          .gone = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          .mails = g_array_new(FALSE, FALSE, sizeof(ImapMail))};
}

static void batch_clear(FetchBatch *batch)
{
    g_array_unref(batch->put_off);
    g_array_unref(batch->taken);
    g_array_unref(batch->gone);
    g_array_unref(batch->mails);
}

static gint compare_uids(gconstpointer a, gconstpointer b)
{
    guint32 one = *(const guint32 *)a, two = *(const guint32 *)b;
    return one < two ? -1 : one > two;
}

static gboolean finish(Fetcher *fetcher, FetchFolder *folder, const GArray *uids, GError **error)
{
    if (uids->len == 0)
        return TRUE;
    return ledger_finish(fetcher->store, &folder->ledger, (const guint32 *)(const void *)uids->data,
                         uids->len, error) ||
           fetcher_store_error(fetcher, error);
}

/* Takes them, then does what is to be done with those that were taken: also when it was cut short, as long as
 * the server listens. `out_done_below` as of fetch_batch_done_below. */
static gboolean run_batch(Fetcher *fetcher, FetchFolder *folder, GArray *uids, guint32 *out_done_below,
                          GError **error)
{
    FetchBatch batch;
    batch_init(&batch, fetcher, folder, uids);
    gboolean ok = fetch_batch_run(&batch, error);
    g_array_sort(batch.taken, compare_uids);
    ok = finish(fetcher, folder, batch.gone, ok ? error : NULL) && ok;
    if (!imap_session_is_dead(fetcher->session))
        ok = fetch_after(fetcher, folder, batch.taken, ok ? error : NULL) && ok;
    *out_done_below = fetch_batch_done_below(&batch);
    batch_clear(&batch);
    return ok;
}

/* Mails that the ledger knows: taken and not yet finished, or to be tried again. */
static gboolean work_due(Fetcher *fetcher, FetchFolder *folder, gboolean *out_more, GError **error)
{
    g_autoptr(GArray) rows = ledger_due(fetcher->store, &folder->ledger, fetcher->config->message_bytes,
                                        clock_now_us(), FETCH_BATCH, error);
    if (!rows)
        return fetcher_store_error(fetcher, error);
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GArray) failed = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0; i < rows->len; i++) {
        const FetchedRow *row = &g_array_index(rows, FetchedRow, i);
        g_array_append_val(row->state == FETCHED_TAKEN ? taken : failed, row->uid);
    }
    guint32 ignored;
    *out_more = rows->len == FETCH_BATCH;
    return fetch_after(fetcher, folder, taken, error) &&
           (failed->len == 0 || run_batch(fetcher, folder, failed, &ignored, error));
}

static GArray *find_new(Fetcher *fetcher, FetchFolder *folder, const FetchSearch *search, gboolean *out_all,
                        GError **error)
{
    g_autoptr(GArray) found =
        imap_search(fetcher->session, search->first_uid, search->since_us, FETCH_SEARCH_MOST, error);
    if (!found)
        return NULL;
    *out_all = found->len < FETCH_SEARCH_MOST;
    while (found->len > 0 && g_array_index(found, guint32, found->len - 1) > search->last_uid)
        g_array_set_size(found, found->len - 1);
    if (found->len == 0)
        return g_steal_pointer(&found);
    g_autoptr(GArray) known = ledger_known(fetcher->store, &folder->ledger, g_array_index(found, guint32, 0),
                                           g_array_index(found, guint32, found->len - 1), error);
    if (!known) {
        fetcher_store_error(fetcher, error);
        return NULL;
    }
    /* What lies behind is known: the mark may move up to the last even if nothing of it is new. */
    GArray *unknown = fetch_plan_unknown(found, known);
    if (unknown->len == 0)
        folder->ledger.done_uid = MAX(folder->ledger.done_uid, g_array_index(found, guint32, found->len - 1));
    return unknown;
}

/* In batches, each with its note. */
static gboolean take_new(Fetcher *fetcher, FetchFolder *folder, const GArray *uids, gboolean *out_more,
                         GError **error)
{
    gboolean ok = TRUE;
    guint most = MIN(uids->len, FETCH_TURN);
    *out_more = uids->len > most;
    folder->waiting = uids->len;
    for (guint at = 0; ok && at < most; at += FETCH_BATCH) {
        g_autoptr(GArray) some = g_array_new(FALSE, FALSE, sizeof(guint32));
        g_array_append_vals(some, &g_array_index(uids, guint32, at), MIN(FETCH_BATCH, most - at));
        guint32 below = 0;
        fetch_status_state(fetcher, "fetching");
        ok = run_batch(fetcher, folder, some, &below, error);
        folder->ledger.done_uid = MAX(folder->ledger.done_uid, below > 0 ? below - 1 : 0);
        ok = save(fetcher, folder, ok ? error : NULL) && ok;
    }
    return ok;
}

/* Nothing is left up to the end of this search. */
static void mark_searched(FetchFolder *folder, const FetchSearch *search, const ImapFolder *found)
{
    if (search->last_uid < G_MAXUINT32 - 1)
        folder->ledger.done_uid = MAX(folder->ledger.done_uid, search->last_uid);
    else
        folder->ledger.modseq = found->highestmodseq;
}

static gboolean work_new(Fetcher *fetcher, FetchFolder *folder, const ImapFolder *found, gboolean *out_more,
                         GError **error)
{
    FetchSearch search = fetch_plan_search(&folder->ledger, found);
    gboolean is_all = TRUE;
    *out_more = FALSE;
    folder->waiting = 0;
    if (!search.is_needed) {
        end_renewed(fetcher, folder);
        return TRUE;
    }
    LedgerFolder before = folder->ledger;
    g_autoptr(GArray) uids = find_new(fetcher, folder, &search, &is_all, error);
    if (!uids || !take_new(fetcher, folder, uids, out_more, error))
        return FALSE;
    if (!is_all || *out_more) {
        *out_more = TRUE;
        return TRUE;
    }
    mark_searched(folder, &search, found);
    *out_more = search.last_uid < G_MAXUINT32 - 1;
    if (!*out_more)
        end_renewed(fetcher, folder);
    gboolean is_same = before.done_uid == folder->ledger.done_uid && before.modseq == folder->ledger.modseq;
    return is_same || save(fetcher, folder, error);
}

gboolean fetch_folder_turn(Fetcher *fetcher, FetchFolder *folder, gboolean *out_more, GError **error)
{
    ImapFolder found = {0};
    gboolean more_due = FALSE, more_new = FALSE;
    *out_more = FALSE;
    if (!imap_select(fetcher->session, folder->name, &found, error) || !meet(fetcher, folder, &found, error))
        return FALSE;
    fetch_status_contact(fetcher);
    gboolean ok =
        work_due(fetcher, folder, &more_due, error) && work_new(fetcher, folder, &found, &more_new, error);
    *out_more = more_due || more_new;
    return ok;
}
