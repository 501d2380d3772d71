/* What every subcommand starts from: options that all have, and ways to speak
 * to a person or to a program. */
#pragma once

#include <postern/base/json.h>
#include <postern/setup.h>
#include <postern/store.h>

typedef struct {
    const char *name;        /* of the subcommand */
    const char *config_path; /* as chosen by -c, $POSTERN_CONFIG or the usual places; may not exist */
    gboolean config_given;   /* by -c or $POSTERN_CONFIG */
    gboolean json, quiet, verbose;
    char *as; /* --as: who does this, for the record */
    int argc; /* what is left after the options: argv[0] is the first operand */
    char **argv;
} Command;

typedef struct {
    const char *name;
    const char *operands;         /* "REF", "FILE…" */
    const char *summary;          /* one line */
    const char *example;          /* NULL: rules_examples() */
    int (*run)(Command *command); /* exit code */
    const GOptionEntry *options;  /* own ones, or NULL */
} CommandInfo;

int command_init(Command *command);
int command_check(Command *command);
int command_serve(Command *command);
int command_deliver(Command *command);
int command_import(Command *command);
int command_parse(Command *command);
int command_ticket(Command *command);
int command_rules(Command *command);
int command_held(Command *command);
int command_outbox(Command *command);
int command_stats(Command *command);
int command_mailboxes(Command *command);
int command_doctor(Command *command);
int command_keys(Command *command);
int command_errors(Command *command);
extern const GOptionEntry deliver_options[], import_options[], ticket_options[], outbox_options[],
    mailboxes_options[], rules_options[], errors_options[], parse_options[];
/* For --help: one of each verb. */
extern const char ticket_examples[], errors_examples[];
char *rules_examples(void); /* the caller frees */
/* Set by ticket_options and outbox_options: how many rows a list shows at most, and which. */
extern int list_limit;
extern char *list_status, *list_queue;
/* Set by mailboxes_options: --paste. */
extern gboolean authorize_paste;
/* `mailboxes authorize NAME`: of a sign-in, a mailbox or a route. Asks a person; exit code. */
int mailboxes_authorize(Command *command, const char *name);

/* Roles that `serve` starts; not for people. */
int role_gate(Command *command);
int role_sender(Command *command);
int role_fetcher(Command *command);

/* Says "postern: …" on stderr; returns `code`. */
int command_fail(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);
int command_fail_error(const GError *error);
/* 64 with the usage of the subcommand. */
int command_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* 64 for a word that is none of `words` (NULL-terminated): "ticket: unknown word 'shw'; did you mean 'show'?"
 */
int command_unknown_word(const char *command, const char *word, const char *const *words);
/* FALSE after a message when --limit is below 1. */
gboolean command_limit_is_good(void);

/* Configuration and store, or NULL after a message; `out_code` gets the exit code. */
Setup *command_setup(Command *command, int *out_code);
Config *command_config(Command *command, int *out_code);
Store *command_store(Command *command, StoreMode mode, int *out_code);
/* store_open for commands: one of an older schema, which may only be read, is refused with words. */
Store *command_open_store(const Config *config, StoreMode mode, GError **error);

/* Root becomes the configured user, or else the owner of the store, so that what is written there is the
 * gate's own. FALSE after a message. */
gboolean command_drop_privileges(const Config *config);

/* Takes the value and prints it: a line when `compact`, else pretty. */
void command_print_json(Json *value, gboolean compact);
/* Cleaned for a terminal, then printed; NULL prints nothing. */
void command_print(const char *label, const char *text);
/* A field of a mail: the name in a column of `width`, the value, and where it comes from. A value of several
 * lines shows the first. */
void command_print_field(guint width, const char *name, const char *value, const char *origin);
/* Several lines, each cleaned and indented by `indent` blanks. */
void command_print_block(const char *text, int indent);
/* A list as every command shows it: JSON, or `print`, or the words `empty`. `items` NULL: fails with `error`.
 */
int command_list(const Command *command, const GPtrArray *items, Json *(*item_json)(gconstpointer item),
                 void (*print)(const GPtrArray *items), const char *empty, const GError *error);
/* The first operand if it is one of `verbs` (NULL-terminated; the first is the default and takes no operand,
 * the others take one, named by `operand`), else NULL after a message. */
const char *command_verb(const Command *command, const char *const *verbs, const char *operand);
/* "\033[1m" and its like on a terminal without NO_COLOR, else "". */
const char *style_bold(void);
const char *style_dim(void);
const char *style_underline(void);
const char *style_aside(void); /* what stands apart: a colour of its own */
const char *style_off(void);

/* Who does this: --as, or the login name. The caller frees. */
char *command_who(const Command *command);
