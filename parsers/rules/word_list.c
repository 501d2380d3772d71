#include <parsers/rules/word_list.h>

#include <string.h>

typedef struct {
    const char *file, *text;
    KnownWords *words;
    GPtrArray *problems;
    guint line;
} Reading;

static void add(Reading *reading, const char *value, const char *word)
{
    if (!*word || g_utf8_strlen(word, -1) > KNOWN_WORD_LENGTH_MAX) {
        problem_add(reading->problems, reading->file, reading->text, reading->line, 1,
                    "a known value has 1 to %u characters", KNOWN_WORD_LENGTH_MAX);
        return;
    }
    const char *taken = known_words_add(reading->words, value, word);
    if (taken)
        problem_add(reading->problems, reading->file, reading->text, reading->line, 1,
                    "'%s' stands for '%s' already", word, taken);
}

/* `line` is written to. */
static void read_line(Reading *reading, char *line)
{
    char *equals = strchr(line, '=');
    if (equals)
        *equals = '\0';
    const char *value = g_strstrip(line);
    add(reading, value, value);
    if (!equals || !*value)
        return;
    g_auto(GStrv) synonyms = g_strsplit(equals + 1, ",", -1);
    for (guint i = 0; synonyms[i]; i++)
        add(reading, value, g_strstrip(synonyms[i]));
}

void word_list_read(const char *file, const char *text, KnownWords *words, GPtrArray *problems)
{
    Reading reading = {.file = file, .text = text, .words = words, .problems = problems};
    if (!g_utf8_validate(text, -1, NULL)) {
        problem_add(problems, file, NULL, 0, 0, "the list is not in UTF-8");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        char *line = g_strstrip(lines[i]);
        reading.line = i + 1;
        if (*line && *line != '#')
            read_line(&reading, line);
    }
}
