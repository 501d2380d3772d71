#include "parsers/kind/words.h"

#include <postern/base/ascii.h>
#include <postern/base/limits.h>

#include <string.h>

/* RFC 5322 3.2.2: comments nest; the depth needs no stack. Returns the place behind. */
static const char *skip_comments(const char *at)
{
    guint depth = 0;
    for (; *at; at++) {
        if (*at == '\\' && depth > 0 && at[1])
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth > 0)
            depth--;
        else if (depth == 0 && !g_ascii_isspace(*at))
            break;
    }
    return at;
}

char *field_token(const char *raw)
{
    const char *at = skip_comments(raw ? raw : "");
    if (*at == '"')
        at++;
    gsize length = strcspn(at, " \t\r\n;,()\"");
    return g_ascii_strdown(at, (gssize)MIN(length, 128));
}

gboolean has_phrase(const char *text, const char *const *phrases)
{
    for (; *phrases; phrases++)
        if (strstr(text, *phrases))
            return TRUE;
    return FALSE;
}

gboolean has_phrase_of(const Grams *grams, const char *text, const char *const *phrases)
{
    for (; *phrases; phrases++)
        if (grams_may_have(grams, *phrases) && strstr(text, *phrases))
            return TRUE;
    return FALSE;
}

gboolean begins_with_phrase(const char *text, const char *const *phrases)
{
    for (; *phrases; phrases++)
        if (text[0] == **phrases && g_str_has_prefix(text, *phrases))
            return TRUE;
    return FALSE;
}

char *lower_text(const char *text, gsize limit_bytes)
{
    if (!text)
        return g_strdup("");
    gsize length = strnlen(text, limit_bytes);
    g_autofree char *valid = utf8_is_valid(text, length) ? NULL : g_utf8_make_valid(text, (gssize)length);
    const char *at = valid ? valid : text, *end = valid ? valid + strlen(valid) : text + length;
    GString *out = g_string_sized_new((gsize)(end - at) + 1);
    while (at < end) {
        /* Nearly all text is ASCII, and for that Unicode's rules are a long way. */
        gsize run = ascii_run(at, (gsize)(end - at)), from = out->len;
        g_string_set_size(out, from + run);
        ascii_lower(out->str + from, at, run);
        at += run;
        const char *stop = at;
        while (stop < end && (guchar)*stop >= 0x80)
            stop++;
        g_autofree char *lower = stop > at ? g_utf8_strdown(at, stop - at) : NULL;
        g_string_append(out, lower ? lower : "");
        at = stop;
    }
    return g_string_free(out, FALSE);
}

static gboolean is_local_sign(char c)
{
    return g_ascii_isalnum(c) || strchr("!#$%&'*+-/=?^_`{|}~.", c) || (guchar)c >= 0x80;
}

static gboolean is_domain_sign(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '.' || (guchar)c >= 0x80;
}

/* General punctuation, ideographs, kana, hangul, wide forms (lead bytes of UTF-8 from U+2000 on, Latin with
 * marks aside): text in these scripts has no blank before an address that is written in Latin letters. */
static gboolean is_wide(const char *at)
{
    return (guchar)*at >= 0xe2 && (guchar)*at <= 0xef;
}

/* Where the character that ends before `at` begins. */
static const char *character_before(const char *from, const char *at)
{
    const char *start = at - 1;
    for (guint i = 0; i < 3 && start > from && ((guchar)*start & 0xc0) == 0x80; i++)
        start--;
    return start;
}

/* RFC 5321 4.1.2: "bob smith"@example.net. */
#define QUOTED_BYTES 66

static const char *quoted_start(const char *from, const char *at)
{
    const char *stop = at - from > QUOTED_BYTES ? at - QUOTED_BYTES : from;
    for (const char *start = at - 2; start >= stop && *start && *start != '\n' && *start != '<'; start--)
        if (*start == '"')
            return start + 1 < at - 1 ? start : at;
    return at;
}

static const char *local_start(const char *from, const char *at)
{
    if (at - from > 2 && at[-1] == '"')
        return quoted_start(from, at);
    gboolean is_latin = at > from && (guchar)at[-1] < 0x80;
    const char *start = at;
    while (start > from && start[-1] && is_local_sign(start[-1])) {
        const char *character = character_before(from, start);
        if (is_latin && is_wide(character))
            break;
        start = character;
    }
    while (start < at && strchr(".'=/", *start))
        start++;
    return start;
}

static const char *domain_stop(const char *at, const char *end)
{
    gboolean is_latin = at < end && (guchar)*at < 0x80;
    const char *stop = at;
    while (stop < end && *stop && is_domain_sign(*stop) && !(is_latin && is_wide(stop)))
        stop++;
    while (stop > at && (stop[-1] == '.' || stop[-1] == '-'))
        stop--;
    return stop;
}

/* "****@example.net": the report does not tell. */
static gboolean is_masked(const char *start, const char *at)
{
    return strspn(start, "*") >= (gsize)(at - start);
}

const char *find_address(const char *from, const char *end, gsize *out_length)
{
    for (const char *at = from; (at = memchr(at, '@', (gsize)(end - at))); at++) {
        const char *start = local_start(from, at), *stop = domain_stop(at + 1, end);
        if (start < at && stop > at + 1 && stop - start <= 320 && !is_masked(start, at)) {
            *out_length = (gsize)(stop - start);
            return start;
        }
        if (stop >= end)
            break;
    }
    return NULL;
}

/* Reports quote header fields raw: a long id may be cut by a soft line break of quoted-printable. */
static char *id_in(const char *value)
{
    g_autoptr(GString) id = g_string_new(NULL);
    value += strspn(value, " \t\r\n");
    gboolean is_bracketed = *value == '<';
    for (value += is_bracketed; *value && id->len <= LIMIT_MESSAGE_ID_BYTES; value++) {
        gsize broken = *value == '=' ? strspn(value + 1, "\r") + 1 : 0;
        if (is_bracketed && broken && value[broken] == '\n')
            value += broken;
        else if (strchr("> \t\r\n", *value))
            break;
        else
            g_string_append_c(id, *value);
    }
    /* What lost its end may be another one. */
    if (is_bracketed && *value != '>')
        return NULL;
    return id->len > 0 && id->len <= LIMIT_MESSAGE_ID_BYTES ? g_strndup(id->str, id->len) : NULL;
}

/* Behind the colon, when a line begins with such a field. */
static const char *id_field_value(const char *at)
{
    static const char *const names[] = {"message-id", "original-message-id", "x-original-message-id"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strncasecmp(at, names[i], strlen(names[i])) != 0)
            continue;
        const char *colon = at + strlen(names[i]);
        colon += strspn(colon, " \t");
        return *colon == ':' ? colon + 1 : NULL;
    }
    return NULL;
}

char *find_message_id(const char *text)
{
    for (const char *line = text; line && *line;) {
        const char *value = id_field_value(line + strspn(line, " \t>|"));
        char *id = value ? id_in(value) : NULL;
        if (id)
            return id;
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return NULL;
}
