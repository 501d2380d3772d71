/* Known errors, shown: all, or one with all that belongs to it. */
#include "gateway/app/errors_verbs.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>

#include <stdio.h>
#include <sysexits.h>

#define SAMPLES_MOST 5u
#define TICKETS_MOST 1000u

static void put_hint(Json *object, const KnownError *known)
{
    if (!known->hint_state) {
        json_put_null(object, "hint");
        return;
    }
    Json *hint = json_make_object();
    json_put_text(hint, "state", known->hint_state);
    json_put_text(hint, "text", known->hint);
    json_put_text(hint, "by", known->hint_by);
    json_put_time(hint, "at", known->hint_us);
    json_put_time(hint, "until", known->hint_until_us);
    json_put_boolean(hint, "counts", known_error_hint_counts(known, clock_now_us()));
    json_put(object, "hint", hint);
}

Json *known_error_json(const KnownError *known)
{
    Json *object = json_make_object();
    g_autofree char *name = known_error_name(known->id);
    g_autofree char *into = known->merged_into ? known_error_name(known->merged_into) : NULL;
    json_put_text(object, "id", name);
    json_put_text(object, "title", known->title);
    json_put_text(object, "state", known_error_state(known, clock_now_us()));
    json_put_integer(object, "ticket_count", known->tickets);
    json_put_integer(object, "ticket_open_count", known->open_tickets);
    json_put_integer(object, "customer_count", known->customers);
    json_put_integer(object, "print_count", known->prints);
    json_put_time(object, "first_seen", known->first_us);
    json_put_time(object, "last_seen", known->last_us);
    put_hint(object, known);
    json_put_time(object, "resolved", known->resolved_us);
    json_put_text(object, "resolved_by", known->resolved_by);
    json_put_time(object, "incident_since", known->incident_us);
    json_put_text(object, "merged_into", into);
    return object;
}

static Json *item_json(gconstpointer item)
{
    return known_error_json(item);
}

static void print_table(const GPtrArray *list)
{
    static const char *const columns[] = {"ID", "LAST SEEN", "STATE", "TICKETS", "CUSTOMERS", "ERROR", NULL};
    Table *table = table_new(columns, "ERROR");
    for (guint i = 0; i < list->len; i++) {
        const KnownError *known = list->pdata[i];
        g_autofree char *name = known_error_name(known->id);
        g_autofree char *last = clock_local(known->last_us);
        g_autofree char *tickets = g_strdup_printf("%" G_GINT64_FORMAT, known->tickets);
        g_autofree char *customers = g_strdup_printf("%" G_GINT64_FORMAT, known->customers);
        g_autofree char *state = g_strconcat(known_error_state(known, clock_now_us()),
                                             known->incident_us ? ", incident" : "", NULL);
        const char *cells[] = {name, last, state, tickets, customers, known->title};
        table_add(table, cells);
    }
    table_print(table);
}

int errors_list(Command *command)
{
    int code = EX_OK;
    if (!command_limit_is_good())
        return EX_USAGE;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = known_error_list(store, (guint)list_limit, &error);
    return command_list(command, list, item_json, print_table, "No error text was read yet.", error);
}

/* All that `show` tells of one. */
typedef struct {
    KnownError *known;
    GPtrArray *prints, *samples, *tickets, *trail;
} Whole;

