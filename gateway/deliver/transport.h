/* What the sender asks of a transport beyond deliver.h, and how a kind of transport is made. */
#pragma once

#include "smtp.h"

/* What a kind of transport can do; all but `send` and `free` may be NULL. Functions are as below. */
typedef struct {
    void (*send)(gpointer self, const GPtrArray *rows, DeliveryResult *results);
    void (*free)(gpointer self);
    void (*stop_on)(gpointer self, int stop_fd);
    void (*knock)(gpointer self);
    const char *(*away_words)(gconstpointer self);
    gint64 (*idle_end_us)(gconstpointer self);
    void (*close)(gpointer self);
} TransportKind;
/* `kind` is borrowed for ever, `self` goes to its `free`. */
Transport *transport_make(const TransportKind *kind, gpointer self);

/* As transport_new, with other timeouts (borrowed for ever). */
Transport *transport_new_with(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts);
/* When `stop_fd` is readable no further row is begun; those get LATER. */
void transport_stop_on(Transport *transport, int stop_fd);
/* Tries whether anybody is there, without a mail. FALSE when this kind cannot ask. */
gboolean transport_knock(Transport *transport);
/* Why nobody was there at the last try, one clean line; NULL when somebody was. */
const char *transport_away_words(const Transport *transport);
/* When the idle connection should be closed (monotonic), G_MAXINT64 when there is none; and closing it
 * politely. */
gint64 transport_idle_end_us(const Transport *transport);
void transport_close(Transport *transport);
