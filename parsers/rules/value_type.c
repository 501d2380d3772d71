#include <parsers/rules/value_type.h>
#include <parsers/rules/zuid.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

typedef char *(*Normaliser)(const TypeSpec *spec, const char *text, gsize *start, gsize *end);

static gboolean is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static char *piece(const char *text, gsize start, gsize end)
{
    return g_strndup(text + start, end - start);
}

static gboolean length_fits(const TypeSpec *spec, const char *value)
{
    glong length = g_utf8_strlen(value, -1);
    return length >= (glong)spec->min_length && length <= (glong)spec->max_length;
}

/* Frees `value` and gives NULL when its length is wrong. */
static char *if_fits(const TypeSpec *spec, char *value)
{
    if (length_fits(spec, value))
        return value;
    g_free(value);
    return NULL;
}

static const char *const QUOTES[][2] = {{"\"", "\""}, {"'", "'"}, {"`", "`"}, {"“", "”"},
                                        {"„", "“"},   {"«", "»"}, {"‘", "’"}};

static void narrow_quotes(const char *text, gsize *start, gsize *end)
{
    for (gsize i = 0; i < G_N_ELEMENTS(QUOTES); i++) {
        gsize opening = strlen(QUOTES[i][0]), closing = strlen(QUOTES[i][1]);
        if (*end - *start <= opening + closing || strncmp(text + *start, QUOTES[i][0], opening) != 0 ||
            strncmp(text + *end - closing, QUOTES[i][1], closing) != 0)
            continue;
        *start += opening;
        *end -= closing;
        return;
    }
}

static void narrow_blanks(const char *text, gsize *start, gsize *end)
{
    while (*start < *end && g_ascii_isspace(text[*start]))
        (*start)++;
    while (*end > *start && g_ascii_isspace(text[*end - 1]))
        (*end)--;
}

static char *squeeze(const char *text, gsize start, gsize end)
{
    GString *value = g_string_sized_new(end - start);
    for (gsize at = start; at < end; at++) {
        if (!g_ascii_isspace(text[at]))
            g_string_append_c(value, text[at]);
        else if (value->len > 0 && value->str[value->len - 1] != ' ')
            g_string_append_c(value, ' ');
    }
    char *clean = clean_line(value->str, (gssize)value->len, value->len);
    g_string_free(value, TRUE);
    return clean;
}

static char *normalise_text(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    narrow_blanks(text, start, end);
    narrow_quotes(text, start, end);
    narrow_blanks(text, start, end);
    return if_fits(spec, squeeze(text, *start, *end));
}

/* "1.234.567" or "1'234": one mark throughout, in front of groups of three. */
static gboolean ungroup(const char *text, GString *out)
{
    char mark = '\0';
    gsize first = strspn(text, "0123456789");
    if (first < 1 || first > 3 || !text[first])
        return FALSE;
    g_string_append_len(out, text, (gssize)first);
    for (const char *at = text + first; *at; at += 4) {
        if (!strchr(",.'", *at) || (mark && *at != mark) || strspn(at + 1, "0123456789") < 3)
            return FALSE;
        mark = *at;
        g_string_append_len(out, at + 1, 3);
    }
    return TRUE;
}

static char *normalise_digits(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    g_autofree char *raw = piece(text, *start, *end);
    if (is_digits(raw))
        return if_fits(spec, g_steal_pointer(&raw));
    GString *joined = g_string_new(NULL);
    gboolean is_grouped = ungroup(raw, joined);
    char *value = g_string_free(joined, FALSE);
    if (is_grouped)
        return if_fits(spec, value);
    g_free(value);
    return NULL;
}

