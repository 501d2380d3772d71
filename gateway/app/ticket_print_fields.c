#include "gateway/app/ticket_view.h"

#include <postern/base/clock.h>
#include <postern/base/mail_id.h>

#include <stdio.h>
#include <string.h>

void ticket_print_asked(const Ticket *ticket)
{
    if (ticket->asked_us) {
        g_auto(GStrv) names = g_strsplit(ticket->asked, "\n", -1);
        guint count = g_strv_length(names);
        if (count > 1 && !*names[count - 1])
            g_clear_pointer(&names[count - 1], g_free);
        g_autofree char *asked = g_strjoinv(", ", names), *at = clock_local(ticket->asked_us);
        g_autofree char *text = g_strdup_printf("%s (%s)", asked, at);
        command_print("asked    ", text);
    }
    if (ticket->complete_us) {
        g_autofree char *at = clock_local(ticket->complete_us);
        command_print("complete ", at);
    }
}

static gsize name_width(const Ticket *ticket)
{
    const GPtrArray *lists[] = {ticket->fields, ticket->history, ticket->lost};
    gsize width = 0;
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            width = MAX(width, strlen(((const TicketField *)lists[l]->pdata[i])->name));
    return width;
}

static char *origin_of(const TicketField *field)
{
    g_autofree char *message = mail_id_format(field->message_id);
    return field->message_id == 0
               ? g_strdup_printf("said by %s", field->by)
               : g_strdup_printf("%s, %s %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT " of %s", field->rule,
                                 field->place, field->start, field->end, message);
}

static void print_old(const GPtrArray *fields, gsize width, const char *title)
{
    if (fields->len > 0)
        printf("\n%s%s%s\n", style_bold(), title, style_off());
    for (guint i = 0; i < fields->len; i++) {
        const TicketField *field = fields->pdata[i];
        g_autofree char *origin = origin_of(field);
        g_autofree char *fate =
            field->lost_to ? g_strdup_printf("%s; lost to %s", origin, field->lost_to)
                           : g_strdup_printf("%s; then %s, by %s", origin, field->later, field->later_by);
        command_print_field((guint)width, field->name, field->value, fate);
    }
}

void ticket_print_fields(const Ticket *ticket)
{
    gsize width = name_width(ticket);
    if (ticket->fields->len > 0)
        putchar('\n');
    for (guint i = 0; i < ticket->fields->len; i++) {
        const TicketField *field = ticket->fields->pdata[i];
        g_autofree char *origin = origin_of(field);
        command_print_field((guint)width, field->name, field->value, origin);
    }
    print_old(ticket->history, width, "What stood before");
    print_old(ticket->lost, width, "What other rules won over");
}

/* "category connecting, score 5: +3 cannot-connect: …; +2 …" */
void ticket_print_meanings(const TicketMessage *message)
{
    g_autoptr(Json) meanings = message->meanings ? json_parse(message->meanings) : NULL;
    for (guint i = 0; meanings && i < json_count(meanings); i++) {
        const Json *meaning = json_at(meanings, i);
        g_autoptr(GPtrArray) reasons = json_texts(json_member(meaning, "reasons"));
        GString *text = g_string_new(NULL);
        g_string_append_printf(text, "%s %s%s, score %" G_GINT64_FORMAT, json_text_of(meaning, "type"),
                               json_text_of(meaning, "name"),
                               json_truth_of(meaning, "chosen") ? "" : " (not chosen)",
                               json_integer_of(meaning, "score", 0));
        for (guint r = 0; r < reasons->len; r++)
            g_string_append_printf(text, "%s%s", r ? "; " : ": ", (const char *)reasons->pdata[r]);
        command_print("    about: ", text->str);
        g_string_free(text, TRUE);
    }
}
