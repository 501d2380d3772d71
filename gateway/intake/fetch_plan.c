#include "fetch_plan.h"

#define SECOND_US ((gint64)G_USEC_PER_SEC)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

LedgerFolder fetch_plan_first(const ConfigMailbox *mailbox, const ImapFolder *found, gint64 now_us)
{
    LedgerFolder folder = {.uidvalidity = found->uidvalidity, .begin_uid = found->uidnext};
    if (mailbox->start == MAILBOX_START_NOW) {
        folder.begin_us = now_us;
        folder.done_uid = found->uidnext > 0 ? found->uidnext - 1 : 0;
    } else if (mailbox->start == MAILBOX_START_DATE) {
        folder.begin_us = mailbox->start_us;
    }
    if (folder.begin_uid == 0)
        folder.begin_uid = G_MAXUINT32;
    return folder;
}

LedgerFolder fetch_plan_renewed(const LedgerFolder *known, const ImapFolder *found)
{
    LedgerFolder folder = {.id = known->id,
                           .uidvalidity = found->uidvalidity,
                           .begin_us = known->begin_us,
                           .begin_uid = found->uidnext > 0 ? found->uidnext : G_MAXUINT32};
    return folder;
}

/* SEARCH SINCE knows days only, and those of the zone in which the server got the mail (RFC 3501 6.4.4): a
 * day earlier misses none. */
FetchSearch fetch_plan_search(const LedgerFolder *folder, const ImapFolder *found)
{
    FetchSearch search = {.is_needed = folder->done_uid < G_MAXUINT32,
                          .first_uid = folder->done_uid + 1,
                          .last_uid = G_MAXUINT32};
    if (found->exists == 0 || (found->highestmodseq != 0 && found->highestmodseq == folder->modseq))
        search.is_needed = FALSE;
    if (folder->begin_us > 0 && search.first_uid < folder->begin_uid) {
        search.since_us = MAX(folder->begin_us - DAY_US, 1);
        search.last_uid = folder->begin_uid - 1;
    }
    return search;
}

gboolean fetch_plan_is_ours(const LedgerFolder *folder, const ImapMail *mail)
{
    return mail->uid >= folder->begin_uid || folder->begin_us == 0 || mail->internal_us == 0 ||
           mail->internal_us >= folder->begin_us;
}

GArray *fetch_plan_unknown(const GArray *uids, const GArray *known)
{
    GArray *unknown = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0, j = 0; i < uids->len; i++) {
        guint32 uid = g_array_index(uids, guint32, i);
        while (j < known->len && g_array_index(known, guint32, j) < uid)
            j++;
        if (j == known->len || g_array_index(known, guint32, j) != uid)
            g_array_append_val(unknown, uid);
    }
    return unknown;
}

guint fetch_plan_seen(const GArray *uids, const GArray *listed, guint most)
{
    guint seen = uids->len;
    if (listed->len >= most)
        while (seen > 0 &&
               g_array_index(uids, guint32, seen - 1) > g_array_index(listed, guint32, listed->len - 1))
            seen--;
    return seen;
}

/* Between three quarters and all of it. */
static gint64 jitter(gint64 pause_us, guint32 noise)
{
    return pause_us - (pause_us / 4) * (gint64)(noise % 1024) / 1024;
}

gint64 fetch_plan_retry_us(guint attempts, guint32 noise)
{
    static const gint64 pauses[] = {0, MINUTE_US, 10 * MINUTE_US, HOUR_US, 6 * HOUR_US, DAY_US};
    return attempts == 0 ? 0 : jitter(pauses[MIN(attempts - 1, G_N_ELEMENTS(pauses) - 1)], noise);
}

gint64 fetch_plan_pause_us(FetchPause pause, guint failures, guint32 noise)
{
    static const struct {
        gint64 first_us, most_us;
    } ranges[] = {[FETCH_PAUSE_NETWORK] = {5 * SECOND_US, 15 * MINUTE_US},
                  [FETCH_PAUSE_LOGIN] = {5 * MINUTE_US, HOUR_US},
                  [FETCH_PAUSE_GATE] = {SECOND_US, MINUTE_US}};
    guint doublings = CLAMP(failures, 1, 20) - 1;
    return jitter(MIN(ranges[pause].first_us << doublings, ranges[pause].most_us), noise);
}
