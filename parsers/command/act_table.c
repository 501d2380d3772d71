#include "act_table.h"

#include <postern/yaml.h>

#include <string.h>

/* So many letters of a longer name are taken for its beginning: "/sev", "/cat". */
#define BEGINNING_LETTERS 3u

static const ActRule rules[] = {
    [ACT_NOTE] = {"note", "/note words", "these words and all below stay inside the team", ARGUMENT_NOTE,
                  .names_ticket = TRUE, .has_words = TRUE},
    [ACT_ASSIGN] = {"assign", "/assign NAME", "gives the ticket to an agent", ARGUMENT_AGENT,
                    .names_ticket = TRUE},
    [ACT_TAKE] = {"take", "/take", "takes a ticket that nobody has", ARGUMENT_NONE, .names_ticket = TRUE},
    [ACT_HANDOFF] = {"handoff", "/handoff NAME what is open",
                     "hands the ticket on; the customer is told who continues", ARGUMENT_AGENT_AND_TEXT,
                     .names_ticket = TRUE, .has_words = TRUE},
    [ACT_TAKEOVER] = {"takeover", "/takeover why",
                      "takes the ticket from who has it; the customer is told who continues", ARGUMENT_REASON,
                      .names_ticket = TRUE, .has_words = TRUE},
    [ACT_CLOSE] = {"close", "/close", "closes the ticket", ARGUMENT_NONE, .names_ticket = TRUE},
    [ACT_REOPEN] = {"reopen", "/reopen", "opens the ticket again", ARGUMENT_NONE, .names_ticket = TRUE},
    [ACT_WAIT] = {"wait", "/wait", "waits for the customer's answer", ARGUMENT_NONE, .names_ticket = TRUE},
    [ACT_SEVERITY] = {"severity", "/severity low|medium|high|critical", "says how bad it is",
                      ARGUMENT_SEVERITY, .names_ticket = TRUE},
    [ACT_CATEGORY] = {"category", "/category WORD", "says what it is about", ARGUMENT_CATEGORY,
                      .names_ticket = TRUE},
    [ACT_FIELD] = {"field", "/field NAME value", "sets a field of the ticket", ARGUMENT_FIELD,
                   .names_ticket = TRUE, .has_words = TRUE},
    [ACT_MERGE] = {"merge", "/merge TICKET", "makes this ticket a part of another one", ARGUMENT_TICKET,
                   .names_ticket = TRUE, .is_risky = TRUE},
    [ACT_SPLIT] = {"split", "/split [MESSAGE …]",
                   "makes the message that you answer, or those with these ids, "
                   "a ticket of their own",
                   ARGUMENT_MESSAGES, .names_ticket = TRUE},
    [ACT_CC] = {"cc", "/cc ADDRESS", "somebody else gets the answers, too", ARGUMENT_ADDRESS,
                .names_ticket = TRUE, .is_risky = TRUE},
    [ACT_UNCC] = {"uncc", "/uncc ADDRESS", "somebody gets no more answers", ARGUMENT_ADDRESS,
                  .names_ticket = TRUE},
    [ACT_SPAM] = {"spam", "/spam", "no customer: the ticket is put away, nobody is written to", ARGUMENT_NONE,
                  .names_ticket = TRUE, .is_risky = TRUE},
    [ACT_SNOOZE] = {"snooze", "/snooze 30m|2h|2d|1w", "puts the ticket to sleep for a time",
                    ARGUMENT_DURATION, .names_ticket = TRUE},
    [ACT_RELEASE] =
        {"release", "/release [ID]",
         "gives the ticket back, so that anybody may take it; with the id of a held mail (admins): "
         "lets it through",
         ARGUMENT_MAY_HELD, .names_ticket = TRUE},
    [ACT_HELP] = {"help", "/help", "mails you this list", ARGUMENT_NONE, .names_ticket = FALSE},
    [ACT_FIND] = {"find", "/find words", "mails you the tickets with these words", ARGUMENT_SEARCH,
                  .has_words = TRUE},
    [ACT_CUSTOMER] = {"customer", "/customer ADDRESS [name]",
                      "opens a ticket for a customer; what stands below goes to him", ARGUMENT_CUSTOMER,
                      .is_risky = TRUE, .has_words = TRUE},
    [ACT_DROP] = {"drop", "/drop ID", "drops a held mail (admins)", ARGUMENT_HELD, .names_ticket = FALSE},
    [ACT_BLOCK] = {"block", "/block ADDRESS", "mail of this sender is held from now on (admins)",
                   ARGUMENT_ADDRESS, .names_ticket = FALSE},
    [ACT_HINT] = {"hint", "/hint [E12] investigating|workaround|fixed [14d] words",
                  "whoever writes of this error gets these words at once, until the time is over; /hint none "
                  "ends it",
                  ARGUMENT_HINT, .names_ticket = TRUE, .is_risky = TRUE, .has_words = TRUE},
};
G_STATIC_ASSERT(G_N_ELEMENTS(rules) == ACT_COUNT);

const ActRule *act_rule(ActType type)
{
    g_assert((guint)type < ACT_COUNT);
    return &rules[type];
}

const char *act_name(ActType type)
{
    return act_rule(type)->name;
}

const char *act_usage(ActType type)
{
    return act_rule(type)->usage;
}

const char *act_meaning(ActType type)
{
    return act_rule(type)->meaning;
}

gboolean act_is_risky(ActType type)
{
    return act_rule(type)->is_risky;
}

ActType act_parse(const char *word)
{
    guint type = 0;
    while (type < ACT_COUNT && strcmp(rules[type].name, word) != 0)
        type++;
    return (ActType)type;
}

/* The only name that begins with `word`. */
static const char *act_beginning(const char *word)
{
    const char *found = NULL;
    if (strlen(word) < BEGINNING_LETTERS)
        return NULL;
    for (guint i = 0; i < ACT_COUNT; i++) {
        if (!g_str_has_prefix(rules[i].name, word))
            continue;
        if (found)
            return NULL;
        found = rules[i].name;
    }
    return found;
}

const char *act_meant(const char *word)
{
    const char *names[ACT_COUNT + 1] = {NULL};
    for (guint i = 0; i < ACT_COUNT; i++)
        names[i] = rules[i].name;
    const char *beginning = act_beginning(word);
    return beginning ? beginning : problem_did_you_mean(word, names);
}
