#include <postern/ids.h>

#include <string.h>

/* No vowels, so that no words come out. Of characters that look alike on paper at most one is here:
 * neither of 0 and O, none of 1, I, L; the digit of 2 Z, 5 S, 8 B. */
static const char alphabet[] = "23456789CDFGHJKMNPQRTVWXY";

/* More in one text is a list of tickets, not a mail about one. */
#define REFS_MOST 20u

char *ticket_ref_make(const char *prefix, const guint8 *random)
{
    char code[TICKET_REF_LENGTH + 1] = "";
    for (guint i = 0; i < TICKET_REF_LENGTH; i++)
        code[i] = alphabet[(random[2 * i] << 8 | random[2 * i + 1]) % (sizeof alphabet - 1)];
    return g_strconcat(prefix, "-", code, NULL);
}

/* TRUE when the character belongs to a word; broken bytes do. */
static gboolean is_word(const char *at)
{
    if ((guchar)*at < 0x80)
        return g_ascii_isalnum(*at) || *at == '_';
    gunichar c = g_utf8_get_char_validated(at, -1);
    return c >= (gunichar)-2 || g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static gboolean is_hyphen(gunichar c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* After blanks, hyphens of any kind, and blanks: people write "SUP 7K3QW2" and "SUP – 7K3QW2". */
static const char *skip_separator(const char *at)
{
    at += strspn(at, " ");
    gunichar c = g_utf8_get_char_validated(at, -1);
    if (c < (gunichar)-2 && is_hyphen(c))
        at = g_utf8_next_char(at);
    return at + strspn(at, " ");
}

/* Where the word ends: a hyphen with more behind it goes on. */
static gboolean ends_here(const char *at)
{
    return !is_word(at) && !(*at == '-' && is_word(at + 1) && at[1] != '\0');
}

static char *code_at(const char *at)
{
    char code[TICKET_REF_LENGTH + 1] = "";
    for (guint i = 0; i < TICKET_REF_LENGTH; i++) {
        code[i] = g_ascii_toupper(at[i]);
        if (code[i] == '\0' || !strchr(alphabet, code[i]))
            return NULL;
    }
    return ends_here(at + TICKET_REF_LENGTH) ? g_strdup(code) : NULL;
}

static char *ref_at(const char *at, const char *prefix)
{
    gsize length = strlen(prefix);
    if (length == 0 || g_ascii_strncasecmp(at, prefix, length) != 0)
        return NULL;
    g_autofree char *code = code_at(skip_separator(at + length));
    if (!code)
        return NULL;
    g_autofree char *upper = g_ascii_strup(prefix, -1);
    return g_strconcat(upper, "-", code, NULL);
}

static void take(GPtrArray *refs, char *ref)
{
    if (!ref)
        return;
    if (refs->len >= REFS_MOST || g_ptr_array_find_with_equal_func(refs, ref, g_str_equal, NULL))
        g_free(ref);
    else
        g_ptr_array_add(refs, ref);
}

GPtrArray *ticket_ref_scan(const char *text, const char *const *prefixes)
{
    GPtrArray *refs = g_ptr_array_new_with_free_func(g_free);
    gboolean inside = FALSE;
    for (const char *at = text; at && *at; at++) {
        /* Continuation bytes take over what their character was. */
        if (((guchar)*at & 0xc0) == 0x80)
            continue;
        if (!inside)
            for (guint i = 0; prefixes[i]; i++)
                take(refs, ref_at(at, prefixes[i]));
        inside = is_word(at) || *at == '-';
    }
    return refs;
}
