#include "parsers/body/trim.h"

#include <string.h>

static gsize tag_name_length(const char *tag, const char *end)
{
    const char *at = tag + 1;
    if (at < end && *at == '/')
        at++;
    while (at < end && at - tag < 32 && g_ascii_isalnum(*at))
        at++;
    return (gsize)(at - tag);
}

static const char *find(const char *from, const char *end, const char *what)
{
    const char *found = memmem(from, (gsize)(end - from), what, strlen(what));
    return found;
}

/* `no_more_ends` remembers that a search reached the end of the page: it is not made again. */
static const char *skip_comment(const char *at, const char *end, gboolean *no_more_ends)
{
    if (*no_more_ends)
        return NULL;
    const char *close = find(at + 2, end, "-->");
    if (!close)
        *no_more_ends = TRUE;
    return close ? close + 3 : NULL;
}

typedef struct {
    const char *next_close; /* the next ">" not before the place it was asked for; NULL: none to the end */
    gboolean no_more_comments;
} Memory;

/* Searching anew for every "<" would be quadratic where no ">" comes. */
static const char *close_after(Memory *memory, const char *at, const char *end)
{
    if (memory->next_close && memory->next_close < at)
        memory->next_close = memchr(at, '>', (gsize)(end - at));
    return memory->next_close;
}

static const char *copy_tag(GString *out, Memory *memory, const char *at, const char *end)
{
    const char *close = close_after(memory, at, end);
    if (close && (gsize)(close - at) < TRIM_TAG_BYTES) {
        g_string_append_c(out, '<');
        return at + 1;
    }
    g_string_append_len(out, at, (gssize)tag_name_length(at, end));
    g_string_append_c(out, '>');
    return close ? close + 1 : end;
}

static gboolean is_tag(const char *at, const char *end)
{
    return at + 1 < end && (g_ascii_isalpha(at[1]) || at[1] == '/' || at[1] == '!' || at[1] == '?');
}

/* Behind the end of the page the parser would hear nothing more, but mail goes on there: footers, and pages
 * put one behind the other. Outlook's "<![if …]>" it would take for words. */
static gboolean is_dropped(const char *at, const char *end)
{
    static const char *const names[] = {"</body", "</html"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i]);
        if ((gsize)(end - at) > length && g_ascii_strncasecmp(at, names[i], length) == 0 &&
            !g_ascii_isalnum(at[length]))
            return TRUE;
    }
    return end - at > 3 && at[1] == '!' && at[2] == '[';
}

static const char *drop_tag(Memory *memory, const char *at, const char *end)
{
    const char *close = close_after(memory, at, end);
    return close ? close + 1 : end;
}

GString *html_trim(const char *html, gsize length)
{
    GString *out = g_string_sized_new(length + 1);
    Memory memory = {.next_close = html};
    for (const char *at = html, *end = html + length; at < end;) {
        const char *stop = at;
        while (stop < end && *stop != '<' && *stop != '\0')
            stop++;
        g_string_append_len(out, at, stop - at);
        if (stop == end)
            break;
        const char *after = *stop == '<' && g_str_has_prefix(stop, "<!--")
                                ? skip_comment(stop, end, &memory.no_more_comments)
                                : NULL;
        if (after)
            at = after;
        else if (*stop == '\0')
            at = stop + 1;
        else if (is_dropped(stop, end))
            at = drop_tag(&memory, stop, end);
        else if (is_tag(stop, end))
            at = copy_tag(out, &memory, stop, end);
        else {
            /* "a < b" in prose: the parser would take the rest of the line for a tag. */
            g_string_append(out, "&lt;");
            at = stop + 1;
        }
    }
    return out;
}
