/* The types of values: what a pattern caught is checked and brought into one
 * form. A value that breaks the grammar of its type is no value. */
#pragma once

#include <glib.h>

typedef enum {
    TYPE_TEXT,    /* one line, blanks squeezed, quotes around it off */
    TYPE_DIGITS,  /* digits alone; "4,821" is 4821 */
    TYPE_INTEGER, /* with a sign and a range */
    TYPE_UUID,
    TYPE_ZUID,
    TYPE_URL,
    TYPE_VERSION, /* "v2.1-rc.1" is "2.1-rc.1" */
    TYPE_HTTP_STATUS,
    TYPE_WORD,  /* one of a list */
    TYPE_TOKEN, /* a key or password that a machine made */
    TYPE_BLOCK, /* lines, common indentation off */
    TYPE_COUNT
} ValueType;

/* Which keys of a rule a type takes, beside those of every rule. */
typedef enum {
    TYPE_KEY_LENGTHS = 1 << 0, /* min_length, max_length: in characters */
    TYPE_KEY_RANGE = 1 << 1,   /* least, most */
    TYPE_KEY_KINDS = 1 << 2,   /* kinds */
    TYPE_KEY_WORDS = 1 << 3,   /* words */
} TypeKeys;

typedef struct {
    ValueType type;
    guint min_length, max_length;
    gint64 least, most;
    GArray *kinds;    /* guint: of ZUIDs; NULL: any */
    GPtrArray *words; /* char *, as they are to be written */
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

/* The lines from *start to *end without empty ones at both ends, without blanks at their ends, and without
 * the indentation they share; cut at a line when they are over BLOCK_BYTES_MAX. The caller frees. */
char *block_normalise(const char *text, gsize *start, gsize *end);
