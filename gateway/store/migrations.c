#include "gateway/store/store_private.h"

#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/stop.h>

/* Each step is run once, in order, in its own transaction. A step that has
 * shipped is never edited: the next change gets the next number.
 *
 * Ids of intake, messages and tickets are mail ids (base/mail_id.h): they grow with
 * time, so that new rows and index entries land at the end of their trees. */
static const char step_1[] =
    "CREATE TABLE raw ("
    "  id INTEGER PRIMARY KEY,"
    "  digest INTEGER NOT NULL," /* first 64 bits of sha256: a narrow index */
    "  sha256 BLOB NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  bytes BLOB," /* small mails */
    "  file TEXT,"  /* large ones: name within raw/ */
    "  CHECK ((bytes IS NULL) <> (file IS NULL))"
    ") STRICT;"
    "CREATE INDEX raw_by_digest ON raw (digest);"
    "CREATE INDEX raw_by_file ON raw (file) WHERE file IS NOT NULL;"

    "CREATE TABLE intake (" /* a row for each recipient that was answered 250 */
    "  id INTEGER PRIMARY KEY,"
    "  raw_id INTEGER NOT NULL REFERENCES raw (id),"
    "  received_us INTEGER NOT NULL,"
    "  source TEXT NOT NULL," /* lmtp, pipe, import */
    "  peer TEXT NOT NULL,"
    "  envelope_from TEXT NOT NULL,"
    "  recipient TEXT NOT NULL,"
    "  envid TEXT,"
    "  is_quiet INTEGER NOT NULL,"    /* nothing is sent because of it */
    "  is_released INTEGER NOT NULL," /* a person has let it pass */
    "  attempts INTEGER NOT NULL,"    /* readings begun; counted before the bytes are read */
    "  lease_us INTEGER NOT NULL,"    /* until then another process works on it */
    "  fate TEXT,"                    /* ticketed, held, copy; null while it waits */
    "  fate_of INTEGER,"              /* copy: the intake row it repeats */
    "  reason TEXT,"                  /* held: a word */
    "  detail TEXT,"                  /* held: for a person */
    "  from_text TEXT,"               /* held, copy: what lists show */
    "  subject TEXT"
    ") STRICT;"
    "CREATE INDEX intake_by_raw ON intake (raw_id);"
    "CREATE INDEX intake_waiting ON intake (id) WHERE fate IS NULL;"
    "CREATE INDEX intake_held ON intake (id) WHERE fate = 'held';"

    "CREATE TABLE tickets ("
    "  id INTEGER PRIMARY KEY," /* the mail that opened it */
    "  ref TEXT NOT NULL UNIQUE,"
    "  queue TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  severity TEXT, kind TEXT, category TEXT, owner TEXT,"
    "  requester_name TEXT NOT NULL,"
    "  requester_address TEXT NOT NULL,"
    "  created_us INTEGER NOT NULL,"
    "  updated_us INTEGER NOT NULL,"
    "  due_us INTEGER"
    ") STRICT;"

    "CREATE TABLE participants (" /* all but the requester */
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  address TEXT NOT NULL," /* address_fold: the key under which equal ones meet */
    "  name TEXT NOT NULL,"
    "  role TEXT NOT NULL,"
    "  PRIMARY KEY (ticket_id, address)"
    ") STRICT;"

    "CREATE TABLE messages ("
    "  id INTEGER PRIMARY KEY," /* the intake row it came from */
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  raw_id INTEGER REFERENCES raw (id),"
    "  direction TEXT NOT NULL,"
    "  from_name TEXT NOT NULL,"
    "  from_address TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  date_us INTEGER,"        /* as its writer says */
    "  at_us INTEGER NOT NULL," /* as we know */
    "  kind TEXT NOT NULL,"
    "  reply TEXT NOT NULL,"
    "  recipients TEXT NOT NULL," /* To and Cc: an address_fold a line */
    "  message_id TEXT,"
    "  message_id_hash INTEGER,"   /* ids_hash: narrow index */
    "  attachments TEXT NOT NULL," /* JSON */
    "  findings TEXT NOT NULL,"    /* JSON */
    "  why TEXT NOT NULL"          /* JSON: the reasons behind its fate */
    ") STRICT;"
    "CREATE INDEX messages_by_ticket ON messages (ticket_id);"
    "CREATE INDEX messages_by_id_hash ON messages (message_id_hash) WHERE message_id_hash IS NOT NULL;"

    "CREATE TABLE fields ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  message_id INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL," /* masked when secret */
    "  raw TEXT NOT NULL,"
    "  rule TEXT NOT NULL,"
    "  place TEXT NOT NULL,"
    "  start_byte INTEGER NOT NULL,"
    "  end_byte INTEGER NOT NULL,"
    "  is_secret INTEGER NOT NULL,"
    "  by_who TEXT NOT NULL" /* rules, or the person who set it */
    ") STRICT;"
    "CREATE INDEX fields_by_ticket ON fields (ticket_id);"

    "CREATE TABLE links ("
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  other_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  how TEXT NOT NULL,"
    "  PRIMARY KEY (ticket_id, other_id, how)"
    ") STRICT;"

    "CREATE TABLE events ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER,"
    "  mail_id INTEGER,"
    "  at_us INTEGER NOT NULL,"
    "  what TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX events_by_ticket ON events (ticket_id);"

    "CREATE TABLE outbox ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  mail_id INTEGER NOT NULL," /* the mail that caused it */
    "  kind TEXT NOT NULL,"
    "  to_address TEXT NOT NULL,"
    "  from_address TEXT NOT NULL,"
    "  envelope_from TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  message_id TEXT NOT NULL,"
    "  bytes BLOB NOT NULL,"
    "  state TEXT NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  uncertain INTEGER NOT NULL,"      /* outcomes that the other side left unknown */
    "  lost INTEGER NOT NULL DEFAULT 0," /* senders that stopped while they had it in hand */
    "  lease_us INTEGER NOT NULL,"       /* 0: nobody is sending it now */
    "  created_us INTEGER NOT NULL,"
    "  next_us INTEGER NOT NULL,"
    "  last_error TEXT"
    ") STRICT;"
    "CREATE INDEX outbox_due ON outbox (next_us) WHERE state IN ('queued', 'uncertain');"
    "CREATE INDEX outbox_by_ticket ON outbox (ticket_id);"

    "CREATE TABLE token_keys (id INTEGER PRIMARY KEY, secret BLOB NOT NULL, created_us INTEGER NOT NULL) "
    "STRICT;";

