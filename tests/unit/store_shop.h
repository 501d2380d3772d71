/* Mails that were accepted, tickets that were made of them: what tests of the store begin with. */
#pragma once

#include "store_fixture.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/outbox.h>
#include <postern/settle.h>
#include <postern/tickets.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

G_GNUC_UNUSED static void reopen(Fixture *fixture, StoreMode mode)
{
    g_autoptr(GError) error = NULL;
    store_close(fixture->store);
    fixture->store = store_open(fixture->folder, mode, &error);
    assert_null(error);
    assert_non_null(fixture->store);
}

G_GNUC_UNUSED static Raw *raw_new(Fixture *fixture, const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    RawWriter *writer = raw_writer_new(store_raw_folder(fixture->store));
    assert_true(raw_writer_add(writer, bytes, length, &error));
    Raw *raw = raw_writer_end(writer, &error);
    assert_non_null(raw);
    assert_true(raw_sync_all(raw, store_raw_folder(fixture->store), &error));
    return raw;
}

/* Accepts a mail for these recipients; its rows. */
G_GNUC_UNUSED static GPtrArray *accept_raw(Fixture *fixture, Raw *raw, const char *const *recipients,
                                           gint64 lease_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)intake_row_free);
    for (; *recipients; recipients++)
        g_ptr_array_add(list, (gpointer)(guintptr)*recipients);
    IntakeEnvelope envelope = {.source = "lmtp",
                               .peer = "127.0.0.1:4711",
                               .envelope_from = "anna@customer.test",
                               .envid = "id",
                               .recipients = list,
                               .received_us = NOW_US,
                               .lease_us = lease_us};
    assert_true(store_begin(fixture->store, &error));
    assert_true(intake_add(fixture->store, raw, &envelope, rows, &error));
    assert_true(store_commit(fixture->store, &error));
    raw->keep = TRUE;
    raw_free(raw, store_raw_folder(fixture->store));
    return rows;
}

G_GNUC_UNUSED static const char *const one_recipient[] = {"support@desk.test", NULL};

G_GNUC_UNUSED static IntakeRow *accept_text(Fixture *fixture, const char *text)
{
    g_autoptr(GPtrArray) rows = accept_raw(fixture, raw_new(fixture, text, strlen(text)), one_recipient, 0);
    return g_ptr_array_steal_index(rows, 0);
}

G_GNUC_UNUSED static Reading *reading_of(const char *message_id, const char *from)
{
    Reading *reading = reading_new();
    reading->message_id = g_strdup(message_id);
    reading->from = mailbox_new("Anna", from);
    reading->subject = g_strdup("The subject");
    reading->text = g_strdup("text");
    reading->reply = g_strdup("reply");
    reading->quoted = g_strdup("");
    reading->signature = g_strdup("");
    g_ptr_array_add(reading->to, mailbox_new("", "Support@desk.test"));
    g_ptr_array_add(reading->cc, mailbox_new("", "Carl@customer.test"));
    return reading;
}

G_GNUC_UNUSED static void add_field(Reading *reading, const char *name, const char *value)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    field->raw = g_strdup(value);
    field->rule = g_strdup("a-rule");
    field->where = g_strdup("reply");
    field->start = 1;
    field->end = 2;
    g_ptr_array_add(reading->fields, field);
}

G_GNUC_UNUSED static Outgoing *outgoing_new(const char *to)
{
    Outgoing *mail = g_new0(Outgoing, 1);
    mail->route = g_strdup("route");
    mail->kind = g_strdup("acknowledgement");
    mail->to = g_strdup(to);
    mail->from = g_strdup("support@desk.test");
    mail->envelope_from = g_strdup("");
    mail->subject = g_strdup("a subject");
    mail->message_id = g_strdup_printf("for-%s", to);
    mail->bytes = g_bytes_new("Subject: x\r\n\r\n\0y", 16);
    return mail;
}

