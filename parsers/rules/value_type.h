/* The types of values: what a pattern caught is checked and brought into one
 * form. A value that breaks the grammar of its type is no value. */
#pragma once

#include <parsers/rules/check_digit.h>
#include <parsers/rules/known_words.h>

typedef enum {
    TYPE_TEXT,    /* one line, blanks squeezed, quotes around it off */
    TYPE_DIGITS,  /* digits alone; "4,821" is 4821 */
    TYPE_INTEGER, /* with a sign, groups and a range: "−1 234" is -1234 */
    TYPE_UUID,
    TYPE_ZUID,
    TYPE_URL,
    TYPE_EMAIL,   /* an addr-spec; the domain in lower-case ASCII */
    TYPE_IP,      /* version 4 or 6, perhaps with a prefix length; written as RFC 5952 wants */
    TYPE_DATE,    /* of the years 1900 to 2199: 2026-11-22 */
    TYPE_VERSION, /* "v2.1-rc.1" is "2.1-rc.1" */
    TYPE_HTTP_STATUS,
    TYPE_PHONE, /* international alone: "+49 (0)30 123456" is +4930123456 */
    TYPE_CARD,  /* the number of a payment card, digits alone */
    TYPE_WORD,  /* one of a list, as the list writes it */
    TYPE_TOKEN, /* a key or password that a machine made */
    TYPE_BLOCK, /* lines, common indentation off */
    TYPE_COUNT
} ValueType;

/* Which keys of a rule a type takes, beside those of every rule. */
typedef enum {
    TYPE_KEY_LENGTHS = 1 << 0, /* min_length, max_length: in characters */
    TYPE_KEY_RANGE = 1 << 1,   /* least, most */
    TYPE_KEY_KINDS = 1 << 2,   /* kinds */
    TYPE_KEY_WORDS = 1 << 3,   /* words, words_from */
    TYPE_KEY_CHECK = 1 << 4,   /* check */
    TYPE_KEY_ORDER = 1 << 5,   /* order */
    TYPE_KEY_LINES = 1 << 6,   /* min_lines, max_lines */
} TypeKeys;

/* Which of day, month and year comes first in "11/12/2026". */
typedef enum { ORDER_UNKNOWN, ORDER_DMY, ORDER_MDY, ORDER_YMD } DateOrder;

typedef struct {
    ValueType type;
    guint min_length, max_length;
    guint min_lines, max_lines;
    gint64 least, most;
    CheckDigit check;
    DateOrder order;
    GArray *kinds;     /* guint: of ZUIDs; NULL: any */
    KnownWords *words; /* of TYPE_WORD */
} TypeSpec;

#define BLOCK_BYTES_MAX (16u * 1024) /* a longer trace is cut at a line: people read these */

const char *value_type_name(ValueType type);
/* TYPE_COUNT when the word is none. */
ValueType value_type_parse(const char *word);
/* The names, NULL-terminated. */
const char *const *value_type_names(void);
TypeKeys value_type_keys(ValueType type);
/* Closed grammars: nothing a stranger words freely gets through. */
gboolean value_type_may_echo(ValueType type);

void type_spec_init(TypeSpec *spec, ValueType type);
void type_spec_clear(TypeSpec *spec);

/* The value in the bytes *start to *end of `text`, or NULL when it is none. Narrows the span where
 * punctuation around it does not belong to it. The caller frees. */
char *value_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end);

/* The same; where there is no value, *out_why says what is wrong with the bytes: "check digit wrong". Words
 * for people, static, and nothing of the bytes in them. NULL when there is a value. */
char *value_normalise_why(const TypeSpec *spec, const char *text, gsize *start, gsize *end,
                          const char **out_why);

/* The lines from *start to *end without empty ones at both ends, without blanks at their ends, and without
 * the indentation they share; cut at a line when they are over BLOCK_BYTES_MAX. The caller frees. */
char *block_normalise(const char *text, gsize *start, gsize *end);
