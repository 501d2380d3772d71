#include "server.h"

#include <postern/base/error.h>
#include <postern/base/log.h>

#include <errno.h>

void intake_mail_free(IntakeMail *mail)
{
    if (!mail)
        return;
    raw_free(mail->raw, mail->raw_folder);
    if (mail->recipients)
        g_ptr_array_unref(mail->recipients);
    g_free(mail->source);
    g_free(mail->peer);
    g_free(mail->envelope_from);
    g_free(mail->envid);
    g_free(mail);
}

/* A half-written file goes with its writer. */
void intake_transaction_clear(IntakeTransaction *transaction)
{
    g_clear_pointer(&transaction->from, g_free);
    g_clear_pointer(&transaction->envid, g_free);
    g_clear_pointer(&transaction->recipients, g_ptr_array_unref);
    g_clear_pointer(&transaction->writer, raw_writer_free);
    transaction->data_since_us = 0;
    transaction->failure.code = 0;
}

static LmtpAnswer transaction_mail(gpointer user, const LmtpSender *sender)
{
    IntakeSession *session = user;
    IntakeTransaction *transaction = &session->transaction;
    intake_transaction_clear(transaction);
    transaction->from = g_strdup(sender->from);
    transaction->envid = g_strdup(sender->envid);
    transaction->recipients = g_ptr_array_new_with_free_func(g_free);
    return (LmtpAnswer){250, "2.1.0", "OK"};
}

static LmtpAnswer transaction_recipient(gpointer user, const char *address)
{
    IntakeSession *session = user;
    const IntakeOwner *owner = &session->server->owner;
    LmtpAnswer answer = owner->recipient(owner->user, address);
    if (answer.code / 100 == 2)
        g_ptr_array_add(session->transaction.recipients, g_strdup(address));
    return answer;
}

/* A full disk is told apart, because a sender may show it to a person. `cause` is the errno: a limit on the
 * size of files (EFBIG) is no ERROR_FULL, but the same to the peer. */
static void note_failure(IntakeSession *session, int cause, const GError *error)
{
    static const LmtpAnswer full = {452, "4.3.1", "No space to keep the mail; try again later"};
    static const LmtpAnswer broken = {451, "4.3.0", "Cannot keep the mail now; try again later"};
    gboolean is_full = error_is(error, ERROR_FULL) || cause == EFBIG;
    session->transaction.failure = is_full ? full : broken;
    g_clear_pointer(&session->transaction.writer, raw_writer_free);
    log_error(0, "LMTP %s: a mail cannot be kept: %s", session->peer, error->message);
}

static gboolean transaction_data(gpointer user, const char *bytes, gsize length)
{
    IntakeSession *session = user;
    IntakeTransaction *transaction = &session->transaction;
    g_autoptr(GError) error = NULL;
    if (!transaction->writer) {
        transaction->writer = raw_writer_new(session->server->raw_folder);
        transaction->data_since_us = session->server->now_us;
    }
    errno = 0;
    if (raw_writer_add(transaction->writer, bytes, length, &error))
        return TRUE;
    note_failure(session, errno, error);
    return FALSE;
}

/* NULL when the data could not be kept to the end. */
static Raw *take_raw(IntakeSession *session)
{
    IntakeTransaction *transaction = &session->transaction;
    g_autoptr(GError) error = NULL;
    if (transaction->failure.code)
        return NULL;
    if (!transaction->writer)
        transaction->writer = raw_writer_new(session->server->raw_folder);
    errno = 0;
    Raw *raw = raw_writer_end(g_steal_pointer(&transaction->writer), &error);
    if (!raw)
        note_failure(session, errno, error);
    return raw;
}

static void hand_over(IntakeSession *session, Raw *raw)
{
    IntakeServer *server = session->server;
    IntakeMail *mail = g_new0(IntakeMail, 1);
    mail->source = g_strdup(session->source);
    mail->peer = g_strdup(session->peer);
    mail->envelope_from = g_steal_pointer(&session->transaction.from);
    mail->envid = g_steal_pointer(&session->transaction.envid);
    mail->recipients = g_steal_pointer(&session->transaction.recipients);
    mail->raw = raw;
    mail->raw_folder = server->raw_folder;
    mail->session = session->id;
    mail->serial = ++session->serial;
    server->owner.take(server->owner.user, mail);
}

static void transaction_end(gpointer user, gboolean too_large)
{
    IntakeSession *session = user;
    Raw *raw = too_large ? NULL : take_raw(session);
    if (raw)
        hand_over(session, raw);
    while (!raw && !too_large && lmtp_waits(session->machine))
        lmtp_answer_data(session->machine, &session->transaction.failure);
    intake_transaction_clear(&session->transaction);
}

static void transaction_reset(gpointer user)
{
    IntakeSession *session = user;
    intake_transaction_clear(&session->transaction);
}

const LmtpOwner intake_transaction_owner = {
    .mail = transaction_mail,
    .recipient = transaction_recipient,
    .data = transaction_data,
    .end = transaction_end,
    .reset = transaction_reset,
};
