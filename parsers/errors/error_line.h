/* What one line of a mail is within an error text. */
#pragma once

#include <glib.h>

typedef enum {
    LINE_BLANK,
    LINE_PLAIN,
    LINE_FENCE,   /* ``` */
    LINE_MESSAGE, /* says what went wrong: "TypeError: …", "panic: …" */
    LINE_OPENER,  /* announces a trace: "Traceback (most recent call last):" */
    LINE_FRAME,   /* one call of a stack */
    LINE_CHAIN,   /* ties traces together: "Caused by: …" */
    LINE_LOG,     /* time or level in front, nothing wrong */
    LINE_LOG_ERROR,
    LINE_ANNOUNCE, /* words of the writer: "We get this error:" */
} LineKind;

typedef struct {
    gsize start, end;  /* in the text, without the line end */
    gsize message;     /* of LINE_MESSAGE: where it begins; behind the colon of LINE_ANNOUNCE */
    gsize message_end; /* of LINE_MESSAGE: where it ends */
    guint indentation;
    LineKind kind;
    gboolean is_quoted_inside; /* the message stands among words of the writer */
} ErrorLine;

/* Looks at the line from `start` on; the following lines are not considered. */
ErrorLine error_line_read(const char *text, gsize length, gsize start);
