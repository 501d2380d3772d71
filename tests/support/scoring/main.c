/* score [-v] FOLDER: the index files under FOLDER/index name mails and what must be read from them. Exit code
 * 1 when a figure is below its aim. */
#include "tests/support/scoring/score.h"

#include <postern/mail.h>

#include <string.h>

int main(int count_of_words, char **words)
{
    gboolean is_verbose = count_of_words == 3 && strcmp(words[1], "-v") == 0;
    if (count_of_words != 2 && !is_verbose) {
        fprintf(stderr, "usage: score [-v] FOLDER\n");
        return 64;
    }
    mail_prepare();
    Score score = {
        .folder = words[count_of_words - 1],
        .is_verbose = is_verbose,
        .columns = g_ptr_array_new_with_free_func(g_free),
        .names = g_ptr_array_new_with_free_func(g_free),
    };
    score_parse(&score);
    score_torture(&score);
    score_labels(&score);
    score_replies(&score);
    score_speed(&score);
    score_charsets(&score);
    g_ptr_array_unref(score.columns);
    g_ptr_array_unref(score.names);
    return score.is_below ? 1 : 0;
}
