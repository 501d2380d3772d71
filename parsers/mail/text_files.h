/* Files that stand in the middle of a plain text, by uuencode or yEnc. Private to
 * parsers/mail. */
#pragma once

#include "mail_tree.h"

/* When the plain text `part`, the last of `parts`, holds such files, it becomes a node above them and the
 * texts between them. */
void text_files_split(const Source *source, GPtrArray *parts, TreePart *part, GPtrArray *findings);
