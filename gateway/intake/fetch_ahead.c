/* Neither the server nor the gate is waited for mail by mail: both hear of the next mails before they are
 * their turn. Nothing is promised by that; a mail is begun where fetch_batch.c begins it. */
#include "fetch.h"

#include <postern/base/log.h>

#include <string.h>

#define ASK_MOST 16u       /* mails on the wire from the server */
#define CAREFUL_MAILS 100u /* so many are asked for one by one after an accident: first, then ever more */
#define CAREFUL_SHIFT 7u
#define STEADY_MAILS 1000u /* after so many together the accidents are forgotten */

G_STATIC_ASSERT(ASK_MOST <= IMAP_AHEAD_MOST);

void fetch_ahead_plan(FetchBatch *batch, const GArray *facts)
{
    g_array_set_size(batch->mails, 0);
    batch->at = batch->asked = 0;
    for (guint i = 0; i < facts->len; i++) {
        const ImapMail *mail = &g_array_index(facts, ImapMail, i);
        if (fetch_plan_is_ours(&batch->folder->ledger, mail) &&
            mail->size <= batch->fetcher->config->message_bytes)
            g_array_append_val(batch->mails, *mail);
    }
    for (guint i = 0; i < FETCH_LANES; i++)
        fetch_ahead_tell(batch, i);
}

char *fetch_ahead_envid(const FetchBatch *batch, guint32 uid)
{
    const LedgerFolder *ledger = &batch->folder->ledger;
    FetchKey key = {batch->fetcher->mailbox->name, ledger->id, ledger->uidvalidity, uid};
    return fetch_key_format(&key);
}

FetchLane *fetch_ahead_lane(const FetchBatch *batch, guint at)
{
    return &batch->fetcher->lanes[at % FETCH_LANES];
}

void fetch_ahead_tell(const FetchBatch *batch, guint at)
{
    if (at >= batch->mails->len)
        return;
    const ImapMail *mail = &g_array_index(batch->mails, ImapMail, at);
    g_autofree char *envid = fetch_ahead_envid(batch, mail->uid);
    handover_ahead(fetch_ahead_lane(batch, at)->handover, envid, batch->fetcher->recipient, mail->size);
}

/* One mail goes alone whatever its size; others only as far as they could be thrown away. In one go, when
 * half of what may be on the wire has come. */
gboolean fetch_ahead_ask(FetchBatch *batch, GError **error)
{
    guint32 uids[ASK_MOST];
    guint64 bytes = 0;
    guint count = 0, ahead = imap_ahead(batch->fetcher->session);
    if (batch->fetcher->careful_mails > 0 || ahead > ASK_MOST / 2)
        return TRUE;
    for (guint i = batch->at; i < batch->mails->len && count + ahead < ASK_MOST; i++) {
        const ImapMail *mail = &g_array_index(batch->mails, ImapMail, i);
        bytes += mail->size;
        if (i > batch->at && bytes > IMAP_SPARED_BYTES)
            break;
        if (i >= batch->asked)
            uids[count++] = mail->uid;
    }
    batch->asked = MAX(batch->asked, batch->at) + count;
    return count == 0 || imap_fetch_ahead(batch->fetcher->session, uids, count, error);
}

void fetch_ahead_accident(Fetcher *fetcher)
{
    fetcher->careful_mails = CAREFUL_MAILS << MIN(fetcher->accidents, CAREFUL_SHIFT);
    fetcher->accidents++;
    fetcher->steady_mails = 0;
    log_debug(0, "mailbox %s: the next %u mails are fetched one by one", fetcher->mailbox->name,
              fetcher->careful_mails);
}

void fetch_ahead_success(Fetcher *fetcher)
{
    if (fetcher->careful_mails > 0)
        fetcher->careful_mails--;
    else if (++fetcher->steady_mails >= STEADY_MAILS)
        fetcher->accidents = 0;
}
