#include "parameter.h"

#include <postern/base/clean.h>
#include <postern/mail.h>

#include <stdlib.h>
#include <string.h>

/* A file name of a few hundred characters, each in nine bytes. */
#define VALUE_BYTES 4096u
#define PIECES 100u /* of one value; clients break it after 70 characters or so */

/* One "name*1*=value". */
typedef struct {
    int number;           /* -1: not numbered */
    gboolean is_extended; /* percent encoded, with a charset in the first piece */
    GString *value;
} Piece;

static void piece_free(gpointer data)
{
    Piece *piece = data;
    g_string_free(piece->value, TRUE);
    g_free(piece);
}

static const char *skip_comment(const char *at)
{
    int depth = 0;
    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return at;
}

static const char *skip_blanks(const char *at)
{
    while (*at && strchr(" \t\r\n(", *at))
        at = *at == '(' ? skip_comment(at) : at + 1;
    return at;
}

char *header_word(const char *raw)
{
    if (!raw)
        return NULL;
    const char *from = skip_blanks(raw), *end = from;
    while (*end && !strchr(" \t\r\n;(", *end))
        end++;
    /* "Content-Disposition: filename=…", without its word. */
    if (memchr(from, '=', (gsize)(end - from)))
        return NULL;
    g_autofree char *word = clean_line(from, end - from, 100);
    return *word ? g_ascii_strdown(word, -1) : NULL;
}

/* A backslash escapes a quote or itself only: some clients put the path of a file here. */
static const char *read_quoted(const char *at, GString *out)
{
    /* A quote that nobody closes ends with its parameter. */
    if (!strchr(at + 1, '"')) {
        gsize length = strcspn(at + 1, ";");
        g_string_append_len(out, at + 1, (gssize)MIN(length, VALUE_BYTES));
        g_strchomp(out->str);
        g_string_truncate(out, strlen(out->str));
        return at + 1 + length;
    }
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
            at++;
        if (out->len < VALUE_BYTES)
            g_string_append_c(out, *at);
    }
    return *at ? at + 1 : at;
}

/* Up to the ";", blanks and all: "name=my file.pdf". */
static const char *read_plain(const char *at, GString *out)
{
    const char *end = at + strcspn(at, ";");
    g_string_append_len(out, at, MIN(end - at, (gssize)VALUE_BYTES));
    while (out->len > 0 && strchr(" \t\r\n", out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    /* 'offer.pdf': no quotes to RFC 2045, but to some programs. */
    if (out->len > 2 && out->str[0] == '\'' && out->str[out->len - 1] == '\'') {
        g_string_truncate(out, out->len - 1);
        g_string_erase(out, 0, 1);
    }
    return end;
}

/* Whether the attribute at `at` is `name`, with its RFC 2231 decorations. */
static gboolean attribute_parse(const char *at, gsize length, const char *name, Piece *piece)
{
    gsize name_length = strlen(name);
    piece->number = -1;
    piece->is_extended = FALSE;
    if (length < name_length || g_ascii_strncasecmp(at, name, name_length) != 0)
        return FALSE;
    at += name_length;
    length -= name_length;
    if (length > 0 && at[length - 1] == '*') {
        piece->is_extended = TRUE;
        length--;
    }
    if (length == 0)
        return TRUE;
    if (*at != '*' || length < 2 || length > 4)
        return FALSE;
    piece->number = 0;
    for (gsize i = 1; i < length; i++) {
        if (!g_ascii_isdigit(at[i]))
            return FALSE;
        piece->number = piece->number * 10 + (at[i] - '0');
    }
    return TRUE;
}

/* All pieces of the parameter `name`, in order of appearance. */
static GPtrArray *pieces_find(const char *raw, const char *name)
{
    GPtrArray *pieces = g_ptr_array_new_with_free_func(piece_free);
    const char *at = raw + strcspn(raw, "=;");
    at = *at == '=' ? raw : at;
    while (*at && pieces->len < PIECES) {
        at = skip_blanks(at);
        if (*at == ';') {
            at++;
            continue;
        }
        const char *from = at;
        at += strcspn(at, "=;");
        gsize length = (gsize)(at - from);
        while (length > 0 && strchr(" \t\r\n", from[length - 1]))
            length--;
        if (*at != '=')
            continue;
        at = skip_blanks(at + 1);
        Piece found = {.value = g_string_new(NULL)};
        at = *at == '"' ? read_quoted(at, found.value) : read_plain(at, found.value);
        if (attribute_parse(from, length, name, &found))
            g_ptr_array_add(pieces, g_memdup2(&found, sizeof found));
        else
            g_string_free(found.value, TRUE);
    }
    return pieces;
}

static void percent_decode(const char *in, GString *out)
{
    for (; *in; in++) {
        if (*in == '%' && g_ascii_isxdigit(in[1]) && g_ascii_isxdigit(in[2])) {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(in[1]) * 16 + g_ascii_xdigit_value(in[2])));
            in += 2;
        } else {
            g_string_append_c(out, *in);
        }
    }
}

