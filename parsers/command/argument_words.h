/* Words behind a command, and readers of some of them. Private to parsers/command. */
#pragma once

#include <postern/command_sheet.h>

/* A piece of what was written, fit to be repeated in a problem. The caller frees. */
char *argument_shown(const char *words);
/* Cuts the first word off; "" at the end. `rest` moves to the next one. */
char *argument_next(char **rest);
/* Points behind a word go: "kim:", "SUP-7K3QW2," */
void argument_trim(char *word);
/* "30m", "2h", "14d", "1 w"; 0 when it is none, or more than a year. */
gint64 argument_duration_us(const char *word);

/* Readers as those in arguments.c: NULL when it is well, else what is wrong. */
char *argument_address(char *rest, const char *const *prefixes, Act *act);
char *argument_hint(char *rest, const char *const *prefixes, Act *act);
char *argument_customer(char *rest, const char *const *prefixes, Act *act);
