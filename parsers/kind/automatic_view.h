/* What the readers of automatic mail look at. Private to automatic*.c, absence.c and newsletter.c. */
#pragma once

#include "parsers/kind/signs.h"

#include <postern/base/grams.h>

/* What nobody wrote is short, and begins with what it has to say. */
#define OPENING_BYTES 700u

typedef struct {
    Signs *signs;
    const KindEvidence *evidence;
    const char *subject, *prose;
    const Grams *grams, *subject_grams; /* of `prose`, of `subject` */
    char *own;                          /* the text above all that is quoted or passed on */
    gboolean null_sender, is_reply, is_forward;
} View;

/* Where somebody else's words begin in `prose`; `grams` (of it) may be NULL. */
const char *view_own_end(const char *prose, const Grams *grams);
gboolean view_has_question(const char *text);
/* Other signs than words say that a program wrote. */
gboolean view_is_suspect(const View *view);
/* Programs seldom begin with themselves. */
gboolean view_begins_personal(const char *text);

/* Somebody is away, or works there no more. */
void absence_collect(const View *view);
void newsletter_collect(const View *view);
