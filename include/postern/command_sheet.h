/* What an agent asks for in a mail: the commands that stand at the top of his own new text, and what is left
 * for the customer. Pure; nothing is looked up here, so names and references are only well-formed. */
#pragma once

#include <glib.h>

typedef enum {
    ACT_NOTE,   /* text: the note, all that stands behind it and below; it stays inside */
    ACT_ASSIGN, /* word: an agent */
    ACT_TAKE,
    ACT_HANDOFF,  /* word: an agent; text: what is open (may be missing: then it is refused above) */
    ACT_TAKEOVER, /* text: why */
    ACT_CLOSE,
    ACT_REOPEN,
    ACT_WAIT,     /* for the customer's answer */
    ACT_SEVERITY, /* word: low, medium, high, critical */
    ACT_CATEGORY, /* word */
    ACT_FIELD,    /* word: name; text: value */
    ACT_MERGE,    /* word: the reference of the ticket that it becomes part of */
    ACT_SPLIT,    /* word: message ids, a blank between; NULL: the message that is answered */
    ACT_CC,       /* word: an address */
    ACT_UNCC,     /* word: an address */
    ACT_SPAM,
    ACT_SNOOZE,  /* duration_us */
    ACT_RELEASE, /* gives the ticket back; with word: a held mail (admins) */
    ACT_HELP,
    ACT_FIND,     /* text: words */
    ACT_CUSTOMER, /* word: an address; text: a name or NULL. Opens a ticket for that customer */
    ACT_DROP,     /* word: a held mail (admins) */
    ACT_BLOCK,    /* word: an address (admins) */
    ACT_HINT,     /* number: an error (0: that of the ticket); word: investigating, workaround, fixed, none;
                     duration_us: how long it counts (0: as usual); text: words for customers */
    ACT_COUNT
} ActType;
/* "note", "assign", …: without the slash. */
const char *act_name(ActType type);
/* TRUE for what cannot be taken back or reaches strangers: spam, merge, cc, customer, hint. */
gboolean act_is_risky(ActType type);
/* One line: "/handoff NAME what is open". For receipts and /help. */
const char *act_usage(ActType type);
/* What it does, one line. */
const char *act_meaning(ActType type);

typedef struct {
    ActType type;
    guint line; /* of the agent's text, from 1 */
    char *ref;  /* the ticket that it names as its first word, or NULL: the one that the mail is about */
    char *word; /* or NULL */
    char *text; /* or NULL */
    gint64 duration_us;
    gint64 number;
} Act;
void act_free(Act *act);
/* The act as one would write it, one line of at most ACT_WRITTEN_BYTES. The caller frees. */
#define ACT_WRITTEN_BYTES 200u
char *act_write(const Act *act);

typedef struct {
    guint line;
    char *written; /* the line as it stands, cleaned, at most 200 bytes */
    char *words;   /* what is wrong with it and what would be right: "there is no command /clsoe; did you mean
                      /close?" */
} ActProblem;
void act_problem_free(ActProblem *problem);

typedef struct {
    GPtrArray *acts;     /* Act, in order */
    GPtrArray *problems; /* ActProblem: when there is any, nothing may be done or sent */
    char *text;          /* what is left, without the command lines; of a note: the note */
    gboolean is_note;    /* nothing of it goes to the customer */
} CommandSheet;
void command_sheet_free(CommandSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CommandSheet, command_sheet_free)

/* `text`: the agent's own new text. `prefixes` of ticket references, NULL-terminated. Commands stand at the
 * top, a line each, in any case of letters; the first line that is neither a command nor empty ends them.
 * Below, a line that looks like a command (a known or nearly known word behind a slash) is a problem, because
 * it was meant and would reach the customer; "//" at the start of a line stands for a slash. Never NULL. */
CommandSheet *sheet_read(const char *text, const char *const *prefixes);
/* A problem that somebody else found; nothing of the sheet may be done then. */
void sheet_add_problem(CommandSheet *sheet, guint line, const char *written, const char *words);
/* A sheet of one act, as the command line makes it. Takes over the strings. */
CommandSheet *sheet_of(ActType type, char *word, char *text);
