#include <parsers/errors/print_parts.h>

#define WORDS_MAX 60u /* of a message: what comes later is data */
#define QUOTE_BYTES_MAX 400u
#define BEFORE_BYTES 32u
#define QUOTE_DEPTH 2u

/* Where in a message we are: `before` is the last word, in lower case. */
typedef struct {
    GString *out;
    char before[BEFORE_BYTES];
    guint words, depth;
    gboolean is_value; /* right behind "key=" */
} Walk;

static void walk(Walk *state, Piece text);

static gsize quote_bytes(Piece text, const char **out_close)
{
    static const char *const quotes[][2] = {{"\\\"", "\\\""}, {"\"", "\""}, {"'", "'"},
                                            {"`", "`"},       {"“", "”"},   {"„", "“"},
                                            {"«", "»"},       {"‘", "’"},   {"&quot;", "&quot;"}};
    for (gsize i = 0; i < G_N_ELEMENTS(quotes); i++)
        if (begins(text, quotes[i][0])) {
            *out_close = quotes[i][1];
            return strlen(quotes[i][0]);
        }
    return 0;
}

/* The end of what is quoted from `inside` on: a mark that no word goes on behind. NULL when there is none. */
static const char *quote_end(Piece inside, const char *close)
{
    inside.end = inside.at + MIN(left(inside), QUOTE_BYTES_MAX);
    gsize length = strlen(close);
    for (const char *at = inside.at; (at = find((Piece){at, inside.end}, close)); at++) {
        gboolean is_escaped = at > inside.at && at[-1] == '\\' && *close != '\\';
        if (!is_escaped && (at + length >= inside.end || !g_ascii_isalnum(at[length])))
            return at;
    }
    /* "Ruby quotes `so'" */
    return *close == '`' ? memchr(inside.at, '\'', left(inside)) : NULL;
}

static void append_gap(Walk *state)
{
    g_string_append(state->out, PRINT_GAP);
}

/* Passes what is quoted at the begin of `text`, which is behind its opening mark by `bytes`. Returns the
 * place behind it, NULL when these are no quotes. */
static const char *take_quote(Walk *state, Piece text, const char *close, gsize bytes)
{
    Piece inside = from(text, bytes);
    const char *end = quote_end(inside, close);
    if (!end || (end == inside.at && *close == '`'))
        return NULL;
    inside.end = end;
    gsize length = *end == '\'' ? 1 : strlen(close);
    Piece behind = {end + length, text.end};
    QuoteUse use = print_quote_use(inside, state->before, behind);
    if (use == QUOTE_VALUE || state->depth >= QUOTE_DEPTH) {
        append_gap(state);
        state->before[0] = '\0';
    } else {
        g_string_append_c(state->out, '\'');
        state->depth++;
        if (use == QUOTE_NAME)
            g_string_append_len(state->out, inside.at, (gssize)left(inside));
        else
            walk(state, inside);
        state->depth--;
        g_string_append_c(state->out, '\'');
        if (use == QUOTE_NAME)
            g_strlcpy(state->before, "", sizeof state->before);
    }
    /* A key of JSON is the word before its value. */
    if (use == QUOTE_NAME && begins(skip_blanks(behind), ":"))
        for (gsize i = 0; i < MIN(left(inside), BEFORE_BYTES - 1); i++) {
            state->before[i] = g_ascii_tolower(inside.at[i]);
            state->before[i + 1] = '\0';
        }
    state->words++;
    return behind.at;
}

/* A word, an address or a path, up to a blank, a quotation mark or a bracket. */
static Piece token_at(Piece text)
{
    const char *signs = " \t\"'`()[]{}<>,;=|";
    Piece token = {text.at, text.at};
    gboolean is_url = FALSE;
    while (token.end < text.end) {
        if (*token.end == ':' && begins((Piece){token.end, text.end}, "://"))
            is_url = TRUE;
        if (strchr(is_url ? " \t\"'`<>)]|" : signs, *token.end) ||
            begins((Piece){token.end, text.end}, "“") || begins((Piece){token.end, text.end}, "”"))
            break;
        token.end++;
    }
    while (left(token) > 1 && strchr(":.!?", token.end[-1]))
        token.end--;
    return token;
}

