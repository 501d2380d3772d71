/* From a few marked values to a rule: its pattern generalises the values, its words are those that stand
 * before them, its type is the narrowest that takes them all. Pure. */
#pragma once

#include <postern/rules.h>

/* A mail in which somebody said what is right. */
typedef struct {
    char *name; /* for messages: an id, a file */
    char *subject, *reply;
    GPtrArray *values; /* char *: all the right ones; empty: this mail has none */
} MarkedMail;
MarkedMail *marked_mail_new(const char *name, const char *subject, const char *reply);
void marked_mail_free(MarkedMail *mail);

typedef struct {
    char *yaml; /* an item to paste below `rules:` of the field, indented as in the starter file */
    char *how;  /* one line: what it goes by */
    guint right, wrong, missed; /* values in the marked mails */
} Suggestion;
void suggestion_free(Suggestion *suggestion);

/* At most three, the best first, for the marked values of `field`. `mails`: MarkedMail. Empty when no marked
 * value stands in its mail as written: then `missing` names them. Appends to `missing` (char *) every marked
 * value that was not found: "4821 (mail x)". Array of Suggestion. */
GPtrArray *rules_suggest(const char *field, const GPtrArray *mails, GPtrArray *missing);
/* A whole rules file with nothing but that: to try it. The caller frees. */
char *suggestion_file(const Suggestion *suggestion, const char *field);
