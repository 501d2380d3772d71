#include "gateway/store/schema.h"

const char schema_meaning[] =
    "ALTER TABLE tickets ADD COLUMN asked TEXT NOT NULL DEFAULT '';"         /* names of fields, one a line */
    "ALTER TABLE tickets ADD COLUMN asked_us INTEGER NOT NULL DEFAULT 0;"    /* when the customer was asked */
    "ALTER TABLE tickets ADD COLUMN complete_us INTEGER NOT NULL DEFAULT 0;" /* when nothing was missing any
                                                                                 more, without an agent */
    "ALTER TABLE tickets ADD COLUMN severity_by TEXT;" /* rules: a hint; null: somebody said it, or nobody */
    "ALTER TABLE messages ADD COLUMN meanings TEXT NOT NULL DEFAULT '[]';" /* JSON */
    "ALTER TABLE fields ADD COLUMN lost_to TEXT;"                          /* a loser: the rule that won */
    "ALTER TABLE fields ADD COLUMN lost_why TEXT;"
    "ALTER TABLE fields ADD COLUMN is_single INTEGER NOT NULL DEFAULT 0;" /* a ticket has one value of it */
    "ALTER TABLE fields ADD COLUMN print TEXT;"                           /* fingerprint of an error text */
    "ALTER TABLE fields ADD COLUMN replaced_by INTEGER;"; /* history: a later value of the same field */
