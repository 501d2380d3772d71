/* Where in a text the mail stands that it passes on. */
#pragma once

#include "parsers/reply/history.h"

/* Lines of it. */
typedef struct {
    gsize intro;         /* first line that is not the comment any more */
    gsize headers, last; /* first and last line of its headers */
    gsize text, end;     /* what it says, and behind that */
    guint depth;         /* quote marks before its lines that are its client's */
    gboolean is_bare;    /* headers without colons */
    gboolean is_told;    /* no headers but an attribution */
} ForwardPlace;

/* FALSE when there is none; `is_forward` as reply_find_forward has it. */
gboolean forward_place_find(const TextLines *lines, gboolean is_forward, ForwardPlace *out);
