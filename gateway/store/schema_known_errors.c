#include "gateway/store/schema.h"

/* What was seen hangs on prints, not on groups: merging and splitting groups moves no more than prints. */
const char schema_known_errors[] =
    "CREATE TABLE known_errors ("
    "  id INTEGER PRIMARY KEY,"
    "  title TEXT NOT NULL," /* the first line of the normalised text */
    "  first_us INTEGER NOT NULL,"
    "  last_us INTEGER NOT NULL,"
    "  hint_state TEXT," /* investigating, workaround, fixed; null: no hint */
    "  hint TEXT,"       /* words for customers */
    "  hint_by TEXT,"
    "  hint_us INTEGER NOT NULL DEFAULT 0,"
    "  hint_until_us INTEGER NOT NULL DEFAULT 0,"
    "  resolved_us INTEGER NOT NULL DEFAULT 0," /* also names that solution: nobody is told twice of one */
    "  resolved_by TEXT,"
    "  incident_us INTEGER NOT NULL DEFAULT 0,"      /* many customers have it since; 0: no */
    "  incident_over_us INTEGER NOT NULL DEFAULT 0," /* the last one ended then: who wrote before is not
                                                       counted again */
    "  merged_into INTEGER"                          /* the group that has its prints now */
    ") STRICT;"
    "CREATE INDEX known_errors_incident ON known_errors (id) WHERE incident_us > 0;"

    "CREATE TABLE known_error_prints ("
    "  id INTEGER PRIMARY KEY,"
    "  print TEXT NOT NULL UNIQUE," /* with the number of its version in front */
    "  error_id INTEGER NOT NULL REFERENCES known_errors (id),"
    "  title TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX known_error_prints_by_error ON known_error_prints (error_id);"

    "CREATE TABLE known_error_seen (" /* which mail had it; the ticket is where its message is now */
    "  id INTEGER PRIMARY KEY,"
    "  print_id INTEGER NOT NULL REFERENCES known_error_prints (id),"
    "  message_id INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  customer TEXT NOT NULL,"    /* address_fold without a sub-address */
    "  is_person INTEGER NOT NULL" /* no machine wrote it */
    ") STRICT;"
    "CREATE INDEX known_error_seen_by_print ON known_error_seen (print_id, at_us, customer);"

    "CREATE TABLE known_error_told (" /* who was told of a solution */
    "  error_id INTEGER NOT NULL REFERENCES known_errors (id),"
    "  resolved_us INTEGER NOT NULL,"
    "  ticket_id INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  PRIMARY KEY (error_id, resolved_us, ticket_id)"
    ") STRICT;"

    "CREATE TABLE known_error_trail (" /* only ever added to */
    "  id INTEGER PRIMARY KEY,"
    "  error_id INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  who TEXT NOT NULL,"
    "  what TEXT NOT NULL,"
    "  detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX known_error_trail_by_error ON known_error_trail (error_id);";
