/* The calling thread looks into the store and shows what was read; a thread for each reader child does the
 * waiting. Mails go back and forth in batches, because waking a thread costs as much as reading half a mail.
 */
#include "gateway/workbench/reread_batch.h"

#include <postern/archive.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/reread.h>

#define BATCH_MAILS 32u
/* Of raw bytes: what is read of them is in memory for all batches at once. */
#define BATCH_BYTES (512u * 1024)
#define LOOK_MAILS 256u
#define BATCHES_A_READER 3u
#define PROGRESS_US (G_USEC_PER_SEC / 10)

typedef struct {
    const RereadWish *wish;
    RereadVisitor visitor;
    gpointer user;
    Store *store;
    ReadingCrew *crew;
    GPtrArray *looked; /* ArchivedMail: out of the store, and not handed on before `next` */
    guint next;
    gint64 before_id;
    gboolean is_at_end;
    guint done, total, fed;
    guint in_flight; /* batches */
    gint64 told_us;
} Reread;

static gboolean look(Reread *reread, GError **error)
{
    guint most = LOOK_MAILS;
    if (reread->next < reread->looked->len || reread->is_at_end)
        return TRUE;
    if (reread->wish->most)
        most = MIN(most, reread->wish->most - reread->fed);
    g_autoptr(GPtrArray) found =
        archive_before(reread->store, reread->before_id, reread->wish->since_us, most, error);
    if (!found)
        return FALSE;
    reread->is_at_end = found->len == 0;
    if (found->len > 0)
        reread->before_id = ((const ArchivedMail *)found->pdata[found->len - 1])->mail_id;
    g_ptr_array_unref(reread->looked);
    reread->looked = g_steal_pointer(&found);
    reread->next = 0;
    return TRUE;
}

/* Empty at the end; NULL with an error. */
static ReadingBatch *next_batch(Reread *reread, GError **error)
{
    if (!look(reread, error))
        return NULL;
    ReadingBatch *batch = reading_batch_new();
    gsize bytes = 0;
    while (reread->next < reread->looked->len && batch->items->len < BATCH_MAILS && bytes < BATCH_BYTES) {
        ArchivedMail *mail = g_steal_pointer(&reread->looked->pdata[reread->next++]);
        bytes += mail->size;
        reading_batch_add(batch, mail);
    }
    reread->fed += batch->items->len;
    return batch;
}

static gboolean feed(Reread *reread, GError **error)
{
    guint most = reading_crew_size(reread->crew) * BATCHES_A_READER;
    while (reread->in_flight < most && !reread->is_at_end) {
        ReadingBatch *batch = next_batch(reread, error);
        if (!batch)
            return FALSE;
        if (batch->items->len == 0) {
            reading_batch_free(batch);
            continue;
        }
        reread->in_flight++;
        reading_crew_give(reread->crew, batch);
    }
    return TRUE;
}

static void tell_progress(Reread *reread, gboolean is_end)
{
    gint64 now_us = clock_monotonic_us();
    if (!reread->wish->progress || (!is_end && now_us - reread->told_us < PROGRESS_US))
        return;
    reread->told_us = now_us;
    reread->wish->progress(reread->wish->user, reread->done, MAX(reread->total, reread->done));
}

static gboolean show(Reread *reread, const ReadingBatch *batch)
{
    for (guint i = 0; i < batch->items->len; i++) {
        const ReadingItem *item = batch->items->pdata[i];
        const RereadMail mail = {.mail_id = item->mail->mail_id,
                                 .ticket_id = item->mail->ticket_id,
                                 .ref = item->mail->ref,
                                 .at_us = item->mail->at_us,
                                 .reading = item->reading,
                                 .unreadable = item->unreadable};
        reread->done++;
        if (!reread->visitor(reread->user, &mail))
            return FALSE;
        tell_progress(reread, FALSE);
    }
    return TRUE;
}

static gboolean run(Reread *reread, GError **error)
{
    for (;;) {
        if (!feed(reread, error))
            return FALSE;
        if (reread->in_flight == 0)
            return TRUE;
        ReadingBatch *batch = reading_crew_take(reread->crew);
        reread->in_flight--;
        gboolean goes_on = batch->error ? FALSE : show(reread, batch);
        if (batch->error)
            g_propagate_error(error, g_steal_pointer(&batch->error));
        gboolean failed = error && *error;
        reading_batch_free(batch);
        if (!goes_on)
            return !failed;
    }
}

gboolean reread_run(const RereadWish *wish, RereadVisitor visitor, gpointer user, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(Store) store = store_open(wish->store, STORE_READ, &inner);
    Reread reread = {.wish = wish,
                     .visitor = visitor,
                     .user = user,
                     .store = store,
                     .looked = g_ptr_array_new_with_free_func((GDestroyNotify)archived_mail_free),
                     .before_id = G_MAXINT64};
    const ArchiveWish archive = {.since_us = wish->since_us, .most = wish->most};
    gboolean ok =
        store && store_is_current(store, &inner) && archive_count(store, &archive, &reread.total, &inner);
    if (ok) {
        reread.crew = reading_crew_new(wish, store_raw_folder(store), reread.total);
        ok = run(&reread, &inner);
        reading_crew_free(reread.crew);
    }
    if (ok)
        tell_progress(&reread, TRUE);
    g_ptr_array_unref(reread.looked);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return ok;
}
