/* The one error domain of Postern. A code names the caller's next move, not
 * the place where something broke; the message says what happened, to which
 * mail or file, and what to do. */
#pragma once

#include <glib.h>

typedef enum {
    ERROR_TEMPORARY, /* try again later: a busy store, a peer that is away */
    ERROR_REFUSED,   /* the other side said no for good */
    ERROR_MALFORMED, /* the input breaks its own grammar; asking again gives the same */
    ERROR_LIMIT,     /* the input is over a limit of base/limits.h or of the configuration */
    ERROR_CONFLICT,  /* somebody else changed it meanwhile, or it exists already */
    ERROR_NOT_FOUND, /* no such ticket, message, file, queue */
    ERROR_UNCERTAIN, /* it may or may not have happened: never fold into failure */
    ERROR_CONFIG,    /* a file of the admin is wrong: file:line:column in the message */
    ERROR_CORRUPT,   /* a promise of our own is broken: damaged store, lying child */
    ERROR_FULL,      /* no room on the disk: nothing was written, and nothing of the input is at fault */
    ERROR_CODE_COUNT
} ErrorCode;

#define POSTERN_ERROR (error_quark())

GQuark error_quark(void);

/* "temporary", "refused", … for logs and tests. */
const char *error_code_name(ErrorCode code);

/* TRUE when `error` is of our domain and carries `code`; NULL is fine. */
gboolean error_is(const GError *error, ErrorCode code);

/* The sysexits code that a command ends with for `error`: temporary and
 * uncertain 75, refused 69, malformed and limit 65, conflict 75, not found 66, config 78,
 * corrupt 70, full 74; errors of other domains 70. */
int error_exit_code(const GError *error);