static void whole_clear(Whole *whole)
{
    known_error_free(whole->known);
    g_clear_pointer(&whole->prints, g_ptr_array_unref);
    g_clear_pointer(&whole->samples, g_ptr_array_unref);
    g_clear_pointer(&whole->tickets, g_ptr_array_unref);
    g_clear_pointer(&whole->trail, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Whole, whole_clear)

static gboolean read_whole(Store *store, gint64 id, Whole *out, GError **error)
{
    return (out->known = known_error_get(store, id, error)) &&
           (out->prints = known_error_prints(store, id, error)) &&
           (out->samples = known_error_samples(store, id, SAMPLES_MOST, error)) &&
           (out->tickets = known_error_tickets(store, id, 0, TICKETS_MOST, error)) &&
           (out->trail = known_error_trail(store, id, error));
}

static Json *print_json(const KnownErrorPrint *print)
{
    Json *object = json_make_object();
    json_put_text(object, "print", print->print);
    json_put_text(object, "title", print->title);
    json_put_integer(object, "mails", print->mails);
    return object;
}

static Json *ticket_row_json(const KnownErrorTicket *ticket)
{
    Json *object = json_make_object();
    json_put_text(object, "ref", ticket->ref);
    json_put_text(object, "queue", ticket->queue);
    json_put_text(object, "status", ticket->status);
    json_put_text(object, "subject", ticket->subject);
    json_put_text(object, "requester", ticket->requester);
    json_put_time(object, "first_seen", ticket->first_us);
    json_put_boolean(object, "person", ticket->is_person);
    json_put_time(object, "told", ticket->told_us);
    return object;
}

static Json *trail_json(const KnownErrorEvent *event)
{
    Json *object = json_make_object();
    json_put_time(object, "at", event->at_us);
    json_put_text(object, "who", event->who);
    json_put_text(object, "what", event->what);
    json_put_text(object, "detail", event->detail);
    return object;
}

static Json *whole_json(const Whole *whole)
{
    Json *object = known_error_json(whole->known);
    Json *prints = json_make_array(), *tickets = json_make_array(), *trail = json_make_array();
    for (guint i = 0; i < whole->prints->len; i++)
        json_add(prints, print_json(whole->prints->pdata[i]));
    for (guint i = 0; i < whole->tickets->len; i++)
        json_add(tickets, ticket_row_json(whole->tickets->pdata[i]));
    for (guint i = 0; i < whole->trail->len; i++)
        json_add(trail, trail_json(whole->trail->pdata[i]));
    json_put(object, "prints", prints);
    json_put_texts(object, "samples", whole->samples);
    json_put(object, "tickets", tickets);
    json_put(object, "trail", trail);
    return object;
}

static void print_head(const KnownError *known)
{
    gint64 now_us = clock_now_us();
    g_autofree char *name = known_error_name(known->id);
    g_autofree char *into = known->merged_into ? known_error_name(known->merged_into) : NULL;
    g_autofree char *seen_first = clock_local(known->first_us), *seen_last = clock_local(known->last_us);
    g_autofree char *seen = g_strdup_printf("first %s, last %s", seen_first, seen_last);
    g_autofree char *counts = g_strdup_printf("%" G_GINT64_FORMAT " customers, %" G_GINT64_FORMAT
                                              " tickets, %" G_GINT64_FORMAT " of them open",
                                              known->customers, known->tickets, known->open_tickets);
    g_autofree char *incident = known->incident_us ? clock_local(known->incident_us) : NULL;
    g_autofree char *until = known->hint_state ? clock_local(known->hint_until_us) : NULL;
    g_autofree char *resolved_at = known->resolved_us ? clock_local(known->resolved_us) : NULL;
    g_autofree char *resolved =
        resolved_at ? g_strdup_printf("%s by %s", resolved_at, known->resolved_by) : NULL;
    g_autofree char *hint =
        until ? g_strdup_printf("%s, by %s, %s %s: %s", known->hint_state, known->hint_by,
                                known_error_hint_counts(known, now_us) ? "until" : "over since", until,
                                known->hint)
              : NULL;
    command_print("Error      ", name);
    command_print("Text       ", known->title);
    command_print("State      ", known_error_state(known, now_us));
    command_print("Seen       ", seen);
    command_print("By         ", counts);
    command_print("Incident   since ", incident);
    command_print("Hint       ", hint);
    command_print("Resolved   ", resolved);
    command_print("Merged     into ", into);
}

static void print_tickets(const GPtrArray *tickets)
{
    static const char *const columns[] = {"TICKET", "STATUS", "SEEN", "TOLD", "CUSTOMER", "SUBJECT", NULL};
    Table *table = table_new(columns, "SUBJECT");
    for (guint i = 0; i < tickets->len; i++) {
        const KnownErrorTicket *ticket = tickets->pdata[i];
        g_autofree char *seen = clock_local(ticket->first_us);
        g_autofree char *told = ticket->told_us ? clock_local(ticket->told_us) : g_strdup("");
        const char *cells[] = {ticket->ref, ticket->status, seen, told, ticket->requester, ticket->subject};
        table_add(table, cells);
    }
    table_print(table);
}

static void print_whole(const Whole *whole)
{
    print_head(whole->known);
    printf("\n%sPrints%s\n", style_bold(), style_off());
    for (guint i = 0; i < whole->prints->len; i++) {
        const KnownErrorPrint *print = whole->prints->pdata[i];
        g_autofree char *line = g_strdup_printf("%s  %" G_GINT64_FORMAT " mail%s: %s", print->print,
                                                print->mails, print->mails == 1 ? "" : "s", print->title);
        command_print("  ", line);
    }
    for (guint i = 0; i < whole->samples->len; i++) {
        printf("\n%sAs written%s\n", style_bold(), style_off());
        command_print_block(whole->samples->pdata[i], 2);
    }
    if (whole->tickets->len > 0) {
        puts("");
        print_tickets(whole->tickets);
    }
    if (whole->trail->len > 0)
        printf("\n%sTrail%s\n", style_bold(), style_off());
    for (guint i = 0; i < whole->trail->len; i++) {
        const KnownErrorEvent *event = whole->trail->pdata[i];
        g_autofree char *at = clock_local(event->at_us);
        g_autofree char *line = g_strdup_printf("%s  %s, %s%s%s", at, event->who, event->what,
                                                *event->detail ? ": " : "", event->detail);
        command_print("  ", line);
    }
}

int errors_show(Command *command)
{
    int code = EX_OK;
    gint64 id = errors_id(command->argv[1]);
    if (!id)
        return EX_NOINPUT;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    if (!store)
        return code;
    g_auto(Whole) whole = {0};
    g_autoptr(GError) error = NULL;
    if (!read_whole(store, id, &whole, &error))
        return command_fail_error(error);
    if (command->json)
        command_print_json(whole_json(&whole), FALSE);
    else
        print_whole(&whole);
    return EX_OK;
}
