/* Subjects of mails that answer one another. */
#include <postern/reply.h>

#include <string.h>

/* Without those that some languages use for forwarding ("VS", "R"). */
static const char *const answers[] = {"re",  "aw", "antw", "antwort", "sv",   "ref",  "odp",  "res",  "rif",
                                      "ynt", "vá", "ang",  "回复",    "回覆", "答复", "答覆", "返信", NULL};

static char *fold(const char *subject)
{
    g_autofree char *composed = g_utf8_normalize(subject, -1, G_NORMALIZE_NFC);
    g_autofree char *folded = g_utf8_casefold(composed ? composed : "", -1);
    GString *out = g_string_new(NULL);
    for (const char *at = folded; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gboolean is_blank = g_unichar_isspace(c);
        if (!is_blank)
            g_string_append_unichar(out, c);
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    if (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* "[2]", "(2)", "^2": some clients count. */
static const char *skip_count(const char *at)
{
    gsize digits = *at ? strspn(at + 1, "0123456789") : 0;
    const char *after = at + 1 + digits;
    if (digits == 0)
        return at;
    if ((*at == '[' && *after == ']') || (*at == '(' && *after == ')'))
        return after + 1;
    return *at == '^' ? after : at;
}

/* Behind the prefix that `at` begins with, or NULL. */
static const char *skip_answer(const char *at)
{
    for (const char *const *word = answers; *word; word++) {
        if (!g_str_has_prefix(at, *word))
            continue;
        const char *after = skip_count(at + strlen(*word));
        after += *after == ' ';
        if (*after == ':')
            return after + 1 + strspn(after + 1, " ");
        if (g_str_has_prefix(after, "："))
            return after + strlen("：") + strspn(after + strlen("："), " ");
    }
    return NULL;
}

char *reply_subject_base(const char *subject, gboolean *out_is_reply)
{
    g_autofree char *folded = fold(subject);
    const char *at = folded;
    *out_is_reply = FALSE;
    for (const char *next; (next = skip_answer(at)); at = next)
        *out_is_reply = TRUE;
    return g_strdup(at);
}

#define TELLING_CHARACTERS 12
#define TELLING_WORDS 2u

/* What is left of a subject without these says what is special about it. */
static const char *const common[] = {
    "a",        "about",   "account",  "an",        "and",       "anfrage",   "app",        "at",
    "billing",  "bug",     "by",       "can",       "contact",   "customer",  "das",        "der",
    "die",      "ein",     "eine",     "email",     "error",     "fehler",    "for",        "frage",
    "from",     "für",     "gmbh",     "hallo",     "hello",     "help",      "hi",         "hilfe",
    "i",        "ihr",     "ihre",     "important", "in",        "inc",       "info",       "inquiry",
    "invoice",  "is",      "issue",    "it",        "konto",     "ltd",       "mail",       "mein",
    "meine",    "meiner",  "message",  "mit",       "my",        "nachricht", "need",       "new",
    "news",     "not",     "notice",   "of",        "on",        "order",     "our",        "payment",
    "please",   "problem", "problems", "question",  "questions", "rechnung",  "request",    "status",
    "subject",  "support", "team",     "test",      "testing",   "thank",     "thanks",     "the",
    "this",     "ticket",  "to",       "und",       "update",    "urgent",    "we",         "wichtig",
    "with",     "you",     "your",     "zu",        "zum",       "zur",       "bestellung", "dringend",
    "bitte",    "no",      "with",     "working",   "works",     "does",      "doesn't",    "unsere",
    "unser",    "kein",    "keine",    "betreff",   "login",     "password",  "passwort",   "access",
    "feedback", "report",  "weekly",   "daily",     "monthly",   NULL};

gboolean reply_subject_is_telling(const char *base)
{
    guint words = 0;
    g_auto(GStrv) parts = g_strsplit_set(base, " .,:;!?()[]/\"'-_#", -1);
    for (guint i = 0; parts[i]; i++) {
        gboolean is_number = parts[i][strspn(parts[i], "0123456789")] == '\0';
        words += g_utf8_strlen(parts[i], -1) > 1 && !is_number && !g_strv_contains(common, parts[i]);
    }
    return words >= TELLING_WORDS && g_utf8_strlen(base, -1) >= TELLING_CHARACTERS;
}
