#include "gateway/store/schema.h"
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
    "  source TEXT NOT NULL," /* lmtp, imap, pipe, import */
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

/* A row of the outbox may belong to no ticket (mail to the admins), and knows its route. */
static const char step_3[] =
    "CREATE TABLE outbox_new ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER REFERENCES tickets (id)," /* null: about Postern itself */
    "  mail_id INTEGER NOT NULL,"                  /* the mail that caused it; 0: none */
    "  kind TEXT NOT NULL,"
    "  queue TEXT NOT NULL,"           /* whose routes it may take; '' for none */
    "  route TEXT NOT NULL,"           /* whose sender has it now; 'webhook:NAME' for those */
    "  is_automatic INTEGER NOT NULL," /* no person wrote it: not sent to addresses that failed */
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
    "  last_error TEXT,"
    "  status TEXT,"                           /* enhanced status code of the last answer (RFC 3463) */
    "  dialogue TEXT,"                         /* what was said at the last try */
    "  is_told INTEGER NOT NULL DEFAULT 0,"    /* its failure was reported to whom it concerns */
    "  returned_us INTEGER NOT NULL DEFAULT 0" /* a report said that it did not arrive; 0: none */
    ") STRICT;"
    "INSERT INTO outbox_new (id, ticket_id, mail_id, kind, queue, route, is_automatic, to_address, "
    "from_address,"
    "  envelope_from, subject, message_id, bytes, state, attempts, uncertain, lost, lease_us, created_us, "
    "next_us,"
    "  last_error, is_told) SELECT o.id, o.ticket_id, o.mail_id, o.kind, t.queue, '', 1, o.to_address,"
    "  o.from_address, o.envelope_from, o.subject, o.message_id, o.bytes, o.state, o.attempts, o.uncertain, "
    "o.lost,"
    "  o.lease_us, o.created_us, o.next_us, o.last_error, 1 FROM outbox o JOIN tickets t ON t.id = "
    "o.ticket_id;"
    "DROP TABLE outbox;"
    "ALTER TABLE outbox_new RENAME TO outbox;"
    "CREATE INDEX outbox_due ON outbox (route, next_us) WHERE state IN ('queued', 'uncertain');"
    "CREATE INDEX outbox_leased ON outbox (next_us) WHERE lease_us > 0;"
    "CREATE INDEX outbox_by_ticket ON outbox (ticket_id);"
    "CREATE INDEX outbox_untold ON outbox (id) WHERE is_told = 0 AND state IN ('failed', 'held');"

    "CREATE TABLE routes (" /* how each way out fares; written by its sender */
    "  name TEXT PRIMARY KEY,"
    "  is_down INTEGER NOT NULL,"
    "  since_us INTEGER NOT NULL,"   /* of that state */
    "  contact_us INTEGER NOT NULL," /* the last success; 0: never */
    "  error TEXT,"                  /* the last one, for people */
    "  error_us INTEGER NOT NULL,"
    "  alerted_us INTEGER NOT NULL" /* the admins were told that it is down; 0: not */
    ") STRICT;"

    "CREATE TABLE blocks ("       /* addresses that get no automatic mail for a time */
    "  address TEXT PRIMARY KEY," /* address_fold */
    "  until_us INTEGER NOT NULL,"
    "  status TEXT NOT NULL," /* enhanced status code */
    "  reason TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL"
    ") STRICT;";

