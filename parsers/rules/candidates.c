#include <parsers/rules/candidates.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

#define KINDS_TOLD 8u

void look_free(Look *look)
{
    if (!look)
        return;
    g_free(look->value);
    g_free(look->why);
    g_free(look);
}

static void append_limits(GString *words, const TypeSpec *type)
{
    TypeKeys keys = value_type_keys(type->type);
    if (keys & TYPE_KEY_LENGTHS)
        g_string_append_printf(words, " of %u to %u characters", type->min_length, type->max_length);
    if ((keys & TYPE_KEY_RANGE) && (type->least > G_MININT64 || type->most < G_MAXINT64))
        g_string_append_printf(words, " from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, type->least,
                               type->most);
    for (guint i = 0; type->kinds && i < MIN(type->kinds->len, KINDS_TOLD); i++)
        g_string_append_printf(words, "%s%u", i ? ", " : " of kind ", g_array_index(type->kinds, guint, i));
    if (type->kinds && type->kinds->len > KINDS_TOLD)
        g_string_append(words, " …");
}

static char *words_of_type(const TypeSpec *type)
{
    GString *words = g_string_new("no ");
    g_string_append(words, value_type_name(type->type));
    append_limits(words, type);
    return g_string_free(words, FALSE);
}

/* `refusal`: what the validator said, or NULL. */
static char *words_of_fate(const Rule *rule, CandidateFate fate, const char *refusal)
{
    g_autofree char *type = words_of_type(&rule->type);
    switch (fate) {
    case CANDIDATE_INVALID:
        return refusal ? g_strconcat(type, ": ", refusal, NULL) : g_steal_pointer(&type);
    case CANDIDATE_EXCEPTED:
        return g_strdup("'except' of the rule matches it");
    case CANDIDATE_GAVE_UP:
        return g_strdup("'except' of the rule gave up on it");
    default:
        return g_strdup("it does not stand where the rule wants it");
    }
}

void look_take(GPtrArray *looks, const Rule *rule, Look *look)
{
    if (!looks || looks->len >= LIMIT_CANDIDATES) {
        g_free(look->value);
        g_free(look->why);
        return;
    }
    if (!look->why || look->fate == CANDIDATE_INVALID) {
        g_autofree char *refusal = look->why;
        look->why = words_of_fate(rule, look->fate, refusal);
    }
    g_ptr_array_add(looks, g_memdup2(look, sizeof *look));
}

static const RuleField *field_of(const RuleSet *set, guint rule)
{
    return set->fields->pdata[((const Rule *)set->rules->pdata[rule])->field];
}

char *candidate_raw(const RuleSet *set, guint rule, const Place *place, gsize start, gsize end)
{
    if (start == end)
        return g_strdup("");
    if (!field_of(set, rule)->is_secret)
        return clean_text(place->text + start, (gssize)(end - start), BLOCK_BYTES_MAX);
    g_autofree char *secret = g_strndup(place->text + start, end - start);
    char *shown = secret_shown(secret);
    explicit_bzero(secret, end - start);
    return shown;
}

Candidate *candidate_new(const RuleSet *set, const Look *look, const Place *place, char *why)
{
    const RuleField *field = field_of(set, look->rule);
    Candidate *candidate = g_new0(Candidate, 1);
    candidate->field = g_strdup(field->name);
    candidate->rule = g_strdup(((const Rule *)set->rules->pdata[look->rule])->name);
    candidate->where = g_strdup(place->where);
    candidate->start = look->start;
    candidate->end = look->end;
    candidate->raw = candidate_raw(set, look->rule, place, look->start, look->end);
    if (look->value)
        candidate->value = field->is_secret ? secret_shown(look->value) : g_strdup(look->value);
    candidate->fate = look->fate;
    candidate->why = why;
    return candidate;
}
