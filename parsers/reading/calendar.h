/* What a calendar part says (RFC 5545, 5546), as far as people are to be told of it. Private to
 * parsers/reading. */
#pragma once

#include <postern/values.h>

/* The event of a calendar text: of several (a series and its exceptions) the series itself. Nothing is
 * believed of it but form: broken lines are passed over. NULL when there is no event. `out_uid` (may be NULL)
 * gets what tells it from others, "" when it does not say; the caller frees both. Linear. */
Invitation *calendar_read(const char *text, char **out_uid);

/* The description of that event, clean text, "" when there is none. The caller frees. */
char *calendar_description(const char *text);
