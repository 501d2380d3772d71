/* Before the lock: what libraries would otherwise load from files at first use. */
#pragma once

#include "child.h"

/* Opens the converters of the character sets that mail is written in and keeps them. How many opened. */
guint warm_charsets(void);

/* Reads a mail that walks through the libraries. */
void warm_libraries(ReadingFunction make, const ReadingSettings *settings);
