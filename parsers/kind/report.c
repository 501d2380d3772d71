#include "parsers/kind/report.h"

#include "parsers/kind/cause.h"
#include "parsers/kind/status.h"
#include "parsers/kind/status_words.h"

#include <postern/base/clean.h>
#include <string.h>

static void replace(char **slot, char *value)
{
    g_free(*slot);
    *slot = value;
}

static gboolean tells_more(const char *status, const char *than)
{
    return status && !status_is_vague(status) && (!than || status_is_vague(than));
}

/* "5.1.0" after "5.1.1": the same subject, and less of it. */
static gboolean tells_less(const char *status, const char *than)
{
    return than && g_str_has_suffix(status, ".0") && !g_str_has_suffix(than, ".0") &&
           strncmp(status, than, strlen(status) - 1) == 0;
}

static gboolean is_code(const char *at)
{
    return strchr("45", at[0]) && at[0] && g_ascii_isdigit(at[1]) && g_ascii_isdigit(at[2]) &&
           !g_ascii_isalnum(at[3]);
}

/* The first reply of the other server in a transcript, "<<< 550 no", or in our side's conclusion,
 * "554 <a@b>... 550 no"; what else is in them is our side's own. */
static const char *first_reply(const char *reason)
{
    const char *reply = strstr(reason, "<<< "), *conclusion = strstr(reason, ">... ");
    if (reply)
        return reply + strlen("<<< ");
    return conclusion && is_code(conclusion + strlen(">... ")) ? conclusion + strlen(">... ") : reason;
}

/* That reply without the conclusion behind it. */
static char *reply_alone(const char *reason)
{
    const char *reply = first_reply(reason);
    for (const char *at = reply; reply != reason && (at = strstr(at, " <")); at++)
        if (at - reply > 4 && is_code(at - 3) && at[-4] == ' ')
            return g_strndup(reply, (gsize)(at - 4 - reply));
    return g_strdup(reply);
}

/* A report that claims class 4 beside a reply of class 5, or the other way round, has its own queue in mind;
 * unless the reply itself says so. */
static gboolean is_contradicted(const BounceRecipient *recipient, const char *words)
{
    if (recipient->status && recipient->status[0] == '2')
        return g_strcmp0(recipient->action, "failed") == 0 || g_strcmp0(recipient->action, "delayed") == 0;
    return recipient->status && recipient->smtp_code && strchr("45", recipient->status[0]) &&
           recipient->status[0] != recipient->smtp_code[0] && !strstr(words, recipient->status);
}

/* "550 5.0.0": even if it is vague, the server said it. */
static gboolean is_said_with(const char *reply, const char *code, const char *status)
{
    const char *at = strstr(reply, code);
    return at && g_str_has_prefix(at + 3 + strspn(at + 3, " -'#(:"), status);
}

/* The remote server's own word is nearer to the cause than the code of the system that reports. */
static void take_servers_word(BounceRecipient *recipient, const char *words)
{
    char *code = NULL, *status = NULL;
    const char *reply = first_reply(words);
    if (status_find_pair(reply, &code, &status)) {
        replace(&recipient->smtp_code, code);
        if (tells_less(status, recipient->status))
            g_free(status);
        else
            replace(&recipient->status, status);
        return;
    }
    if (reply != words || !recipient->smtp_code)
        if ((code = status_find_smtp_code(reply)))
            replace(&recipient->smtp_code, code);
    status = status_find_enhanced(reply);
    if (!recipient->status && status && recipient->smtp_code &&
        is_said_with(reply, recipient->smtp_code, status))
        recipient->status = g_strdup(status);
    if (tells_more(status, recipient->status))
        replace(&recipient->status, g_steal_pointer(&status));
    g_free(status);
}

/* RFC 5321 4.2.3: what these replies mean when no word is known. */
static const char *detail_from_code(const char *code)
{
    static const struct {
        const char *code, *detail;
    } known[] = {{"551", "1.6"}, {"552", "2.2"}, {"452", "2.2"}, {"553", "1.3"}};
    for (guint i = 0; code && i < G_N_ELEMENTS(known); i++)
        if (strcmp(code, known[i].code) == 0)
            return known[i].detail;
    return NULL;
}

/* Neither the report nor the other server has a status of RFC 3463: the class by the reply code, or by what
 * became of the mail; the rest by the words. */
