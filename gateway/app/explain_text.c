#include "gateway/app/command.h"
#include "gateway/app/explain.h"

#include <postern/base/clean.h>

#include <stdio.h>
#include <string.h>

#define BEFORE_BYTES 60u /* of a long line, in front of what is marked */
#define LINE_BYTES 140u  /* shown of a line in all */

static gsize character_start(const char *text, gsize from, gsize at)
{
    while (at > from && ((guchar)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* The line with the place in it, and carets below. */
static void print_excerpt(const Reading *reading, const char *where, gsize start, gsize end)
{
    Spot spot;
    if (start == end || !explain_spot(reading, where, start, end, &spot))
        return;
    const char *text = explain_text(reading, where);
    gsize from = spot.line_start, to = spot.line_end, stop = MIN(end, spot.line_end);
    if (start - from > BEFORE_BYTES)
        from = character_start(text, from, start - BEFORE_BYTES);
    if (to - from > LINE_BYTES)
        to = character_start(text, from, from + LINE_BYTES);
    stop = MIN(stop, to);
    g_autoptr(GString) before = g_string_new(from > spot.line_start ? "…" : "");
    g_autoptr(GString) marked = g_string_new(NULL), after = g_string_new(NULL);
    guint lead = explain_append(before, text, from, start) + (from > spot.line_start);
    guint width = explain_append(marked, text, start, stop);
    explain_append(after, text, stop, to);
    g_autofree char *carets = g_strnfill(MAX(width, 1), '^');
    printf("    %6u | %s%s%s%s%s%s\n", spot.line, before->str, style_bold(), marked->str, style_off(),
           after->str, to < spot.line_end ? "…" : "");
    printf("           | %*s%s%s%s", (int)lead, "", style_bold(), carets, style_off());
    if (spot.last_line > spot.line)
        printf(" and %u more line%s", spot.last_line - spot.line, spot.last_line == spot.line + 1 ? "" : "s");
    putchar('\n');
}

/* The first line of a value, cut. */
static char *value_line(const char *value)
{
    g_autofree char *first = g_strndup(value, strcspn(value, "\n"));
    g_autofree char *clean = clean_terminal(first);
    g_autofree char *cut = clean_line(clean, -1, LINE_BYTES);
    gboolean is_all = strlen(cut) == strlen(clean) && strlen(first) == strlen(value);
    return g_strconcat(cut, is_all ? "" : " …", NULL);
}

static char *raw_words(const char *raw, const char *value)
{
    if (strcmp(raw, value) == 0)
        return g_strdup("");
    g_autofree char *line = value_line(raw);
    return g_strdup_printf(", written '%s'", line);
}

static void print_dim(const char *format, ...) G_GNUC_PRINTF(1, 2);
static void print_dim(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = clean_terminal(text);
    printf("%s    %s%s\n", style_dim(), clean, style_off());
}

static void print_field(const Explained *explained, const Field *field)
{
    const Reading *reading = explained->reading;
    g_autofree char *value = value_line(field->value);
    g_autofree char *place = explain_place(reading, field->where, field->start, field->end);
    g_autofree char *raw = raw_words(field->raw, field->value);
    printf("\n  %s%s%s  %s\n", style_bold(), field->name, style_off(), value);
    print_dim("rule '%s', %s%s", field->rule, place, raw);
    print_excerpt(reading, field->where, field->start, field->end);
}

static void print_rival(const Explained *explained, const Candidate *candidate)
{
    g_autofree char *value = value_line(candidate->value ? candidate->value : candidate->raw);
    g_autofree char *place =
        explain_place(explained->reading, candidate->where, candidate->start, candidate->end);
    print_dim("%s: '%s' of '%s', %s: %s", candidate->fate == CANDIDATE_LOST ? "lost" : "same", value,
              candidate->rule, place, candidate->why);
}

static void print_rivals(const Explained *explained, const char *field)
{
    const GPtrArray *candidates = explained->reading->candidates;
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        gboolean is_told =
            candidate->fate == CANDIDATE_LOST || (candidate->fate == CANDIDATE_SAME && explained->is_verbose);
        if (is_told && strcmp(candidate->field, field) == 0)
            print_rival(explained, candidate);
    }
}

static gboolean has_field(const GPtrArray *fields, guint until, const char *name)
{
    for (guint i = 0; i < until; i++)
        if (strcmp(((const Field *)fields->pdata[i])->name, name) == 0)
            return TRUE;
    return FALSE;
}

/* Fields of one name stand together. What lost of them stands below the last. */
static void print_fields(const Explained *explained)
{
    const GPtrArray *fields = explained->reading->fields, *losers = explained->reading->losers;
    printf("\n%sFields%s%s\n", style_bold(), style_off(), fields->len == 0 ? ": none" : "");
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        print_field(explained, field);
        gboolean is_last =
            i + 1 == fields->len || strcmp(((const Field *)fields->pdata[i + 1])->name, field->name) != 0;
        if (is_last)
            print_rivals(explained, field->name);
    }
    for (guint i = 0; i < losers->len; i++) {
        const Field *field = losers->pdata[i];
        if (has_field(fields, fields->len, field->name) || has_field(losers, i, field->name))
            continue;
        printf("\n  %s%s%s  nothing\n", style_bold(), field->name, style_off());
        print_rivals(explained, field->name);
    }
}

static void print_near(const Explained *explained)
{
    const GPtrArray *candidates = explained->reading->candidates;
    guint shown = 0, hidden = 0, most = explained->most ? explained->most : EXPLAIN_MOST;
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        if (!explain_is_near(explained, candidate))
            continue;
        if (shown == most) {
            hidden++;
            continue;
        }
        if (shown++ == 0)
            printf("\n%sNearly%s\n", style_bold(), style_off());
        g_autofree char *raw = value_line(candidate->raw);
        g_autofree char *place =
            explain_place(explained->reading, candidate->where, candidate->start, candidate->end);
        g_autofree char *why = clean_terminal(candidate->why);
        printf("\n  %s%s%s  '%s' of '%s': %s\n", style_bold(), candidate->field, style_off(), raw,
               candidate->rule, why);
        print_dim("%s, %s", candidate_fate_name(candidate->fate), place);
        print_excerpt(explained->reading, candidate->where, candidate->start, candidate->end);
    }
    if (hidden)
        print_dim("… and %u more; --limit N shows N", hidden);
}

