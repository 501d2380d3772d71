/* The tables of one step of the schema, by topic: a step is their sum. */
#pragma once

extern const char schema_meaning[];       /* categories, asking, the history of fields */
extern const char schema_known_errors[];  /* fingerprints of error texts, hints, incidents */
extern const char schema_labels[];        /* what people said is right */
extern const char schema_rule_versions[]; /* what was live when */
