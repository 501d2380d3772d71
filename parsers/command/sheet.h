/* Private to parsers/command. */
#pragma once

#include <postern/command_sheet.h>

/* Without acts, problems and text. */
CommandSheet *sheet_new(void);
