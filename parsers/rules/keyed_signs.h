/* What stands between a key and its value, and around both, in lines that people write. */
#pragma once

#include <glib.h>

/* How sure a sign between key and value is: a weak one counts only where no other stands before it. */
typedef enum { SIGN_NONE, SIGN_STRONG, SIGN_EQUALS, SIGN_WEAK, SIGN_BORDER } SignKind;
typedef struct {
    SignKind kind;
    gsize size;
} Sign;

/* The sign that begins at `at`, which is before `end`. */
Sign key_sign_at(const char *text, gsize at, gsize end);
/* Where a key begins behind the last word in front of it that is none of it ("and our App ID"), or `start`.
 */
gsize key_behind_filler(const char *text, gsize start, gsize end);
