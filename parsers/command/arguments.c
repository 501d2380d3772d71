#include "arguments.h"

#include "argument_words.h"

#include <postern/base/mail_id.h>
#include <postern/ids.h>
#include <postern/yaml.h>

#include <string.h>

#define SECOND_US ((gint64)G_USEC_PER_SEC)
#define DURATION_MOST_US (365 * 24 * 3600 * SECOND_US)
#define DURATION_DIGITS 6u
#define NAME_BYTES 64u     /* of an agent, a field, a category */
#define SPLIT_MESSAGES 50u /* ids in one line */

typedef char *(*ArgumentReader)(char *rest, const char *const *prefixes, Act *act);

/* The reference that `word` is, wholly, or NULL. The caller frees. */
static char *reference_of(const char *word, const char *const *prefixes)
{
    g_autofree char *bare = g_strdup(word);
    argument_trim(bare);
    g_autoptr(GPtrArray) refs = ticket_ref_scan(bare, prefixes);
    if (refs->len != 1 || g_utf8_strlen(bare, -1) != g_utf8_strlen(refs->pdata[0], -1))
        return NULL;
    return g_strdup(refs->pdata[0]);
}

static char *take_reference(char **rest, const char *const *prefixes)
{
    g_autofree char *first = g_strndup(*rest, strcspn(*rest, " "));
    char *ref = reference_of(first, prefixes);
    if (ref)
        argument_next(rest);
    return ref;
}

static char *nothing(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    (void)act;
    if (*rest == '\0')
        return NULL;
    g_autofree char *words = argument_shown(rest);
    return g_strdup_printf("nothing may stand behind it, but there is “%s”", words);
}

static char *words_or_none(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    act->text = *rest ? g_strdup(rest) : NULL;
    return NULL;
}

static char *search_words(char *rest, const char *const *prefixes, Act *act)
{
    words_or_none(rest, prefixes, act);
    return act->text ? NULL : g_strdup("the words to look for are missing");
}

/* Names of agents, fields and categories: what the configuration takes as one. */
static gboolean is_name(const char *word)
{
    gsize length = strlen(word);
    return length > 0 && length <= NAME_BYTES && g_ascii_isalnum(word[0]) &&
           strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static char *agent_and_words(char *rest, const char *const *prefixes, Act *act)
{
    char *name = argument_next(&rest);
    argument_trim(name);
    name += *name == '@';
    if (*name == '\0')
        return g_strdup("the name of an agent is missing");
    if (!is_name(name)) {
        g_autofree char *words = argument_shown(name);
        return g_strdup_printf("“%s” is no name of an agent", words);
    }
    act->word = g_strdup(name);
    return words_or_none(rest, prefixes, act);
}

static char *agent(char *rest, const char *const *prefixes, Act *act)
{
    char *wrong = agent_and_words(rest, prefixes, act);
    if (wrong || !act->text)
        return wrong;
    g_autofree char *more = argument_shown(act->text);
    return g_strdup_printf("only the name of one agent may stand behind it, but there is “%s”, too", more);
}

static char *severity(char *rest, const char *const *prefixes, Act *act)
{
    static const char *const levels[] = {"low", "medium", "high", "critical", NULL};
    (void)prefixes;
    argument_trim(rest);
    g_autofree char *level = g_ascii_strdown(rest, -1);
    if (*level == '\0')
        return g_strdup("how bad it is is missing");
    if (g_strv_contains(levels, level)) {
        act->word = g_steal_pointer(&level);
        return NULL;
    }
    const char *meant = problem_did_you_mean(level, levels);
    g_autofree char *words = argument_shown(rest);
    return meant ? g_strdup_printf("“%s” is no severity; did you mean %s?", words, meant)
                 : g_strdup_printf("“%s” is no severity", words);
}

/* Letters of any language: categories are words of the team. */
static gboolean is_category(const char *word)
{
    for (const char *at = word; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) && (c >= 0x80 || !strchr("._-/&+", (int)c)))
            return FALSE;
    }
    return *word && strlen(word) <= NAME_BYTES;
}

static char *category(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    if (*rest == '\0')
        return g_strdup("the category is missing");
    if (!is_category(rest)) {
        g_autofree char *words = argument_shown(rest);
        return g_strdup_printf("“%s” is no category: that is one word", words);
    }
    act->word = g_utf8_strdown(rest, -1);
    return NULL;
}

static char *field(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    char *name = argument_next(&rest);
    argument_trim(name);
    if (*name == '\0')
        return g_strdup("the name of the field and its value are missing");
    if (!is_name(name)) {
        g_autofree char *words = argument_shown(name);
        return g_strdup_printf("“%s” is no name of a field", words);
    }
    if (*rest == '\0')
        return g_strdup("the value of the field is missing");
    act->word = g_ascii_strdown(name, -1);
    act->text = g_strdup(rest);
    return NULL;
}

