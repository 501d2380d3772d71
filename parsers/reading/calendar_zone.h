/* Names of time zones as calendars write them, as people know them. Private to parsers/reading. */
#pragma once

/* "W. Europe Standard Time" and "/example.org/2026_1/Europe/Berlin" are "Europe/Berlin"; a name that nobody
 * knows stays as it is. Clean, one line. The caller frees. */
char *calendar_zone(const char *name);
