/* How `rules explain` shows what rules made of one mail: to a person, to a program, and as a page. */
#pragma once

#include <postern/base/json.h>
#include <postern/values.h>

typedef struct {
    const char *name;  /* as the operand names the mail */
    const char *rules; /* the file they come from */
    const Reading *reading;
    gboolean is_verbose; /* what says nothing new, too */
    guint most;          /* near misses that are shown; 0: EXPLAIN_MOST */
} Explained;
#define EXPLAIN_MOST 20u

void explain_print(const Explained *explained);
/* Null lines and columns where the text does not travel with the Reading: that of attachments. */
Json *explain_json(const Explained *explained);
/* One page by itself: no script, nothing from elsewhere, everything escaped. The caller frees. */
char *explain_html(const Explained *explained);

/* Where something stands in a text. */
typedef struct {
    guint line, column;         /* from 1; columns are characters */
    guint last_line;            /* where it ends */
    gsize line_start, line_end; /* of the first line, in bytes, without the line end */
} Spot;
/* The text of a place; NULL when it does not travel with the Reading. Borrowed. */
const char *explain_text(const Reading *reading, const char *where);
/* FALSE when the text is not there, or ends before `end`. */
gboolean explain_spot(const Reading *reading, const char *where, gsize start, gsize end, Spot *out);
/* "reply 3:12", "attachment:server.log bytes 100-200". The caller frees. */
char *explain_place(const Reading *reading, const char *where, gsize start, gsize end);
/* Appends bytes `start` to `end` of `text` fit for a terminal or a page: a blank for each TAB, U+FFFD for
 * each character that moves or hides others, and LF as it is. Gives the terminal cells it takes. */
guint explain_append(GString *out, const char *text, gsize start, gsize end);

/* TRUE for what nearly became a value: the pattern fits, and something else does not. What stands where a
 * rule took a value is nothing new, unless it is verbose. */
gboolean explain_is_near(const Explained *explained, const Candidate *candidate);
