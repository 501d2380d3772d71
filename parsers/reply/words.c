#include "parsers/reply/words.h"

#include <string.h>

#define HASH_START 2166136261u
#define HASH_STEP 16777619u

typedef struct {
    guint32 hash;
    const char *start; /* of the word that is being read, or NULL */
    gboolean is_number;
} Reader;

/* Accents come whole or in two characters, and get lost. */
static gunichar plain(gunichar c)
{
    gunichar base, mark;
    if (c >= 0x80 && !g_unichar_iswide(c) && g_unichar_decompose(c, &base, &mark))
        c = base;
    return g_unichar_tolower(c);
}

/* A link that a page hid behind its words stands beside them in the text. */
static gsize link_length(const char *at)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strncasecmp(at, schemes[i], strlen(schemes[i])) == 0)
            return strcspn(at, " \t\n>)]|");
    return 0;
}

static void end_word(Reader *reader, const char *text, const char *at, GArray *out)
{
    if (!reader->start)
        return;
    const char *line = reader->start;
    while (line > text && strchr(" \t>|*-", line[-1]))
        line--;
    gboolean is_item = reader->is_number && (*at == '.' || *at == ')') && at - reader->start <= 3 &&
                       (line == text || line[-1] == '\n');
    TextWord word = {reader->hash, (guint32)(reader->start - text)};
    reader->start = NULL;
    if (!is_item)
        g_array_append_val(out, word);
}

static void add_sign(Reader *reader, const char *at, gunichar c)
{
    if (!reader->start)
        *reader = (Reader){HASH_START, at, TRUE};
    reader->hash = (reader->hash ^ plain(c)) * HASH_STEP;
    reader->is_number &= g_unichar_isdigit(c);
}

void text_words(const char *text, gsize most, GArray *out)
{
    Reader reader = {0};
    const char *at = text;
    for (gsize skip; *at && out->len < most; at += skip) {
        gunichar c = g_utf8_get_char(at);
        skip = (gsize)(g_utf8_next_char(at) - at);
        gsize link = reader.start ? 0 : link_length(at);
        if (link > 0) {
            skip = link;
        } else if (g_unichar_isalnum(c)) {
            gboolean is_wide = g_unichar_iswide(c);
            if (is_wide)
                end_word(&reader, text, at, out);
            add_sign(&reader, at, c);
            if (is_wide)
                end_word(&reader, text, at + skip, out);
        } else if (!g_unichar_ismark(c) && c != '\'' && c != 0x2019 && c != 0xad) {
            end_word(&reader, text, at, out);
        }
    }
    end_word(&reader, text, at, out);
}
