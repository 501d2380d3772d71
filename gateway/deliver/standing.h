/* Whether a way out works, as its sender sees it. The store and the log are told at changes and now and then,
 * not with every mail. */
#pragma once

#include <postern/store.h>

typedef struct {
    Store *store;     /* borrowed */
    const char *name; /* borrowed */
    gboolean is_down;
    gint64 since_us;   /* of is_down */
    gint64 written_us; /* monotonic; 0: not by this run */
} Standing;

/* Begins with what an earlier run left: others hand nothing to a way that is down until it is found to work.
 */
void standing_begin(Standing *standing, Store *store, const char *name);
void standing_up(Standing *standing);
/* `words` is one clean line. */
void standing_down(Standing *standing, const char *words);
