#include "parsers/kind/status_words.h"

#include "parsers/kind/status_phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

/* More words than this are not one reason. */
#define REASON_WORDS_BYTES 2048u

typedef struct {
    const char *detail;
    const char *const *words; /* lower case */
} DetailWords;

/* The more special first: "quota" appears in texts about users, "unknown" in texts about hosts. */
static const DetailWords known[] = {
    {"7.4", status_no_tls},
    {"7.10", status_tls_needed},
    {"6.7", status_no_utf8},
    {"3.4", status_mail_too_big},
    {"7.1", status_slow_down},
    {"3.1", status_no_storage},
    {"2.2", status_mailbox_full},
    {"1.1", status_host_or_user},
    {"1.10", status_null_mx},
    {"4.3", status_directory},
    {"7.2", status_list},
    {"4.4", status_no_route},
    {"1.8", status_bad_sender},
    {"1.2", status_host_unknown},
    {"7.25", status_reverse_dns},
    {"1.6", status_moved},
    {"2.1", status_disabled},
    {"7.26", status_no_dmarc},
    {"7.23", status_no_spf},
    {"7.20", status_no_dkim},
    {"3.4", status_too_big},
    {"4.6", status_loop},
    {"1.3", status_bad_address},
    {"6.0", status_bad_content},
    {"3.0", status_program_failed},
    {"1.1", status_user_unknown},
    {"2.2", status_world_mailbox_full},
    {"2.1", status_world_disabled},
    {"1.2", status_world_host_unknown},
    {"1.1", status_world_user_unknown},
    {"7.1", status_refused},
    {"4.7", status_expired},
    {"3.2", status_not_accepting},
    {"4.2", status_cut_off},
    {"5.1", status_bad_command},
    {"5.2", status_bad_syntax},
    {"4.1", status_network},
    {"4.7", status_late},
};

/* "The domain nowhere.example does not exist": what is missing stands some words before. */
static gboolean is_domain_missing(const char *text)
{
    static const char *const stems[] = {"domain", "dominio", "domínio", "домен",
                                        "domäne", "doména",  "domena"};
    static const char *const missing[] = {
        "does not exist", "doesn't exist",   "not found",    "could not",       "was not found",
        "couldn't be",    "is unknown",      "is invalid",   "existiert nicht", "wurde nicht",
        "n'existe pas",   "est introuvable", "est inconnu",  "no existe",       "no se ",
        "não existe",     "não foi",         "non esiste",   "non è stat",      "bestaat niet",
        "не существует",  "не найден",       "nie istnieje", "neexistuje",      NULL};
    for (guint i = 0; i < G_N_ELEMENTS(stems); i++)
        for (const char *at = text; (at = strstr(at, stems[i])); at++) {
            const char *name = at + strcspn(at, " ");
            name += strspn(name, " '\"<");
            gsize length = strcspn(name, " ");
            const char *after = name + length;
            if (memchr(name, '.', length) && !memchr(name, '@', length) &&
                begins_with_phrase(after + strspn(after, " "), missing))
                return TRUE;
        }
    return FALSE;
}

/* "Recipient address rejected: Access denied", "…: Spam detected": Postfix and others begin so whatever the
 * cause is, and only alone it means that the address is not there. TRUE when it was there, and is blanked. */
static gboolean blank_preface(char *text)
{
    static const char preface[] = "recipient address rejected:";
    char *at = strstr(text, preface);
    gboolean found = at != NULL;
    for (; at; at = strstr(at, preface))
        memset(at, ' ', strlen(preface));
    return found;
}

static const char *detail_by_phrases(const Grams *grams, const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (has_phrase_of(grams, text, known[i].words))
            return strcmp(known[i].detail, "1.1") == 0 && is_domain_missing(text) ? "1.2" : known[i].detail;
    return NULL;
}

static const char *detail_by_pairs(const Grams *grams, const char *text)
{
    for (const StatusPair *pair = status_pairs; pair->detail; pair++)
        if (has_phrase_of(grams, text, pair->subjects) && has_phrase_of(grams, text, pair->predicates))
            return pair->detail;
    return has_phrase_of(grams, text, status_refused_somehow) ? "7.1" : NULL;
}

const char *status_detail_from_words(const char *reason, gboolean is_reply)
{
    g_autofree char *text = lower_text(reason, REASON_WORDS_BYTES);
    if (strstr(text, "recipient address rejected: access denied"))
        return "1.1";
    gboolean has_preface = blank_preface(text);
    Grams grams;
    grams_init(&grams, text, strlen(text));
    const char *detail = detail_by_phrases(&grams, text);
    if (detail)
        return detail;
    if (has_phrase_of(&grams, text, status_no_way))
        return is_reply ? "1.1" : "1.2";
    detail = is_reply ? detail_by_pairs(&grams, text) : NULL;
    return detail || !has_preface ? detail : "1.1";
}
