/* The fetcher's side of LMTP (RFC 2033): one connection to the gate for many mails, one at a time. The answer
 * to a mail is asked for apart, so that the next mail can be fetched, and given to another connection, while
 * the gate makes this one durable. Belongs to one thread. */
#pragma once

#include <glib.h>

typedef struct Handover Handover;

typedef enum {
    HANDOVER_TAKEN,   /* the gate has it for good */
    HANDOVER_REFUSED, /* it will never take this mail */
    HANDOVER_BUSY /* it takes none now, or is not there, or we were asked to stop: nothing is lost, try later
                   */
} HandoverOutcome;

typedef struct {
    guint send_ms;   /* without a byte moving */
    guint answer_ms; /* for one answer; the gate may wait for its disk */
} HandoverTimeouts;
extern const HandoverTimeouts handover_timeouts;

/* Does nothing yet. When `stop_fd` (or -1) becomes readable, every wait ends. */
Handover *handover_new(const char *socket_path, const HandoverTimeouts *timeouts, int stop_fd);
/* A mail without its end is given up: the gate keeps nothing of it. */
void handover_free(Handover *handover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Handover, handover_free)

/* Up to the point where the gate wants the bytes; connects, and connects anew when the gate had closed an
 * idle connection. `key` is printable ASCII without "+" and "=", `size` 0 when unknown. TAKEN: go on. */
HandoverOutcome handover_begin(Handover *handover, const char *key, const char *recipient, guint64 size);
/* Says for the next mail what handover_begin will say, so that the answers are there when it asks: at once,
 * or behind the end of the mail that was begun. Only where there is a connection, and no such word is out.
 * When handover_begin then comes with another mail, it does so on a new connection. */
void handover_ahead(Handover *handover, const char *key, const char *recipient, guint64 size);
/* The next mail does not come: closes where the gate waits for its bytes. After handover_answer. */
void handover_forget(Handover *handover);
/* TAKEN: go on; else the connection is gone. */
HandoverOutcome handover_write(Handover *handover, const char *bytes, gsize length);
/* The end of the bytes; from now on the mail may be taken at any time. */
HandoverOutcome handover_end(Handover *handover);
/* What became of it. After handover_end. */
HandoverOutcome handover_answer(Handover *handover);
/* Closes without the end of a mail that was begun. */
void handover_drop(Handover *handover);

/* Of the last outcome that was not TAKEN: one clean line. Borrowed until the next call. */
const char *handover_words(const Handover *handover);
