/* One claimed batch: what may be sent is sent, and what became of each row is planned, logged and stored. */
#pragma once

#include "channel.h"

typedef struct {
    const Config *config;
    const Channel *channel;
    Store *store;
    int stop_fd;
} Batch;

typedef struct {
    GArray *plans;                /* OutboxResult; their texts live as long as this */
    guint tried;                  /* rows that the other side was asked about */
    gboolean is_away, is_stopped; /* as it was at the end */
    gboolean is_handed;           /* some go another way now */
    GPtrArray *texts;
    GArray *results; /* DeliveryResult */
} BatchEnd;

/* Sends `rows` (as outbox_claim gave them). What comes back has to be given to outbox_mark. */
BatchEnd *batch_send(const Batch *batch, GPtrArray *rows);
void batch_end_free(BatchEnd *end);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BatchEnd, batch_end_free)
