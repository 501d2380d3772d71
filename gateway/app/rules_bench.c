/* `rules bench`: what each rule costs on stored mail. The mails are read in confined children, as always;
 * then the rules run here, on the texts that were read. Secrets are masked in these, and texts of attachments
 * are not kept: the figures are for comparing rules with each other. */
#include "gateway/app/rules_archive.h"
#include "gateway/app/table.h"

#include <postern/base/clock.h>
#include <postern/base/limits.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef struct {
    guint rule;         /* its number in the set */
    guint tried;        /* mails with a word that it needs */
    guint found;        /* mails it gave a value of */
    guint gave_up;      /* mails */
    gint64 ns, most_ns; /* all mails; the dearest */
} Cost;

typedef struct {
    RuleSet *rules;
    RulesScratch *scratch;
    GHashTable *numbers; /* name → number + 1 */
    Cost *costs;
    gint64 *costs_ns; /* of one mail */
    gint64 all_ns;    /* rules, and what is done for all of them */
    guint mails, unreadable;
} Bench;

static Bench *bench_new(RuleSet *rules)
{
    Bench *bench = g_new0(Bench, 1);
    bench->rules = rules_ref(rules);
    bench->scratch = rules_scratch_new(rules);
    bench->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    bench->costs = g_new0(Cost, rules_count(rules) + 1);
    bench->costs_ns = g_new0(gint64, rules_count(rules) + 1);
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        bench->costs[i].rule = i;
        g_hash_table_insert(bench->numbers, (gpointer)(gsize)info.name, GUINT_TO_POINTER(i + 1));
    }
    return bench;
}

static void bench_free(Bench *bench)
{
    if (!bench)
        return;
    g_hash_table_unref(bench->numbers);
    rules_scratch_free(bench->scratch);
    rules_unref(bench->rules);
    g_free(bench->costs);
    g_free(bench->costs_ns);
    g_free(bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

/* NULL when it is no rule's name. */
static Cost *cost_of(Bench *bench, const char *rule)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(bench->numbers, rule));
    return number ? &bench->costs[number - 1] : NULL;
}

static void count_found(Bench *bench, const GPtrArray *fields)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < fields->len; i++) {
        Cost *cost = cost_of(bench, ((const Field *)fields->pdata[i])->rule);
        if (cost && g_hash_table_add(seen, cost))
            cost->found++;
    }
}

static void count_gave_up(Bench *bench, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        const char *detail = ((const Finding *)findings->pdata[i])->detail;
        g_autofree char *rule = g_strndup(detail, strcspn(detail, ":"));
        Cost *cost = cost_of(bench, rule);
        if (cost)
            cost->gave_up++;
    }
}

static void add_costs(Bench *bench)
{
    for (guint i = 0; i < rules_count(bench->rules); i++) {
        Cost *cost = &bench->costs[i];
        gint64 ns = bench->costs_ns[i];
        cost->tried += ns > 0;
        cost->ns += ns;
        cost->most_ns = MAX(cost->most_ns, ns);
        bench->costs_ns[i] = 0;
    }
}

static gboolean visit(gpointer user, const RereadMail *mail)
{
    Bench *bench = user;
    const Reading *reading = mail->reading;
    if (!reading) {
        bench->unreadable++;
        return TRUE;
    }
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesOutput output = {.fields = fields, .findings = findings, .costs_ns = bench->costs_ns};
    const RulesInput input = {.subject = reading->subject,
                              .reply = reading->reply,
                              .text = reading->text,
                              .quoted = reading->quoted,
                              .attachments = reading->attachments,
                              .deadline_us = clock_monotonic_us() + LIMIT_RULE_MAIL_US};
    gint64 begun = clock_monotonic_ns();
    rules_find(bench->rules, bench->scratch, &input, &output);
    bench->all_ns += clock_monotonic_ns() - begun;
    bench->mails++;
    count_found(bench, fields);
    count_gave_up(bench, findings);
    add_costs(bench);
    return TRUE;
}

/* The dearest first. */
static gint compare_costs(gconstpointer a, gconstpointer b)
{
    const Cost *one = a, *two = b;
    if (one->ns != two->ns)
        return one->ns > two->ns ? -1 : 1;
    return one->rule < two->rule ? -1 : one->rule > two->rule;
}

