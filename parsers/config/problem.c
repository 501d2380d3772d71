#include <postern/base/clean.h>
#include <postern/yaml.h>

#include <stdarg.h>
#include <string.h>

/* A line longer than this is shown in part, around the place. */
#define SHOWN_CHARACTERS 160u
/* So much of a cut line stands before the place. */
#define SHOWN_BEFORE 60u
#define MESSAGE_BYTES 1000u
/* Longer words are no misspelt keys, and the distance table stays on the stack. */
#define WORD_BYTES 48u

GPtrArray *problems_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
}

void problem_free(Problem *problem)
{
    if (!problem)
        return;
    g_free(problem->file);
    g_free(problem->message);
    g_free(problem->source_line);
    g_free(problem);
}

static const char *find_line(const char *text, guint line)
{
    for (guint at = 1; text && at < line; at++) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return text;
}

/* One character of the file as one that a terminal can show; a character stays a character, so that
 * columns stay true. */
static gunichar shown_character(const char **at, const char *end)
{
    gunichar c = g_utf8_get_char_validated(*at, end - *at);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        (*at)++;
        return 0xfffd;
    }
    *at += g_unichar_to_utf8(c, NULL);
    if (c == '\t')
        return ' ';
    char bytes[8] = {0};
    g_unichar_to_utf8(c, bytes);
    g_autofree char *clean = c == ' ' ? g_strdup(" ") : clean_terminal(bytes);
    return *clean ? g_utf8_get_char(clean) : 0xfffd;
}

static guint cells(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static void show_line(Problem *problem, const char *text)
{
    const char *start = find_line(text, problem->line);
    if (!start)
        return;
    const char *end = start + strcspn(start, "\n");
    if (end > start && end[-1] == '\r')
        end--;
    guint skip = 0;
    /* Bytes are never fewer than characters: a short line is shown whole without counting. */
    if (end - start > SHOWN_CHARACTERS && problem->column > SHOWN_CHARACTERS - SHOWN_BEFORE)
        skip = problem->column - SHOWN_BEFORE;
    GString *shown = g_string_new(NULL);
    guint column = 1;
    for (const char *at = start; at < end && column <= skip + SHOWN_CHARACTERS; column++) {
        gunichar c = shown_character(&at, end);
        if (column <= skip)
            continue;
        g_string_append_unichar(shown, c);
        if (column < problem->column)
            problem->caret += cells(c);
    }
    /* A place behind the end of the line, as of something missing there. */
    if (problem->column > column)
        problem->caret++;
    problem->source_line = g_string_free(shown, FALSE);
}

static char *message_format(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);
static char *message_format(const char *format, va_list arguments)
{
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    g_autofree char *line = clean_line(raw, -1, MESSAGE_BYTES);
    return clean_terminal(line);
}

static Problem *problem_at(const char *file, guint line, guint column)
{
    Problem *problem = g_new0(Problem, 1);
    problem->file = g_strdup(file);
    problem->line = line;
    problem->column = column;
    return problem;
}

/* TRUE when there is room. An error that finds none leaves a last word, which is an error itself, so that
 * problems_fatal() stays true. */
static gboolean has_room(GPtrArray *problems, const char *file, gboolean is_warning)
{
    if (is_warning)
        return problems->len < PROBLEMS_MAX / 2;
    if (problems->len < PROBLEMS_MAX - 1)
        return TRUE;
    if (problems->len == PROBLEMS_MAX - 1) {
        Problem *last = problem_at(file, 0, 0);
        last->message = g_strdup("there are more problems; mend these first");
        g_ptr_array_add(problems, last);
    }
    return FALSE;
}

void problem_add(GPtrArray *problems, const char *file, const char *text, guint line, guint column,
                 const char *format, ...)
{
    if (!has_room(problems, file, FALSE))
        return;
    Problem *problem = problem_at(file, line, column);
    va_list arguments;
    va_start(arguments, format);
    problem->message = message_format(format, arguments);
    va_end(arguments);
    if (text && line > 0)
        show_line(problem, text);
    g_ptr_array_add(problems, problem);
}

void problem_warn(GPtrArray *problems, const char *file, const char *text, guint line, guint column,
                  const char *format, ...)
{
    if (!has_room(problems, file, TRUE))
        return;
    Problem *problem = problem_at(file, line, column);
    problem->is_warning = TRUE;
    va_list arguments;
    va_start(arguments, format);
    problem->message = message_format(format, arguments);
    va_end(arguments);
    if (text && line > 0)
        show_line(problem, text);
    g_ptr_array_add(problems, problem);
}

gboolean problems_fatal(const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++)
        if (!((const Problem *)problems->pdata[i])->is_warning)
            return TRUE;
    return FALSE;
}

static void problem_format(GString *out, const Problem *problem)
{
    g_autofree char *file = clean_terminal(problem->file);
    g_string_append(out, file);
    if (problem->line > 0)
        g_string_append_printf(out, ":%u:%u", problem->line, problem->column);
    g_string_append_printf(out, ": %s: %s\n", problem->is_warning ? "warning" : "error", problem->message);
    if (problem->source_line)
        g_string_append_printf(out, "  %s\n  %*s^\n", problem->source_line, (int)problem->caret, "");
}

/* What must be mended stands first. */
static gint by_place(gconstpointer a, gconstpointer b)
{
    const Problem *one = *(Problem *const *)a, *other = *(Problem *const *)b;
    if (one->is_warning != other->is_warning)
        return one->is_warning ? 1 : -1;
    int files = strcmp(one->file, other->file);
    if (files != 0)
        return files;
    /* What concerns a file as a whole comes last. */
    guint one_line = one->line - 1, other_line = other->line - 1;
    if (one_line != other_line)
        return one_line < other_line ? -1 : 1;
    return one->column < other->column ? -1 : one->column > other->column;
}

char *problems_format(const GPtrArray *problems)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(problems->len);
    for (guint i = 0; i < problems->len; i++)
        g_ptr_array_add(sorted, problems->pdata[i]);
    g_ptr_array_sort(sorted, by_place);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sorted->len; i++)
        problem_format(out, sorted->pdata[i]);
    return g_string_free(out, FALSE);
}

/* Edit distance where a swap of neighbours counts one; capital letters count as small ones. Both words are
 * at most WORD_BYTES long. */
static guint edit_distance(const char *a, const char *b)
{
    guint rows[3][WORD_BYTES + 1];
    guint *before = rows[0], *previous = rows[1], *current = rows[2];
    guint length = (guint)strlen(b);
    for (guint j = 0; j <= length; j++)
        previous[j] = j;
    for (guint i = 1; a[i - 1]; i++) {
        current[0] = i;
        for (guint j = 1; j <= length; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            guint best = MIN(previous[j], current[j - 1]) + 1;
            best = MIN(best, previous[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
                best = MIN(best, before[j - 2] + 1);
            current[j] = best;
        }
        guint *spare = before;
        before = previous;
        previous = current;
        current = spare;
    }
    return previous[length];
}

const char *problem_did_you_mean(const char *word, const char *const *words)
{
    gsize length = strlen(word);
    if (length < 2 || length > WORD_BYTES)
        return NULL;
    const char *closest = NULL;
    guint least = length <= 3 ? 2 : length <= 6 ? 3 : 4; /* fewer edits than this */
    for (; *words; words++) {
        if (strlen(*words) > WORD_BYTES)
            continue;
        guint distance = edit_distance(word, *words);
        if (distance < least) {
            least = distance;
            closest = *words;
        }
    }
    return closest;
}
