/* What a report in prose says as a whole: the other server's answer, and what became of the mail. */
#include "parsers/kind/report.h"
#include "parsers/kind/report_phrases.h"
#include "parsers/kind/status.h"
#include "parsers/kind/status_words.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

/* Where the answer stands among the words of a report; the rest is the mail that came back. */
#define ANSWER_TEXT_BYTES (32u * 1024)
#define OUTCOME_TEXT_BYTES 4096u /* a report says at its beginning what became of the mail */
#define LINE_BYTES 1000u
/* "Status code: 550 5.1.10" says less than the answer itself, which may come later. */
#define TELLING_BYTES 40u

gboolean report_is_answer(const char *line)
{
    g_autofree char *code = status_find_smtp_code(line);
    g_autofree char *status = status_find_enhanced(line);
    return code || status;
}

static gboolean tells_cause(const char *line)
{
    return status_detail_from_words(line, FALSE) != NULL;
}

static gboolean is_telling_answer(const char *line)
{
    return strlen(line) >= TELLING_BYTES && report_is_answer(line);
}

gboolean report_tells_more(const char *answer, const char *than)
{
    g_autofree char *code = strlen(than) < TELLING_BYTES ? status_find_smtp_code(than) : NULL;
    return code && is_telling_answer(answer) && strstr(answer, code);
}

/* From the first line that `fits` to the end of its paragraph. */
static char *paragraph_from(const char *text, gboolean (*fits)(const char *line))
{
    g_autoptr(GString) answer = g_string_new(NULL);
    const char *end = text + strnlen(text, ANSWER_TEXT_BYTES);
    for (const char *line = text; line < end && answer->len < REPORT_REASON_BYTES;) {
        gsize length = strcspn(line, "\n");
        g_autofree char *words = g_strndup(line, MIN(length, LINE_BYTES));
        g_strstrip(words);
        if (answer->len > 0 && words[0] == '\0')
            break;
        if (answer->len > 0 || fits(words))
            g_string_append_printf(answer, "%s%s", answer->len > 0 ? " " : "", words);
        line += length + (line[length] == '\n');
    }
    return answer->len > 0 ? clean_line(answer->str, (gssize)answer->len, REPORT_REASON_BYTES) : NULL;
}

char *report_answer(const char *text)
{
    char *answer = paragraph_from(text, report_is_answer);
    if (!answer)
        return paragraph_from(text, tells_cause);
    char *telling = strlen(answer) < TELLING_BYTES ? paragraph_from(text, is_telling_answer) : NULL;
    gboolean is_better = telling && report_tells_more(telling, answer);
    g_free(is_better ? answer : telling);
    return is_better ? telling : answer;
}

gboolean report_begins_copy(const char *folded, gboolean has_recipient)
{
    const char *text = folded + strspn(folded, " \t-=*>_|");
    gboolean is_marked = text > folded || g_str_has_suffix(folded, ":") || g_str_has_suffix(folded, "-");
    if (is_marked && strlen(folded) < 160 && has_phrase(text, report_copy_marks))
        return TRUE;
    if (has_recipient && (g_str_has_suffix(folded, "follow.") || g_str_has_suffix(folded, "follows.")))
        return TRUE;
    return g_str_has_prefix(folded, "received: ") || g_str_has_prefix(folded, "reporting-mta:") ||
           (has_recipient && begins_with_phrase(folded, report_copy_fields));
}

const char *report_copy(const char *text)
{
    for (const char *line = text; *line && line - text < (gssize)ANSWER_TEXT_BYTES;) {
        gsize length = strcspn(line, "\n");
        g_autofree char *raw = g_strndup(line, MIN(length, LINE_BYTES)),
                        *folded = lower_text(raw, LINE_BYTES);
        g_strstrip(folded);
        if (report_begins_copy(folded, FALSE))
            return line;
        line += length + (line[length] == '\n');
    }
    return NULL;
}

char *report_own_words(const char *text)
{
    GString *words = g_string_new(NULL);
    gboolean has_recipient = FALSE;
    for (const char *line = text; *line && words->len < ANSWER_TEXT_BYTES;) {
        gsize length = strcspn(line, "\n");
        g_autofree char *raw = g_strndup(line, MIN(length, LINE_BYTES)),
                        *folded = lower_text(raw, LINE_BYTES);
        g_strstrip(folded);
        if (report_begins_copy(folded, has_recipient))
            break;
        if (!begins_with_phrase(folded, report_other_labels))
            g_string_append_printf(words, "%s\n", raw);
        has_recipient |= strchr(folded, '@') != NULL;
        line += length + (line[length] == '\n');
    }
    return g_string_free(words, FALSE);
}

ReportOutcome report_outcome(const char *subject, const char *text)
{
    g_autofree char *own = report_own_words(text), *title = lower_text(subject, OUTCOME_TEXT_BYTES),
                    *words = lower_text(own, OUTCOME_TEXT_BYTES);
    Grams grams;
    grams_init(&grams, words, strlen(words));
    gboolean has_failed = has_phrase(title, report_failed_words) || has_phrase(title, report_world_failed);
    if (!has_failed && has_phrase_of(&grams, words, report_relay_words))
        return OUTCOME_RELAYED;
    if (!has_failed && has_phrase_of(&grams, words, report_success_words))
        return OUTCOME_DELIVERED;
    if (has_phrase_of(&grams, words, report_late_words) || has_phrase_of(&grams, words, report_world_late) ||
        (!has_failed && (has_phrase(title, report_late_words) || has_phrase(title, report_world_late))))
        return OUTCOME_DELAYED;
    return has_failed || has_phrase_of(&grams, words, report_failed_words) ||
                   has_phrase_of(&grams, words, report_world_failed)
               ? OUTCOME_FAILED
               : OUTCOME_UNKNOWN;
}
