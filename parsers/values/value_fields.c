/* Values that the rules find. */
#include <postern/values.h>

void field_free(Field *field)
{
    if (!field)
        return;
    g_free(field->name);
    g_free(field->value);
    g_free(field->raw);
    g_free(field->rule);
    g_free(field->where);
    g_free(field->print);
    g_free(field->lost_to);
    g_free(field->why);
    g_free(field);
}

const char *meaning_type_name(MeaningType type)
{
    static const char *const names[] = {
        [MEANING_CATEGORY] = "category", [MEANING_REQUEST] = "request", [MEANING_SEVERITY] = "severity"};
    return names[type];
}

Meaning *meaning_new(void)
{
    Meaning *meaning = g_new0(Meaning, 1);
    meaning->reasons = g_ptr_array_new_with_free_func(g_free);
    return meaning;
}

void meaning_free(Meaning *meaning)
{
    if (!meaning)
        return;
    g_free(meaning->name);
    g_ptr_array_unref(meaning->reasons);
    g_free(meaning);
}

const char *candidate_fate_name(CandidateFate fate)
{
    static const char *const names[] = {
        [CANDIDATE_TAKEN] = "taken",     [CANDIDATE_SAME] = "same",
        [CANDIDATE_LOST] = "lost",       [CANDIDATE_NO_CONTEXT] = "no-context",
        [CANDIDATE_INVALID] = "invalid", [CANDIDATE_EXCEPTED] = "excepted",
        [CANDIDATE_GAVE_UP] = "gave-up"};
    return names[fate];
}

void candidate_free(Candidate *candidate)
{
    if (!candidate)
        return;
    char *strings[] = {candidate->field, candidate->rule,  candidate->where,
                       candidate->raw,   candidate->value, candidate->why};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_free(candidate);
}
