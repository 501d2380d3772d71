/* Dates and times as attributions have them, in whatever order and language: known by their numbers alone. */
#pragma once

#include <glib.h>

typedef enum {
    WHEN_TIME = 1 << 0, /* "10:00", "10h00" */
    WHEN_YEAR = 1 << 1, /* "2026" */
    WHEN_DAY = 1 << 2,  /* "22/11/26", "22. 11." */
} When;

/* Which of them stand in a folded text. One of them is in every attribution that has a date at all. */
guint when_find(const char *text);
/* TRUE when it begins with a date: "2016-10-24", "2013/7/20", "23 mar 2017". */
gboolean when_begins(const char *text);
