/* Lexemes of structured header fields (RFC 5322 3.2): atoms, quoted strings,
 * domain literals, specials. Comments and folded white space are skipped but
 * leave a mark. Linear time, no recursion; what is never closed becomes a
 * plain special, so that the strict grammar refuses and the lenient one goes on. */
#pragma once

#include <glib.h>

typedef enum {
    LEXEME_END,
    LEXEME_ATOM,
    LEXEME_ENCODED, /* a whole RFC 2047 encoded word */
    LEXEME_QUOTED,
    LEXEME_LITERAL, /* "[…]" */
    LEXEME_SPECIAL  /* one character, start[0] */
} LexemeType;

typedef struct {
    LexemeType type;
    gboolean gap;      /* white space or a comment stands before it */
    const char *start; /* as written, quotes and brackets included; borrowed from the field */
    gsize length;
} Lexeme;

typedef struct {
    const char *at, *end;
    const char *comment; /* the last comment, parentheses included, or NULL */
    gsize comment_length;
    gboolean quotes_end, comments_end; /* no closing character is left in the field */
} Scanner;

void scanner_start(Scanner *scanner, const char *text, gsize length);
/* Skips comments and white space (controls count as such); TRUE when there was any. */
gboolean scanner_skip(Scanner *scanner);
void scanner_next(Scanner *scanner, Lexeme *out);

gboolean lexeme_is(const Lexeme *lexeme, char special);
/* Appends a lexeme to `out`: a quoted string without its quotes and backslashes, others as written. */
void lexeme_append(GString *out, const Lexeme *lexeme);
/* The text of a comment or quoted string without its outer characters and its backslashes. */
void scan_unquote(GString *out, const char *start, gsize length);
/* The byte after the closing character of the quoted string that begins at `at`, or NULL. */
const char *scan_quoted_end(const char *at, const char *end);
/* One character of an atom: printable ASCII that is no special, or any 8-bit byte. */
gboolean scan_is_atom(char c);
/* Valid UTF-8 in which every character can be seen: no controls, no format characters, no white
 * space but, where `blanks` says so, the ASCII blank. */
gboolean text_is_graphic(const char *text, gboolean blanks);
