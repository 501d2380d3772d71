/* The text of one part, and texts put together. Private to parsers/reading. */
#pragma once

#include <postern/body.h>
#include <postern/parts.h>

typedef struct {
    GString *text;      /* clean UTF-8 */
    gssize quote_start; /* offset where HTML said that the quoted mail begins, or -1 */
    gboolean is_cut;    /* a limit cut it */
    gboolean is_binary; /* of a single part: this is no text */
    BodyTricks tricks;  /* of a single part */
} PartText;

void part_text_init(PartText *text);
void part_text_clear(PartText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PartText, part_text_clear)

/* Reads a leaf as what it is: plain, flowed, HTML; at most `room` bytes. */
void part_text_read(Mail *mail, guint index, gsize room, GPtrArray *findings, PartText *out);

/* Nothing but blanks and line ends. */
gboolean part_text_is_blank(const PartText *text);
/* Appends on a line of its own. */
void part_text_append(PartText *text, const PartText *more);
/* `from` replaces `to` and is empty afterwards. */
void part_text_take(PartText *to, PartText *from);
