#include "parsers/reply/card.h"

#include "parsers/reply/phrases.h"
#include "parsers/reply/telephone.h"

#include <string.h>

#define CONTACT_LINES 12u /* more of them are a list that somebody sends */
#define CLOSING_BYTES 64u /* no phrase of PHRASE_CLOSING is longer */

static gboolean has_labelled_number(const char *text)
{
    gsize label = phrase_at_start(text, PHRASE_CONTACT);
    const char *after = text + label;
    after += strspn(after, " ");
    return label > 0 && (strchr(":.+(/|", *after) || g_ascii_isdigit(*after));
}

/* "x-37059", "*7086", "Ext. 4711": numbers within a house, below a name. */
static gboolean is_extension(const char *text, const char *raw)
{
    const char *digits = text + (g_str_has_prefix(text, "ext") ? 3 : *text == 'x');
    digits += strspn(digits, "-. ");
    gsize count = strspn(digits, "0123456789");
    return (*text == 'x' || *text == 'e' || *raw == '*') && count >= 3 && count <= 6 && digits[count] == '\0';
}

static gsize count_digits(const char *text)
{
    gsize digits = 0;
    for (const char *at = text; (at = strpbrk(at, "0123456789")); at++)
        digits++;
    return digits;
}

/* Words with a letter in them: bars, dashes and the groups of a number are none. */
static guint count_spelled(const char *text)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text; text++) {
        gboolean is_letter = g_ascii_isalpha(*text) || (guchar)*text >= 0x80;
        words += is_letter && !inside;
        inside = *text != ' ' && (inside || is_letter);
    }
    return words;
}

/* Nothing but an address, a link, a number: with its label or without. */
gboolean card_line_is_contact(const TextLine *line)
{
    const char *text = line->folded;
    if (line->is_code || line->length > CARD_LINE_BYTES * 2)
        return FALSE;
    gsize digits = count_digits(text);
    if ((digits >= 7 && telephone_is(text)) || (digits >= 5 && has_labelled_number(text)) ||
        (digits >= 3 && is_extension(text, line->start)))
        return count_spelled(text) <= 9;
    if (text_has_more_words(text, 3))
        return FALSE;
    gboolean has_address =
        strchr(text, '@') || strstr(text, "http://") || strstr(text, "https://") || strstr(text, "www.");
    return has_address;
}

gboolean card_line_is_closing(const TextLine *line)
{
    const char *text = line->folded;
    gsize length = strlen(text);
    while (length > 0 && strchr(",.!;- ", text[length - 1]))
        length--;
    static const char *const commas[] = {"،", "，", "、"};
    for (gsize i = 0; i < G_N_ELEMENTS(commas); i++)
        if (length > strlen(commas[i]) && g_str_has_suffix(text, commas[i]))
            length = strlen(text) - strlen(commas[i]);
    if (length == 0 || length > CLOSING_BYTES)
        return FALSE;
    g_autofree char *bare = g_strndup(text, length);
    return phrase_at_start(bare, PHRASE_CLOSING) == length;
}

/* "Please call him." is one, "Example Corp." and "Dept. of Physics." are none. */
static gboolean is_short_sentence(const TextLine *line)
{
    enum { WORDS = 4, LETTERS = 4 };
    gsize letters = 0;
    for (gsize i = line->length; i > 0; i--) {
        letters = g_ascii_isalpha(line->start[i - 1]) ? letters + 1 : 0;
        if (letters >= LETTERS && g_ascii_islower(line->start[i - 1]) && i > 1 && line->start[i - 2] == ' ')
            return TRUE;
    }
    return text_count_words(line->folded) > WORDS;
}

/* Name, company, street: short, and no sentence. */
gboolean card_line_is_short(const TextLine *line)
{
    const char *text = line->folded;
    gsize length = strlen(text);
    if (line->is_code || line->depth > 0 || line->length > CARD_LINE_BYTES || length == 0 ||
        count_spelled(text) > 9)
        return FALSE;
    return !strchr("?!:;", text[length - 1]) &&
           !(line->length > 0 && text[length - 1] == '.' && is_short_sentence(line)) &&
           !g_ascii_isdigit(text[0]) && !strchr("-*#>$<", line->start[0]);
}

/* One to four words that begin with capitals, and no digits. */
gboolean card_line_is_name(const TextLine *line)
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
    return words >= 1 && words <= 4 && card_line_is_short(line);
}

/* "12345 Berlin", "5 Example Street" */
static gboolean is_place(const TextLine *line)
{
    gsize digits = 0;
    while (digits < line->length && g_ascii_isdigit(line->start[digits]))
        digits++;
    return digits >= 1 && digits <= 6 && digits + 2 < line->length && line->start[digits] == ' ' &&
           g_unichar_isupper(g_utf8_get_char_validated(line->start + digits + 1, 4)) &&
           text_count_words(line->folded) <= 6 && !strchr(".?!:;", line->start[line->length - 1]);
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
        gboolean is_contact = card_line_is_contact(line);
        gboolean is_phoned =
            is_contact || (line->length <= CARD_LINE_BYTES && telephone_within(line->folded));
        if (!is_phoned && !card_line_is_short(line) && !is_place(line))
            return FALSE;
        contacts += is_phoned;
        reachable += is_phoned && !strstr(line->folded, "://");
    }
    if (seen > CONTACT_LINES || contacts == 0)
        return FALSE;
    return after_closing ||
           (card_line_is_name(&lines->at[start]) && reachable > 0 && (contacts >= 2 || seen <= 5));
}

