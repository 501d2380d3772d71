/* What `postern doctor` tries with a mailbox. Nothing in it is changed: folders are opened, mails are not. */
#include "imap_session.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/fetcher.h>

#include <string.h>

/* A person waits for the answer. */
static const ImapTimeouts patience = {
    .connect_ms = 20 * 1000, .command_ms = 30 * 1000, .stall_ms = 20 * 1000, .body_ms = 30 * 1000};

static void add_tls(GPtrArray *steps, const ConfigMailbox *mailbox, const ImapSession *session)
{
    gint64 end_us = imap_session_certificate_end_us(session);
    if (end_us == 0) {
        probe_add(steps, "TLS", PROBE_PITY, "none is configured: login and mail go in the clear");
        return;
    }
    g_autofree char *of = g_strdup_printf("%s, its certificate is for %s", imap_session_tls_words(session),
                                          mailbox->server.host);
    probe_add_certificate(steps, of, end_us, clock_now_us(), "no mail is fetched from then on");
}

static void add_offers(GPtrArray *steps, const ConfigMailbox *mailbox, const ImapOffers *offers)
{
    gboolean moves = mailbox->after == MAILBOX_MOVE, deletes = mailbox->after == MAILBOX_DELETE;
    if (!mailbox->may_idle)
        probe_add(steps, "IDLE", PROBE_OK, "not wanted (idle: no)");
    else
        probe_add(steps, "IDLE", offers->idle ? PROBE_OK : PROBE_PITY,
                  offers->idle ? "offered: new mail is taken at once"
                               : "not offered: new mail is taken with the next poll");
    if (moves)
        probe_add(steps, "MOVE",
                  offers->move      ? PROBE_OK
                  : offers->uidplus ? PROBE_PITY
                                    : PROBE_BAD,
                  offers->move ? "offered"
                  : offers->uidplus
                      ? "not offered; mail is copied and removed instead"
                      : "the server can neither MOVE nor remove single mails (UIDPLUS): use 'after: flag'");
    if (moves || deletes)
        probe_add(steps, "UIDPLUS", offers->uidplus ? PROBE_OK : PROBE_PITY,
                  offers->uidplus ? "offered"
                  : deletes
                      ? "not offered: mail is only marked as deleted, and another program must remove it"
                      : "not offered: the server may not prove that it has moved a mail");
    probe_add(steps, "CONDSTORE", offers->condstore ? PROBE_OK : PROBE_PITY,
              offers->condstore ? "offered" : "not offered: each look at a folder takes a little longer");
}

/* What is missing in `rights` (RFC 4314 2.1, with the old letters c and d of RFC 2086). */
static char *missing_rights(const ConfigMailbox *mailbox, const char *rights)
{
    GString *missing = g_string_new(NULL);
    if (!strchr(rights, 'r'))
        g_string_append(missing, " r (read)");
    if (mailbox->after == MAILBOX_FLAG && strcmp(mailbox->flag, "\\Seen") == 0) {
        if (!strchr(rights, 's'))
            g_string_append(missing, " s (keep seen)");
    } else if (mailbox->after == MAILBOX_FLAG && !strchr(rights, 'w')) {
        g_string_append(missing, " w (write flags)");
    }
    if ((mailbox->after == MAILBOX_MOVE || mailbox->after == MAILBOX_DELETE) && !strpbrk(rights, "td"))
        g_string_append(missing, " t (delete mails)");
    if ((mailbox->after == MAILBOX_MOVE || mailbox->after == MAILBOX_DELETE) && !strpbrk(rights, "ed"))
        g_string_append(missing, " e (expunge)");
    return g_string_free(missing, FALSE);
}

static gboolean may_change(const ConfigMailbox *mailbox)
{
    return mailbox->after != MAILBOX_LEAVE;
}

