#include "parsers/kind/automatic.h"

#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

/* What nobody wrote is short, and begins with what it has to say. */
#define OPENING_BYTES 700u
#define ENDING_BYTES 2048u

typedef struct {
    Signs *signs;
    const KindEvidence *evidence;
    const char *subject, *prose;
    const Grams *grams, *subject_grams; /* of `prose`, of `subject` */
    char *own;                          /* the text above all that is quoted or passed on */
    gboolean null_sender, is_reply, is_forward;
} View;

/* Where somebody else's words begin; what a person quotes of a machine says nothing about him. */
static const char *own_end(const char *prose, const Grams *grams)
{
    static const char *const beginnings[] = {
        ">", "---", "___", "from:", "von:", "de:", "da:", "od:", "от:", "fra:", "från:", "van:", NULL};
    static const char *const verbs[] = {" wrote:", " schrieb", "a écrit", "escribió:", " ha scritto", NULL};
    const char *end = prose;
    while ((end = strchr(end, '\n')) && !begins_with_phrase(end + 1, beginnings))
        end++;
    if (!end)
        end = prose + strlen(prose);
    for (const char *const *verb = verbs; *verb; verb++) {
        const char *at = !grams || grams_may_have(grams, *verb) ? strstr(prose, *verb) : NULL;
        end = at && at < end ? at : end;
    }
    return end;
}

static gboolean has_question(const char *text)
{
    return strchr(text, '?') || strstr(text, "？") || strstr(text, "؟");
}

/* A phrase that is followed by the other mail's subject, as no person begins one, or by nothing. */
static gboolean names_other(const char *subject, const char *const *phrases)
{
    for (; *phrases; phrases++) {
        if (*subject != **phrases || !g_str_has_prefix(subject, *phrases))
            continue;
        const char *rest = subject + strlen(*phrases);
        rest += strspn(rest, " \t");
        if (strchr(":-([", *rest) || g_str_has_prefix(rest, "：") || g_str_has_prefix(rest, "\xc2\xa0:") ||
            g_str_has_prefix(rest, "–") || g_str_has_prefix(rest, "re:"))
            return TRUE;
    }
    return FALSE;
}

static guint count_phrases(const View *view, const char *const *phrases)
{
    guint count = 0;
    for (; *phrases; phrases++)
        count += grams_may_have(view->grams, *phrases) && strstr(view->own, *phrases) != NULL;
    return count;
}

static gboolean is_suspect(const View *view)
{
    const guint *weight = view->signs->weight;
    return view->null_sender || weight[KIND_AUTO_REPLY] + weight[KIND_MACHINE] + weight[KIND_BULK] > 0;
}

/* "Automatic reply: …" is what programs write; "Out of office" is what people write about, too. */
static void collect_vacation(const View *view)
{
    if (view->is_forward || begins_with_phrase(view->subject, kind_answer_prefixes))
        return;
    gboolean is_reply_word = begins_with_phrase(view->subject, kind_reply_subjects);
    gboolean is_topic = has_phrase_of(view->subject_grams, view->subject, kind_vacation_subjects);
    if (!is_reply_word && !is_topic)
        return;
    gboolean asks = has_question(view->subject) || has_question(view->own);
    gboolean says_away = has_phrase_of(view->grams, view->own, kind_vacation_words);
    gboolean begins = is_reply_word || (begins_with_phrase(view->subject, kind_vacation_subjects) &&
                                        !g_str_has_prefix(view->subject, "auto:"));
    gboolean named =
        names_other(view->subject, kind_reply_subjects) || names_other(view->subject, kind_vacation_subjects);
    gboolean proven = is_suspect(view) || headers_count(view->evidence->headers, "X-Apple-Action") > 0 ||
                      (is_reply_word && names_other(view->subject, kind_reply_subjects)) ||
                      (begins && view->is_reply && !asks) ||
                      (says_away && !asks && (view->is_reply || (named && !view->signs->has_client)));
    if (proven)
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "Subject: %s", view->evidence->subject);
}

/* Where the sentence ends that `at` is in; the dot of a date ends none. */
static const char *sentence_end(const char *at)
{
    for (; *at; at++)
        if (strchr(".!", *at) && g_ascii_isspace(at[1]) && !g_ascii_isdigit(at[-1]))
            break;
    return at;
}

static const char *sentence_start(const char *text, const char *at)
{
    while (at > text &&
           !(strchr(".!", at[-1]) && g_ascii_isspace(at[0]) && !(at - 1 > text && g_ascii_isdigit(at[-2]))))
        at--;
    return at;
}

/* "I am away until …" in one sentence. */
static gboolean is_away_until(const char *text)
{
    const char *const *phrase = kind_absence_words;
    while (*phrase && !strstr(text, *phrase))
        phrase++;
    if (!*phrase)
        return FALSE;
    const char *at = strstr(text, *phrase), *start = sentence_start(text, at);
    g_autofree char *sentence = g_strndup(start, (gsize)(sentence_end(at + 1) - start));
    return has_phrase(sentence, kind_until_words);
}

