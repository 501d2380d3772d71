/* Whether a part goes along. Private to parsers/content. */
#pragma once

#include <postern/body.h>
#include <postern/content.h>
#include <postern/parts.h>

typedef enum {
    FATE_SENT,
    FATE_INLINE,   /* sent, and the HTML shows it */
    FATE_DROPPED,  /* nobody misses it */
    FATE_LEFT_OUT, /* somebody may: it is counted */
} Fate;

/* `use`: of an image, else IMAGE_UNNAMED. `is_answer`: only what the writer wrote himself goes along;
 * `has_html`: his HTML does. */
typedef struct {
    Mail *mail;
    const ShownText *shown;
    gboolean is_answer, has_html;
} FateCase;
Fate fate_of(const FateCase *fates, guint index, const char *name, BodyImageUse use);
