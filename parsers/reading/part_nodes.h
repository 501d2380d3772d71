/* The MIME tree of a mail, as people look at it. Private to parsers/reading. */
#pragma once

#include <postern/parts.h>
#include <postern/values.h>

/* Fills reading->parts. After attached_list, which measures the leaves that are listed. */
void part_nodes_list(Mail *mail, const ShownText *shown, Reading *reading);
