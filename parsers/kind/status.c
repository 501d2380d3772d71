#include "parsers/kind/status.h"

#include "parsers/kind/words.h"

#include <string.h>

static gboolean is_border(char c)
{
    return !g_ascii_isalnum(c) && c != '.' && c != '-' && c != '_' && c != '@';
}

/* How likely three digits are a reply code by what stands around them. */
static gboolean is_code_at(const char *text, const char *at)
{
    if (!strchr("45", *at) || !g_ascii_isdigit(at[1]) || !g_ascii_isdigit(at[2]) || at[1] > '7')
        return FALSE;
    if (at > text && !is_border(at[-1]))
        return FALSE;
    return at[3] == '\0' || at[3] == '-' || (is_border(at[3]) && at[3] != '/');
}

char *status_find_smtp_code(const char *reason)
{
    static const char *const units[] = {"seconds", "bytes", "kb", "mb", "minutes", "hours", "messages", NULL};
    for (const char *at = reason; (at = strpbrk(at, "45")); at++) {
        if (!is_code_at(reason, at))
            continue;
        const char *after = at + 3 + strspn(at + 3, " ");
        g_autofree char *word = g_ascii_strdown(after, (gssize)strnlen(after, 10));
        if (!begins_with_phrase(word, units))
            return g_strndup(at, 3);
    }
    return NULL;
}

static gsize digits(const char *at)
{
    return strspn(at, "0123456789");
}

char *status_find_enhanced(const char *reason)
{
    for (const char *at = reason; (at = strpbrk(at, "245")); at++) {
        if (at[1] != '.' || (at > reason && (g_ascii_isalnum(at[-1]) || at[-1] == '.' || at[-1] == '-')))
            continue;
        gsize subject = digits(at + 2);
        if (subject < 1 || subject > 3 || at[2 + subject] != '.')
            continue;
        gsize detail = digits(at + 3 + subject);
        const char *after = at + 3 + subject + detail;
        gboolean goes_on = *after == '.' && g_ascii_isdigit(after[1]);
        if (detail >= 1 && detail <= 3 && !goes_on && !g_ascii_isalnum(*after))
            return g_strndup(at, (gsize)(after - at));
    }
    return NULL;
}

gboolean status_find_pair(const char *reason, char **out_code, char **out_status)
{
    for (const char *at = reason; (at = strpbrk(at, "45")); at++) {
        if (!is_code_at(reason, at))
            continue;
        const char *after = at + 3 + strspn(at + 3, " -'#(:");
        g_autofree char *status = g_ascii_isdigit(*after) ? status_find_enhanced(after) : NULL;
        if (status && status[0] == at[0] && g_str_has_prefix(after, status)) {
            *out_code = g_strndup(at, 3);
            *out_status = g_steal_pointer(&status);
            return TRUE;
        }
    }
    return FALSE;
}

typedef struct {
    const char *status;
    const char *const *words;
} StatusWords;

/* The more special first: "quota" appears in texts about users, "unknown" in texts about hosts. */
static const char *const words_full[] = {"mailbox full",
                                         "mailbox is full",
                                         "over quota",
                                         "quota exceed",
                                         "exceeded storage",
                                         "exceeds allowed",
                                         "over the maximum",
                                         "insufficient disk",
                                         "disk full",
                                         "out of storage",
                                         "quota",
                                         "mailbox exceeds",
                                         "is full",
                                         "容量オーバー",
                                         "переполнен",
                                         "voll",
                                         NULL};
static const char *const words_host[] = {"host unknown",
                                         "unknown host",
                                         "domain not found",
                                         "no such domain",
                                         "name or service not known",
                                         "host or domain name not found",
                                         "couldn't find any host",
                                         "could not find a mail exchanger",
                                         "unrouteable mail domain",
                                         "no such host",
                                         "unable to look up",
                                         "host not found",
                                         "nxdomain",
                                         "name service error",
                                         "domain does not exist",
                                         "no mx",
                                         "couldn't find a mail exchanger",
                                         "all relevant mx records point to non-existent hosts",
                                         "lookup failed",
                                         NULL};
static const char *const words_disabled[] = {"account disabled",    "mailbox disabled",
                                             "account is disabled", "inactive",
                                             "suspended",           "account has been disabled",
                                             "not active",          "deactivated",
                                             "no longer available", NULL};
static const char *const words_size[] = {
    "too large", "too big", "message size exceeds", "size limit", "exceeds size", "exceeded max", NULL};
static const char *const words_loop[] = {
    "mail loop", "too many hops", "routing loop", "loops back to myself", "hop count exceeded", NULL};
static const char *const words_expired[] = {"delivery time expired",
                                            "retry time not reached",
                                            "retry timeout exceeded",
                                            "could not be delivered for",
                                            "been in the queue too long",
                                            "message expired",
                                            "unable to deliver message after",
                                            "delivery expired",
                                            "too long in queue",
                                            "cannot send message for",
                                            "retry time",
                                            "still being retried",
                                            "delayed",
                                            "giving up on",
                                            "not been delivered",
                                            "i'm not going to try again",
                                            NULL};
static const char *const words_network[] = {"connection timed out",
                                            "connection refused",
                                            "connection reset",
                                            "no route to host",
                                            "network is unreachable",
                                            "couldn't connect",
                                            "could not connect",
                                            "unable to connect",
                                            "timed out",
                                            "wasn't able to establish an smtp",
                                            "host is unreachable",
                                            "connection dropped",
                                            "connection lost",
                                            "deferred",
                                            NULL};
static const char *const words_user[] = {"user unknown",
                                         "unknown user",
                                         "no such user",
                                         "no such mailbox",
                                         "mailbox unavailable",
                                         "mailbox not found",
                                         "does not exist",
                                         "doesn't exist",
                                         "invalid recipient",
                                         "unknown recipient",
                                         "recipient unknown",
                                         "recipient rejected",
                                         "address rejected",
                                         "user not found",
                                         "unrouteable address",
                                         "unknown address",
                                         "no mailbox here",
                                         "not a valid mailbox",
                                         "unknown local",
                                         "not listed",
                                         "recipient address",
                                         "undeliverable address",
                                         "no such recipient",
                                         "user doesn't have",
                                         "no such address",
                                         "not our customer",
                                         "bad address",
                                         "invalid user",
                                         "invalid mailbox",
                                         "no user",
                                         "not found",
                                         "имя пользователя",
                                         NULL};
static const char *const words_refused[] = {
    "spam",     "blocked",       "blacklist",      "blocklist",  "denied", "relay",   "policy",
    "rejected", "not permitted", "not authorized", "prohibited", "virus",  "refused", NULL};

static const StatusWords known[] = {
    {"5.2.2", words_full},    {"5.1.2", words_host},    {"5.2.1", words_disabled},
    {"5.3.4", words_size},    {"5.4.6", words_loop},    {"5.1.1", words_user},
    {"5.7.1", words_refused}, {"4.4.7", words_expired}, {"4.4.1", words_network},
};

const char *status_from_words(const char *reason)
{
    g_autofree char *text = lower_text(reason, 2048);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (has_phrase(text, known[i].words))
            return known[i].status;
    return NULL;
}

gboolean status_is_vague(const char *status)
{
    return strlen(status) == 5 && g_str_has_suffix(status, ".0.0");
}