/* Leases that ran out are looked for with each claim: among the few that are leased, not among all that wait.
 */
static const char step_2[] = "CREATE INDEX outbox_leased ON outbox (next_us) WHERE lease_us > 0;";

static gboolean after_step_1(Store *store, GError **error)
{
    guint8 secret[32];
    random_bytes(secret, sizeof secret);
    return db_make_append_only(store->db, "events", error) &&
           db_run(store->db, error, "INSERT INTO token_keys (id, secret, created_us) VALUES (1, $1, $2)",
                  "bi", secret, sizeof secret, clock_now_us());
}

static const struct {
    const char *sql;
    gboolean (*after)(Store *store, GError **error);
} steps[] = {
    {step_1, after_step_1},
    {step_2, NULL},
};

static gboolean run_step(Store *store, gint64 number, GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    if (!db_begin(store->db, &transaction, error))
        return FALSE;
    /* Another process may have done it while we waited for the lock. */
    if (db_select_integer(store->db, 0, error, "SELECT coalesce(max(number), 0) FROM migrations", "") >=
        number)
        return TRUE;
    if (!db_script(store->db, steps[number - 1].sql, error) ||
        (steps[number - 1].after && !steps[number - 1].after(store, error)))
        return FALSE;
    stop_point("in-migration");
    return db_run(store->db, error, "INSERT INTO migrations (number, at_us) VALUES ($1, $2)", "ii", number,
                  clock_now_us()) &&
           db_commit(&transaction, error);
}

gboolean store_migrate(Store *store, GError **error)
{
    static const char table[] =
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL) STRICT";
    if (!db_script(store->db, table, error))
        return FALSE;
    g_autoptr(GError) inner = NULL;
    gint64 have =
        db_select_integer(store->db, 0, &inner, "SELECT coalesce(max(number), 0) FROM migrations", "");
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (have > (gint64)G_N_ELEMENTS(steps)) {
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "%s: the store was made by a newer Postern (schema %" G_GINT64_FORMAT
                    ", this program knows %d); "
                    "use the newer program",
                    store->folder, have, (int)G_N_ELEMENTS(steps));
        return FALSE;
    }
    for (gint64 number = have + 1; number <= (gint64)G_N_ELEMENTS(steps); number++) {
        if (!run_step(store, number, error)) {
            g_prefix_error(error, "%s: migration %d failed, nothing was changed: ", store->folder,
                           (int)number);
            return FALSE;
        }
    }
    return TRUE;
}
