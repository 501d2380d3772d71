/* Commands of one mail that contradict each other. Private to parsers/command. */
#pragma once

#include <postern/command_sheet.h>

/* NULL when `act` goes with those before it; else what is wrong. The caller frees. */
char *clash_find(const GPtrArray *before, const Act *act);
