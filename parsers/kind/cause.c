#include "parsers/kind/cause.h"

#include <postern/kind.h>

#include <string.h>

typedef struct {
    const char *detail; /* or its beginning, with the dot: a subject of RFC 3463 */
    Cause cause;
} StatusCause;

/* Details before their subjects. */
static const StatusCause known[] = {
    {"1.2", {"no-such-domain", "there is no such domain"}},
    {"1.6", {"moved", "the recipient has another address now"}},
    {"1.7", {"sender-refused", "the other server does not take our sender address"}},
    {"1.8", {"sender-refused", "the other server does not take our sender address"}},
    {"1.10", {"takes-no-mail", "the domain takes no mail"}},
    {"1.", {"no-such-address", "there is no such address"}},
    {"2.2", {"mailbox-full", "the mailbox is full"}},
    {"2.3", {"too-large", "the mail is too large"}},
    {"2.4", {"list-refused", "the mailing list does not take it"}},
    {"2.", {"mailbox-closed", "the mailbox is switched off"}},
    {"3.4", {"too-large", "the mail is too large"}},
    {"3.", {"server-trouble", "the other server has trouble of its own"}},
    {"4.4", {"no-such-domain", "no way to the domain is known"}},
    {"4.14", {"loop", "the mail went round in a circle"}},
    {"4.300", {"too-late", "the server gave up after long trying"}},
    {"4.310", {"no-such-domain", "there is no such domain"}},
    {"4.6", {"loop", "the mail went round in a circle"}},
    {"4.7", {"too-late", "the server gave up after long trying"}},
    {"4.", {"unreachable", "the other server cannot be reached"}},
    {"5.", {"protocol", "the servers do not understand each other"}},
    {"6.", {"bad-form", "the other server does not take the form of the mail"}},
    {"7.2", {"list-refused", "the mailing list does not take it"}},
    {"7.4", {"needs-encryption", "the servers do not agree on encryption"}},
    {"7.10", {"needs-encryption", "the servers do not agree on encryption"}},
    {"7.13", {"mailbox-closed", "the mailbox is switched off"}},
    {"7.20", {"not-proven", "our domain does not vouch for the mail (DKIM)"}},
    {"7.21", {"not-proven", "our domain does not vouch for the mail (DKIM)"}},
    {"7.22", {"not-proven", "our domain does not vouch for the mail (DKIM)"}},
    {"7.23", {"not-proven", "our domain does not vouch for our server (SPF)"}},
    {"7.24", {"not-proven", "our domain does not vouch for our server (SPF)"}},
    {"7.25", {"no-reverse-name", "our server has no name in the DNS (PTR)"}},
    {"7.26", {"not-proven", "our domain does not vouch for the mail (SPF, DKIM, DMARC)"}},
    {"7.27", {"takes-no-answer", "our sender address takes no mail"}},
    {"7.509", {"not-proven", "our domain does not vouch for the mail (DMARC)"}},
    {"7.", {"refused", "the other server refuses it, by its policy or as spam"}},
};

static const Cause unknown = {"unknown", "nothing tells why"};
/* X.7 of class 4: greylisting, too much at once, a bad day of our reputation. */
static const Cause refused_now = {"refused-for-now", "the other server refuses it for a time"};

static gboolean is_of(const char *detail, const char *known_detail)
{
    gsize length = strlen(known_detail);
    return known_detail[length - 1] == '.' ? g_str_has_prefix(detail, known_detail)
                                           : strcmp(detail, known_detail) == 0;
}

/* A delay is no end yet, whatever its status. */
static const Cause late = {"late", "it is late, and the server goes on trying"};

const char *kind_cause_meaning(const char *word)
{
    const Cause *others[] = {&refused_now, &late};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(others[i]->word, word) == 0)
            return others[i]->meaning;
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].cause.word, word) == 0)
            return known[i].cause.meaning;
    return NULL;
}

/* What the status leaves open: "5.0.0", "5.1.0", "5.5.0". Exchange says 5.1.10 and 5.4.1 of an address that
 * is not there, others 5.2.1. */
static gboolean is_open(const char *status, const char *by_words)
{
    static const char *const loose[] = {".1.10", ".4.1", ".2.1", NULL};
    return g_str_has_suffix(status, ".0") || g_str_has_prefix(status + 1, ".0.") ||
           g_str_has_prefix(status + 1, ".5.") ||
           (strcmp(by_words, "1.1") == 0 && g_strv_contains(loose, status + 1));
}

const char *cause_find(const char *status, const char *action, const char *by_words)
{
    g_autofree char *derived = by_words ? g_strdup_printf("%c.%s", status ? status[0] : '5', by_words) : NULL;
    gboolean has_words = derived && (!status || is_open(status, by_words));
    const char *word = kind_cause(has_words ? derived : status)->word;
    return g_strcmp0(action, "delayed") == 0 && strcmp(word, "too-late") == 0 ? late.word : word;
}

const Cause *kind_cause(const char *status)
{
    if (!status || strlen(status) < 5 || status[0] == '2')
        return &unknown;
    const char *detail = status + 2;
    if (status[0] == '4' && g_str_has_prefix(detail, "7.") && strlen(detail) == 3 && detail[2] < '2')
        return &refused_now;
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (is_of(detail, known[i].detail))
            return &known[i].cause;
    return &unknown;
}
