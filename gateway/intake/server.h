/* What the files of the LMTP listener share. Everything here belongs to the
 * server's thread but the part of IntakeServer that the mutex guards. */
#pragma once

#include <postern/intake.h>

#define INTAKE_BLOCK_BYTES (64u * 1024)             /* one read; then it is another session's turn */
#define INTAKE_LINGER_US (2 * G_USEC_PER_SEC)       /* how long a peer may take to read our last words */
#define INTAKE_LINGERING 100u                       /* such sessions; they are over the session limit */
#define INTAKE_DESCRIPTORS_A_SESSION 2u             /* the socket, and the file of a large mail */
#define INTAKE_DESCRIPTORS_ELSE 200u                /* lingering sessions, the store, readers, the log */
#define INTAKE_ACCEPT_PAUSE_US (1 * G_USEC_PER_SEC) /* when the process has no descriptors left */
#define INTAKE_PEER_BYTES 64u                       /* an IPv6 address and a port */
#define INTAKE_CONFIGURED 64u                       /* LISTEN_FDS comes from the environment */
#define INTAKE_LISTENERS (INTAKE_CONFIGURED + 1u)   /* and the one for fetchers */

/* Sessions of a phase stand in one queue, the longest without progress first. */
typedef enum {
    INTAKE_IDLE,    /* between transactions: may be sent away */
    INTAKE_BUSY,    /* in a transaction */
    INTAKE_WAITING, /* for the owner: no timeout, the mail is taken */
    INTAKE_LEAVING, /* told 421 or 221 */
    INTAKE_PHASE_COUNT
} IntakePhase;

typedef struct {
    const char *hostname; /* interned */
    guint64 message_bytes;
    guint sessions;
    gint64 idle_us;
} IntakeSettings;

/* One that listens. */
typedef struct {
    int fd;
    char *name;            /* for the log */
    const char *source;    /* of the mail that comes in there: "lmtp", "imap" */
    char *path;            /* to unlink at the end, or NULL */
    guint64 device, inode; /* of `path`, so that only our own file is unlinked */
    guint16 port;
} IntakeListener;

/* The configured ones, or those of the environment, and where mailboxes are configured the one for their
 * fetchers; array of IntakeListener, owned. NULL on error. */
GPtrArray *intake_listeners_open(const Config *config, GError **error);
/* The one for fetchers alone, at fetcher_socket_path: this is how the gate knows that a mail is out of a
 * mailbox, and no other listener can claim it. */
IntakeListener *intake_listener_open_private(const Config *config, GError **error);
void intake_listener_free(gpointer listener);
/* Takes over the next connection and names its peer. -1 with errno. */
int intake_listener_accept(const IntakeListener *listener, char out_peer[INTAKE_PEER_BYTES]);

/* The mail that a session is sending. */
typedef struct {
    char *from;
    char *envid;
    GPtrArray *recipients;
    RawWriter *writer;    /* from the first byte of data on */
    gint64 data_since_us; /* 0: no data yet */
    LmtpAnswer failure;   /* code 0: none */
} IntakeTransaction;

typedef struct {
    IntakeServer *server;
    guint64 id;
    int fd;
    char peer[INTAKE_PEER_BYTES];
    const char *source; /* of its listener */
    LmtpMachine *machine;
    IntakeTransaction transaction;
    guint64 serial;       /* of the last mail handed over */
    GByteArray *rest;     /* read, but the machine does not take it yet; at most one block; or NULL */
    gboolean is_readable; /* since the last event, until a read finds nothing */
    gboolean is_hung_up;  /* the peer will send no more: read until the end shows */
    gboolean is_ended;    /* the end was read */
    gboolean is_broken;
    gboolean awaits_space; /* EPOLLOUT is asked for */
    gboolean lingers;      /* when closing: our words first, then wait for the peer to close */
    IntakePhase phase;
    gint64 since_us; /* last progress */
    GList phase_link, run_link;
    gboolean is_runnable;
} IntakeSession;

typedef struct {
    guint64 session, serial;
    LmtpAnswer answer;
} IntakeReply;

struct IntakeServer {
    IntakeOwner owner;
    const char *raw_folder;
    GPtrArray *listeners;
    gboolean has_private; /* the listener for fetchers is open; of the thread that starts and reloads */
    guint16 port;
    GThread *thread;
    int epoll_fd;
    int wake_fd;

    GMutex mutex;
    GArray *replies; /* IntakeReply */
    IntakeSettings next_settings;
    IntakeListener *next_listener; /* to be added, or NULL */
    gboolean is_stop_wanted;
    gboolean is_over; /* nobody reads `replies` any more */
    gint64 grace_us;
    gint64 skipped_us; /* tests turn the clock */

    IntakeSettings settings;
    GArray *spare_replies; /* empty, to change places with `replies` */
    gint64 seen_skipped_us;
    GHashTable *sessions; /* by id, so that late events and answers find nothing instead of freed memory */
    GQueue phases[INTAKE_PHASE_COUNT];
    GQueue runnable; /* have something to do without a further event */
    guint64 last_session;
    gint64 now_us;          /* read once a wake-up */
    gint64 accept_again_us; /* 0: accepting */
    gboolean is_stopping;
    gint64 stop_by_us;
    char *block;
};

/* Watches the listeners. What it opened is closed by intake_server_free, also when it failed. */
gboolean intake_loop_open(IntakeServer *server, GError **error);
/* The thread: until the server is asked to stop and its sessions are gone, or the time for that is over. */
gpointer intake_loop_run(gpointer server);

/* Takes over `fd` and greets. */
void intake_session_start(IntakeServer *server, int fd, const char *peer, const char *source);
/* One turn: a block of input at most, then what there is to send. The session may be gone afterwards. */
void intake_session_run(IntakeSession *session);
void intake_session_event(IntakeSession *session, guint32 events);
void intake_session_answer(IntakeSession *session, guint64 serial, const LmtpAnswer *answer);
/* 421, and gone when it is sent. */
void intake_session_shut(IntakeSession *session, const char *enhanced, const char *text);
void intake_session_close(IntakeSession *session);
IntakeSession *intake_phase_first(const IntakeServer *server, IntakePhase phase);

/* The machine's owner; `user` is the session. */
extern const LmtpOwner intake_transaction_owner;
void intake_transaction_clear(IntakeTransaction *transaction);

/* For tests: as if `skip_us` had passed, seen at once. */
void intake_server_skip(IntakeServer *server, gint64 skip_us);