/* Under the subject of the other mail: says that somebody is away, and until when or whom to ask. */
static void collect_absence(const View *view)
{
    if (!view->is_reply || view->is_forward || strlen(view->own) > OPENING_BYTES || has_question(view->own) ||
        !has_phrase_of(view->grams, view->own, kind_absence_words))
        return;
    if (is_away_until(view->own) || has_phrase_of(view->grams, view->own, kind_return_words))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "body says only that somebody is away");
}

/* Under the subject of the other mail: says that somebody works there no more, and whom to ask. Who takes
 * over speaks of himself. */
static void collect_departure(const View *view)
{
    if (!view->is_reply || view->is_forward || view->signs->has_client || strlen(view->own) > OPENING_BYTES ||
        !has_phrase_of(view->grams, view->own, kind_left_words) || has_question(view->own))
        return;
    if (has_phrase_of(view->grams, view->own, kind_instead_words) &&
        !has_phrase(view->own, kind_first_person))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "body says only that somebody works there no more");
}

/* Newsletters tell how to get none any more, mostly at their end, and in several ways. */
static void collect_newsletter(const View *view)
{
    const char *text = view->evidence->text ? view->evidence->text : "";
    if (view->is_reply || view->is_forward || view->signs->has_client || !strstr(text, "://"))
        return;
    gsize length = strlen(text);
    const char *end = text + (length > ENDING_BYTES ? length - ENDING_BYTES : 0);
    g_autofree char *ending = lower_text(end, ENDING_BYTES);
    /* What a person answers to may be such a mail. */
    if (strlen(view->own) < strlen(view->prose) || *own_end(ending, NULL))
        return;
    Grams grams;
    grams_init(&grams, ending, strlen(ending));
    guint count = 0;
    for (const char *const *phrase = kind_leave_words; *phrase; phrase++)
        count += grams_may_have(&grams, *phrase) && strstr(ending, *phrase) != NULL;
    if (count >= 2)
        signs_add(view->signs, KIND_BULK, 4, "body tells how to get no more of its kind");
}

/* How far before a phrase a quotation mark belongs to it: "'Please do not reply …". */
#define CITED_BYTES 24

/* Between quotation marks, or behind a question, it is somebody else's word. */
static gboolean is_cited(const char *text, const char *phrase)
{
    static const char *const marks[] = {"'", "\"", "„", "“", "‘", "«", "»", "”", NULL};
    g_autofree char *before = g_strndup(text, (gsize)(phrase - text));
    for (const char *at = MAX(text, phrase - CITED_BYTES); at < phrase; at++)
        if ((at == text || g_ascii_isspace(at[-1])) && begins_with_phrase(at, marks))
            return TRUE;
    return has_question(before);
}

static gboolean calls_itself_automatic(const View *view)
{
    for (const char *const *phrase = kind_automatic_words; *phrase; phrase++) {
        const char *at = grams_may_have(view->grams, *phrase) ? strstr(view->own, *phrase) : NULL;
        if (at && !is_cited(view->own, at))
            return TRUE;
    }
    return FALSE;
}

/* Programs seldom begin with themselves. What follows may be the customer's own words. */
static gboolean begins_personal(const char *text)
{
    g_autofree char *opening = g_strndup(text, 120);
    return begins_with_phrase(opening, kind_personal_words) || has_phrase(opening, kind_personal_words + 2);
}

/* Mail that calls itself automatic, and what other desks write when a request has come in: two desks that
 * thank each other never end. */
static void collect_declared(const View *view)
{
    if (view->is_forward || view->signs->has_client)
        return;
    if (calls_itself_automatic(view))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "body calls itself automatic");
    guint words = count_phrases(view, kind_receipt_of_request_words);
    gboolean by_subject = has_phrase_of(view->subject_grams, view->subject, kind_receipt_of_request_subjects);
    if ((by_subject && is_suspect(view)) ||
        ((words >= 2 || (words > 0 && by_subject)) && !begins_personal(view->own)))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "another desk says that a request has come in");
}

static void collect_machine(const View *view)
{
    gboolean is_proven = begins_with_phrase(view->subject, kind_machine_subjects) &&
                         (!view->signs->has_client || !has_question(view->own)) &&
                         !has_question(view->subject);
    gboolean is_likely = !is_proven && begins_with_phrase(view->subject, kind_machine_topics) &&
                         (has_phrase_of(view->grams, view->own, kind_machine_words) || is_suspect(view)) &&
                         !begins_personal(view->own) && !has_question(view->own);
    if (is_proven || is_likely)
        signs_add(view->signs, KIND_MACHINE, 4, "Subject: %s", view->evidence->subject);
}

