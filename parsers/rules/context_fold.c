#include <parsers/rules/context_fold.h>

#include <string.h>

static gsize put(gunichar c, char *out, gsize at)
{
    return at + 6 <= FOLD_BYTES_MAX ? at + (gsize)g_unichar_to_utf8(c, out + at) : at;
}

/* Lower case, where one letter stands for several as well. */
static gsize put_lower(gunichar c, char *out, gsize at)
{
    switch (c) {
    case 0xdf:
    case 0x1e9e:
        return put('s', out, put('s', out, at)); /* ß */
    case 0x17f:
        return put('s', out, at); /* long s */
    case 0x3c2:
        return put(0x3c3, out, at); /* final sigma */
    case 0x131:
        return put('i', out, at); /* dotless i: people write ID and mean id */
    default:
        return put(g_unichar_tolower(c), out, at);
    }
}

gsize context_fold_character(gunichar c, gboolean is_compatible, char out[FOLD_BYTES_MAX])
{
    if (c < 0x80) {
        out[0] = g_ascii_tolower((char)c);
        return 1;
    }
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize count = g_unichar_fully_decompose(c, is_compatible, parts, G_N_ELEMENTS(parts)), length = 0;
    for (gsize i = 0; i < MIN(count, G_N_ELEMENTS(parts)); i++)
        length = put_lower(parts[i], out, length);
    return length;
}

static gboolean is_blank(gunichar c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == 0xa0 || c == 0x202f || c == 0x3000;
}

Mapped *context_fold_text(const char *text, gsize length)
{
    Mapped *folded = mapped_new(length);
    char bytes[FOLD_BYTES_MAX];
    for (gsize at = 0; at < length;) {
        gunichar c = g_utf8_get_char(text + at);
        gsize next = at + (gsize)(g_utf8_next_char(text + at) - (text + at));
        if (!is_blank(c))
            mapped_add(folded, bytes, context_fold_character(c, FALSE, bytes), at, next);
        else if (folded->text->len == 0 || folded->text->str[folded->text->len - 1] != ' ')
            mapped_add(folded, " ", 1, at, next);
        at = next;
    }
    return folded;
}

char *context_fold_word(const char *word)
{
    g_autoptr(Mapped) folded = context_fold_text(word, strlen(word));
    return g_strstrip(g_strdup(folded->text->str));
}

static gboolean is_unspaced(gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL: /* particles are written on to the word */
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean context_is_border(gunichar before, gunichar after)
{
    if (!before || !after)
        return TRUE;
    if (g_unichar_ismark(after))
        return FALSE;
    if (is_unspaced(before) || is_unspaced(after))
        return TRUE;
    return !((g_unichar_isalnum(before) || g_unichar_ismark(before)) && g_unichar_isalnum(after));
}
