/* An agent's answer without the page that it answers. Whatever is unclear is called torn: then nothing is
 * sent. */
#include <postern/reply.h>

#include "parsers/reply/history.h"
#include "parsers/reply/page_signs.h"

#include <postern/ids.h>

#include <string.h>

#define MARK_COLUMNS 4u /* some programs break before they mark */

typedef struct {
    const char *start;
    gsize length;
    gsize marks; /* bytes that quote it */
} Row;

static Row row_at(const char *at)
{
    gsize length = strcspn(at, "\n");
    return (Row){at, length, page_quote_marks(at, length)};
}

static const char *row_next(const Row *row)
{
    return row->start + row->length + (row->start[row->length] == '\n');
}

static gboolean row_is_blank(const Row *row)
{
    g_autofree char *folded = text_fold(row->start + row->marks, row->length - row->marks);
    return *folded == '\0';
}

static gsize row_columns(const Row *row, gsize bytes)
{
    return (gsize)g_utf8_strlen(row->start, (gssize)MIN(bytes, row->length));
}

/* Where the cut line stands in `text`, whatever is between its letters: its first and its last one. */
static gboolean find_cut(const char *text, const char **out_first, const char **out_last)
{
    g_auto(Bare) bare = {0}, line = {0};
    bare_init(&bare, text, strlen(text));
    bare_init(&line, REPLY_CUT_LINE, strlen(REPLY_CUT_LINE));
    const char *found = strstr(bare.letters->str, line.letters->str);
    if (!found)
        return FALSE;
    gsize first = (gsize)(found - bare.letters->str);
    *out_first = text + g_array_index(bare.places, gsize, first);
    *out_last = text + g_array_index(bare.places, gsize, first + line.letters->len - 1);
    return TRUE;
}

static const char *row_start(const char *text, const char *at)
{
    while (at > text && at[-1] != '\n')
        at--;
    return at;
}

static gsize last_seen_line(const TextLines *lines, gsize count)
{
    while (count > 0 && (text_line_is_blank(&lines->at[count - 1]) || lines->at[count - 1].folded[0] == '\0'))
        count--;
    return count;
}

/* Without rules and blank lines at its end. */
static gsize end_of_words(const TextLines *lines, gsize count)
{
    while (count > 0 && (text_line_is_blank(&lines->at[count - 1]) ||
                         text_line_is_rule(&lines->at[count - 1]) || lines->at[count - 1].folded[0] == '\0'))
        count--;
    return count;
}

/* What stands above the page, without the line or block that says whose mail is quoted. */
static char *without_attribution(const char *head, gboolean is_quoted)
{
    /* Some attributions are only known by what follows. */
    g_autofree char *announced = g_strconcat(head, "\n", is_quoted ? "> ." : REPLY_CUT_LINE, "\n", NULL);
    g_auto(TextLines) lines = {0};
    text_lines_init(&lines, announced);
    gsize quote = 0;
    for (const char *at = head; *at; at++)
        quote += *at == '\n';
    gsize end = last_seen_line(&lines, quote + 1);
    g_autoptr(GArray) intros = history_intros(&lines);
    for (guint i = 0; i < intros->len; i++) {
        const Intro *intro = &g_array_index(intros, Intro, i);
        if (intro->last <= quote + 1 && intro->last + 1 >= end && intro->first < end)
            end = intro->first;
    }
    end = end_of_words(&lines, end);
    return end == 0 ? g_strdup("")
                    : g_strndup(announced,
                                (gsize)(lines.at[end - 1].start + lines.at[end - 1].length - announced));
}

typedef struct {
    gsize
        columns; /* no quoted line of several words is longer: a program that breaks lines breaks them here */
    gboolean is_loose; /* it broke the cut line and left the rest of it without a mark */
} Wrapping;

static gsize widest_row(const char *from)
{
    gsize widest = 0;
    for (const char *at = from; *at;) {
        Row row = row_at(at);
        const char *words = row.start + row.marks + strspn(row.start + row.marks, " ");
        gboolean has_several = memchr(words, ' ', row.length - (gsize)(words - row.start)) != NULL;
        if (row.marks > 0 && has_several)
            widest = MAX(widest, row_columns(&row, row.length));
        at = row_next(&row);
    }
    return widest;
}

/* "> a line of the page that had no room for its last" / "words": the second is no word of the agent. */
static gboolean may_be_wrapped(const Wrapping *wrapping, const Row *above, const Row *row)
{
    if (row_is_blank(above) || (above->marks == 0 && !wrapping->is_loose))
        return FALSE;
    gsize word = strcspn(row->start, " \n");
    return row_columns(above, above->length) + 1 + row_columns(row, word) + MARK_COLUMNS > wrapping->columns;
}

/* The lines below a quoted cut line, whose last row is `above`, that carry no marks. FALSE when nobody can
 * say whether one of them is the page's. */
