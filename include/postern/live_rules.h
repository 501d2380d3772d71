/* Which rules are live: the newest version in the store, which a publish or an undo makes, and a changed
 * rules file at start and reload. */
#pragma once

#include <postern/rule_versions.h>
#include <postern/setup.h>

/* `files` is what the admin's files say now (setup_load). Where the rules file has changed since the newest
 * version, it becomes a new one (`how` is "start" or "reload") and counts; else the newest version counts,
 * also where somebody published other rules or undid the file's. A stored version that this program no longer
 * takes gives way to the file, with a warning in the log. A new reference; NULL with an error when the store
 * fails. `out_id` gets the version. */
Setup *live_rules_take(Setup *files, Store *store, const char *how, gint64 now_us, gint64 *out_id,
                       GError **error);
/* The same without writing anything: for commands. `out_id` is 0 where the gate has not run yet; -1 where the
 * file has changed since, and counts from the next reload on: then the newest version is still what counts.
 */
Setup *live_rules_look(Setup *files, Store *store, gint64 *out_id, GError **error);
