/* The LMTP listener: sockets around the machine of lmtp.h. One thread serves
 * every session with epoll, so a thousand idle ones cost it nothing. */
#pragma once

#include <postern/config.h>
#include <postern/lmtp.h>
#include <postern/raw.h>

/* One mail, complete, waiting to be made durable. */
typedef struct {
    char *source;            /* "lmtp", or "imap": out of a mailbox, by its fetcher */
    char *peer;              /* "127.0.0.1:4711" or "unix", for the record */
    char *envelope_from;     /* "" is the null sender */
    char *envid;             /* or NULL */
    GPtrArray *recipients;   /* char *, accepted ones, in order */
    Raw *raw;                /* bytes or file, size, digest; whoever takes it sets NULL */
    const char *raw_folder;  /* where its file lies; borrowed for ever */
    guint64 session, serial; /* for intake_answer */
    gboolean is_quiet;       /* nothing is to be sent because of it */
    gint64 lease_us;         /* of its rows; 0: whoever comes first reads it */
} IntakeMail;
/* Its file goes too, unless `raw->keep`. */
void intake_mail_free(IntakeMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntakeMail, intake_mail_free)

typedef struct IntakeServer IntakeServer;

typedef struct {
    /* May this recipient have mail? Answer 250, 550 5.1.1, 452 …; called on the server's thread. */
    LmtpAnswer (*recipient)(gpointer user, const char *address);
    /* Takes the mail over; intake_answer must follow, from any thread, also from within this call. On the
     * server's thread: it must not wait. */
    void (*take)(gpointer user, IntakeMail *mail);
    gpointer user;
} IntakeOwner;

/* Opens the listeners and starts the thread. With LISTEN_PID and LISTEN_FDS in the environment (systemd)
 * those sockets are taken instead of the configured ones, and the variables are unset. "localhost" is
 * 127.0.0.1. A stale unix socket file is replaced; one on which somebody listens is an error, as is any other
 * file. `raw_folder`: where large mails are written while they come in. Raises the soft limit of open files
 * for `sessions`; where the hard one is too low, there are fewer sessions. ERROR_CONFIG for an address that
 * cannot be, ERROR_TEMPORARY for one in use. */
IntakeServer *intake_server_start(const Config *config, const char *raw_folder, const IntakeOwner *owner,
                                  GError **error);
/* One answer for all recipients of that mail (they are committed together). Thread-safe; a
 * session that has gone away is no error. */
void intake_answer(IntakeServer *server, guint64 session, guint64 serial, const LmtpAnswer *answer);
/* Port of the first TCP listener, or 0. */
guint16 intake_server_port(const IntakeServer *server);
/* Stops listening, answers 421 to all sessions whose mail was not taken, waits for answers to mails that were
 * taken at most `grace_us`, then closes all and ends the thread. Later calls of intake_answer do nothing. */
void intake_server_stop(IntakeServer *server, gint64 grace_us);
/* Frees a stopped server: nobody may call intake_answer any more. */
void intake_server_free(IntakeServer *server);
/* Uses the sessions, idle_seconds, message_bytes and domain of another configuration from now on; the last
 * two for new sessions, since the others were told at LHLO. Listeners stay; but with the first
 * mailbox the one for fetchers comes. The old configuration must live until this returns. */
void intake_server_reload(IntakeServer *server, const Config *config);
