#include "gateway/desk/desk_private.h"

#include <string.h>

static gboolean is_name_char(gunichar c)
{
    return g_unichar_isalpha(c) || g_unichar_ismark(c) || c == ' ' || c == '-' || c == '\'' || c == 0x2019;
}

/* A display name is a stranger's text: it is only said back when it can be nothing but a name. */
static gboolean is_plain_name(const char *name)
{
    guint words = 1, letters = 0;
    if (g_str_has_prefix(name, "http") || g_str_has_prefix(name, "www"))
        return FALSE;
    for (const char *at = name; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        gboolean initial = c == '.' && letters > 0 && (at[1] == ' ' || at[1] == '\0');
        if (!is_name_char(c) && !initial)
            return FALSE;
        words += c == ' ';
        letters++;
    }
    return letters > 0 && letters <= 40 && words <= 4;
}

/* "Okafor, Chidi" is how some address books write Chidi Okafor. */
static char *in_spoken_order(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ",", 3);
    if (g_strv_length(parts) != 2)
        return g_strdup(name);
    g_autofree char *turned = g_strdup_printf("%s %s", g_strstrip(parts[1]), g_strstrip(parts[0]));
    return g_strdup(g_strstrip(turned));
}

/* Lower case without marks: "Zoë" and zoe@… are one. */
static char *fold(const char *text)
{
    g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_NFD);
    g_autofree char *folded = g_utf8_casefold(apart ? apart : "", -1);
    GString *plain = g_string_new(NULL);
    for (const char *at = folded; *at; at = g_utf8_next_char(at))
        if (!g_unichar_ismark(g_utf8_get_char(at)))
            g_string_append_unichar(plain, g_utf8_get_char(at));
    return g_string_free(plain, FALSE);
}

static gboolean all_words_in(const char *name, const char *address)
{
    g_autofree char *local = g_strndup(address, strcspn(address, "@"));
    g_autofree char *folded_local = fold(local);
    g_autofree char *folded_name = fold(name);
    g_auto(GStrv) words = g_strsplit_set(folded_name, " .-'", -1);
    for (guint i = 0; words[i]; i++)
        if (!strstr(folded_local, words[i]))
            return FALSE;
    return TRUE;
}

char *desk_plain_name(const char *name)
{
    g_autofree char *spoken = in_spoken_order(name);
    return is_plain_name(spoken) ? g_steal_pointer(&spoken) : NULL;
}

/* A name of letters alone can still be a message ("Call Me Now"): to a mailbox that perhaps did not write
 * to us goes only what its address says itself, the whole name or the first one. */
char *desk_name_to_speak(const char *written, const char *address, gboolean is_sure)
{
    g_autofree char *name = desk_plain_name(written);
    if (!name)
        return NULL;
    if (is_sure || all_words_in(name, address))
        return g_steal_pointer(&name);
    g_autofree char *first = g_strndup(name, strcspn(name, " "));
    gboolean is_long = g_utf8_strlen(first, -1) >= 2;
    return is_long && all_words_in(first, address) ? g_steal_pointer(&first) : NULL;
}

char *desk_spoken_name(const DeskCase *mail, const Decision *decision)
{
    return desk_name_to_speak(decision->sender_name, decision->sender_address,
                              mail->reading && mail->reading->from_authentic);
}
