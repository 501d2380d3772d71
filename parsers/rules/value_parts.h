/* The normalisers behind value_type.c, one file a topic. Each is handed bytes *start to *end of `text`, at
 * least one; it gives the value, which the caller frees, and narrows the span, or NULL and in *why (never
 * NULL) words for people: what is wrong with the bytes. */
#pragma once

#include <parsers/rules/value_type.h>

typedef char *(*Normaliser)(const TypeSpec *spec, const char *text, gsize *start, gsize *end,
                            const char **why);

/* value_text.c */
char *text_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *word_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *lines_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_token.c */
char *token_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_number.c */
char *digits_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *integer_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *status_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *version_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_id.c */
char *uuid_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *zuid_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_net.c */
char *url_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *email_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *ip_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_date.c */
char *date_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
/* value_card.c */
char *card_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);
char *phone_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why);

/* value_help.c: what they share. */

/* NULL with the reason. */
char *value_refuse(const char **why, const char *words);
/* The value when its length and check digits fit; else frees it and refuses. */
char *value_if_fits(const TypeSpec *spec, char *value, const char **why);
/* The bytes of a span. The caller frees. */
char *value_piece(const char *text, gsize start, gsize end);
void value_narrow_blanks(const char *text, gsize *start, gsize *end);
/* One pair of quotation marks around it. */
void value_narrow_quotes(const char *text, gsize *start, gsize *end);
/* Runs of blanks become one. The caller frees. */
char *value_squeeze(const char *text, gsize start, gsize end);
gboolean value_is_digits(const char *text);
