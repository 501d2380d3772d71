/* Files that a program without MIME put into the text by uuencode. Private to
 * parsers/mail. */
#pragma once

#include "mail_tree.h"

/* When the plain text `part`, the last of `parts`, holds such files, it becomes a node above them and the
 * texts between them. */
void uu_files_split(const Source *source, GPtrArray *parts, TreePart *part);
