/* Looks up the words by which mail clients of many languages are known, in text that text_fold has folded. */
#pragma once

#include "parsers/reply/languages.h"

typedef enum {
    HEADER_NONE = 0,
    HEADER_FROM = 1 << 0,
    HEADER_DATE = 1 << 1,
    HEADER_TO = 1 << 2,
    HEADER_SUBJECT = 1 << 3,
    HEADER_OTHER = 1 << 4, /* Cc, Reply-To, Importance, Attachments */
} HeaderRole;

/* "forwarded message", of all languages: a mail that is passed on begins below. NULL-terminated. */
extern const char *const phrases_forward[];

/* Role of a header name as quoted mails show it, folded, without the colon. */
HeaderRole phrase_header_role(const char *name, gsize length);

/* Kinds that every line of a mail is asked for, so that one look over its words answers nearly always. */
#define PHRASE_BIT(kind) (1u << (kind))
#define PHRASE_ASKED                                                                                         \
    (PHRASE_BIT(PHRASE_WROTE) | PHRASE_BIT(PHRASE_ABOVE) | PHRASE_BIT(PHRASE_DISCLAIMER) |                   \
     PHRASE_BIT(PHRASE_FOOTER))
/* Those of PHRASE_ASKED of which a phrase may begin in [from, to) of a folded text of `length` bytes: what is
 * not set does not. */
guint phrase_kinds_between(const char *folded, gsize from, gsize to, gsize length);

/* TRUE when a phrase of this kind stands in `folded` as whole words. */
gboolean phrase_within(const char *folded, PhraseKind kind);
/* Length of the phrase `folded` begins or ends with, as whole words; 0: none. */
gsize phrase_at_start(const char *folded, PhraseKind kind);
gsize phrase_at_end(const char *folded, PhraseKind kind);
