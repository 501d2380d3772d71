/* Whether HTML is of the form that we write: a strict grammar, read from left to right, that knows nothing of
 * how it came about. */
#include "parsers/body/safe_tag.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/body.h>

#include <string.h>

static const struct {
    const char *name;
    char c;
} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

typedef struct {
    const char *at;
    SafeTag open[SAFE_LEVELS];
    guint levels;
} Check;

/* One character of text or of a value, unescaped into `out`; FALSE at a bare sign of markup. */
static gboolean take_character(Check *check, GString *out)
{
    if (*check->at != '&') {
        if (strchr("<>\"'", *check->at))
            return FALSE;
        g_string_append_c(out, *check->at++);
        return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(entities); i++)
        if (g_str_has_prefix(check->at, entities[i].name)) {
            g_string_append_c(out, entities[i].c);
            check->at += strlen(entities[i].name);
            return TRUE;
        }
    return FALSE;
}

static gsize name_length(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");
}

/* ` name="value"` */
static gboolean take_attribute(Check *check, SafeTag tag)
{
    check->at++;
    gsize length = name_length(check->at);
    g_autofree char *name = g_strndup(check->at, length);
    g_autoptr(GString) value = g_string_new(NULL);
    check->at += length;
    if (!g_str_has_prefix(check->at, "=\""))
        return FALSE;
    check->at += 2;
    while (*check->at != '"')
        if (!take_character(check, value))
            return FALSE;
    check->at++;
    return safe_attribute_is(tag, name, value->str);
}

static gboolean is_within(const Check *check, SafeTag tag)
{
    for (guint i = 0; i < check->levels; i++)
        if (check->open[i] == tag || (safe_tag_shrinks(tag) && safe_tag_shrinks(check->open[i])))
            return TRUE;
    return FALSE;
}

static gboolean take_start(Check *check, SafeTag tag)
{
    if ((tag == TAG_A || safe_tag_shrinks(tag)) && is_within(check, tag))
        return FALSE;
    while (*check->at == ' ')
        if (!take_attribute(check, tag))
            return FALSE;
    if (*check->at++ != '>')
        return FALSE;
    if (safe_tag_is_void(tag))
        return TRUE;
    if (check->levels == SAFE_LEVELS)
        return FALSE;
    check->open[check->levels++] = tag;
    return TRUE;
}

static gboolean take_tag(Check *check)
{
    gboolean is_end = check->at[1] == '/';
    check->at += is_end ? 2 : 1;
    gsize length = name_length(check->at);
    SafeTag tag = safe_tag_written(check->at, length);
    check->at += length;
    if (tag == TAG_COUNT)
        return FALSE;
    if (!is_end)
        return take_start(check, tag);
    return *check->at++ == '>' && check->levels > 0 && check->open[--check->levels] == tag;
}

gboolean body_html_is_safe(const char *html)
{
    Check check = {.at = html};
    gsize length = strlen(html);
    g_autofree char *clean = clean_text(html, (gssize)length, LIMIT_HTML_BYTES);
    if (strcmp(clean, html) != 0)
        return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    while (*check.at) {
        if (*check.at == '<' ? !take_tag(&check) : !take_character(&check, text))
            return FALSE;
        g_string_truncate(text, 0);
    }
    return check.levels == 0;
}
