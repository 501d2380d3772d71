#include <parsers/rules/keyed_signs.h>

#include <string.h>

static gsize run_length(const char *text, gsize at, gsize end, const char *mark)
{
    gsize size = strlen(mark), from = at;
    while (end - at >= size && memcmp(text + at, mark, size) == 0)
        at += size;
    return at - from;
}

/* ".....", ". . . .", "____", "…", "····": leads the eye from the key to the value. */
static gsize leader_length(const char *text, gsize at, gsize end)
{
    static const struct {
        const char *mark;
        gsize least;
    } leaders[] = {{".", 3}, {". ", 6}, {"_", 4}, {"…", 3}, {"·", 6}};
    for (gsize i = 0; i < G_N_ELEMENTS(leaders); i++) {
        if (leaders[i].mark[0] != text[at])
            continue;
        gsize length = run_length(text, at, end, leaders[i].mark);
        if (length >= leaders[i].least)
            return length;
    }
    return 0;
}

static const struct {
    const char *text;
    SignKind kind;
} SIGNS[] = {
    {":=", SIGN_STRONG}, {"=>", SIGN_STRONG}, {"==", SIGN_STRONG}, {"->", SIGN_STRONG},  {"→", SIGN_STRONG},
    {"：", SIGN_STRONG}, {"】", SIGN_STRONG}, {"【", SIGN_BORDER}, {"﹕", SIGN_STRONG},  {"＝", SIGN_STRONG},
    {":", SIGN_STRONG},  {"=", SIGN_EQUALS},  {" - ", SIGN_WEAK},  {" – ", SIGN_WEAK},   {" — ", SIGN_WEAK},
    {"\t", SIGN_WEAK},   {"  ", SIGN_WEAK},   {",", SIGN_BORDER},  {";", SIGN_BORDER},   {"|", SIGN_BORDER},
    {"{", SIGN_BORDER},  {"(", SIGN_BORDER},  {"[", SIGN_BORDER},  {"?", SIGN_BORDER},   {"&", SIGN_BORDER},
    {"!", SIGN_BORDER},  {". ", SIGN_BORDER}, {"、", SIGN_BORDER}, {"，", SIGN_BORDER},  {"。", SIGN_BORDER},
    {"；", SIGN_BORDER}, {"،", SIGN_BORDER},  {"؛", SIGN_BORDER},  {" / ", SIGN_BORDER}, {"（", SIGN_BORDER},
};

static gboolean can_begin_sign(char c)
{
    return (guchar)c >= 0x80 || strchr(":=- .\t,;|{([?&!_", c) != NULL;
}

Sign key_sign_at(const char *text, gsize at, gsize end)
{
    if (!can_begin_sign(text[at]))
        return (Sign){0};
    gsize leader = leader_length(text, at, end);
    if (leader)
        return (Sign){SIGN_WEAK, leader};
    for (gsize i = 0; i < G_N_ELEMENTS(SIGNS); i++) {
        if (SIGNS[i].text[0] != text[at])
            continue;
        gsize size = strlen(SIGNS[i].text);
        if (end - at >= size && memcmp(text + at, SIGNS[i].text, size) == 0)
            return (Sign){SIGNS[i].kind, size};
    }
    return (Sign){0};
}

/* Words that stand in front of a key in a sentence, and are none of it. */
static gboolean is_filler(const char *word, gsize length)
{
    static const char *const words[] = {
        "and",    "the",     "my",      "our",  "your", "with", "for", "und", "mein", "meine", "unser",
        "unsere", "ihre",    "deine",   "dein", "die",  "der",  "das", "mit", "et",   "mon",   "ma",
        "notre",  "votre",   "le",      "la",   "les",  "avec", "y",   "e",   "mi",   "su",    "el",
        "los",    "nuestro", "nuestra", "con",  "o",    "a",    "os",  "as",  "meu",  "minha", "nosso",
        "nossa",  "seu",     "com",     "il",   "lo",   "mio",  "mia", "en",  "het",  "mijn",  "onze",
        "de",     "и",       "мой",     "моя",  "наш",  "наша", "ваш", "i",   "mój",  "nasz",  "och",
        "og",     "our",     "this",    "is",   "ist",  "here", "и",   "мое", "наше", "также", "also",
        "auch",   "aussi",   "این",     "و",    "هذا"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i]) == length && g_ascii_strncasecmp(words[i], word, length) == 0)
            return TRUE;
    return FALSE;
}

gsize key_behind_filler(const char *text, gsize start, gsize end)
{
    gsize word = start, key = start;
    for (gsize at = start; at < end; at++) {
        if (text[at] != ' ')
            continue;
        if (at > word && is_filler(text + word, at - word))
            key = at + 1;
        word = at + 1;
    }
    return key;
}
