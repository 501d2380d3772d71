#include "parsers/kind/automatic_view.h"
#include "parsers/kind/phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

/* As far from its end as a mail is looked at. */
#define ENDING_BYTES 2048u

/* Newsletters tell how to get none any more, mostly at their end, and in several ways. */
void newsletter_collect(const View *view)
{
    const char *text = view->evidence->text ? view->evidence->text : "";
    if (view->is_reply || view->is_forward || view->signs->has_client)
        return;
    gsize length = strlen(text);
    const char *end = text + (length > ENDING_BYTES ? length - ENDING_BYTES : 0);
    if (!strstr(end, "://"))
        return;
    g_autofree char *ending = lower_text(end, ENDING_BYTES);
    /* What a person answers to may be such a mail. */
    if (strlen(view->own) < strlen(view->prose) || *view_own_end(ending, NULL))
        return;
    Grams grams;
    grams_init(&grams, ending, strlen(ending));
    guint count = 0;
    for (const char *const *phrase = kind_leave_words; *phrase; phrase++)
        count += grams_may_have(&grams, *phrase) && strstr(ending, *phrase) != NULL;
    if (count >= 2 && !view_begins_personal(view->own))
        signs_add(view->signs, KIND_BULK, 4, "body tells how to get no more of its kind");
}
