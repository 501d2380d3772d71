/* The parts of a look. Each is whole: its own transaction for each thing that is told. */
#pragma once

#include <postern/alerts.h>
#include <postern/setup.h>
#include <postern/store.h>
#include <postern/watch.h>

struct Watch {
    Store *store;
    Setup *setup;
    TokenKey *keys;
    gsize key_count;
    int wake_fd;
    gint64 begun_us;      /* whatever was silent before, we were not there to hear it */
    gint64 stuck_told_us; /* when the admins heard last of mails that cannot be taken */
    gint64 errors_seen;   /* known errors: mails up to this number were looked at */
    guint timer;
    guint mails;            /* queued in this look */
    gboolean is_in_trouble; /* the last look failed, and the log says so */
};

/* What a mail is made with now. */
AlertCase watch_case(const Watch *watch, gint64 now_us);
/* In a transaction. Takes over `mail`. */
gboolean watch_queue(Watch *watch, Outgoing *mail, gint64 ticket_id, gint64 now_us, GError **error);
/* Ends the transaction: `ok` is what became of its parts. */
gboolean watch_end(Watch *watch, gboolean ok, GError **error);

gboolean watch_undelivered(Watch *watch, gint64 now_us, GError **error);
gboolean watch_mailboxes(Watch *watch, gint64 now_us, GError **error);
gboolean watch_routes(Watch *watch, gint64 now_us, GError **error);
gboolean watch_stuck(Watch *watch, gint64 now_us, GError **error);
gboolean watch_held(Watch *watch, gint64 now_us, GError **error);
gboolean watch_budget(Watch *watch, gint64 now_us, GError **error);
gboolean watch_incident(Watch *watch, gint64 now_us, GError **error);
gboolean watch_snooze(Watch *watch, gint64 now_us, GError **error);
