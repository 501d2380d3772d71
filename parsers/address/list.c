/* The lenient grammar: what a person would see in To, Cc and their like. */
#include <postern/address.h>

#include "mailbox.h"

#include <postern/base/limits.h>

#include <string.h>

/* One element between separators. */
typedef struct {
    GPtrArray *mailboxes;
    GArray *lexemes;   /* Lexeme */
    GString *unplaced; /* words without an address: "Lee" of "Lee, Kim <kim@example.org>" */
    const char *comment;
    gsize comment_length;
} Element;

static Lexemes element_lexemes(const Element *element)
{
    return (Lexemes){(const Lexeme *)element->lexemes->data, element->lexemes->len};
}

static gboolean is_word(const Lexeme *lexeme)
{
    return lexeme->type == LEXEME_ATOM || lexeme->type == LEXEME_QUOTED || lexeme->type == LEXEME_LITERAL ||
           lexeme_is(lexeme, '.');
}

/* The span of an addr-spec around the first "@", told by the absence of white space. */
static Lexemes find_addr_spec(Lexemes all, guint *out_start)
{
    guint at = lexemes_find(all, '@'), start = at, end = at + 1;
    while (start > 0 && (start == at || !all.items[start].gap) && is_word(&all.items[start - 1]))
        start--;
    while (end < all.count && (end == at + 1 || !all.items[end].gap) && is_word(&all.items[end]))
        end++;
    *out_start = start;
    return lexemes_slice(all, start, end);
}

static char *element_name(const Element *element, Lexemes phrase)
{
    g_autofree char *words = lexemes_phrase(phrase);
    GString *raw = g_string_new(element->unplaced->str);
    g_string_append(raw, words);
    if (raw->len == 0 && element->comment)
        scan_unquote(raw, element->comment, element->comment_length);
    g_autofree char *text = g_string_free(raw, FALSE);
    return display_name(text);
}

static void keep_unplaced(Element *element, Lexemes all)
{
    g_autofree char *words = lexemes_phrase(all);
    /* A name is short: a long list without any address must not be copied again and again. */
    if (words[0] != '\0' && element->unplaced->len + strlen(words) < LIMIT_NAME_BYTES)
        g_string_append_printf(element->unplaced, "%s, ", words);
}

static void element_end(Element *element)
{
    Lexemes all = element_lexemes(element), inside = all;
    guint open = lexemes_find(all, '<'), start = 0;
    if (open < all.count)
        inside = lexemes_slice(all, open + 1, all.count);
    if (lexemes_count(inside, '@') > 0) {
        Lexemes addr_spec = find_addr_spec(inside, &start);
        g_autofree char *written = lexemes_join(addr_spec);
        g_autofree char *address = address_normalise(written);
        g_autofree char *name = element_name(element, lexemes_slice(all, 0, open < all.count ? open : start));
        if (address && element->mailboxes->len < LIMIT_ADDRESSES)
            g_ptr_array_add(element->mailboxes, mailbox_new(name, address));
        g_string_truncate(element->unplaced, 0);
    } else {
        keep_unplaced(element, all);
    }
    g_array_set_size(element->lexemes, 0);
    element->comment = NULL;
}

/* An "@" with a word before it: not that of a source route. */
static gboolean has_address(const Element *element)
{
    Lexemes all = element_lexemes(element);
    guint at = lexemes_find(all, '@');
    return at > 0 && at < all.count && is_word(&all.items[at - 1]);
}

static void element_drop(Element *element)
{
    g_array_set_size(element->lexemes, 0);
    g_string_truncate(element->unplaced, 0);
}

static void element_feed(Element *element, const Lexeme *lexeme)
{
    gboolean is_colon = lexeme_is(lexeme, ':'), is_semicolon = lexeme_is(lexeme, ';');
    if (!is_colon && !is_semicolon && !lexeme_is(lexeme, ',')) {
        g_array_append_val(element->lexemes, *lexeme);
        return;
    }
    /* What stands before a colon names a group, is a source route, or says "mailto". */
    if (!is_colon || has_address(element))
        element_end(element);
    if (is_colon || is_semicolon)
        element_drop(element);
}

/* Half an address would be another one. */
static gsize readable_length(const char *raw)
{
    gsize length = strlen(raw);
    if (length <= LIMIT_ADDRESS_HEADER_BYTES)
        return length;
    for (length = LIMIT_ADDRESS_HEADER_BYTES; length > 0 && raw[length] != ',' && raw[length] != ';';)
        length--;
    return length;
}

GPtrArray *address_parse_list(const char *raw)
{
    GPtrArray *mailboxes = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    if (!raw)
        return mailboxes;
    Element element = {mailboxes, g_array_new(FALSE, FALSE, sizeof(Lexeme)), g_string_new(NULL), NULL, 0};
    Scanner scanner;
    scanner_start(&scanner, raw, readable_length(raw));
    for (Lexeme next; scanner_next(&scanner, &next), next.type != LEXEME_END;) {
        element.comment = scanner.comment;
        element.comment_length = scanner.comment_length;
        if (lexeme_is(&next, ',') || lexeme_is(&next, ';'))
            scanner.comment = NULL;
        element_feed(&element, &next);
    }
    element.comment = scanner.comment;
    element.comment_length = scanner.comment_length;
    element_end(&element);
    g_array_unref(element.lexemes);
    g_string_free(element.unplaced, TRUE);
    return mailboxes;
}