static char *normalise_integer(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    g_autofree char *raw = piece(text, *start, *end);
    gint64 number;
    if (!g_ascii_string_to_signed(raw[0] == '+' ? raw + 1 : raw, 10, spec->least, spec->most, &number, NULL))
        return NULL;
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static char *normalise_uuid(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    (void)spec;
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (*end - *start != sizeof shape - 1)
        return NULL;
    for (gsize i = 0; i < sizeof shape - 1; i++) {
        char c = text[*start + i];
        if (shape[i] == '-' ? c != '-' : !g_ascii_isxdigit(c))
            return NULL;
    }
    return g_ascii_strdown(text + *start, (gssize)(*end - *start));
}

static gboolean kind_fits(const TypeSpec *spec, guint kind)
{
    if (!spec->kinds)
        return TRUE;
    for (guint i = 0; i < spec->kinds->len; i++)
        if (g_array_index(spec->kinds, guint, i) == kind)
            return TRUE;
    return FALSE;
}

static char *normalise_zuid(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    Zuid zuid;
    if (!zuid_find(text, *end, *start, &zuid) || zuid.start != *start || zuid.end != *end)
        return NULL;
    return kind_fits(spec, zuid.kind) ? g_strdup(zuid.text) : NULL;
}

static gboolean is_balanced_end(const char *text, gsize start, gsize end)
{
    char closing = text[end - 1], opening = closing == ')' ? '(' : '[';
    gint depth = 0;
    for (gsize at = start; at < end; at++)
        depth += text[at] == opening ? 1 : text[at] == closing ? -1 : 0;
    return depth >= 0;
}

/* Sentences and brackets end behind addresses; "…/Foo_(bar)" keeps its own bracket. */
static void narrow_url(const char *text, gsize start, gsize *end)
{
    while (*end > start) {
        char last = text[*end - 1];
        gboolean is_bracket = last == ')' || last == ']';
        if (is_bracket ? is_balanced_end(text, start, *end) : !strchr(".,;:!?'\"*_>}|", last))
            return;
        (*end)--;
    }
}

/* Scheme and host have no case (RFC 3986, 6.2.2.1); the rest has. */
static char *normalise_url(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    narrow_url(text, *start, end);
    if (*end - *start < 4 || *end - *start > spec->max_length || !g_ascii_isalnum(text[*start]))
        return NULL;
    g_autofree char *raw = piece(text, *start, *end);
    char *value = clean_line(raw, -1, spec->max_length);
    char *host = strstr(value, "://");
    host = host ? host + 3 : value;
    gsize rest = (gsize)(host - value) + strcspn(host, "/?#");
    for (gsize i = 0; i < rest; i++)
        value[i] = g_ascii_tolower(value[i]);
    if (strchr(host, '.') || g_str_has_prefix(host, "localhost"))
        return value;
    g_free(value);
    return NULL;
}

static const char *after_number(const char *at)
{
    gsize digits = strspn(at, "0123456789");
    return digits >= 1 && digits <= 10 ? at + digits : NULL;
}

/* What may follow the numbers, as in semantic versions and Python's: "-rc.1", "b2", ".post1", ".x". Known
 * words alone: a version may be shown to anybody, and free text must not ride on it. */
static const char *after_suffix(const char *at)
{
    static const char *const words[] = {"alpha",    "beta",  "rc",     "preview", "pre",    "dev",  "post",
                                        "snapshot", "final", "stable", "release", "canary", "next", "nightly",
                                        "ga",       "patch", "build",  "a",       "b",      "p",    "x"};
    if (*at && strchr("-.+_", *at))
        at++;
    const char *number = after_number(at);
    if (number)
        return number;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = strlen(words[i]);
        if (g_ascii_strncasecmp(at, words[i], length) == 0 && !g_ascii_isalpha(at[length]))
            return at + length;
    }
    return NULL;
}

/* The length of the version that `text` begins with; 0 for none. */
static gsize version_length(const char *text)
{
    const char *at = after_number(text);
    if (!at)
        return 0;
    for (guint i = 0; i < 8; i++) {
        const char *next = after_suffix(at);
        if (!next)
            break;
        at = next;
    }
    return (gsize)(at - text);
}

static char *normalise_version(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    if (*end > *start && strchr("vV", text[*start]))
        (*start)++;
    g_autofree char *raw = piece(text, *start, *end);
    gsize length = version_length(raw);
    if (length == 0 || g_ascii_isalnum(raw[length]))
        return NULL;
    *end = *start + length;
    raw[length] = '\0';
    return if_fits(spec, g_steal_pointer(&raw));
}

static char *normalise_http_status(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    return *end - *start == 3 ? normalise_integer(spec, text, start, end) : NULL;
}

static char *normalise_word(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    g_autofree char *raw = normalise_text(spec, text, start, end);
    if (!raw)
        return NULL;
    g_autofree char *folded = g_utf8_casefold(raw, -1);
    for (guint i = 0; i < spec->words->len; i++) {
        g_autofree char *word = g_utf8_casefold(spec->words->pdata[i], -1);
        if (strcmp(word, folded) == 0)
            return g_strdup(spec->words->pdata[i]);
    }
    return NULL;
}

/* "YOUR_API_KEY", "xxxxxxxx", "<token>": people show where the key would stand. */
static gboolean is_placeholder(const char *value)
{
    static const char *const known[] = {"your",     "xxx",    "***", "example", "placeholder",
                                        "redacted", "hidden", "…",   "..."};
    g_autofree char *lower = g_utf8_strdown(value, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strstr(lower, known[i]))
            return TRUE;
    return value[strspn(value, (const char[]){value[0], '\0'})] == '\0';
}

