#include "parsers/reply/signature.h"

#include "parsers/reply/phrases.h"

#include <string.h>

/* RFC 3676 4.3 asks for "-- " and four lines; lawyers add theirs. A delimiter without its blank is
 * also how people draw a line between two halves of a mail, so less may follow it. */
#define DELIMITED_LINES 60u
#define LOOSE_LINES 16u
#define CONTACT_LINES 12u
#define CONTACT_LINE_BYTES 90u
#define DISCLAIMER_LINES 40u
#define CLOSING_BYTES 64u /* no phrase of PHRASE_CLOSING is longer */
/* Signature, device line, fine print, list footer: more than these in a row is text. */
#define PEEL_ROUNDS 8u

static gboolean is_delimiter(const TextLine *line, gboolean *out_is_strict)
{
    if (line->is_code || line->depth > 0)
        return FALSE;
    *out_is_strict = line->length == 3 && memcmp(line->start, "-- ", 3) == 0;
    if (*out_is_strict)
        return TRUE;
    g_autofree char *bare = g_strstrip(g_strndup(line->start, MIN(line->length, 16)));
    if (line->length > 160)
        return FALSE;
    return g_str_equal(bare, "--") || g_str_equal(bare, "—") || g_str_equal(bare, "__") ||
           g_str_equal(bare, "–") || g_str_equal(bare, "- --");
}

/* Underscores, or whatever else people draw with, and nothing else. */
static gboolean is_drawn_of(const TextLine *line, const char *kinds)
{
    gsize signs = 0;
    for (gsize i = 0; i < line->length && line->depth == 0; i++)
        if (strchr(kinds, line->start[i]))
            signs++;
        else if (!g_ascii_isspace(line->start[i]))
            return FALSE;
    return signs >= 10;
}

static gboolean is_drawn_line(const TextLine *line)
{
    return is_drawn_of(line, "_=*-~#");
}

static gboolean is_table_line(const TextLine *line)
{
    return line->length > 0 && strchr("|+", line->start[strspn(line->start, " ")]) != NULL;
}

static gsize seen_lines(const TextLines *lines, gsize first, gsize end)
{
    gsize seen = 0;
    for (gsize i = first; i < end; i++)
        seen += !text_line_is_blank(&lines->at[i]);
    return seen;
}

static gboolean is_plain_short(const TextLine *line);
static gboolean is_contact_line(const TextLine *line);

/* A sentence that goes on below a "--", or a question: two halves of a text, and no signature. */
static gboolean is_text_below(const TextLines *lines, gsize at, gsize end)
{
    gsize next = text_lines_next(lines, at + 1, end);
    if (next == end)
        return FALSE;
    const char *first = lines->at[next].folded;
    if (g_ascii_islower(*lines->at[next].start) && text_count_words(first) >= 5 && !strchr(first, '@'))
        return TRUE;
    while (end > next && text_line_is_blank(&lines->at[end - 1]))
        end--;
    return g_str_has_suffix(lines->at[end - 1].folded, "?");
}

/* Nothing but what stands in signatures, with a way to reach somebody. */
static gboolean is_card_below(const TextLines *lines, gsize at, gsize end)
{
    guint contacts = 0;
    for (gsize i = at + 1; i < end; i++) {
        if (text_line_is_blank(&lines->at[i]))
            continue;
        gboolean is_contact = is_contact_line(&lines->at[i]);
        if (!is_contact && !is_plain_short(&lines->at[i]) && !is_drawn_line(&lines->at[i]))
            return FALSE;
        contacts += is_contact;
    }
    return contacts > 0;
}