static char *derived_status(const BounceRecipient *recipient, const char *words, ReportOutcome outcome)
{
    gboolean is_late =
        g_strcmp0(recipient->action, "delayed") == 0 || (!recipient->action && outcome == OUTCOME_DELAYED);
    char class = recipient->smtp_code ? recipient->smtp_code[0] : is_late ? '4' : '5';
    g_autofree char *reply = reply_alone(words);
    const char *detail = status_detail_from_words(reply, recipient->smtp_code != NULL);
    if (!detail)
        detail = status_detail_from_words(words, recipient->smtp_code != NULL);
    char *vague = detail ? NULL : status_find_enhanced(words);
    if (vague)
        return vague;
    if (!detail)
        detail = detail_from_code(recipient->smtp_code);
    if (!detail && !recipient->smtp_code && is_late)
        return g_strdup("4.4.7");
    /* RFC 3463 3.1: undefined, but for good. */
    if (!detail && !recipient->smtp_code)
        return outcome == OUTCOME_FAILED || g_strcmp0(recipient->action, "failed") == 0 ? g_strdup("5.0.0")
                                                                                        : NULL;
    return g_strdup_printf("%c.%s", class, detail ? detail : "0.0");
}

static const char *action_of(const BounceRecipient *recipient, ReportOutcome outcome)
{
    char class = recipient->status ? recipient->status[0] : '\0';
    if (class == '2')
        return "delivered";
    if (outcome == OUTCOME_DELAYED && class != '5')
        return "delayed";
    if (outcome == OUTCOME_FAILED || class == '5')
        return "failed";
    return class == '4' ? "delayed" : NULL;
}

static const char *cause_of(const BounceRecipient *recipient, const char *words)
{
    g_autofree char *reply = reply_alone(words);
    const char *detail = status_detail_from_words(reply, recipient->smtp_code != NULL);
    if (!detail)
        detail = status_detail_from_words(words, recipient->smtp_code != NULL);
    return cause_find(recipient->status, recipient->action, detail);
}

static void complete_one(BounceRecipient *recipient, ReportOutcome outcome)
{
    const char *words = recipient->reason ? recipient->reason : "";
    gboolean has_failed = !recipient->action || strcmp(recipient->action, "delivered") != 0;
    take_servers_word(recipient, words);
    gboolean has_arrived = outcome == OUTCOME_DELIVERED || outcome == OUTCOME_RELAYED;
    if (has_arrived && !recipient->action && !recipient->status && !recipient->smtp_code) {
        recipient->action = g_strdup(outcome == OUTCOME_RELAYED ? "relayed" : "delivered");
        recipient->status = g_strdup("2.0.0");
        has_failed = FALSE;
    }
    if ((!recipient->status || is_contradicted(recipient, words)) && has_failed) {
        char *status = derived_status(recipient, words, outcome);
        if (status)
            replace(&recipient->status, status);
    }
    if (!recipient->action)
        recipient->action = g_strdup(action_of(recipient, outcome));
    if (!recipient->status || recipient->status[0] != '2')
        recipient->cause = g_strdup(cause_of(recipient, words));
    if (recipient->reason)
        replace(&recipient->reason, report_words_alone(words, recipient->smtp_code));
}

static const BounceRecipient *same_recipient(const Bounce *bounce, const char *address)
{
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const BounceRecipient *recipient = bounce->recipients->pdata[i];
        if (g_ascii_strcasecmp(recipient->address, address) == 0)
            return recipient;
    }
    return NULL;
}

void report_add_words(Bounce *bounce, const Bounce *prose, const char *answer)
{
    for (guint i = 0; i < bounce->recipients->len; i++) {
        BounceRecipient *recipient = bounce->recipients->pdata[i];
        if (recipient->smtp_code)
            continue;
        const BounceRecipient *told = same_recipient(prose, recipient->address);
        const char *words = told ? told->reason : bounce->recipients->len == 1 ? answer : NULL;
        g_autofree char *code = words ? status_find_smtp_code(words) : NULL;
        if (code || (words && !recipient->reason))
            replace(&recipient->reason, g_strdup(words));
    }
}

void report_complete(Bounce *bounce, ReportOutcome outcome)
{
    for (guint i = 0; i < bounce->recipients->len; i++)
        complete_one(bounce->recipients->pdata[i], outcome);
}
