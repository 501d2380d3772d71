#include <parsers/errors/print_parts.h>

#define CODE_DIGITS_MAX 6u
#define RANDOM_BYTES_LEAST 16u /* a word this long with digits in it was made by a machine */

static gboolean all_of(Piece token, const char *signs)
{
    for (const char *at = token.at; at < token.end; at++)
        if (!strchr(signs, *at))
            return FALSE;
    return left(token) > 0;
}

static guint count_of(Piece token, char sign)
{
    guint count = 0;
    for (const char *at = token.at; at < token.end; at++)
        count += *at == sign;
    return count;
}

static gboolean has_digit(Piece token)
{
    for (const char *at = token.at; at < token.end; at++)
        if (g_ascii_isdigit(*at))
            return TRUE;
    return FALSE;
}

static gboolean ends_in_any(Piece token, const char *const *words)
{
    for (; *words; words++) {
        gsize length = strlen(*words);
        if (left(token) > length && g_ascii_strncasecmp(token.end - length, *words, length) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean print_is_code_word(const char *before)
{
    static const char *const words[] = {
        "status",   "code",    "statuscode", "errorcode", "errno",      "error",  "err",
        "http",     "curl",    "sqlstate",   "exit",      "signal",     "with",   "returned",
        "response", "returns", "got",        "fehler",    "fehlercode", "erreur", "ora",
        "received", "close",   "warning",    "os",        NULL};
    return g_strv_contains(words, before);
}

/* "404" behind "status", "E0382", "TS2304", "ORA-00942", "42S02" behind "SQLSTATE": which error it is. */
static gboolean is_code(Piece token, const char *before)
{
    guint capitals = 0, digits = 0;
    const char *at = token.at;
    while (at < token.end && g_ascii_isupper(*at))
        at++, capitals++;
    if (capitals >= 2 && at < token.end && *at == '-')
        at++;
    while (at < token.end && g_ascii_isdigit(*at))
        at++, digits++;
    if (at == token.end && capitals >= 1 && capitals <= 4 && digits >= 2 && digits <= CODE_DIGITS_MAX - 1)
        return capitals + digits >= 4;
    if (strcmp(before, "sqlstate") == 0 && left(token) == 5)
        return TRUE;
    if (!print_is_code_word(before) || left(token) > CODE_DIGITS_MAX)
        return FALSE;
    static const char *const loose[] = {"with", "returned", "response", "returns", "got", "received", NULL};
    Piece number = begins(token, "-") ? from(token, 1) : token;
    if (left(skip_digits(number)) > 0)
        return FALSE;
    return !g_strv_contains(loose, before) || (left(number) == 3 && strchr("345", *number.at));
}

/* Dates, times, versions, IPv4 with a port, ranges, sizes: all that has no more letters than units have. */
static gboolean is_number(Piece token)
{
    Piece rest = strchr("+-#*~$", *token.at) ? from(token, 1) : token;
    if (left(rest) == 0 || !g_ascii_isdigit(*rest.at))
        return FALSE;
    guint letters = 0;
    for (const char *at = rest.at; at < rest.end; at++)
        if (g_ascii_isalpha(*at))
            letters++;
        else if (!g_ascii_isdigit(*at) && !strchr(".:-/+_%x*", *at))
            return FALSE;
    return letters <= 3;
}

/* UUIDs, hashes, addresses in memory, IPv6, ZUIDs. */
static gboolean is_id(Piece token)
{
    if (begins(token, "0x") || begins(token, "0X"))
        return TRUE;
    if (!has_digit(token))
        return FALSE;
    if (left(token) >= 8 && all_of(token, "0123456789abcdefABCDEF-"))
        return TRUE;
    if (count_of(token, ':') >= 2 && all_of(token, "0123456789abcdefABCDEF:.[]%"))
        return TRUE;
    return g_ascii_isdigit(*token.at) && count_of(token, '-') >= 2;
}

/* "api.example.com", with or without a port. */
static gboolean is_host(Piece token)
{
    static const char *const ends[] = {
        ".com", ".net",     ".org",     ".io",    ".de",   ".fr",          ".co",  ".uk",       ".eu",
        ".us",  ".example", ".invalid", ".local", ".test", ".cloud",       ".dev", ".internal", ".nl",
        ".es",  ".it",      ".ch",      ".at",    ".br",   ".jp",          ".in",  ".ru",       ".pl",
        ".se",  ".no",      ".tech",    ".shop",  ".lan",  ".localdomain", NULL};
    const char *colon = memchr(token.at, ':', left(token));
    Piece host = {token.at, colon ? colon : token.end};
    if (colon && left(skip_digits((Piece){colon + 1, token.end})) > 0)
        return FALSE;
    for (const char *at = host.at; at < host.end; at++)
        if (!g_ascii_isalnum(*at) && !strchr(".-_", *at))
            return FALSE;
    if (ends_in_any(host, ends))
        return TRUE;
    return colon && left(host) > 0 && colon + 1 < token.end;
}

/* "/srv/app.js", "C:\src", "./lib", "src/client.ts:12"; no "and/or", no "application/json". */
static gboolean is_path(Piece token)
{
    static const char *const starts[] = {"/", "~/", "./", "../", "\\\\", "@/", NULL};
    static const char *const ends[] = {".js",  ".ts",   ".jsx",   ".tsx", ".mjs",    ".cjs",   ".php",
                                       ".py",  ".rb",   ".java",  ".kt",  ".go",     ".rs",    ".cs",
                                       ".cpp", ".hpp",  ".swift", ".vue", ".html",   ".jar",   ".dll",
                                       ".so",  ".exe",  ".log",   ".map", ".phtml",  ".scala", ".ex",
                                       ".exs", ".dart", ".sh",    ".pyc", ".svelte", NULL};
    if (left(token) >= 2 && begins_any(token, starts))
        return TRUE;
    if (left(token) >= 3 && g_ascii_isalpha(*token.at) && token.at[1] == ':' && strchr("\\/", token.at[2]))
        return TRUE;
    const char *colon = memchr(token.at, ':', left(token));
    Piece name = {token.at, colon && colon > token.at ? colon : token.end};
    if (ends_in_any(name, ends))
        return TRUE;
    return count_of(token, '/') >= 2;
}

/* Behind a method of HTTP: the way within the API says what failed; ids in it do not. */
static void append_request_path(GString *out, Piece path)
{
    const char *query = memchr(path.at, '?', left(path));
    if (query)
        path.end = query;
    guint parts = 0;
    for (const char *at = path.at; at < path.end && parts < 5;) {
        const char *slash = memchr(at, '/', (gsize)(path.end - at));
        Piece part = {at, slash ? slash : path.end};
        if (left(part) > 0) {
            g_string_append_c(out, '/');
            gboolean is_version = left(part) == 2 && *part.at == 'v';
            if ((has_digit(part) && !is_version) || left(part) > 24 || find(part, PRINT_GAP))
                g_string_append(out, PRINT_GAP);
            else
                g_string_append_len(out, part.at, (gssize)left(part));
            parts++;
        }
        at = part.end + 1;
    }
}

static gboolean is_method(const char *before)
{
    static const char *const methods[] = {"get", "post", "put", "patch", "delete", "options", "head", NULL};
    return g_strv_contains(methods, before);
}

/* Without its host and its query. Where the page of a customer is, is his affair: only what was asked for by
 * a method of HTTP, or over a socket, is kept. */
static void append_url(GString *out, Piece token, const char *before)
{
    const char *host = find(token, "://") + 3;
    const char *slash = memchr(host, '/', (gsize)(token.end - host));
    g_string_append(out, PRINT_GAP);
    if (slash && (is_method(before) || begins(token, "ws")))
        append_request_path(out, (Piece){slash, token.end});
}

/* "utf8", "user4821": the digits off. */
static void append_without_digits(GString *out, Piece token)
{
    for (const char *at = token.at; at < token.end;) {
        const char *behind = skip_digits((Piece){at, token.end}).at;
        if (behind > at)
            g_string_append(out, PRINT_GAP);
        else
            g_string_append_c(out, *behind++);
        at = behind;
    }
}

/* "java.net.ConnectException", "\App\FooError", "requests.exceptions.Timeout": some print the whole name. */
static Piece last_of_class(Piece token)
{
    static const char *const ends[] = {"Error", "Exception", "Timeout", "Failure", NULL};
    if (!ends_in_any(token, ends))
        return token;
    const char *at = token.end;
    while (at > token.at && is_name_character(at[-1]))
        at--;
    return g_ascii_isupper(*at) || *at == '_' ? (Piece){at, token.end} : token;
}

void print_token_append(GString *out, Piece token, const char *before)
{
    const char *sign = memchr(token.at, '@', left(token));
    if (find(token, "://")) {
        append_url(out, token, before);
    } else if (is_code(token, before)) {
        g_string_append_len(out, token.at, (gssize)left(token));
    } else if (is_method(before) && begins(token, "/")) {
        append_request_path(out, token);
    } else if (find(token, PRINT_GAP) || (sign && memchr(sign, '.', (gsize)(token.end - sign))) ||
               is_number(token) || is_id(token) || is_path(token) || is_host(token) ||
               (left(token) >= RANDOM_BYTES_LEAST && has_digit(token))) {
        g_string_append(out, PRINT_GAP);
    } else if (has_digit(token)) {
        append_without_digits(out, token);
    } else {
        token = last_of_class(token);
        g_string_append_len(out, token.at, (gssize)left(token));
    }
}
