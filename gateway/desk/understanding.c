/* What a ticket is about, by what rules say of the mail: hints, where no person has said it. */
#include "gateway/desk/desk_private.h"

#include <postern/base/clean.h>

#include <string.h>

#define REASONS_SHOWN 6u
#define DISPUTES_MOST 10u
#define VALUE_SHOWN_BYTES 200u

/* A customer's word in his own ticket. A guest's changes nothing there. */
static gboolean may_say(const DeskCase *mail, const Decision *decision)
{
    return mail->reading && strcmp(decision->direction, "in") == 0 &&
           (decision->is_new_ticket || (g_strcmp0(decision->sender_role, "guest") != 0 &&
                                        mail->reading->kind == KIND_HUMAN && !decision->agent));
}

static const Meaning *chosen(const Reading *reading, MeaningType type)
{
    for (guint i = 0; i < reading->meanings->len; i++) {
        const Meaning *meaning = reading->meanings->pdata[i];
        if (meaning->type == type && meaning->is_chosen)
            return meaning;
    }
    return NULL;
}

/* "score 4: +3 cannot-connect: "can't connect" in subject 4-17; +1 …" */
static char *reasons_of(const Meaning *meaning)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "score %d: ", meaning->score);
    for (guint i = 0; i < meaning->reasons->len && i < REASONS_SHOWN; i++)
        g_string_append_printf(text, "%s%s", i ? "; " : "", (const char *)meaning->reasons->pdata[i]);
    if (meaning->reasons->len > REASONS_SHOWN)
        g_string_append_printf(text, "; and %u more", meaning->reasons->len - REASONS_SHOWN);
    return g_string_free(text, FALSE);
}

/* "; billing had 2" for those that were not chosen. */
static char *others_of(const Reading *reading, const Meaning *taken)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < reading->meanings->len; i++) {
        const Meaning *meaning = reading->meanings->pdata[i];
        if (meaning->type == taken->type && meaning != taken)
            g_string_append_printf(text, "%s%s had %d", text->len ? ", " : "; ", meaning->name,
                                   meaning->score);
    }
    return g_string_free(text, FALSE);
}

static void tell(const DeskCase *mail, Decision *decision, const Meaning *meaning, const char *what,
                 const char *note)
{
    g_autofree char *reasons = reasons_of(meaning), *others = others_of(mail->reading, meaning);
    decision_event(decision, what, "rules", "%s%s, %s%s", meaning->name, note, reasons, others);
}

static guint rank_of(const char *severity)
{
    static const char *const levels[] = {"low", "medium", "high", "critical"};
    for (guint i = 0; severity && i < G_N_ELEMENTS(levels); i++)
        if (strcmp(levels[i], severity) == 0)
            return i + 1;
    return 0;
}

/* A later mail may make a hint worse, never better: who says less then has not taken back what he said. */
static gboolean may_hint(const Ticket *ticket, const Meaning *meaning)
{
    return !ticket || !ticket->severity ||
           (g_strcmp0(ticket->severity_by, "rules") == 0 &&
            rank_of(meaning->name) > rank_of(ticket->severity));
}

void desk_understand(const DeskCase *mail, Decision *decision)
{
    if (!may_say(mail, decision))
        return;
    const Ticket *ticket = mail->facts->ticket;
    const Meaning *category = chosen(mail->reading, MEANING_CATEGORY);
    const Meaning *request = chosen(mail->reading, MEANING_REQUEST);
    const Meaning *severity = chosen(mail->reading, MEANING_SEVERITY);
    if (category && !(ticket && ticket->category)) {
        decision->category = g_strdup(category->name);
        tell(mail, decision, category, "category", "");
    }
    if (request && !(ticket && ticket->kind)) {
        decision->request = g_strdup(request->name);
        tell(mail, decision, request, "request", "");
    }
    if (severity && may_hint(ticket, severity)) {
        decision->severity = g_strdup(severity->name);
        decision->severity_why = reasons_of(severity);
        tell(mail, decision, severity, "severity", " as a hint");
    }
}

/* What a person set, or else what stands, of a single field; NULL: nothing that the mail could contradict. */
static const TicketField *standing(const Ticket *ticket, const Field *field)
{
    const TicketField *found = NULL;
    for (guint i = 0; i < ticket->fields->len; i++) {
        const TicketField *other = ticket->fields->pdata[i];
        if (strcmp(other->name, field->name) != 0)
            continue;
        if (strcmp(other->value, field->value) == 0)
            return NULL;
        if (!found && (strcmp(other->by, "rules") != 0 || field->is_single))
            found = other;
    }
    return found;
}

static void judge_field(const DeskCase *mail, Decision *decision, const Field *field)
{
    const TicketField *before = standing(mail->facts->ticket, field);
    if (!before)
        return;
    const char *label = mail->rules ? rules_label(mail->rules, field->name) : field->name;
    g_autofree char *old = clean_line(before->value, (gssize)strcspn(before->value, "\n"), VALUE_SHOWN_BYTES);
    g_autofree char *new = clean_line(field->value, (gssize)strcspn(field->value, "\n"), VALUE_SHOWN_BYTES);
    gboolean is_guest = g_strcmp0(decision->sender_role, "guest") == 0;
    if (strcmp(before->by, "rules") != 0 || is_guest) {
        const char *who = is_guest ? "the guest" : "the customer";
        g_ptr_array_add(decision->disputes, g_strdup_printf("%s now writes %s %s; the ticket has %s, by %s",
                                                            who, label, new, old, before->by));
        decision_event(decision, "writes otherwise", decision->sender_address, "%s: %s; %s, by %s, stays",
                       field->name, new, old, before->by);
    } else {
        decision_event(decision, "field", "rules", "%s: %s, was %s", field->name, new, old);
    }
}

void desk_compare_fields(const DeskCase *mail, Decision *decision)
{
    if (!mail->reading || !mail->facts->ticket || strcmp(decision->direction, "in") != 0)
        return;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < mail->reading->fields->len && g_hash_table_size(seen) < DISPUTES_MOST; i++) {
        const Field *field = mail->reading->fields->pdata[i];
        /* The first of a name is the primary one. */
        if (g_hash_table_add(seen, field->name))
            judge_field(mail, decision, field);
    }
}
