#include "charset.h"
#include "charset_convert.h"

#include <postern/base/ascii.h>
#include <postern/mail.h>

#include <string.h>
#include <uchardet/uchardet.h>

/* Fewer bytes beyond ASCII give a guess nothing to go by: Western text with an umlaut here and there. */
#define GUESS_LEAST_HIGH 16u
/* From the first of them on; a guess over more costs time and changes nothing. */
#define GUESS_MOST_BYTES (16u * 1024)
#define NAME_BYTES 64u /* no registered name has more than 40 characters */

/* A NUL would end the text for whoever reads it. */
static char *finish(GString *text)
{
    gsize to = 0;
    if (memchr(text->str, 0, text->len)) {
        for (gsize from = 0; from < text->len; from++)
            if (text->str[from] != '\0')
                text->str[to++] = text->str[from];
        g_string_truncate(text, to);
    }
    gsize bom = g_str_has_prefix(text->str, "\xef\xbb\xbf") ? 3 : 0;
    g_string_erase(text, 0, (gssize)bom);
    return g_string_free(text, FALSE);
}

/* Which UTF-16 it is when the label leaves it open: by its mark, else by where the zeros of
 * Latin letters stand. NULL when it does not look like UTF-16 at all. */
static const char *wide_name(const char *bytes, gsize length)
{
    const guchar *in = (const guchar *)bytes;
    if (length < 2 || length % 2)
        return NULL;
    if (in[0] == 0xff && in[1] == 0xfe)
        return "UTF-16LE";
    if (in[0] == 0xfe && in[1] == 0xff)
        return "UTF-16BE";
    gsize even = 0, odd = 0, look = MIN(length, 4096);
    for (gsize i = 0; i + 1 < look; i += 2) {
        even += in[i] == 0;
        odd += in[i + 1] == 0;
    }
    /* Zeros on both sides are no letters of any language. */
    if (even + odd == 0 || even + odd < look / 8 || MIN(even, odd) * 4 > MAX(even, odd))
        return NULL;
    return odd >= even ? "UTF-16LE" : "UTF-16BE";
}

static gboolean has_escape(const char *name, const char *bytes, gsize length)
{
    if (strcmp(name, "HZ") == 0)
        return memmem(bytes, length, "~{", 2) != NULL;
    if (strcmp(name, "UTF-7") == 0)
        return memchr(bytes, '+', length) != NULL;
    return memchr(bytes, 0x1b, length) || memchr(bytes, 0x0e, length);
}

/* Text in seven bits or wide units is or may be valid UTF-8 as it stands: the label decides before
 * that is asked. NULL when it does not fit the bytes. */
static char *by_label_first(const CharsetName *charset, const char *bytes, gsize length)
{
    gsize bad = 0;
    CharsetName wide = *charset;
    if (charset->kind == CHARSET_WIDE && charset_unit(charset) == 2) {
        const char *name = wide_name(bytes, length);
        if (!name && utf8_is_valid(bytes, length))
            return NULL;
        if (name && strcmp(charset->name, "UTF-16") == 0)
            wide.name = name;
    } else if (charset->kind == CHARSET_ESCAPED) {
        if (!has_escape(charset->name, bytes, length))
            return NULL;
    } else if (charset->kind != CHARSET_WIDE) {
        return NULL;
    }
    g_autoptr(GString) text = charset_convert(&wide, bytes, length, &bad);
    if (!text || bad > length / 20)
        return NULL;
    return finish(g_steal_pointer(&text));
}

/* Two bytes of a Chinese or Korean word are valid UTF-8 by chance at times, but real UTF-8 of these languages
 * has three bytes a character. */
static gboolean is_utf8_by_chance(const char *bytes, gsize length)
{
    enum { LONG_ENOUGH = 24 };
    gsize high = 0;
    for (gsize i = 0; i < length && high <= LONG_ENOUGH; i++) {
        guchar c = (guchar)bytes[i];
        if (c >= 0xe0)
            return FALSE;
        high += c >= 0x80;
    }
    return high > 0 && high <= LONG_ENOUGH;
}

static char *by_label(const CharsetName *charset, const char *bytes, gsize length, GPtrArray *findings)
{
    gsize bad = 0;
    g_autoptr(GString) text = charset_convert(charset, bytes, length, &bad);
    if (!text || bad > length / 10)
        return NULL;
    if (bad > 0 && findings)
        finding_add(findings, "charset-broken", "%" G_GSIZE_FORMAT " places are no %s", bad, charset->name);
    return finish(g_steal_pointer(&text));
}

