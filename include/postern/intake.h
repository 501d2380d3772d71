/* The LMTP listener: sockets around the machine of lmtp.h. One thread serves
 * every session with epoll, so a thousand idle ones cost it nothing. */
#pragma once

#include <postern/config.h>
#include <postern/lmtp.h>
#include <postern/raw.h>

/* One mail, complete, waiting to be made durable. */
typedef struct {
    char *source;           /* "lmtp" */
    char *peer;             /* "127.0.0.1:4711" or "unix", for the record */
    char *envelope_from;    /* "" is the null sender */
    char *envid;            /* or NULL */
    GPtrArray *recipients;  /* char *, accepted ones, in order */
    Raw *raw;               /* bytes or file, size, digest */
    guint64 session, serial; /* for intake_answer */
} IntakeMail;
void intake_mail_free(IntakeMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntakeMail, intake_mail_free)

typedef struct IntakeServer IntakeServer;

typedef struct {
    /* May this recipient have mail? Answer 250, 550 5.1.1, 452 …; called on the server's thread. */
    LmtpAnswer (*recipient)(gpointer user, const char *address);
    /* Takes the mail over; intake_answer must follow, from any thread. */
    void (*take)(gpointer user, IntakeMail *mail);
    gpointer user;
} IntakeOwner;

/* Opens the listeners (or takes LISTEN_FDS sockets) and starts the thread. `raw_folder`: where large
 * mails are written while they come in. */
IntakeServer *intake_server_start(const Config *config, const char *raw_folder, const IntakeOwner *owner,
                                  GError **error);
/* One answer for all recipients of that mail (they are committed together). Thread-safe; a
 * session that has gone away is no error. */
void intake_answer(IntakeServer *server, guint64 session, guint64 serial, const LmtpAnswer *answer);
/* Port of the first TCP listener. */
guint16 intake_server_port(const IntakeServer *server);
/* Stops listening, answers 421 to idle sessions, waits for mails that were taken at most
 * `grace_us`, then closes all and frees. */
void intake_server_stop(IntakeServer *server, gint64 grace_us);
/* Uses another configuration from now on (recipient checks are the owner's; sizes and limits are here). The old one must live until this returns. */
void intake_server_reload(IntakeServer *server, const Config *config);
