#include <parsers/errors/error_line.h>

#include <string.h>

#define LOOKED_AT_BYTES 400u /* of a line: what it is shows early; a longer one is data */
#define ANNOUNCE_BYTES_MAX 300u

/* A piece of text with an end, since lines are not terminated. */
typedef struct {
    const char *at, *end;
} Piece;

static gsize left(Piece piece)
{
    return (gsize)(piece.end - piece.at);
}

/* Most comparisons end at the first character. */
static gboolean begins(Piece piece, const char *word)
{
    if (piece.at >= piece.end || *piece.at != *word)
        return FALSE;
    gsize length = strlen(word);
    return left(piece) >= length && memcmp(piece.at, word, length) == 0;
}

static gboolean begins_caseless(Piece piece, const char *word)
{
    if (piece.at >= piece.end || g_ascii_tolower(*piece.at) != g_ascii_tolower(*word))
        return FALSE;
    gsize length = strlen(word);
    return left(piece) >= length && g_ascii_strncasecmp(piece.at, word, length) == 0;
}

static gboolean begins_any(Piece piece, const char *const *words)
{
    for (; *words; words++)
        if (begins(piece, *words))
            return TRUE;
    return FALSE;
}

static const char *find(Piece piece, const char *word)
{
    return memmem(piece.at, left(piece), word, strlen(word));
}

static Piece skip_blanks(Piece piece)
{
    while (piece.at < piece.end && (*piece.at == ' ' || *piece.at == '\t'))
        piece.at++;
    return piece;
}

static Piece skip_digits(Piece piece)
{
    while (piece.at < piece.end && g_ascii_isdigit(*piece.at))
        piece.at++;
    return piece;
}

static Piece from(Piece piece, gsize bytes)
{
    piece.at += MIN(bytes, left(piece));
    return piece;
}

static gboolean is_name_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$';
}

