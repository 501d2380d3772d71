#include <parsers/rules/rule_set.h>

#include <string.h>

/* Of a long secret so many characters may be seen at each end; one that is shorter than this is
 * hidden whole. */
#define SHOWN_CHARACTERS 2u
#define SHOWN_LEAST 12u

static void secret_free(gpointer data)
{
    char *secret = data;
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

GPtrArray *secrets_new(void)
{
    return g_ptr_array_new_with_free_func(secret_free);
}

/* How many bytes at the beginning may be seen: of a ZUID its kind, "55-", which is no secret. 0: nothing at
 * either end. */
static gsize shown_head(const char *bytes, gsize length)
{
    gsize digits = 0;
    if (length < SHOWN_LEAST)
        return 0;
    for (gsize i = 0; i < length; i++)
        if ((guchar)bytes[i] >= 0x80)
            return 0;
    while (digits < 6 && g_ascii_isdigit(bytes[digits]))
        digits++;
    return digits >= 1 && digits <= 5 && bytes[digits] == '-' ? digits + 1 : SHOWN_CHARACTERS;
}

char *secret_shown(const char *value)
{
    gsize length = strlen(value), head = shown_head(value, length);
    if (head == 0)
        return g_strdup("…");
    return g_strdup_printf("%.*s…%s", (int)head, value, value + length - SHOWN_CHARACTERS);
}

void secret_cover(char *bytes, gsize length)
{
    gsize head = shown_head(bytes, length);
    gsize tail = head ? SHOWN_CHARACTERS : 0;
    for (gsize i = head; i + tail < length; i++)
        if (!g_ascii_isspace(bytes[i]))
            bytes[i] = '*';
}

/* A short secret may be a common word: it counts only where it stands alone. */
static gboolean stands_alone(const char *text, gsize length, gsize start, gsize end)
{
    if (end - start >= SHOWN_LEAST)
        return TRUE;
    return (start == 0 || !g_ascii_isalnum(text[start - 1])) &&
           (end >= length || !g_ascii_isalnum(text[end]));
}

static void cover_each(const char *secret, char *text, gsize length)
{
    gsize size = strlen(secret);
    char *at = text;
    while (size > 0 && (at = memmem(at, length - (gsize)(at - text), secret, size))) {
        gsize start = (gsize)(at - text);
        if (stands_alone(text, length, start, start + size)) {
            secret_cover(at, size);
            at += size;
        } else {
            at++;
        }
    }
}

void secrets_cover(const GPtrArray *secrets, char *text, gsize length)
{
    for (guint i = 0; i < secrets->len; i++)
        cover_each(secrets->pdata[i], text, length);
}

/* What rule `index` finds in `text`, covered. The rule reads `original`, which keeps what other rules have
 * covered already. */
static void cover_rule(const RuleSet *rules, guint index, RulesScratch *scratch, Place *original, char *text,
                       gint64 deadline_us, GPtrArray *findings)
{
    g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    if (!rule_find(rules, index, scratch->matcher, original, 0, G_MAXUINT, deadline_us, hits)) {
        const Rule *rule = rules->rules->pdata[index];
        finding_add(findings, "rule-gave-up", "%s: %s while secrets were masked", rule->name,
                    matcher_reason(scratch->matcher));
    }
    for (guint i = 0; i < hits->len; i++) {
        const Hit *hit = hits->pdata[i];
        /* From the original, or a piece that is covered already would show its new ends. */
        g_autofree char *covered = g_strndup(original->text + hit->start, hit->end - hit->start);
        secret_cover(covered, hit->end - hit->start);
        for (gsize at = hit->start; at < hit->end; at++)
            if (covered[at - hit->start] == '*')
                text[at] = '*';
    }
}

void rules_mask(const RuleSet *rules, RulesScratch *scratch, char *text, gint64 deadline_us,
                GPtrArray *findings)
{
    g_autofree char *copy = g_strdup(text);
    Place *original = place_new(PLACE_TEXT, "text", copy, G_MAXSIZE, rules);
    for (guint i = 0; i < rules->rules->len; i++) {
        const Rule *rule = rules->rules->pdata[i];
        const RuleField *field = rules->fields->pdata[rule->field];
        if (field->is_secret)
            cover_rule(rules, i, scratch, original, text, deadline_us, findings);
    }
    place_free(original);
    secrets_cover(scratch->secrets, text, strlen(text));
}
