#include "gateway/gate/ack_ledger.h"

#include <postern/address.h>
#include <postern/outbox.h>

#include <string.h>

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)

typedef struct {
    char *address;
    gint64 at_us;
} Ack;

/* An hour in minutes: the one that is being written takes the place of the one an hour ago. */
#define MINUTES 60u

typedef struct {
    gint64 minute; /* since 1970 */
    guint count;
} Minute;

struct AckLedger {
    GQueue acks;        /* Ack, oldest first; never more than the cap of an hour */
    GHashTable *counts; /* address → number in `acks` */
    Minute automatic[MINUTES];
};

static void ack_free(gpointer data)
{
    g_free(((Ack *)data)->address);
    g_free(data);
}

static void add_stored(gpointer user, const char *address, gint64 at_us)
{
    ack_ledger_add(user, address, at_us);
}

static void add_stored_automatic(gpointer user, gint64 at_us)
{
    ack_ledger_add_automatic(user, 1, at_us);
}

AckLedger *ack_ledger_new(Store *store, gint64 now_us, GError **error)
{
    g_autoptr(AckLedger) ledger = g_new0(AckLedger, 1);
    ledger->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!outbox_each_ack(store, now_us - HOUR_US, add_stored, ledger, error) ||
        !outbox_each_automatic(store, now_us - HOUR_US, add_stored_automatic, ledger, error))
        return NULL;
    return g_steal_pointer(&ledger);
}

void ack_ledger_free(AckLedger *ledger)
{
    if (!ledger)
        return;
    g_queue_clear_full(&ledger->acks, ack_free);
    g_hash_table_unref(ledger->counts);
    g_free(ledger);
}

static void change_count(AckLedger *ledger, const char *key, int by)
{
    int count = GPOINTER_TO_INT(g_hash_table_lookup(ledger->counts, key)) + by;
    if (count > 0)
        g_hash_table_replace(ledger->counts, g_strdup(key), GINT_TO_POINTER(count));
    else
        g_hash_table_remove(ledger->counts, key);
}

/* "victim+1@…" and "victim+2@…" are one mailbox, mostly, and whoever forges can name thousands of them. What
 * is no address (nobody to acknowledge) still needs a key. */
static char *key_of(const char *address)
{
    char *folded = address_fold(address);
    char *plus = folded ? strchr(folded, '+') : NULL, *at = folded ? strrchr(folded, '@') : NULL;
    if (plus && at && plus > folded && plus < at)
        memmove(plus, at, strlen(at) + 1);
    return folded ? folded : g_strdup("");
}

void ack_ledger_add(AckLedger *ledger, const char *address, gint64 at_us)
{
    Ack *ack = g_new0(Ack, 1);
    ack->address = key_of(address);
    ack->at_us = at_us;
    g_queue_push_tail(&ledger->acks, ack);
    change_count(ledger, ack->address, 1);
}

void ack_ledger_count(AckLedger *ledger, const char *address, gint64 now_us, guint *out_to_address,
                      guint *out_all)
{
    for (Ack *oldest; (oldest = g_queue_peek_head(&ledger->acks)) && oldest->at_us <= now_us - HOUR_US;) {
        change_count(ledger, oldest->address, -1);
        ack_free(g_queue_pop_head(&ledger->acks));
    }
    g_autofree char *key = key_of(address);
    *out_to_address = (guint)GPOINTER_TO_INT(g_hash_table_lookup(ledger->counts, key));
    *out_all = ledger->acks.length;
}

void ack_ledger_add_automatic(AckLedger *ledger, guint count, gint64 at_us)
{
    gint64 minute = at_us / MINUTE_US;
    Minute *place = &ledger->automatic[minute % MINUTES];
    if (place->minute != minute)
        *place = (Minute){.minute = minute};
    place->count += count;
}

guint ack_ledger_count_automatic(const AckLedger *ledger, gint64 now_us)
{
    gint64 minute = now_us / MINUTE_US;
    guint count = 0;
    for (guint i = 0; i < MINUTES; i++)
        if (ledger->automatic[i].minute > minute - MINUTES && ledger->automatic[i].minute <= minute)
            count += ledger->automatic[i].count;
    return count;
}
