/* What a calendar part says (RFC 5545, 5546), as far as people are to be told of it. Private to
 * parsers/reading. */
#pragma once

#include <postern/values.h>

/* Appends to `invitations` (Invitation, at most LIMIT_INVITATIONS) the events and things to do of a calendar
 * text; of a series and its exceptions the series itself. `method`: what the part's type says it asks for, in
 * lower case (RFC 6047 2.4), where the text does not; or NULL. Events whose UID is in `seen` are passed over,
 * the others' are added to it (char *, owned). Nothing is believed but form: broken lines are passed over.
 * Linear. */
void calendar_read(const char *text, const char *method, GHashTable *seen, GPtrArray *invitations);

/* The description of the first event, clean text, "" when there is none. The caller frees. */
char *calendar_description(const char *text);
