#include <parsers/errors/print_parts.h>

#define NAME_BYTES_MAX 60u
#define BLANKS_IN_WORDS 3u /* what has more words than a person's name is a message within a message */

/* Words before a quoted word of the program: "has no attribute 'send'". */
static gboolean is_name_before(const char *before)
{
    static const char *const words[] = {
        "reading",   "setting",     "property",  "properties", "function",  "method",   "module",
        "attribute", "type",        "class",     "interface",  "parameter", "argument", "param",
        "option",    "header",      "keyword",   "import",     "package",   "library",  "symbol",
        "constant",  "variable",    "extension", "directive",  "scheme",    "command",  "operator",
        "macro",     "trait",       "struct",    "crate",      "gem",       "loader",   "plugin",
        "call",      "code",        "status",    "reason",     "undefined", "modul",    "methode",
        "funktion",  "eigenschaft", "klasse",    "exception",  "errorcode", "level",    "read",
        "resolve",   "protocol",    "algorithm", "permission", "scope",     "grant",    "name",
        NULL};
    return g_strv_contains(words, before);
}

/* Keys of JSON and logs behind which words stand. */
static gboolean is_words_before(const char *before)
{
    static const char *const words[] = {"error",  "message", "msg",         "err",   "errormessage",
                                        "detail", "details", "description", "title", "exception",
                                        "cause",  "fehler",  "errors",      NULL};
    return g_strv_contains(words, before);
}

static gboolean is_name_behind(Piece behind)
{
    static const char *const words[] = {"object has no",
                                        "object is",
                                        "is not a ",
                                        "is not defined",
                                        "is undefined",
                                        "is null",
                                        "is missing",
                                        "is required",
                                        "object does",
                                        "was not decl",
                                        "is not an ",
                                        "header",
                                        "has already been declared",
                                        "before init",
                                        "is deprecated",
                                        "argument",
                                        "parameter",
                                        "property",
                                        "attribute",
                                        "field",
                                        "in type",
                                        "on type",
                                        NULL};
    return begins_any(skip_blanks(behind), words);
}

static gboolean is_key(Piece behind)
{
    behind = skip_blanks(behind);
    return begins(behind, ":") && left(behind) > 1;
}

static gboolean is_name(Piece inside)
{
    for (const char *at = inside.at; at < inside.end; at++)
        if (!g_ascii_isalpha(*at) && !strchr("_$.-/@:\\()<>{}[]*&?!#+ ", *at))
            return FALSE;
    return left(inside) > 0 && left(inside) <= NAME_BYTES_MAX;
}

QuoteUse print_quote_use(Piece inside, const char *before, Piece behind)
{
    guint blanks = 0;
    for (const char *at = inside.at; at < inside.end; at++)
        blanks += *at == ' ';
    if (is_words_before(before) || (blanks >= BLANKS_IN_WORDS && !begins(inside, "http")))
        return QUOTE_WORDS;
    if (begins(inside, "http") || begins(inside, "ws"))
        return find(inside, "://") ? QUOTE_WORDS : QUOTE_VALUE;
    if (!is_name(inside))
        return print_is_code_word(before) && blanks == 0 ? QUOTE_WORDS : QUOTE_VALUE;
    if (is_key(behind) || is_name_before(before) || is_name_behind(behind))
        return begins(inside, ".") || begins(inside, "/") ? QUOTE_VALUE : QUOTE_NAME;
    return QUOTE_VALUE;
}