/* An address and a number on lines of their own, and no word that announces them. */
static gboolean is_bare_contact(const TextLines *lines, gsize first, gsize start, gsize end)
{
    gboolean address = FALSE, phone = FALSE;
    for (gsize i = start; i < end; i++) {
        if (text_line_is_blank(&lines->at[i]) || !card_line_is_contact(&lines->at[i]))
            return FALSE;
        address |= strchr(lines->at[i].folded, '@') != NULL;
        phone |= telephone_is(lines->at[i].folded);
    }
    gsize above = text_lines_end(lines, first, start);
    return address && phone && above < start && above > first && !text_line_is_announced(lines, first, start);
}

static gboolean is_below_closing(const TextLines *lines, gsize first, gsize at)
{
    gsize above = text_lines_end(lines, first, at);
    return above > first && card_line_is_closing(&lines->at[above - 1]);
}

/* The person above the company. */
static gsize names_above(const TextLines *lines, gsize first, gsize start)
{
    while (start > first + 1 && card_line_is_name(&lines->at[start - 1]) &&
           !card_line_is_closing(&lines->at[start - 1]))
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
        if (!card_line_is_name(&lines->at[i]))
            return FALSE;
    return TRUE;
}

/* The name that stands by itself below the closing, above the house. */
static gsize up_to_closing(const TextLines *lines, gsize first, gsize start)
{
    guint seen = 0;
    for (gsize at = start; at > first + 1 && seen <= CONTACT_LINES / 2; at--) {
        const TextLine *above = &lines->at[at - 1];
        if (card_line_is_closing(above))
            return text_lines_next(lines, at, start);
        if (!text_line_is_blank(above) && !card_line_is_short(above))
            break;
        seen += !text_line_is_blank(above);
    }
    return start;
}

/* A name and ways to reach it at the very end. Words must be left above. The nearest beginning that will do
 * is taken, so that no line of the text is drawn in. */
static gsize find_beginning(const TextLines *lines, gsize first, gsize end)
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
        if (text_line_is_announced(lines, first, start))
            break;
        if ((after_closing || card_line_is_name(&lines->at[start])) &&
            is_contact_block(lines, start, end, after_closing))
            return up_to_closing(lines, first, names_above(lines, first, start));
        if (bare == end && is_bare_contact(lines, first, start, end))
            bare = start;
        if (card_line_is_closing(&lines->at[start]))
            break;
    }
    return bare;
}

/* "Ada Example | Engineer | Example Ltd | www.example.com" */
static gboolean is_barred_card(const TextLine *line)
{
    guint bars = 0;
    for (gsize i = 0; i < line->length; i++)
        bars += line->start[i] == '|';
    gsize end = strcspn(line->folded, "|");
    g_autofree char *folded = g_strndup(line->folded, end);
    const char *bar = memchr(line->start, '|', line->length);
    TextLine name = {.start = line->start,
                     .length = bar ? (gsize)(bar - line->start) : 0,
                     .folded = folded,
                     .role = line->role};
    return bars >= 2 && line->length <= CARD_LINE_BYTES * 2 && strchr(folded, ' ') &&
           card_line_is_name(&name) &&
           (telephone_within(line->folded) || strchr(line->folded, '@') || strstr(line->folded, "www."));
}

/* "Ada Example - 713-853-1587" */
static gboolean is_name_and_number(const TextLine *line)
{
    gsize digit = 0, end = 0;
    while (digit < line->length && !g_ascii_isdigit(line->start[digit]) && line->start[digit] != '(')
        digit++;
    if (digit == line->length || line->length > CARD_LINE_BYTES || line->is_code || line->depth > 0)
        return FALSE;
    while (end < digit && !strchr(",|-:", line->start[end]))
        end++;
    g_autofree char *rest = text_fold(line->start + end, line->length - end);
    const char *label = rest + strspn(rest, ",|-: ");
    label += phrase_at_start(label, PHRASE_CONTACT);
    g_autofree char *folded = text_fold(line->start, end);
    TextLine name = {.start = line->start, .length = end, .folded = folded, .role = line->role};
    return end > 2 && g_ascii_isupper(*line->start) && strchr(folded, ' ') && card_line_is_name(&name) &&
           strcspn(label, "0123456789") <= 4 && telephone_is(label);
}

gsize card_find(const TextLines *lines, gsize first, gsize end)
{
    gsize start = find_beginning(lines, first, end);
    if (start == end && end > first + 1 && text_line_is_blank(&lines->at[end - 2]) &&
        !text_line_is_announced(lines, first, end - 1) &&
        (is_name_and_number(&lines->at[end - 1]) || is_barred_card(&lines->at[end - 1])))
        start = end - 1;
    return is_all_card(lines, first, start) ? end : start;
}
