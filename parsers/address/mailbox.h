/* Pieces that the strict and the lenient grammar share, for this room. */
#pragma once

#include "scan.h"

#include <postern/values.h>

/* Lexemes [from, to) of one field, borrowed. */
typedef struct {
    const Lexeme *items;
    guint count;
} Lexemes;

/* Index of the first special of that kind, or `count`. */
guint lexemes_find(Lexemes lexemes, char special);
guint lexemes_count(Lexemes lexemes, char special);
Lexemes lexemes_slice(Lexemes lexemes, guint from, guint to);

/* As written, without the white space and comments between. */
char *lexemes_join(Lexemes lexemes);
/* The words as a person reads them, one blank for each gap, still encoded. */
char *lexemes_phrase(Lexemes lexemes);

/* Decoded, clean display name from raw text. The caller frees. */
char *display_name(const char *raw);

/* An address shown in `name` that is not `address`, or NULL. The caller frees. */
char *display_name_other_address(const char *name, const char *address);
