#include <parsers/rules/literals.h>
#include <parsers/rules/place_work.h>

#include <string.h>

const char *const PLACE_NAMES[PLACE_KINDS + 1] = {
    "subject", "reply", "text", "attachments", "quoted", "attachment-names", "from-domain", NULL};
const char *const FINDER_NAMES[FINDER_COUNT + 1] = {
    [FINDER_PATTERN] = "pattern", [FINDER_ZUID] = "zuid", [FINDER_ERROR_BLOCK] = "error-block",
    [FINDER_SECTION] = "section", [FINDER_KEY] = "key",   [FINDER_URL] = "url",
};

/* The length of what can be looked at: whole characters, up to the limit. */
static gsize usable_length(const char *text, gsize limit_bytes)
{
    gsize length = strnlen(text, limit_bytes);
    const char *end;
    g_utf8_validate(text, (gssize)length, &end);
    return (gsize)(end - text);
}

static void scan(Place *place)
{
    const RuleSet *rules = place->rules;
    needs_scan(rules->needs, place->text, place->length, rules->rules->len, &place->words);
    place->odd = literals_odd(place->text, place->length, place->words.has);
}

Place *place_new(Places kind, const char *where, const char *text, gsize limit_bytes, const RuleSet *rules)
{
    Place *place = g_new0(Place, 1);
    place->kind = kind;
    place->where = g_strdup(where);
    place->text = text;
    place->length = usable_length(text, limit_bytes);
    place->rules = rules;
    scan(place);
    place->matches =
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_array_unref);
    return place;
}

void place_cover(Place *place, char *text)
{
    place->masked = text;
    place->text = text;
    needs_map_clear(&place->words);
    scan(place);
    g_clear_pointer(&place->zuids, g_array_unref);
    g_clear_pointer(&place->notes, context_notes_free);
    g_hash_table_remove_all(place->matches);
}

void place_free(Place *place)
{
    if (!place)
        return;
    g_clear_pointer(&place->zuids, g_array_unref);
    g_clear_pointer(&place->notes, context_notes_free);
    g_hash_table_unref(place->matches);
    needs_map_clear(&place->words);
    g_free(place->masked);
    g_free(place->where);
    g_free(place);
}

void hit_free(Hit *hit)
{
    if (!hit)
        return;
    g_free(hit->value);
    g_free(hit);
}

Hit *hit_copy(const Hit *hit)
{
    Hit *copy = g_memdup2(hit, sizeof *hit);
    copy->value = g_strdup(hit->value);
    return copy;
}

static gboolean matches_any(const GPtrArray *wanted, const char *text)
{
    if (!wanted)
        return TRUE;
    g_autofree char *lower = text ? g_utf8_strdown(text, -1) : NULL;
    for (guint i = 0; lower && i < wanted->len; i++)
        if (g_pattern_spec_match_string(wanted->pdata[i], lower))
            return TRUE;
    return FALSE;
}

gboolean rule_looks_at(const Rule *rule, const Place *place)
{
    if (!(rule->places & place->kind))
        return FALSE;
    if (!place->name)
        return TRUE;
    return matches_any(rule->file_names, place->name) && matches_any(rule->file_types, place->type);
}
