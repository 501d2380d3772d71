/* The steps from an error text to what is kept of it. */
#pragma once

#include <parsers/errors/piece.h>

/* What stands in the place of everything that differs between customers. One sign for all: what is a number
 * at one customer is a UUID at the next. */
#define PRINT_GAP "…"

/* print_words.c: appends a message with everything off that differs between customers. */
void print_words_append(GString *out, Piece message);
/* print_token.c: appends one word of a message, which stands behind the word `before` (lower case). */
void print_token_append(GString *out, Piece token, const char *before);
/* Whether a number behind this word (lower case) says which error it is: "status 404". */
gboolean print_is_code_word(const char *before);
/* print_quote.c: whether what stands in quotes is part of the message, by the words around it. */
typedef enum { QUOTE_VALUE, QUOTE_NAME, QUOTE_WORDS } QuoteUse;
QuoteUse print_quote_use(Piece inside, const char *before, Piece behind);
/* print_prefix.c: behind the marks of mail clients, times, levels and names of logs, and words like
 * "Uncaught". */
Piece print_skip_prefix(Piece line);
/* print_frame.c: the function that a line of a stack trace names ("Client.send"), appended to `out`; FALSE
 * when it names none, or one that stands in the traces of everybody. */
gboolean print_frame_append(GString *out, Piece line);
/* The same of Go, whose functions stand in the line above their place. */
gboolean print_frame_go_append(GString *out, Piece line);
