/* What the files that change tickets share. */
#pragma once

#include "gateway/store/store_private.h"

#include <postern/base/error.h>

/* The row of a ticket, as far as a change depends on it. */
typedef struct {
    gint64 id;
    char *ref, *status, *queue, *owner, *voice, *requester_name, *requester_address; /* NULL where unset */
    gint64 lease_us, merged_into;
} TicketRow;
void ticket_row_clear(TicketRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TicketRow, ticket_row_clear)
/* ERROR_NOT_FOUND. */
gboolean ticket_row_read(Store *store, gint64 id, TicketRow *out, GError **error);
/* After an UPDATE of one ticket that is not merged: FALSE with the reason when it changed none. */
gboolean ticket_row_was_changed(Store *store, gint64 id, GError **error);
/* Sets `error`; always FALSE. */
gboolean ticket_refuse(GError **error, ErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);
gboolean ticket_link_add(Store *store, gint64 ticket_id, gint64 other_id, const char *how, GError **error);
