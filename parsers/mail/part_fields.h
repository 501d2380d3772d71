/* What the header of a part says about it. Private to parsers/mail. */
#pragma once

#include "mail_tree.h"

#include <gmime/gmime.h>

/* Type, name, disposition, ids and transfer encoding. `findings` gets what is odd. */
void part_fields_read(GMimeObject *object, TreePart *added, GPtrArray *findings);
