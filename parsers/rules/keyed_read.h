/* What the readers of keys share (keyed*.c, table.c, tree_keys*.c). */
#pragma once

#include <parsers/rules/keyed.h>

#define KEY_BYTES_MAX 160u    /* a longer one is a sentence */
#define VALUE_BYTES_MAX 2000u /* a longer one is a text */
#define LINE_BYTES_MAX 4000u  /* of a table: longer lines are none */

typedef struct {
    const char *text;
    gsize length;
    Keyed *keyed;
    guint8 *claimed;  /* a byte each: read already, by a reader that knows better */
    gboolean is_more; /* what is added comes behind another value of the same key */
} KeyReader;

/* Takes a pair; marks, quotes and blanks around both go. `meant` may be NULL, and is copied. */
void key_reader_add(KeyReader *reader, gsize key_start, gsize key_end, gsize start, gsize end,
                    const char *meant);
/* The same under the name "parent key": `parent` is folded. */
void key_reader_add_below(KeyReader *reader, const char *parent, gsize key_start, gsize key_end, gsize start,
                          gsize end, const char *meant);
void key_reader_claim(KeyReader *reader, gsize start, gsize end);
/* Blanks, quotes, brackets and marks around a value go; what a quote opens, it closes. */
void keyed_trim(const char *text, gsize *start, gsize *end);

/* The bytes of a blank at `at`: ASCII, no-break, ideographic, and marks that cannot be seen; else 0. */
gsize keyed_blank(const char *text, gsize length, gsize at);
gsize keyed_skip_blanks(const char *text, gsize from, gsize until);
/* Where the line that `at` is in ends. */
gsize keyed_line_end(const char *text, gsize length, gsize at);
/* Behind quote marks and bullets at the beginning of a line, and behind the number of an item. */
gsize keyed_line_begin(const char *text, gsize from, gsize until, gboolean with_numbers);

/* The readers, those that know better first. */
void tree_keys_json(KeyReader *reader);
void tree_keys_markup(KeyReader *reader);
void table_read(KeyReader *reader);
void keyed_read_lines(KeyReader *reader);
