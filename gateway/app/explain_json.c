#include "gateway/app/explain.h"

#include <postern/reading.h>
#include <string.h>

static void put_place(Json *object, const Reading *reading, const char *where, gsize start, gsize end)
{
    Spot spot;
    json_put_text(object, "where", where);
    json_put_integer(object, "start", (gint64)start);
    json_put_integer(object, "end", (gint64)end);
    if (start < end && explain_spot(reading, where, start, end, &spot)) {
        json_put_integer(object, "line", spot.line);
        json_put_integer(object, "column", spot.column);
        g_autofree char *line =
            g_strndup(explain_text(reading, where) + spot.line_start, spot.line_end - spot.line_start);
        json_put_text(object, "text", line);
    } else {
        json_put_null(object, "line");
        json_put_null(object, "column");
        json_put_null(object, "text");
    }
}

static Json *field_json(const Reading *reading, const Field *field)
{
    Json *object = json_make_object();
    json_put_text(object, "name", field->name);
    json_put_text(object, "value", field->value);
    json_put_text(object, "raw", field->raw);
    json_put_text(object, "rule", field->rule);
    put_place(object, reading, field->where, field->start, field->end);
    return object;
}

static Json *candidate_json(const Reading *reading, const Candidate *candidate)
{
    Json *object = json_make_object();
    json_put_text(object, "field", candidate->field);
    json_put_text(object, "rule", candidate->rule);
    json_put_text(object, "fate", candidate_fate_name(candidate->fate));
    json_put_text(object, "why", candidate->why);
    json_put_text(object, "raw", candidate->raw);
    json_put_text(object, "value", candidate->value);
    put_place(object, reading, candidate->where, candidate->start, candidate->end);
    return object;
}

Json *explain_json(const Explained *explained)
{
    const Reading *reading = explained->reading;
    Json *object = json_make_object(), *fields = json_make_array(), *candidates = json_make_array(),
         *meanings = json_make_array(), *gave_up = json_make_array();
    for (guint i = 0; i < reading->fields->len; i++)
        json_add(fields, field_json(reading, reading->fields->pdata[i]));
    for (guint i = 0; i < reading->candidates->len; i++)
        json_add(candidates, candidate_json(reading, reading->candidates->pdata[i]));
    for (guint i = 0; i < reading->meanings->len; i++)
        json_add(meanings, meaning_to_json(reading->meanings->pdata[i]));
    for (guint i = 0; i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        if (strcmp(finding->code, "rule-gave-up") == 0)
            json_add_text(gave_up, finding->detail);
    }
    json_put_text(object, "mail", explained->name);
    json_put_text(object, "message_id", reading->message_id);
    json_put_text(object, "subject", reading->subject);
    json_put_text(object, "rules", explained->rules);
    json_put(object, "fields", fields);
    json_put(object, "candidates", candidates);
    json_put(object, "meanings", meanings);
    json_put(object, "gave_up", gave_up);
    return object;
}
