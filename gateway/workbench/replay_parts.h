/* What a replay is made of. */
#pragma once

#include <postern/workbench.h>

ReplayGroup *replay_group_new(const char *field, const char *rule);
/* Made where there is none yet. Borrowed. */
ReplayGaveUp *replay_gave_up(Replay *replay, const char *rule);
/* The same; a NULL name: none is chosen. */
ReplayMeaning *replay_meaning(Replay *replay, MeaningType type, const char *old_name, const char *new_name);

/* The names of rules that gave up, out of findings. A set of char *. */
GHashTable *gave_up_rules(const GPtrArray *findings);
/* The chosen one of a type, or NULL. Borrowed. */
const char *meaning_chosen(const GPtrArray *meanings, MeaningType type);
