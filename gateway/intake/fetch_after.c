/* What is done on the server with a mail once it is ours. Each step can be cut and done again: the ledger
 * says that the mail is taken, so nothing but this step is repeated. */
#include "fetch.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/stop.h>

static const char *words_of(const ConfigMailbox *mailbox)
{
    switch (mailbox->after) {
    case MAILBOX_MOVE:
        return "be moved";
    case MAILBOX_DELETE:
        return "be deleted";
    default:
        return "get its flag";
    }
}

static gboolean do_after(const Fetcher *fetcher, guint32 uid, gboolean *out_done, GError **error)
{
    const ConfigMailbox *mailbox = fetcher->mailbox;
    *out_done = TRUE;
    if (mailbox->after == MAILBOX_MOVE)
        return imap_move(fetcher->session, uid, mailbox->move_to, out_done, error);
    if (mailbox->after == MAILBOX_DELETE)
        return imap_delete(fetcher->session, uid, error);
    return imap_add_flag(fetcher->session, uid, mailbox->flag, error);
}

/* The mail is ours and stays where it is for now. */
static gboolean put_off(Fetcher *fetcher, FetchFolder *folder, guint32 uid, const char *words, GError **error)
{
    FetchedRow row = {0};
    gboolean found = FALSE;
    if (!ledger_row(fetcher->store, &folder->ledger, uid, &row, &found, error))
        return fetcher_store_error(fetcher, error);
    if (!found || row.state != FETCHED_TAKEN)
        return TRUE;
    row.attempts++;
    row.next_us = clock_now_us() + fetch_plan_retry_us(row.attempts, fetcher_noise());
    return ledger_set_aside(fetcher->store, &folder->ledger, &row, words, clock_now_us(), error) ||
           fetcher_store_error(fetcher, error);
}

static gboolean note(Fetcher *fetcher, FetchFolder *folder, const GArray *done, GError **error)
{
    if (done->len == 0)
        return TRUE;
    if (store_begin_lazy(fetcher->store, error) &&
        ledger_finish(fetcher->store, &folder->ledger, (const guint32 *)(const void *)done->data, done->len,
                      error) &&
        store_commit(fetcher->store, error))
        return TRUE;
    store_rollback(fetcher->store);
    return fetcher_store_error(fetcher, error);
}

/* TRUE: done, or put off. */
static gboolean after_one(Fetcher *fetcher, FetchFolder *folder, guint32 uid, GArray *done,
                          gboolean *out_refused, GError **error)
{
    GError *failure = NULL;
    gboolean is_done = FALSE;
    stop_point("fetcher-before-move");
    if (do_after(fetcher, uid, &is_done, &failure)) {
        stop_point("fetcher-after-move");
        if (is_done)
            g_array_append_val(done, uid);
        return is_done || put_off(fetcher, folder, uid, "the server did not prove that it did so", error);
    }
    if (imap_session_is_dead(fetcher->session)) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    fetch_status_pity(fetcher, "mail of folder %s is taken, but cannot %s: %s; mend that on the server",
                      folder->name, words_of(fetcher->mailbox), failure->message);
    *out_refused = TRUE;
    g_autoptr(GError) owned = failure;
    return put_off(fetcher, folder, uid, owned->message, error);
}

/* Those that are gone need nothing more, and are done. */
static GArray *still_there(Fetcher *fetcher, const GArray *uids, GArray *done, GError **error)
{
    g_autoptr(GArray) facts =
        imap_facts(fetcher->session, (const guint32 *)(const void *)uids->data, uids->len, NULL, error);
    if (!facts)
        return NULL;
    GArray *there = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0; i < facts->len; i++)
        g_array_append_val(there, g_array_index(facts, ImapMail, i).uid);
    g_autoptr(GArray) gone = fetch_plan_unknown(uids, there);
    g_array_append_vals(done, gone->data, gone->len);
    return there;
}

/* After a refusal (a full mailbox, no right) the others would be refused as well: they are put off untried.
 */
gboolean fetch_after(Fetcher *fetcher, FetchFolder *folder, const GArray *uids, GError **error)
{
    g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(guint32));
    if (uids->len == 0)
        return TRUE;
    if (fetcher->mailbox->after == MAILBOX_LEAVE)
        return note(fetcher, folder, uids, error);
    g_autoptr(GArray) there = still_there(fetcher, uids, done, error);
    gboolean ok = there != NULL, is_refused = FALSE;
    for (guint i = 0; ok && i < there->len; i++) {
        guint32 uid = g_array_index(there, guint32, i);
        ok = is_refused ? put_off(fetcher, folder, uid, "put off with others that were refused", error)
                        : after_one(fetcher, folder, uid, done, &is_refused, error);
    }
    return note(fetcher, folder, done, ok ? error : NULL) && ok;
}
