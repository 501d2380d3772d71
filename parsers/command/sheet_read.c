#include "arguments.h"
#include "clash.h"
#include "sheet.h"
#include "sheet_line.h"

#include <postern/base/clean.h>

#include <string.h>

#define ACTS_MOST 20u
/* Lines with a slash at their beginning, below the top: more of them are a list of paths, or an attack. */
#define SLASHES_MOST 1000u
#define PROBLEMS_MOST 20u

/* Mail programs break lines at 65 to 78 characters. A line that could have taken the next one's first word
 * within the first number, or is longer than the second, was ended by its writer. */
#define WRAP_LEAST 64u
#define WRAP_MOST 80u

typedef struct {
    CommandSheet *sheet;
    const char *const *prefixes;
    const char *next; /* behind `line` */
    SheetLine line;
    guint wrapped; /* lines behind `line` that belong to it */
    GString *body;
    guint looked_at; /* lines of the text that could be commands */
    Act *note;       /* of `sheet`: the first /note, or NULL; its text is what stands behind all of them */
    SheetLine note_line; /* without its word */
} Walk;

static void problem(Walk *walk, const SheetLine *line, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void problem(Walk *walk, const SheetLine *line, const char *format, ...)
{
    if (walk->sheet->problems->len >= PROBLEMS_MOST)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *written = clean_line(line->start, (gssize)line->length, ACT_WRITTEN_BYTES);
    ActProblem *problem = g_new0(ActProblem, 1);
    problem->line = line->number;
    problem->written = clean_terminal(written);
    problem->words = clean_terminal(words);
    g_ptr_array_add(walk->sheet->problems, problem);
}

static const char *line_end(const SheetLine *line)
{
    return line->start + line->length;
}

static guint characters(const char *start, const char *end)
{
    return (guint)g_utf8_strlen(start, end - start);
}

static const char *word_end(const char *at, const char *end)
{
    while (at < end && !g_unichar_isspace(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

/* TRUE when a mail program may have made these two lines out of one. */
static gboolean may_be_wrapped(const SheetLine *line, const SheetLine *next)
{
    if (next->type == LINE_EMPTY || next->type == LINE_SLASH)
        return FALSE;
    guint width = characters(line->start, line_end(line));
    const char *first = sheet_skip_blank(next->start, line_end(next));
    guint taken = width + 1 + characters(first, word_end(first, line_end(next)));
    return width <= WRAP_MOST && taken > WRAP_LEAST;
}

/* A sentence that goes on; an answer begins with a capital letter. */
static gboolean goes_on(const SheetLine *line)
{
    const char *first = sheet_skip_blank(line->start, line_end(line));
    gunichar c = first < line_end(line) ? g_utf8_get_char(first) : 0;
    return g_unichar_islower(c) || g_unichar_isdigit(c) || c == '(';
}

/* The words behind a command, with what a mail program cut off from them. Else a piece of what was meant for
 * the team would go to the customer. */
static char *words_of(Walk *walk, gboolean has_words)
{
    GString *words = g_string_new(NULL);
    g_autofree char *first = sheet_words(walk->line.rest, line_end(&walk->line));
    g_string_append(words, first);
    g_auto(SheetLine) next = {.number = walk->line.number};
    SheetLine last = walk->line;
    const char *at = walk->next;
    while (has_words && words->len <= ARGUMENT_BYTES && sheet_line_next(&at, &next) &&
           may_be_wrapped(&last, &next)) {
        if (!goes_on(&next)) {
            problem(walk, &walk->line,
                    "its words may go on in the next line, or your answer begins there; leave an empty line "
                    "below the commands");
            break;
        }
        g_autofree char *more = sheet_words(next.start, line_end(&next));
        g_string_append_printf(words, " %s", more);
        last = next;
        walk->next = at;
    }
    walk->wrapped = last.number - walk->line.number;
    return g_string_free(words, FALSE);
}

/* Several notes are one; NULL when it can be. */
static char *take_note(Walk *walk, Act *act)
{
    if (!walk->note) {
        walk->note = act;
        walk->note_line = walk->line;
        walk->note_line.word = NULL;
        walk->sheet->is_note = TRUE;
        g_ptr_array_add(walk->sheet->acts, act);
        return NULL;
    }
    Act *note = walk->note;
    if (g_strcmp0(note->ref, act->ref) != 0)
        return g_strdup("a mail has one note, of one ticket; write the other one in a mail of its own");
    char *text = g_strjoin(note->text && act->text ? "\n" : "", note->text ? note->text : "",
                           act->text ? act->text : "", NULL);
    g_free(note->text);
    note->text = text;
    act_free(act);
    return NULL;
}

/* Keeps `act`, or says why not. */
static char *keep_act(Walk *walk, Act *act)
{
    GPtrArray *acts = walk->sheet->acts;
    char *clash = clash_find(acts, act);
    if (clash)
        return clash;
    if (acts->len >= ACTS_MOST)
        return g_strdup_printf("there are more than %u commands; send the others in another mail", ACTS_MOST);
    if (act->type == ACT_NOTE)
        return take_note(walk, act);
    g_ptr_array_add(acts, act);
    return NULL;
}

static void take_act(Walk *walk, ActType type)
{
    g_autofree char *rest = words_of(walk, act_rule(type)->has_words && type != ACT_NOTE);
    Act *act = g_new0(Act, 1);
    act->type = type;
    act->line = walk->line.number;
    g_autofree char *wrong = arguments_read(rest, walk->prefixes, act);
    g_autofree char *refused = wrong ? NULL : keep_act(walk, act);
    if (wrong)
        problem(walk, &walk->line, "%s; write: %s", wrong, act_usage(type));
    else if (refused)
        problem(walk, &walk->line, "%s", refused);
    if (wrong || refused)
        act_free(act);
    walk->line.number += walk->wrapped;
}

static void refuse_unknown(Walk *walk)
{
    const char *word = walk->line.word, *meant = act_meant(word);
    if (meant)
        problem(walk, &walk->line, "there is no command /%s; did you mean /%s?", word, meant);
    else
        problem(walk, &walk->line,
                "there is no command /%s; /help lists what there is, and //%s is sent as /%s", word, word,
                word);
}

static void refuse_odd(Walk *walk)
{
    problem(walk, &walk->line,
            "a command begins with a slash and its word, with nothing before or between; write /%s",
            walk->line.word);
}

/* FALSE when the line ends the commands. */
static gboolean take_top_line(Walk *walk)
{
    const SheetLine *line = &walk->line;
    if (line->type == LINE_EMPTY)
        return TRUE;
    ActType type = line->word ? act_parse(line->word) : ACT_COUNT;
    if (line->type == LINE_ODD && type != ACT_COUNT) {
        refuse_odd(walk);
        return TRUE;
    }
    if (line->type != LINE_SLASH)
        return FALSE;
    if (type == ACT_COUNT)
        refuse_unknown(walk);
    else
        take_act(walk, type);
    return TRUE;
}

/* Whether a line below the top, with a blank or a mark too much, is a command and nothing else. */
static gboolean is_odd_command(const Walk *walk, ActType type)
{
    g_autofree char *rest = sheet_words(walk->line.rest, line_end(&walk->line));
    Act *act = g_new0(Act, 1);
    act->type = type;
    g_autofree char *wrong = arguments_read(rest, walk->prefixes, act);
    act_free(act);
    return wrong == NULL;
}

static void check_text_line(Walk *walk)
{
    const SheetLine *line = &walk->line;
    if (!line->word || walk->sheet->problems->len >= PROBLEMS_MOST || walk->looked_at++ >= SLASHES_MOST)
        return;
    ActType type = act_parse(line->word);
    const char *meant = type != ACT_COUNT ? line->word : act_meant(line->word);
    if (line->type == LINE_SLASH && meant)
        problem(walk, line,
                "/%s was probably meant as a command, and here it would be text; move it to the top, "
                "above all other words (/%s), or write //%s to send it as it is",
                line->word, meant, line->word);
    else if (line->type == LINE_ODD && type != ACT_COUNT && is_odd_command(walk, type))
        problem(walk, line,
                "/%s was probably meant as a command, and here it would be text; move it to the top, "
                "above all other words, with nothing before it",
                line->word);
}

static void take_text_line(Walk *walk)
{
    const SheetLine *line = &walk->line;
    check_text_line(walk);
    if (line->type == LINE_ESCAPED) {
        const char *blanks_end = sheet_skip_blank(line->start, line_end(line));
        g_string_append_len(walk->body, line->start, blanks_end - line->start);
        g_string_append_len(walk->body, line->escaped, line_end(line) - line->escaped);
    } else {
        g_string_append_len(walk->body, line->start, (gssize)line->length);
    }
    g_string_append_c(walk->body, '\n');
}

static void finish(Walk *walk)
{
    GString *body = walk->body;
    while (body->len > 0 && g_ascii_isspace(body->str[body->len - 1]))
        g_string_truncate(body, body->len - 1);
    Act *note = walk->note;
    if (note && note->text) {
        g_string_prepend(body, body->len > 0 ? "\n" : "");
        g_string_prepend(body, note->text);
    }
    if (note) {
        g_free(note->text);
        note->text = g_strdup(body->str);
    }
    if (note && !*note->text)
        problem(walk, &walk->note_line, "the note is empty; write it behind /note or below");
    walk->sheet->text = g_string_free(body, FALSE);
}

/* Marks that turn the order of characters round, so that a line says something else than is seen. */
static char *without_turns(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 1);
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if ((c < 0x202a || c > 0x202e) && (c < 0x2066 || c > 0x2069))
            g_string_append_len(out, at, g_utf8_next_char(at) - at);
    }
    return g_string_free(out, FALSE);
}

CommandSheet *sheet_read(const char *text, const char *const *prefixes)
{
    g_autofree char *clean = clean_text(text, -1, G_MAXSIZE / 2);
    g_autofree char *straight = without_turns(clean);
    Walk walk = {.sheet = sheet_new(), .prefixes = prefixes, .next = straight, .body = g_string_new(NULL)};
    gboolean is_top = TRUE;
    while (sheet_line_next(&walk.next, &walk.line)) {
        is_top = is_top && take_top_line(&walk);
        if (!is_top)
            take_text_line(&walk);
    }
    finish(&walk);
    sheet_line_clear(&walk.line);
    return walk.sheet;
}
