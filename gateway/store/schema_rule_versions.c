#include "gateway/store/schema.h"

const char schema_rule_versions[] =
    "CREATE TABLE rule_versions (" /* only ever added to: the newest row is live */
    "  id INTEGER PRIMARY KEY,"
    "  at_us INTEGER NOT NULL,"
    "  who TEXT NOT NULL,"
    "  how TEXT NOT NULL,"      /* start, reload, publish, undo */
    "  of_id INTEGER NOT NULL," /* of an undo: whose rules these are again; else 0 */
    "  note TEXT NOT NULL,"
    "  source BLOB NOT NULL,"     /* rules_source_pack */
    "  file_sha256 TEXT NOT NULL" /* of the admin's file (and its lists) when this row came to be */
    ") STRICT;";
