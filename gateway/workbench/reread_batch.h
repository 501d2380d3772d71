/* Reader children at work: a thread each, batches of mails in, readings out. */
#pragma once

#include <postern/archive.h>
#include <postern/reread.h>

typedef struct {
    ArchivedMail *mail;
    Reading *reading;
    char *unreadable; /* why there is none */
} ReadingItem;

typedef struct {
    GPtrArray *items; /* ReadingItem */
    GError *error;    /* no reader can be started: it was not read to its end */
} ReadingBatch;

ReadingBatch *reading_batch_new(void);
/* Takes the mail. */
void reading_batch_add(ReadingBatch *batch, ArchivedMail *mail);
void reading_batch_free(ReadingBatch *batch);

typedef struct ReadingCrew ReadingCrew;

/* `wish` stays while the crew lives. For `mails` mails: few need no more than one reader. */
ReadingCrew *reading_crew_new(const RereadWish *wish, const char *raw_folder, guint mails);
guint reading_crew_size(const ReadingCrew *crew);
/* Takes the batch. */
void reading_crew_give(ReadingCrew *crew, ReadingBatch *batch);
/* Waits for one that was given, in no certain order. */
ReadingBatch *reading_crew_take(ReadingCrew *crew);
/* Ends the threads with their children; what was given and not taken is dropped. */
void reading_crew_free(ReadingCrew *crew);
