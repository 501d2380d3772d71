#include "invitation.h"

#include "calendar.h"

#include <postern/base/limits.h>

#include <string.h>

#define CALENDAR_BYTES (256u * 1024) /* of one part: exceptions of a long series */

static gboolean is_calendar(Mail *mail, guint index)
{
    const MailPart *part = mail_part(mail, index);
    static const char *const types[] = {"text/calendar", "application/ics", "text/x-vcalendar"};
    if (!part->is_leaf || part->is_message)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(part->type, types[i]) == 0)
            return TRUE;
    if (strcmp(part->type, "application/octet-stream") == 0 &&
        g_strcmp0(mail_part_measure(mail, index)->found_type, "text/calendar") == 0)
        return TRUE;
    gsize length = part->name ? strlen(part->name) : 0;
    return length > 4 && g_ascii_strcasecmp(part->name + length - 4, ".ics") == 0;
}

void invitations_read(Mail *mail, GPtrArray *invitations)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < mail_part_count(mail) && invitations->len < LIMIT_INVITATIONS; i++) {
        if (!is_calendar(mail, i))
            continue;
        g_autofree char *text = part_text_plain(mail, i, CALENDAR_BYTES, NULL, NULL);
        calendar_read(text, mail_part(mail, i)->method, seen, invitations);
    }
}

static void add_line(GString *text, const char *label, const char *value)
{
    if (value && *value)
        g_string_append_printf(text, "%s%s\n", label, value);
}

char *invitation_text(Mail *mail)
{
    guint index = 0;
    while (index < mail_part_count(mail) && !is_calendar(mail, index))
        index++;
    if (index == mail_part_count(mail))
        return g_strdup("");
    g_autofree char *calendar = part_text_plain(mail, index, CALENDAR_BYTES, NULL, NULL);
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)invitation_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    calendar_read(calendar, mail_part(mail, index)->method, seen, events);
    if (events->len == 0)
        return g_strdup("");
    const Invitation *event = events->pdata[0];
    g_autofree char *description = calendar_description(calendar);
    g_autofree char *when = g_strdup_printf("%s%s%s", event->starts ? event->starts : "",
                                            event->ends ? " to " : "", event->ends ? event->ends : "");
    GString *text = g_string_new(NULL);
    if (event->method && strcmp(event->method, "request") != 0 && strcmp(event->method, "publish") != 0)
        g_string_append_printf(text, "(%s) ", event->method);
    add_line(text, "", event->summary);
    add_line(text, "When: ", when);
    add_line(text, "Where: ", event->location);
    add_line(text, "From: ", event->organizer);
    if (*description)
        g_string_append_printf(text, "\n%s\n", description);
    return g_string_free(text, FALSE);
}
