/* The visible reply of a text: what this writer wrote now, apart from quoted
 * history and signature. Nothing is deleted: the three parts hold all of it.
 * When in doubt, text stays in `reply`. Pure, linear time. */
#pragma once

#include <glib.h>

typedef struct {
    char *reply;
    char *quoted;
    char *signature;
} ReplyParts;

/* `quote_start`: byte offset where the HTML said that the quoted mail begins, or -1. */
void reply_split(const char *text, gssize quote_start, ReplyParts *out);

/* TRUE when a decoded subject says that a mail is passed on: "Fwd: …", "WG: …", "Tr: …", "RV: …". */
gboolean reply_subject_is_forward(const char *subject);
/* Of a mail that is passed on: what is below the headers of the mail within is what the sender wants to be
 * read, so all of it stays in `reply`. */
void reply_split_forward(const char *text, ReplyParts *out);

/* TRUE when a customer writes no more than that his trouble is over ("it works now, thanks"), in one of a few
 * languages; greetings, thanks, wishes and a name may stand around it. What is not known through and through
 * is FALSE: a question, a "but", a number, any other word. `text`: the visible reply. */
gboolean reply_says_solved(const char *text);

void reply_parts_clear(ReplyParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyParts, reply_parts_clear)
