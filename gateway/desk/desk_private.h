/* The steps of a judgement, each in a file of its own. */
#pragma once

#include <postern/compose.h>
#include <postern/desk.h>
#include <postern/letters.h>
#include <postern/meanings.h>

/* Whether both lead to one ticket, or to tickets that were one before a split, or that continue each other.
 */
gboolean desk_are_kin(const Evidence *a, const Evidence *b);

/* Which ticket: sets ticket_id, ref, is_new_ticket, related, why, sender_role, add_participant. */
void desk_find_ticket(const DeskCase *mail, Decision *decision);

/* References tell of the whole conversation, and after a split that leads to both parts; so it does where a
 * ticket continues a closed one. Of pieces that lead to nothing but such tickets, one of that in which the
 * answered mail stands; else NULL. */
const Evidence *desk_nearest_kin(const Reading *reading, const GPtrArray *pieces);

/* Sets `heard`: ids of mails that we perhaps never had. A colleague's answer to one of them belongs here.
 * What guests name leads nobody anywhere. */
void desk_hear(const DeskCase *mail, Decision *decision);

/* Closed tickets (closed.c). TRUE when a word for the ticket of `piece` comes too late to open it again, and
 * goes to a new one. */
gboolean desk_opens_anew(const DeskCase *mail, const Evidence *piece, gboolean belongs);
/* The status of a joined ticket after this mail, says_solved, refuse_closed. */
void desk_judge_status(const DeskCase *mail, Decision *decision);

/* A decision to hold: `reason` is a word, `words` and `argument` (or NULL) are for a person. */
Decision *desk_hold(const char *reason, const char *words, const char *argument);

/* The ladder against loops (loops.c). Of mail that must be held because of it; NULL: go on. */
Decision *desk_hold_loop(const DeskCase *mail);
/* Why nothing answers, in words; NULL: go ahead. The caller frees. The first is about marks of automatic
 * mail, the second about all that comes after. Not for mail that could not be read. */
char *desk_refuse_machine(const DeskCase *mail);
char *desk_refuse_loop(const DeskCase *mail);
/* Tells the agents, in the last notice of them, when there will be no more about mails of one text. */
void desk_warn_of_loop(const DeskCase *mail, Decision *decision);
/* Why the agents are not told of this one. */
char *desk_refuse_notice(const DeskCase *mail, const Decision *decision);

/* What the ticket is about, by what rules say of the mail (understanding.c): category, request, severity. */
void desk_understand(const DeskCase *mail, Decision *decision);
/* Events and disputes where the mail says something else than the ticket has. */
void desk_compare_fields(const DeskCase *mail, Decision *decision);
/* Once it is sure whether there is an acknowledgement: asked, missing, is_complete (asking.c). */
void desk_judge_asking(const DeskCase *mail, Decision *decision);
/* The questions of the acknowledgement: `asked` and `welcome`, with label, ask and why. */
void desk_add_questions(const DeskCase *mail, const Decision *decision, TemplateValues *values);
/* There is nothing to go by in the mail, and nobody knows what to ask for. */
gboolean desk_is_bare(const DeskCase *mail, const Decision *decision);
/* "App ID, Library" of names of fields. The caller frees. */
char *desk_labels(const DeskCase *mail, const GPtrArray *names);

/* An answer to a digest of held mail, judged; NULL when the mail is none. */
Decision *desk_judge_admin(const DeskCase *mail);

/* Whether an acknowledgement and a notice are due; says why not. */
void desk_judge_answers(const DeskCase *mail, Decision *decision);

/* TRUE when the report is surely about a mail of ours: anything less must change nothing. */
gboolean desk_report_is_proven(const DeskCase *mail);
/* What a proven report says about its mail: events, and what the store is to mark. */
void desk_judge_report(const DeskCase *mail, Decision *decision);

/* The token in a Message-ID of ours, "nonce.token@domain". */
gboolean desk_id_token(const char *id, const TokenKey *keys, gsize key_count, Token *out);

/* Turns what is due into final bytes. */
void desk_write_outgoing(const DeskCase *mail, Decision *decision);

/* Signed with `key`. The caller frees. */
char *desk_make_token(const TokenKey *key, gint64 now_us, gint64 ticket_id, TokenRole role,
                      const char *address);
/* RFC 5233: "support@x" with a token becomes "support+token@x". The caller frees. */
char *desk_token_address(const ConfigQueue *queue, const char *token);

/* All notices of a ticket hang on one id that no mail has: clients show them as one conversation,
 * whichever of them an agent has kept. The caller frees. */
