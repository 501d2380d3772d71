/* What verbs of `rules` that read stored mail have in common. */
#pragma once

#include "gateway/app/rules_verbs.h"

#include <postern/score.h>

typedef struct {
    Setup *live;       /* what the gate works with */
    GPtrArray *labels; /* Label */
    LabelBook *book;
    RereadWish wish; /* store, live rules, --since; --limit as `most`, which a verb may change */
    gboolean shows_progress;
} RulesArchive;

/* A set to be tried, with the rules it compiles to; `file` as in rules_verb_source. FALSE after messages. */
gboolean rules_archive_set(Command *command, const char *file, RulesSource **out_source, RuleSet **out_rules);

/* FALSE after a message, with the exit code. Nothing is written to the store. */
gboolean rules_archive_open(Command *command, RulesArchive *out, int *out_code);
void rules_archive_clear(RulesArchive *archive);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RulesArchive, rules_archive_clear)
/* reread_run with progress on a terminal; an exit code, not 0 after a message. */
int rules_archive_run(RulesArchive *archive, RereadVisitor visitor, gpointer user);

/* How a mail is named: "SUP-7K3QW2 06a…". The caller frees. */
char *rules_mail_name(const char *ref, gint64 mail_id);
/* A value, or "nothing" for NULL. */
const char *rules_value_words(const char *value);
