/* What every reader promises, for fuzz targets: they end with what is broken. */
#pragma once

#include <postern/base/clean.h>
#include <postern/reply.h>

#include <string.h>

/* Characters of a text that leave a mark. */
static inline gsize promise_seen(const char *text)
{
    gsize seen = 0;
    for (; *text; text += g_utf8_skip[*(const guchar *)text]) {
        gunichar c = g_utf8_get_char(text);
        seen += !g_unichar_isspace(c) && !g_unichar_iszerowidth(c) && c != 0xad;
    }
    return seen;
}

static inline void promise_line(const char *what, const char *line, gsize limit)
{
    if (line && (!clean_is_line(line) || strlen(line) > limit))
        g_error("%s is not clean, or too long: %.200s", what, line);
}

/* Nothing that can be seen is lost or doubled. */
static inline void promise_parts(const char *text, const ReplyParts *parts)
{
    gsize all = promise_seen(parts->reply) + promise_seen(parts->quoted) + promise_seen(parts->signature);
    if (all != promise_seen(text))
        g_error("%zu characters of %zu", all, promise_seen(text));
}

/* In order, of whole characters, and what no span covers is blank. */
static inline void promise_spans(const char *text, const GPtrArray *spans)
{
    gsize length = strlen(text), at = 0;
    for (guint i = 0; i < spans->len; i++) {
        const TextSpan *span = spans->pdata[i];
        if (span->role >= SPAN_COUNT || span->start < at || span->end < span->start || span->end > length ||
            (text[span->start] & 0xc0) == 0x80 || (text[span->end] & 0xc0) == 0x80)
            g_error("span %u is broken", i);
        g_autofree char *between = g_strndup(text + at, span->start - at);
        if (promise_seen(between) > 0)
            g_error("no span covers “%s”", between);
        at = span->end;
    }
    if (promise_seen(text + at) > 0)
        g_error("no span covers “%s”", text + at);
}

static inline void promise_same_parts(const ReplyParts *one, const ReplyParts *other)
{
    gboolean same = strcmp(one->reply, other->reply) == 0 && strcmp(one->quoted, other->quoted) == 0 &&
                    strcmp(one->signature, other->signature) == 0 && one->spans->len == other->spans->len;
    if (!same)
        g_error("the same text, another reading");
}
