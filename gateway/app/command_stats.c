#include "gateway/app/command.h"

#include <postern/base/error.h>

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

static void print_json(const StoreFigures *figures, gboolean holds)
{
    Json *object = json_make_object();
    json_put_integer(object, "received", figures->received);
    json_put_integer(object, "ticketed", figures->ticketed);
    json_put_integer(object, "held", figures->held);
    json_put_integer(object, "copies", figures->copies);
    json_put_boolean(object, "holds", holds);
    json_put_integer(object, "accepted", figures->accepted);
    json_put_integer(object, "waiting", figures->waiting);
    json_put_integer(object, "tickets", figures->tickets);
    json_put_integer(object, "tickets_open", figures->tickets_open);
    Json *outbox = json_make_object();
    json_put_integer(outbox, "queued", figures->outbox_waiting);
    json_put_integer(outbox, "sent", figures->outbox_sent);
    json_put_integer(outbox, "failed", figures->outbox_failed);
    json_put_integer(outbox, "uncertain", figures->outbox_uncertain);
    json_put(object, "outbox", outbox);
    command_print_json(object, FALSE);
}

static void print_text(const StoreFigures *figures, gboolean holds)
{
    printf("received %" PRId64 " %s ticketed %" PRId64 " + held %" PRId64 " + copies %" PRId64 "\n",
           figures->received, holds ? "=" : "≠", figures->ticketed, figures->held, figures->copies);
    printf("waiting to be read  %" PRId64 "\n", figures->waiting);
    printf("tickets             %" PRId64 " (%" PRId64 " not closed)\n", figures->tickets,
           figures->tickets_open);
    printf("outbox              %" PRId64 " queued, %" PRId64 " sent, %" PRId64 " failed, %" PRId64
           " unknown outcome\n",
           figures->outbox_waiting, figures->outbox_sent, figures->outbox_failed, figures->outbox_uncertain);
}

int command_stats(Command *command)
{
    int code = EX_OK;
    g_autoptr(Store) store = command_store(command, STORE_READ, &code);
    g_autoptr(GError) error = NULL;
    StoreFigures figures;
    if (!store)
        return code;
    if (!store_figures(store, &figures, &error))
        return command_fail_error(error);
    gboolean holds = figures.received == figures.ticketed + figures.held + figures.copies;
    if (command->json)
        print_json(&figures, holds);
    else
        print_text(&figures, holds);
    if (!holds)
        return command_fail(
            1, "the equation does not hold: mail was lost or counted twice; please keep the store as it is");
    return EX_OK;
}
