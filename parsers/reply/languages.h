/* The words of mail clients, desks and letters, a table for each language: data only. To add a language, add
 * a table to one of the languages_*.c, in which only what is known needs to stand, and the lines that its
 * clients write to tests/replies. All words as text_fold leaves them: lower case, NFC, single blanks, no
 * stars and underscores, "-" for every dash, "'" for every apostrophe, 0 to 9 for every digit. A word counts
 * where it stands whole, so each inflection is a word of its own. */
#pragma once

#include <glib.h>

typedef enum {
    PHRASE_WROTE,      /* "wrote" */
    PHRASE_LEAD,       /* "on": the first word before a date */
    PHRASE_ORIGINAL,   /* "original message" */
    PHRASE_FORWARD,    /* "forwarded message" */
    PHRASE_ABOVE,      /* "reply above this line" */
    PHRASE_SENT_FROM,  /* "sent from": begin a line that a device added */
    PHRASE_SENT_END,   /* end such a line, where the language puts the verb there */
    PHRASE_MINE,       /* "my", before a device whose name nobody can know */
    PHRASE_DEVICE,     /* "phone": what such a line speaks of */
    PHRASE_EXCUSE,     /* "typos": what people add to it */
    PHRASE_DISCLAIMER, /* of lawyers, virus scanners and printers: nobody writes these by hand */
    PHRASE_FOOTER,     /* of mailing lists: no proof by itself, for people write of lists, too */
    PHRASE_CLOSING,    /* "best regards" */
    PHRASE_CONTACT,    /* "phone": label before a number */
    PHRASE_FROM,       /* names of headers, without the colon */
    PHRASE_DATE,
    PHRASE_TO,
    PHRASE_SUBJECT,
    PHRASE_OTHER, /* "Cc", "Reply-To", "Importance", "Attachments" */
    PHRASE_KINDS
} PhraseKind;

typedef struct {
    const char *name;                         /* in English; NULL ends a table */
    const char *const *phrases[PHRASE_KINDS]; /* NULL-terminated lists, or NULL */
} Language;

#define WORDS(...)                                                                                           \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }

extern const Language languages_english[], languages_west[], languages_south[], languages_north[],
    languages_slavic[], languages_east[], languages_asia[];
