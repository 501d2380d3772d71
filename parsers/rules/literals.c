#include <parsers/rules/literals.h>
#include <parsers/rules/literals_words.h>

#include <string.h>

#define DEPTH_MOST 60u
#define GRAPHEME_NS 20.0   /* \\X */
#define CASELESS_NS 10.0   /* of a back-reference */
#define CHARACTER_BYTES 4u /* in UTF-8 */

/* The pattern as it is read. `failed`: something is not understood, and nothing may be said. */
typedef struct {
    const char *at, *end;
    gboolean caseless, extended;
    gboolean in_quote; /* between \Q and \E */
    gboolean failed;
    guint depth;
} Reader;

static Portion read_branches(Reader *reader);

static gboolean is_at(const Reader *reader, const char *word)
{
    gsize length = strlen(word);
    return (gsize)(reader->end - reader->at) >= length && strncmp(reader->at, word, length) == 0;
}

static Portion fail(Reader *reader)
{
    reader->failed = TRUE;
    reader->at = reader->end;
    return portion_nothing();
}

/* Behind the next `sign`. */
static void skip_past(Reader *reader, char sign)
{
    const char *found = memchr(reader->at, sign, (gsize)(reader->end - reader->at));
    reader->at = found ? found + 1 : reader->end;
    reader->failed |= !found;
}

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
 * literals_text_is_odd. */
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

static Portion wide_character(const Reader *reader, gunichar c)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    char bytes[8];
    bytes[g_unichar_to_utf8(c, bytes)] = '\0';
    g_ptr_array_add(words, g_strdup(bytes));
    if (!reader->caseless || has_one_form(c))
        return portion_exact(words);
    gunichar lower = g_unichar_tolower(c), upper = g_unichar_toupper(c);
    if (has_two_forms(c) && lower != upper) {
        bytes[g_unichar_to_utf8(c == lower ? upper : lower, bytes)] = '\0';
        g_ptr_array_add(words, g_strdup(bytes));
        return portion_exact(words);
    }
    g_ptr_array_unref(words);
    return portion_unknown(CHARACTER_BYTES);
}

static Portion read_character(Reader *reader)
{
    if ((guchar)*reader->at < 0x80)
        return character(*reader->at++);
    gunichar c = g_utf8_get_char(reader->at);
    reader->at = MIN(g_utf8_next_char(reader->at), reader->end);
    return wide_character(reader, c);
}

/* \x41, \x{263a}; the x is read. */
static Portion read_code(Reader *reader)
{
    gunichar c = 0;
    gboolean is_braced = is_at(reader, "{");
    reader->at += is_braced;
    for (guint digits = 0;
         reader->at < reader->end && g_ascii_isxdigit(*reader->at) && digits < (is_braced ? 6u : 2u);
         digits++)
        c = c * 16 + (gunichar)g_ascii_xdigit_value(*reader->at++);
    if (is_braced && !is_at(reader, "}"))
        return fail(reader);
    reader->at += is_braced;
    if (c == 0 || !g_unichar_validate(c))
        return portion_unknown(CHARACTER_BYTES);
    return c < 0x80 ? character((char)c) : wide_character(reader, c);
}

/* \p{Lu}, \pL */
static Portion read_property(Reader *reader)
{
    if (is_at(reader, "{"))
        skip_past(reader, '}');
    else if (reader->at < reader->end)
        reader->at++;
    return portion_unknown(CHARACTER_BYTES);
}

/* What a group caught, or, where it may be a call, what it can catch: that may go on for ever. */
static Portion read_again(const Reader *reader, gboolean may_call)
{
    Portion portion = portion_endless(reader->caseless ? CASELESS_NS : 1);
    portion.effort.is_wild = may_call;
    return portion;
}

/* \k<name>, \g{-1}, \g'name', \g1: what another group caught, or can catch. */
static Portion read_reference(Reader *reader)
{
    static const char *const pairs[] = {"{}", "<>", "''"};
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (reader->at < reader->end && *reader->at == pairs[i][0]) {
            reader->at++;
            skip_past(reader, pairs[i][1]);
            return read_again(reader, pairs[i][0] == '<' || pairs[i][0] == '\'');
        }
    while (reader->at < reader->end && (g_ascii_isdigit(*reader->at) || strchr("+-", *reader->at)))
        reader->at++;
    return read_again(reader, FALSE);
}

/* \1, \12, \007: all digits, whichever of them belong to it. */
static Portion read_number(Reader *reader)
{
    while (reader->at < reader->end && g_ascii_isdigit(*reader->at))
        reader->at++;
    return read_again(reader, FALSE);
}

