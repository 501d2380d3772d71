/* The mail that a mail passes on, in its text or attached. Private to parsers/reading. */
#pragma once

#include <postern/mail.h>

/* After text, attachments and kind of `reading` are known. NULL when there is none, more than one, or none
 * whose writer our strict grammar takes. `quote_start`: as of reply_split. The caller frees. */
Forwarded *forwarded_read(Mail *mail, const Reading *reading, gssize quote_start);
