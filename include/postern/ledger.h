/* What was fetched from mailboxes, by folder, UIDVALIDITY and UID (RFC 3501 2.3.1.1), and how each mailbox
 * fares. Fetchers write it, but for the one thing that must be as durable as the mail itself: that a mail was
 * taken is written by the gate, in the transaction that takes it. */
#pragma once

#include <postern/store.h>

/* How a mailbox fares. */
typedef struct {
    char *name;
    char *state;       /* "starting", "waiting" (IDLE), "polling", "fetching", "stopped" */
    gint64 since_us;   /* of that state */
    gint64 begun_us;   /* when it was first known */
    gint64 contact_us; /* the last good word of its server; 0: never */
    gint64 mail_us;    /* the last mail that was taken; 0: never */
    gint64 waiting;    /* mails seen there that are not ours yet */
    gint64 oldest_us;  /* when the oldest of these came; 0: none waits */
    char *error;       /* the last one, with what to do; NULL: all is well */
    gint64 error_us;
    gint64 alerted_us; /* the admins were told that it has stopped; 0: not */
} MailboxStatus;
void mailbox_status_free(MailboxStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxStatus, mailbox_status_free)
/* By name. Array of MailboxStatus. */
GPtrArray *mailbox_status_list(Store *store, GError **error);
/* Everything but name, begun_us and alerted_us is written. */
gboolean mailbox_status_set(Store *store, const MailboxStatus *status, GError **error);
/* `at_us` 0: they know that it works again. */
gboolean mailbox_status_alerted(Store *store, const char *name, gint64 at_us, GError **error);

/* A mail that stays on its server because it cannot be taken. */
typedef struct {
    gint64 folder_id;
    guint32 uidvalidity, uid;
    char *mailbox, *folder;
    gboolean is_too_large; /* else it failed again and again */
    guint64 size;
    char *detail; /* for people */
    gint64 at_us;
} StuckMail;
void stuck_mail_free(StuckMail *mail);
/* Those that the admins were not told of, oldest first. Array of StuckMail. */
GPtrArray *stuck_mail_untold(Store *store, guint most, GError **error);
gboolean stuck_mail_told(Store *store, const StuckMail *mail, GError **error);
/* All of a mailbox, for people. */
GPtrArray *stuck_mail_list(Store *store, const char *mailbox, GError **error);
