/* What a Reading promises beyond the form of each member. */
#pragma once

#include <postern/values.h>

/* NULL when dates can be written, sums are sums, names are no paths, every field lies inside the
 * text it names, and what may be echoed has no words; else the name of the first member that breaks its
 * promise. Every string that values.h does not allow to be NULL is there. */
const char *reading_fault(const Reading *reading);