static char *by_guess(const char *bytes, gsize length, char **out_name)
{
    gsize high = 0;
    for (gsize i = 0; i < length && high < GUESS_LEAST_HIGH; i++)
        high += (guchar)bytes[i] >= 0x80;
    if (high < GUESS_LEAST_HIGH)
        return NULL;
    uchardet_t detector = uchardet_new();
    gsize ascii = ascii_run(bytes, length);
    uchardet_handle_data(detector, bytes + ascii, MIN(length - ascii, GUESS_MOST_BYTES));
    uchardet_data_end(detector);
    g_autofree char *name = g_strdup(uchardet_get_charset(detector));
    uchardet_delete(detector);
    CharsetName buffer;
    char name_buffer[NAME_BYTES];
    const CharsetName *charset = charset_lookup(name, &buffer, name_buffer, sizeof name_buffer);
    /* A guess outside our table (old Macintosh, Vietnamese) is seldom right, and the confined reader has no
     * converter for it: a mail must read the same everywhere. */
    if (!charset || charset->kind == CHARSET_UTF8 || charset->kind == CHARSET_OTHER)
        return NULL;
    char *text = by_label(charset, bytes, length, NULL);
    if (text)
        *out_name = g_steal_pointer(&name);
    return text;
}

static char *without_label(const char *bytes, gsize length, const char *declared, GPtrArray *findings)
{
    gsize bad;
    const char *wide = wide_name(bytes, length);
    CharsetName charset = {.name = wide ? wide : "WINDOWS-1252",
                           .kind = wide ? CHARSET_WIDE : CHARSET_SINGLE};
    g_autofree char *guess = NULL;
    char *text = wide ? NULL : by_guess(bytes, length, &guess);
    if (!text)
        text = finish(charset_convert(&charset, bytes, length, &bad));
    if (findings)
        finding_add(findings, "charset-guessed", "declared \"%s\", read as %s", declared ? declared : "",
                    guess ? guess : charset.name);
    return text;
}

/* More than this share of broken places is another charset, not damage. */
static gboolean is_broken_utf8(const char *bytes, gsize length)
{
    gsize bad = 0, good = 0;
    for (const char *at = bytes, *end = bytes + length; at < end;) {
        const char *stop;
        g_utf8_validate(at, end - at, &stop);
        for (; at < stop; at++)
            good += (guchar)*at >= 0xc0;
        /* The last character of a text that was cut is no mistake. */
        if (at < end && g_utf8_get_char_validated(at, end - at) == (gunichar)-2)
            break;
        if (at < end) {
            bad += *at != '\0';
            at++;
        }
    }
    return good > 0 && bad * 20 <= good + 19;
}

static char *repair_utf8(const char *bytes, gsize length, GPtrArray *findings)
{
    if (findings)
        finding_add(findings, "charset-broken", "some bytes are no UTF-8");
    return g_utf8_make_valid(bytes, (gssize)length);
}

/* Bytes without NUL, not decoded by their label yet. */
static char *by_ladder(const CharsetName *charset, const char *bytes, gsize length, const char *declared,
                       GPtrArray *findings)
{
    static const CharsetName japanese = {.alias = "", .name = "ISO-2022-JP-3", .kind = CHARSET_ESCAPED};
    char *text = NULL;
    if (memchr(bytes, 0x1b, length) && memmem(bytes, length, "\x1b$B", 3) &&
        (text = by_label_first(&japanese, bytes, length)))
        return text;
    gboolean is_cjk = charset && charset->kind == CHARSET_CJK;
    if (is_cjk && is_utf8_by_chance(bytes, length) && (text = by_label(charset, bytes, length, NULL)))
        return text;
    if (utf8_is_valid(bytes, length))
        return finish(g_string_new_len(bytes, (gssize)length));
    /* What is labelled ASCII and is none has no label. */
    gboolean says_bytes =
        charset && (charset->kind == CHARSET_SINGLE || is_cjk || charset->kind == CHARSET_OTHER);
    if (says_bytes && (text = by_label(charset, bytes, length, findings)))
        return text;
    if (is_broken_utf8(bytes, length))
        return repair_utf8(bytes, length, findings);
    return without_label(bytes, length, declared, findings);
}

char *charset_to_utf8(const char *bytes, gsize length, const char *declared, GPtrArray *findings)
{
    if (length == 0)
        return g_strdup("");
    CharsetName buffer;
    char name_buffer[NAME_BYTES];
    const CharsetName *charset = charset_lookup(declared, &buffer, name_buffer, sizeof name_buffer);
    char *text = charset ? by_label_first(charset, bytes, length) : NULL;
    if (text)
        return text;
    if (!memchr(bytes, 0, length))
        return by_ladder(charset, bytes, length, declared, findings);
    if (wide_name(bytes, length))
        return without_label(bytes, length, declared, findings);
    g_autofree char *without_nul = finish(g_string_new_len(bytes, (gssize)length));
    return by_ladder(charset, without_nul, strlen(without_nul), declared, findings);
}