static gboolean collect_between(Row above, const Wrapping *wrapping, GString *out)
{
    gboolean waits = FALSE, is_sure = TRUE;
    for (const char *at = row_next(&above); *at;) {
        Row row = row_at(at);
        gboolean is_tail = row.marks == 0 && !row_is_blank(&row) && may_be_wrapped(wrapping, &above, &row);
        if (row.marks > 0 || is_tail || row_is_blank(&row)) {
            waits = TRUE;
            is_sure = is_sure && (!is_tail || wrapping->is_loose);
        } else {
            is_sure = is_sure && !wrapping->is_loose;
            g_string_append(out, out->len == 0 ? "" : waits ? "\n\n" : "\n");
            g_string_append_len(out, row.start, (gssize)row.length);
            waits = FALSE;
        }
        above = row;
        at = row_next(&row);
    }
    return is_sure;
}

/* A page that our own reading did not tell from the words above it left the signature with them as well. */
static char *own_part(const char *text)
{
    g_auto(ReplyParts) parts = {0};
    reply_split(text, -1, &parts);
    return g_steal_pointer(&parts.reply);
}

/* Some programs quote their attribution together with the page. */
static void drop_quoted_end(char *head)
{
    gsize length = strlen(head);
    while (length > 0) {
        head[length - (head[length - 1] == '\n')] = '\0';
        const char *start = row_start(head, head + length - 1);
        Row row = row_at(start);
        if (row.marks == 0 && !row_is_blank(&row))
            return;
        length = (gsize)(start - head);
        head[length] = '\0';
    }
}

/* The line's own dashes and the marks before them are no letters: where nothing else stands before the first
 * letter, the whole row is its own. */
static const char *without_dashes(const Row *row, const char *letter)
{
    const char *words = row->start + MIN(row->marks, (gsize)(letter - row->start));
    g_auto(Bare) before = {0};
    bare_init(&before, words, (gsize)(letter - words));
    if (before.letters->len == 0)
        return row->start;
    while (letter > row->start && strchr("-> |*_\t", letter[-1]))
        letter--;
    return letter;
}

char *reply_cut_notice(const char *own_text, gboolean *out_is_torn)
{
    const char *cut, *last;
    *out_is_torn = FALSE;
    if (!find_cut(own_text, &cut, &last)) {
        *out_is_torn = reply_holds_notice(own_text);
        return g_strdup(own_text);
    }
    Row row = row_at(row_start(own_text, cut));
    gboolean is_quoted = row.marks > 0;
    cut = without_dashes(&row, cut);
    g_autofree char *head = g_strndup(own_text, (gsize)(cut - own_text));
    if (is_quoted)
        drop_quoted_end(head);
    g_autofree char *above = without_attribution(head, is_quoted);
    g_autofree char *words = is_quoted ? g_steal_pointer(&above) : own_part(above);
    GString *out = g_string_new(words);
    Row last_row = row_at(row_start(own_text, last));
    Wrapping wrapping = {widest_row(row.start), last_row.marks == 0};
    if (is_quoted && !collect_between(last_row, &wrapping, out))
        *out_is_torn = TRUE;
    *out_is_torn |= reply_holds_notice(out->str);
    return g_string_free(out, FALSE);
}

static gboolean holds_token(const char *text)
{
    g_autofree char *hidden = token_hide(text);
    return strcmp(hidden, text) != 0;
}

gboolean reply_holds_notice(const char *text)
{
    g_auto(Bare) bare = {0};
    bare_init(&bare, text, strlen(text));
    if (page_sign_within(&bare) || holds_token(text))
        return TRUE;
    guint first = 0;
    for (const char *at = text; *at;) {
        Row row = row_at(at);
        guint which = 0;
        PageSign sign = page_sign_of_line(row.start, row.length, &which);
        if (sign == PAGE_SIGN_SURE || (sign == PAGE_SIGN_WEAK && first && which != first))
            return TRUE;
        first = sign == PAGE_SIGN_WEAK && !first ? which : first;
        at = row_next(&row);
    }
    return FALSE;
}

char *reply_disarm(const char *text)
{
    static const char taken_out[] = "(a line that looks like one of Postern's own was taken out)";
    g_auto(Bare) bare = {0};
    bare_init(&bare, text, strlen(text));
    g_autofree guint8 *is_sign = g_malloc0(strlen(text) + 1);
    page_sign_mark(&bare, is_sign);
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at;) {
        Row row = row_at(at);
        gboolean found = memchr(is_sign + (at - text), 1, row.length + 1) != NULL ||
                         page_sign_of_line(row.start, row.length, NULL) != PAGE_SIGN_NONE;
        g_string_append_len(out, found ? taken_out : row.start,
                            found ? (gssize)strlen(taken_out) : (gssize)row.length);
        at = row_next(&row);
        if (at[-1] == '\n')
            g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