/* The first delimiter that little enough follows. */
static gsize find_delimiter(const TextLines *lines, gsize first, gsize end)
{
    gsize below = seen_lines(lines, first, end);
    for (gsize i = first; i < end; i++) {
        const TextLine *line = &lines->at[i];
        if (text_line_is_blank(line))
            continue;
        below--;
        gboolean is_strict = FALSE;
        if (is_delimiter(line, &is_strict) && below <= (is_strict ? DELIMITED_LINES : LOOSE_LINES) &&
            (is_strict || !is_text_below(lines, i, end)))
            return i;
        if (below > LOOSE_LINES || below == 0 || !is_drawn_line(line) ||
            (i > first && !text_line_is_blank(&lines->at[i - 1])))
            continue;
        if (is_drawn_of(line, "_") ? !is_table_line(&lines->at[i + 1]) && !is_text_below(lines, i, end)
                                   : is_card_below(lines, i, end))
            return i;
    }
    return end;
}

static gsize skip_blank_up(const TextLines *lines, gsize first, gsize end)
{
    while (end > first && text_line_is_blank(&lines->at[end - 1]))
        end--;
    return end;
}

static gsize paragraph_start(const TextLines *lines, gsize first, gsize end)
{
    while (end > first && !text_line_is_blank(&lines->at[end - 1]))
        end--;
    return end;
}

/* Rules that close a text: after a blank line only, else they underline a heading or end a table. */
static gsize peel_rules(const TextLines *lines, gsize first, gsize end)
{
    gsize at = end;
    while (at > first && (text_line_is_rule(&lines->at[at - 1]) || text_line_is_blank(&lines->at[at - 1])) &&
           !lines->at[at - 1].is_code)
        at--;
    while (at < end && !text_line_is_blank(&lines->at[at]) && at > first)
        at++;
    return at;
}

static gsize peel_device_lines(const TextLines *lines, gsize first, gsize end)
{
    while (end > first) {
        gsize at = skip_blank_up(lines, first, end);
        if (at == first || !signature_is_device_line(&lines->at[at - 1]))
            return end;
        end = at - 1;
    }
    return end;
}

static gsize peel_disclaimer(const TextLines *lines, gsize first, gsize end)
{
    gsize start = paragraph_start(lines, first, end);
    if (start == end || end - start > DISCLAIMER_LINES)
        return end;
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = start; i < end; i++) {
        if (i > start)
            g_string_append_c(text, ' ');
        g_string_append(text, lines->at[i].folded);
    }
    /* Somebody may ask what it means. */
    return text->str[text->len - 1] != '?' && phrase_within(text->str, PHRASE_DISCLAIMER) ? start : end;
}

/* Seven digits and more, with the signs people put between them, and hardly a letter. */
static gboolean is_phone(const char *text)
{
    gsize digits = 0, letters = 0;
    for (; *text; text++) {
        digits += g_ascii_isdigit(*text);
        letters += g_ascii_isalpha(*text) || (guchar)*text >= 0x80;
    }
    return digits >= 7 && digits <= 24 && letters <= digits / 2 + 4;
}

static gboolean has_labelled_number(const char *text)
{
    gsize label = phrase_at_start(text, PHRASE_CONTACT);
    const char *after = text + label;
    after += strspn(after, " ");
    return label > 0 && (strchr(":.+(/|", *after) || g_ascii_isdigit(*after));
}

/* "x-37059", "*7086": numbers within a house, below a name. */
static gboolean is_extension(const char *text, const char *raw)
{
    const char *digits = text + (*text == 'x');
    digits += strspn(digits, "-. ");
    gsize count = strspn(digits, "0123456789");
    return (*text == 'x' || *raw == '*') && count >= 3 && count <= 6 && digits[count] == '\0';
}

static gsize count_digits(const char *text)
{
    gsize digits = 0;
    for (; *text; text++)
        digits += g_ascii_isdigit(*text);
    return digits;
}

/* Nothing but an address, a link, a number: with its label or without. */
static gboolean is_contact_line(const TextLine *line)
{
    const char *text = line->folded;
    if (line->is_code || line->length > CONTACT_LINE_BYTES * 2)
        return FALSE;
    gsize digits = count_digits(text);
    if ((digits >= 7 && is_phone(text)) || (digits >= 5 && has_labelled_number(text)) ||
        (digits >= 3 && is_extension(text, line->start)))
        return text_count_words(text) <= 12;
    gboolean has_address =
        strchr(text, '@') || strstr(text, "http://") || strstr(text, "https://") || strstr(text, "www.");
    return has_address && text_count_words(text) <= 3;
}

