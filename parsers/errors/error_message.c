#include <parsers/errors/piece.h>

static gboolean has_suffix(Piece word, const char *suffix)
{
    gsize length = strlen(suffix);
    return left(word) >= length && memcmp(word.end - length, suffix, length) == 0;
}

/* The name of an exception as programs write them: at least one part before the suffix. */
static gboolean is_exception_name(Piece word)
{
    static const char *const suffixes[] = {"Error",     "Exception", "Throwable", "Fault", "Failure",
                                           "Interrupt", "Timeout",   "Violation", NULL};
    if (left(word) < 6 || g_ascii_isdigit(*word.at))
        return FALSE;
    for (const char *const *suffix = suffixes; *suffix; suffix++)
        if (has_suffix(word, *suffix)) {
            gsize rest = left(word) - strlen(*suffix);
            return rest > 0 && (g_ascii_isupper(*word.at) || memchr(word.at, '.', rest) || *word.at == '\\');
        }
    return FALSE;
}

/* The end of a dotted or scoped name: "java.io.IOException", "Foo::BarError", "\App\FooException". */
static const char *name_end(Piece piece)
{
    const char *at = piece.at;
    while (at < piece.end) {
        gboolean joins = strchr(".:\\/-", *at) && at + 1 < piece.end &&
                         (g_ascii_isalpha(at[1]) || at[1] == ':' || at[1] == '\\');
        if (!is_name_character(*at) && !(joins && *at))
            break;
        at++;
    }
    return at;
}

/* "pusher.errors.Forbidden: …": modules in small letters, then a class, as Python writes what was raised. */
static gboolean is_raised_class(Piece word, Piece rest)
{
    const char *class = word.at;
    guint modules = 0;
    for (const char *at = word.at; at < word.end; at++) {
        if (*at == '.') {
            modules++;
            class = at + 1;
        } else if (!is_name_character(*at) || (g_ascii_isupper(*at) && class == word.at)) {
            return FALSE;
        }
    }
    return modules >= 2 && class + 2 < word.end && g_ascii_isupper(*class) && g_ascii_islower(class[1]) &&
           begins(rest, ": ") && left(rest) > 8;
}

/* "TypeError: …", "java.io.IOException", "PDOException (42S02): …", "RuntimeError - …" */
gboolean piece_is_exception(Piece piece, gboolean may_be_bare)
{
    Piece word = {piece.at, name_end(piece)};
    Piece rest = {word.end, piece.end};
    if (!is_exception_name(word))
        return may_be_bare && is_raised_class(word, rest);
    if (left(rest) == 0)
        return may_be_bare;
    if (begins(rest, ": ") || begins(rest, ":") || begins(rest, " - "))
        return left(rest) > 2;
    return (begins(rest, " (") || begins(rest, " [")) && find(rest, ": ");
}

static const char *const ERROR_WORDS[] = {"error",     "fehler", "erreur", "erro",    "errore", "fout",
                                          "exception", "fatal",  "panic",  "failure", "ошибка", "Ошибка",
                                          "エラー",    "错误",   "錯誤",   "błąd",    "Błąd",   "virhe",
                                          "hata",      "chyba",  "hiba",   "eroare",  "fel",    NULL};

/* The length of the word for "error" that a piece begins with, 0 for none. */
static gsize error_word(Piece piece)
{
    gsize longest = 0;
    for (const char *const *word = ERROR_WORDS; *word; word++)
        if (begins_caseless(piece, *word) && strlen(*word) > longest)
            longest = strlen(*word);
    return longest;
}

/* ": something"; "：" too. */
gboolean piece_has_colon_and_text(Piece piece)
{
    gsize colon = begins(piece, ":") ? 1 : begins(piece, "：") ? 3 : 0;
    return colon && left(skip_blanks(from(piece, colon))) >= 3;
}

/* What may stand between "Error" and its colon: a number, a code, something in brackets. */
static Piece skip_code(Piece piece)
{
    Piece rest = skip_blanks(piece);
    if (begins(rest, "[") || begins(rest, "(")) {
        const char *close = memchr(rest.at, *rest.at == '[' ? ']' : ')', MIN(left(rest), 60));
        return skip_blanks(close ? (Piece){close + 1, piece.end} : rest);
    }
    const char *at = rest.at;
    while (at < rest.end && (g_ascii_isdigit(*at) || g_ascii_isupper(*at) || strchr("_#-", *at)))
        at++;
    Piece code = {at, piece.end};
    return skip_blanks(code.at - rest.at >= 2 ? skip_blanks(code) : rest);
}

