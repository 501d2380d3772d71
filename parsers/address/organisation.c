/* Which domains are of one organisation, and which only look like another's. */
#include <postern/organisation.h>

#include <postern/base/ascii.h>

#include <idn2.h>
#include <string.h>

/* Labels under which the registries of countries sell names: "example.co.uk" is an organisation, "co.uk" is
 * none. Only below a top-level domain of two letters. */
static const char *const registry_labels[] = {"ac",  "co",  "com", "edu", "gob", "gouv", "gov", "go",  "info",
                                              "ltd", "me",  "mil", "ne",  "net", "nhs",  "nom", "or",  "org",
                                              "plc", "ed",  "gr",  "lg",  "ad",  "id",   "biz", "asn", "sch",
                                              "web", "adv", "art", "ind", "tm",  NULL};

/* Below these, every name is somebody else's. */
static const char *const shared_domains[] = {"github.io",       "gitlab.io",       "blogspot.com",
                                             "herokuapp.com",   "netlify.app",     "pages.dev",
                                             "workers.dev",     "vercel.app",      "web.app",
                                             "wordpress.com",   "firebaseapp.com", "appspot.com",
                                             "cloudfront.net",  "amazonaws.com",   "azurewebsites.net",
                                             "onmicrosoft.com", "gappssmtp.com",   "myshopify.com",
                                             "eu.org",          "dyndns.org",      "duckdns.org",
                                             "no-ip.org",       "uk.com",          "us.com",
                                             "de.com",          "eu.com",          "co.com",
                                             "weebly.com",      "wixsite.com",     "zendesk.com",
                                             "freshdesk.com",   "atlassian.net",   NULL};

/* The place of the last `count` labels; the whole name when it has no more. */
static const char *last_labels(const char *domain, guint count)
{
    const char *at = domain + strlen(domain);
    while (at > domain) {
        if (at[-1] == '.' && --count == 0)
            return at;
        at--;
    }
    return domain;
}

const char *domain_organisation(const char *domain)
{
    if (domain[0] == '[')
        return domain;
    const char *two = last_labels(domain, 2), *top = last_labels(domain, 1);
    g_autofree char *second = g_strndup(two, top > two ? (gsize)(top - two - 1) : 0);
    gboolean is_shared = g_strv_contains(shared_domains, two);
    gboolean is_registry = strlen(top) == 2 && g_strv_contains(registry_labels, second);
    /* Keys of Google's workspaces stand a label deeper. */
    if (strcmp(two, "gappssmtp.com") == 0)
        return last_labels(domain, 4);
    return is_shared || is_registry ? last_labels(domain, 3) : two;
}

/* One mailbox by several names: each line is one provider's. */
static const char *const same_mailboxes[][4] = {{"gmail.com", "googlemail.com", NULL},
                                                {"icloud.com", "me.com", "mac.com", NULL},
                                                {"proton.me", "protonmail.com", "pm.me", NULL},
                                                {"yandex.ru", "ya.ru", "yandex.com", NULL}};

static gboolean is_one_provider(const char *a, const char *b)
{
    for (guint i = 0; i < G_N_ELEMENTS(same_mailboxes); i++)
        if (g_strv_contains(same_mailboxes[i], a))
            return g_strv_contains(same_mailboxes[i], b);
    return FALSE;
}

gboolean domain_is_one_organisation(const char *a, const char *b)
{
    return strcmp(domain_organisation(a), domain_organisation(b)) == 0 || is_one_provider(a, b);
}

/* What an eye takes for another letter: pairs of letters and what they are taken for. */
static const struct {
    const char *seen, *as;
} lookalikes[] = {{"rn", "m"}, {"vv", "w"}, {"0", "o"}, {"1", "l"}, {"i", "l"}, {"а", "a"}, {"е", "e"},
                  {"о", "o"},  {"р", "p"},  {"с", "c"}, {"у", "y"}, {"х", "x"}, {"ѕ", "s"}, {"і", "l"},
                  {"ј", "j"},  {"ԁ", "d"},  {"һ", "h"}, {"ո", "n"}, {"ԛ", "q"}, {"ԝ", "w"}, {"м", "m"},
                  {"т", "t"},  {"к", "k"},  {"н", "h"}, {"в", "b"}, {"α", "a"}, {"ο", "o"}, {"ρ", "p"},
                  {"ν", "v"},  {"ι", "l"},  {"υ", "u"}, {"ı", "l"}, {"ɑ", "a"}, {"ɡ", "g"}, {"ӏ", "l"},
                  {"ł", "l"},  {"ø", "o"},  {"é", "e"}, {"è", "e"}, {"ä", "a"}, {"ö", "o"}, {"ü", "u"},
                  {"á", "a"},  {"à", "a"},  {"ó", "o"}, {"í", "l"}, {"ç", "c"}, {"ñ", "n"}};

/* Letters at the beginning that stand for themselves: none of the table begins with one of them. */
static gsize plain_letters(const char *at)
{
    gsize ascii = ascii_run(at, strlen(at));
    return MIN(ascii, strcspn(at, "rv01i"));
}

/* Appends what the letter at `at` is taken for. Returns the place behind. */
static const char *append_seen(GString *out, const char *at)
{
    for (guint i = 0; i < G_N_ELEMENTS(lookalikes); i++) {
        if (lookalikes[i].seen[0] != *at || !g_str_has_prefix(at, lookalikes[i].seen))
            continue;
        g_string_append(out, lookalikes[i].as);
        return at + strlen(lookalikes[i].seen);
    }
    const char *next = g_utf8_next_char(at);
    g_string_append_len(out, at, next - at);
    return next;
}

