/* A text cut into lines, each with what the other files of this room ask of it:
 * its quote depth and a folded form that phrases are looked up in. Borrows the text. */
#pragma once

#include "parsers/reply/fold.h"
#include "parsers/reply/languages.h"

#include <postern/values.h>

typedef struct {
    const char *start;  /* in the text, not terminated */
    gsize length;       /* without the line end */
    const char *folded; /* its first LINE_FOLD_BYTES without quote marks, as text_fold does it */
    guint depth;        /* number of ">" before it */
    guint kinds;        /* of PHRASE_ASKED that may begin in this line, as bits */
    gboolean is_ascii;  /* `folded` is */
    gboolean is_code;   /* inside a ``` fence: never structure */
    SpanRole role;
} TextLine;

typedef struct {
    TextLine *at;
    gsize count;
    char *folded; /* of all lines, one behind the other */
} TextLines;

/* Lines longer than this are prose: only their beginning is folded. */
#define LINE_FOLD_BYTES 600u

void text_lines_init(TextLines *lines, const char *text);
void text_lines_clear(TextLines *lines);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TextLines, text_lines_clear)

/* Nothing to see, quote marks included. */
gboolean text_line_is_blank(const TextLine *line);
/* First line at or after `from` with something to see, or `end`. */
gsize text_lines_next(const TextLines *lines, gsize from, gsize end);
/* Behind the last line of [first, end) with something to see, or `first`. */
gsize text_lines_end(const TextLines *lines, gsize first, gsize end);
/* TRUE when the last written line above `at`, from `floor` on, ends in a colon: what follows is shown. */
gboolean text_line_is_announced(const TextLines *lines, gsize floor, gsize at);
/* FALSE when no phrase of this kind, one of PHRASE_ASKED, begins in the line. */
gboolean text_line_may_have(const TextLine *line, PhraseKind kind);
/* Two or more signs of one of the kinds that people draw lines with, and nothing else. */
gboolean text_line_is_rule(const TextLine *line);
