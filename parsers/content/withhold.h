/* Which attachments hold a secret. Private to parsers/content. */
#pragma once

#include <postern/content.h>
#include <postern/mail.h>

/* TRUE when a secret rule finds something in the part, when a secret of the mail that the last rules_find
 * with this scratch met stands in it, or when that cannot be told: a rule gave up, or it is too long to be
 * looked through, or `deadline_us` (of clock_monotonic_us, for all parts of a mail together) is over.
 * Pictures, sound and video are not looked into, and of archives and the like only their bytes. */
gboolean withhold_part(Mail *mail, guint index, const RuleSet *rules, RulesScratch *scratch,
                       gint64 deadline_us);
