#include <parsers/errors/print_parts.h>

#define PREFIXES_MAX 12u
#define BRACKET_BYTES_MAX 80u

/* What stands before the same message in one console and not in another. */
static const char *const PREFIXES[] = {"Uncaught ",
                                       "(in promise) ",
                                       "(in promise): ",
                                       "Unhandled exception. ",
                                       "Unhandled Exception: ",
                                       "Unhandled exception: ",
                                       "Unhandled rejection ",
                                       "Unhandled Promise Rejection: ",
                                       "Unhandled promise rejection: ",
                                       "Unhandled Runtime Error ",
                                       "PHP ",
                                       "Fatal error: ",
                                       "fatal error: ",
                                       "Error: ",
                                       "error: ",
                                       "ERROR: ",
                                       "Fehler: ",
                                       "FATAL EXCEPTION: ",
                                       "Caused by: ",
                                       "Caused by ",
                                       "Suppressed: ",
                                       "Wrapped by: ",
                                       "Previous exception: ",
                                       "---> ",
                                       "[cause]: ",
                                       "Next ",
                                       "npm ERR! ",
                                       "npm error ",
                                       "> ",
                                       "❌ ",
                                       "✖ ",
                                       "✗ ",
                                       "× ",
                                       "* ",
                                       "- ",
                                       "| ",
                                       ": ",
                                       "-- ",
                                       "``` ",
                                       "** ",
                                       NULL};

static gsize word_bytes(Piece line)
{
    for (const char *const *word = PREFIXES; *word; word++)
        if (begins(line, *word))
            return strlen(*word);
    return 0;
}

/* "Exception in thread "main" " */
static gsize thread_bytes(Piece line)
{
    if (!begins(line, "Exception in thread \""))
        return 0;
    const char *close = find(from(line, 21), "\" ");
    return close ? (gsize)(close + 2 - line.at) : 0;
}

/* "1062 (23000): …", "12: …": the number that MySQL gives an error. */
static gboolean is_error_number(Piece piece)
{
    Piece rest = skip_digits(skip_blanks(piece));
    return rest.at > skip_blanks(piece).at && (begins(rest, " (") || begins(rest, ":"));
}

/* "ERROR ", "[error] ", "E/": the level of a log line. */
static gsize level_bytes(Piece line)
{
    static const char *const levels[] = {"ERROR", "FATAL", "CRITICAL", "SEVERE", "EMERG",
                                         "ALERT", "WARN",  "WARNING",  "error",  "fatal",
                                         "crit",  "ERR",   "Error",    "PANIC",  NULL};
    Piece rest = begins(line, "[") ? from(line, 1) : line;
    for (const char *const *level = levels; *level; level++)
        if (begins(rest, *level)) {
            Piece behind = from(rest, strlen(*level));
            if (rest.at > line.at && begins(behind, "]"))
                return (gsize)(behind.at + 1 - line.at);
            /* "Error: x" alone is a class of JavaScript; in front of it stands a capital level. */
            if (rest.at == line.at && g_ascii_isupper((*level)[1]) && left(behind) > 0 &&
                strchr(" :\t-", *behind.at) && !is_error_number(behind))
                return (gsize)(behind.at + 1 - line.at);
        }
    return 0;
}

/* "[http-nio-8080-exec-1] ", "[12]: ", "(node:4821) ", "123#123: ", "*45 ": thread, process, connection. */
static gsize process_bytes(Piece line)
{
    char open = left(line) > 0 ? *line.at : '\0';
    if (begins(line, "(node:") || open == '[') {
        const char *close = memchr(line.at, open == '[' ? ']' : ')', MIN(left(line), BRACKET_BYTES_MAX));
        return close && close + 1 < line.end && strchr(" :", close[1]) ? (gsize)(close + 1 - line.at) : 0;
    }
    Piece rest = skip_digits(open == '*' ? from(line, 1) : line);
    if (rest.at == line.at)
        return 0;
    if (begins(rest, " --- "))
        return (gsize)(rest.at + 5 - line.at);
    if (begins(rest, "#"))
        rest = skip_digits(from(rest, 1));
    return rest.at > line.at + 1 && begins(rest, ": ") ? (gsize)(rest.at + 2 - line.at)
           : open == '*' && begins(rest, " ")          ? (gsize)(rest.at + 1 - line.at)
                                                       : 0;
}

/* "com.example.Client - ", "c.e.Client : ", "app[12]: ", "app.js:12 ": who wrote the line. */
static gsize logger_bytes(Piece line)
{
    const char *at = line.at;
    guint dots = 0;
    while (at < line.end && (is_name_character(*at) || strchr(".-/", *at))) {
        dots += *at == '.';
        at++;
    }
    Piece rest = {at, line.end};
    if (at == line.at || piece_is_exception(line, TRUE))
        return 0;
    const char *bracket = begins(rest, " ") ? memchr(at + 1, '[', left(from(rest, 1))) : NULL;
    if (bracket && !memchr(at + 1, ' ', (gsize)(bracket - at - 1)))
        rest.at = bracket;
    if (begins(rest, "[")) {
        Piece behind = skip_digits(from(rest, 1));
        return behind.at > rest.at + 1 && begins(behind, "]: ") ? (gsize)(behind.at + 3 - line.at) : 0;
    }
    if (dots == 0)
        return 0;
    const char *const ends[] = {" - ", " : ", ": ", NULL};
    rest = (Piece){at, line.end};
    while (begins(rest, "  "))
        rest = from(rest, 1);
    if (begins_any(rest, ends))
        return (gsize)(rest.at - line.at) + 2;
    if (!begins(rest, ":"))
        return 0;
    /* "app.js:12:34 " */
    Piece place = rest;
    while (left(place) > 0 && (g_ascii_isdigit(*place.at) || *place.at == ':'))
        place.at++;
    return begins(place, " ") ? (gsize)(place.at + 1 - line.at) : 0;
}

/* "app/item.rb:12:in `save!': " */
static gsize ruby_bytes(Piece line)
{
    const char *in = find(line, ":in "), *close = in ? find((Piece){in, line.end}, "': ") : NULL;
    return in && close && in > line.at && g_ascii_isdigit(in[-1]) ? (gsize)(close + 3 - line.at) : 0;
}

Piece print_skip_prefix(Piece line)
{
    gboolean is_log = FALSE;
    for (guint i = 0; i < PREFIXES_MAX; i++) {
        line = skip_blanks(line);
        Piece behind = piece_skip_stamp(line);
        gsize bytes = (gsize)(behind.at - line.at);
        is_log |= bytes > 0;
        if (bytes == 0)
            bytes = word_bytes(line);
        if (bytes == 0)
            bytes = thread_bytes(line);
        if (bytes == 0)
            is_log |= (bytes = level_bytes(line)) > 0;
        if (bytes == 0)
            bytes = process_bytes(line);
        if (bytes == 0 && is_log)
            bytes = logger_bytes(line);
        if (bytes == 0)
            bytes = ruby_bytes(line);
        if (bytes == 0 || bytes >= left(line))
            return line;
        line = from(line, bytes);
    }
    return line;
}
