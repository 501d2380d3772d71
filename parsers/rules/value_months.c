#include <parsers/rules/value_months.h>

#include <string.h>

/* Folded: lower case without accents. */
static const char *const NAMES[12][16] = {
    {"january", "januar", "janvier", "enero", "janeiro", "januari", "gennaio", "janner", "jan", "janv", "ene",
     "gen", NULL},
    {"february", "februar", "fevrier", "febrero", "fevereiro", "februari", "febbraio", "feber", "feb", "fevr",
     "fev", "febb", NULL},
    {"march", "marz", "mars", "marzo", "marco", "maart", "maerz", "mar", "mrz", "mrt", NULL},
    {"april", "avril", "abril", "aprile", "apr", "avr", "abr", NULL},
    {"may", "mai", "mayo", "maio", "mei", "maggio", "mag", NULL},
    {"june", "juni", "juin", "junio", "junho", "giugno", "jun", "giu", NULL},
    {"july", "juli", "juillet", "julio", "julho", "luglio", "jul", "juil", "lug", NULL},
    {"august", "aout", "agosto", "augustus", "aug", "ago", NULL},
    {"september", "septembre", "septiembre", "setiembre", "setembro", "settembre", "sep", "sept", "set",
     "sett", NULL},
    {"october", "oktober", "octobre", "octubre", "outubro", "ottobre", "oct", "okt", "out", "ott", NULL},
    {"november", "novembre", "noviembre", "novembro", "nov", NULL},
    {"december", "dezember", "decembre", "diciembre", "dezembro", "dicembre", "dec", "dez", "dic", NULL},
};

static char *fold(const char *word)
{
    g_autofree char *lower = g_utf8_casefold(word, -1);
    g_autofree char *apart = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
    GString *folded = g_string_new(NULL);
    for (const char *at = apart ? apart : lower; *at; at = g_utf8_next_char(at))
        if (!g_unichar_ismark(g_utf8_get_char(at)))
            g_string_append_unichar(folded, g_utf8_get_char(at));
    return g_string_free(folded, FALSE);
}

guint month_of_name(const char *word)
{
    g_autofree char *folded = fold(word);
    for (guint month = 0; month < G_N_ELEMENTS(NAMES); month++)
        if (g_strv_contains(NAMES[month], folded))
            return month + 1;
    return 0;
}

gboolean month_is_filler(const char *word)
{
    static const char *const fillers[] = {"of", "the", "de", "del", "den", "der", "do", "di",
                                          "le", "el",  "il", "d",   "st",  "nd",  "rd", "th",
                                          "er", "re",  "e",  "o",   "a",   NULL};
    g_autofree char *folded = fold(word);
    return g_strv_contains(fillers, folded);
}
