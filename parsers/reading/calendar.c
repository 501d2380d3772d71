#include "calendar.h"

#include "calendar_lines.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

#define WHEN_BYTES 120u

typedef struct {
    Invitation *invitation;
    char *uid, *description;
    char *duration; /* raw, where the end is told that way */
    gboolean is_exception;
} Event;

static void event_clear(Event *event)
{
    invitation_free(event->invitation);
    g_free(event->uid);
    g_free(event->description);
    g_free(event->duration);
    *event = (Event){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Event, event_clear)

static void take(char **to, char *value)
{
    if (*to)
        g_free(value);
    else
        *to = value;
}

/* "mailto:boss@example.org" */
static char *calendar_address(const char *value)
{
    gsize scheme = g_ascii_strncasecmp(value, "mailto:", 7) == 0 ? 7 : 0;
    char *address = clean_line(value + scheme, -1, LIMIT_NAME_BYTES);
    if (strchr(address, '@'))
        return address;
    g_free(address);
    return NULL;
}

/* RFC 5545 3.3.10: only how often, which is what people ask. */
static char *repeat_word(const char *rule)
{
    static const char *const words[] = {"hourly", "daily", "weekly", "monthly", "yearly"};
    const char *frequency = strcasestr(rule, "FREQ=");
    for (guint i = 0; frequency && i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strncasecmp(frequency + 5, words[i], strlen(words[i])) == 0)
            return g_strdup(words[i]);
    return NULL;
}

static void take_property(Event *event, const CalendarLine *line)
{
    Invitation *invitation = event->invitation;
    if (strcmp(line->name, "SUMMARY") == 0)
        take(&invitation->summary, calendar_text_line(line->value, LIMIT_SUBJECT_BYTES));
    else if (strcmp(line->name, "LOCATION") == 0 && *line->value)
        take(&invitation->location, calendar_text_line(line->value, LIMIT_SUBJECT_BYTES));
    else if (strcmp(line->name, "DTSTART") == 0)
        take(&invitation->starts, calendar_when(line));
    else if (strcmp(line->name, "DTEND") == 0)
        take(&invitation->ends, calendar_when(line));
    else if (strcmp(line->name, "DURATION") == 0)
        take(&event->duration, g_strndup(line->value, WHEN_BYTES));
    else if (strcmp(line->name, "ORGANIZER") == 0)
        take(&invitation->organizer, calendar_address(line->value));
    else if (strcmp(line->name, "RRULE") == 0)
        take(&invitation->repeats, repeat_word(line->value));
    else if (strcmp(line->name, "UID") == 0)
        take(&event->uid, clean_line(line->value, -1, LIMIT_MESSAGE_ID_BYTES));
    else if (strcmp(line->name, "DESCRIPTION") == 0)
        take(&event->description, calendar_text(line->value));
    else if (strcmp(line->name, "RECURRENCE-ID") == 0)
        event->is_exception = TRUE;
    else if (strcmp(line->name, "ATTENDEE") == 0)
        invitation->attendees++;
}

static void event_finish(Event *event, const char *method)
{
    Invitation *invitation = event->invitation;
    invitation->method = g_strdup(method);
    if (!invitation->summary)
        invitation->summary = g_strdup("");
    if (!invitation->ends && event->duration)
        invitation->ends = calendar_end(invitation->starts, event->duration);
}

/* A series goes before its exceptions, else the first counts. */
static void event_keep(Event *kept, Event *event)
{
    if (!kept->invitation || (kept->is_exception && !event->is_exception)) {
        event_clear(kept);
        *kept = *event;
        *event = (Event){0};
    } else {
        event_clear(event);
    }
}

static gboolean is_line(const CalendarLine *line, const char *name, const char *value)
{
    return strcmp(line->name, name) == 0 && g_ascii_strcasecmp(line->value, value) == 0;
}

static void read_event(const char *text, Event *kept)
{
    g_auto(CalendarLine) line = {0};
    g_auto(Event) event = {0};
    g_autofree char *method = NULL;
    guint within = 0; /* alarms and the like in an event */
    for (const char *at = text; calendar_line_next(&at, &line);) {
        if (strcmp(line.name, "METHOD") == 0 && !method)
            method = g_ascii_strdown(line.value, MIN((gssize)strlen(line.value), 20));
        else if (is_line(&line, "BEGIN", "VEVENT") && !event.invitation)
            event.invitation = g_new0(Invitation, 1);
        else if (event.invitation && strcmp(line.name, "BEGIN") == 0)
            within++;
        else if (event.invitation && strcmp(line.name, "END") == 0 && within > 0)
            within--;
        else if (event.invitation && strcmp(line.name, "END") == 0)
            event_keep(kept, &event);
        else if (event.invitation && within == 0)
            take_property(&event, &line);
    }
    if (event.invitation)
        event_keep(kept, &event);
    g_autofree char *clean = method ? clean_line(method, -1, LIMIT_NAME_BYTES) : NULL;
    if (kept->invitation)
        event_finish(kept, clean && *clean ? clean : NULL);
}

Invitation *calendar_read(const char *text, char **out_uid)
{
    g_auto(Event) kept = {0};
    read_event(text, &kept);
    if (out_uid)
        *out_uid = g_strdup(kept.uid ? kept.uid : "");
    return g_steal_pointer(&kept.invitation);
}

char *calendar_description(const char *text)
{
    g_auto(Event) kept = {0};
    read_event(text, &kept);
    return kept.description ? g_steal_pointer(&kept.description) : g_strdup("");
}
