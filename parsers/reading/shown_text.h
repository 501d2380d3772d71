/* Which parts of a mail are its text, and that text. Private to parsers/reading. */
#pragma once

#include <postern/mail.h>

typedef enum {
    PART_ATTACHED, /* to be listed */
    PART_SHOWN,
    PART_SKIPPED /* another form of what is shown */
} PartUse;

typedef struct {
    char *text;         /* clean, at most LIMIT_TEXT_BYTES */
    gssize quote_start; /* where HTML said that the quoted mail begins, or -1 */
    PartUse *uses;      /* one a part; multiparts have no meaning here */
} ShownText;

void shown_text_make(Mail *mail, GPtrArray *findings, ShownText *out);
void shown_text_clear(ShownText *shown);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ShownText, shown_text_clear)
