/* winmail.dat as a part of the tree: what is in it becomes parts below it. Private to parsers/mail. */
#pragma once

#include "mail_tree.h"

/* TRUE when `part`, the last of `parts`, is such a file: then what could be read of it stands behind it, one
 * level deeper. It stays a leaf itself when something could not be read: a finding ("tnef-broken") says what.
 */
gboolean tnef_parts_open(const Source *source, GPtrArray *parts, TreePart *part, GPtrArray *findings);
