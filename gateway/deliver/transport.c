#include "transport.h"

#include "folder.h"

struct Transport {
    char *folder; /* or NULL */
    Smtp *smtp;   /* or NULL */
};

Transport *transport_new(const ConfigRoute *route, ServerSecret *secret)
{
    return transport_new_with(route, secret, &smtp_timeouts);
}

Transport *transport_new_with(const ConfigRoute *route, ServerSecret *secret, const SmtpTimeouts *timeouts)
{
    Transport *transport = g_new0(Transport, 1);
    if (route->type == OUTGOING_FOLDER)
        transport->folder = g_strdup(route->folder);
    else
        transport->smtp = smtp_new(route, secret, timeouts);
    return transport;
}

void transport_free(Transport *transport)
{
    if (!transport)
        return;
    smtp_free(transport->smtp);
    g_free(transport->folder);
    g_free(transport);
}

void transport_send(Transport *transport, const GPtrArray *rows, DeliveryResult *results)
{
    if (transport->smtp)
        smtp_send(transport->smtp, rows, results);
    else
        folder_send(transport->folder, rows, results);
}

void transport_stop_on(Transport *transport, int stop_fd)
{
    if (transport->smtp)
        smtp_stop_on(transport->smtp, stop_fd);
}

gboolean transport_is_away(const Transport *transport)
{
    return transport->smtp && smtp_is_away(transport->smtp);
}

gint64 transport_idle_end_us(const Transport *transport)
{
    return transport->smtp ? smtp_idle_end_us(transport->smtp) : G_MAXINT64;
}

void transport_close(Transport *transport)
{
    if (transport->smtp)
        smtp_quit(transport->smtp);
}
