#include <postern/base/error.h>

#include <sysexits.h>

G_DEFINE_QUARK(postern - error - quark, error)

static const struct {
    const char *name;
    int exit_code;
} codes[] = {
    [ERROR_TEMPORARY] = {"temporary", EX_TEMPFAIL}, [ERROR_REFUSED] = {"refused", EX_UNAVAILABLE},
    [ERROR_MALFORMED] = {"malformed", EX_DATAERR},  [ERROR_LIMIT] = {"limit", EX_DATAERR},
    [ERROR_CONFLICT] = {"conflict", EX_TEMPFAIL},   [ERROR_NOT_FOUND] = {"not found", EX_NOINPUT},
    [ERROR_UNCERTAIN] = {"uncertain", EX_TEMPFAIL}, [ERROR_CONFIG] = {"config", EX_CONFIG},
    [ERROR_CORRUPT] = {"corrupt", EX_SOFTWARE},     [ERROR_FULL] = {"full", EX_IOERR},
};
G_STATIC_ASSERT(G_N_ELEMENTS(codes) == ERROR_CODE_COUNT);

const char *error_code_name(ErrorCode code)
{
    return (guint)code < G_N_ELEMENTS(codes) ? codes[code].name : "unknown";
}

gboolean error_is(const GError *error, ErrorCode code)
{
    return error && g_error_matches(error, POSTERN_ERROR, (int)code);
}

int error_exit_code(const GError *error)
{
    if (!error || error->domain != POSTERN_ERROR || (guint)error->code >= G_N_ELEMENTS(codes))
        return EX_SOFTWARE;
    return codes[error->code].exit_code;
}
