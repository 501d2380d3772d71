/* What `postern doctor` tries with a mailbox. Nothing in it is changed: folders are opened, mails are not. */
#include "imap_session.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/fetcher.h>

#include <string.h>

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define CERTIFICATE_DAYS 14 /* what is renewed by a machine is renewed a month before */

/* A person waits for the answer. */
static const ImapTimeouts patience = {
    .connect_ms = 20 * 1000, .command_ms = 30 * 1000, .stall_ms = 20 * 1000, .body_ms = 30 * 1000};

typedef enum { GOOD, PITY, BAD } Verdict;

static void add(GPtrArray *steps, Verdict verdict, const char *what, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
static void add(GPtrArray *steps, Verdict verdict, const char *what, const char *format, ...)
{
    va_list arguments;
    ProbeStep *step = g_new0(ProbeStep, 1);
    va_start(arguments, format);
    step->words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    step->what = g_strdup(what);
    step->ok = verdict == GOOD;
    step->is_only_a_pity = verdict == PITY;
    g_ptr_array_add(steps, step);
}

static void add_tls(GPtrArray *steps, const ConfigMailbox *mailbox, const ImapSession *session)
{
    gint64 end_us = imap_session_certificate_end_us(session);
    if (end_us == 0) {
        add(steps, PITY, "TLS", "none is configured: login and mail go in the clear");
        return;
    }
    gint64 days = (end_us - clock_now_us()) / DAY_US;
    g_autofree char *end = clock_local(end_us);
    gboolean ok = days >= CERTIFICATE_DAYS;
    add(steps, ok ? GOOD : PITY, "TLS",
        "%s, its certificate is for %s and ends in %" G_GINT64_FORMAT " day%s, on %s%s",
        imap_session_tls_words(session), mailbox->server.host, days, days == 1 ? "" : "s", end,
        ok ? "" : "; have it renewed, or no mail is fetched from then on");
}

static void add_offers(GPtrArray *steps, const ConfigMailbox *mailbox, const ImapOffers *offers)
{
    gboolean moves = mailbox->after == MAILBOX_MOVE, deletes = mailbox->after == MAILBOX_DELETE;
    if (!mailbox->may_idle)
        add(steps, GOOD, "IDLE", "not wanted (idle: no)");
    else
        add(steps, offers->idle ? GOOD : PITY, "IDLE",
            offers->idle ? "offered: new mail is taken at once"
                         : "not offered: new mail is taken with the next poll");
    if (moves)
        add(steps,
            offers->move      ? GOOD
            : offers->uidplus ? PITY
                              : BAD,
            "MOVE",
            offers->move ? "offered"
            : offers->uidplus
                ? "not offered; mail is copied and removed instead"
                : "the server can neither MOVE nor remove single mails (UIDPLUS): use 'after: flag'");
    if (moves || deletes)
        add(steps, offers->uidplus ? GOOD : PITY, "UIDPLUS",
            offers->uidplus ? "offered"
            : deletes ? "not offered: mail is only marked as deleted, and another program must remove it"
                      : "not offered: the server may not prove that it has moved a mail");
    add(steps, offers->condstore ? GOOD : PITY, "CONDSTORE",
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
        add(steps, BAD, what,
            "we may only read it: mail there can be taken, but not marked, moved or deleted; "
            "give %s more rights on the server, or use 'after: leave'",
            mailbox->server.user);
    else if (*missing)
        add(steps, BAD, what, "of our rights there (%s) these are missing:%s; give them to %s on the server",
            rights, missing, mailbox->server.user);
    else if (mailbox->after == MAILBOX_FLAG && *mailbox->flag != '\\' && !found->may_keep_flags)
        add(steps, PITY, what, "it may not keep the keyword %s; use 'flag: \\Seen' or 'after: leave'",
            mailbox->flag);
    else
        add(steps, GOOD, what, "%u mail%s%s%s", found->exists, found->exists == 1 ? "" : "s",
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
        add(steps, BAD, what, "%s", error->message);
        return !imap_session_is_dead(session);
    }
    g_autofree char *rights = imap_rights(session, folder, &error);
    if (error && imap_session_is_dead(session)) {
        add(steps, BAD, what, "%s", error->message);
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
        add(steps, BAD, what, "%s", error->message);
        return;
    }
    g_autofree char *rights = exists ? imap_rights(session, mailbox->move_to, NULL) : NULL;
    if (!exists)
        add(steps, BAD, what, "is not there: create it on the server, or mend 'move_to'");
    else if (rights && !strchr(rights, 'i'))
        add(steps, BAD, what, "we may not put mail there: give %s the right i (insert)",
            mailbox->server.user);
    else
        add(steps, GOOD, what, "is there, for what was taken");
}

static void probe_session(GPtrArray *steps, const ConfigMailbox *mailbox, ServerSecret *secret,
                          ImapSession *session)
{
    gboolean goes_on = TRUE;
    add_tls(steps, mailbox, session);
    add(steps, GOOD, "login", "as %s, by %s", mailbox->server.user,
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
        add(steps, BAD, error_is(error, ERROR_REFUSED) ? "login" : "connection", "%s", error->message);
    return steps;
}
