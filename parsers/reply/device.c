#include "parsers/reply/signature.h"

#include "parsers/reply/phrases.h"

#include <string.h>

/* The part of a device line that names the device: up to punctuation that opens an excuse or a link. */
static char *device_words(const char *folded)
{
    gsize length = strcspn(folded, ",;!(<[");
    const char *sentence = strstr(folded, ". ");
    if (sentence)
        length = MIN(length, (gsize)(sentence - folded));
    const char *link = strstr(folded, "http");
    if (link)
        length = MIN(length, (gsize)(link - folded));
    return g_strndup(folded, length);
}

/* "Get [Outlook for Android](https://…)": a link that was turned into Markdown. */
static char *without_brackets(const char *folded)
{
    GString *out = g_string_new(NULL);
    for (; *folded; folded++)
        if (*folded != '[' && *folded != ']')
            g_string_append_c(out, *folded);
    return g_string_free(out, FALSE);
}

/* "Von meinem Telefon gesendet." */
static gboolean ends_with_verb(const char *text)
{
    gsize length = strlen(text);
    while (length > 0 && strchr(".!", text[length - 1]))
        length--;
    g_autofree char *bare = g_strndup(text, length);
    return phrase_at_end(bare, PHRASE_SENT_END) > 0;
}

/* "Please excuse typos, sent from my phone": what is left behind the comma. */
static const char *behind_excuse(const char *text)
{
    gsize length = strcspn(text, ",;.");
    g_autofree char *excuse = g_strndup(text, length);
    const char *rest = text + length + strspn(text + length, ",;. ");
    return *rest && phrase_within(excuse, PHRASE_EXCUSE) ? rest : text;
}

gboolean signature_is_excuse(const TextLine *line)
{
    enum { WORDS = 10, BYTES = 100 };
    return !line->is_code && line->depth == 0 && line->length <= BYTES && line->length > 0 &&
           text_count_words(line->folded) <= WORDS && !g_str_has_suffix(line->folded, "?") &&
           phrase_within(line->folded, PHRASE_EXCUSE);
}

gboolean signature_is_device_line(const TextLine *line)
{
    if (line->is_code || line->depth > 0 || line->length > 240 || g_str_has_suffix(line->folded, "?"))
        return FALSE;
    g_autofree char *folded = without_brackets(line->folded);
    const char *text = folded + strspn(folded, "<([- ");
    if (ends_with_verb(text) && text_count_words(text) <= 8 && phrase_within(text, PHRASE_DEVICE))
        return TRUE;
    gsize start = phrase_at_start(text, PHRASE_SENT_FROM);
    if (start == 0) {
        text = behind_excuse(text);
        start = phrase_at_start(text, PHRASE_SENT_FROM);
    }
    gsize end = strlen(text);
    if (start == 0 || start == end)
        return start > 0 && g_str_has_prefix(text, "get ");
    g_autofree char *words = device_words(text);
    gsize named = strlen(words);
    gboolean short_enough = text_count_words(words + start) <= 9 && named <= 120;
    if (!short_enough)
        return FALSE;
    /* Beyond the device only an excuse or a link: anything else may be the writer's own words. */
    const char *rest = text + named;
    gboolean rest_is_usual = strlen(rest) <= 2 || phrase_within(rest, PHRASE_EXCUSE) ||
                             strchr("<[(", rest[0]) ||
                             (text_count_words(rest) <= 5 && phrase_within(rest, PHRASE_DEVICE));
    gboolean is_mine = phrase_within(text, PHRASE_MINE);
    gboolean is_device = phrase_within(text, PHRASE_DEVICE);
    return rest_is_usual && (is_device || is_mine || (text > folded && text_count_words(words) <= 4));
}
