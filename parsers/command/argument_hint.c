#include "argument_words.h"

#include <postern/yaml.h>

#include <string.h>

#define NUMBER_DIGITS 15u

static char *first_word(const char *rest)
{
    return g_strndup(rest, strcspn(rest, " "));
}

/* "E12": the error that it is about, where the ticket has several. */
static void take_error(char **rest, Act *act)
{
    g_autofree char *word = first_word(*rest);
    argument_trim(word);
    gsize digits = *word ? strspn(word + 1, "0123456789") : 0;
    if ((*word != 'E' && *word != 'e') || digits == 0 || digits > NUMBER_DIGITS || word[1 + digits] != '\0')
        return;
    act->number = g_ascii_strtoll(word + 1, NULL, 10);
    argument_next(rest);
}

/* Without one, the words promise no more than that somebody looks. */
static char *take_state(char **rest, Act *act)
{
    static const char *const states[] = {"investigating", "workaround", "fixed", "none", NULL};
    g_autofree char *word = first_word(*rest);
    argument_trim(word);
    g_autofree char *low = g_ascii_strdown(word, -1);
    const char *meant = problem_did_you_mean(low, states);
    gboolean is_state = g_strv_contains(states, low);
    if (!is_state && meant)
        return g_strdup_printf("“%s” would be the first of the words for customers; did you mean %s?", word,
                               meant);
    act->word = g_strdup(is_state ? low : "investigating");
    if (is_state)
        argument_next(rest);
    return NULL;
}

static void take_duration(char **rest, Act *act)
{
    g_autofree char *word = first_word(*rest);
    argument_trim(word);
    act->duration_us = argument_duration_us(word);
    if (act->duration_us)
        argument_next(rest);
}

char *argument_hint(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    take_error(&rest, act);
    char *wrong = take_state(&rest, act);
    if (wrong)
        return wrong;
    gboolean is_end = strcmp(act->word, "none") == 0;
    if (!is_end)
        take_duration(&rest, act);
    if (is_end && *rest)
        return g_strdup("nothing may stand behind none");
    if (!is_end && !*rest)
        return g_strdup("the words for the customers are missing");
    act->text = is_end ? NULL : g_strdup(rest);
    return NULL;
}
