#include "gateway/store/schema.h"

const char schema_labels[] =
    "CREATE TABLE labels (" /* only ever added to: a later one counts */
    "  id INTEGER PRIMARY KEY,"
    "  mail_id INTEGER NOT NULL,"
    "  field TEXT NOT NULL,"
    "  value TEXT NOT NULL,"       /* normalised; '': nothing of this field is in the mail */
    "  is_right INTEGER NOT NULL," /* 0: a rule found this, and it is wrong */
    "  is_seen INTEGER NOT NULL,"  /* it stands in the text of the mail */
    "  rule TEXT NOT NULL,"        /* a wrong one: that found it */
    "  how TEXT NOT NULL,"         /* field (a correction of the ticket), label */
    "  who TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX labels_by_mail ON labels (mail_id);";