static void print_meanings(const GPtrArray *meanings)
{
    if (meanings->len > 0)
        printf("\n%sMeaning%s\n", style_bold(), style_off());
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        g_autofree char *name = clean_terminal(meaning->name);
        printf("\n  %s%s%s  %s, score %d%s\n", style_bold(), meaning_type_name(meaning->type), style_off(),
               name, meaning->score, meaning->is_chosen ? "" : ", not chosen");
        for (guint k = 0; k < meaning->reasons->len; k++)
            print_dim("%s", (const char *)meaning->reasons->pdata[k]);
    }
}

static void print_gave_up(const GPtrArray *findings)
{
    guint count = 0;
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        if (strcmp(finding->code, "rule-gave-up") != 0)
            continue;
        if (count++ == 0)
            printf("\n%sGave up: nobody knows whether they would have found something%s\n", style_bold(),
                   style_off());
        print_dim("%s", finding->detail);
    }
}

void explain_print(const Explained *explained)
{
    const Reading *reading = explained->reading;
    g_autofree char *name = clean_terminal(explained->name);
    printf("%s%s%s\n", style_bold(), name, style_off());
    command_print("subject  ", *reading->subject ? reading->subject : "(none)");
    command_print("from     ", reading->from ? reading->from->address : NULL);
    command_print("rules    ", explained->rules);
    print_fields(explained);
    print_near(explained);
    print_meanings(reading->meanings);
    print_gave_up(reading->findings);
}