static gboolean is_closing(const TextLine *line)
{
    const char *text = line->folded;
    gsize length = strlen(text);
    while (length > 0 && strchr(",.!;- ", text[length - 1]))
        length--;
    if (length == 0 || length > CLOSING_BYTES)
        return FALSE;
    g_autofree char *bare = g_strndup(text, length);
    return phrase_at_start(bare, PHRASE_CLOSING) == length;
}

/* Name, company, street: short, and no sentence. */
static gboolean is_plain_short(const TextLine *line)
{
    const char *text = line->folded;
    gsize length = strlen(text);
    if (line->is_code || line->depth > 0 || line->length > CONTACT_LINE_BYTES || length == 0 ||
        text_count_words(text) > 9)
        return FALSE;
    return !strchr("?!:;", text[length - 1]) && !(text[length - 1] == '.' && text_count_words(text) > 4) &&
           !g_ascii_isdigit(text[0]) && !strchr("-*#>$<", line->start[0]);
}

/* One to four words that begin with capitals, and no digits. */
static gboolean is_name(const TextLine *line)
{
    guint words = 0;
    gboolean begins = TRUE;
    for (const char *at = line->start, *end = at + line->length; at < end;
         at += g_utf8_skip[*(const guchar *)at]) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isdigit(c) || strchr("@:/<>{}()=;", c < 0x80 ? (int)c : 'x'))
            return FALSE;
        if (begins && g_unichar_isalpha(c)) {
            words++;
            if (g_unichar_islower(c))
                return FALSE;
            begins = FALSE;
        }
        begins |= c == ' ' || c == '\t';
    }
    return words >= 1 && words <= 4 && is_plain_short(line);
}

static gboolean has_phone_within(const char *text)
{
    gsize digits = 0;
    for (; *text; text++) {
        if (g_ascii_isdigit(*text))
            digits++;
        else if (!strchr(" ().+-/", *text))
            digits = 0;
        if (digits >= 9)
            return TRUE;
    }
    return FALSE;
}

/* From a name on: only short lines, and a way to reach it. A link alone could be what the mail is about. */
static gboolean is_contact_block(const TextLines *lines, gsize start, gsize end, gboolean after_closing)
{
    guint contacts = 0, reachable = 0, seen = 0;
    for (gsize i = start; i < end; i++) {
        const TextLine *line = &lines->at[i];
        if (text_line_is_blank(line))
            continue;
        seen++;
        gboolean is_contact = is_contact_line(line);
        gboolean is_phoned =
            is_contact || (line->length <= CONTACT_LINE_BYTES && has_phone_within(line->folded));
        if (!is_phoned && !is_plain_short(line))
            return FALSE;
        contacts += is_phoned;
        reachable += is_phoned && !strstr(line->folded, "://");
    }
    if (seen > CONTACT_LINES || contacts == 0)
        return FALSE;
    return after_closing || (is_name(&lines->at[start]) && reachable > 0 && (contacts >= 2 || seen <= 5));
}

/* An address and a number on lines of their own, and no word that announces them. */
static gboolean is_bare_contact(const TextLines *lines, gsize first, gsize start, gsize end)
{
    gboolean address = FALSE, phone = FALSE;
    for (gsize i = start; i < end; i++) {
        if (text_line_is_blank(&lines->at[i]) || !is_contact_line(&lines->at[i]))
            return FALSE;
        address |= strchr(lines->at[i].folded, '@') != NULL;
        phone |= is_phone(lines->at[i].folded);
    }
    gsize above = skip_blank_up(lines, first, start);
    return address && phone && above < start && above > first &&
           !g_str_has_suffix(lines->at[above - 1].folded, ":");
}

static gboolean is_below_closing(const TextLines *lines, gsize first, gsize at)
{
    gsize above = skip_blank_up(lines, first, at);
    return above > first && is_closing(&lines->at[above - 1]);
}

