#include "gateway/workbench/reread_batch.h"

#include <postern/base/error.h>
#include <postern/raw.h>
#include <postern/reader.h>

#include <unistd.h>

/* Starting a child costs as much as reading some hundred mails. */
#define MAILS_A_READER 200u

struct ReadingCrew {
    const RereadWish *wish;
    char *raw_folder;
    GPtrArray *threads;
    GAsyncQueue *given, *done; /* ReadingBatch */
    gint stops;
};

static void item_free(gpointer pointer)
{
    ReadingItem *item = pointer;
    archived_mail_free(item->mail);
    reading_free(item->reading);
    g_free(item->unreadable);
    g_free(item);
}

ReadingBatch *reading_batch_new(void)
{
    ReadingBatch *batch = g_new0(ReadingBatch, 1);
    batch->items = g_ptr_array_new_with_free_func(item_free);
    return batch;
}

void reading_batch_add(ReadingBatch *batch, ArchivedMail *mail)
{
    ReadingItem *item = g_new0(ReadingItem, 1);
    item->mail = mail;
    g_ptr_array_add(batch->items, item);
}

void reading_batch_free(ReadingBatch *batch)
{
    if (!batch)
        return;
    g_ptr_array_unref(batch->items);
    g_clear_error(&batch->error);
    g_free(batch);
}

static Reading *read_one(const ReadingCrew *crew, Reader *reader, const ArchivedMail *mail, GError **error)
{
    if (!mail->file)
        return reader_read(reader, mail->bytes, -1, mail->envelope_from, error);
    int fd = raw_open(crew->raw_folder, mail->file, error);
    if (fd < 0)
        return NULL;
    Reading *reading = reader_read(reader, NULL, fd, mail->envelope_from, error);
    close(fd);
    return reading;
}

/* A mail that cannot be read is told of; that no child can be started ends it all. */
static void read_batch(ReadingCrew *crew, Reader *reader, ReadingBatch *batch)
{
    for (guint i = 0; i < batch->items->len && !g_atomic_int_get(&crew->stops); i++) {
        ReadingItem *item = batch->items->pdata[i];
        g_autoptr(GError) error = NULL;
        if (!reader_prepare(reader, &batch->error))
            return;
        item->reading = read_one(crew, reader, item->mail, &error);
        if (!item->reading)
            item->unreadable = g_strdup(error->message);
    }
}

/* A child ends with the thread that made it, so each thread has its own. */
static gpointer work(gpointer data)
{
    ReadingCrew *crew = data;
    const RereadWish *wish = crew->wish;
    const ReaderSettings settings = {
        .program = wish->program ? wish->program : "/proc/self/exe",
        .rules = wish->rules,
        .other_rules = wish->other_rules,
        .authserv_id = wish->authserv_id,
    };
    g_autoptr(Reader) reader = reader_new(&settings);
    for (;;) {
        ReadingBatch *batch = g_async_queue_pop(crew->given);
        if (g_atomic_int_get(&crew->stops)) {
            reading_batch_free(batch);
            return NULL;
        }
        read_batch(crew, reader, batch);
        g_async_queue_push(crew->done, batch);
    }
}

ReadingCrew *reading_crew_new(const RereadWish *wish, const char *raw_folder, guint mails)
{
    ReadingCrew *crew = g_new0(ReadingCrew, 1);
    crew->wish = wish;
    crew->raw_folder = g_strdup(raw_folder);
    crew->given = g_async_queue_new_full((GDestroyNotify)reading_batch_free);
    crew->done = g_async_queue_new_full((GDestroyNotify)reading_batch_free);
    crew->threads = g_ptr_array_new();
    guint readers = wish->readers ? wish->readers : MIN(g_get_num_processors(), 1 + mails / MAILS_A_READER);
    for (guint i = 0; i < readers; i++)
        g_ptr_array_add(crew->threads, g_thread_new("reread", work, crew));
    return crew;
}

guint reading_crew_size(const ReadingCrew *crew)
{
    return crew->threads->len;
}

void reading_crew_give(ReadingCrew *crew, ReadingBatch *batch)
{
    g_async_queue_push(crew->given, batch);
}

ReadingBatch *reading_crew_take(ReadingCrew *crew)
{
    return g_async_queue_pop(crew->done);
}

void reading_crew_free(ReadingCrew *crew)
{
    g_atomic_int_set(&crew->stops, 1);
    /* Something for each that waits. */
    for (guint i = 0; i < crew->threads->len; i++)
        g_async_queue_push(crew->given, reading_batch_new());
    for (guint i = 0; i < crew->threads->len; i++)
        g_thread_join(crew->threads->pdata[i]);
    g_ptr_array_unref(crew->threads);
    g_async_queue_unref(crew->given);
    g_async_queue_unref(crew->done);
    g_free(crew->raw_folder);
    g_free(crew);
}
