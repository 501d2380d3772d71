/* Which rules were live when: the newest version is what the gate works with. Only ever added to. */
#pragma once

#include <postern/rules_source.h>
#include <postern/store.h>

typedef struct {
    gint64 id, at_us;
    gint64 of_id;      /* of an undo: the version whose rules these are again; else 0 */
    char *who;         /* "postern" where a reload took the file over */
    char *how;         /* "start", "reload", "publish", "undo" */
    char *note;        /* why, in words; may be "" */
    char *file_sha256; /* of the configured rules file (with its lists) at that time, hex */
} RuleVersion;
void rule_version_free(RuleVersion *version);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleVersion, rule_version_free)

/* The id of the newest; 0: there is none yet (or an error is set). */
gint64 rule_version_newest(Store *store, GError **error);
/* At most `most`, newest first. Array of RuleVersion; NULL with an error. */
GPtrArray *rule_versions(Store *store, guint most, GError **error);
/* ERROR_NOT_FOUND. */
RuleVersion *rule_version_get(Store *store, gint64 id, GError **error);
RulesSource *rule_version_source(Store *store, gint64 id, GError **error);
/* The version before that one for an undo: the newest with a smaller id that is no undo itself; 0: none. */
gint64 rule_version_before(Store *store, gint64 id, GError **error);
/* Takes `how`, `who`, `note`, `of_id` and `file_sha256` of `version`; its own transaction. The first of all
 * is only added while there is none: two processes that start together add one. Returns the id; 0 with an
 * error.
 */
gint64 rule_version_add(Store *store, const RuleVersion *version, const RulesSource *source, gint64 now_us,
                        GError **error);
