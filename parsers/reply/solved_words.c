#include "parsers/reply/solved_words.h"

#include <string.h>

/* Smiles, thumbs, flowers of speech: what nobody adds to bad news. */
static gboolean is_merry(gunichar c)
{
    static const gunichar others[] = {0x1f642, 0x1f44d, 0x1f44c, 0x1f44f, 0x1f64f, 0x1f64c, 0x1f389,
                                      0x1f38a, 0x2764,  0xfe0f,  0x200d,  0x2705,  0x2714,  0x1f973,
                                      0x1f970, 0x1f4aa, 0x2728,  0x263a,  0x1f680, 0x1f929};
    if ((c >= 0x1f600 && c <= 0x1f60e) || (c >= 0x1f3fb && c <= 0x1f3ff))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i] == c)
            return TRUE;
    return FALSE;
}

static const char *skip_smile(const char *at)
{
    static const char *const smiles[] = {":-)", ":)", ";-)", ";)", ":-D", ":D", "=)", ":o)", NULL};
    for (guint i = 0; smiles[i]; i++)
        if (g_str_has_prefix(at, smiles[i]))
            return at + strlen(smiles[i]);
    return at;
}

static gboolean is_border(gunichar c)
{
    return (c < 0x80 && strchr(".,!;:-\n", (int)c)) || c == 0x2013 || c == 0x2014 || c == 0xa1;
}

static void piece_end(SolvedWords *message, gboolean ends_line)
{
    SolvedPiece *piece = &message->pieces[message->piece_count];
    piece->end = message->count;
    if (piece->end > piece->first) {
        piece->ends_line = ends_line;
        message->piece_count++;
    } else if (ends_line && message->piece_count > 0) {
        message->pieces[message->piece_count - 1].ends_line = TRUE;
    }
    gboolean is_empty = piece->end == piece->first;
    message->pieces[message->piece_count] =
        (SolvedPiece){.first = message->count, .begins_line = ends_line || (is_empty && piece->begins_line)};
}

/* NULL when there are too many. */
static const char *take_word(SolvedWords *message, const char *at)
{
    const char *end = at;
    while (g_unichar_isalpha(g_utf8_get_char(end)) || g_unichar_ismark(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    if (message->count == WORDS_MOST)
        return NULL;
    g_autofree char *small = g_utf8_strdown(at, end - at);
    message->is_capital[message->count] = g_unichar_isupper(g_utf8_get_char(at));
    message->words[message->count++] = g_utf8_normalize(small, -1, G_NORMALIZE_NFC);
    return end;
}

/* Behind what stands at `at`; NULL when it is nothing that a happy and short mail has. */
static const char *take_sign(SolvedWords *message, const char *at)
{
    const char *smile = skip_smile(at);
    gunichar c = g_utf8_get_char(at);
    if (smile > at || is_merry(c)) {
        piece_end(message, FALSE);
        return smile > at ? smile : g_utf8_next_char(at);
    }
    if (g_unichar_isalpha(c))
        return take_word(message, at);
    if (is_border(c))
        piece_end(message, c == '\n');
    else if (!g_unichar_isspace(c) && c != '\'' && c != 0x2019 && !g_unichar_iszerowidth(c))
        return NULL;
    return g_utf8_next_char(at);
}

gboolean solved_words_read(SolvedWords *message, const char *text)
{
    message->pieces[0].begins_line = TRUE;
    for (const char *at = text; at && *at;) {
        at = take_sign(message, at);
        if (!at)
            return FALSE;
    }
    piece_end(message, TRUE);
    return TRUE;
}

void solved_words_clear(SolvedWords *message)
{
    for (guint i = 0; i < message->count; i++)
        g_free(message->words[i]);
}
