/* One order: checked, done, and told. A mail is done wholly or not at all. */
#include "gateway/acts/acts_private.h"

#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/ticket_change.h>

#include <string.h>

/* What prepares an answer comes before it, what ends or hands on the conversation behind it. */
typedef enum { BEFORE, BEHIND, TURN_COUNT } Turn;

static const struct {
    ActDoer doer;
    Turn turn;
    gboolean is_for_all; /* harmless: also who does not have the ticket may */
} deeds[ACT_COUNT] = {
    [ACT_NOTE] = {act_note_down, BEFORE, TRUE},
    [ACT_ASSIGN] = {act_assign, BEHIND, FALSE},
    [ACT_TAKE] = {act_take, BEFORE, TRUE}, /* says itself who has it */
    [ACT_HANDOFF] = {act_hand_off, BEHIND, TRUE},
    [ACT_TAKEOVER] = {act_take_over, BEFORE, TRUE},
    [ACT_CLOSE] = {act_close, BEHIND, FALSE},
    [ACT_REOPEN] = {act_reopen, BEFORE, FALSE},
    [ACT_WAIT] = {act_wait, BEHIND, FALSE},
    [ACT_SEVERITY] = {act_severity, BEFORE, TRUE},
    [ACT_CATEGORY] = {act_category, BEFORE, TRUE},
    [ACT_FIELD] = {act_field, BEFORE, TRUE},
    [ACT_MERGE] = {act_merge, BEHIND, FALSE},
    [ACT_SPLIT] = {act_split, BEHIND, FALSE},
    [ACT_CC] = {act_cc, BEFORE, FALSE},
    [ACT_UNCC] = {act_uncc, BEFORE, FALSE},
    [ACT_SPAM] = {act_spam, BEHIND, FALSE},
    [ACT_SNOOZE] = {act_snooze, BEHIND, FALSE},
    [ACT_RELEASE] = {act_release, BEHIND, FALSE},
    [ACT_CUSTOMER] = {act_customer, BEFORE, TRUE},
    [ACT_HINT] = {act_hint, BEFORE, TRUE}, /* about all who have that error */
};

static void acts_clear(Acts *acts)
{
    g_clear_pointer(&acts->problems, g_ptr_array_unref);
    g_clear_pointer(&acts->touched, g_array_unref);
    g_clear_pointer(&acts->found, g_ptr_array_unref);
    g_free(acts->kept_back);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Acts, acts_clear)

void acts_result_clear(ActsResult *result)
{
    g_clear_pointer(&result->lines, g_ptr_array_unref);
}

/* Acts without a ticket. */
static gboolean do_free(Acts *acts, const Act *act, GError **error)
{
    if (act->type == ACT_HELP)
        return acts->with_help = TRUE;
    if (act->type != ACT_FIND)
        return acts_refuse(acts, act, "/%s is for admins, as an answer to their list of held mail",
                           act_name(act->type));
    g_clear_pointer(&acts->found, g_ptr_array_unref);
    acts->found = ticket_search(acts->desk->store, act->text ? act->text : "", LIMIT_FOUND_TICKETS, error);
    return acts->found != NULL;
}

/* 0 after a refusal, or an error. */
static gint64 ticket_of(Acts *acts, const Act *act, GError **error)
{
    g_autoptr(GError) inner = NULL;
    if (!act->ref && acts->order->ticket_id)
        return acts->order->ticket_id;
    if (!act->ref) {
        acts_refuse(acts, act, "this mail is about no ticket; name it: /%s SUP-…, or reply to a notice",
                    act_name(act->type));
        return 0;
    }
    gint64 id = ticket_find_ref(acts->desk->store, act->ref, &inner);
    if (inner)
        acts_refuse_error(acts, act, g_steal_pointer(&inner), error);
    else if (!id)
        acts_refuse(acts, act, "there is no ticket %s; /find words looks for one", act->ref);
    return id;
}

static gboolean do_act(Acts *acts, const Act *act, GError **error)
{
    if (!deeds[act->type].doer)
        return do_free(acts, act, error);
    if (act->type == ACT_HINT && act->number && !act->ref && !acts->order->ticket_id)
        return act_hint_by_name(acts, act, error);
    gint64 id = ticket_of(acts, act, error);
    g_autoptr(Ticket) ticket = id ? acts_ticket(acts, id, error) : NULL;
    if (!ticket)
        return FALSE;
    const ConfigAgent *other = acts_other(acts, ticket);
    if (other && !deeds[act->type].is_for_all)
        return acts_refuse(acts, act,
                           "%s has %s and decides that; tell it with a /note, or first /takeover why",
                           other->display, ticket->ref);
    if (!deeds[act->type].doer(acts, act, ticket, error))
        return FALSE;
    g_array_append_val(acts->touched, ticket->id);
    return TRUE;
}

static gboolean do_turn(Acts *acts, Turn turn, GError **error)
{
    const GPtrArray *list = acts->order->sheet->acts;
    for (guint i = 0; i < list->len; i++) {
        const Act *act = list->pdata[i];
        if (deeds[act->type].turn == turn && !do_act(acts, act, error))
            return FALSE;
    }
    return TRUE;
}

