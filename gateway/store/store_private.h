/* What the files of the store room share. */
#pragma once

#include "gateway/store/db.h"

#include <postern/base/digest.h>
#include <postern/store.h>

struct Store {
    Db *db;
    char *folder;
    char *raw_folder;
    gint64 seen_version; /* for store_changed_elsewhere */
};

/* Brings the schema to the newest number; a failed step changes nothing and deletes nothing. */
gboolean store_migrate(Store *store, GError **error);

/* In intake.is_released: not only let pass by a person, but confirmed by who wrote it. */
#define INTAKE_CONFIRMED 2

gboolean store_add_event(Store *store, gint64 ticket_id, gint64 mail_id, gint64 at_us, const char *what,
                         const char *who, const char *detail, GError **error);

/* What raw_by_digest is over. */
gint64 store_digest_head(const guint8 sha256[DIGEST_BYTES]);
