/* Automatic mail that no header field gives away: known by its subject and its words. Words alone prove
 * little, for people write about their vacations and their undelivered mail; so two things must meet. */
#pragma once

#include "parsers/kind/signs.h"

#include <postern/base/grams.h>

/* Lower case; borrowed. */
typedef struct {
    const char *subject, *prose;
    const Grams *grams, *subject_grams; /* of `prose`, of `subject` */
    gboolean null_sender;
} AutomaticTexts;

void automatic_collect(Signs *signs, const KindEvidence *evidence, const AutomaticTexts *texts);