static void judge_folder(GPtrArray *steps, const ConfigMailbox *mailbox, const char *what,
                         const ImapFolder *found, const char *rights)
{
    g_autofree char *missing = rights ? missing_rights(mailbox, rights) : g_strdup("");
    if (found->is_read_only && may_change(mailbox))
        probe_add(steps, what, PROBE_BAD,
                  "we may only read it: mail there can be taken, but not marked, moved or deleted; "
                  "give %s more rights on the server, or use 'after: leave'",
                  mailbox->server.user);
    else if (*missing)
        probe_add(steps, what, PROBE_BAD,
                  "of our rights there (%s) these are missing:%s; give them to %s on the server", rights,
                  missing, mailbox->server.user);
    else if (mailbox->after == MAILBOX_FLAG && *mailbox->flag != '\\' && !found->may_keep_flags)
        probe_add(steps, what, PROBE_PITY,
                  "it may not keep the keyword %s; use 'flag: \\Seen' or 'after: leave'", mailbox->flag);
    else
        probe_add(steps, what, PROBE_OK, "%u mail%s%s%s", found->exists, found->exists == 1 ? "" : "s",
                  rights ? ", rights " : "", rights ? rights : "");
}

/* FALSE when the session is dead. */
static gboolean probe_folder(GPtrArray *steps, const ConfigMailbox *mailbox, ImapSession *session,
                             const char *folder)
{
    ImapFolder found = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *what = g_strdup_printf("folder %s", folder);
    if (!imap_select(session, folder, &found, &error)) {
        probe_add(steps, what, PROBE_BAD, "%s", error->message);
        return !imap_session_is_dead(session);
    }
    g_autofree char *rights = imap_rights(session, folder, &error);
    if (error && imap_session_is_dead(session)) {
        probe_add(steps, what, PROBE_BAD, "%s", error->message);
        return FALSE;
    }
    judge_folder(steps, mailbox, what, &found, rights);
    return TRUE;
}

static void probe_target(GPtrArray *steps, const ConfigMailbox *mailbox, ImapSession *session)
{
    gboolean exists = FALSE;
    g_autoptr(GError) error = NULL;
    g_autofree char *what = g_strdup_printf("folder %s", mailbox->move_to);
    if (!imap_folder_exists(session, mailbox->move_to, &exists, &error)) {
        probe_add(steps, what, PROBE_BAD, "%s", error->message);
        return;
    }
    g_autofree char *rights = exists ? imap_rights(session, mailbox->move_to, NULL) : NULL;
    if (!exists)
        probe_add(steps, what, PROBE_BAD, "is not there: create it on the server, or mend 'move_to'");
    else if (rights && !strchr(rights, 'i'))
        probe_add(steps, what, PROBE_BAD, "we may not put mail there: give %s the right i (insert)",
                  mailbox->server.user);
    else
        probe_add(steps, what, PROBE_OK, "is there, for what was taken");
}

static void probe_session(GPtrArray *steps, const ConfigMailbox *mailbox, ServerSecret *secret,
                          ImapSession *session)
{
    gboolean goes_on = TRUE;
    add_tls(steps, mailbox, session);
    probe_add(steps, "login", PROBE_OK, "as %s, by %s", mailbox->server.user,
              server_secret_is_token(secret) ? "access token" : "password");
    add_offers(steps, mailbox, imap_session_offers(session));
    for (guint i = 0; goes_on && i < mailbox->folders->len; i++)
        goes_on = probe_folder(steps, mailbox, session, mailbox->folders->pdata[i]);
    if (goes_on && mailbox->after == MAILBOX_MOVE)
        probe_target(steps, mailbox, session);
}

GPtrArray *fetcher_probe(const Config *config, const ConfigMailbox *mailbox)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func((GDestroyNotify)probe_step_free);
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup_printf("mailbox '%s'", mailbox->name);
    g_autoptr(ServerSecret) secret = server_secret_new(config, &mailbox->server, name);
    g_autoptr(ImapSession) session = imap_session_open(&mailbox->server, secret, &patience, -1, &error);
    if (session)
        probe_session(steps, mailbox, secret, session);
    else
        probe_add(steps, error_is(error, ERROR_REFUSED) ? "login" : "connection", PROBE_BAD, "%s",
                  error->message);
    return steps;
}
