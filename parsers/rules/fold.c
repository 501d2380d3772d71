#include <parsers/rules/fold.h>

#include <string.h>

#define DECOMPOSED_MOST 8u

typedef struct {
    GString *text;
    GArray *origin;
} Folding;

static void put(Folding *folding, const char *bytes, gsize length, gsize from)
{
    guint32 origin = (guint32)from;
    g_string_append_len(folding->text, bytes, (gssize)length);
    for (gsize i = 0; i < length; i++)
        g_array_append_val(folding->origin, origin);
}

/* One blank for a run of white space; a line end when an empty line is in it: there a thought ends. */
static gsize put_space(Folding *folding, const char *text, gsize length, gsize at)
{
    gsize end = at;
    guint lines = 0;
    while (end < length && g_unichar_isspace(g_utf8_get_char(text + end))) {
        lines += text[end] == '\n';
        end += (gsize)(g_utf8_next_char(text + end) - (text + end));
    }
    put(folding, lines > 1 ? "\n" : " ", 1, at);
    return end;
}

static gboolean is_accent(gunichar c)
{
    return c >= 0x300 && c <= 0x36f;
}

static gboolean is_apostrophe(gunichar c)
{
    return c == 0x2018 || c == 0x2019 || c == 0x2bc || c == 0xb4 || c == '`';
}

static gboolean is_hyphen(gunichar c)
{
    return c == 0x2010 || c == 0x2011;
}

static void put_character(Folding *folding, gunichar c, gsize at)
{
    if (is_apostrophe(c) || is_hyphen(c)) {
        put(folding, is_hyphen(c) ? "-" : "'", 1, at);
        return;
    }
    gunichar parts[DECOMPOSED_MOST];
    gsize count = g_unichar_fully_decompose(g_unichar_tolower(c), FALSE, parts, DECOMPOSED_MOST);
    for (gsize i = 0; i < MIN(count, DECOMPOSED_MOST); i++) {
        char bytes[6];
        if (!is_accent(parts[i]))
            put(folding, bytes, (gsize)g_unichar_to_utf8(parts[i], bytes), at);
    }
}

void fold_text(const char *text, gsize length, Folded *out)
{
    Folding folding = {.text = g_string_sized_new(length),
                       .origin = g_array_sized_new(FALSE, FALSE, sizeof(guint32), (guint)length + 1)};
    for (gsize at = 0; at < length;) {
        guchar byte = (guchar)text[at];
        char lower = g_ascii_tolower(text[at]);
        if (byte > ' ' && byte < 0x80 && byte != '`') {
            put(&folding, &lower, 1, at++);
            continue;
        }
        gunichar c = g_utf8_get_char(text + at);
        if (g_unichar_isspace(c)) {
            at = put_space(&folding, text, length, at);
            continue;
        }
        put_character(&folding, c, at);
        at += (gsize)(g_utf8_next_char(text + at) - (text + at));
    }
    guint32 end = (guint32)length;
    g_array_append_val(folding.origin, end);
    out->length = folding.text->len;
    out->text = g_string_free(folding.text, FALSE);
    out->origin = (guint32 *)(gpointer)g_array_free(folding.origin, FALSE);
}

void folded_clear(Folded *folded)
{
    g_clear_pointer(&folded->text, g_free);
    g_clear_pointer(&folded->origin, g_free);
}

char *fold_phrase(const char *phrase)
{
    g_auto(Folded) folded = {0};
    fold_text(phrase, strlen(phrase), &folded);
    return g_strstrip(g_steal_pointer(&folded.text));
}
