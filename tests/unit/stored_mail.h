/* A store with mails in tickets, made without a gate: each mail a ticket of its own, or joined to one. */
#pragma once

#include "scratch.h"

#include <postern/base/clock.h>
#include <postern/base/mail_id.h>
#include <postern/settle.h>

#include <stdlib.h>
#include <string.h>

/* cmocka's own is static in here: a test that cannot prepare ends. */
#define must(condition) ((condition) ? (void)0 : abort())

typedef struct {
    gint64 joins; /* ticket; 0: a new one */
    gint64 received_us;
    const char *role, *direction; /* "requester", "in" */
    const Reading *reading;
} StoredHow;

static inline IntakeRow *stored_accept(Store *store, const char *text, gint64 received_us)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer)(gsize) "support@desk.test");
    RawWriter *writer = raw_writer_new(store_raw_folder(store));
    must(raw_writer_add(writer, text, strlen(text), NULL));
    Raw *raw = raw_writer_end(writer, NULL);
    must(raw && raw_sync_all(raw, store_raw_folder(store), NULL));
    const IntakeEnvelope envelope = {.source = "lmtp",
                                     .peer = "test",
                                     .envelope_from = "anna@customer.test",
                                     .recipients = recipients,
                                     .received_us = received_us};
    must(store_begin(store, NULL) && intake_add(store, raw, &envelope, rows, NULL) &&
         store_commit(store, NULL));
    raw->keep = TRUE;
    raw_free(raw, store_raw_folder(store));
    return g_ptr_array_steal_index(rows, 0);
}

/* The id of the mail, which is that of its ticket when it joins none. */
static inline gint64 stored_mail(Store *store, const char *text, const StoredHow *how)
{
    g_autoptr(IntakeRow) row = stored_accept(store, text, how->received_us);
    g_autoptr(Decision) decision = decision_new(FATE_TICKETED);
    gint64 id = row->envelope.mail_id;
    decision->ticket_id = how->joins ? how->joins : id;
    decision->is_new_ticket = how->joins == 0;
    g_autofree char *name = mail_id_format(id);
    decision->ref = g_strdup_printf("SUP-%s", name);
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("subject");
    decision->status = g_strdup("open");
    decision->sender_name = g_strdup("Anna");
    decision->sender_address = g_strdup("anna@customer.test");
    decision->sender_role = g_strdup(how->role ? how->role : "requester");
    if (how->direction) {
        g_free(decision->direction);
        decision->direction = g_strdup(how->direction);
    }
    must(store_begin(store, NULL) &&
         settle_decision(store, row, how->reading, decision, clock_now_us(), NULL) &&
         store_commit(store, NULL));
    return id;
}

static inline char *support_program(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *unit = g_path_get_dirname(self);
    g_autofree char *tests = g_path_get_dirname(unit);
    return g_build_filename(tests, "support", name, NULL);
}
