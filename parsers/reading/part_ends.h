/* The two ends of a long text. Private to parsers/reading. */
#pragma once

#include <postern/mail.h>

/* Of any leaf: clean text, at most `limit_bytes` octets. Of what is longer its head and its tail, half of the
 * room each, cut between lines and with an empty line between them: a log says at its end what went wrong.
 * The caller frees. */
char *part_text_ends(Mail *mail, guint index, gsize limit_bytes);