/* The letters of a token, as the word that the next one stands behind. */
static void note_word(Walk *state, Piece token)
{
    gsize length = 0;
    for (const char *at = token.at; at < token.end && length < BEFORE_BYTES - 1; at++)
        if (g_ascii_isalpha(*at))
            state->before[length++] = g_ascii_tolower(*at);
        else if (length > 0 && *at == '/')
            break;
    if (length > 0)
        state->before[length] = '\0';
}

/* "Fri", "Nov", "UTC": only beside numbers, which are off. */
static gboolean is_date_word(Piece token)
{
    static const char *const words[] = {"Jan", "Feb", "Mar",  "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
                                        "Nov", "Dec", "Mon",  "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "UTC",
                                        "GMT", "CET", "CEST", "EST", "EDT", "PST", "PDT", "AM",  "PM",  NULL};
    return left(token) <= 4 && begins_any(token, words) &&
           (left(token) == 3 || left(token) == 2 || begins(token, "CEST"));
}

static gboolean is_kept_value(const Walk *state)
{
    static const char *const keys[] = {"level",   "code",   "status", "error", "err", "msg",
                                       "message", "reason", "errno",  "type",  NULL};
    return g_strv_contains(keys, state->before);
}

/* "404 (Not Found)" */
static gboolean is_status(Piece token, Piece behind)
{
    return left(token) == 3 && strchr("345", *token.at) && left(skip_digits(token)) == 0 &&
           begins(behind, " (") && left(behind) > 3 && g_ascii_isupper(behind.at[2]) &&
           g_ascii_isalpha(behind.at[3]);
}

static void take_token(Walk *state, Piece token, Piece behind)
{
    if (is_status(token, behind)) {
        g_string_append_len(state->out, token.at, (gssize)left(token));
    } else if (is_date_word(token) || (state->is_value && !is_kept_value(state))) {
        append_gap(state);
    } else {
        print_token_append(state->out, token, state->before);
        note_word(state, token);
    }
    state->words++;
}

static const char *take_one(Walk *state, Piece text, gboolean is_inside_word)
{
    const char *close = NULL;
    gsize bytes = is_inside_word && *text.at == '\'' ? 0 : quote_bytes(text, &close);
    const char *behind = bytes > 0 ? take_quote(state, text, close, bytes) : NULL;
    if (behind)
        return behind;
    Piece token = token_at(text);
    if (left(token) == 0) {
        g_string_append_c(state->out, g_ascii_isspace(*text.at) ? ' ' : *text.at);
        state->is_value = *text.at == '=' && text.at + 1 < text.end && g_ascii_isalnum(text.at[1]);
        return text.at + 1;
    }
    take_token(state, token, (Piece){token.end, text.end});
    state->is_value = FALSE;
    return token.end;
}

static void walk(Walk *state, Piece text)
{
    const char *start = text.at;
    while (text.at < text.end && state->words < WORDS_MAX) {
        gboolean is_inside_word = text.at > start && g_ascii_isalnum(text.at[-1]);
        text.at = take_one(state, text, is_inside_word);
    }
}

/* Runs of gaps and of blanks are one. */
static void append_tidy(GString *out, const char *words)
{
    const gsize gap = strlen(PRINT_GAP);
    gsize start = out->len;
    for (const char *at = words; *at;) {
        gboolean is_blank = *at == ' ';
        if (is_blank && (out->len == start || out->str[out->len - 1] == ' ')) {
            at++;
        } else if (g_str_has_prefix(at, PRINT_GAP)) {
            gsize end = out->len;
            while (end > start && out->str[end - 1] == ' ')
                end--;
            if (end >= start + gap && memcmp(out->str + end - gap, PRINT_GAP, gap) == 0)
                g_string_truncate(out, end);
            else
                g_string_append(out, PRINT_GAP);
            at += gap;
        } else {
            g_string_append_c(out, *at++);
        }
    }
    while (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

void print_words_append(GString *out, Piece message)
{
    Walk state = {.out = g_string_new(NULL)};
    walk(&state, message);
    append_tidy(out, state.out->str);
    g_string_free(state.out, TRUE);
}
