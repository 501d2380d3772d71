/* `rules coverage`: what each rule does on stored mail. */
#include "gateway/app/rules_archive.h"
#include "gateway/app/table.h"

#include <postern/meanings.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* On fewer mails, a rule that never fired says nothing. */
#define DEAD_MAILS 100u

typedef struct {
    const char *name;
    guint count;
} Count;

static gboolean visit(gpointer user, const RereadMail *mail)
{
    coverage_add(user, mail);
    return TRUE;
}

static gboolean is_dead(const Coverage *coverage, const CoverageRule *rule)
{
    return rule->values + rule->lost == 0 && coverage->mails - coverage->unreadable >= DEAD_MAILS;
}

static gint compare_counts(gconstpointer a, gconstpointer b)
{
    const Count *one = a, *two = b;
    return one->count > two->count ? -1 : one->count < two->count ? 1 : strcmp(one->name, two->name);
}

/* Most often first. Array of Count. */
static GArray *counts_of(GHashTable *table)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(Count));
    GHashTableIter each;
    gpointer name, count;
    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, &name, &count)) {
        Count one = {name, GPOINTER_TO_UINT(count)};
        g_array_append_val(counts, one);
    }
    g_array_sort(counts, compare_counts);
    return counts;
}

/* ---- for people ---- */

static char *lost_words(const CoverageRule *rule)
{
    g_autoptr(GArray) counts = counts_of(rule->lost_to);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < counts->len; i++) {
        const Count *one = &g_array_index(counts, Count, i);
        g_string_append_printf(text, "%s%s %u", i ? ", " : "", one->name, one->count);
    }
    return g_string_free(text, FALSE);
}

static void print_rules(const Coverage *coverage)
{
    static const char *const columns[] = {"FIELD", "RULE",    "MAILS",    "VALUES", "CORRECTED",
                                          "LOST",  "GAVE UP", "LOSES TO", "",       NULL};
    Table *table = table_new(columns, NULL);
    for (guint i = 0; i < coverage->rules->len; i++) {
        const CoverageRule *rule = coverage->rules->pdata[i];
        const guint counts[] = {rule->mails, rule->values, rule->corrected, rule->lost, rule->gave_up};
        char numbers[G_N_ELEMENTS(counts)][16];
        for (guint c = 0; c < G_N_ELEMENTS(counts); c++)
            g_snprintf(numbers[c], sizeof numbers[c], "%u", counts[c]);
        g_autofree char *lost = lost_words(rule);
        const char *cells[] = {rule->field, rule->rule, numbers[0],
                               numbers[1],  numbers[2], numbers[3],
                               numbers[4],  lost,       is_dead(coverage, rule) ? "dead" : ""};
        table_add(table, cells);
    }
    table_print(table);
}

/* Which of the two lists of its category names the field; "" none of them. */
static const char *need_of(const RulesCategory *known, const char *field)
{
    if (known && g_ptr_array_find_with_equal_func(known->required, field, g_str_equal, NULL))
        return "required";
    return known && g_ptr_array_find_with_equal_func(known->nice, field, g_str_equal, NULL) ? "nice" : "";
}

/* A field that is never there is of interest only where its category asks for it. */
static gboolean is_shown(const Coverage *coverage, const RulesCategory *known, const char *field)
{
    if (*need_of(known, field))
        return TRUE;
    for (guint c = 0;
         (!known || known->required->len + known->nice->len == 0) && c < coverage->categories->len; c++)
        if (g_hash_table_contains(((const CoverageCategory *)coverage->categories->pdata[c])->have, field))
            return TRUE;
    return FALSE;
}

static void add_missing(Table *table, const CoverageCategory *category, const char *field, const char *need)
{
    guint missing = category->mails - GPOINTER_TO_UINT(g_hash_table_lookup(category->have, field));
    g_autofree char *mails = g_strdup_printf("%u", category->mails);
    g_autofree char *text = g_strdup_printf("%u", missing);
    g_autofree char *percent = g_strdup_printf("%.0f %%", 100.0 * missing / category->mails);
    const char *cells[] = {
        *category->category ? category->category : "(none)", mails, field, need, text, percent};
    table_add(table, cells);
}

