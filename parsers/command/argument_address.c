#include "argument_words.h"

#include <postern/address.h>

#include <string.h>

/* Mail programs put the link behind an address that they know one by: "a@b<mailto:a@b>", "a@b <a@b>". */
static void without_link(char *words)
{
    char *open = strchr(words, '<');
    if (!open || open == words)
        return;
    gsize length = (gsize)(open - words) - (open[-1] == ' ');
    const char *link = open + 1;
    if (g_ascii_strncasecmp(link, "mailto:", 7) == 0)
        link += 7;
    if (g_ascii_strncasecmp(link, words, length) == 0 && link[length] == '>')
        memmove(words + length, link + length + 1, strlen(link + length + 1) + 1);
}

static char *not_an_address(const char *written)
{
    g_autofree char *words = argument_shown(written);
    return g_strdup_printf("“%s” is no mail address", words);
}

/* A display name is only kept where a customer is named. */
static char *mailbox(const char *written, Act *act)
{
    g_autoptr(Mailbox) one = address_parse_mailbox(written);
    g_autofree char *address = one ? address_normalise(one->address) : NULL;
    if (!address || !address_is_envelope(address))
        return not_an_address(written);
    act->word = g_steal_pointer(&address);
    if (act->type == ACT_CUSTOMER && *one->name)
        act->text = g_strdup(one->name);
    return NULL;
}

char *argument_address(char *rest, const char *const *prefixes, Act *act)
{
    (void)prefixes;
    without_link(rest);
    argument_trim(rest);
    return *rest ? mailbox(rest, act) : g_strdup("the mail address is missing");
}

char *argument_customer(char *rest, const char *const *prefixes, Act *act)
{
    without_link(rest);
    if (strchr(rest, '<'))
        return argument_address(rest, prefixes, act);
    char *first = argument_next(&rest);
    char *wrong = argument_address(first, prefixes, act);
    if (!wrong && *rest)
        act->text = g_strdup(rest);
    return wrong;
}
