/* Where the mail that is answered begins: attribution lines ("On … wrote:"), header blocks
 * ("From: … Sent: …"), and the marker lines that clients and help desks draw. */
#pragma once

#include "parsers/reply/lines.h"
#include "parsers/reply/phrases.h"

typedef enum {
    INTRO_NONE,
    INTRO_ATTRIBUTION,
    INTRO_HEADERS,
    INTRO_ORIGINAL, /* "-----Original Message-----" */
    INTRO_FORWARD,  /* "---------- Forwarded message ---------" */
    INTRO_ABOVE,    /* "please reply above this line" */
    INTRO_PAGE,     /* our own page for agents: nothing below is anybody's reply */
} IntroType;

typedef struct {
    IntroType type;
    gsize first, last;
} Intro;

/* All of them outside of quotes, in order, without overlap; neighbours are one. The caller unrefs. */
GArray *history_intros(const TextLines *lines);

/* TRUE when the quoted lines from `first` on open with an attribution or headers of their own; `out_last`
 * gets the last line of these. */
gboolean history_opens_quote(const TextLines *lines, gsize first, gsize *out_last);

/* Role of "Name: value", in a quote too; `out_value` gets the place behind the colon in the folded line. */
HeaderRole history_header_role(const TextLine *line, const char **out_value);
/* The same of "Name value", as some clients show headers below a line that says what follows: there is no
 * colon. Only where the first of them is one that says who wrote it. */
HeaderRole history_bare_header_role(const TextLine *line, const char **out_value);
gboolean history_headers_are_bare(const TextLine *first);
/* TRUE when the lines from `first` on, all of its quote depth, are the headers of a mail as clients show
 * them. `is_marked`: a line above says that a mail begins here, so that less is asked for. */
gboolean history_header_block(const TextLines *lines, gsize first, gboolean is_marked, gsize *out_last);