/* ":12", ":12:34", ":line 12" at the end, perhaps before a bracket. */
static gboolean ends_in_place(Piece piece)
{
    const char *at = piece.end;
    while (at > piece.at && strchr(" \t)],;", at[-1]))
        at--;
    const char *digits = at;
    while (digits > piece.at && g_ascii_isdigit(digits[-1]))
        digits--;
    if (digits == at || digits == piece.at)
        return FALSE;
    if (digits[-1] == ':')
        return TRUE;
    static const char *const words[] = {"line ", "Zeile ", "ligne ", "línea ", "linha ", "riga ", "regel "};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = strlen(words[i]);
        if ((gsize)(digits - piece.at) >= length && memcmp(digits - length, words[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* "com.foo.Bar.baz(Bar.java:12)", "foo (app.js:1:2)", "https://x/app.js:1:2", "Array.map (<anonymous>)":
 * a call, and no words of a person. */
static gboolean is_call(Piece piece)
{
    piece = skip_blanks(piece);
    const char *bracket = memchr(piece.at, '(', left(piece));
    if (ends_in_place(piece) && (bracket || !memchr(piece.at, ' ', left(piece))))
        return TRUE;
    if (!bracket || bracket == piece.at)
        return FALSE;
    if (bracket[-1] != ' ')
        return is_name_character(bracket[-1]) || strchr(">]", bracket[-1]);
    Piece inside = {bracket + 1, piece.end};
    static const char *const native[] = {"<anonymous>", "native", "eval at", "node:", "internal/", NULL};
    return begins_any(inside, native);
}

/* What runtimes of several languages put before a call. */
static gboolean is_at_frame(Piece piece, gboolean is_indented)
{
    static const char *const localized[] = {"bei ", "à ",   "en ", "em ",  "in ",
                                            "в ",   "bij ", "w ",  "vid ", NULL};
    if (begins(piece, "at "))
        return is_call(from(piece, 3));
    if (!is_indented || !begins_any(piece, localized))
        return FALSE;
    const char *blank = memchr(piece.at, ' ', left(piece));
    Piece call = skip_blanks((Piece){blank, piece.end});
    const char *bracket = memchr(call.at, '(', left(call));
    const char *dot = memchr(call.at, '.', left(call));
    return bracket && dot && dot < bracket && is_name_character(bracket[-1]) &&
           !memchr(call.at, ' ', (gsize)(bracket - call.at));
}

/* "#0 /srv/app.php(12): run()", "#3 {main}", "#1  0x0000 in main ()" */
static gboolean is_numbered_frame(Piece piece)
{
    if (!begins(piece, "#"))
        return FALSE;
    Piece rest = skip_digits(from(piece, 1));
    if (rest.at == piece.at + 1 || !begins(rest, " "))
        return FALSE;
    rest = skip_blanks(rest);
    return begins(rest, "{main}") || begins(rest, "0x") || find(rest, "): ") || find(rest, " ()") ||
           is_call(rest);
}

/* "0   CoreFoundation   0x00000001a1 __exceptionPreprocess + 250", "   3: std::panicking::begin" */
static gboolean is_native_frame(Piece piece, gboolean is_indented)
{
    Piece rest = skip_digits(piece);
    if (rest.at == piece.at)
        return FALSE;
    if (begins(rest, ": "))
        return is_indented && find(rest, "::");
    return begins(rest, " ") && find(rest, " 0x") && (find(rest, " + ") || is_indented);
}

static gboolean is_go_frame(Piece piece)
{
    const char *dot = find(piece, ".go:");
    if (!dot || (*piece.at != '/' && !find((Piece){piece.at, dot}, "/")))
        return begins(piece, "created by ") && !find(piece, ", ");
    Piece rest = skip_digits((Piece){dot + 4, piece.end});
    return rest.at > dot + 4 && (left(rest) == 0 || begins(rest, " +0x") || begins(rest, ":"));
}

static gboolean is_frame(Piece piece, gboolean is_indented)
{
    if (is_at_frame(piece, is_indented) || is_numbered_frame(piece) || is_go_frame(piece))
        return TRUE;
    if (begins(piece, "File \"") && find(piece, "\", line "))
        return TRUE;
    if (begins(piece, "from ") && find(piece, ":in "))
        return TRUE;
    if (begins(piece, "... ") && skip_digits(from(piece, 4)).at > piece.at + 4)
        return TRUE;
    if (begins(piece, "thrown in ") && ends_in_place(piece))
        return TRUE;
    const char *sign = memchr(piece.at, '@', left(piece));
    if (sign && ends_in_place(piece) &&
        (begins((Piece){sign + 1, piece.end}, "http") || begins((Piece){sign + 1, piece.end}, "file:")))
        return !memchr(piece.at, ' ', (gsize)(sign - piece.at));
    return is_native_frame(piece, is_indented);
}

static gboolean is_chain(Piece piece)
{
    static const char *const words[] = {"Caused by: ",
                                        "Caused by ",
                                        "Suppressed: ",
                                        "Wrapped by: ",
                                        "---> ",
                                        "--- End of ",
                                        "--- Ende ",
                                        "--- Fin ",
                                        "--- Fim ",
                                        "During handling of the above exception",
                                        "The above exception was the direct cause",
                                        "Next ",
                                        "exit status ",
                                        "[signal SIG",
                                        "Previous exception:",
                                        "[cause]: ",
                                        "note: run with `RUST_BACKTRACE",
                                        NULL};
    if (begins(piece, "Caused by ") || begins(piece, "Next "))
        return memchr(piece.at, ':', left(piece)) != NULL;
    return begins_any(piece, words);
}

static gboolean is_opener(Piece piece)
{
    static const char *const words[] = {"Traceback (most recent call last)",
                                        "Stack trace:",
                                        "Stacktrace:",
                                        "stack traceback:",
                                        "Call stack:",
                                        "Backtrace:",
                                        "stack backtrace:",
                                        NULL};
    if (begins(piece, "goroutine "))
        return find(piece, " [") != NULL;
    return begins_any(piece, words);
}

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

/* "TypeError: …", "java.io.IOException", "PDOException (42S02): …", "RuntimeError - …" */
static gboolean is_exception(Piece piece, gboolean may_be_bare)
{
    Piece word = {piece.at, name_end(piece)};
    if (!is_exception_name(word))
        return FALSE;
    Piece rest = {word.end, piece.end};
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
static gboolean has_colon_and_text(Piece piece)
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
    return has_colon_and_text(rest);
}

/* Programs that name themselves, and runtimes with a phrase of their own. */
static gboolean is_program_line(Piece piece)
{
    static const char *const words[] = {"panic: ",
                                        "Exception in thread ",
                                        "Unhandled exception",
                                        "Unhandled Exception",
                                        "Unhandled rejection",
                                        "Unhandled promise rejection",
                                        "UnhandledPromiseRejection",
                                        "Uncaught ",
                                        "(node:",
                                        "npm ERR! ",
                                        "npm error ",
                                        "error TS",
                                        "error[E",
                                        "fatal: ",
                                        "Failed to load resource: ",
                                        "Access to XMLHttpRequest at ",
                                        "Access to fetch at ",
                                        "Refused to ",
                                        "Segmentation fault",
                                        "*** Terminating app due to uncaught exception",
                                        "FATAL EXCEPTION: ",
                                        "SQLSTATE[",
                                        "level=error ",
                                        NULL};
    if (begins(piece, "curl: ("))
        return TRUE;
    if (begins(piece, "thread '"))
        return find(piece, "panicked at") != NULL;
    if (begins(piece, "WebSocket connection to "))
        return find(piece, "failed") != NULL;
    if (begins(piece, "(node:"))
        return find(piece, "Error") || find(piece, "Rejection");
    if (begins(piece, "Refused to "))
        return find(piece, "Policy") || find(piece, "MIME");
    return begins_any(piece, words);
}

/* "GET https://… 404 (Not Found)", "POST https://… net::ERR_FAILED" */
static gboolean is_request_line(Piece piece)
{
    static const char *const methods[] = {"GET http",    "POST http",    "PUT http",  "PATCH http",
                                          "DELETE http", "OPTIONS http", "HEAD http", NULL};
    return begins_any(piece, methods) &&
           (find(piece, "net::ERR_") ||
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
    return find(piece, ": command not found") ||
           (find(piece, ": error: ") && ends_in_place((Piece){piece.at, find(piece, ": error: ")}));
}

static gboolean is_message(Piece piece, gboolean may_be_bare)
{
    if (left(piece) < 5)
        return FALSE;
    return is_exception(piece, may_be_bare) || is_error_word_line(piece) || is_program_line(piece) ||
           is_request_line(piece) || is_php_line(piece) || is_located_line(piece);
}

/* "12:30:01", "12:30:01.123" */
static Piece skip_time(Piece piece)
{
    Piece hours = skip_digits(piece);
    if (hours.at == piece.at || hours.at - piece.at > 2 || !begins(hours, ":"))
        return piece;
    Piece minutes = skip_digits(from(hours, 1));
    if (minutes.at - hours.at != 3 || !begins(minutes, ":"))
        return piece;
    Piece seconds = skip_digits(from(minutes, 1));
    if (seconds.at - minutes.at != 3)
        return piece;
    while (seconds.at < seconds.end && (g_ascii_isdigit(*seconds.at) || strchr(".,+Z:", *seconds.at)))
        seconds.at++;
    return seconds;
}

/* "2024-11-22", "22/11/2024", "22/Nov/2024", "Nov 22" */
static Piece skip_date(Piece piece)
{
    Piece rest = piece;
    if (left(rest) > 5 && g_ascii_isupper(*rest.at) && g_ascii_islower(rest.at[1]) &&
        g_ascii_islower(rest.at[2]) && rest.at[3] == ' ') {
        Piece day = skip_digits(skip_blanks(from(rest, 3)));
        return begins(day, " ") ? from(day, 1) : piece;
    }
    guint parts = 0;
    while (left(rest) > 0 && (g_ascii_isalnum(*rest.at) || strchr("-/.", *rest.at)) &&
           rest.at - piece.at < 12) {
        parts += strchr("-/.", *rest.at) != NULL;
        if (parts >= 2 && *rest.at == 'T')
            break;
        rest.at++;
    }
    if (parts != 2 || !g_ascii_isdigit(*piece.at) || left(rest) == 0 || !strchr("T :", *rest.at))
        return piece;
    return from(rest, 1);
}

/* Behind the time stamp of a log line; the same piece when there is none. */
static Piece skip_stamp(Piece piece)
{
    Piece rest = begins(piece, "[") ? from(piece, 1) : piece;
    Piece date = skip_date(rest);
    Piece time = skip_time(skip_blanks(date));
    if (time.at == skip_blanks(date).at)
        return piece;
    if (begins(skip_blanks(time), "+") || begins(skip_blanks(time), "-0"))
        time = skip_digits(from(skip_blanks(time), 1));
    if (begins(time, "]"))
        time = from(time, 1);
    return skip_blanks(time);
}

/* The level of a log line among its first words. */
static gboolean has_error_level(Piece piece)
{
    static const char *const levels[] = {
        "ERROR",   "FATAL",  "CRITICAL", "SEVERE",      "EMERG",  "ALERT",     "PANIC",   "[error]", "[ERR]",
        "[fatal]", "[crit]", "error:",   "level=error", ".ERROR", "Exception", "<Error>", " E ",     NULL};
    Piece head = {piece.at, piece.at + MIN(left(piece), 80)};
    for (const char *const *level = levels; *level; level++)
        if (find(head, *level))
            return TRUE;
    return FALSE;
}

/* "[error]", "E/": levels in brackets and before slashes. */
static gboolean has_log_sign(Piece line)
{
    return begins(line, "[") || begins(line, "ERROR ") || begins(line, "FATAL ");
}

/* "[error] …", "ERROR in ./src/x.js", "E/AndroidRuntime: …", "SEVERE: …": a level without a time. */
static gboolean is_level_line(Piece piece)
{
    static const char *const levels[] = {"[error] ",  "[ERROR] ", "[Error] ", "[ERR] ",     "[fatal] ",
                                         "[FATAL] ",  "E/",       "SEVERE: ", "CRITICAL: ", "FATAL ",
                                         "ERROR in ", "ERROR - ", "ERROR [",  NULL};
    if (begins(piece, "E/"))
        return find((Piece){piece.at, piece.at + MIN(left(piece), 60)}, ": ") != NULL;
    return begins_any(piece, levels);
}

/* The opening quotation mark that ends right before `at`, and the mark that closes it. */
static const char *closing_quote(const char *line, const char *at, gsize *out_bytes)
{
    static const char *const quotes[][2] = {{"\"", "\""}, {"'", "'"}, {"`", "`"},   {"“", "”"},
                                            {"„", "“"},   {"«", "»"}, {"« ", " »"}, {"‘", "’"}};
    for (gsize i = 0; i < G_N_ELEMENTS(quotes); i++) {
        gsize length = strlen(quotes[i][0]);
        if ((gsize)(at - line) >= length && memcmp(at - length, quotes[i][0], length) == 0) {
            *out_bytes = strlen(quotes[i][1]);
            return quotes[i][1];
        }
    }
    return NULL;
}

/* The end of a message that begins at `at` among words of the writer: its closing quotation mark, else the
 * end of the sentence, else that of the line. */
static const char *inner_end(Piece line, const char *at, gboolean is_in_sentence)
{
    gsize bytes = 0;
    const char *closing = closing_quote(line.at, at, &bytes);
    if (closing) {
        const char *last = NULL;
        for (const char *c = at; (c = memmem(c, (gsize)(line.end - c), closing, bytes)); c++)
            if (c + bytes == line.end || !g_ascii_isalnum(c[bytes]))
                last = last && bytes == 1 && *closing == '\'' ? last : c;
        if (last)
            return last;
    }
    for (const char *c = at; is_in_sentence && c + 2 < line.end; c++)
        if (strchr(".!?", *c) && c[1] == ' ' && g_ascii_isupper(c[2]))
            return c + (*c != '.');
    return line.end;
}

/* "… it says Error: …": with a capital, behind a word, a quotation mark or a colon. */
static gboolean is_inner_error(Piece line, Piece piece)
{
    if (!begins(piece, "Error: ") && !begins(piece, "Uncaught "))
        return FALSE;
    if (left(piece) < 12 || piece.at - line.at < 2)
        return FALSE;
    char before = piece.at[-1] == ' ' ? piece.at[-2] : piece.at[-1];
    return g_ascii_islower(before) || strchr(":\"'`(>", before) || (guchar)before >= 0x80;
}

/* Back from a place inside a dotted name to its first character. */
static const char *name_start(Piece line, const char *at)
{
    while (at > line.at && (is_name_character(at[-1]) || strchr(".:\\", at[-1])))
        at--;
    while (at < line.end && strchr(".:", *at))
        at++;
    return at;
}

/* Looks before `until` for names of exceptions by their capital endings, which are rare: most lines cost one
 * pass. */
static void look_inside(Piece line, const char *until, ErrorLine *out, const char *text)
{
    const char *least = line.at + 1;
    for (const char *at = least; at < until; at++) {
        if (!g_ascii_isupper(*at) || !strchr("ETFIVU", *at))
            continue;
        const char *start = name_start(line, at);
        if (start < least || strchr("-@/", start[-1]))
            continue;
        least = start + 1;
        Piece piece = {start, line.end};
        if (!is_exception(piece, FALSE) && !is_inner_error(line, piece))
            continue;
        out->kind = LINE_MESSAGE;
        out->is_quoted_inside = TRUE;
        out->message = (gsize)(start - text);
        out->message_end = (gsize)(inner_end(line, start, TRUE) - text);
        return;
    }
}

/* The nouns that announce an error text right before a colon. */
static gboolean is_announcement(Piece line)
{
    static const char *const nouns[] = {
        "error",   "exception", "stack trace", "stacktrace", "traceback", "fehler",    "meldung", "erreur",
        "mensaje", "mensagem",  "erro",        "errore",     "fout",      "ошибк",     "エラー",  "错误",
        "błąd",    "console",   "konsole",     "consola",    "log",       "logs",      "output",  "ausgabe",
        "sortie",  "salida",    "saída",       "backtrace",  "trace",     "protokoll", "crash",   NULL};
    if (left(line) > ANNOUNCE_BYTES_MAX)
        return FALSE;
    const char *colon = line.end;
    while (colon > line.at && strchr(" \t*_", colon[-1]))
        colon--;
    if (colon > line.at && colon[-1] == ':')
        colon--;
    else if (colon - line.at >= 3 && memcmp(colon - 3, "：", 3) == 0)
        colon -= 3;
    else
        return FALSE;
    Piece tail = {MAX(line.at, colon - 45), colon};
    for (const char *at = tail.at; at < tail.end; at++) {
        if (!g_ascii_isalpha(*at) ? (guchar)*at < 0xc0 : at > line.at && g_ascii_isalpha(at[-1]))
            continue;
        for (const char *const *noun = nouns; *noun; noun++)
            if (begins_caseless((Piece){at, tail.end}, *noun))
                return TRUE;
    }
    /* German joins its nouns: "Fehlermeldung". */
    return find(tail, "meldung") != NULL;
}

/* Lines of prose have neither of the signs that nearly all lines of programs have: they cost little. */
static gboolean is_prose(Piece line)
{
    static const char *const signless[] = {
        "created by ", "exit status ", "Segmentation fault", "thrown in ", "... ", "#", "```", "---", NULL};
    if (memchr(line.at, ':', left(line)) || memchr(line.at, '(', left(line)) || find(line, "：") ||
        find(line, " 0x"))
        return FALSE;
    return memchr(line.at, ' ', left(line)) && !begins_any(line, signless) && !has_log_sign(line);
}

static LineKind kind_of(Piece line, gboolean is_indented)
{
    if (begins(line, "```"))
        return LINE_FENCE;
    if (is_frame(line, is_indented))
        return LINE_FRAME;
    if (is_chain(line))
        return LINE_CHAIN;
    if (is_opener(line))
        return LINE_OPENER;
    Piece rest = skip_stamp(line);
    if (rest.at != line.at)
        return has_error_level(rest) || is_message(rest, FALSE) ? LINE_LOG_ERROR : LINE_LOG;
    if (is_level_line(line))
        return LINE_LOG_ERROR;
    return is_message(line, TRUE) ? LINE_MESSAGE : LINE_PLAIN;
}

/* "Fehlermeldung: …": the writer's label; the message is behind it. */
static Piece skip_label(Piece line)
{
    static const char *const labels[] = {"error message",
                                         "error text",
                                         "error output",
                                         "exception message",
                                         "fehlermeldung",
                                         "fehlertext",
                                         "message d'erreur",
                                         "message d’erreur",
                                         "mensaje de error",
                                         "mensagem de erro",
                                         "messaggio di errore",
                                         "messaggio d'errore",
                                         "foutmelding",
                                         "felmeddelande",
                                         "сообщение об ошибке",
                                         "Сообщение об ошибке",
                                         "текст ошибки",
                                         "Текст ошибки",
                                         "komunikat błędu",
                                         "エラーメッセージ",
                                         "错误信息",
                                         "錯誤訊息",
                                         NULL};
    for (const char *const *label = labels; *label; label++) {
        if (!begins_caseless(line, *label))
            continue;
        Piece rest = skip_blanks(from(line, strlen(*label)));
        if (has_colon_and_text(rest))
            return skip_blanks(from(rest, begins(rest, ":") ? 1 : 3));
    }
    return line;
}

/* Marks that people and their mail clients put before a pasted line. */
static Piece skip_marks(Piece line)
{
    static const char *const marks[] = {"**", "* ", "- ",   "> ", "`",  "\"", "“",  "„", "«",
                                        "'",  "(",  "[x] ", "❌ ", "✖ ", "✗ ", "× ", NULL};
    for (const char *const *mark = marks; *mark; mark++)
        if (begins(line, *mark) && !begins(line, "```"))
            return skip_blanks(from(line, strlen(*mark)));
    return line;
}

/* A message behind marks or a label of the writer. */
static gboolean look_behind_marks(Piece line, Piece *out_message)
{
    Piece bare = skip_marks(line), message = skip_label(bare);
    if (message.at != bare.at)
        *out_message = skip_marks(message);
    else if (bare.at != line.at && is_message(bare, FALSE))
        *out_message = bare;
    else
        return FALSE;
    return TRUE;
}

static void judge(Piece line, const char *text, ErrorLine *out)
{
    Piece whole = line, message = line;
    line.end = line.at + MIN(left(line), LOOKED_AT_BYTES);
    if (is_prose(line))
        return;
    out->kind = kind_of(line, out->indentation > 0);
    if (out->kind != LINE_PLAIN)
        return;
    if (look_behind_marks(line, &message)) {
        out->kind = LINE_MESSAGE;
        out->is_quoted_inside = TRUE;
        out->message = (gsize)(message.at - text);
        out->message_end = (gsize)(inner_end(whole, message.at, FALSE) - text);
    } else if (is_announcement(whole)) {
        out->kind = LINE_ANNOUNCE;
    } else {
        look_inside(whole, line.end, out, text);
    }
}

ErrorLine error_line_read(const char *text, gsize length, gsize start)
{
    const char *end = memchr(text + start, '\n', length - start);
    ErrorLine line = {.start = start, .end = end ? (gsize)(end - text) : length};
    Piece piece = skip_blanks((Piece){text + start, text + line.end});
    while (piece.end > piece.at && g_ascii_isspace(piece.end[-1]))
        piece.end--;
    line.indentation = (guint)((gsize)(piece.at - text) - start);
    line.message = (gsize)(piece.at - text);
    line.message_end = line.end;
    line.kind = left(piece) > 0 ? LINE_PLAIN : LINE_BLANK;
    if (line.kind == LINE_PLAIN)
        judge(piece, text, &line);
    return line;
}