G_GNUC_UNUSED static Decision *new_ticket(Fixture *fixture, const IntakeRow *row, const char *from)
{
    Decision *decision = decision_new(FATE_TICKETED);
    decision->ticket_id = row->envelope.mail_id;
    decision->is_new_ticket = TRUE;
    decision->ref = g_strdup_printf("SUP-%06u", ++fixture->made);
    decision->queue = g_strdup("support");
    decision->subject = g_strdup("The subject");
    decision->status = g_strdup("new");
    decision->sender_name = g_strdup("Anna");
    decision->sender_address = g_strdup(from);
    decision->sender_role = g_strdup("requester");
    decision->brings = BRINGS_OTHERS;
    decision_why(decision, "because of '%s'", "it");
    decision_event(decision, "opened", from, "by mail");
    return decision;
}

G_GNUC_UNUSED static Decision *joins(const Decision *first, const char *from, const char *role)
{
    Decision *decision = decision_new(FATE_TICKETED);
    decision->ticket_id = first->ticket_id;
    decision->ref = g_strdup(first->ref);
    decision->queue = g_strdup("support");
    decision->status = g_strdup("open");
    decision->sender_name = g_strdup("Somebody");
    decision->sender_address = g_strdup(from);
    decision->sender_role = g_strdup(role);
    decision->add_participant = TRUE;
    decision_event(decision, "joined", from, "by mail");
    return decision;
}

G_GNUC_UNUSED static gboolean settle(Fixture *fixture, const IntakeRow *row, const Reading *reading,
                                     const Decision *decision, GError **error)
{
    assert_true(store_begin(fixture->store, NULL));
    gboolean ok = settle_decision(fixture->store, row, reading, decision, NOW_US, error);
    if (ok)
        assert_true(store_commit(fixture->store, NULL));
    else
        store_rollback(fixture->store);
    return ok;
}

/* A ticket from one mail; with `to`, something goes out. Its reference is "SUP-" and a number. */
G_GNUC_UNUSED static gint64 make_ticket(Fixture *fixture, const char *text, const char *message_id,
                                        const char *from, const char *to)
{
    g_autoptr(IntakeRow) row = accept_text(fixture, text);
    g_autoptr(Reading) reading = reading_of(message_id, from);
    g_autoptr(Decision) decision = new_ticket(fixture, row, from);
    if (to)
        g_ptr_array_add(decision->outgoing, outgoing_new(to));
    assert_true(settle(fixture, row, reading, decision, NULL));
    return row->envelope.mail_id;
}

G_GNUC_UNUSED static gint64 make_held(Fixture *fixture, const char *text)
{
    g_autoptr(IntakeRow) row = accept_text(fixture, text);
    g_autoptr(Reading) reading = reading_of("held@customer.test", "anna@customer.test");
    g_autoptr(Decision) decision = decision_new(FATE_HELD);
    decision->reason = g_strdup("loop");
    decision->detail = g_strdup("went round");
    decision_event(decision, "held", "postern", "loop");
    assert_true(settle(fixture, row, reading, decision, NULL));
    return row->envelope.mail_id;
}

G_GNUC_UNUSED static gboolean equation_holds(Fixture *fixture, gint64 received)
{
    StoreFigures figures;
    assert_true(store_figures(fixture->store, &figures, NULL));
    return figures.received == received && received == figures.ticketed + figures.held + figures.copies;
}

G_GNUC_UNUSED static void facts_for(Fixture *fixture, gint64 mail_id, const char *sender, EvidenceType type,
                                    const char *found, gint64 token_ticket, Facts *out)
{
    *out = (Facts){.evidence = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_free)};
    if (found) {
        Evidence *piece = evidence_new(type, found);
        piece->token.ticket_id = token_ticket;
        g_ptr_array_add(out->evidence, piece);
    }
    Envelope envelope = {
        .mail_id = mail_id, .received_us = g_get_real_time(), .queue = (char *)(guintptr) "support"};
    assert_true(settle_facts(fixture->store, &envelope, sender, out, NULL));
}

G_GNUC_UNUSED static void check_raw(Fixture *fixture, gint64 id, const char *bytes, gsize length)
{
    int fd = memfd_create("raw", MFD_CLOEXEC);
    g_autofree char *found = g_malloc(length + 2);
    assert_true(intake_copy_raw(fixture->store, id, fd, NULL));
    assert_int_equal(pread(fd, found, length + 2, 0), length);
    assert_memory_equal(found, bytes, length);
    close(fd);
}