/* One reference is the target; of two the first is the ticket that it is about. */
static char *ticket(char *rest, const char *const *prefixes, Act *act)
{
    char *first = act->ref;
    act->ref = NULL;
    if (*rest == '\0') {
        act->word = first;
        return first ? NULL : g_strdup("the ticket that it becomes a part of is missing");
    }
    act->ref = first;
    act->word = reference_of(rest, prefixes);
    if (!act->word) {
        g_autofree char *words = argument_shown(rest);
        return g_strdup_printf("“%s” is no reference of a ticket", words);
    }
    return act->ref && strcmp(act->ref, act->word) == 0 ? g_strdup("a ticket cannot become a part of itself")
                                                        : NULL;
}

static char *not_an_id(const char *word)
{
    g_autofree char *words = argument_shown(word);
    return g_strdup_printf("“%s” is no id of a mail: these have 13 small letters and digits", words);
}

static char *messages(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint count = 0; *rest; count++) {
        char *word = argument_next(&rest);
        argument_trim(word);
        if (!mail_id_parse(word))
            return not_an_id(word);
        if (count == SPLIT_MESSAGES)
            return g_strdup_printf("there are more than %u messages", SPLIT_MESSAGES);
        g_autofree char *id = g_ascii_strdown(word, -1);
        g_string_append_printf(ids, "%s%s", count ? " " : "", id);
    }
    act->word = ids->len > 0 ? g_strdup(ids->str) : NULL;
    return NULL;
}

static char *held(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    argument_trim(rest);
    if (*rest == '\0')
        return g_strdup("the id of the held mail is missing");
    if (!mail_id_parse(rest))
        return not_an_id(rest);
    act->word = g_ascii_strdown(rest, -1);
    return NULL;
}

static char *held_or_none(char *rest, const char *const *prefixes, Act *act)
{
    if (*rest == '\0')
        return NULL;
    if (act->ref)
        return nothing(rest, prefixes, act);
    return held(rest, prefixes, act);
}

static gint64 unit_us(const char *unit)
{
    static const struct {
        const char *name;
        gint64 seconds;
    } units[] = {{"m", 60}, {"h", 3600}, {"d", 24 * 3600}, {"w", 7 * 24 * 3600}};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_ascii_strcasecmp(units[i].name, unit) == 0)
            return units[i].seconds * SECOND_US;
    return 0;
}

static gint64 read_duration(const char *word)
{
    gsize digits = strspn(word, "0123456789");
    const char *unit = word + digits;
    gint64 each = unit_us(unit + (*unit == ' '));
    return digits > 0 && digits <= DURATION_DIGITS ? g_ascii_strtoll(word, NULL, 10) * each : 0;
}

gint64 argument_duration_us(const char *word)
{
    gint64 duration_us = read_duration(word);
    return duration_us <= DURATION_MOST_US ? duration_us : 0;
}

static char *duration(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    argument_trim(rest);
    if (*rest == '\0')
        return g_strdup("the time is missing");
    act->duration_us = read_duration(rest);
    if (act->duration_us > 0 && act->duration_us <= DURATION_MOST_US)
        return NULL;
    g_autofree char *words = argument_shown(rest);
    return act->duration_us > DURATION_MOST_US
               ? g_strdup_printf("“%s” is more than a year", words)
               : g_strdup_printf("“%s” is no time: that is a number with m, h, d or w", words);
}

static const ArgumentReader readers[] = {
    [ARGUMENT_NONE] = nothing,
    [ARGUMENT_NOTE] = words_or_none,
    [ARGUMENT_AGENT] = agent,
    [ARGUMENT_AGENT_AND_TEXT] = agent_and_words,
    [ARGUMENT_REASON] = words_or_none,
    [ARGUMENT_SEVERITY] = severity,
    [ARGUMENT_CATEGORY] = category,
    [ARGUMENT_FIELD] = field,
    [ARGUMENT_TICKET] = ticket,
    [ARGUMENT_MESSAGES] = messages,
    [ARGUMENT_ADDRESS] = argument_address,
    [ARGUMENT_DURATION] = duration,
    [ARGUMENT_MAY_HELD] = held_or_none,
    [ARGUMENT_HELD] = held,
    [ARGUMENT_SEARCH] = search_words,
    [ARGUMENT_CUSTOMER] = argument_customer,
    [ARGUMENT_HINT] = argument_hint,
};
G_STATIC_ASSERT(G_N_ELEMENTS(readers) == ARGUMENT_COUNT);

char *arguments_read(const char *rest, const char *const *prefixes, Act *act)
{
    const ActRule *rule = act_rule(act->type);
    if (strlen(rest) > ARGUMENT_BYTES && act->type != ACT_NOTE)
        return g_strdup_printf("there are more than %u bytes behind it", ARGUMENT_BYTES);
    g_autofree char *words = g_strdup(rest);
    char *at = words;
    if (rule->names_ticket)
        act->ref = take_reference(&at, prefixes);
    return readers[rule->argument](at, prefixes, act);
}
