/* The strict grammar: who wrote. Anything that two mail programs could read as two different
 * senders is refused. */
#include <postern/address.h>

#include "mailbox.h"

#include <postern/base/limits.h>

#include <string.h>

static void doubt(GPtrArray *findings, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void doubt(GPtrArray *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(findings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* "From" also when white space stands before the colon (RFC 5322 4.5). */
static gboolean is_from(const char *name)
{
    return g_ascii_strncasecmp(name, "From", 4) == 0 && name[4 + strspn(name + 4, " \t")] == '\0';
}

static const char *only_from(const Headers *headers, GPtrArray *findings)
{
    const char *value = NULL;
    guint count = 0;
    for (guint i = 0; i < headers->fields->len; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        if (!is_from(field->name))
            continue;
        value = field->value;
        count++;
    }
    if (count == 0)
        doubt(findings, "no From field");
    else if (count > 1)
        doubt(findings, "%u From fields", count);
    return count == 1 ? value : NULL;
}

/* Line ends may only stand before white space: that is folding. */
static gboolean has_control(const char *raw)
{
    for (; *raw; raw++) {
        const char *line_end = raw;
        if (raw[0] == '\r' && raw[1] == '\n')
            line_end++;
        if (*line_end == '\n' && (line_end[1] == ' ' || line_end[1] == '\t')) {
            raw = line_end;
            continue;
        }
        if (((guchar)*raw < ' ' && *raw != '\t') || *raw == 0x7f)
            return TRUE;
    }
    return FALSE;
}

/* FALSE when the list as a whole is no single mailbox; says what it is. */
static gboolean is_single(Lexemes all, GPtrArray *findings)
{
    if (all.count == 0)
        doubt(findings, "From field is empty");
    else if (lexemes_count(all, ';') > 0 || lexemes_count(all, ':') > 0)
        doubt(findings, "group instead of an address");
    else if (lexemes_count(all, ',') > 0 && lexemes_count(all, '@') > 1)
        doubt(findings, "several addresses in From");
    else if (lexemes_count(all, ',') > 0)
        doubt(findings, "comma outside quotes in From");
    else if (lexemes_count(all, '@') == 0)
        doubt(findings, "no domain in From");
    else
        return TRUE;
    return FALSE;
}

/* atom *("." atom) without white space inside, or one lexeme of `single`: RFC 5322's dot-atom and its
 * alternative. Returns the index behind it, or `from` when there is none. */
static guint word_end(Lexemes all, guint from, LexemeType single)
{
    if (from < all.count && all.items[from].type == single)
        return from + 1;
    guint at = from;
    while (at < all.count && all.items[at].type == LEXEME_ATOM && (at == from || !all.items[at].gap)) {
        at++;
        if (at + 1 >= all.count || !lexeme_is(&all.items[at], '.') || all.items[at].gap)
            return at;
        at++;
    }
    return from;
}

static char *parse_addr_spec(Lexemes lexemes, GPtrArray *findings)
{
    for (guint i = 0; i < lexemes.count; i++)
        if (lexemes.items[i].type == LEXEME_ENCODED) {
            doubt(findings, "encoded word inside the address");
            return NULL;
        }
    guint at = word_end(lexemes, 0, LEXEME_QUOTED);
    gboolean has_domain = at > 0 && at < lexemes.count && lexeme_is(&lexemes.items[at], '@');
    guint end = has_domain ? word_end(lexemes, at + 1, LEXEME_LITERAL) : 0;
    g_autofree char *written = lexemes_join(lexemes);
    g_autofree char *normal =
        has_domain && end > at + 1 && end == lexemes.count ? address_normalise(written) : NULL;
    if (!normal)
        doubt(findings, "the address in From is not valid");
    return g_steal_pointer(&normal);
}

/* An encoded word is one word to a mail program that decodes early, and several to one that splits first. */
static gboolean is_ambiguous_word(const Lexeme *lexeme)
{
    return lexeme->type == LEXEME_ENCODED &&
           (memchr(lexeme->start, '<', lexeme->length) || memchr(lexeme->start, '>', lexeme->length) ||
            memchr(lexeme->start, '"', lexeme->length) || memchr(lexeme->start, '@', lexeme->length));
}

/* RFC 5322 phrase with its obsolete dots, and with text in square brackets. "a@b <a@b>", which some programs
 * write, passes: both readings give one address. */
static gboolean phrase_is_clear(Lexemes phrase, const char *address, GPtrArray *findings)
{
    for (guint i = 0; i < phrase.count; i++) {
        const Lexeme *lexeme = &phrase.items[i];
        if (is_ambiguous_word(lexeme)) {
            doubt(findings, "encoded word with special characters in From");
            return FALSE;
        }
        if (lexeme->type == LEXEME_SPECIAL && !lexeme_is(lexeme, '.') && !lexeme_is(lexeme, '@')) {
            doubt(findings, "the display name in From has special characters outside quotes");
            return FALSE;
        }
    }
    if (lexemes_count(phrase, '@') == 0)
        return TRUE;
    g_autofree char *written = lexemes_join(phrase);
    gsize length = strlen(written);
    /* Some programs set it in apostrophes. */
    gboolean is_set_off = written[0] == '\'' && written[length - 1] == '\'';
    g_autofree char *shown = is_set_off ? g_strndup(written + 1, length - 2) : g_strdup(written);
    if (address_equal(shown, address))
        return TRUE;
    doubt(findings, "several addresses in From");
    return FALSE;
}

/* Splits into phrase and addr-spec; FALSE when text stands outside of both. */
static gboolean split_name_addr(Lexemes all, Lexemes *out_phrase, Lexemes *out_address, GPtrArray *findings)
{
    guint open = lexemes_find(all, '<');
    *out_phrase = lexemes_slice(all, 0, 0);
    *out_address = all;
    if (open == all.count)
        return TRUE;
    guint close = lexemes_find(all, '>');
    if (close == all.count || close < open)
        doubt(findings, "angle brackets in From do not match");
    else if (close + 1 < all.count)
        doubt(findings, "text after the address in From");
    else {
        *out_phrase = lexemes_slice(all, 0, open);
        *out_address = lexemes_slice(all, open + 1, close);
        return TRUE;
    }
    return FALSE;
}

static char *name_of(Lexemes phrase, const Scanner *scanner)
{
    if (phrase.count > 0) {
        g_autofree char *raw = lexemes_phrase(phrase);
        return display_name(raw);
    }
    if (!scanner->comment)
        return g_strdup("");
    GString *raw = g_string_new(NULL);
    scan_unquote(raw, scanner->comment, scanner->comment_length);
    g_autofree char *text = g_string_free(raw, FALSE);
    return display_name(text);
}

static Mailbox *parse_mailbox(Lexemes all, const Scanner *scanner, GPtrArray *findings)
{
    Lexemes phrase, addr_spec;
    if (!is_single(all, findings) || !split_name_addr(all, &phrase, &addr_spec, findings))
        return NULL;
    g_autofree char *address = parse_addr_spec(addr_spec, findings);
    if (!address || !phrase_is_clear(phrase, address, findings))
        return NULL;
    g_autofree char *name = name_of(phrase, scanner);
    g_autofree char *other = display_name_other_address(name, address);
    if (other)
        doubt(findings, "display name shows another address: %s", other);
    return mailbox_new(name, address);
}

static Mailbox *parse_raw(const char *raw, GPtrArray *findings)
{
    if (strlen(raw) > LIMIT_ADDRESS_HEADER_BYTES) {
        doubt(findings, "From field is longer than %u bytes", LIMIT_ADDRESS_HEADER_BYTES);
        return NULL;
    }
    if (has_control(raw)) {
        doubt(findings, "control characters in From");
        return NULL;
    }
    g_autoptr(GArray) lexemes = g_array_new(FALSE, FALSE, sizeof(Lexeme));
    Scanner scanner;
    scanner_start(&scanner, raw, strlen(raw));
    for (Lexeme next; scanner_next(&scanner, &next), next.type != LEXEME_END;)
        g_array_append_val(lexemes, next);
    return parse_mailbox((Lexemes){(const Lexeme *)lexemes->data, lexemes->len}, &scanner, findings);
}

Mailbox *address_parse_sender(const Headers *headers, GPtrArray *findings)
{
    const char *raw = only_from(headers, findings);
    return raw ? parse_raw(raw, findings) : NULL;
}

Mailbox *address_parse_mailbox(const char *raw)
{
    g_autoptr(GPtrArray) doubts = g_ptr_array_new_with_free_func(g_free);
    Mailbox *mailbox = parse_raw(raw, doubts);
    if (!mailbox || doubts->len == 0)
        return mailbox;
    g_free(mailbox->name);
    mailbox->name = g_strdup("");
    return mailbox;
}