static double us_a_mail(const Bench *bench, gint64 ns)
{
    return bench->mails ? (double)ns / 1000 / bench->mails : 0;
}

static gint64 ns_a_mail(const Bench *bench, gint64 ns)
{
    return bench->mails ? ns / bench->mails : 0;
}

static double share(const Bench *bench, gint64 ns)
{
    return bench->all_ns ? 100.0 * (double)ns / (double)bench->all_ns : 0;
}

static gint64 rules_ns(const Bench *bench)
{
    gint64 sum = 0;
    for (guint i = 0; i < rules_count(bench->rules); i++)
        sum += bench->costs[i].ns;
    return sum;
}

static void print_rule(const Bench *bench, const Cost *cost, Table *table)
{
    RuleInfo info;
    rules_info(bench->rules, cost->rule, &info);
    g_autofree char *us = g_strdup_printf("%.2f", us_a_mail(bench, cost->ns));
    g_autofree char *part = g_strdup_printf("%.1f %%", share(bench, cost->ns));
    g_autofree char *most = g_strdup_printf("%.0f", (double)cost->most_ns / 1000);
    g_autofree char *tried = g_strdup_printf("%u", cost->tried);
    g_autofree char *found = g_strdup_printf("%u", cost->found);
    g_autofree char *gave_up = g_strdup_printf("%u", cost->gave_up);
    const char *cells[] = {info.field, info.name, us, part, most, tried, found, gave_up};
    table_add(table, cells);
}

static void print_text(const Bench *bench)
{
    static const char *const columns[] = {"FIELD", "RULE",  "US A MAIL", "SHARE", "MOST US",
                                          "TRIED", "FOUND", "GAVE UP",   NULL};
    printf("%u mails read", bench->mails);
    if (bench->unreadable > 0)
        printf("; %u could not be read", bench->unreadable);
    printf("; all rules: %.1f us a mail, of that %.1f us are for all of them together\n\n",
           us_a_mail(bench, bench->all_ns), us_a_mail(bench, bench->all_ns - rules_ns(bench)));
    Table *table = table_new(columns, NULL);
    for (guint i = 0; i < rules_count(bench->rules); i++)
        print_rule(bench, &bench->costs[i], table);
    table_print(table);
}

static void print_json(const Bench *bench)
{
    Json *object = json_make_object(), *rules = json_make_array();
    json_put_integer(object, "mails", bench->mails);
    json_put_integer(object, "unreadable", bench->unreadable);
    json_put_integer(object, "ns_a_mail", ns_a_mail(bench, bench->all_ns));
    for (guint i = 0; i < rules_count(bench->rules); i++) {
        const Cost *cost = &bench->costs[i];
        RuleInfo info;
        rules_info(bench->rules, cost->rule, &info);
        Json *rule = json_make_object();
        json_put_text(rule, "field", info.field);
        json_put_text(rule, "rule", info.name);
        json_put_integer(rule, "ns_a_mail", ns_a_mail(bench, cost->ns));
        json_put_integer(rule, "share_permille", (gint64)(share(bench, cost->ns) * 10 + 0.5));
        json_put_integer(rule, "most_ns", cost->most_ns);
        json_put_integer(rule, "tried", cost->tried);
        json_put_integer(rule, "found", cost->found);
        json_put_integer(rule, "gave_up", cost->gave_up);
        json_add(rules, rule);
    }
    json_put(object, "rules", rules);
    command_print_json(object, FALSE);
}

int rules_bench(Command *command)
{
    int code = EX_OK;
    g_auto(RulesArchive) archive = {0};
    g_autoptr(RulesSource) source = NULL;
    g_autoptr(RuleSet) rules = NULL;
    if (!rules_archive_open(command, &archive, &code))
        return code;
    if (command->argc > 0 && !rules_archive_set(command, command->argv[0], &source, &rules))
        return EX_CONFIG;
    g_autoptr(Bench) bench = bench_new(rules ? rules : archive.live->rules);
    code = rules_archive_run(&archive, visit, bench);
    if (code != EX_OK)
        return code;
    /* From here on the numbers of rules are in the costs alone. */
    qsort(bench->costs, rules_count(bench->rules), sizeof(Cost), compare_costs);
    if (command->json)
        print_json(bench);
    else
        print_text(bench);
    return EX_OK;
}
