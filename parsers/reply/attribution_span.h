/* Some lines in a row: are they "On …, somebody wrote:"? */
#pragma once

#include "parsers/reply/line_signs.h"

/* Lines [first, last] taken together. */
typedef struct {
    Attributions *all;
    gsize first, last;
    gboolean date, address, moment;
    int open;
    gsize length;
} AttributionSpan;

/* Takes `line` to it, the one above its first. */
void span_add(AttributionSpan *span, gsize line);
gboolean span_begins_paragraph(const AttributionSpan *span);
/* Nobody writes these by hand in the middle of a thought. */
gboolean span_is_attribution(const AttributionSpan *span);
/* Counts only when a quote follows at once. */
gboolean span_is_attribution_before_quote(const AttributionSpan *span);
