/* Who looked at what as it came. */
#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>

/* The ticket whose message the mail is, 0 for none, -1 when there is no such mail. */
static gboolean find_ticket(Store *store, gint64 mail_id, gint64 *out_ticket_id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(store->db, &inner,
                                       "SELECT coalesce(m.ticket_id, 0) FROM intake i"
                                       " LEFT JOIN messages m ON m.id = i.id WHERE i.id = $1",
                                       "i", mail_id);
    if (rows && db_next(rows, &inner)) {
        *out_ticket_id = db_integer(rows, 0);
        return TRUE;
    }
    g_autofree char *name = mail_id_format(mail_id);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND, "there is no mail %s", name);
    return FALSE;
}

gboolean intake_note_look(Store *store, gint64 mail_id, const char *who, gint64 now_us, GError **error)
{
    gint64 ticket_id = 0;
    return find_ticket(store, mail_id, &ticket_id, error) &&
           store_add_event(store, ticket_id, mail_id, now_us, "original", who, "looked at as it came", error);
}