/* The person above the company. */
static gsize names_above(const TextLines *lines, gsize first, gsize start)
{
    while (start > first + 1 && is_name(&lines->at[start - 1]) && !is_closing(&lines->at[start - 1]))
        start--;
    return start;
}

/* The lines above that are not blank are names alone, and nothing parts them from what is below: the whole
 * text is somebody's card, which is what was to be said. */
static gboolean is_all_card(const TextLines *lines, gsize first, gsize start)
{
    if (start == first || text_line_is_blank(&lines->at[start - 1]) || start - first > 2)
        return FALSE;
    for (gsize i = first; i < start; i++)
        if (!is_name(&lines->at[i]))
            return FALSE;
    return TRUE;
}

/* A name and ways to reach it at the very end. Words must be left above. The nearest beginning that will do
 * is taken, so that no line of the text is drawn in. */
static gsize peel_contact_block(const TextLines *lines, gsize first, gsize end)
{
    guint blanks = 0;
    gsize bare = end;
    for (gsize start = end; start > first + 1 && end - start <= CONTACT_LINES + 2 && blanks <= 2;) {
        start--;
        if (text_line_is_blank(&lines->at[start])) {
            blanks += start + 1 < end && !text_line_is_blank(&lines->at[start + 1]);
            continue;
        }
        gboolean after_closing = is_below_closing(lines, first, start);
        if ((after_closing || is_name(&lines->at[start])) &&
            is_contact_block(lines, start, end, after_closing))
            return names_above(lines, first, start);
        if (bare == end && is_bare_contact(lines, first, start, end))
            bare = start;
        if (is_closing(&lines->at[start]))
            break;
    }
    return bare;
}

static gsize peel_once(const TextLines *lines, gsize first, gsize end)
{
    end = skip_blank_up(lines, first, end);
    end = peel_rules(lines, first, end);
    end = peel_device_lines(lines, first, end);
    end = peel_disclaimer(lines, first, skip_blank_up(lines, first, end));
    gsize block = peel_contact_block(lines, first, end);
    return is_all_card(lines, first, block) ? end : block;
}

gsize signature_find(const TextLines *lines, gsize first, gsize end)
{
    end = find_delimiter(lines, first, end);
    gsize before = end + 1;
    for (guint round = 0; round < PEEL_ROUNDS && end > first && end < before; round++) {
        before = end;
        end = peel_once(lines, first, end);
    }
    return end;
}

/* Of a paragraph: what lawyers, scanners and lists write. */
static gboolean is_fine_print(const TextLines *lines, gsize first, gsize end)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = first; i < end; i++)
        g_string_append_printf(text, "%s%s", i > first ? " " : "", lines->at[i].folded);
    return phrase_within(text->str, PHRASE_DISCLAIMER) || phrase_within(text->str, PHRASE_FOOTER);
}

static void mark_paragraph(TextLines *lines, gsize first, gsize end, SpanRole role)
{
    for (gsize i = first; i < end; i++)
        lines->at[i].role = signature_is_device_line(&lines->at[i]) ? SPAN_DEVICE : role;
}

/* Below the first fine print, long lines are more of it. */
void signature_mark(TextLines *lines, gsize first, gsize end)
{
    SpanRole role = SPAN_SIGNATURE;
    for (gsize i = first; i < end;) {
        gsize stop = i;
        gboolean is_long = FALSE;
        for (; stop < end && (stop == i || !text_line_is_blank(&lines->at[stop])); stop++)
            is_long |= lines->at[stop].length > CONTACT_LINE_BYTES;
        gboolean is_small = is_fine_print(lines, i, stop) || (role == SPAN_FINE_PRINT && is_long);
        role = is_small ? SPAN_FINE_PRINT : SPAN_SIGNATURE;
        mark_paragraph(lines, i, stop, role);
        i = stop;
    }
    /* What is drawn above a line belongs to it. */
    for (gsize i = end; i > first + 1; i--)
        if (text_line_is_rule(&lines->at[i - 2]) || text_line_is_blank(&lines->at[i - 2]))
            lines->at[i - 2].role = lines->at[i - 1].role;
}
