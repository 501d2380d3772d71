#include "argument_words.h"

#include <postern/base/clean.h>

#include <string.h>

#define SHOWN_BYTES 60u

char *argument_shown(const char *words)
{
    g_autofree char *line = clean_line(words, -1, SHOWN_BYTES);
    return clean_terminal(line);
}

char *argument_next(char **rest)
{
    char *word = *rest, *blank = strchr(word, ' ');
    if (blank)
        *blank = '\0';
    *rest = blank ? blank + 1 : word + strlen(word);
    return word;
}

void argument_trim(char *word)
{
    for (gsize length = strlen(word); length > 1 && strchr(".,:;", word[length - 1]); length--)
        word[length - 1] = '\0';
}
