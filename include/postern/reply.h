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

/* A decoded subject without what clients put before it when they answer ("Re:", "AW: Re[2]:"), folded and
 * with single blanks: equal for a mail and the answers to it. `out_is_reply`: there was such a thing. The
 * caller frees. */
char *reply_subject_base(const char *subject, gboolean *out_is_reply);
/* TRUE when such a base says what a mail is about: long enough, several words, and none of those that
 * everybody writes ("Question about my order"). */
gboolean reply_subject_is_telling(const char *base);

/* TRUE when a decoded subject says that a mail is passed on: "Fwd: …", "WG: …", "Tr: …", "RV: …". */
gboolean reply_subject_is_forward(const char *subject);
/* Of a mail that is passed on: what is below the headers of the mail within is what the sender wants to be
 * read, so all of it stays in `reply`. */
void reply_split_forward(const char *text, ReplyParts *out);

void reply_parts_clear(ReplyParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyParts, reply_parts_clear)
