#include "parsers/reply/spans.h"

#include <postern/base/limits.h>

#define ROLE(role) (1u << (role))
#define ROLES_QUOTED (ROLE(SPAN_INTRO) | ROLE(SPAN_QUOTED))
#define ROLES_SIGNATURE (ROLE(SPAN_SIGNATURE) | ROLE(SPAN_DEVICE) | ROLE(SPAN_FINE_PRINT))

static void append_line(GString *out, const TextLine *line, gboolean *blank_waits)
{
    if (text_line_is_blank(line)) {
        *blank_waits = out->len > 0;
        if (*blank_waits)
            g_string_append_c(out, '\n');
        return;
    }
    g_string_append_len(out, line->start, (gssize)line->length);
    g_string_append_c(out, '\n');
}

static char *collect(const TextLines *lines, guint roles)
{
    GString *out = g_string_new(NULL);
    gboolean blank_waits = FALSE;
    for (gsize i = 0; i < lines->count; i++)
        if (ROLE(lines->at[i].role) & roles)
            append_line(out, &lines->at[i], &blank_waits);
    while (out->len > 0 && g_ascii_isspace(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* One more line of a role; when there are too many changes the last span takes all the rest. */
static void add_line(GPtrArray *spans, SpanRole role, gsize start, gsize end)
{
    TextSpan *last = spans->len > 0 ? spans->pdata[spans->len - 1] : NULL;
    if (last && (last->role == role || spans->len >= LIMIT_SPANS)) {
        last->end = end;
        return;
    }
    TextSpan *span = g_new(TextSpan, 1);
    *span = (TextSpan){role, start, end};
    g_ptr_array_add(spans, span);
}

static GPtrArray *find_spans(const TextLines *lines, const char *text)
{
    GPtrArray *spans = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < lines->count; i++) {
        const TextLine *line = &lines->at[i];
        if (!text_line_is_blank(line))
            add_line(spans, line->role, (gsize)(line->start - text),
                     (gsize)(line->start - text) + line->length);
    }
    return spans;
}

void spans_collect(const TextLines *lines, const char *text, ReplyParts *out)
{
    *out = (ReplyParts){.reply = collect(lines, ROLE(SPAN_REPLY)),
                        .quoted = collect(lines, ROLES_QUOTED),
                        .signature = collect(lines, ROLES_SIGNATURE),
                        .spans = find_spans(lines, text)};
}
