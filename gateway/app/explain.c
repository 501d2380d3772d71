#include "gateway/app/explain.h"

#include <postern/base/clean.h>

#include <string.h>

#define NAME_PREFIX "attachment-name:"

const char *explain_text(const Reading *reading, const char *where)
{
    const struct {
        const char *where, *text;
    } places[] = {
        {"subject", reading->subject},
        {"reply", reading->reply},
        {"text", reading->text},
        {"quoted", reading->quoted},
    };
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (strcmp(places[i].where, where) == 0)
            return places[i].text;
    if (g_str_has_prefix(where, NAME_PREFIX))
        return where + strlen(NAME_PREFIX);
    const char *at = reading->from ? strrchr(reading->from->address, '@') : NULL;
    return at && strcmp(where, "from-domain") == 0 ? at + 1 : NULL;
}

gboolean explain_spot(const Reading *reading, const char *where, gsize start, gsize end, Spot *out)
{
    const char *text = explain_text(reading, where);
    if (!text || end > strlen(text) || start > end)
        return FALSE;
    *out = (Spot){.line = 1, .last_line = 1};
    for (gsize i = 0; i < end; i++) {
        if (text[i] != '\n')
            continue;
        out->last_line++;
        if (i < start) {
            out->line++;
            out->line_start = i + 1;
        }
    }
    out->column = (guint)g_utf8_strlen(text + out->line_start, (gssize)(start - out->line_start)) + 1;
    out->line_end = out->line_start + strcspn(text + out->line_start, "\n");
    return TRUE;
}

char *explain_place(const Reading *reading, const char *where, gsize start, gsize end)
{
    Spot spot;
    if (start == end)
        return g_strdup(where);
    if (explain_spot(reading, where, start, end, &spot))
        return g_strdup_printf("%s %u:%u", where, spot.line, spot.column);
    return g_strdup_printf("%s bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, where, start, end);
}

static guint append_character(GString *out, const char *at, const char *next)
{
    if (*at == '\n' || *at == ' ' || *at == '\t') {
        g_string_append_c(out, *at == '\n' ? '\n' : ' ');
        return 1;
    }
    g_autofree char *one = g_strndup(at, (gsize)(next - at));
    g_autofree char *clean = clean_terminal(one);
    g_string_append(out, *clean ? clean : "\xef\xbf\xbd");
    gunichar c = g_utf8_get_char(*clean ? clean : "?");
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

guint explain_append(GString *out, const char *text, gsize start, gsize end)
{
    guint cells = 0;
    for (const char *at = text + start; at < text + end; at = g_utf8_next_char(at))
        cells += append_character(out, at, g_utf8_next_char(at));
    return cells;
}

static gboolean is_where_a_value_is(const GPtrArray *candidates, const Candidate *near)
{
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *other = candidates->pdata[i];
        gboolean is_value = other->fate == CANDIDATE_TAKEN || other->fate == CANDIDATE_SAME;
        if (is_value && strcmp(other->where, near->where) == 0 && other->start < near->end &&
            near->start < other->end)
            return TRUE;
    }
    return FALSE;
}

gboolean explain_is_near(const Explained *explained, const Candidate *candidate)
{
    switch (candidate->fate) {
    case CANDIDATE_NO_CONTEXT:
    case CANDIDATE_INVALID:
    case CANDIDATE_EXCEPTED:
        return explained->is_verbose || !is_where_a_value_is(explained->reading->candidates, candidate);
    case CANDIDATE_GAVE_UP:
        return candidate->start < candidate->end;
    default:
        return FALSE;
    }
}