/* The letters that an eye sees. The caller frees. */
static char *skeleton(const char *domain)
{
    char *converted = NULL;
    gboolean is_encoded = strstr(domain, "xn--") != NULL;
    int status = is_encoded ? idn2_to_unicode_8z8z(domain, &converted, 0) : IDN2_ENCODING_ERROR;
    g_autofree char *shown =
        g_strdup(status == IDN2_OK && g_utf8_validate(converted, -1, NULL) ? converted : domain);
    idn2_free(converted);
    GString *out = g_string_new(NULL);
    for (const char *at = shown; *at;) {
        gsize plain = plain_letters(at);
        g_string_append_len(out, at, (gssize)plain);
        at += plain;
        if (*at)
            at = append_seen(out, at);
    }
    return g_string_free(out, FALSE);
}

gboolean domain_is_disguised(const char *domain)
{
    if (!strstr(domain, "xn--"))
        return FALSE;
    char *converted = NULL;
    int status = idn2_to_unicode_8z8z(domain, &converted, 0);
    gboolean is_disguised = FALSE, has_latin = FALSE, has_other = FALSE;
    for (const char *at = status == IDN2_OK && g_utf8_validate(converted, -1, NULL) ? converted : ""; *at;
         at = g_utf8_next_char(at)) {
        GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(at));
        gboolean is_alike = script == G_UNICODE_SCRIPT_CYRILLIC || script == G_UNICODE_SCRIPT_GREEK ||
                            script == G_UNICODE_SCRIPT_ARMENIAN;
        if (*at == '.')
            has_latin = has_other = FALSE;
        has_latin |= script == G_UNICODE_SCRIPT_LATIN;
        has_other |= is_alike;
        is_disguised |= has_latin && has_other;
    }
    idn2_free(converted);
    return is_disguised;
}

/* One letter more, less, other, or two changed about. */
static gboolean is_one_off(const char *a, const char *b)
{
    gsize same = 0, la = strlen(a), lb = strlen(b);
    if (la > lb + 1 || lb > la + 1)
        return FALSE;
    while (a[same] && a[same] == b[same])
        same++;
    a += same;
    b += same;
    if (!*a && !*b)
        return FALSE;
    return (*a && strcmp(a + 1, b) == 0) || (*b && strcmp(a, b + 1) == 0) ||
           (*a && *b && strcmp(a + 1, b + 1) == 0) ||
           (*a && *b && a[0] == b[1] && a[1] == b[0] && a[1] && strcmp(a + 2, b + 2) == 0);
}

/* Short names are one letter off each other by chance. */
#define LOOKALIKE_LETTERS 6u

/* Names of so different lengths cannot be taken for each other: most pairs, told at once. */
static gboolean are_far_apart(const char *a, const char *b)
{
    enum { LETTERS = 4 };
    gsize of_a = strlen(a), of_b = strlen(b);
    return MAX(of_a, of_b) - MIN(of_a, of_b) > LETTERS && !strstr(a, "xn--") && !strstr(b, "xn--");
}

gboolean domain_looks_like(const char *domain, const char *other)
{
    const char *a = domain_organisation(domain), *b = domain_organisation(other);
    if (strcmp(a, b) == 0 || are_far_apart(a, b))
        return FALSE;
    g_autofree char *seen_a = skeleton(a), *seen_b = skeleton(b);
    if (strcmp(seen_a, seen_b) == 0)
        return TRUE;
    gsize name_a = strcspn(a, "."), name_b = strcspn(b, ".");
    gboolean same_end = strcmp(a + name_a, b + name_b) == 0;
    return same_end && name_a >= LOOKALIKE_LETTERS && name_b >= LOOKALIKE_LETTERS &&
           !strpbrk(a, "0123456789") && !strpbrk(b, "0123456789") && is_one_off(a, b);
}

/* Anybody has an address there. */
static const char *const FREE_MAIL[] = {"gmail.com",
                                        "googlemail.com",
                                        "outlook.com",
                                        "hotmail.com",
                                        "live.com",
                                        "msn.com",
                                        "yahoo.com",
                                        "ymail.com",
                                        "aol.com",
                                        "icloud.com",
                                        "me.com",
                                        "mac.com",
                                        "gmx.de",
                                        "gmx.net",
                                        "gmx.at",
                                        "gmx.ch",
                                        "gmx.com",
                                        "web.de",
                                        "t-online.de",
                                        "freenet.de",
                                        "mail.com",
                                        "proton.me",
                                        "protonmail.com",
                                        "tutanota.com",
                                        "tuta.io",
                                        "mail.ru",
                                        "yandex.ru",
                                        "yandex.com",
                                        "rambler.ru",
                                        "bk.ru",
                                        "inbox.ru",
                                        "list.ru",
                                        "ukr.net",
                                        "qq.com",
                                        "163.com",
                                        "126.com",
                                        "sina.com",
                                        "naver.com",
                                        "daum.net",
                                        "hanmail.net",
                                        "orange.fr",
                                        "free.fr",
                                        "laposte.net",
                                        "wanadoo.fr",
                                        "libero.it",
                                        "virgilio.it",
                                        "uol.com.br",
                                        "bol.com.br",
                                        "terra.com.br",
                                        "wp.pl",
                                        "o2.pl",
                                        "onet.pl",
                                        "interia.pl",
                                        "seznam.cz",
                                        "zoho.com",
                                        "rediffmail.com",
                                        "hey.com",
                                        "fastmail.com",
                                        NULL};

gboolean domain_is_free_mail(const char *domain)
{
    static const char *const families[] = {"yahoo.", "hotmail.", "outlook.", "live.", NULL};
    const char *name = domain_organisation(domain);
    for (const char *const *family = families; *family; family++)
        if (g_str_has_prefix(name, *family))
            return TRUE;
    return g_strv_contains(FREE_MAIL, name);
}
