/* No secret leaves a Reading: every text in it that a stranger worded is masked. Private to parsers/reading.
 */
#pragma once

#include <postern/reading.h>

/* After rules_find of the same mail. A rule that gives up is a finding. Ids and addresses stay as they are:
 * mail is answered and joined by them. */
void masking_run(const ReadingSettings *settings, gint64 deadline_us, Reading *reading);
