#include "smtp_answer.h"

#include <stdlib.h>
#include <string.h>

static const char *const stage_names[] = {
    [SMTP_STAGE_RESET] = "RSET",
    [SMTP_STAGE_MAIL] = "MAIL FROM",
    [SMTP_STAGE_RECIPIENT] = "RCPT TO",
    [SMTP_STAGE_DATA] = "DATA",
    [SMTP_STAGE_DOT] = "the end of the mail",
    [SMTP_STAGE_CANCEL] = "the end of a cancelled mail",
};
_Static_assert(G_N_ELEMENTS(stage_names) == SMTP_STAGE_COUNT, "every stage has a name");

const char *smtp_stage_name(SmtpStage stage)
{
    return stage < SMTP_STAGE_COUNT ? stage_names[stage] : "nothing";
}

/* Complaints about the login or the line, not about the mail: an admin can mend them, so the mail waits. */
static gboolean is_about_session(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

DeliveryOutcome smtp_answer_outcome(int code)
{
    if (code >= 200 && code < 300)
        return DELIVERY_SENT;
    return code >= 500 && !is_about_session(code) ? DELIVERY_REFUSED : DELIVERY_LATER;
}

/* RFC 3463 2: class, subject of up to three digits, detail of up to three. */
char *smtp_answer_status(const char *answer)
{
    if (!answer || strlen(answer) < 9 || answer[3] != ' ')
        return NULL;
    const char *at = answer + 4;
    gsize subject, detail;
    if (!strchr("245", *at) || at[1] != '.')
        return NULL;
    subject = strspn(at + 2, "0123456789");
    if (subject < 1 || subject > 3 || at[2 + subject] != '.')
        return NULL;
    detail = strspn(at + 3 + subject, "0123456789");
    gsize length = 3 + subject + detail;
    if (detail < 1 || detail > 3 || (at[length] != '\0' && at[length] != ' '))
        return NULL;
    return g_strndup(at, length);
}

static gboolean says(const char *answer, const char *const *words)
{
    g_autofree char *lower = g_ascii_strdown(answer ? answer : "", -1);
    for (; *words; words++)
        if (strstr(lower, *words))
            return TRUE;
    return FALSE;
}

AnswerClass smtp_answer_class(int code, const char *status, const char *answer)
{
    static const char *const grey[] = {"greylist",  "graylist",  "grey list", "gray list",
                                       "grey-list", "gray-list", NULL};
    static const char *const full[] = {"mailbox full", "mailbox is full", "inbox is full",
                                       "over quota",   "overquota",       "quota exceeded",
                                       "out of quota", "exceeded quota",  NULL};
    if (code < 400 || code >= 500)
        return ANSWER_OTHER;
    if (g_strcmp0(status, "4.2.2") == 0 || (!status && says(answer, full)))
        return ANSWER_FULL;
    if ((code == 450 || code == 451) && g_strcmp0(status, "4.7.1") == 0)
        return ANSWER_GREYLISTED;
    return says(answer, grey) ? ANSWER_GREYLISTED : ANSWER_OTHER;
}

static gboolean is_one_of(const char *status, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(status, *list) == 0)
            return TRUE;
    return FALSE;
}

/* Servers say 5.7.x to a recipient when they mistrust us, and 5.1.7 or 5.1.8 when they mistrust the sender's
 * address. Without a status only the codes that RFC 5321 4.2.3 gives to mailboxes count. */
gboolean smtp_answer_blames_address(SmtpStage stage, int code, const char *status)
{
    static const char *const others[] = {"5.1.7", "5.1.8", "5.1.9", "5.2.3", NULL};
    if (smtp_answer_outcome(code) != DELIVERY_REFUSED || stage == SMTP_STAGE_MAIL)
        return FALSE;
    if (!status)
        return stage == SMTP_STAGE_RECIPIENT && (code == 550 || code == 551 || code == 553 || code == 556);
    if (g_str_has_prefix(status, "5.1.") || g_str_has_prefix(status, "5.2."))
        return !is_one_of(status, others);
    return stage == SMTP_STAGE_RECIPIENT &&
           (g_str_has_prefix(status, "5.0.") || g_str_has_prefix(status, "5.4."));
}
