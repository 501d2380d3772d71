#include "gateway/app/explain.h"
#include "gateway/app/page.h"

#include <string.h>

static const char STYLES[] =
    "mark{unicode-bidi:isolate}mark.taken{background:#b9e6b9}mark.lost{background:#f3d9a4}"
    "mark.near{background:#f4c6c6}\n"
    "@media(prefers-color-scheme:dark){mark{color:#111}}\n";

static void append_place(GString *page, const Reading *reading, const char *where, gsize start, gsize end)
{
    g_autofree char *place = explain_place(reading, where, start, end);
    page_cell(page, NULL, place);
}

static void append_fields(GString *page, const Reading *reading)
{
    static const char *const columns[] = {"Field", "Value", "As written", "Rule", "Place", NULL};
    page_table(page, "Fields", columns);
    for (guint i = 0; i < reading->fields->len; i++) {
        const Field *field = reading->fields->pdata[i];
        g_string_append(page, "<tr>");
        page_cell(page, NULL, field->name);
        page_cell(page, "value", field->value);
        page_cell(page, "value", strcmp(field->raw, field->value) == 0 ? "" : field->raw);
        page_cell(page, NULL, field->rule);
        append_place(page, reading, field->where, field->start, field->end);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static gboolean is_shown(const Explained *explained, const Candidate *candidate)
{
    return candidate->fate == CANDIDATE_LOST || explain_is_near(explained, candidate) ||
           (candidate->fate == CANDIDATE_SAME && explained->is_verbose);
}

static void append_candidates(GString *page, const Explained *explained)
{
    static const char *const columns[] = {"Field", "As written", "Rule", "Place", "What became of it", NULL};
    const GPtrArray *candidates = explained->reading->candidates;
    page_table(page, "Not taken", columns);
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        if (!is_shown(explained, candidate))
            continue;
        g_autofree char *fate =
            g_strdup_printf("%s: %s", candidate_fate_name(candidate->fate), candidate->why);
        g_string_append(page, "<tr>");
        page_cell(page, NULL, candidate->field);
        page_cell(page, "value", candidate->raw);
        page_cell(page, NULL, candidate->rule);
        append_place(page, explained->reading, candidate->where, candidate->start, candidate->end);
        page_cell(page, NULL, fate);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static void append_meanings(GString *page, const Reading *reading)
{
    static const char *const columns[] = {"Meaning", "", "Score", "Because", NULL};
    if (reading->meanings->len == 0)
        return;
    page_table(page, "Meaning", columns);
    for (guint i = 0; i < reading->meanings->len; i++) {
        const Meaning *meaning = reading->meanings->pdata[i];
        g_autofree char *score =
            g_strdup_printf("%d%s", meaning->score, meaning->is_chosen ? ", chosen" : "");
        g_autoptr(GString) reasons = g_string_new(NULL);
        for (guint k = 0; k < meaning->reasons->len; k++)
            g_string_append_printf(reasons, "%s%s", k ? "\n" : "", (const char *)meaning->reasons->pdata[k]);
        g_string_append(page, "<tr>");
        page_cell(page, NULL, meaning_type_name(meaning->type));
        page_cell(page, NULL, meaning->name);
        page_cell(page, NULL, score);
        page_cell(page, "value", reasons->str);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</table>\n");
}

static void append_gave_up(GString *page, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        if (strcmp(finding->code, "rule-gave-up") != 0)
            continue;
        g_string_append(page, "<p><strong>Gave up:</strong> ");
        page_text(page, finding->detail);
        g_string_append(page, "</p>\n");
    }
}

/* A value goes before what lost, and that before what nearly was one. */
typedef enum { MARK_NONE, MARK_NEAR, MARK_LOST, MARK_TAKEN } Mark;

static Mark mark_of(const Explained *explained, const Candidate *candidate)
{
    if (candidate->fate == CANDIDATE_TAKEN || candidate->fate == CANDIDATE_SAME)
        return MARK_TAKEN;
    if (candidate->fate == CANDIDATE_LOST)
        return MARK_LOST;
    return explain_is_near(explained, candidate) ? MARK_NEAR : MARK_NONE;
}

/* By byte: the number of the candidate that marks it, from 1; of several the first. */
static gboolean lay_marks(const Explained *explained, const char *where, gsize length, guint *marks)
{
    const GPtrArray *candidates = explained->reading->candidates;
    gboolean is_marked = FALSE;
    for (Mark mark = MARK_NEAR; mark <= MARK_TAKEN; mark++)
        for (guint i = candidates->len; i-- > 0;) {
            const Candidate *candidate = candidates->pdata[i];
            if (strcmp(candidate->where, where) != 0 || mark_of(explained, candidate) != mark)
                continue;
            for (gsize at = candidate->start; at < MIN(candidate->end, length); at++)
                marks[at] = i + 1;
            is_marked = TRUE;
        }
    return is_marked;
}

static void append_marked(GString *page, const Explained *explained, guint number, const char *text,
                          gsize start, gsize end)
{
    static const char *const classes[] = {"", "near", "lost", "taken"};
    if (number == 0) {
        page_stretch(page, text, start, end);
        return;
    }
    const Candidate *candidate = explained->reading->candidates->pdata[number - 1];
    g_autofree char *title =
        g_strdup_printf("%s: %s by %s%s%s", candidate->field, candidate_fate_name(candidate->fate),
                        candidate->rule, *candidate->why ? ": " : "", candidate->why);
    g_string_append_printf(page, "<mark class=\"%s\" title=\"", classes[mark_of(explained, candidate)]);
    page_text(page, title);
    g_string_append(page, "\">");
    page_stretch(page, text, start, end);
    g_string_append(page, "</mark>");
}

static void append_text(GString *page, const Explained *explained, const char *where, gboolean only_marked)
{
    const char *text = explain_text(explained->reading, where);
    gsize length = text ? strlen(text) : 0;
    if (length == 0)
        return;
    g_autofree guint *marks = g_new0(guint, length + 1);
    if (!lay_marks(explained, where, length, marks) && only_marked)
        return;
    g_string_append_printf(page, "<h2>%s</h2>\n<pre>", where);
    for (gsize start = 0, end; start < length; start = end) {
        for (end = start + 1; end < length && marks[end] == marks[start]; end++)
            ;
        append_marked(page, explained, marks[start], text, start, end);
    }
    g_string_append(page, "</pre>\n");
}

char *explain_html(const Explained *explained)
{
    GString *page = page_begin("What the rules found", STYLES);
    g_string_append(page, "<h1>");
    page_text(page, *explained->reading->subject ? explained->reading->subject : explained->name);
    g_string_append(page, "</h1>\n<p>");
    page_text(page, explained->name);
    g_string_append(page, ", read with the rules of ");
    page_text(page, explained->rules);
    g_string_append(page, "</p>\n");
    append_fields(page, explained->reading);
    append_candidates(page, explained);
    append_meanings(page, explained->reading);
    append_gave_up(page, explained->reading->findings);
    append_text(page, explained, "subject", FALSE);
    append_text(page, explained, "reply", FALSE);
    append_text(page, explained, "quoted", FALSE);
    append_text(page, explained, "text", TRUE);
    append_text(page, explained, "from-domain", TRUE);
    return page_end(page);
}
