/* Where the mail that is answered begins: attribution lines ("On … wrote:"), header blocks
 * ("From: … Sent: …"), and the marker lines that clients and help desks draw. */
#pragma once

#include "parsers/reply/lines.h"

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

/* TRUE when the quoted lines from `first` on open with an attribution or headers of their own. */
gboolean history_opens_quote(const TextLines *lines, gsize first);