/* "Error: …", "Fatal error: …", "PHP Warning:  …", "ERROR 1045 (28000): …", "Erreur : …" */
static gboolean is_error_word_line(Piece piece)
{
    static const char *const before[] = {
        "fatal ",      "parse ",       "syntax ",     "php ",        "internal ", "runtime ",
        "network ",    "server ",      "client ",     "api ",        "unknown ",  "unhandled ",
        "uncaught ",   "compile ",     "build ",      "database ",   "mysql ",    "sql ",
        "unexpected ", "application ", "connection ", "validation ", NULL};
    for (guint count = 0; count < 3; count++)
        for (const char *const *word = before; *word; word++)
            if (begins_caseless(piece, *word)) {
                piece = from(piece, strlen(*word));
                break;
            }
    gsize word = error_word(piece);
    if (!word)
        return FALSE;
    Piece rest = from(piece, word);
    for (guint codes = 0; codes < 2 && !begins(rest, ":"); codes++)
        rest = skip_code(rest);
    return piece_has_colon_and_text(rest);
}

/* Programs that name themselves, and runtimes with a phrase of their own. */
static const char *const PROGRAM_WORDS[] = {"panic: ",
                                            "Exception in thread ",
                                            "Unhandled exception",
                                            "Unhandled Exception",
                                            "Unhandled rejection",
                                            "Unhandled promise rejection",
                                            "UnhandledPromiseRejection",
                                            "Uncaught ",
                                            "npm ERR! ",
                                            "npm error ",
                                            "error TS",
                                            "error[E",
                                            "fatal: ",
                                            "Failed to load resource: ",
                                            "Access to XMLHttpRequest at ",
                                            "Access to fetch at ",
                                            "Access to font at ",
                                            "Access to image at ",
                                            "Access to script at ",
                                            "Segmentation fault",
                                            "*** Terminating app due to uncaught exception",
                                            "FATAL EXCEPTION: ",
                                            "SQLSTATE[",
                                            "rpc error: code = ",
                                            "FAILURE: Build failed",
                                            "Execution failed for task ",
                                            "pusher:error ",
                                            "** (",
                                            "level=error ",
                                            "curl: (",
                                            NULL};

/* Those that say other things as well: one of the other words must follow. */
static const struct {
    const char *begin, *word, *or_word;
} PROGRAM_PHRASES[] = {
    {"thread '", "panicked at", NULL}, {"WebSocket connection to ", "failed", NULL},
    {"(node:", "Error", "Rejection"},  {"Duplicate class ", " found in ", NULL},
    {"Errno::", ": ", NULL},           {"Refused to ", "Policy", "MIME"},
};

static gboolean is_program_line(Piece piece)
{
    for (gsize i = 0; i < G_N_ELEMENTS(PROGRAM_PHRASES); i++)
        if (begins(piece, PROGRAM_PHRASES[i].begin))
            return find(piece, PROGRAM_PHRASES[i].word) ||
                   (PROGRAM_PHRASES[i].or_word && find(piece, PROGRAM_PHRASES[i].or_word));
    if (begins(piece, "go: "))
        return find(from(piece, 4), ": ") != NULL;
    return begins_any(piece, PROGRAM_WORDS);
}

/* "GET https://… 404 (Not Found)", "POST https://… net::ERR_FAILED" */
static gboolean is_request_line(Piece piece)
{
    static const char *const methods[] = {"GET http",    "POST http",    "PUT http",  "PATCH http",
                                          "DELETE http", "OPTIONS http", "HEAD http", NULL};
    return begins_any(piece, methods) &&
           (find(piece, "net::ERR_") || find(piece, " 40") || find(piece, " 42") || find(piece, " 50") ||
            (find(piece, " (") && begins((Piece){piece.end - 1, piece.end}, ")")));
}

/* "Warning: foo() expects … in /srv/x.php on line 12" */
static gboolean is_php_line(Piece piece)
{
    static const char *const words[] = {
        "Warning: ", "Notice: ", "Deprecated: ", "PHP Warning: ", "PHP Notice: ", "PHP Deprecated: ", NULL};
    return begins_any(piece, words) && find(piece, " on line ");
}

/* "app.rb:12:in `run': boom (RuntimeError)", "script.sh: line 3: foo: command not found" */
static gboolean is_located_line(Piece piece)
{
    if (memchr(piece.at, ' ', MIN(left(piece), 3)))
        return FALSE;
    const char *in = find(piece, ":in ");
    if (in && in > piece.at && g_ascii_isdigit(in[-1]))
        return find((Piece){in, piece.end}, "': ") != NULL;
    const char *error = find(piece, ": error: ");
    return (error && piece_ends_in_place((Piece){piece.at, error})) || find(piece, ": command not found");
}

gboolean piece_is_message(Piece piece, gboolean may_be_bare)
{
    if (left(piece) < 5)
        return FALSE;
    return piece_is_exception(piece, may_be_bare) || is_error_word_line(piece) || is_program_line(piece) ||
           is_request_line(piece) || is_php_line(piece) || is_located_line(piece);
}
