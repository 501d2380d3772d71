/* Which parts of a mail are shown as its text, while that is found out. Private to parsers/reading. */
#pragma once

#include "part_text.h"

typedef struct {
    Mail *mail;          /* borrowed */
    GPtrArray *findings; /* borrowed */
    PartUse *uses;       /* one a part */
    gsize room;          /* bytes of text that still fit */
    GString *aside;      /* teasers */
} Choice;

const MailPart *choice_part(const Choice *choice, guint index);
/* The part after `index` and all that is in it. */
guint choice_part_after(const Choice *choice, guint index);
gboolean choice_is_type(const Choice *choice, guint index, const char *type);
/* A leaf that is text, whether somebody attached it or not. */
gboolean part_is_readable(const MailPart *part);

/* The text of a part and of all that is in it, behind what `out` has, and what became of each of them. */
void choice_render(Choice *choice, guint index, PartText *out);
/* The same of a multipart/alternative, into an empty text. */
void choice_render_alternative(Choice *choice, guint index, PartText *out);
