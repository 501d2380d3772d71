/* Names and classes of character sets. Private to parsers/mail. */
#pragma once

#include <glib.h>

typedef enum {
    CHARSET_UTF8,
    CHARSET_ASCII,
    CHARSET_SINGLE,  /* one byte a character, ASCII below 0x80 */
    CHARSET_CJK,     /* several bytes a character, ASCII below 0x80 */
    CHARSET_ESCAPED, /* seven bits, with shifts: ISO-2022, UTF-7, HZ */
    CHARSET_WIDE,    /* UTF-16 and UTF-32 */
    CHARSET_OTHER    /* none of our table, but iconv may know it */
} CharsetClass;

typedef struct {
    const char *alias; /* lower case, letters and digits only */
    const char *name;  /* for iconv */
    CharsetClass kind;
} CharsetName;

/* What a label means in practice; NULL when it is empty or no possible name. `buffer` holds
 * the name of CHARSET_OTHER. */
const CharsetName *charset_lookup(const char *label, CharsetName *buffer, char *name_buffer, gsize name_size);
/* The set of Windows that has letters where one of ISO 8859 has controls, and else mostly the same; NULL:
 * none. */
const char *charset_of_windows(const char *name);
/* All names of the table, for the preparation; NULL at the end. */
const CharsetName *charset_name_at(guint index);
