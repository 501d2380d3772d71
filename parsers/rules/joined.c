#include <parsers/rules/joined.h>

#include <string.h>

#define LONG_WORD_BYTES 50u /* longer ones are broken wherever the line is full */

typedef struct {
    const char *text;
    gsize length;
    JoinedView view;
    gboolean is_quoted_printable;
    gsize word; /* where the word at hand begins */
    Mapped *out;
} Joining;

gsize joined_invisible(const char *text, gsize length, gsize at)
{
    const guchar *c = (const guchar *)text + at;
    gsize left = length - at;
    if (left >= 2 && c[0] == 0xc2 && c[1] == 0xad)
        return 2; /* soft hyphen */
    if (left >= 3 && c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0x8b || c[2] == 0x8c || c[2] == 0x8d))
        return 3; /* zero width */
    if (left >= 3 && c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f))
        return 3; /* left to right, right to left */
    if (left >= 3 && c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae)
        return 3; /* embeddings */
    if (left >= 3 && c[0] == 0xe2 && c[1] == 0x81 && (c[2] == 0xa0 || (c[2] >= 0xa6 && c[2] <= 0xa9)))
        return 3; /* word joiner, isolates */
    if (left >= 3 && c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf)
        return 3;                                             /* byte order mark */
    return left >= 2 && c[0] == 0xd8 && c[1] == 0x9c ? 2 : 0; /* Arabic letter mark */
}

gsize joined_skip_margin(const char *text, gsize length, gsize at)
{
    while (at < length && text[at] && strchr(" \t>", text[at]))
        at++;
    return at;
}

static gboolean is_hex(char c)
{
    return g_ascii_isdigit(c) || (c >= 'A' && c <= 'F');
}

static gboolean is_escape(const char *text, gsize length, gsize at)
{
    return at + 3 <= length && text[at] == '=' && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

/* "=3D": whoever writes that has encoded every "=". Long lines that end in "=" tell it, too. */
static gboolean looks_quoted_printable(const char *text, gsize length)
{
    gsize line = 0;
    for (gsize at = 0; at < length; at++) {
        if (is_escape(text, length, at) && text[at + 1] == '3' && text[at + 2] == 'D')
            return TRUE;
        if (text[at] != '\n')
            continue;
        if (at - line >= 68 && text[at - 1] == '=')
            return TRUE;
        line = at + 1;
    }
    return FALSE;
}

/* Decodes a run of "=XX". FALSE when that gives no text, or a control character. */
static gboolean decode_run(Joining *joining, gsize *at)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    gsize from = *at, end = *at;
    while (is_escape(joining->text, joining->length, end)) {
        g_string_append_c(bytes, (char)(g_ascii_xdigit_value(joining->text[end + 1]) * 16 +
                                        g_ascii_xdigit_value(joining->text[end + 2])));
        end += 3;
    }
    *at = end;
    gboolean is_text = bytes->len > 0 && g_utf8_validate(bytes->str, (gssize)bytes->len, NULL);
    for (gsize i = 0; i < bytes->len && is_text; i++)
        is_text = (guchar)bytes->str[i] >= 0x20 && bytes->str[i] != 0x7f;
    if (!is_text) {
        mapped_copy(joining->out, joining->text, from, end);
        return FALSE;
    }
    mapped_mend(joining->out);
    for (gsize i = 0; i < bytes->len; i++)
        mapped_add(joining->out, bytes->str + i, 1, from + 3 * i, from + 3 * i + 3);
    mapped_mend(joining->out);
    return TRUE;
}

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* U+2010 and U+2011 are the hyphens of word processors. */
static gsize hyphen_before(const char *text, gsize at)
{
    if (at > 0 && text[at - 1] == '-')
        return 1;
    return at >= 3 && (strncmp(text + at - 3, "‐", 3) == 0 || strncmp(text + at - 3, "‑", 3) == 0) ? 3 : 0;
}

/* The word at `at` is no word of a sentence: digits in it, or signs of addresses. */
static gboolean is_made_up(const char *text, gsize length, gsize at)
{
    gsize end = at;
    while (end < length && !is_blank(text[end]))
        end++;
    while (end > at && strchr(".,;:!?)>", text[end - 1]))
        end--;
    for (; at < end; at++)
        if (g_ascii_isdigit(text[at]) || strchr("/%=&?_#+", text[at]))
            return TRUE;
    return FALSE;
}

/* The line end at `at` stands inside a word, which goes on at *out_next; *out_drop bytes in front of it
 * belong to the break. */
static gboolean is_break(const Joining *joining, gsize at, gsize *out_next, gsize *out_drop)
{
    const char *text = joining->text;
    gsize next = joined_skip_margin(text, joining->length, at + 1);
    *out_next = next;
    *out_drop = 0;
    if (at == 0 || is_blank(text[at - 1]) || next >= joining->length || is_blank(text[next]))
        return FALSE;
    if (joining->is_quoted_printable && text[at - 1] == '=') {
        *out_drop = 1;
        return TRUE;
    }
    gsize hyphen = hyphen_before(text, at);
    if (joining->view == JOINED_BARE)
        *out_drop = hyphen ? hyphen : text[at - 1] == '=';
    if (joining->view != JOINED_SURE)
        return TRUE;
    gboolean is_inner_hyphen =
        hyphen && at - hyphen > joining->word && g_ascii_isalnum(text[at - hyphen - 1]);
    return (is_inner_hyphen && g_ascii_isalnum(text[next])) ||
           (at - joining->word >= LONG_WORD_BYTES && is_made_up(text, joining->length, next));
}

static void drop_last(Mapped *mapped, gsize bytes)
{
    g_string_truncate(mapped->text, mapped->text->len - bytes);
    g_array_set_size(mapped->origins, (guint)mapped->text->len);
}

/* Perhaps the begin of something that is not copied as it is. */
static gboolean is_special(char c)
{
    return c == '\n' || c == '=' || c == '\xc2' || c == '\xe2' || c == '\xef' || c == '\xd8';
}

/* Moves a few characters, or what stands for none, and returns where the next begins. */
static gsize join_one(Joining *joining, gsize at)
{
    const char *text = joining->text;
    gsize next, drop;
    if (text[at] == '\n' && is_break(joining, at, &next, &drop)) {
        if (joining->out->text->len < drop)
            drop = 0;
        drop_last(joining->out, drop);
        mapped_mend(joining->out);
        return next;
    }
    if (text[at] == '=' && joining->is_quoted_printable && is_escape(text, joining->length, at)) {
        decode_run(joining, &at);
        return at;
    }
    gsize invisible = joined_invisible(text, joining->length, at);
    if (invisible) {
        mapped_mend(joining->out);
        return at + invisible;
    }
    gsize end = at;
    do {
        if (is_blank(text[end]))
            joining->word = end + 1;
        end++;
    } while (end < joining->length && !is_special(text[end]));
    mapped_copy(joining->out, text, at, end);
    return end;
}

Mapped *joined_make(const char *text, gsize length, JoinedView view)
{
    g_autoptr(Mapped) out = mapped_new(length);
    Joining joining = {.text = text, .length = length, .view = view, .out = out};
    joining.is_quoted_printable = looks_quoted_printable(text, length);
    for (gsize at = 0; at < length;)
        at = join_one(&joining, at);
    return out->mended->len > 0 ? g_steal_pointer(&out) : NULL;
}
