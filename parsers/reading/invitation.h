/* The calendar parts of a mail. Private to parsers/reading. */
#pragma once

#include <postern/parts.h>

/* Appends to `invitations` (Invitation) each event once, at most LIMIT_INVITATIONS. */
void invitations_read(Mail *mail, GPtrArray *invitations);
/* What a mail says that is nothing but a calendar part: title, time, place, who asks, description. "" when it
 * has none. The caller frees. */
char *invitation_text(Mail *mail);
