/* One line of an agent's text: does it begin like a command? Private to parsers/command. */
#pragma once

#include <glib.h>

typedef enum {
    LINE_EMPTY,   /* nothing to see */
    LINE_TEXT,    /* no slash, or a path ("/etc/passwd") */
    LINE_SLASH,   /* "/word …" */
    LINE_ESCAPED, /* "//word …": text that begins with a slash */
    LINE_ODD,     /* nearly "/word …": a blank behind the slash, a mark before it, the other slash */
} LineType;

typedef struct {
    LineType type;
    const char *start; /* in the text, not terminated */
    gsize length;
    guint number;        /* from 1 */
    char *word;          /* behind the slash, small letters, without what cannot be seen; or NULL */
    const char *rest;    /* behind the word, in the line */
    const char *escaped; /* of LINE_ESCAPED: the second slash */
} SheetLine;

/* `text`: the whole text without control characters (clean_text). FALSE at its end; else the next line, from
 * *at on, which moves behind it. */
gboolean sheet_line_next(const char **at, SheetLine *line);
void sheet_line_clear(SheetLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SheetLine, sheet_line_clear)

/* From `at` on, the first character to be seen, or `end`. */
const char *sheet_skip_blank(const char *at, const char *end);
/* Blanks and what cannot be seen go at both ends; inside a line's words such characters become one blank or
 * nothing. The caller frees. */
char *sheet_words(const char *start, const char *end);
