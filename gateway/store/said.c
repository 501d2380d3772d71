/* What was said in a ticket before: by what the next mail is told from what it quotes. */
#include "gateway/store/store_private.h"

#include <postern/settle.h>

/* A mail quotes the newest ones; more are quoted with their marks. */
#define SAID_MOST 20
/* A mail of ours that is larger carries files. */
#define SENT_BYTES (256 * 1024)

void said_free(Said *said)
{
    if (!said)
        return;
    g_free(said->from);
    g_free(said->reply);
    g_clear_pointer(&said->sent, g_bytes_unref);
    g_free(said);
}

static gboolean add_all(DbRows *opened, GPtrArray *out, GError **error)
{
    g_autoptr(DbRows) rows = opened;
    g_autoptr(GError) inner = NULL;
    while (rows && db_next(rows, &inner)) {
        Said *said = g_new0(Said, 1);
        said->mail_id = db_integer(rows, 0);
        said->from = g_strdup(db_text(rows, 1));
        said->reply = db_text_dup(rows, 2);
        gsize length = 0;
        gconstpointer bytes = said->reply ? NULL : db_blob(rows, 3, &length);
        if (!said->reply)
            said->sent = g_bytes_new(bytes, length);
        g_ptr_array_add(out, said);
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return rows && !(error && *error);
}

GPtrArray *settle_said(Store *store, gint64 ticket_id, gint64 but_id, const char *address, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)said_free);
    if (!add_all(db_select(store->db, error,
                           "SELECT mail_id, from_address, NULL, bytes FROM outbox WHERE ticket_id = $1"
                           " AND lower(to_address) = lower($2) AND kind <> 'webhook' AND length(bytes) < $3"
                           " ORDER BY id DESC LIMIT $4",
                           "itii", ticket_id, address, (gint64)SENT_BYTES, (gint64)SAID_MOST),
                 all, error))
        return NULL;
    if (!add_all(db_select(store->db, error,
                           "SELECT id, from_address, reply, NULL FROM messages WHERE ticket_id = $1"
                           " AND id <> $2 AND direction <> 'note' ORDER BY id DESC LIMIT $3",
                           "iii", ticket_id, but_id, (gint64)SAID_MOST),
                 all, error))
        return NULL;
    return g_steal_pointer(&all);
}
