/* The id that a mail gets at intake and keeps for ever: in log lines, in rows,
 * in `postern ticket why ID`. Time-ordered, so that tables grow at their end. */
#pragma once

#include <glib.h>

/* A new id, larger than all earlier ones of this process; never 0 or below. */
#define MAIL_ID_DIGITS 13 /* of a printed one */
gint64 mail_id_new(void);
/* 13 characters of base 32 (digits and lower-case letters without i, l, o, u). The caller frees. */
char *mail_id_format(gint64 id);
/* 0 when `text` is no id. */
gint64 mail_id_parse(const char *text);
