/* A text cut into what its writer wrote and what he quotes, from top to bottom, before it is judged what of
 * it is his reply. */
#pragma once

#include "parsers/reply/lines.h"

typedef enum {
    BLOCK_OWN,
    BLOCK_INTRO,
    BLOCK_QUOTE,  /* by its marks: own words may follow */
    BLOCK_HISTORY /* all the rest, without marks */
} BlockType;

typedef struct {
    BlockType type;
    gsize first, end;   /* lines */
    gboolean has_intro; /* of a quote: an attribution names its writer */
} Block;

/* All lines, in order. `quote_start`: offset in `text` where the HTML said that history begins, or -1. The
 * caller unrefs. */
GArray *blocks_of(const TextLines *lines, const char *text, gssize quote_start);
