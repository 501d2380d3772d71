/* Telling all who wrote of an error that it is resolved, each in their own conversation. What is previewed is
 * what is sent; whoever was told of this solution is not told again, however often it is begun anew. */
#pragma once

#include <postern/acts.h>

typedef struct {
    gint64 ticket_id;
    char *ref;
    char *why_not;    /* why its people are not told, in words; NULL: they are */
    gint64 told_us;   /* they were told of this solution already */
    GPtrArray *to;    /* Mailbox */
    GPtrArray *mails; /* Outgoing, one for each */
    char *text;       /* of the first mail, as its reader sees it */
} ErrorLetter;
void error_letter_free(ErrorLetter *letter);

/* One for each ticket with the error, oldest first: nothing is stored. Only people get a letter, of tickets
 * that are no spam, at addresses that mail reaches and that nobody refused; a ticket where none is left has
 * `why_not`. `words`: plain text, cleaned. Array of ErrorLetter. */
GPtrArray *error_letters(const ActsDesk *desk, gint64 error_id, const char *words, GError **error);

/* Its own transaction: the letters of one ticket go to the outbox, unless its people were told before, or may
 * not be told any more. `out_mails`: how many were written. */
gboolean error_letter_send(const ActsDesk *desk, gint64 error_id, gint64 ticket_id, const char *words,
                           const char *who, guint *out_mails, GError **error);
