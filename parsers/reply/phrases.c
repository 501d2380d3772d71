#include "parsers/reply/phrases.h"

#include <postern/base/ascii.h>
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

/* A list of a kind, laid out for looking up: each line of each mail is held against thousands of phrases. */
typedef struct {
    const char *text;
    guint length, sum;
} Phrase;

#define SUM_BITS 12
#define SUMS (1u << SUM_BITS)
#define SUM_BYTES sizeof(guint32)

typedef struct {
    Phrase *by_sum;            /* of four bytes and longer, by the sum of their first four */
    guint first[SUMS + 1];     /* where those of each sum begin */
    Phrase *by_start, *by_end; /* all, by first and by last byte */
    guint start_first[257], end_first[257];
    Phrase *shorts; /* below four bytes */
    guint short_count;
} PhraseIndex;

static guint sum_at(const char *at)
{
    guint32 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes * 2654435761u >> (32 - SUM_BITS);
}

static GArray *phrases_of(PhraseKind kind)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Phrase));
    ListCursor cursor = {0};
    for (const char *const *list; (list = list_next(&cursor, kind));)
        for (; *list; list++) {
            guint length = (guint)strlen(*list);
            Phrase phrase = {*list, length, length >= SUM_BYTES ? sum_at(*list) : 0};
            g_array_append_val(all, phrase);
        }
    return all;
}

typedef guint (*PhraseKey)(const Phrase *phrase);

static guint key_sum(const Phrase *phrase)
{
    return phrase->sum;
}

static guint key_start(const Phrase *phrase)
{
    return (guchar)phrase->text[0];
}

static guint key_end(const Phrase *phrase)
{
    return (guchar)phrase->text[phrase->length - 1];
}

/* Copies what has at least `shortest` bytes, put in order by its key; `first` gets `keys` + 1 places. */
static Phrase *sort_by(const GArray *all, PhraseKey key, guint shortest, guint keys, guint *first)
{
    Phrase *sorted = g_new0(Phrase, all->len + 1);
    g_autofree guint *next = g_new0(guint, keys + 1);
    for (guint i = 0; i < all->len; i++) {
        const Phrase *phrase = &g_array_index(all, Phrase, i);
        if (phrase->length >= shortest)
            next[key(phrase) + 1]++;
    }
    for (guint k = 0; k < keys; k++)
        next[k + 1] += next[k];
    memcpy(first, next, (keys + 1) * sizeof *first);
    for (guint i = 0; i < all->len; i++) {
        const Phrase *phrase = &g_array_index(all, Phrase, i);
        if (phrase->length >= shortest)
            sorted[next[key(phrase)]++] = *phrase;
    }
    return sorted;
}

static PhraseIndex *index_make(PhraseKind kind)
{
    g_autoptr(GArray) all = phrases_of(kind);
    PhraseIndex *index = g_new0(PhraseIndex, 1);
    index->by_sum = sort_by(all, key_sum, SUM_BYTES, SUMS, index->first);
    index->by_start = sort_by(all, key_start, 1, 256, index->start_first);
    index->by_end = sort_by(all, key_end, 1, 256, index->end_first);
    index->shorts = g_new0(Phrase, all->len + 1);
    for (guint i = 0; i < all->len; i++)
        if (g_array_index(all, Phrase, i).length < SUM_BYTES)
            index->shorts[index->short_count++] = g_array_index(all, Phrase, i);
    return index;
}

/* Made once, never changed: nothing that a mail could leave behind. */
static const PhraseIndex *index_of(PhraseKind kind)
{
    static PhraseIndex *indexes[PHRASE_KINDS];
    if (g_once_init_enter(&indexes[kind]))
        g_once_init_leave(&indexes[kind], index_make(kind));
    return indexes[kind];
}

/* Kinds by the sum of the first four bytes of their phrases. */
#define KINDS_BITS 14
typedef struct {
    guint16 always; /* kinds with phrases below four bytes */
    guint16 by_sum[1u << KINDS_BITS];
} PhraseKinds;
G_STATIC_ASSERT(PHRASE_ASKED <= G_MAXUINT16);