static Portion read_escape(Reader *reader)
{
    static const char signs[] = "aefnrt", codes[] = "\a\033\f\n\r\t";
    if (++reader->at >= reader->end)
        return fail(reader);
    char c = *reader->at;
    if (!g_ascii_isalnum(c))
        return read_character(reader);
    reader->at++;
    if (strchr(signs, c))
        return character(codes[strchr(signs, c) - signs]);
    if (strchr("bBAzZGK", c))
        return portion_nothing();
    if (c == 'd')
        return digit();
    if (strchr("DwWsShHvV", c) || (c == 'N' && !is_at(reader, "{")))
        return portion_unknown(CHARACTER_BYTES);
    if (c == 'R')
        return portion_unknown(3);
    if (c == 'X')
        return portion_endless(GRAPHEME_NS);
    if (c == 'x')
        return read_code(reader);
    if (c == 'p' || c == 'P')
        return read_property(reader);
    if (c == 'g' || c == 'k')
        return read_reference(reader);
    return g_ascii_isdigit(c) ? read_number(reader) : fail(reader);
}

/* "[:alpha:]" inside a class; its length, or 0. */
static gsize named_class(const Reader *reader)
{
    const char *at = reader->at;
    if (!is_at(reader, "[:"))
        return 0;
    at += 2;
    at += at < reader->end && *at == '^';
    while (at < reader->end && g_ascii_isalpha(*at))
        at++;
    return reader->end - at >= 2 && strncmp(at, ":]", 2) == 0 ? (gsize)(at + 2 - reader->at) : 0;
}

/* One thing in a class. FALSE when it is more than one ASCII character. */
static gboolean read_member(Reader *reader, char *out)
{
    gsize named = named_class(reader);
    gboolean is_escape = *reader->at == '\\' && reader->end - reader->at >= 2;
    if (named) {
        reader->at += named;
        return FALSE;
    }
    if (is_escape && reader->at[1] == 'Q') {
        const char *close = g_strstr_len(reader->at, reader->end - reader->at, "\\E");
        reader->at = close ? close + 2 : reader->end;
        return FALSE;
    }
    if (is_escape) {
        /* \c takes whatever comes. */
        reader->at += reader->at[1] == 'c' && reader->end - reader->at >= 3 ? 2 : 1;
        *out = *reader->at++;
        return !g_ascii_isalnum(*out) && (guchar)*out < 0x80;
    }
    *out = *reader->at++;
    return (guchar)*out < 0x80;
}

/* "[0-9]", "[45]": all digits count as one. */
static gboolean skip_digits_class(Reader *reader)
{
    const char *at = reader->at + 1;
    while (at < reader->end && (g_ascii_isdigit(*at) || (*at == '-' && at > reader->at + 1 && at[1] != ']')))
        at++;
    if (at >= reader->end || *at != ']' || at == reader->at + 1)
        return FALSE;
    reader->at = at + 1;
    return TRUE;
}

static Portion read_class(Reader *reader)
{
    char members[4];
    guint count = 0;
    if (skip_digits_class(reader))
        return character('0');
    if (is_at(reader, "[[:<:]]") || is_at(reader, "[[:>:]]"))
        return fail(reader);
    reader->at++;
    gboolean is_few = !is_at(reader, "^");
    reader->at += !is_few;
    for (gboolean is_first = TRUE; reader->at < reader->end && (is_first || *reader->at != ']');
         is_first = FALSE) {
        char member = '\0';
        gboolean is_range = !is_first && is_at(reader, "-") && !is_at(reader, "-]");
        is_few = read_member(reader, &member) && is_few && !is_range && count < G_N_ELEMENTS(members);
        if (is_few)
            members[count++] = member;
    }
    if (reader->at >= reader->end)
        return fail(reader);
    reader->at++;
    if (!is_few)
        return portion_unknown(CHARACTER_BYTES);
    Portion portion = character(members[0]);
    for (guint i = 1; i < count; i++)
        portion = portion_either(portion, character(members[i]));
    return portion;
}

/* "(?i-x)" and "(?i:": the letters; FALSE when there are others. */
static gboolean read_flags(Reader *reader)
{
    gboolean on = TRUE;
    for (; reader->at < reader->end && *reader->at != ')' && *reader->at != ':'; reader->at++) {
        char c = *reader->at;
        if (c == '^')
            reader->caseless = reader->extended = FALSE;
        else if (c == '-')
            on = FALSE;
        else if (c == 'i')
            reader->caseless = on;
        else if (c == 'x')
            reader->extended = on;
        else if (!strchr("msnJU", c))
            return FALSE;
    }
    return reader->at < reader->end;
}

