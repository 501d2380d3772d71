/* The sender: takes outbox rows and gives them to the outgoing server (libcurl
 * lives only in gateway/deliver; RFC 5321) or into a Maildir. Composes nothing. */
#pragma once

#include <postern/config.h>
#include <postern/outbox.h>
#include <postern/sign_in.h>

/* What became of one recipient. */
typedef enum { DELIVERY_SENT, DELIVERY_REFUSED, DELIVERY_LATER, DELIVERY_UNKNOWN } DeliveryOutcome;

/* What kind of "not now" an answer is: when to try again depends on it. */
typedef enum {
    ANSWER_OTHER,      /* some trouble of the other side, or nobody there */
    ANSWER_GREYLISTED, /* it wants to see us come again, soon */
    ANSWER_FULL,       /* somebody has to clear a mailbox first */
    ANSWER_CLASS_COUNT
} AnswerClass;

typedef struct {
    DeliveryOutcome outcome;
    char *answer;        /* cleaned line of the other side, or our words; owned */
    char *status;        /* its enhanced status code (RFC 3463), or NULL; owned */
    char *dialogue;      /* what was said about this row, a clean line each, or NULL; owned */
    AnswerClass kind;    /* of LATER */
    gint64 wait_us;      /* LATER: asked for by the other side, at least so long; 0: nothing was said */
    gboolean is_untried; /* LATER, but nobody was asked about this row: there was no connection, or no time */
    gboolean is_bad_address; /* REFUSED because of the recipient, not of us or of what is in the mail */
} DeliveryResult;
void delivery_result_clear(DeliveryResult *result);

typedef struct Transport Transport;
/* Both are borrowed for as long as it lives; `secret` may be NULL where no login is configured. */
Transport *transport_new(const ConfigRoute *route, ServerSecret *secret);
void transport_free(Transport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transport, transport_free)
/* Sends each row (OutboxRow) as its own transaction over one connection, pipelined where offered;
 * `results` has one entry per row. Every row gets a result, whatever happens. */
void transport_send(Transport *transport, const GPtrArray *rows, DeliveryResult *results);

/* When to try again after `attempts` tries with an answer of this kind: backoff with jitter (`noise` any
 * random number); 0: give up. */
gint64 deliver_next_try_us(gint64 created_us, gint64 now_us, guint attempts, AnswerClass kind,
                           gint64 give_up_us, guint32 noise);

/* The loop of the sender of one route ("gmail"; "webhook:crm"): until `stop_fd` becomes readable, or
 * (EX_IOERR) the store must be opened anew. `wake_fd` (eventfd or -1) says that there may be work; it is
 * never drained, as the senders of all routes watch it. */
int sender_run(const Config *config, const char *route, Store *store, int wake_fd, int stop_fd);