/* Calendars answer in the name of a person, mostly without a word of his. */
static void collect_calendar(const View *view)
{
    const Headers *headers = view->evidence->headers;
    const char *class = headers_get(headers, "Content-Class", 0);
    gboolean is_calendar = (class && strcasestr(class, "calendarmessage")) ||
                           g_strcmp0(view->evidence->type, "text/calendar") == 0 ||
                           has_phrase_of(view->grams, view->own, kind_calendar_words);
    g_autofree char *stripped = g_strstrip(g_strdup(view->own));
    gboolean has_words = stripped[0] != '\0' && !view->evidence->text_is_calendar;
    if ((view->evidence->is_calendar_answer && (!has_words || is_calendar)) ||
        (names_other(view->subject, kind_calendar_subjects) && !(view->evidence->is_calendar_answer) &&
         (is_calendar || (!has_words && view->is_reply))))
        signs_add(view->signs, KIND_MACHINE, 4, "Subject: %s", view->evidence->subject);
}

/* "Read: …" of a program that writes no report (RFC 8098). */
static void collect_receipt(const View *view)
{
    if (view->signs->weight[KIND_BOUNCE] < SIGN_PROOF && names_other(view->subject, kind_read_subjects) &&
        has_phrase_of(view->grams, view->own, kind_read_words) && !has_question(view->own))
        signs_add(view->signs, KIND_RECEIPT, 4, "Subject: %s", view->evidence->subject);
}

static void collect_challenge(const View *view)
{
    const char *agent = headers_get(view->evidence->headers, "X-Delivery-Agent", 0);
    gboolean by_words = has_phrase_of(view->grams, view->prose, kind_challenge_words),
             by_subject = has_phrase_of(view->subject_grams, view->subject, kind_challenge_subjects);
    gboolean automatic = is_suspect(view);
    if (agent && strstr(agent, "TMDA"))
        signs_add(view->signs, KIND_CHALLENGE, automatic || by_subject ? 4 : 1, "X-Delivery-Agent: TMDA");
    gboolean is_asked = view->is_reply && has_phrase_of(view->grams, view->own, kind_challenge_sentences);
    if (is_asked || (by_words && by_subject && (automatic || !has_question(view->own))) ||
        (automatic && by_words && headers_count(view->evidence->headers, "In-Reply-To") > 0) ||
        (view->null_sender && has_phrase_of(view->grams, view->own, kind_challenge_sentences)))
        signs_add(view->signs, KIND_CHALLENGE, 4, "body asks the sender to confirm");
}

/* The program of a list sends back what somebody may not post: its fields are the list's, the mail is none.
 */
static void collect_refused_post(const View *view)
{
    static const char *const words[] = {"not a member of this mailing list",
                                        "awaits moderator approval",
                                        "being held until the list moderator",
                                        "you are not allowed to post to this mailing list",
                                        "only subscribers may post",
                                        "posting to this list is restricted",
                                        "your message has been rejected by the moderator",
                                        "sie sind nicht mitglied dieser liste",
                                        NULL};
    g_autofree char *opening = g_strndup(view->own, OPENING_BYTES);
    if (view->signs->weight[KIND_LIST] >= SIGN_PROOF && !view->signs->has_client &&
        has_phrase_of(view->grams, opening, words))
        signs_add(view->signs, KIND_BOUNCE, 4, "body: the list does not take the mail");
}

/* Services that complain about a mail without the format for it. */
static void collect_complaint(const View *view)
{
    static const char *const subjects[] = {"complaint about message from", "email feedback report",
                                           "abuse report", "spam complaint", NULL};
    if (view->evidence->returned && begins_with_phrase(view->subject, subjects))
        signs_add(view->signs, KIND_FEEDBACK, 4, "Subject: %s", view->evidence->subject);
}

void automatic_collect(Signs *signs, const KindEvidence *evidence, const AutomaticTexts *texts)
{
    const Headers *headers = evidence->headers;
    g_autofree char *own =
        g_strndup(texts->prose, (gsize)(own_end(texts->prose, texts->grams) - texts->prose));
    const View view = {
        .signs = signs,
        .evidence = evidence,
        .subject = texts->subject,
        .prose = texts->prose,
        .grams = texts->grams,
        .subject_grams = texts->subject_grams,
        .own = own,
        .null_sender = texts->null_sender,
        .is_reply = headers_count(headers, "In-Reply-To") > 0 || headers_count(headers, "References") > 0,
        .is_forward = begins_with_phrase(texts->subject, kind_forward_prefixes),
    };
    collect_complaint(&view);
    collect_vacation(&view);
    collect_absence(&view);
    collect_departure(&view);
    collect_declared(&view);
    collect_machine(&view);
    collect_newsletter(&view);
    collect_calendar(&view);
    collect_receipt(&view);
    collect_challenge(&view);
    collect_refused_post(&view);
}
