/* What commands there are, and what stands behind each. Private to parsers/command. */
#pragma once

#include <postern/command_sheet.h>

/* What may stand behind the word. */
typedef enum {
    ARGUMENT_NONE,
    ARGUMENT_NOTE,           /* words, or none when they stand below */
    ARGUMENT_AGENT,          /* a name */
    ARGUMENT_AGENT_AND_TEXT, /* a name, and words that may be missing */
    ARGUMENT_REASON,         /* words that may be missing */
    ARGUMENT_SEVERITY,
    ARGUMENT_CATEGORY,
    ARGUMENT_FIELD,    /* name and value */
    ARGUMENT_TICKET,   /* a reference */
    ARGUMENT_MESSAGES, /* ids, or none */
    ARGUMENT_ADDRESS,
    ARGUMENT_DURATION,
    ARGUMENT_MAY_HELD, /* id of a held mail, or none */
    ARGUMENT_HELD,     /* id of a held mail */
    ARGUMENT_SEARCH,   /* words */
    ARGUMENT_CUSTOMER, /* address and perhaps a name */
    ARGUMENT_HINT,     /* perhaps an error, a state, a time; words */
    ARGUMENT_COUNT
} ArgumentType;

typedef struct {
    const char *name, *usage, *meaning;
    ArgumentType argument;
    gboolean names_ticket; /* the first word may be the ticket that it is about */
    gboolean is_risky;
    gboolean has_words; /* free words at its end: mail programs may have broken the line in them */
} ActRule;

/* Borrowed, constant. */
const ActRule *act_rule(ActType type);

/* ACT_COUNT when there is no such command. Small letters. */
ActType act_parse(const char *word);
/* The command that a misspelt word was probably meant to be, or NULL. Borrowed. */
const char *act_meant(const char *word);
