/* The words by which mail clients of many languages are known: data, folded as text_fold
 * does (lower case, NFC), and how it is looked up. */
#pragma once

#include <glib.h>

typedef enum {
    HEADER_NONE = 0,
    HEADER_FROM = 1 << 0,
    HEADER_DATE = 1 << 1,
    HEADER_TO = 1 << 2,
    HEADER_SUBJECT = 1 << 3,
    HEADER_OTHER = 1 << 4, /* Cc, Reply-To, Importance, Attachments */
} HeaderRole;

/* NULL-terminated tables. */
extern const char *const phrases_wrote[];      /* "wrote" */
extern const char *const phrases_lead[];       /* "on": the first word before a date */
extern const char *const phrases_original[];   /* "original message" */
extern const char *const phrases_forward[];    /* "forwarded message" */
extern const char *const phrases_above[];      /* "reply above this line" */
extern const char *const phrases_sent_from[];  /* "sent from my": begin a line a device added */
extern const char *const phrases_sent_end[];   /* end such a line, where the language puts the verb there */
extern const char *const phrases_device[];     /* "iphone": what such a line speaks of */
extern const char *const phrases_excuse[];     /* "typos": what people add to it */
extern const char *const phrases_disclaimer[]; /* of lawyers, virus scanners and printers */
extern const char *const phrases_closing[];    /* "best regards" */
extern const char *const phrases_contact[];    /* "phone": label before a number */

/* Role of a header name as quoted mails show it, folded, without the colon. */
HeaderRole phrase_header_role(const char *name, gsize length);

/* TRUE when a phrase of `table` stands in `folded` as whole words. */
gboolean phrase_within(const char *folded, const char *const *table);
/* Length of the phrase `folded` begins or ends with, as whole words; 0: none. */
gsize phrase_at_start(const char *folded, const char *const *table);
gsize phrase_at_end(const char *folded, const char *const *table);
