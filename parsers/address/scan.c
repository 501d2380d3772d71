#include "scan.h"

#include <string.h>

static gboolean is_blank(char c)
{
    return (guchar)c <= ' ' || c == 0x7f;
}

gboolean scan_is_atom(char c)
{
    return !is_blank(c) && !strchr("()<>[]:;@\\,.\"", c);
}

void scanner_start(Scanner *scanner, const char *text, gsize length)
{
    *scanner = (Scanner){.at = text, .end = text + length};
}

const char *scan_quoted_end(const char *at, const char *end)
{
    for (at++; at < end; at++) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\' && at + 1 < end)
            at++;
    }
    return NULL;
}

static const char *comment_end(const char *at, const char *end)
{
    gsize depth = 0;
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

static const char *literal_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '['; at++)
        if (*at == ']')
            return at + 1;
    return NULL;
}

/* "=?charset?B?text?=" without white space inside; NULL when `at` begins none. */
static const char *encoded_end(const char *at, const char *end)
{
    if (end - at < 8 || at[0] != '=' || at[1] != '?')
        return NULL;
    const char *charset = at += 2;
    while (at < end && *at != '?' && scan_is_atom(*at))
        at++;
    if (at == charset || end - at < 5 || !strchr("BbQq", at[1]) || at[2] != '?')
        return NULL;
    for (at += 3; at < end && *at != '?' && !is_blank(*at);)
        at++;
    return end - at >= 2 && at[0] == '?' && at[1] == '=' ? at + 2 : NULL;
}

static gboolean skip_comment(Scanner *scanner)
{
    if (scanner->comments_end || *scanner->at != '(')
        return FALSE;
    const char *end = comment_end(scanner->at, scanner->end);
    if (!end) {
        /* Looking again from each later parenthesis would be quadratic. */
        scanner->comments_end = TRUE;
        return FALSE;
    }
    scanner->comment = scanner->at;
    scanner->comment_length = (gsize)(end - scanner->at);
    scanner->at = end;
    return TRUE;
}

gboolean scanner_skip(Scanner *scanner)
{
    const char *start = scanner->at;
    while (scanner->at < scanner->end) {
        if (is_blank(*scanner->at))
            scanner->at++;
        else if (!skip_comment(scanner))
            break;
    }
    return scanner->at > start;
}

static const char *delimited_end(Scanner *scanner, LexemeType *out_type)
{
    const char *end = NULL;
    if (*scanner->at == '"' && !scanner->quotes_end) {
        end = scan_quoted_end(scanner->at, scanner->end);
        scanner->quotes_end = !end;
        *out_type = LEXEME_QUOTED;
    } else if (*scanner->at == '[') {
        end = literal_end(scanner->at, scanner->end);
        *out_type = LEXEME_LITERAL;
    } else if (*scanner->at == '=') {
        end = encoded_end(scanner->at, scanner->end);
        *out_type = LEXEME_ENCODED;
    }
    return end;
}

void scanner_next(Scanner *scanner, Lexeme *out)
{
    *out = (Lexeme){.type = LEXEME_END, .gap = scanner_skip(scanner), .start = scanner->at};
    if (scanner->at >= scanner->end)
        return;
    const char *end = delimited_end(scanner, &out->type);
    if (!end && scan_is_atom(*scanner->at)) {
        out->type = LEXEME_ATOM;
        for (end = scanner->at; end < scanner->end && scan_is_atom(*end);)
            end++;
    } else if (!end) {
        out->type = LEXEME_SPECIAL;
        end = scanner->at + 1;
    }
    out->length = (gsize)(end - scanner->at);
    scanner->at = end;
}

gboolean lexeme_is(const Lexeme *lexeme, char special)
{
    return lexeme->type == LEXEME_SPECIAL && lexeme->start[0] == special;
}

void scan_unquote(GString *out, const char *start, gsize length)
{
    for (gsize i = 1; i + 1 < length; i++) {
        if (start[i] == '\\' && i + 2 < length)
            i++;
        g_string_append_c(out, start[i]);
    }
}

void lexeme_append(GString *out, const Lexeme *lexeme)
{
    if (lexeme->type == LEXEME_QUOTED)
        scan_unquote(out, lexeme->start, lexeme->length);
    else
        g_string_append_len(out, lexeme->start, (gssize)lexeme->length);
}

gboolean text_is_graphic(const char *text, gboolean blanks)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        /* GLib counts the line separator as graphic. */
        if ((!g_unichar_isgraph(c) || g_unichar_isspace(c)) && !(blanks && c == ' '))
            return FALSE;
    }
    return TRUE;
}
