/* LMTP (RFC 2033) as a pure machine: bytes in; replies, and calls to an owner
 * that decides and keeps, out. No sockets, no clock. PIPELINING (RFC 2920),
 * 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), SIZE (RFC 1870),
 * ENHANCEDSTATUSCODES (RFC 2034), DSN (RFC 3461, ENVID only is kept).
 *
 * Only CR LF ends a command line and only CR LF . CR LF ends the data; a bare CR or LF inside
 * the data is kept as it is and never ends anything. */
#pragma once

#include <glib.h>

typedef struct LmtpMachine LmtpMachine;

/* An answer of the owner: code 250, 550, 452, …; `enhanced` "5.1.1"; `text` one line. */
typedef struct {
    guint code;
    const char *enhanced; /* literal */
    char text[200];
} LmtpAnswer;

typedef struct {
    const char *from;      /* "" is the null sender */
    const char *envid;     /* decoded xtext, or NULL */
    guint64 declared_size; /* 0: not declared */
    gboolean is_utf8;
} LmtpSender;

/* The owner. Each gets `user`. Calls come from lmtp_feed only. */
typedef struct {
    LmtpAnswer (*mail)(gpointer user, const LmtpSender *sender);
    LmtpAnswer (*recipient)(gpointer user, const char *address);
    /* Raw mail, dot-unstuffed, in pieces. FALSE: cannot keep it (the machine reads on to the end of the
     * data). */
    gboolean (*data)(gpointer user, const char *bytes, gsize length);
    /* The data are complete; the owner calls lmtp_answer_data once for each accepted recipient, in
     * order, now or later. Until then the machine takes no further input. `too_large`: over the limit,
     * nothing of it should be kept (the machine answers 552 itself, no calls are needed). */
    void (*end)(gpointer user, gboolean too_large);
    /* RSET, a new LHLO or QUIT: forget sender and recipients. After end the transaction is over without
     * this call; when the peer goes away in the middle, whoever frees the machine forgets. */
    void (*reset)(gpointer user);
} LmtpOwner;

typedef struct {
    const char *hostname;  /* borrowed until the machine is freed */
    guint64 message_bytes; /* of the mail as it is kept, without the dots of RFC 5321 4.5.2 */
} LmtpSettings;

LmtpMachine *lmtp_machine_new(const LmtpSettings *settings, const LmtpOwner *owner, gpointer user);
void lmtp_machine_free(LmtpMachine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LmtpMachine, lmtp_machine_free)

/* Takes bytes; returns how many were used. Fewer when it waits for lmtp_answer_data, or when more
 * than 32 KB of output wait to be sent (a peer that only pipelines): feed the rest later. */
gsize lmtp_feed(LmtpMachine *machine, const char *bytes, gsize length);
/* The answer for the next accepted recipient of the data just ended. */
void lmtp_answer_data(LmtpMachine *machine, const LmtpAnswer *answer);
/* Bytes to send, in order; the shell removes what it has sent with g_string_erase. */
GString *lmtp_output(LmtpMachine *machine);
/* TRUE: send the output, then close. */
gboolean lmtp_wants_close(const LmtpMachine *machine);
/* TRUE while it waits for answers to the data. */
gboolean lmtp_waits(const LmtpMachine *machine);
/* TRUE between transactions: a good moment to say 421. */
gboolean lmtp_is_idle(const LmtpMachine *machine);
/* 421 with `text` and close: shutting down, idle too long, too many sessions. */
void lmtp_shut(LmtpMachine *machine, const char *enhanced, const char *text);
/* "new" (before LHLO), "ready", "transaction", "data", "waiting", "closing": for the log and tests. */
const char *lmtp_state_name(const LmtpMachine *machine);
