/* What the two files about the outbox share. */
#pragma once

#include "gateway/store/store_private.h"

#include <postern/outbox.h>

#define OUTBOX_COLUMNS                                                                                       \
    "o.id, t.ref, o.kind, o.to_address, o.from_address, o.envelope_from, o.subject, o.message_id, o.state,"  \
    " o.attempts, o.uncertain, o.created_us, o.next_us, o.last_error, o.lost, coalesce(o.ticket_id, 0),"     \
    " o.queue, o.route, o.is_automatic, o.status"

/* What stands behind OUTBOX_COLUMNS in a query: nothing, o.bytes, or o.bytes and o.dialogue. */
typedef enum { OUTBOX_PLAIN, OUTBOX_WITH_BYTES, OUTBOX_WITH_DIALOGUE } OutboxColumns;

/* Every row of the query, as an array of OutboxRow. NULL with `error`, or when `rows` is NULL. */
GPtrArray *outbox_rows_read(DbRows *rows, OutboxColumns columns, GError **error);
