/* Mail that did not arrive, told to whoever owns its ticket. */
#include "gateway/gate/watch_private.h"

#include <postern/address.h>
#include <postern/base/log.h>
#include <postern/blocks.h>
#include <postern/undelivered.h>

#include <string.h>

#define ROWS_A_LOOK 200u
#define ROWS_A_MAIL 50u
/* Notices to one person are enough then: whoever looks at the ticket sees the rest. */
#define NOTICES_A_TICKET_HOUR 5u
#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)

typedef struct {
    const char *name, *address; /* borrowed from the configuration; name may be NULL */
} Reader;

/* Rows [from, to) of the list are one ticket's. */
typedef struct {
    const GPtrArray *rows;
    guint from, to;
} Group;

static const Undelivered *row_at(const Group *group, guint i)
{
    return group->rows->pdata[group->from + i];
}

/* Nobody is told at an address that mail does not reach. */
static gboolean is_reached(Watch *watch, const Group *group, const char *address, gint64 now_us,
                           GError **error)
{
    for (guint i = 0; i < group->to - group->from; i++)
        if (address_equal(row_at(group, i)->to, address))
            return FALSE;
    g_autoptr(GError) inner = NULL;
    g_autoptr(Block) block = block_find(watch->store, address, now_us, &inner);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return !block;
}

static void add_agent(Watch *watch, const Group *group, const char *name, gint64 now_us, GArray *out,
                      GError **error)
{
    const ConfigAgent *agent = name ? config_agent(watch->setup->config, name) : NULL;
    if (agent && !*error && is_reached(watch, group, agent->address, now_us, error)) {
        Reader reader = {agent->display, agent->address};
        g_array_append_val(out, reader);
    }
}

/* The owner, else the queue's agents, else the admins. */
static GArray *readers_of(Watch *watch, const Group *group, gint64 now_us, GError **error)
{
    const Config *config = watch->setup->config;
    const Undelivered *first = row_at(group, 0);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Reader));
    g_autoptr(GError) inner = NULL;
    add_agent(watch, group, first->owner, now_us, found, &inner);
    const ConfigQueue *queue = found->len ? NULL : config_queue(config, first->queue);
    for (guint i = 0; queue && i < queue->agents->len; i++)
        add_agent(watch, group, queue->agents->pdata[i], now_us, found, &inner);
    const gboolean is_nobody = found->len == 0;
    for (guint i = 0; is_nobody && i < config->admins->len; i++) {
        Reader reader = {NULL, config->admins->pdata[i]};
        g_array_append_val(found, reader);
    }
    if (!inner)
        return g_steal_pointer(&found);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static gboolean queue_notices(Watch *watch, const Group *group, const GArray *readers, gint64 now_us,
                              GError **error)
{
    const Undelivered *first = row_at(group, 0);
    AlertUndelivered mails[ROWS_A_MAIL];
    guint count = MIN(group->to - group->from, ROWS_A_MAIL);
    for (guint i = 0; i < count; i++) {
        const Undelivered *row = row_at(group, i);
        mails[i] = (AlertUndelivered){row->id, row->kind, row->to, row->words, row->is_held};
    }
    for (guint i = 0; i < readers->len; i++) {
        const Reader *reader = &g_array_index(readers, Reader, i);
        AlertCase alert = watch_case(watch, now_us);
        Outgoing *mail = alert_undelivered(&alert, first->ticket_id, first->ref, first->queue, mails, count,
                                           reader->name, reader->address);
        if (!watch_queue(watch, mail, first->ticket_id, now_us, error))
            return FALSE;
    }
    return TRUE;
}

/* Colleagues who get their own notice of each mail need not hear each time that one of them gets none. */
static gboolean is_known_to(const Watch *watch, const Group *group, const GArray *readers)
{
    for (guint i = 0; i < group->to - group->from; i++)
        if (!row_at(group, i)->is_expected || strcmp(row_at(group, i)->kind, "notice") != 0)
            return FALSE;
    return config_agent_by_address(watch->setup->config, g_array_index(readers, Reader, 0).address) != NULL;
}

/* In the transaction. Why nobody is told, in words; NULL: somebody is. */
static const char *refuse(Watch *watch, const Group *group, const GArray *readers, gint64 now_us,
                          GError **error)
{
    guint lately = 0;
    if (row_at(group, 0)->ticket_id == 0 || alert_is_kind(row_at(group, 0)->kind))
        return "it was itself news about trouble";
    if (readers->len == 0)
        return "nobody is left to be told";
    if (is_known_to(watch, group, readers))
        return "its people were told when mail to that address failed first";
    if (!undelivered_count(watch->store, row_at(group, 0)->ticket_id, "undelivered", now_us - HOUR_US,
                           &lately, error))
        return NULL;
    return lately >= NOTICES_A_TICKET_HOUR ? "its people were told of others within the hour" : NULL;
}

static gboolean tell_group(Watch *watch, const Group *group, gint64 now_us, GError **error)
{
    g_autoptr(GArray) readers = readers_of(watch, group, now_us, error);
    if (!readers || !store_begin(watch->store, error))
        return FALSE;
    g_autoptr(GError) inner = NULL;
    const char *refusal = refuse(watch, group, readers, now_us, &inner);
    gboolean ok = !inner && (refusal || queue_notices(watch, group, readers, now_us, &inner));
    for (guint i = 0; ok && i < group->to - group->from; i++)
        ok = undelivered_told(watch->store, row_at(group, i)->id, &inner);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    if (!watch_end(watch, ok, error))
        return FALSE;
    for (guint i = 0; refusal && i < group->to - group->from; i++)
        log_warning(0, "outbox row %" G_GINT64_FORMAT ", %s to %s: %s (%s, so no mail tells it)",
                    row_at(group, i)->id, row_at(group, i)->kind, row_at(group, i)->to,
                    row_at(group, i)->words, refusal);
    return TRUE;
}

/* News about trouble and other mail of one ticket are groups of their own. */
static gboolean belongs(const Undelivered *first, const Undelivered *row)
{
    return first->ticket_id == row->ticket_id && alert_is_kind(first->kind) == alert_is_kind(row->kind);
}

gboolean watch_undelivered(Watch *watch, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) rows = undelivered_list(watch->store, ROWS_A_LOOK, error);
    if (!rows)
        return FALSE;
    for (Group group = {.rows = rows}; group.from < rows->len; group.from = group.to) {
        group.to = group.from + 1;
        while (group.to < rows->len && group.to - group.from < ROWS_A_MAIL &&
               belongs(rows->pdata[group.from], rows->pdata[group.to]))
            group.to++;
        if (!tell_group(watch, &group, now_us, error))
            return FALSE;
    }
    return TRUE;
}