/* Behind the head of a group: its branches and its end. */
static Portion read_inside(Reader *reader)
{
    gboolean caseless = reader->caseless, extended = reader->extended;
    if (++reader->depth > DEPTH_MOST)
        return fail(reader);
    Portion portion = read_branches(reader);
    reader->depth--;
    reader->caseless = caseless;
    reader->extended = extended;
    if (!is_at(reader, ")")) {
        portion_clear(&portion);
        return fail(reader);
    }
    reader->at++;
    return portion;
}

/* Something that looks around: it must be read over, and takes nothing. */
static Portion read_look(Reader *reader)
{
    Portion portion = read_inside(reader), look = portion_nothing();
    look.effort = portion.effort;
    /* What is turned back in there is not all counted. */
    look.effort.degree = MAX(look.effort.degree, portion.effort.loops);
    portion_clear(&portion);
    return look;
}

static gboolean skip_word(Reader *reader, const char *word)
{
    if (!is_at(reader, word))
        return FALSE;
    reader->at += strlen(word);
    return TRUE;
}

/* "(?i)" changes what follows in its group, "(?i:" what is inside. */
static Portion read_flag_group(Reader *reader)
{
    gboolean caseless = reader->caseless, extended = reader->extended;
    if (!read_flags(reader))
        return fail(reader);
    if (*reader->at++ == ')')
        return portion_nothing();
    Portion portion = read_inside(reader);
    reader->caseless = caseless;
    reader->extended = extended;
    return portion;
}

/* Behind "(?". */
static Portion read_special(Reader *reader)
{
    static const char *const looks[] = {"=", "!", "*", "<=", "<!", "<*"};
    if (skip_word(reader, ":") || skip_word(reader, "|"))
        return read_inside(reader);
    if (skip_word(reader, ">")) {
        Portion portion = read_inside(reader);
        portion.effort.degree = MAX(portion.effort.degree, portion.effort.loops);
        return portion;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
        if (skip_word(reader, looks[i]))
            return read_look(reader);
    char c = reader->at < reader->end ? *reader->at : '\0';
    gboolean is_call =
        is_at(reader, "P=") || is_at(reader, "P>") || c == '&' || c == 'R' || g_ascii_isdigit(c) ||
        (c && strchr("+-", c) && reader->end - reader->at > 1 && g_ascii_isdigit(reader->at[1]));
    if (is_call) {
        skip_past(reader, ')');
        return read_again(reader, TRUE);
    }
    if (skip_word(reader, "P<") || skip_word(reader, "<")) {
        skip_past(reader, '>');
        return read_inside(reader);
    }
    if (skip_word(reader, "'")) {
        skip_past(reader, '\'');
        return read_inside(reader);
    }
    return read_flag_group(reader);
}

static Portion read_group(Reader *reader)
{
    reader->at++;
    /* (*ACCEPT) and its like turn everything around. */
    if (is_at(reader, "*"))
        return fail(reader);
    return skip_word(reader, "?") ? read_special(reader) : read_inside(reader);
}

static gboolean skip_comment(Reader *reader)
{
    if (!is_at(reader, "(?#"))
        return FALSE;
    skip_past(reader, ')');
    return TRUE;
}

/* With `extended`: blanks, and comments to the end of the line. */
static gboolean skip_blank(Reader *reader)
{
    static const char *const wide[] = {"\xc2\x85", "\u200e", "\u200f", "\u2028", "\u2029"};
    if (!reader->extended || reader->at >= reader->end)
        return FALSE;
    if (g_ascii_isspace(*reader->at) || *reader->at == '\v') {
        reader->at++;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wide); i++)
        if (skip_word(reader, wide[i]))
            return TRUE;
    if (*reader->at != '#')
        return FALSE;
    const char *line_end = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));
    const char *stop = line_end ? line_end + 1 : reader->end;
    /* Where lines end is a matter of how PCRE2 was built. */
    if (memchr(reader->at, '\r', (gsize)(stop - reader->at)))
        (void)fail(reader);
    else
        reader->at = stop;
    return TRUE;
}

/* What stands for nothing, also between a portion and its quantifier. */
static void skip_nothing(Reader *reader)
{
    for (;;) {
        if (is_at(reader, "\\E")) {
            reader->in_quote = FALSE;
            reader->at += 2;
        } else if (reader->in_quote) {
            return;
        } else if (is_at(reader, "\\Q")) {
            reader->in_quote = TRUE;
            reader->at += 2;
        } else if (!skip_comment(reader) && !skip_blank(reader)) {
            return;
        }
    }
}

