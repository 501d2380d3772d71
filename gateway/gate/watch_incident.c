/* Many customers with one error in a short time, told to the agents of their queues, once. */
#include "gateway/gate/watch_private.h"

#include <postern/base/log.h>
#include <postern/known_errors.h>
#include <postern/ticket_change.h>

#define TICKETS_MOST 1000u
#define TICKETS_A_MAIL 50u
/* It is over when nobody has written of it for so long, or for the time in which customers are counted. */
#define QUIET_LEAST_US (3600 * (gint64)G_USEC_PER_SEC)

/* What one mail about it says. */
typedef struct {
    KnownError *known;
    GPtrArray *tickets; /* KnownErrorTicket, of the time in which customers were counted */
    guint customers, domains;
} Crowd;

static void crowd_clear(Crowd *crowd)
{
    known_error_free(crowd->known);
    g_clear_pointer(&crowd->tickets, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Crowd, crowd_clear)

static gboolean read_crowd(Watch *watch, gint64 id, gint64 since_us, Crowd *out, GError **error)
{
    out->known = known_error_get(watch->store, id, error);
    gint64 from_us = out->known ? MAX(since_us, out->known->incident_over_us + 1) : 0;
    out->tickets = out->known ? known_error_tickets(watch->store, id, from_us, TICKETS_MOST, error) : NULL;
    return out->tickets &&
           known_error_crowd(watch->store, id, since_us, &out->customers, &out->domains, error);
}

/* The agents of all queues that have such a ticket, each once. Array of borrowed ConfigAgent. */
static GPtrArray *readers_of(const Config *config, const Crowd *crowd)
{
    GPtrArray *readers = g_ptr_array_new();
    for (guint i = 0; i < crowd->tickets->len; i++) {
        const KnownErrorTicket *ticket = crowd->tickets->pdata[i];
        const ConfigQueue *queue = config_queue(config, ticket->queue);
        for (guint k = 0; queue && k < queue->agents->len; k++) {
            const ConfigAgent *agent = config_agent(config, queue->agents->pdata[k]);
            if (agent && !g_ptr_array_find(readers, agent, NULL))
                g_ptr_array_add(readers, (gpointer)(guintptr)agent);
        }
    }
    return readers;
}

static gboolean tell_one(Watch *watch, const Crowd *crowd, const char *name, const char *to, gint64 now_us,
                         GError **error)
{
    AlertIncidentTicket shown[TICKETS_A_MAIL];
    gsize count = MIN(crowd->tickets->len, TICKETS_A_MAIL);
    for (gsize i = 0; i < count; i++) {
        const KnownErrorTicket *ticket = crowd->tickets->pdata[i];
        shown[i] = (AlertIncidentTicket){ticket->ref, ticket->status, ticket->subject, ticket->requester};
    }
    const AlertIncident incident = {.error_id = crowd->known->id,
                                    .title = crowd->known->title,
                                    .state = known_error_state(crowd->known, now_us),
                                    .customers = crowd->customers,
                                    .domains = crowd->domains,
                                    .within_us = watch->setup->config->incident_within_us,
                                    .first_us = crowd->known->first_us,
                                    .tickets = shown,
                                    .count = count,
                                    .more = crowd->tickets->len - count};
    AlertCase alert = watch_case(watch, now_us);
    return watch_queue(watch, alert_incident(&alert, &incident, name, to), 0, now_us, error);
}

static gboolean tell_all(Watch *watch, const Crowd *crowd, gint64 now_us, GError **error)
{
    const Config *config = watch->setup->config;
    g_autoptr(GPtrArray) readers = readers_of(config, crowd);
    for (guint i = 0; i < readers->len; i++) {
        const ConfigAgent *agent = readers->pdata[i];
        if (!tell_one(watch, crowd, agent->display, agent->address, now_us, error))
            return FALSE;
    }
    for (guint i = 0; readers->len == 0 && i < config->admins->len; i++)
        if (!tell_one(watch, crowd, NULL, config->admins->pdata[i], now_us, error))
            return FALSE;
    return TRUE;
}

static gboolean write_events(Watch *watch, const Crowd *crowd, const char *words, gint64 now_us,
                             GError **error)
{
    for (guint i = 0; i < crowd->tickets->len; i++) {
        const KnownErrorTicket *ticket = crowd->tickets->pdata[i];
        if (!ticket_add_event(watch->store, ticket->ticket_id, 0, "incident", "postern", words, now_us,
                              error))
            return FALSE;
    }
    return TRUE;
}

/* In the transaction. */
static gboolean begin_incident(Watch *watch, gint64 id, gint64 since_us, gint64 now_us, GError **error)
{
    g_auto(Crowd) crowd = {0};
    gboolean is_told = FALSE;
    if (!read_crowd(watch, id, since_us, &crowd, error) ||
        !known_error_is_told(watch->store, id, since_us, &is_told, error))
        return FALSE;
    g_autofree char *name = known_error_name(id);
    g_autofree char *words =
        g_strdup_printf("%s: %u customers within %" G_GINT64_FORMAT " minutes", name, crowd.customers,
                        watch->setup->config->incident_within_us / (60 * (gint64)G_USEC_PER_SEC));
    log_warning(0, "%s (%s)", words, crowd.known->title);
    /* Ten errors in one mail are one piece of news, or five senders could fill all inboxes. */
    return (is_told || tell_all(watch, &crowd, now_us, error)) &&
           write_events(watch, &crowd, words, now_us, error) &&
           known_error_begin_incident(watch->store, id, words, now_us, error);
}

/* In the transaction. */
static gboolean end_incidents(Watch *watch, gint64 now_us, GError **error)
{
    gint64 quiet_us = MAX(watch->setup->config->incident_within_us, QUIET_LEAST_US);
    return known_errors_end_incidents(watch->store, now_us - quiet_us, now_us, error);
}

gboolean watch_incident(Watch *watch, gint64 now_us, GError **error)
{
    const Config *config = watch->setup->config;
    gint64 since_us = now_us - config->incident_within_us, last = 0;
    if (config->incident_customers == 0)
        return TRUE;
    g_autoptr(GError) inner = NULL;
    gboolean is_over =
        known_errors_is_quiet(watch->store, now_us - MAX(config->incident_within_us, QUIET_LEAST_US), &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (is_over &&
        !(store_begin(watch->store, error) && watch_end(watch, end_incidents(watch, now_us, error), error)))
        return FALSE;
    g_autoptr(GArray) crowded = known_errors_crowded(watch->store, watch->errors_seen, since_us,
                                                     config->incident_customers, &last, error);
    for (guint i = 0; crowded && i < crowded->len; i++)
        if (!store_begin(watch->store, error) ||
            !watch_end(watch,
                       begin_incident(watch, g_array_index(crowded, gint64, i), since_us, now_us, error),
                       error))
            return FALSE;
    if (crowded)
        watch->errors_seen = last;
    return crowded != NULL;
}
