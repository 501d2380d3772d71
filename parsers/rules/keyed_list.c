#include <parsers/rules/keyed_read.h>

#include <string.h>

static gboolean is_at(const char *text, gsize at, gsize end, const char *word)
{
    gsize size = strlen(word);
    return end - at >= size && memcmp(text + at, word, size) == 0;
}

/* The bytes of what stands between two items at `at`, or 0. */
static gsize separator(const char *text, gsize at, gsize end)
{
    static const char *const signs[] = {",", ";",  "/",  "|",  "\n", "\t", "&",
                                        "+", "、", "，", "；", "،",  "؛",  "・"};
    static const char *const words[] = {" and ", " und ", " et ",  " y ",    " e ",  " i ",  " и ",
                                        " en ",  " og ",  " och ", " oder ", " or ", " ou ", " o ",
                                        " или ", " و ",   "と",    "和",     "및 "};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        if (is_at(text, at, end, signs[i]))
            return strlen(signs[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (is_at(text, at, end, words[i]))
            return strlen(words[i]);
    return 0;
}

static void give(const char *text, gsize start, gsize end, KeyedItem each, gpointer data)
{
    start = keyed_line_begin(text, start, end, TRUE);
    while (start < end && strchr("[{(", text[start]))
        start++;
    keyed_trim(text, &start, &end);
    if (start < end)
        each(start, end, data);
}

void keyed_split(const char *text, gsize start, gsize end, KeyedItem each, gpointer data)
{
    gsize item = start;
    for (gsize at = start; at < end;) {
        gsize size = separator(text, at, end);
        if (!size) {
            at++;
            continue;
        }
        give(text, item, at, each, data);
        /* The blank behind a word may be the one in front of the next. */
        at += size - (size > 2 && text[at + size - 1] == ' ');
        item = at;
    }
    give(text, item, end, each, data);
}

void keyed_first_word(const char *text, gsize start, gsize *end)
{
    gsize at = start;
    while (at < *end && !keyed_blank(text, *end, at) && !strchr(",;()[]{}<>\"'`*|&", text[at]))
        at++;
    while (at > start && strchr(".:!?#", text[at - 1]))
        at--;
    *end = at;
}