/* "{2,5}"; FALSE, and nothing is read, when the brace is a brace. */
static gboolean read_braces(Reader *reader, guint *out_least, guint *out_most)
{
    const char *at = reader->at + 1;
    char *end;
    guint64 least = g_ascii_strtoull(at, &end, 10);
    if (!g_ascii_isdigit(*at)) {
        /* Newer versions count these as well. */
        reader->failed |= *at == ',' || *at == ' ' || *at == '\t';
        return FALSE;
    }
    guint64 most = least;
    reader->failed |= *end == ' ' || *end == '\t';
    if (*end == ',') {
        at = end + 1;
        reader->failed |= *at == ' ' || *at == '\t';
        most = g_ascii_isdigit(*at) ? g_ascii_strtoull(at, &end, 10) : G_MAXUINT;
        end = g_ascii_isdigit(*at) ? end : (char *)(gsize)at;
        reader->failed |= *end == ' ' || *end == '\t';
    }
    if (*end != '}' || end >= reader->end)
        return FALSE;
    *out_least = (guint)MIN(least, G_MAXUINT - 1);
    *out_most = (guint)MIN(most, G_MAXUINT);
    reader->at = end + 1;
    return TRUE;
}

static gboolean read_quantifier(Reader *reader, guint *out_least, guint *out_most)
{
    if (reader->in_quote || reader->at >= reader->end)
        return FALSE;
    if (*reader->at == '{')
        return read_braces(reader, out_least, out_most);
    if (!strchr("*+?", *reader->at))
        return FALSE;
    *out_least = *reader->at == '+';
    *out_most = *reader->at == '?' ? 1 : G_MAXUINT;
    reader->at++;
    return TRUE;
}

static Portion read_piece(Reader *reader)
{
    if (reader->in_quote)
        return read_character(reader);
    switch (*reader->at) {
    case '(':
        return read_group(reader);
    case '[':
        return read_class(reader);
    case '\\':
        return read_escape(reader);
    case '.':
        reader->at++;
        return portion_unknown(CHARACTER_BYTES);
    case '^':
    case '$':
        reader->at++;
        return portion_nothing();
    case '*':
    case '+':
    case '?':
        return fail(reader);
    default:
        return read_character(reader);
    }
}

static Portion read_repeated(Reader *reader)
{
    guint least, most;
    Portion portion = read_piece(reader);
    skip_nothing(reader);
    if (!read_quantifier(reader, &least, &most))
        return portion;
    portion = portion_repeat(portion, least, most);
    skip_nothing(reader);
    /* Lazy or possessive. */
    if (!reader->in_quote && reader->at < reader->end && (*reader->at == '?' || *reader->at == '+'))
        reader->at++;
    return portion;
}

static gboolean is_branch_end(const Reader *reader)
{
    return reader->at >= reader->end || (!reader->in_quote && (*reader->at == '|' || *reader->at == ')'));
}

static Portion read_branch(Reader *reader)
{
    Sequence sequence;
    sequence_begin(&sequence);
    for (skip_nothing(reader); !is_branch_end(reader); skip_nothing(reader))
        sequence_add(&sequence, read_repeated(reader));
    return sequence_end(&sequence);
}

static Portion read_branches(Reader *reader)
{
    Portion portion = read_branch(reader);
    while (is_at(reader, "|")) {
        reader->at++;
        portion = portion_either(portion, read_branch(reader));
    }
    return portion;
}

static gboolean has_digit(const GPtrArray *words)
{
    for (guint i = 0; i < words->len; i++)
        if (strchr(words->pdata[i], '0'))
            return TRUE;
    return FALSE;
}

/* FALSE when it is not understood. */
static gboolean read_all(const char *pattern, gsize length, PatternFlags flags, Portion *out)
{
    /* Some look-ahead goes over the end: to a NUL. */
    g_autofree char *own = g_strndup(pattern, length);
    Reader reader = {.at = own,
                     .end = own + strlen(own),
                     .caseless = (flags & PATTERN_CASELESS) != 0,
                     .extended = (flags & PATTERN_EXTENDED) != 0};
    *out = read_branches(&reader);
    return !reader.failed && reader.at == reader.end && strlen(own) == length;
}

gboolean literals_of(const char *pattern, gsize length, PatternFlags flags, Literals *out)
{
    Portion portion;
    gboolean is_sure = read_all(pattern, length, flags, &portion);
    out->words = portion_words(portion, &out->most);
    /* Signs that stand for letters are longer, too: then the distances are wrong, whatever the words are. */
    out->odd = ODD_LETTERS | (out->words && has_digit(out->words) ? ODD_DIGITS : 0);
    if (!is_sure)
        g_clear_pointer(&out->words, g_ptr_array_unref);
    return out->words != NULL;
}

Effort literals_effort(const char *pattern, gsize length, PatternFlags flags)
{
    Portion portion;
    gboolean is_sure = read_all(pattern, length, flags, &portion);
    Effort effort = portion.effort;
    effort.is_wild |= !is_sure;
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