/* The ledger of what was fetched from mailboxes. */
static const char step_4[] =
    "CREATE TABLE mailboxes (" /* how each fares; written by its fetcher */
    "  name TEXT PRIMARY KEY,"
    "  state TEXT NOT NULL,"         /* a word: starting, waiting (IDLE), polling, fetching, stopped */
    "  since_us INTEGER NOT NULL,"   /* of that state */
    "  begun_us INTEGER NOT NULL,"   /* when this mailbox was first known */
    "  contact_us INTEGER NOT NULL," /* the last good word of its server; 0: never */
    "  mail_us INTEGER NOT NULL,"    /* the last mail that was taken; 0: never */
    "  waiting INTEGER NOT NULL,"    /* mails seen there that are not ours yet */
    "  oldest_us INTEGER NOT NULL,"  /* when the oldest of these came; 0: none */
    "  error TEXT,"                  /* the last one, for people, with what to do */
    "  error_us INTEGER NOT NULL,"
    "  alerted_us INTEGER NOT NULL" /* the admins were told that it has stopped; 0: not */
    ") STRICT;"
    "CREATE TABLE folders ("
    "  id INTEGER PRIMARY KEY,"
    "  mailbox TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  uidvalidity INTEGER NOT NULL,"
    "  begin_us INTEGER NOT NULL,"  /* mail that came to the server before is not ours; 0: all is */
    "  begin_uid INTEGER NOT NULL," /* under this uidvalidity: lower UIDs are not ours */
    "  done_uid INTEGER NOT NULL,"  /* every UID up to here is finished or has a row in fetched */
    "  modseq INTEGER NOT NULL,"    /* HIGHESTMODSEQ (RFC 7162) when that was so; 0: unknown */
    "  UNIQUE (mailbox, name)"
    ") STRICT;"
    "CREATE TABLE fetched ("
    "  folder_id INTEGER NOT NULL REFERENCES folders (id),"
    "  uidvalidity INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  state TEXT NOT NULL," /* taken, finished, failed, too large */
    "  intake_id INTEGER,"   /* of the mail, once taken */
    "  sha256 BLOB,"
    "  size INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  next_us INTEGER NOT NULL," /* failed: when it is tried again */
    "  at_us INTEGER NOT NULL,"
    "  detail TEXT,"              /* failed, too large: for people */
    "  is_told INTEGER NOT NULL," /* the admins know */
    "  PRIMARY KEY (folder_id, uidvalidity, uid)"
    ") STRICT;"
    "CREATE INDEX fetched_open ON fetched (folder_id, uidvalidity, uid) WHERE state <> 'finished';"
    "CREATE INDEX fetched_untold ON fetched (at_us) WHERE is_told = 0;";

/* One conversation: who has a ticket and who speaks, where messages went, ids that lead to tickets. */
static const char step_5[] =
    "ALTER TABLE tickets ADD COLUMN voice TEXT;" /* the agent whom the customer heard last */
    "ALTER TABLE tickets ADD COLUMN lease_us INTEGER NOT NULL DEFAULT 0;"  /* the owner has it until then */
    "ALTER TABLE tickets ADD COLUMN closed_us INTEGER NOT NULL DEFAULT 0;" /* 0: it is not */
    "ALTER TABLE tickets ADD COLUMN snooze_us INTEGER NOT NULL DEFAULT 0;" /* sleeps until then */
    "ALTER TABLE tickets ADD COLUMN merged_into INTEGER;"                  /* has its messages now */
    "UPDATE tickets SET closed_us = updated_us WHERE status = 'closed';"
    "CREATE INDEX tickets_by_requester ON tickets (lower(requester_address));"
    "CREATE INDEX tickets_snoozed ON tickets (snooze_us) WHERE snooze_us > 0;"
    "CREATE INDEX tickets_merged ON tickets (merged_into) WHERE merged_into > 0;"
    "ALTER TABLE participants ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;" /* gets what agents answer; -1:
                                                                                an agent took him out */
    "CREATE INDEX participants_by_address ON participants (address);"
    "ALTER TABLE messages ADD COLUMN role TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN brings INTEGER NOT NULL DEFAULT 1;" /* Decision.brings */
    "ALTER TABLE messages ADD COLUMN same_hash INTEGER;" /* of what its writer made, without what servers
                                                            added */
    "ALTER TABLE messages ADD COLUMN text_hash INTEGER;" /* of sender and text without numbers: for loops */
    "CREATE INDEX messages_by_text_hash ON messages (text_hash) WHERE text_hash IS NOT NULL;"

    "ALTER TABLE intake ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;" /* held: the admins know */
    "CREATE INDEX intake_untold ON intake (id) WHERE fate = 'held' AND is_told = 0;"

    "CREATE TABLE heard_ids (" /* Message-IDs in References of accepted mail: of mails that we never had */
    "  id_hash INTEGER NOT NULL,"
    "  heard_id TEXT NOT NULL,"
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  mail_id INTEGER NOT NULL," /* in which it stood */
    "  PRIMARY KEY (id_hash, heard_id, ticket_id, mail_id)"
    ") STRICT;"

    "CREATE TABLE moves (" /* of messages between tickets: only ever added to */
    "  id INTEGER PRIMARY KEY,"
    "  message_id INTEGER NOT NULL,"
    "  from_ticket INTEGER NOT NULL,"
    "  to_ticket INTEGER NOT NULL,"
    "  how TEXT NOT NULL," /* merge, split */
    "  who TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX moves_by_message ON moves (message_id);"

    "CREATE TABLE drafts (" /* what an agent wrote and the customer did not get */
    "  mail_id INTEGER PRIMARY KEY,"
    "  ticket_id INTEGER NOT NULL REFERENCES tickets (id),"
    "  agent TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  is_done INTEGER NOT NULL" /* it was handed on */
    ") STRICT;"
    "CREATE INDEX drafts_open ON drafts (ticket_id) WHERE is_done = 0;"

    "CREATE TABLE refused_senders (" /* an admin wants nothing from them: their mail is held */
    "  address TEXT PRIMARY KEY,"    /* address_fold */
    "  who TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE moments (name TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT;"; /* when a thing was last
                                                                                       done */

