#include "parsers/kind/status_words.h"

#include "parsers/kind/status_phrases.h"
#include "parsers/kind/words.h"

#include <string.h>

/* More words than this are not one reason. */
#define REASON_WORDS_BYTES 2048u

typedef struct {
    const char *detail;
    const char *const *words; /* lower case */
} DetailWords;

/* The more special first: "quota" appears in texts about users, "unknown" in texts about hosts. */
static const DetailWords known[] = {
    {"7.4", status_no_tls},       {"6.7", status_no_utf8},        {"3.4", status_mail_too_big},
    {"2.2", status_mailbox_full}, {"1.1", status_host_or_user},   {"1.10", status_null_mx},
    {"4.3", status_directory},    {"7.2", status_list},           {"4.4", status_no_route},
    {"1.2", status_host_unknown}, {"7.25", status_reverse_dns},   {"1.8", status_bad_sender},
    {"1.6", status_moved},        {"2.1", status_disabled},       {"3.4", status_too_big},
    {"4.6", status_loop},         {"3.0", status_program_failed}, {"1.1", status_user_unknown},
    {"7.1", status_refused},      {"4.7", status_expired},        {"4.1", status_network},
    {"4.7", status_late},
};

const char *status_detail_from_words(const char *reason, gboolean is_reply)
{
    g_autofree char *text = lower_text(reason, REASON_WORDS_BYTES);
    Grams grams;
    grams_init(&grams, text, strlen(text));
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (has_phrase_of(&grams, text, known[i].words))
            return known[i].detail;
    if (has_phrase_of(&grams, text, status_no_way))
        return is_reply ? "1.1" : "1.2";
    return NULL;
}
