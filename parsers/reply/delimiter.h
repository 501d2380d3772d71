/* The line that parts a text from the signature below it: "-- " and what people draw instead. */
#pragma once

#include "parsers/reply/lines.h"

/* The first one of the lines [first, end) that little enough follows; `end` when there is none. */
gsize delimiter_find(const TextLines *lines, gsize first, gsize end);