static guint kinds_sum(const char *at)
{
    guint32 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes * 2654435761u >> (32 - KINDS_BITS);
}

static PhraseKinds *kinds_make(void)
{
    PhraseKinds *kinds = g_new0(PhraseKinds, 1);
    for (PhraseKind kind = 0; kind < PHRASE_KINDS; kind++) {
        g_autoptr(GArray) all = phrases_of(kind);
        for (guint i = 0; i < all->len && (PHRASE_ASKED & PHRASE_BIT(kind)); i++) {
            const Phrase *phrase = &g_array_index(all, Phrase, i);
            if (phrase->length < SUM_BYTES)
                kinds->always |= (guint16)PHRASE_BIT(kind);
            else
                kinds->by_sum[kinds_sum(phrase->text)] |= (guint16)PHRASE_BIT(kind);
        }
    }
    return kinds;
}

/* Made once, never changed: nothing that a mail could leave behind. */
static const PhraseKinds *kinds_of_all(void)
{
    static PhraseKinds *kinds;
    if (g_once_init_enter(&kinds))
        g_once_init_leave(&kinds, kinds_make());
    return kinds;
}

guint phrase_kinds_between(const char *folded, gsize from, gsize to, gsize length)
{
    enum { STEP = 8 };
    const PhraseKinds *kinds = kinds_of_all();
    guint found = kinds->always;
    const char *at = folded + from, *stop = folded + MIN(to, length - MIN(length, SUM_BYTES - 1));
    for (char before = ' '; stop - at >= STEP; at += STEP) {
        for (guint64 starts = ascii_word_starts(at, before); starts; starts &= starts - 1)
            found |= kinds->by_sum[kinds_sum(at + __builtin_ctzll(starts) / 8)];
        before = at[STEP - 1];
    }
    for (; at < stop; at++)
        found |= kinds->by_sum[kinds_sum(at)];
    return found;
}

static gboolean stands_at(const char *folded, const char *at, const Phrase *phrase)
{
    return strncmp(at, phrase->text, phrase->length) == 0 && is_whole(folded, at, phrase->length);
}

static gboolean has_short(const PhraseIndex *index, const char *folded)
{
    for (guint i = 0; i < index->short_count; i++)
        for (const char *at = folded; (at = strstr(at, index->shorts[i].text)); at++)
            if (is_whole(folded, at, index->shorts[i].length))
                return TRUE;
    return FALSE;
}

gboolean phrase_within(const char *folded, PhraseKind kind)
{
    const PhraseIndex *index = index_of(kind);
    for (const char *at = folded, *end = folded + strlen(folded); end - at >= (gssize)SUM_BYTES; at++) {
        /* Within a word nothing begins. */
        if (at > folded && g_ascii_isalnum(at[0]) && g_ascii_isalnum(at[-1]))
            continue;
        guint sum = sum_at(at);
        for (guint i = index->first[sum]; i < index->first[sum + 1]; i++)
            if (stands_at(folded, at, &index->by_sum[i]))
                return TRUE;
    }
    return has_short(index, folded);
}

gsize phrase_at_start(const char *folded, PhraseKind kind)
{
    const PhraseIndex *index = index_of(kind);
    guint byte = (guchar)folded[0];
    gsize best = 0;
    for (guint i = index->start_first[byte]; i < index->start_first[byte + 1]; i++) {
        const Phrase *phrase = &index->by_start[i];
        if (phrase->length > best && stands_at(folded, folded, phrase))
            best = phrase->length;
    }
    return best;
}

gsize phrase_at_end(const char *folded, PhraseKind kind)
{
    const PhraseIndex *index = index_of(kind);
    gsize best = 0, all = strlen(folded);
    guint byte = all > 0 ? (guchar)folded[all - 1] : 0;
    for (guint i = index->end_first[byte]; i < index->end_first[byte + 1]; i++) {
        const Phrase *phrase = &index->by_end[i];
        if (phrase->length > best && phrase->length <= all &&
            stands_at(folded, folded + all - phrase->length, phrase))
            best = phrase->length;
    }
    return best;
}
