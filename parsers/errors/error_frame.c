#include <parsers/errors/piece.h>

/* ":12", ":12:34", ":line 12" at the end, perhaps before a bracket. */
gboolean piece_ends_in_place(Piece piece)
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
    if (piece_ends_in_place(piece) && (bracket || !memchr(piece.at, ' ', left(piece))))
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

gboolean piece_is_frame(Piece piece, gboolean is_indented)
{
    if (is_at_frame(piece, is_indented) || is_numbered_frame(piece) || is_go_frame(piece))
        return TRUE;
    if (begins(piece, "File \"") && find(piece, "\", line "))
        return TRUE;
    if (begins(piece, "from ") && find(piece, ":in "))
        return TRUE;
    if (begins(piece, "... ") && skip_digits(from(piece, 4)).at > piece.at + 4)
        return TRUE;
    if (begins(piece, "thrown in ") && piece_ends_in_place(piece))
        return TRUE;
    const char *sign = memchr(piece.at, '@', left(piece));
    if (sign && piece_ends_in_place(piece) &&
        (begins((Piece){sign + 1, piece.end}, "http") || begins((Piece){sign + 1, piece.end}, "file:")))
        return !memchr(piece.at, ' ', (gsize)(sign - piece.at));
    return is_native_frame(piece, is_indented);
}

gboolean piece_is_chain(Piece piece)
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

gboolean piece_is_opener(Piece piece)
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