/* What he does to a ticket of his own keeps it his. */
static gboolean renew_leases(Acts *acts, GError **error)
{
    const ConfigAgent *agent = acts->order->agent;
    for (guint i = 0; agent && i < acts->touched->len; i++) {
        g_autoptr(Ticket) ticket = acts_ticket(acts, g_array_index(acts->touched, gint64, i), error);
        if (!ticket)
            return FALSE;
        if (acts_owner(acts, ticket) == agent &&
            !ticket_set_owner(acts->desk->store, ticket->id, agent->name, acts_lease(acts, ticket),
                              acts->desk->now_us, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean do_all(Acts *acts, GError **error)
{
    return do_turn(acts, BEFORE, error) && speak(acts, error) && do_turn(acts, BEHIND, error) &&
           renew_leases(acts, error);
}

/* TRUE also for a refusal; then nothing of it is in the store. */
static gboolean try_all(Acts *acts, GError **error)
{
    Store *store = acts->desk->store;
    g_autoptr(GError) inner = NULL;
    if (!store_part_begin(store, error))
        return FALSE;
    gboolean ok = do_all(acts, &inner);
    if (!store_part_end(store, ok, error))
        return FALSE;
    if (ok || !inner)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* As if it had never begun. */
static void forget(Acts *acts)
{
    g_ptr_array_set_size(acts->out->lines, 0);
    acts->out->outgoing = acts->out->automatic = 0;
    acts->number = acts->order->number;
    acts->with_help = FALSE;
    g_clear_pointer(&acts->found, g_ptr_array_unref);
    g_clear_pointer(&acts->kept_back, g_free);
}

static const GPtrArray *problems_of(const Acts *acts)
{
    return acts->problems->len > 0 ? acts->problems : acts->order->sheet->problems;
}

static void say_problems(Acts *acts)
{
    const GPtrArray *problems = problems_of(acts);
    for (guint i = 0; i < problems->len; i++) {
        const ActProblem *problem = problems->pdata[i];
        if (problem->line && problem->written && *problem->written)
            acts_say(acts, "line %u, %s: %s", problem->line, problem->written, problem->words);
        else
            acts_say(acts, "%s", problem->words);
    }
}

/* The ticket that a receipt is about: that of the mail, else the only one that was touched; NULL: none. */
static Ticket *receipt_ticket(const Acts *acts, GError **error)
{
    gint64 id = acts->order->ticket_id;
    for (guint i = 0; !acts->order->ticket_id && i < acts->touched->len; i++) {
        gint64 other = g_array_index(acts->touched, gint64, i);
        if (id && id != other)
            return NULL;
        id = other;
    }
    return id ? acts_ticket(acts, id, error) : NULL;
}

static gboolean is_receipt_due(const Acts *acts)
{
    return acts->order->is_by_mail && acts->order->agent &&
           (acts->out->is_refused || acts->is_told || acts->order->sheet->acts->len > 0);
}

static gboolean write_receipt(Acts *acts, GError **error)
{
    if (!is_receipt_due(acts))
        return TRUE;
    gboolean is_refused = acts->out->is_refused;
    g_autoptr(GError) inner = NULL;
    g_autoptr(Ticket) ticket = receipt_ticket(acts, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    Receipt receipt = {.is_refused = is_refused,
                       .lines = is_refused ? NULL : acts->out->lines,
                       .problems = is_refused ? problems_of(acts) : NULL,
                       .with_help = acts->with_help,
                       .found = acts->found,
                       .own_text = is_refused ? acts->order->sheet->text : acts->kept_back};
    LetterCase letter = acts_letter(acts, ticket);
    return acts_post(acts, &letter, letter_receipt(&letter, acts->order->agent, &receipt), error);
}

static gboolean note_refusal(Acts *acts, GError **error)
{
    if (!acts->order->ticket_id)
        return TRUE;
    g_autoptr(Ticket) ticket = acts_ticket(acts, acts->order->ticket_id, error);
    return ticket && acts_event(acts, ticket, error, "refused", "nothing was done or sent: %s",
                                (const char *)acts->out->lines->pdata[0]);
}

gboolean acts_perform(const ActsDesk *desk, const ActsOrder *order, ActsResult *out, GError **error)
{
    *out = (ActsResult){.lines = g_ptr_array_new_with_free_func(g_free)};
    g_auto(Acts) acts = {.desk = desk,
                         .order = order,
                         .out = out,
                         .number = order->number,
                         .problems = g_ptr_array_new_with_free_func((GDestroyNotify)act_problem_free),
                         .touched = g_array_new(FALSE, FALSE, sizeof(gint64))};
    if (order->sheet->problems->len == 0 && !try_all(&acts, error))
        return FALSE;
    out->is_refused = order->sheet->problems->len > 0 || acts.problems->len > 0;
    if (!out->is_refused)
        return write_receipt(&acts, error);
    forget(&acts);
    say_problems(&acts);
    return note_refusal(&acts, error) && write_receipt(&acts, error);
}
