#include <parsers/rules/context.h>
#include <parsers/rules/literals.h>
#include <parsers/rules/prefilter.h>

#define WITHIN_NEAR 4096u /* from farther off, the rest of the text is hardly shorter */

/* Only a pattern of the rule's own can be read: what other finders take is not up to it. */
static void derive(RuleSet *set, guint index)
{
    Rule *rule = set->rules->pdata[index];
    if (rule->is_picky || !rule->pattern || rule->finder != FINDER_PATTERN || rule->source >= 0 ||
        context_joins(rule))
        return;
    PatternFlags flags;
    gsize length;
    const char *source = pattern_source(rule->pattern, &length, &flags);
    Literals literals = {0};
    if (literals_of(source, length, flags, &literals) && needs_add_exact(set->needs, literals.words, index)) {
        rule->is_derived = TRUE;
        rule->odd = literals.odd;
        rule->is_far = literals.most > WITHIN_NEAR;
        rule->within = rule->is_far ? 0 : (guint)literals.most;
    }
    literals_clear(&literals);
}

gboolean prefilter_build(RuleSet *set)
{
    set->secret_rules = g_array_new(FALSE, FALSE, sizeof(guint));
    set->free_rules = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < set->rules->len; i++) {
        const Rule *rule = set->rules->pdata[i];
        derive(set, i);
        if (!rule->is_picky && !rule->is_derived)
            g_array_append_val(set->free_rules, i);
        if (((const RuleField *)set->fields->pdata[rule->field])->is_secret)
            g_array_append_val(set->secret_rules, i);
    }
    return needs_build(set->needs);
}

static gboolean may_begin(const Rule *rule, const guint8 *has)
{
    if (!rule->pattern || rule->finder != FINDER_PATTERN || context_joins(rule))
        return TRUE;
    const guint8 *firsts = pattern_firsts(rule->pattern);
    for (guint byte = 0; firsts && byte < 256; byte++)
        if (has[byte] && firsts[byte / 8] & (1u << (byte % 8)))
            return TRUE;
    return firsts == NULL;
}

gboolean prefilter_may(const RuleSet *set, guint index, const Place *place)
{
    const Rule *rule = set->rules->pdata[index];
    if (rule->is_picky)
        return needs_map_has(&place->words, index);
    if (rule->is_derived)
        return needs_map_has(&place->words, index) || (rule->odd & place->odd);
    return rule->source >= 0 ? prefilter_may(set, (guint)rule->source, place)
                             : may_begin(rule, place->words.has);
}

void prefilter_ask(const RuleSet *set, const GPtrArray *places, Wanted *out)
{
    const guint cells = set->rules->len / 64 + 1;
    out->bits = g_new0(guint64, cells);
    guint odd = 0;
    for (guint i = 0; i < places->len; i++) {
        const Place *place = places->pdata[i];
        odd |= place->odd;
        for (guint cell = 0; cell < cells; cell++)
            out->bits[cell] |= place->words.bits[cell];
    }
    for (guint cell = 0; odd && cell < cells; cell++)
        out->bits[cell] = ~G_GUINT64_CONSTANT(0);
    for (guint i = 0; i < set->free_rules->len; i++) {
        guint rule = g_array_index(set->free_rules, guint, i);
        out->bits[rule / 64] |= G_GUINT64_CONSTANT(1) << (rule % 64);
    }
}

void prefilter_clear(Wanted *wanted)
{
    g_clear_pointer(&wanted->bits, g_free);
}

gboolean prefilter_wants(const Wanted *wanted, guint rule)
{
    return wanted->bits[rule / 64] >> (rule % 64) & 1;
}

gboolean prefilter_wants_any(const Wanted *wanted, guint first, guint count)
{
    for (guint rule = first; rule < first + count;) {
        guint64 rest = wanted->bits[rule / 64] >> (rule % 64);
        guint ahead = rest ? (guint)__builtin_ctzll(rest) : 64 - rule % 64;
        if (rest)
            return rule + ahead < first + count;
        rule += ahead;
    }
    return FALSE;
}
