/* Check digits: what was mistyped, or is another number altogether, is no value. */
#pragma once

#include <glib.h>

typedef enum {
    CHECK_NONE,
    CHECK_LUHN,     /* ISO/IEC 7812-1, annex B: cards, IMEIs */
    CHECK_MOD97,    /* ISO/IEC 7064 MOD 97-10, check digits at the end: LEI */
    CHECK_IBAN,     /* ISO 13616: the same with the first four characters moved to the end */
    CHECK_MOD11,    /* weights 1, 2, 3 … from the right, X is 10 and only at the end: ISSN, NHS numbers */
    CHECK_EAN13,    /* GS1: thirteen digits */
    CHECK_ISBN,     /* ten digits by MOD11, or thirteen by EAN13 behind 978 or 979 */
    CHECK_VERHOEFF, /* the dihedral group D5: Aadhaar */
    CHECK_COUNT
} CheckDigit;
extern const char *const CHECK_NAMES[CHECK_COUNT + 1]; /* "none" first; NULL-terminated */

/* Blanks and hyphens in `value` do not count, nor does case. TRUE for CHECK_NONE. */
gboolean check_digit_fits(CheckDigit check, const char *value);
