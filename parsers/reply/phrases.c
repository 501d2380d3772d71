#include "parsers/reply/phrases.h"

#include <string.h>

static const Language *const tables[] = {languages_english, languages_west, languages_south, languages_north,
                                         languages_slavic,  languages_east, languages_asia};

/* The next list of a kind, or NULL; begins with {0, 0}. */
typedef struct {
    gsize table, language;
} ListCursor;

static const char *const *list_next(ListCursor *cursor, PhraseKind kind)
{
    for (; cursor->table < G_N_ELEMENTS(tables); cursor->table++, cursor->language = 0)
        while (tables[cursor->table][cursor->language].name) {
            const Language *language = &tables[cursor->table][cursor->language++];
            if (language->phrases[kind])
                return language->phrases[kind];
        }
    return NULL;
}

/* Role by name: asked for each line of a text that has a colon. */
static GHashTable *header_roles(void)
{
    static const struct {
        HeaderRole role;
        PhraseKind kind;
    } kinds[] = {{HEADER_OTHER, PHRASE_OTHER},
                 {HEADER_SUBJECT, PHRASE_SUBJECT},
                 {HEADER_TO, PHRASE_TO},
                 {HEADER_DATE, PHRASE_DATE},
                 {HEADER_FROM, PHRASE_FROM}};
    GHashTable *roles = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        ListCursor cursor = {0};
        for (const char *const *list; (list = list_next(&cursor, kinds[i].kind));)
            for (; *list; list++)
                g_hash_table_insert(roles, (gpointer)*list, GUINT_TO_POINTER(kinds[i].role));
    }
    return roles;
}

HeaderRole phrase_header_role(const char *name, gsize length)
{
    static GHashTable *roles = NULL; /* made once, never changed: nothing that a mail could leave behind */
    enum { NAME_BYTES = 64 };
    if (g_once_init_enter(&roles))
        g_once_init_leave(&roles, header_roles());
    if (length >= NAME_BYTES)
        return HEADER_NONE;
    char key[NAME_BYTES];
    memcpy(key, name, length);
    key[length] = '\0';
    return GPOINTER_TO_UINT(g_hash_table_lookup(roles, key));
}

static gboolean is_word_sign(gunichar c)
{
    return g_unichar_isalnum(c) && !g_unichar_iswide(c);
}

/* Whole words only; scripts without blanks between words have no such border. */
static gboolean is_whole(const char *text, const char *found, gsize length)
{
    if (found > text && is_word_sign(g_utf8_get_char(found)) &&
        is_word_sign(g_utf8_get_char(g_utf8_prev_char(found))))
        return FALSE;
    const char *after = found + length;
    return !*after || !is_word_sign(g_utf8_get_char(g_utf8_prev_char(after))) ||
           !is_word_sign(g_utf8_get_char(after));
}

#define GRAM_BYTES sizeof(guint32)
#define GRAM_BITS 12 /* of the hash: a text of 2 KB sets a third of them */

/* Which runs of four bytes a text has, hashed: most phrases of a table are not in a text, and this tells so
 * without a search. */
typedef struct {
    guint64 bits[(1 << GRAM_BITS) / 64];
} Grams;

static guint gram_of(const char *at)
{
    guint32 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes * 2654435761u >> (32 - GRAM_BITS);
}

static void grams_init(Grams *grams, const char *text)
{
    *grams = (Grams){{0}};
    for (const char *end = text + strlen(text); end - text >= (gssize)GRAM_BYTES; text++)
        grams->bits[gram_of(text) / 64] |= (guint64)1 << gram_of(text) % 64;
}

/* FALSE only when `phrase` cannot stand in the text; a shorter one always may. */
static gboolean grams_may_have(const Grams *grams, const char *phrase)
{
    for (gsize i = 0; i < GRAM_BYTES; i++)
        if (!phrase[i])
            return TRUE;
    guint gram = gram_of(phrase);
    return grams->bits[gram / 64] >> gram % 64 & 1;
}

static gboolean stands_within(const char *folded, const char *phrase)
{
    gsize length = strlen(phrase);
    for (const char *found = folded; (found = strstr(found, phrase)); found += length)
        if (is_whole(folded, found, length))
            return TRUE;
    return FALSE;
}

gboolean phrase_within(const char *folded, PhraseKind kind)
{
    Grams grams;
    grams_init(&grams, folded);
    ListCursor cursor = {0};
    for (const char *const *list; (list = list_next(&cursor, kind));)
        for (; *list; list++)
            if (grams_may_have(&grams, *list) && stands_within(folded, *list))
                return TRUE;
    return FALSE;
}

gsize phrase_at_start(const char *folded, PhraseKind kind)
{
    gsize best = 0;
    ListCursor cursor = {0};
    for (const char *const *list; (list = list_next(&cursor, kind));)
        for (; *list; list++) {
            if ((*list)[0] != folded[0] || !g_str_has_prefix(folded, *list))
                continue;
            gsize length = strlen(*list);
            if (length > best && is_whole(folded, folded, length))
                best = length;
        }
    return best;
}

gsize phrase_at_end(const char *folded, PhraseKind kind)
{
    gsize best = 0, all = strlen(folded);
    Grams grams;
    grams_init(&grams, folded);
    ListCursor cursor = {0};
    for (const char *const *list; (list = list_next(&cursor, kind));)
        for (; *list; list++) {
            if (!grams_may_have(&grams, *list))
                continue;
            gsize length = strlen(*list);
            if (length > best && g_str_has_suffix(folded, *list) &&
                is_whole(folded, folded + all - length, length))
                best = length;
        }
    return best;
}
