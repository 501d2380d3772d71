/* Under the subject of the mail that it answers, a program says that somebody is away, or there no more. */
#include "parsers/kind/automatic_view.h"
#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

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
    g_autofree char *words = g_strndup(start, (gsize)(sentence_end(at + 1) - start));
    /* Some of them are known by the blank before. */
    g_autofree char *sentence = g_strconcat(" ", words, NULL);
    return has_phrase(sentence, kind_until_words);
}

/* He is here again, goes into what was asked, or has trouble: no program says so. */
static gboolean says_more(const View *view)
{
    return has_phrase_of(view->grams, view->own, kind_answering_words) ||
           has_phrase_of(view->grams, view->own, kind_past_words) ||
           has_phrase_of(view->grams, view->own, kind_trouble_words);
}

/* Under the subject of the other mail: says that somebody is away, and until when or whom to ask. */
static void collect_absence(const View *view)
{
    gboolean may_be =
        view->is_reply && !view->is_forward && (!view->signs->has_client || view_is_suspect(view));
    if (!may_be || strlen(view->own) > OPENING_BYTES || view_has_question(view->own) ||
        !has_phrase_of(view->grams, view->own, kind_absence_words))
        return;
    if (!view_is_suspect(view) && says_more(view))
        return;
    if (is_away_until(view->own) || has_phrase_of(view->grams, view->own, kind_return_words) ||
        (strchr(view->own, '@') && has_phrase_of(view->grams, view->own, kind_instead_words)))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "body says only that somebody is away");
}

/* Under the subject of the other mail: says that somebody works there no more, and whom to ask. Who takes
 * over speaks of himself. */
static void collect_departure(const View *view)
{
    if (!view->is_reply || view->is_forward || view->signs->has_client || strlen(view->own) > OPENING_BYTES ||
        !has_phrase_of(view->grams, view->own, kind_left_words) || view_has_question(view->own))
        return;
    if (has_phrase_of(view->grams, view->own, kind_instead_words) &&
        !has_phrase(view->own, kind_first_person))
        signs_add(view->signs, KIND_AUTO_REPLY, 4, "body says only that somebody works there no more");
}

void absence_collect(const View *view)
{
    collect_absence(view);
    collect_departure(view);
}
