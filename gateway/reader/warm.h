/* Before the lock: what libraries would otherwise load from files at first use. */
#pragma once

#include "child.h"

/* Opens the converters of character sets, then reads a mail that walks through the libraries. A set that has
 * no converter now cannot be opened later: its text takes the next step of the charset ladder. */
void warm_libraries(ReadingFunction make, const ReadingSettings *settings);
