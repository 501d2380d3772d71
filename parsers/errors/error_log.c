/* Lines as logs have them: a time, a level, words. */
#include <parsers/errors/piece.h>

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
Piece piece_skip_stamp(Piece piece)
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
gboolean piece_has_error_level(Piece piece)
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
gboolean piece_has_log_sign(Piece line)
{
    return begins(line, "[") || begins(line, "ERROR ") || begins(line, "FATAL ");
}

/* "[error] …", "ERROR in ./src/x.js", "E/AndroidRuntime: …", "SEVERE: …": a level without a time. */
gboolean piece_is_level_line(Piece piece)
{
    static const char *const levels[] = {"[error] ", "[ERROR] ", "[Error] ", "[ERR] ",     "[fatal] ",
                                         "[FATAL] ", "E/",       "SEVERE: ", "CRITICAL: ", "FATAL ",
                                         "ERROR - ", "ERROR [",  "ERROR #",  NULL};
    if (begins(piece, "ERROR in ")) { /* … a file, not the writer's own words */
        const char *blank = memchr(piece.at + 9, ' ', left(piece) - 9);
        return find((Piece){piece.at + 9, blank ? blank : piece.end}, "/") != NULL;
    }
    if (begins(piece, "E/"))
        return find((Piece){piece.at, piece.at + MIN(left(piece), 60)}, ": ") != NULL;
    return begins_any(piece, levels);
}
