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
void reply_parts_clear(ReplyParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyParts, reply_parts_clear)
