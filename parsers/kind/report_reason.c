/* The other side's words alone: reports wrap them in a transcript, in "host … said:", and in remarks of their
 * own. */
#include "parsers/kind/report.h"

#include <postern/base/clean.h>
#include <string.h>

static gboolean is_code_at(const char *reason, const char *at)
{
    return (at == reason || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[3]);
}

/* What may stand right before the words of a server: "said: ", "<<< ", "returned '", "reason: ", "[". */
static gboolean opens_words(const char *reason, const char *at)
{
    while (at > reason && strchr(" '\"", at[-1]))
        at--;
    return at > reason && strchr(":<[#;", at[-1]);
}

/* "----- Transcript of session follows -----" */
static const char *behind_heading(const char *reason)
{
    const char *end = *reason == '-' ? strstr(reason, " ---") : NULL;
    return end ? end + 1 + strspn(end + 1, "- ") : reason;
}

static const char *find_words(const char *reason, const char *code)
{
    const char *at = reason;
    for (; (at = strstr(at, code)); at++)
        if (is_code_at(reason, at) && opens_words(reason, at))
            break;
    /* Some say the code twice. */
    if (at && at[3] == ' ' && g_str_has_prefix(at + 4, code))
        at += 4;
    return at ? at : behind_heading(reason);
}

/* Remarks of the system that reports, behind the words. */
static gsize length_of_words(const char *words)
{
    static const char *const remarks[] = {" (in reply to ",
                                          " Giving up on ",
                                          " I'm not going to try again",
                                          " >>> ",
                                          " <<< ",
                                          " 554 5.0.0 Service unavailable",
                                          " --- Session",
                                          " ----- ",
                                          " While talking to",
                                          " hMailServer",
                                          " This has been a permanent failure"};
    gsize length = strlen(words);
    for (guint i = 0; i < G_N_ELEMENTS(remarks); i++) {
        const char *remark = strstr(words, remarks[i]);
        if (remark && remark > words)
            length = MIN(length, (gsize)(remark - words));
    }
    return length;
}

/* "(generated from a@b) " tells whom the mail was written to. */
static const char *behind_origin(const char *reason)
{
    const char *close = *reason == '(' ? strchr(reason, ')') : NULL;
    const char *mark = close ? strstr(reason, "generated from ") : NULL;
    return mark && mark < close ? close + 1 + strspn(close + 1, " ") : reason;
}

char *report_words_alone(const char *reason, const char *code)
{
    reason = behind_origin(reason);
    const char *words = code ? find_words(reason, code) : behind_heading(reason);
    gsize length = length_of_words(words);
    gboolean is_quoted = words > reason && strchr("'\"[<", words[-1]);
    if (is_quoted && length > 0 && strchr("'\"]>", words[length - 1]))
        length--;
    return clean_line(words, (gssize)length, REPORT_REASON_BYTES);
}
