#include "transport.h"

#include "folder.h"

struct Transport {
    const TransportKind *kind;
    gpointer self;
};

static void send_to_smtp(gpointer self, const GPtrArray *rows, DeliveryResult *results)
{
    smtp_send(self, rows, results);
}

static void free_smtp(gpointer self)
{
    smtp_free(self);
}

static void stop_smtp_on(gpointer self, int stop_fd)
{
    smtp_stop_on(self, stop_fd);
}

static void knock_at_smtp(gpointer self)
{
    smtp_knock(self);
}

static const char *smtp_words(gconstpointer self)
{
    return smtp_away_words(self);
}

static gint64 smtp_end_us(gconstpointer self)
{
    return smtp_idle_end_us(self);
}

static void close_smtp(gpointer self)
{
    smtp_quit(self);
}

static const TransportKind smtp_kind = {.send = send_to_smtp,
                                        .free = free_smtp,
                                        .stop_on = stop_smtp_on,
                                        .knock = knock_at_smtp,
                                        .away_words = smtp_words,
                                        .idle_end_us = smtp_end_us,
                                        .close = close_smtp};

static void send_to_folder(gpointer self, const GPtrArray *rows, DeliveryResult *results)
{
    folder_send(self, rows, results);
}

static const TransportKind folder_kind = {.send = send_to_folder, .free = g_free};

void delivery_result_clear(DeliveryResult *result)
{
    g_free(result->answer);
    g_free(result->status);
    g_free(result->dialogue);
    *result = (DeliveryResult){0};
}

Transport *transport_make(const TransportKind *kind, gpointer self)
{
    Transport *transport = g_new0(Transport, 1);
    transport->kind = kind;
    transport->self = self;
    return transport;
}

Transport *transport_new(const ConfigRoute *route, ServerSecret *secret)
{
    return transport_new_with(route, secret, &smtp_timeouts);
}

Transport *transport_new_with(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts)
{
    if (route->type == OUTGOING_FOLDER)
        return transport_make(&folder_kind, g_strdup(route->folder));
    return transport_make(&smtp_kind, smtp_new(route, secret, timeouts));
}

void transport_free(Transport *transport)
{
    if (!transport)
        return;
    transport->kind->free(transport->self);
    g_free(transport);
}

void transport_send(Transport *transport, const GPtrArray *rows, DeliveryResult *results)
{
    transport->kind->send(transport->self, rows, results);
}

void transport_stop_on(Transport *transport, int stop_fd)
{
    if (transport->kind->stop_on)
        transport->kind->stop_on(transport->self, stop_fd);
}

gboolean transport_knock(Transport *transport)
{
    if (!transport->kind->knock)
        return FALSE;
    transport->kind->knock(transport->self);
    return TRUE;
}

const char *transport_away_words(const Transport *transport)
{
    return transport->kind->away_words ? transport->kind->away_words(transport->self) : NULL;
}

gint64 transport_idle_end_us(const Transport *transport)
{
    return transport->kind->idle_end_us ? transport->kind->idle_end_us(transport->self) : G_MAXINT64;
}

void transport_close(Transport *transport)
{
    if (transport->kind->close)
        transport->kind->close(transport->self);
}
