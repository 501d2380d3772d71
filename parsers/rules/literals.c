#include <parsers/rules/literals.h>
#include <parsers/rules/literals_words.h>
#include <parsers/rules/syntax.h>

#include <string.h>

#define GRAPHEME_NS 20.0   /* \\X */
#define CASELESS_NS 10.0   /* of a back-reference */
#define CHARACTER_BYTES 4u /* in UTF-8 */

static Portion portion_of(const Node *node);

static Portion character(char c)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(words, g_strndup((const char[]){g_ascii_isdigit(c) ? '0' : g_ascii_tolower(c)}, 1));
    return portion_exact(words);
}

/* Of whatever script, and up to four bytes: in what is odd nothing counts. */
static Portion digit(void)
{
    Portion portion = character('0');
    portion.most = CHARACTER_BYTES;
    return portion;
}

/* Letters with one other form, in ranges where no third one exists but for those of
 * has_odd_letters. */
static gboolean has_two_forms(gunichar c)
{
    if (c >= 0xc0 && c <= 0xfe)
        return c != 0xd7 && c != 0xdf && c != 0xf7;
    return (c >= 0x100 && c <= 0x12f) || (c >= 0x139 && c <= 0x148) || (c >= 0x14a && c <= 0x17e) ||
           (c >= 0x400 && c <= 0x45f);
}

static gboolean has_one_form(gunichar c)
{
    return (c >= 0x3041 && c <= 0x30ff) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
}

static void add_form(GPtrArray *words, gunichar c)
{
    char bytes[8];
    bytes[g_unichar_to_utf8(c, bytes)] = '\0';
    g_ptr_array_add(words, g_strdup(bytes));
}

static Portion portion_of_character(const Node *node)
{
    gunichar c = node->character, lower = g_unichar_tolower(c), upper = g_unichar_toupper(c);
    gboolean has_forms = node->is_caseless && !has_one_form(c);
    if (c > 0 && c < 0x80)
        return character((char)c);
    if (c == 0 || (has_forms && (!has_two_forms(c) || lower == upper)))
        return portion_unknown(CHARACTER_BYTES);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    add_form(words, c);
    if (has_forms)
        add_form(words, c == lower ? upper : lower);
    return portion_exact(words);
}

static Portion portion_of_set(const Node *node)
{
    if (node->is_digits)
        return digit();
    if (node->few_count == 0)
        return portion_unknown(CHARACTER_BYTES);
    Portion portion = character(node->few[0]);
    for (guint i = 1; i < node->few_count; i++)
        portion = portion_either(portion, character(node->few[i]));
    return portion;
}

static Portion portion_of_row(const Node *node)
{
    Sequence sequence;
    sequence_begin(&sequence);
    for (guint i = 0; i < node_count(node); i++)
        sequence_add(&sequence, portion_of(node_part(node, i)));
    return sequence_end(&sequence);
}

static Portion portion_of_either(const Node *node)
{
    Portion portion = portion_of(node_part(node, 0));
    for (guint i = 1; i < node_count(node); i++)
        portion = portion_either(portion, portion_of(node_part(node, i)));
    return portion;
}

/* What is turned back in there is not all counted. */
static Portion portion_of_atomic(const Node *node)
{
    Portion portion = portion_of(node_part(node, 0));
    portion.effort.degree = MAX(portion.effort.degree, portion.effort.loops);
    return portion;
}

/* It takes nothing. */
static Portion portion_of_look(const Node *node)
{
    Portion portion = portion_of_atomic(node), look = portion_nothing();
    look.effort = portion.effort;
    portion_clear(&portion);
    return look;
}

static Portion portion_of_call(const Node *node)
{
    Portion portion = portion_endless(node->is_caseless ? CASELESS_NS : 1);
    portion.effort.is_wild = node->type == NODE_CALL;
    return portion;
}

static Portion portion_of(const Node *node)
{
    switch (node->type) {
    case NODE_ROW:
        return portion_of_row(node);
    case NODE_EITHER:
        return portion_of_either(node);
    case NODE_REPEAT:
        return portion_repeat(portion_of(node_part(node, 0)), node->least, node->most);
    case NODE_GROUP:
        return portion_of(node_part(node, 0));
    case NODE_CHARACTER:
        return portion_of_character(node);
    case NODE_SET:
        return portion_of_set(node);
    case NODE_BREAK:
        return portion_unknown(3);
    case NODE_GRAPHEME:
        return portion_endless(GRAPHEME_NS);
    case NODE_LOOK:
        return portion_of_look(node);
    case NODE_ATOMIC:
        return portion_of_atomic(node);
    default:
        return portion_of_call(node);
    }
}

static gboolean has_digit(const GPtrArray *words)
{
    for (guint i = 0; i < words->len; i++)
        if (strchr(words->pdata[i], '0'))
            return TRUE;
    return FALSE;
}

gboolean literals_of(const char *pattern, gsize length, PatternFlags flags, Literals *out)
{
    g_autoptr(Syntax) syntax = syntax_read(pattern, length, flags);
    out->words = portion_words(portion_of(syntax->root), &out->most);
    /* Signs that stand for letters are longer, too: then the distances are wrong, whatever the words are. */
    out->odd = ODD_LETTERS | (out->words && has_digit(out->words) ? ODD_DIGITS : 0);
    if (!syntax->is_sure)
        g_clear_pointer(&out->words, g_ptr_array_unref);
    return out->words != NULL;
}

Effort literals_effort(const char *pattern, gsize length, PatternFlags flags)
{
    g_autoptr(Syntax) syntax = syntax_read(pattern, length, flags);
    Portion portion = portion_of(syntax->root);
    Effort effort = portion.effort;
    effort.is_wild |= !syntax->is_sure;
    portion_clear(&portion);
    return effort;
}

void literals_clear(Literals *literals)
{
    g_clear_pointer(&literals->words, g_ptr_array_unref);
}

static gboolean has_odd_letters(const char *text, gsize length)
{
    static const char *const odd[] = {"\u212a", "\u017f", "\u212b", "\xe1\xb2"};
    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
        if (memmem(text, length, odd[i], strlen(odd[i])))
            return TRUE;
    return FALSE;
}

/* The first bytes of all digits that are not ASCII. */
static const guint8 digit_heads[] = {0xd9, 0xdb, 0xdf, 0xe0, 0xe1, 0xea, 0xef, 0xf0};

static gboolean has_odd_digits(const char *text, gsize length)
{
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at))
        if (memchr(digit_heads, *at, sizeof digit_heads) && g_unichar_isdigit(g_utf8_get_char(at)))
            return TRUE;
    return FALSE;
}

guint literals_odd(const char *text, gsize length, const guint8 *has)
{
    guint odd = 0;
    gboolean has_heads = FALSE;
    if ((has[0xc5] || has[0xe1] || has[0xe2]) && has_odd_letters(text, length))
        odd |= ODD_LETTERS;
    for (gsize i = 0; i < sizeof digit_heads; i++)
        has_heads |= has[digit_heads[i]];
    if (has_heads && has_odd_digits(text, length))
        odd |= ODD_DIGITS;
    return odd;
}
