/* What is seen of a page, one behind the other: characters, line ends, images, marks. */
#pragma once

#include "parsers/body/safe_tree.h"

typedef enum {
    ITEM_CHARACTER, /* must be met */
    ITEM_SOFT,      /* may be met */
    ITEM_BREAK,     /* a line ends */
    ITEM_ELEMENT    /* its words may be met */
} SafeItemType;

typedef struct {
    gunichar c;
    guint node : 28;
    guint type : 3;
    guint is_quoted : 1;
} SafeItem;

/* A row of SafeItem; sets `begin` and `end` of every node. The caller frees. */
GArray *safe_row(SafeTree *tree);