static void print_missing(const Coverage *coverage, const RuleSet *rules)
{
    static const char *const columns[] = {"CATEGORY", "MAILS", "FIELD", "NEED", "MISSING", "", NULL};
    Table *table = table_new(columns, NULL);
    for (guint c = 0; c < coverage->categories->len; c++) {
        const CoverageCategory *category = coverage->categories->pdata[c];
        const RulesCategory *known = rules_category(rules, category->category);
        for (guint f = 0; f < coverage->fields->len; f++) {
            const char *field = coverage->fields->pdata[f];
            if (is_shown(coverage, known, field))
                add_missing(table, category, field, need_of(known, field));
        }
    }
    putchar('\n');
    table_print(table);
}

static void print_text(const Coverage *coverage, const RuleSet *rules)
{
    guint dead = 0;
    printf("%u mails read", coverage->mails - coverage->unreadable);
    if (coverage->unreadable > 0)
        printf("; %u could not be read", coverage->unreadable);
    fputs("\n\n", stdout);
    print_rules(coverage);
    for (guint i = 0; i < coverage->rules->len; i++)
        dead += is_dead(coverage, coverage->rules->pdata[i]);
    if (dead > 0)
        printf("\n%u rule%s never found anything\n", dead, dead == 1 ? "" : "s");
    else if (coverage->mails < DEAD_MAILS)
        printf("\nwhich rules are dead can be said from %u mails on\n", DEAD_MAILS);
    print_missing(coverage, rules);
}

/* ---- for programs ---- */

static Json *rule_json(const Coverage *coverage, const CoverageRule *rule)
{
    Json *object = json_make_object(), *lost_to = json_make_array();
    g_autoptr(GArray) counts = counts_of(rule->lost_to);
    json_put_text(object, "field", rule->field);
    json_put_text(object, "rule", rule->rule);
    json_put_integer(object, "mails", rule->mails);
    json_put_integer(object, "values", rule->values);
    json_put_integer(object, "corrected", rule->corrected);
    json_put_integer(object, "lost", rule->lost);
    json_put_integer(object, "gave_up", rule->gave_up);
    json_put_boolean(object, "dead", is_dead(coverage, rule));
    for (guint i = 0; i < counts->len; i++) {
        Json *one = json_make_object();
        json_put_text(one, "rule", g_array_index(counts, Count, i).name);
        json_put_integer(one, "values", g_array_index(counts, Count, i).count);
        json_add(lost_to, one);
    }
    json_put(object, "lost_to", lost_to);
    return object;
}

static Json *category_json(const Coverage *coverage, const CoverageCategory *category, const RuleSet *rules)
{
    Json *object = json_make_object(), *missing = json_make_object();
    json_put_text(object, "category", *category->category ? category->category : NULL);
    json_put_integer(object, "mails", category->mails);
    for (guint f = 0; f < coverage->fields->len; f++) {
        const char *field = coverage->fields->pdata[f];
        guint have = GPOINTER_TO_UINT(g_hash_table_lookup(category->have, field));
        json_put_integer(missing, field, category->mails - have);
    }
    json_put(object, "missing", missing);
    const RulesCategory *known = rules_category(rules, category->category);
    json_put_texts(object, "required", known ? known->required : NULL);
    json_put_texts(object, "nice", known ? known->nice : NULL);
    return object;
}

static void print_json(const Coverage *coverage, const RuleSet *set)
{
    Json *object = json_make_object(), *rules = json_make_array(), *categories = json_make_array();
    json_put_integer(object, "mails", coverage->mails);
    json_put_integer(object, "unreadable", coverage->unreadable);
    for (guint i = 0; i < coverage->rules->len; i++)
        json_add(rules, rule_json(coverage, coverage->rules->pdata[i]));
    json_put(object, "rules", rules);
    for (guint i = 0; i < coverage->categories->len; i++)
        json_add(categories, category_json(coverage, coverage->categories->pdata[i], set));
    json_put(object, "categories", categories);
    command_print_json(object, FALSE);
}

int rules_coverage(Command *command)
{
    int code = EX_OK;
    const char *file = rules_options_given.rules;
    g_auto(RulesArchive) archive = {0};
    g_autoptr(RulesSource) source = NULL;
    g_autoptr(RuleSet) rules = NULL;
    if (file && !rules_archive_set(command, file, &source, &rules))
        return EX_CONFIG;
    if (!rules_archive_open(command, &archive, &code))
        return code;
    if (source)
        archive.wish.rules = source;
    const RuleSet *measured = rules ? rules : archive.live->rules;
    g_autoptr(Coverage) coverage = coverage_new(measured, archive.book);
    code = rules_archive_run(&archive, visit, coverage);
    if (code != EX_OK)
        return code;
    if (command->json)
        print_json(coverage, measured);
    else
        print_text(coverage, measured);
    return EX_OK;
}
