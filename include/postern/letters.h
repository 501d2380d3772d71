/* What the desk writes to people about a ticket when somebody acts on it: final bytes, from values. Pure. */
#pragma once

#include <postern/command_sheet.h>
#include <postern/config.h>
#include <postern/content.h>
#include <postern/decision.h>
#include <postern/notices.h>
#include <postern/rules.h>
#include <postern/ticket.h>

typedef struct {
    const Config *config;
    const NoticeSet *notices;
    const RuleSet *rules;
    const TokenKey *keys; /* newest first */
    gint64 now_us;
    const Ticket *ticket;   /* with its newest messages; NULL: it is about no ticket */
    gint64 cause_id;        /* the mail or act because of which it is written: Message-IDs are made of it */
    const char *answers_id; /* Message-ID of a customer's mail that it answers, where the ticket does not have
                               it yet; or NULL */
    guint number;           /* how many were written because of it already; each letter counts it up */
} LetterCase;

/* What of an agent's words may reach a customer of this ticket: without quotes but of what customers wrote
 * here, without tokens and whatever else of a page of ours. HTML that may say more than the text is left out.
 * Nothing is left: `text` is "" and there are no parts. Doing it twice changes nothing. Never NULL. */
Content *letter_clean_answer(const Ticket *ticket, const Content *content);
/* Text, or an attachment that was meant as one. */
gboolean letter_has_words(const Content *content);

/* The agent's words to the requester and to all who get copies: one Outgoing each ("answer"), From "Kim Lee
 * (Acme Support)", Reply-To its own token, threaded to what the customer wrote last. Array of Outgoing; empty
 * when nobody can be written to. */
GPtrArray *letter_answer(LetterCase *letter, const ConfigAgent *agent, const Content *content);

/* To the requester and all who get copies: `agent` answers from now on ("handoff", in his voice, thanking
 * `before`). `is_takeover`: he asked for it himself. Array of Outgoing. */
GPtrArray *letter_handoff(LetterCase *letter, const ConfigAgent *before, const ConfigAgent *agent,
                          gboolean is_takeover);

/* The state of the ticket for one agent of a handoff ("turn"): what is open, what the other had not sent.
 * `is_yours`: he has it now. `drafts`: texts, may be NULL. */
Outgoing *letter_turn(LetterCase *letter, const ConfigAgent *to, const ConfigAgent *other, gboolean is_yours,
                      const char *open, const GPtrArray *draft_texts);

/* To an agent ("receipt"): what was done, or that nothing was and why. */
typedef struct {
    gboolean is_refused;
    const GPtrArray *lines;    /* char * */
    const GPtrArray *problems; /* ActProblem, or NULL */
    gboolean with_help;        /* the list of commands */
    const GPtrArray *found;    /* Ticket of a search, or NULL */
    const char *own_text;      /* of what was not sent: given back, so that nothing is lost; or NULL */
} Receipt;
Outgoing *letter_receipt(LetterCase *letter, const ConfigAgent *agent, const Receipt *receipt);

/* A note, or what was not sent, for another agent ("aside"). */
Outgoing *letter_aside(LetterCase *letter, const ConfigAgent *to, const char *who, const char *what,
                       const char *text);

/* To the customer: closed because he said that it is solved ("solved"); or he wrote to a ticket that stays
 * closed
 * ("refused"). NULL when he cannot be written to. */
Outgoing *letter_solved(LetterCase *letter, const Mailbox *to);
Outgoing *letter_refused(LetterCase *letter, const Mailbox *to);

/* Whom an answer in this ticket reaches: the requester, and all who get copies. Array of Mailbox. */
GPtrArray *letter_readers(const LetterCase *letter);
/* To these of them (Mailbox): an error that they wrote of is resolved ("fixed"), in `words` of one of us.
 * `is_proven`: a border server vouched for the requester. `out_text` (or NULL) gets the text of the first.
 * Array of Outgoing. */
GPtrArray *letter_fixed(LetterCase *letter, const GPtrArray *to, const char *words, gboolean is_proven,
                        char **out_text);

/* To an agent: a risky command waits for his word ("confirm"); any answer to it lets the held mail go on. */
Outgoing *letter_confirm(LetterCase *letter, const ConfigAgent *agent, gint64 held_id,
                         const CommandSheet *sheet);
