/* What single lines show that may be part of an attribution. */
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

/* Looked up when asked for first. */
gboolean line_has_verb(Attributions *all, gsize line);
/* But for a colon and dashes. */
gboolean line_ends_with_verb(Attributions *all, gsize line);
/* "On", or a date. */
gboolean line_has_lead(Attributions *all, gsize line);
/* Of a folded text; wide ones count. */
gboolean line_ends_with_colon(const char *text);
