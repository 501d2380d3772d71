/* Small tools for header fields and the prose of machines. */
#pragma once

#include <postern/base/grams.h>

/* First token of a structured field (RFC 5322): comments, quotes, parameters and folding aside; lower
 * case; "" when there is none. The caller frees. */
char *field_token(const char *raw);

/* TRUE when one of the NULL-terminated `phrases` (lower case) is in `text` (lower case). */
gboolean has_phrase(const char *text, const char *const *phrases);
/* The same where `text` is, or begins, what `grams` were made of: for long texts and tables. */
gboolean has_phrase_of(const Grams *grams, const char *text, const char *const *phrases);
gboolean begins_with_phrase(const char *text, const char *const *phrases);

/* Lower case of at most `limit_bytes`; NULL gives "". The caller frees. */
char *lower_text(const char *text, gsize limit_bytes);

/* Where an address begins in [from, end) and how long it is; NULL when there is none. */
const char *find_address(const char *from, const char *end, gsize *out_length);

/* The first Message-ID field in `text` (RFC 5322 3.6.4, or one of a report about it), without brackets; NULL
 * when there is none. The caller frees. */
char *find_message_id(const char *text);
