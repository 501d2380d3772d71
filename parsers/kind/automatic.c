#include "parsers/kind/automatic.h"

#include "parsers/kind/automatic_view.h"
#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

/* Where somebody else's words begin; what a person quotes of a machine says nothing about him. */
const char *view_own_end(const char *prose, const Grams *grams)
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

gboolean view_has_question(const char *text)
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

gboolean view_is_suspect(const View *view)
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
    gboolean asks = view_has_question(view->subject) || view_has_question(view->own);
    gboolean says_away = has_phrase_of(view->grams, view->own, kind_vacation_words);
    gboolean begins = is_reply_word || (begins_with_phrase(view->subject, kind_vacation_subjects) &&
                                        !g_str_has_prefix(view->subject, "auto:"));
    gboolean named =
        names_other(view->subject, kind_reply_subjects) || names_other(view->subject, kind_vacation_subjects);
    gboolean proven = view_is_suspect(view) || headers_count(view->evidence->headers, "X-Apple-Action") > 0 ||
                      (is_reply_word && names_other(view->subject, kind_reply_subjects)) ||
                      (begins && view->is_reply && !asks) ||
                      (says_away && !asks && (view->is_reply || (named && !view->signs->has_client)));
    if (proven)
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "Subject: %s", view->evidence->subject);
}

/* Programs seldom begin with themselves. What follows may be the customer's own words. */
gboolean view_begins_personal(const char *text)
{
    /* "i" is "and" from Warsaw to Zagreb. */
    static const char *const english[] = {" the ", " and ",  " you",  " is ", " it ",
                                          " of ",  " have ", " not ", NULL};
    g_autofree char *opening = g_strndup(text, 120);
    if (strstr(opening, " i ") && has_phrase(opening, english))
        return TRUE;
    return begins_with_phrase(opening, kind_personal_beginnings) || has_phrase(opening, kind_personal_words);
}

/* How far before a phrase a quotation mark belongs to it: "'Please do not reply …". */
#define CITED_BYTES 24

/* Between quotation marks, or behind a question, it is somebody else's word. */
static gboolean is_cited(const char *text, const char *phrase)
{
    static const char *const marks[] = {"'", "\"", "„", "“", "‘", "«", "»", "”", NULL};
    g_autofree char *before = g_strndup(text, (gsize)(phrase - text));
    guint quotes = 0;
    for (const char *at = before; (at = strchr(at, '"')); at++)
        quotes++;
    if (quotes % 2 == 1)
        return TRUE;
    for (const char *at = MAX(text, phrase - CITED_BYTES); at < phrase; at++)
        if ((at == text || g_ascii_isspace(at[-1])) && begins_with_phrase(at, marks))
            return TRUE;
    return view_has_question(before);
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

/* Mail that calls itself automatic, and what other desks write when a request has come in: two desks that
 * thank each other never end. */
static void collect_declared(const View *view)
{
    if (view->is_forward || view->signs->has_client)
        return;
    gboolean is_answer = view->is_reply || view_is_suspect(view) ||
                         begins_with_phrase(view->subject, kind_answer_prefixes) ||
                         has_phrase_of(view->subject_grams, view->subject, kind_vacation_subjects) ||
                         has_phrase_of(view->subject_grams, view->subject, kind_receipt_of_request_subjects);
    if (calls_itself_automatic(view))
        signs_add(view->signs, is_answer ? KIND_AUTO_REPLY : KIND_MACHINE, 4, "body calls itself automatic");
    guint words = count_phrases(view, kind_receipt_of_request_words);
    gboolean by_subject = has_phrase_of(view->subject_grams, view->subject, kind_receipt_of_request_subjects);
    if ((by_subject && view_is_suspect(view)) ||
        ((words >= 2 || (words > 0 && by_subject)) && !view_begins_personal(view->own)))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "another desk says that a request has come in");
}

static void collect_machine(const View *view)
{
    gboolean is_proven = begins_with_phrase(view->subject, kind_machine_subjects) &&
                         (!view->signs->has_client || !view_has_question(view->own)) &&
                         !view_has_question(view->subject);
    gboolean is_likely =
        !is_proven && begins_with_phrase(view->subject, kind_machine_topics) &&
        (has_phrase_of(view->grams, view->own, kind_machine_words) || view_is_suspect(view)) &&
        !view_begins_personal(view->own) && !view_has_question(view->own);
    if (is_proven || is_likely)
        signs_add(view->signs, KIND_MACHINE, 4, "Subject: %s", view->evidence->subject);
}

/* What sites send to who uses them, from addresses that say nothing: codes, sign-ins, orders. */
static void collect_notice(const View *view)
{
    if (view->is_reply || view->is_forward || view->signs->has_client || view_has_question(view->own) ||
        view_has_question(view->subject) || strlen(view->own) < strlen(view->prose))
        return;
    guint sentences = count_phrases(view, kind_notice_sentences);
    guint count = sentences > 0 ? sentences + count_phrases(view, kind_notice_words) +
                                      has_phrase_of(view->subject_grams, view->subject, kind_notice_words)
                                : 0;
    if (count >= 2 && !has_phrase(view->own, kind_first_person) && !view_begins_personal(view->own) &&
        !has_phrase_of(view->grams, view->own, kind_trouble_words))
        signs_add(view->signs, KIND_MACHINE, 4, "body is the notice of a site: a code, a sign-in, an order");
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
        has_phrase_of(view->grams, view->own, kind_read_words) && !view_has_question(view->own))
        signs_add(view->signs, KIND_RECEIPT, 4, "Subject: %s", view->evidence->subject);
}

static void collect_challenge(const View *view)
{
    const char *agent = headers_get(view->evidence->headers, "X-Delivery-Agent", 0);
    gboolean by_words = has_phrase_of(view->grams, view->prose, kind_challenge_words),
             by_subject = has_phrase_of(view->subject_grams, view->subject, kind_challenge_subjects);
    gboolean automatic = view_is_suspect(view);
    if (agent && strstr(agent, "TMDA"))
        signs_add(view->signs, KIND_CHALLENGE, automatic || by_subject ? 4 : 1, "X-Delivery-Agent: TMDA");
    gboolean is_asked = view->is_reply && has_phrase_of(view->grams, view->own, kind_challenge_sentences);
    if (is_asked || (by_words && by_subject && (automatic || !view_has_question(view->own))) ||
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
        g_strndup(texts->prose, (gsize)(view_own_end(texts->prose, texts->grams) - texts->prose));
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
        /* "VS:" passes on in Norway and answers in Finland. */
        .is_forward = begins_with_phrase(texts->subject, kind_forward_prefixes) &&
                      !(headers_count(headers, "In-Reply-To") > 0 && g_str_has_prefix(texts->subject, "vs:")),
    };
    collect_complaint(&view);
    collect_vacation(&view);
    absence_collect(&view);
    collect_declared(&view);
    collect_machine(&view);
    collect_notice(&view);
    newsletter_collect(&view);
    collect_calendar(&view);
    collect_receipt(&view);
    collect_challenge(&view);
    collect_refused_post(&view);
}