/* Joined once, when it is run. */
static char *step_6(void)
{
    return g_strconcat(schema_meaning, schema_known_errors, schema_labels, schema_rule_versions, NULL);
}

static gboolean after_step_1(Store *store, GError **error)
{
    guint8 secret[32];
    random_bytes(secret, sizeof secret);
    return db_make_append_only(store->db, "events", error) &&
           db_run(store->db, error, "INSERT INTO token_keys (id, secret, created_us) VALUES (1, $1, $2)",
                  "bi", secret, sizeof secret, clock_now_us());
}

static gboolean after_step_5(Store *store, GError **error)
{
    return db_make_append_only(store->db, "moves", error);
}

static gboolean after_step_6(Store *store, GError **error)
{
    return db_make_append_only(store->db, "rule_versions", error) &&
           db_make_append_only(store->db, "known_error_trail", error) &&
           db_make_append_only(store->db, "labels", error);
}

static const struct {
    const char *sql;     /* one of these two */
    char *(*join)(void); /* the caller frees */
    gboolean (*after)(Store *store, GError **error);
} steps[] = {
    {step_1, NULL, after_step_1}, {step_2, NULL, NULL},         {step_3, NULL, NULL},
    {step_4, NULL, NULL},         {step_5, NULL, after_step_5}, {NULL, step_6, after_step_6},
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
    g_autofree char *joined = steps[number - 1].join ? steps[number - 1].join() : NULL;
    if (!db_script(store->db, joined ? joined : steps[number - 1].sql, error) ||
        (steps[number - 1].after && !steps[number - 1].after(store, error)))
        return FALSE;
    stop_point("in-migration");
    return db_run(store->db, error, "INSERT INTO migrations (number, at_us) VALUES ($1, $2)", "ii", number,
                  clock_now_us()) &&
           db_commit(&transaction, error);
}

static gboolean read_schema(Store *store, gint64 *out_have, GError **error)
{
    g_autoptr(GError) inner = NULL;
    *out_have =
        db_select_integer(store->db, 0, &inner, "SELECT coalesce(max(number), 0) FROM migrations", "");
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    if (*out_have <= (gint64)G_N_ELEMENTS(steps))
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                "%s: the store was made by a newer Postern (schema %" G_GINT64_FORMAT
                ", this program knows %d); "
                "use the newer program",
                store->folder, *out_have, (int)G_N_ELEMENTS(steps));
    return FALSE;
}

gboolean store_is_current(Store *store, GError **error)
{
    gint64 have;
    if (!read_schema(store, &have, error))
        return FALSE;
    if (have == (gint64)G_N_ELEMENTS(steps))
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                "%s: the store was made by an older Postern (schema %" G_GINT64_FORMAT
                ", this program needs %d); 'postern serve' brings it up to date when it starts",
                store->folder, have, (int)G_N_ELEMENTS(steps));
    return FALSE;
}

/* Gate, senders and fetchers open a new store at the same time. A look that becomes a write is refused at
 * once when another process wrote in between, so whoever may have to write takes its turn first. */
static gboolean make_table(Store *store, GError **error)
{
    static const char table[] =
        "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL) STRICT";
    gint64 have;
    if (read_schema(store, &have, NULL))
        return TRUE;
    g_auto(DbTransaction) transaction = {0};
    return db_begin(store->db, &transaction, error) && db_script(store->db, table, error) &&
           db_commit(&transaction, error);
}

gboolean store_migrate(Store *store, GError **error)
{
    gint64 have;
    if (!make_table(store, error) || !read_schema(store, &have, error))
        return FALSE;
    for (gint64 number = have + 1; number <= (gint64)G_N_ELEMENTS(steps); number++) {
        if (!run_step(store, number, error)) {
            g_prefix_error(error, "%s: migration %d failed, nothing was changed: ", store->folder,
                           (int)number);
            return FALSE;
        }
    }
    return TRUE;
}
