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

static gboolean is_drawn_line(const TextLine *line)
{
    gsize signs = 0;
    for (gsize i = 0; i < line->length && line->depth == 0; i++)
        if (line->start[i] == '_')
            signs++;
        else if (!g_ascii_isspace(line->start[i]))
            return FALSE;
    return signs >= 10;
}

static gsize seen_lines(const TextLines *lines, gsize first, gsize end)
{
    gsize seen = 0;
    for (gsize i = first; i < end; i++)
        seen += !text_line_is_blank(&lines->at[i]);
    return seen;
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
        if (is_delimiter(line, &is_strict) && below <= (is_strict ? DELIMITED_LINES : LOOSE_LINES))
            return i;
        if (is_drawn_line(line) && below <= LOOSE_LINES &&
            (i == first || text_line_is_blank(&lines->at[i - 1])))
            return i;
    }
    return end;
}

static guint count_words(const char *text)
{
    guint words = 0;
    for (gboolean inside = FALSE; *text; text++) {
        if (*text != ' ' && !inside)
            words++;
        inside = *text != ' ';
    }
    return words;
}

/* The part of a device line that names the device: up to punctuation that opens an excuse or a link. */
static char *device_words(const char *folded)
{
    gsize length = strcspn(folded, ",;!(<[");
    const char *sentence = strstr(folded, ". ");
    if (sentence)
        length = MIN(length, (gsize)(sentence - folded));
    const char *link = strstr(folded, "http");
    if (link)
        length = MIN(length, (gsize)(link - folded));
    return g_strndup(folded, length);
}

/* "Get [Outlook for Android](https://…)": a link that was turned into Markdown. */
static char *without_brackets(const char *folded)
{
    GString *out = g_string_new(NULL);
    for (; *folded; folded++)
        if (*folded != '[' && *folded != ']')
            g_string_append_c(out, *folded);
    return g_string_free(out, FALSE);
}

gboolean signature_is_device_line(const TextLine *line)
{
    if (line->is_code || line->depth > 0 || line->length > 240)
        return FALSE;
    g_autofree char *folded = without_brackets(line->folded);
    const char *text = folded + strspn(folded, "<([- ");
    gsize end = strlen(text);
    if (phrase_at_end(text, PHRASE_SENT_END) > 0 && count_words(text) <= 8 &&
        phrase_within(text, PHRASE_DEVICE))
        return TRUE;
    gsize start = phrase_at_start(text, PHRASE_SENT_FROM);
    if (start == 0 || start == end)
        return start > 0 && g_str_has_prefix(text, "get ");
    g_autofree char *words = device_words(text);
    gsize named = strlen(words);
    gboolean short_enough = count_words(words + start) <= 9 && named <= 120;
    if (!short_enough)
        return FALSE;
    /* Beyond the device only an excuse or a link: anything else may be the writer's own words. */
    const char *rest = text + named;
    gboolean rest_is_usual =
        strlen(rest) <= 2 || phrase_within(rest, PHRASE_EXCUSE) || strchr("<[(", rest[0]);
    gboolean is_mine = g_str_has_prefix(text + start, " my ") || strstr(text, "from my ") ||
                       strstr(text, "meinem") || strstr(text, "mon ") || strstr(text, " mi ") ||
                       strstr(text, " mijn ") || strstr(text, " min ");
    gboolean is_device = phrase_within(text, PHRASE_DEVICE);
    return rest_is_usual && (is_device || is_mine || (text > folded && count_words(words) <= 4));
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
    return phrase_within(text->str, PHRASE_DISCLAIMER) ? start : end;
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
        return count_words(text) <= 12;
    gboolean has_address =
        strchr(text, '@') || strstr(text, "http://") || strstr(text, "https://") || strstr(text, "www.");
    return has_address && count_words(text) <= 3;
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
        count_words(text) > 9)
        return FALSE;
    return !strchr("?!:;", text[length - 1]) && !(text[length - 1] == '.' && count_words(text) > 4) &&
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
    return peel_contact_block(lines, first, end);
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
