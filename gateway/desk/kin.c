/* Tickets that were one: a part that was split off, and one that continues a closed one. */
#include "gateway/desk/desk_private.h"

#include <string.h>

gboolean desk_are_kin(const Evidence *a, const Evidence *b)
{
    return a->ticket_id == b->ticket_id || a->split_from == b->ticket_id || b->split_from == a->ticket_id ||
           (a->split_from && a->split_from == b->split_from);
}

/* The only ticket that this id leads to by pieces that are enough. */
static const Evidence *led_by(const GPtrArray *pieces, const char *id)
{
    const Evidence *found = NULL;
    for (guint i = 0; i < pieces->len; i++) {
        const Evidence *piece = pieces->pdata[i];
        gboolean is_id = piece->type == EVIDENCE_TOKEN_ID || piece->type == EVIDENCE_KNOWN_ID ||
                         piece->type == EVIDENCE_HEARD_ID;
        if (!is_id || strcmp(piece->found, id) != 0)
            continue;
        if (found && found->ticket_id != piece->ticket_id)
            return NULL;
        found = piece;
    }
    return found;
}

/* The mail that was answered, as near as its ids lead to a ticket. */
static const Evidence *nearest(const Reading *reading, const GPtrArray *pieces)
{
    const Evidence *found = NULL;
    for (guint i = 0; i < reading->in_reply_to->len && !found; i++)
        found = led_by(pieces, reading->in_reply_to->pdata[i]);
    for (guint i = reading->references->len; i-- > 0 && !found;)
        found = led_by(pieces, reading->references->pdata[i]);
    return found;
}

const Evidence *desk_nearest_kin(const Reading *reading, const GPtrArray *pieces)
{
    const Evidence *meant = nearest(reading, pieces);
    for (guint i = 0; meant && i < pieces->len; i++)
        if (!desk_are_kin(meant, pieces->pdata[i]))
            return NULL;
    return meant;
}
