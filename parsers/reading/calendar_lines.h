/* Content lines of a calendar and their values (RFC 5545 3.1 to 3.3). Private to parsers/reading. */
#pragma once

#include <glib.h>

typedef struct {
    char *name;       /* upper case */
    char *parameters; /* raw, with the first semicolon; "" when there are none */
    char *value;      /* raw, unfolded */
} CalendarLine;
void calendar_line_clear(CalendarLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalendarLine, calendar_line_clear)

/* The next content line at `at`, which moves behind it; lines that are none are passed over. FALSE at the
 * end. */
gboolean calendar_line_next(const char **at, CalendarLine *line);

/* ";TZID=Europe/Berlin;VALUE=DATE-TIME": the value of one, or NULL. The caller frees. */
char *calendar_parameter(const CalendarLine *line, const char *name);

/* A TEXT value without its escapes, clean: as text, or on one line. The callers free. */
char *calendar_text(const char *value);
char *calendar_text_line(const char *value, gsize limit_bytes);

/* DTSTART and its like: "2026-11-23 10:00 Europe/Berlin", "2026-11-23 09:00 UTC", "2026-11-23"; NULL when it
 * is no time. The caller frees. */
char *calendar_when(const CalendarLine *line);
/* `starts`, as calendar_when made it, and a duration later ("PT1H30M"); NULL when one of them is none. */
char *calendar_end(const char *starts, const char *duration);
/* `ends` as people name it: of whole days the last one (RFC 5545 3.6.1: DTEND is the day after), NULL when it
 * is the only one. */
char *calendar_last_day(const char *starts, const char *ends);
