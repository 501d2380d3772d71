#include <parsers/rules/candidates.h>
#include <postern/base/limits.h>

#include <string.h>

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
    for (guint i = 0; type->kinds && i < type->kinds->len; i++)
        g_string_append_printf(words, "%s%u", i ? ", " : " of kind ", g_array_index(type->kinds, guint, i));
}

/* "no digits of 3 to 12 characters" */
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