char *desk_thread_root(const Config *config, gint64 ticket_id);

/* What acknowledgement and notice share. All that is returned is the caller's, but for the first. */
const char *desk_queue_address(const DeskCase *mail);
/* Address and Message-ID with a token made for `person`. */
char *desk_address_for(const DeskCase *mail, const Decision *decision, TokenRole role, const char *person);
char *desk_message_id(const DeskCase *mail, const Decision *decision, TokenRole role, const char *to);
void desk_add_common_values(const DeskCase *mail, const Decision *decision, TemplateValues *values);
char *desk_plain_subject(const Decision *decision, const char *subject);
/* Without reply prefixes and the reference; NULL when nothing is left. */
char *desk_bare_subject(const char *ref, const char *subject);
/* "Dora Meyer (Acme Support)", for whoever reads what a mail is about and whom an answer reaches; without the
 * name when it is none, or could be taken for one of us. The caller frees. */
char *desk_name_at_queue(const Config *config, const ConfigQueue *queue, const char *written);
GPtrArray *desk_mailboxes_new(void);
/* An agent's mail of commands: neither for the customer nor a note, and its receipt has said what became of
 * it. */
gboolean desk_is_commands(const TicketMessage *message);
void desk_add_outgoing(const DeskCase *mail, Decision *decision, const char *kind,
                       const TemplateValues *values, const char *envelope_from, ComposeMail *compose);
/* `secrets`: of which kinds, each once. */
void desk_add_secrets(const DeskCase *mail, TemplateValues *values);
void desk_write_acknowledgement(const DeskCase *mail, Decision *decision);
void desk_write_notice(const DeskCase *mail, Decision *decision, const ConfigAgent *agent);

/* hints.c: what is known about the errors of the mail. For the customer: "hints" with the words that count
 * now (text, state, until, and is_investigating, is_workaround or is_fixed). For agents: "known_errors", a
 * line each (text). */
void hints_add(const DeskCase *mail, TemplateValues *values);
void hints_add_for_agent(const DeskCase *mail, TemplateValues *values);

/* Fields that acknowledgements and notices show. */
#define FIELDS_SHOWN_MOST 12u

/* The name by which the sender may be spoken to, or NULL. The caller frees. */
char *desk_spoken_name(const DeskCase *mail, const Decision *decision);
/* The same of any name. `is_sure`: the address is surely his whose name it is. */
char *desk_name_to_speak(const char *name, const char *address, gboolean is_sure);
/* "Smith, Anna" as "Anna Smith"; NULL when it can be anything but a name. The caller frees. */
char *desk_plain_name(const char *name);

/* The addresses of ours that the mail names, as it names them: first those that it was delivered to, then To,
 * then Cc. Array of borrowed char *. */
GPtrArray *desk_our_addresses(const Config *config, const Reading *reading);

gboolean desk_is_automatic(const Reading *reading);
/* What programs answer by themselves: about another mail, and no word of a conversation. */
gboolean desk_is_report(const Reading *reading);
/* Whose address the From carries; anybody can write it. */
const ConfigAgent *desk_agent(const DeskCase *mail);
/* That agent, and nothing speaks against its being him (design: "Who speaks"). */
gboolean desk_agent_is_proven(const DeskCase *mail);
/* Sets agent, proof and doubt. */
void desk_name_agent(const DeskCase *mail, Decision *decision);
gboolean desk_came_to_agents_token(const DeskCase *mail);
/* An agent's word that commands of his are meant; NULL when the mail is none. */
Decision *desk_judge_confirmation(const DeskCase *mail);
/* Sets what an agent asks for (sheet, about_id). Another decision, where his mail opens and joins no ticket:
 * he is asked back, or there are only commands; else NULL. */
Decision *desk_judge_agent(const DeskCase *mail, Decision *decision, gboolean has_ticket);
/* What becomes of an agent's mail in the ticket that was found: direction, customer, events, and where he is
 * not believed the receipt that says so. */
void desk_place_agent(const DeskCase *mail, Decision *decision);
/* The first act of that type, or NULL. */
const Act *desk_act(const CommandSheet *sheet, ActType type);

LetterCase desk_letter_case(const DeskCase *mail, const Decision *decision);
/* The mail because of which a mail of ours with this Message-ID was written, or 0. */
gint64 desk_id_cause(const char *id);

/* Mails of one ticket within an hour that the agents are told of: two machines that answer each other through
 * us without saying that they are machines stop here. */
#define NOTICES_PER_TICKET_HOUR 20u