/* Machines mix digits among letters, or letters of both cases; words of people do neither. */
static gboolean is_made_by_machine(const char *value)
{
    guint digits = 0, upper = 0, lower = 0;
    for (const char *at = value; *at; at++) {
        digits += g_ascii_isdigit(*at);
        upper += g_ascii_isupper(*at);
        lower += g_ascii_islower(*at);
    }
    if (digits > 0)
        return TRUE;
    return upper >= 3 && lower >= 3 && upper + lower >= 16;
}

static char *normalise_token(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    narrow_quotes(text, start, end);
    while (*end > *start && strchr(".,;:!?", text[*end - 1]))
        (*end)--;
    g_autofree char *raw = piece(text, *start, *end);
    if (strpbrk(raw, " \t\n") || is_placeholder(raw) || !is_made_by_machine(raw))
        return NULL;
    return if_fits(spec, g_steal_pointer(&raw));
}

static char *normalise_block(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    return if_fits(spec, block_normalise(text, start, end));
}

static const struct {
    const char *name;
    Normaliser normalise;
    TypeKeys keys;
    gboolean may_echo;
    guint min_length, max_length;
    gint64 least, most;
} TYPES[] = {
    [TYPE_TEXT] = {"text", normalise_text, TYPE_KEY_LENGTHS, FALSE, 1, 200, 0, 0},
    [TYPE_DIGITS] = {"digits", normalise_digits, TYPE_KEY_LENGTHS, TRUE, 1, 20, 0, 0},
    [TYPE_INTEGER] = {"integer", normalise_integer, TYPE_KEY_RANGE, TRUE, 1, 20, G_MININT64, G_MAXINT64},
    [TYPE_UUID] = {"uuid", normalise_uuid, 0, TRUE, 36, 36, 0, 0},
    [TYPE_ZUID] = {"zuid", normalise_zuid, TYPE_KEY_KINDS, TRUE, 1, ZUID_LENGTH_MAX, 0, 0},
    [TYPE_URL] = {"url", normalise_url, TYPE_KEY_LENGTHS, FALSE, 4, 2000, 0, 0},
    [TYPE_VERSION] = {"version", normalise_version, TYPE_KEY_LENGTHS, TRUE, 1, 40, 0, 0},
    [TYPE_HTTP_STATUS] = {"http-status", normalise_http_status, TYPE_KEY_RANGE, TRUE, 3, 3, 100, 599},
    [TYPE_WORD] = {"word", normalise_word, TYPE_KEY_WORDS, FALSE, 1, 100, 0, 0},
    [TYPE_TOKEN] = {"token", normalise_token, TYPE_KEY_LENGTHS, FALSE, 8, 4000, 0, 0},
    [TYPE_BLOCK] = {"block", normalise_block, TYPE_KEY_LENGTHS, FALSE, 1, BLOCK_BYTES_MAX, 0, 0},
};
G_STATIC_ASSERT(G_N_ELEMENTS(TYPES) == TYPE_COUNT);

const char *value_type_name(ValueType type)
{
    return TYPES[type].name;
}

ValueType value_type_parse(const char *word)
{
    ValueType type = 0;
    while (type < TYPE_COUNT && strcmp(TYPES[type].name, word) != 0)
        type++;
    return type;
}

const char *const *value_type_names(void)
{
    static const char *const names[] = {"text",    "digits",      "integer", "uuid",  "zuid",  "url",
                                        "version", "http-status", "word",    "token", "block", NULL};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == TYPE_COUNT + 1);
    return names;
}

TypeKeys value_type_keys(ValueType type)
{
    return TYPES[type].keys;
}

gboolean value_type_may_echo(ValueType type)
{
    return TYPES[type].may_echo;
}

void type_spec_init(TypeSpec *spec, ValueType type)
{
    *spec = (TypeSpec){.type = type,
                       .min_length = TYPES[type].min_length,
                       .max_length = TYPES[type].max_length,
                       .least = TYPES[type].least,
                       .most = TYPES[type].most};
}

void type_spec_clear(TypeSpec *spec)
{
    g_clear_pointer(&spec->kinds, g_array_unref);
    g_clear_pointer(&spec->words, g_ptr_array_unref);
}

char *value_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    if (*end <= *start)
        return NULL;
    return TYPES[spec->type].normalise(spec, text, start, end);
}
