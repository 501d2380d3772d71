/* What all letters share: whom they go to, from whom they come, how they hang together. */
#pragma once

#include "gateway/desk/desk_private.h"

#include <postern/letters.h>

/* Who gets what agents answer: the requester and all with copies, each once, none of ours and none who cannot
 * be written to; at most LIMIT_ANSWER_RECIPIENTS. Array of Mailbox, the requester first. */
GPtrArray *letter_recipients(const LetterCase *letter);

gboolean letter_may_write_to(const LetterCase *letter, const char *address);

/* One mail of a letter. All borrowed. */
typedef struct {
    const char *kind;                 /* of the outbox, and the notice that it is rendered from */
    const ConfigAgent *who;           /* in whose name a customer reads it; NULL: the queue's */
    const char *to_name, *to_address; /* who gets this one */
    const GPtrArray *all;             /* Mailbox: who else got it; the first one stands in To; NULL: nobody */
    TokenRole role;                   /* of its tokens: customer or agent */
    gint64 confirm_id;    /* an answer is a word for this held mail, not for the ticket; 0: not so */
    gboolean is_silent;   /* nothing comes back for it: no return path (RFC 3834) */
    gboolean is_personal; /* a person wrote it */
    const char *subject, *text, *html;
    const GPtrArray *parts; /* ContentPart, or NULL */
} LetterMail;
Outgoing *letter_write(LetterCase *letter, const LetterMail *mail);
/* The same with subject, text and HTML of the notice `mail->kind`. */
Outgoing *letter_render(LetterCase *letter, LetterMail *mail, const TemplateValues *values);

/* Names that most notices know. `name`, `address` of who is spoken to; `is_known`: one of us has spoken to
 * him already. */
void letter_set_common(const LetterCase *letter, TemplateValues *values);
void letter_set_customer(TemplateValues *values, const char *name, const char *address, gboolean is_known);
/* "Re: " and the subject of the ticket with its reference. The caller frees. */
char *letter_subject(const LetterCase *letter);
/* "2026-11-22 09:30 UTC", or NULL for 0: whoever reads it may be in any zone. The caller frees. */
char *letter_moment(gint64 time_us);
/* Each line behind two blanks. The caller frees. */
char *letter_indented(const char *text);
