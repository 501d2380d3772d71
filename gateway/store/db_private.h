/* A connection to SQLite: of db.c and db_transaction.c alone. */
#pragma once

#include "gateway/store/db.h"

#include <sqlite3.h>

struct Db {
    sqlite3 *handle;
    GHashTable *statements; /* address of the SQL literal → sqlite3_stmt */
    gboolean is_lazy;       /* commits do not sync */
};
