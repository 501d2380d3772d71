#include <parsers/rules/value_parts.h>
#include <parsers/rules/zuid.h>

#include <string.h>

static const struct {
    const char *name;
    Normaliser normalise;
    TypeKeys keys;
    gboolean may_echo;
    guint min_length, max_length;
    gint64 least, most;
} TYPES[] = {
    [TYPE_TEXT] = {"text", text_normalise, TYPE_KEY_LENGTHS | TYPE_KEY_CHECK, FALSE, 1, 200, 0, 0},
    [TYPE_DIGITS] = {"digits", digits_normalise, TYPE_KEY_LENGTHS | TYPE_KEY_CHECK, TRUE, 1, 20, 0, 0},
    [TYPE_INTEGER] = {"integer", integer_normalise, TYPE_KEY_RANGE, TRUE, 1, 20, G_MININT64, G_MAXINT64},
    [TYPE_UUID] = {"uuid", uuid_normalise, 0, TRUE, 36, 36, 0, 0},
    [TYPE_ZUID] = {"zuid", zuid_normalise, TYPE_KEY_KINDS, TRUE, 1, ZUID_LENGTH_MAX, 0, 0},
    [TYPE_URL] = {"url", url_normalise, TYPE_KEY_LENGTHS, FALSE, 4, 2000, 0, 0},
    [TYPE_EMAIL] = {"email", email_normalise, TYPE_KEY_LENGTHS, FALSE, 3, 254, 0, 0},
    /* ':' and '/' would make room for a link. */
    [TYPE_IP] = {"ip", ip_normalise, 0, FALSE, 2, 49, 0, 0},
    [TYPE_DATE] = {"date", date_normalise, TYPE_KEY_ORDER, TRUE, 10, 10, 0, 0},
    [TYPE_VERSION] = {"version", version_normalise, TYPE_KEY_LENGTHS, TRUE, 1, 40, 0, 0},
    [TYPE_HTTP_STATUS] = {"http-status", status_normalise, TYPE_KEY_RANGE, TRUE, 3, 3, 100, 599},
    [TYPE_PHONE] = {"phone", phone_normalise, 0, FALSE, 8, 16, 0, 0},
    [TYPE_CARD] = {"card", card_normalise, 0, FALSE, 13, 19, 0, 0},
    [TYPE_WORD] = {"word", word_normalise, TYPE_KEY_WORDS, FALSE, 1, 100, 0, 0},
    [TYPE_TOKEN] = {"token", token_normalise, TYPE_KEY_LENGTHS, FALSE, 8, 4000, 0, 0},
    [TYPE_BLOCK] = {"block", lines_normalise, TYPE_KEY_LENGTHS | TYPE_KEY_LINES, FALSE, 1, BLOCK_BYTES_MAX, 0,
                    0},
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
    static const char *const names[] = {"text",  "digits", "integer", "uuid",    "zuid",        "url",
                                        "email", "ip",     "date",    "version", "http-status", "phone",
                                        "card",  "word",   "token",   "block",   NULL};
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
                       .max_lines = G_MAXUINT,
                       .least = TYPES[type].least,
                       .most = TYPES[type].most};
}

void type_spec_clear(TypeSpec *spec)
{
    g_clear_pointer(&spec->kinds, g_array_unref);
    g_clear_pointer(&spec->words, known_words_free);
}

char *value_normalise_why(const TypeSpec *spec, const char *text, gsize *start, gsize *end,
                          const char **out_why)
{
    *out_why = NULL;
    if (*end <= *start)
        return value_refuse(out_why, "empty");
    char *value = TYPES[spec->type].normalise(spec, text, start, end, out_why);
    if (value)
        *out_why = NULL;
    return value;
}

char *value_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end)
{
    const char *why;
    return value_normalise_why(spec, text, start, end, &why);
}
