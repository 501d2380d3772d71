#include "calendar.h"

#include "calendar_lines.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

#define WHEN_BYTES 120u /* of a duration, before it is read */

typedef struct {
    Invitation *invitation;
    char *uid, *description;
    char *answer;   /* of its attendee */
    char *duration; /* raw, where the end is told that way */
    gboolean is_exception, is_cancelled;
} Event;

static void event_clear(Event *event)
{
    invitation_free(event->invitation);
    g_free(event->uid);
    g_free(event->description);
    g_free(event->duration);
    g_free(event->answer);
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

/* RFC 5545 3.3.10: how often, which is what people ask. */
static char *repeat_words(const char *rule)
{
    static const struct {
        const char *frequency, *word, *unit;
    } known[] = {{"HOURLY", "hourly", "hours"},
                 {"DAILY", "daily", "days"},
                 {"WEEKLY", "weekly", "weeks"},
                 {"MONTHLY", "monthly", "months"},
                 {"YEARLY", "yearly", "years"}};
    const char *frequency = strcasestr(rule, "FREQ="), *interval = strcasestr(rule, "INTERVAL=");
    guint64 steps = interval ? g_ascii_strtoull(interval + strlen("INTERVAL="), NULL, 10) : 1;
    for (guint i = 0; frequency && i < G_N_ELEMENTS(known); i++)
        if (g_ascii_strncasecmp(frequency + 5, known[i].frequency, strlen(known[i].frequency)) == 0)
            return steps > 1 && steps < 1000 ? g_strdup_printf("every %u %s", (guint)steps, known[i].unit)
                                             : g_strdup(known[i].word);
    return NULL;
}

/* RFC 5546 3.2.3: of an answer, what its writer says to it. */
static void take_attendee(Event *event, const CalendarLine *line)
{
    event->invitation->attendees++;
    g_autofree char *answer = calendar_parameter(line, "PARTSTAT");
    g_autofree char *lower = answer ? g_ascii_strdown(answer, -1) : NULL;
    if (lower && !event->answer && strspn(lower, "abcdefghijklmnopqrstuvwxyz-") == strlen(lower))
        event->answer = g_steal_pointer(&lower);
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
    else if (strcmp(line->name, "DTEND") == 0 || strcmp(line->name, "DUE") == 0)
        take(&invitation->ends, calendar_when(line));
    else if (strcmp(line->name, "DURATION") == 0)
        take(&event->duration, g_strndup(line->value, WHEN_BYTES));
    else if (strcmp(line->name, "ORGANIZER") == 0)
        take(&invitation->organizer, calendar_address(line->value));
    else if (strcmp(line->name, "RRULE") == 0)
        take(&invitation->repeats, repeat_words(line->value));
    else if (strcmp(line->name, "UID") == 0)
        take(&event->uid, clean_line(line->value, -1, LIMIT_MESSAGE_ID_BYTES));
    else if (strcmp(line->name, "DESCRIPTION") == 0)
        take(&event->description, calendar_text(line->value));
    else if (strcmp(line->name, "RECURRENCE-ID") == 0)
        event->is_exception = TRUE;
    else if (strcmp(line->name, "STATUS") == 0)
        event->is_cancelled = g_ascii_strcasecmp(line->value, "CANCELLED") == 0;
    else if (strcmp(line->name, "ATTENDEE") == 0)
        take_attendee(event, line);
}

/* RFC 5546 1.4; an event that says of itself that it is off is that without a word for it, too. */
static const char *method_of(const Event *event, const char *method)
{
    gboolean is_plain = !method || strcmp(method, "request") == 0 || strcmp(method, "publish") == 0;
    return event->is_cancelled && is_plain ? "cancel" : method;
}

static void event_finish(Event *event, const char *declared)
{
    Invitation *invitation = event->invitation;
    const char *method = method_of(event, declared);
    gboolean is_answer = method && strcmp(method, "reply") == 0 && event->answer;
    invitation->method = is_answer ? g_strdup_printf("reply: %s", event->answer) : g_strdup(method);
    if (!invitation->summary)
        invitation->summary = g_strdup("");
    if (invitation->ends) {
        g_autofree char *ends = g_steal_pointer(&invitation->ends);
        invitation->ends = calendar_last_day(invitation->starts, ends);
    } else if (event->duration)
        invitation->ends = calendar_end(invitation->starts, event->duration);
}

static void event_free(gpointer data)
{
    event_clear(data);
    g_free(data);
}

/* Of one event, the series goes before its exceptions, else the first counts. Without a UID each is another.
 */
static void event_keep(GPtrArray *events, Event *event)
{
    for (guint i = 0; event->uid && i < events->len; i++) {
        Event *kept = events->pdata[i];
        if (g_strcmp0(kept->uid, event->uid) != 0)
            continue;
        if (kept->is_exception && !event->is_exception) {
            event_clear(kept);
            *kept = *event;
            *event = (Event){0};
        }
        event_clear(event);
        return;
    }
    if (events->len < LIMIT_INVITATIONS)
        g_ptr_array_add(events, g_memdup2(event, sizeof *event));
    else
        event_clear(event);
    *event = (Event){0};
}

static gboolean is_line(const CalendarLine *line, const char *name, const char *value)
{
    return strcmp(line->name, name) == 0 && g_ascii_strcasecmp(line->value, value) == 0;
}

/* RFC 5545 3.6.1, 3.6.2: something to do has no end, but a day when it is due. */
static gboolean begins_event(const CalendarLine *line)
{
    return is_line(line, "BEGIN", "VEVENT") || is_line(line, "BEGIN", "VTODO");
}

static GPtrArray *read_events(const char *text, const char *declared)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(event_free);
    g_auto(CalendarLine) line = {0};
    g_auto(Event) event = {0};
    g_autofree char *method = NULL;
    guint within = 0; /* alarms and the like in an event */
    for (const char *at = text; calendar_line_next(&at, &line);) {
        if (strcmp(line.name, "METHOD") == 0 && !method)
            method = g_ascii_strdown(line.value, MIN((gssize)strlen(line.value), 20));
        else if (!event.invitation && begins_event(&line))
            event.invitation = g_new0(Invitation, 1);
        else if (event.invitation && strcmp(line.name, "BEGIN") == 0)
            within++;
        else if (event.invitation && strcmp(line.name, "END") == 0 && within > 0)
            within--;
        else if (event.invitation && strcmp(line.name, "END") == 0)
            event_keep(events, &event);
        else if (event.invitation && within == 0)
            take_property(&event, &line);
    }
    if (event.invitation)
        event_keep(events, &event);
    if (!method)
        method = g_strdup(declared);
    g_autofree char *clean = method ? clean_line(method, -1, LIMIT_NAME_BYTES) : NULL;
    for (guint i = 0; i < events->len; i++)
        event_finish(events->pdata[i], clean && *clean ? clean : NULL);
    return events;
}

void calendar_read(const char *text, const char *method, GHashTable *seen, GPtrArray *invitations)
{
    g_autoptr(GPtrArray) events = read_events(text, method);
    for (guint i = 0; i < events->len && invitations->len < LIMIT_INVITATIONS; i++) {
        Event *event = events->pdata[i];
        if (event->uid && *event->uid && !g_hash_table_add(seen, g_strdup(event->uid)))
            continue;
        g_ptr_array_add(invitations, g_steal_pointer(&event->invitation));
    }
}

char *calendar_description(const char *text)
{
    g_autoptr(GPtrArray) events = read_events(text, NULL);
    const Event *first = events->len > 0 ? events->pdata[0] : NULL;
    return g_strdup(first && first->description ? first->description : "");
}