static int piece_compare(gconstpointer a, gconstpointer b)
{
    return (*(const Piece *const *)a)->number - (*(const Piece *const *)b)->number;
}

/* RFC 2231: "charset'language'text" in the first piece, the others go on. */
static char *join_extended(const GPtrArray *pieces)
{
    g_autofree char *charset = NULL;
    g_autoptr(GString) bytes = g_string_new(NULL);
    for (guint i = 0; i < pieces->len; i++) {
        const Piece *piece = pieces->pdata[i];
        const char *text = piece->value->str;
        const char *first = i == 0 && piece->is_extended ? strchr(text, '\'') : NULL;
        const char *second = first ? strchr(first + 1, '\'') : NULL;
        if (second) {
            charset = g_strndup(text, (gsize)(first - text));
            text = second + 1;
        }
        if (piece->is_extended)
            percent_decode(text, bytes);
        else
            g_string_append(bytes, text);
    }
    g_autofree char *text = charset_to_utf8(bytes->str, bytes->len, charset, NULL);
    /* Both at once: words of RFC 2047 in the form of RFC 2231. */
    return strstr(text, "=?") ? header_decode(text, VALUE_BYTES) : clean_line(text, -1, VALUE_BYTES);
}

static char *join_plain(const GPtrArray *pieces)
{
    g_autoptr(GString) whole = g_string_new(NULL);
    for (guint i = 0; i < pieces->len; i++)
        g_string_append(whole, ((const Piece *)pieces->pdata[i])->value->str);
    return header_decode(whole->str, VALUE_BYTES);
}

/* The best form that is there: one extended value, numbered pieces, a plain value. */
static GPtrArray *pieces_choose(const GPtrArray *pieces, gboolean *out_extended)
{
    GPtrArray *chosen = g_ptr_array_new();
    *out_extended = FALSE;
    for (guint i = 0; i < pieces->len && chosen->len == 0; i++) {
        const Piece *piece = pieces->pdata[i];
        if (piece->number < 0 && piece->is_extended)
            g_ptr_array_add(chosen, pieces->pdata[i]);
    }
    gboolean has_single = chosen->len > 0;
    for (guint i = 0; i < pieces->len && !has_single; i++)
        if (((const Piece *)pieces->pdata[i])->number >= 0)
            g_ptr_array_add(chosen, pieces->pdata[i]);
    if (chosen->len == 0 && pieces->len > 0)
        g_ptr_array_add(chosen, pieces->pdata[0]);
    g_ptr_array_sort(chosen, piece_compare);
    for (guint i = 0; i < chosen->len; i++)
        *out_extended |= ((const Piece *)chosen->pdata[i])->is_extended;
    return chosen;
}

char *header_parameter(const char *raw, const char *name)
{
    if (!raw || !strchr(raw, '=') || !strcasestr(raw, name))
        return NULL;
    g_autoptr(GPtrArray) pieces = pieces_find(raw, name);
    if (pieces->len == 0)
        return NULL;
    gboolean is_extended;
    g_autoptr(GPtrArray) chosen = pieces_choose(pieces, &is_extended);
    return is_extended ? join_extended(chosen) : join_plain(chosen);
}
