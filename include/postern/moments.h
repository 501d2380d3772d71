/* When a thing was last done that is done from time to time, by a name of its own. */
#pragma once

#include <postern/store.h>

/* 0: never, or an error. */
gint64 moment_get(Store *store, const char *name, GError **error);
gboolean moment_set(Store *store, const char *name, gint64 at_us, GError **error);

/* Automatic mail was left unwritten, because the budget of the hour was spent. */
#define MOMENT_BUDGET_SPENT "budget-spent"
/* The admins were told of that. */
#define MOMENT_BUDGET_TOLD "budget-told"
/* They got a list of held mail. */
#define MOMENT_HELD_DIGEST "held-digest"
