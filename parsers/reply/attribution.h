/* "On …, somebody wrote:" in many languages, on one line or broken over a few. */
#pragma once

#include "parsers/reply/lines.h"

/* What a line alone shows. Each line is looked at once, however many spans of lines it is part of. */
typedef struct {
    gint8 verb, verb_ends, lead; /* -1: not looked at yet, for that is the costly part */
    gboolean colon, date, address;
    gboolean moment; /* a date with its year, and a time of day */
    int open;        /* "<" less ">" */
} LineSigns;

typedef struct {
    const TextLines *lines;
    LineSigns *signs; /* one for each line */
} Attributions;

void attributions_init(Attributions *attributions, const TextLines *lines);
void attributions_clear(Attributions *attributions);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attributions, attributions_clear)

/* TRUE when line `last` ends an attribution; `out_first` gets its first line, not above `floor`. */
gboolean attribution_ends_at(Attributions *attributions, gsize last, gsize floor, gsize *out_first);

/* TRUE when the quoted lines from `first` on begin with one; `out_last` gets its last line. */
gboolean attribution_opens_quote(const TextLines *lines, gsize first, gsize *out_last);
