#include <parsers/rules/lint.h>
#include <postern/base/clean.h>

#include <string.h>

#define SAMPLES_TRIED 400u
#define SAMPLES_MOST 60u
#define INPUT_BYTES 120u

static void rules_lint_free(gpointer data)
{
    RulesLint *lint = data;
    g_free(lint->field);
    g_free(lint->rule);
    g_free(lint->message);
    g_free(lint->input);
    g_free(lint);
}

const Rule *lint_rule(const Linter *linter, guint index)
{
    return linter->rules->rules->pdata[index];
}

/* Where `key` stands as a key in a line, or NULL. */
static const char *key_in(const char *line, gsize length, const char *key)
{
    gsize size = strlen(key);
    if (line[strspn(line, " ")] == '#')
        return NULL;
    for (const char *at = line; (at = memmem(at, (gsize)(line + length - at), key, size)); at += size) {
        gboolean begins = at == line || strchr(" -{,\t", at[-1]);
        if (begins && at + size < line + length && at[size] == ':')
            return at;
    }
    return NULL;
}

/* Where a key stands, from a line on and not behind `last` (0: no end). */
static void find_key(const char *text, guint from, guint last, const char *key, guint *line, guint *column)
{
    const char *at = text;
    guint number = 1;
    for (; at && number < from; number++)
        at = (at = strchr(at, '\n')) ? at + 1 : NULL;
    for (; at && *at && (last == 0 || number < last); number++) {
        gsize length = strcspn(at, "\n");
        const char *found = key_in(at, length, key);
        if (found) {
            *line = number;
            *column = (guint)g_utf8_strlen(at, found - at) + 1;
            return;
        }
        at += length + (at[length] == '\n');
    }
}

/* Where the next rule begins; 0: there is none. */
static guint line_behind(const Linter *linter, guint index)
{
    guint behind = 0, line = lint_rule(linter, index)->line;
    for (guint i = 0; i < linter->rules->rules->len; i++) {
        guint other = lint_rule(linter, i)->line;
        if (other > line && (behind == 0 || other < behind))
            behind = other;
    }
    return behind;
}

/* Shows every byte: what proves something may be blanks. */
static char *shortened(const char *input)
{
    g_autofree char *line = g_strdelimit(g_strdup(input), "\n", ' ');
    g_autofree char *clean = clean_line(line, -1, INPUT_BYTES);
    return strlen(clean) < strlen(line) ? g_strconcat(clean, " …", NULL) : g_steal_pointer(&clean);
}

void lint_add(Linter *linter, guint rule, const char *key, const char *code, const char *input,
              const char *format, ...)
{
    const Rule *of = lint_rule(linter, rule);
    RulesLint *lint = g_new0(RulesLint, 1);
    va_list arguments;
    va_start(arguments, format);
    lint->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    lint->code = code;
    lint->rule = g_strdup(of->name);
    lint->field = g_strdup(((const RuleField *)linter->rules->fields->pdata[of->field])->name);
    lint->input = input ? shortened(input) : NULL;
    lint->line = of->line;
    lint->column = 1;
    guint last = line_behind(linter, rule);
    find_key(linter->source->text, of->line, last, "name", &lint->line, &lint->column);
    if (key)
        find_key(linter->source->text, of->line, last, key, &lint->line, &lint->column);
    g_ptr_array_add(linter->lints, lint);
}

void lint_add_field(Linter *linter, guint field, const char *code, const char *format, ...)
{
    const RuleField *of = linter->rules->fields->pdata[field];
    RulesLint *lint = g_new0(RulesLint, 1);
    va_list arguments;
    va_start(arguments, format);
    lint->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    lint->code = code;
    lint->field = g_strdup(of->name);
    lint->line = lint->column = 1;
    /* A fragment, a value or a pattern may have the name of a field. */
    find_key(linter->source->text, 1, 0, "fields", &lint->line, &lint->column);
    find_key(linter->source->text, lint->line, lint_rule(linter, of->first_rule)->line, of->name, &lint->line,
             &lint->column);
    g_ptr_array_add(linter->lints, lint);
}

GPtrArray *lint_find(Linter *linter, guint index, const char *text)
{
    GPtrArray *hits = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    Place *place = place_new(lint_rule(linter, index)->places, "sample", text, G_MAXSIZE, linter->rules);
    (void)rule_find(linter->rules, index, linter->scratch, place, 0, HITS_PER_PLACE, 0, hits);
    place_free(place);
    return hits;
}

/* Texts that the rule's pattern matches: those of its examples, and made ones. */
static GPtrArray *samples_of(Linter *linter, guint index)
{
    const Rule *rule = lint_rule(linter, index);
    if (!rule->pattern || rule->finder != FINDER_PATTERN)
        return NULL;
    GPtrArray *samples = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Sampler) sampler = sampler_new(rule->pattern);
    Matcher *matcher = linter->scratch->matcher;
    for (guint i = 0; sampler && i < SAMPLES_TRIED && samples->len < SAMPLES_MOST; i++) {
        g_autofree char *text = sampler_text(sampler);
        gsize length = strlen(text);
        matcher_begin(matcher, 0);
        if (length > 0 && pattern_search(rule->pattern, matcher, text, length, 0, length) == SEARCH_FOUND)
            g_ptr_array_add(samples, g_steal_pointer(&text));
    }
    return samples;
}

static void lint_label(Linter *linter, guint field)
{
    const RuleField *of = linter->rules->fields->pdata[field];
    if (!of->label)
        lint_add_field(linter, field, "no-label",
                       "field '%s' has no label: customers and agents will read '%s'; add 'label:'", of->name,
                       of->name);
}

static gint compare_lints(gconstpointer a, gconstpointer b)
{
    const RulesLint *one = *(RulesLint *const *)a, *two = *(RulesLint *const *)b;
    if (one->line != two->line)
        return one->line < two->line ? -1 : 1;
    return one->column < two->column ? -1 : one->column > two->column;
}

static void lint_all(Linter *linter)
{
    for (guint i = 0; i < linter->rules->fields->len; i++)
        lint_label(linter, i);
    for (guint i = 0; i < linter->rules->rules->len; i++) {
        linter->samples = samples_of(linter, i);
        lint_never(linter, i);
        lint_shadowed(linter, i);
        lint_slow(linter, i);
        lint_proof(linter, i);
        g_clear_pointer(&linter->samples, g_ptr_array_unref);
    }
    lint_captures(linter);
    lint_wide(linter);
    g_ptr_array_sort(linter->lints, compare_lints);
}

GPtrArray *rules_lint(const RulesSource *source, GPtrArray *problems)
{
    g_autoptr(RuleSet) rules = rules_compile_source(source, problems);
    if (!rules)
        return NULL;
    Linter linter = {.source = source, .rules = rules, .scratch = rules_scratch_new(rules)};
    linter.lints = g_ptr_array_new_with_free_func(rules_lint_free);
    lint_all(&linter);
    rules_scratch_free(linter.scratch);
    return linter.lints;
}
