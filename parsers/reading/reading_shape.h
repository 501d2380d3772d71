/* The tables by which a Reading travels. A member added to one of the structs
 * of values.h must be added to its table. */
#pragma once

#include "shape.h"

extern const Shape mailbox_shape, attachment_shape, field_shape, meaning_shape, candidate_shape,
    finding_shape, recipient_shape, bounce_shape, forwarded_shape, span_shape, part_shape, invitation_shape,
    authentication_shape, reading_shape;
