/* Many rules, and mails to try them on, made at random but always the same:
 *
 *   rules_many rules 1000 >rules.yaml     a rules file; that of fewer is its beginning
 *   rules_many text >pool                 the texts of the mails, their lines ended with CR LF
 *   rules_many step ROUNDS FILE…          the rule step alone, each file in turn: a line a file with the
 * microseconds a mail, the median of the rounds, and what it is of the first file's */
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/rules.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAILS 200u
#define RULES_A_FIELD 8u

static const char *const syllables[] = {"ba",  "ko", "mer", "tan", "lis", "vo",  "ren", "du",
                                        "sil", "pa", "gor", "fen", "ti",  "mul", "zar", "ne",
                                        "hol", "wi", "cus", "jo",  "bri", "lek", "as",  "quo"};

static const char *const sentences[] = {
    "Hello, since yesterday our shop cannot reach your service and customers complain.",
    "We changed nothing on our side, the last deployment was two weeks ago.",
    "When I open the page I see a blank screen, and after some seconds it says that the request failed.",
    "Could you please have a look at our account and tell us what is wrong?",
    "The invoice for October shows an amount that we do not understand.",
    "I tried it with Firefox and with Chrome on Windows 11, both behave the same.",
    "Our phone is +49 30 1234567, we are in the office from 9:00 to 17:30.",
    "It worked on 2026-11-20, and since then about 400 users are affected.",
    "Guten Tag, leider kommen seit heute früh keine Nachrichten mehr an.",
    "Bonjour, nous ne recevons plus de notifications depuis la mise à jour.",
    "Hola, no podemos conectar con el servidor desde nuestra oficina.",
    "Please see the log below: at 12:04:55 connection closed (code 1006), retry in 30 s.",
    "See https://shop.example.com/orders?id=4821 for an example of what customers see.",
    "Many thanks in advance, and best regards from the whole team.",
    "The version is 7.4.1, the cluster is eu, and nothing else was changed.",
    "Is there anything we can do in the meantime to keep the checkout running?",
};

static char *word_of(guint number)
{
    GRand *random = g_rand_new_with_seed(1000 + number);
    GString *word = g_string_new(NULL);
    guint parts = (guint)g_rand_int_range(random, 2, 4);
    for (guint i = 0; i < parts; i++)
        g_string_append(word, syllables[g_rand_int_range(random, 0, G_N_ELEMENTS(syllables))]);
    g_rand_free(random);
    return g_string_free(word, FALSE);
}

/* One rule in twelve has no word that must occur. */
static void print_rule(guint number)
{
    g_autofree char *word = word_of(number), *other = word_of(number + 5000);
    printf("      - name: rule-%u\n        look_in: [subject, reply]\n", number);
    switch (number % 12) {
    case 0:
        printf("        pattern: '(?<![\\w-])(?<value>\\d{%u}-\\d{3,5}-[a-f]{2})(?![\\w-])'\n",
               2 + number % 7);
        break;
    case 1:
    case 2:
        printf("        pattern: "
               "'\\b%s[\\s_-]?(?:id|number|no\\.?)\\s{0,3}[:=#]?\\s{0,3}(?<value>\\d{3,12})\\b'\n"
               "        flags: caseless\n        type: digits\n",
               word);
        break;
    case 3:
        printf("        pattern: '(?<![A-Z])(?<value>%c%c%c-\\d{4,8})(?!\\w)'\n", 'A' + (int)(number % 26),
               'A' + (int)(number / 26 % 26), 'A' + (int)(number / 7 % 26));
        break;
    case 4:
    case 5:
        printf("        pattern: '(?:%s|%s)\\s(?:is|ist|est)\\s[\"'']?(?<value>[a-z][\\w-]{2,40})'\n"
               "        flags: caseless\n",
               word, other);
        break;
    case 6:
        printf("        pattern: 'https?://(?:[\\w-]{1,40}\\.){0,3}%s\\.example/(?<value>[\\w/-]{1,80})'\n",
               word);
        break;
    case 7:
        printf("        pattern: '(?<value>%s[- ]?[0-9]+(?:\\.[0-9]+){0,3})'\n        flags: caseless\n",
               word);
        break;
    case 8:
        printf("        pattern: '^(?:%s|%s ?nr)\\s{0,4}[:=]\\s{0,4}(?<value>\\S{1,60})'\n"
               "        flags: [caseless, multiline]\n",
               word, other);
        break;
    case 9:
        printf("        pattern: 'error (?:code )?(?<value>%c%u\\d{2})\\b'\n        flags: caseless\n",
               'A' + (int)(number % 26), number % 10);
        break;
    default:
        printf(
            "        needs: [%s, %s]\n        within: 60\n"
            "        pattern: '(?:%s|%s)\\w{0,10}\\s.{0,30}?(?<value>\\d{4,9})'\n        flags: caseless\n",
            word, other, word, other);
        break;
    }
}

static void print_rules(guint count)
{
    printf("fields:\n");
    for (guint i = 0; i < count; i++) {
        if (i % RULES_A_FIELD == 0)
            printf("  field_%u:\n    rules:\n", i / RULES_A_FIELD);
        print_rule(i);
    }
}

static char *subject_of(guint mail)
{
    g_autofree char *word = word_of(mail);
    return g_strdup_printf("Problem %u with %s since yesterday", mail, word);
}

/* About 2.4 KB of text, with words of some rules in it. */
static char *text_of(guint mail)
{
    GRand *random = g_rand_new_with_seed(mail);
    GString *text = g_string_new(NULL);
    while (text->len < 2400) {
        if (g_rand_int_range(random, 0, 6) == 0) {
            g_autofree char *word = word_of((guint)g_rand_int_range(random, 0, 1000));
            g_string_append_printf(text, "Our %s number: %d, please check. ", word,
                                   g_rand_int_range(random, 1000, 99999));
        }
        g_string_append(text, sentences[g_rand_int_range(random, 0, G_N_ELEMENTS(sentences))]);
        g_string_append_c(text, g_rand_int_range(random, 0, 3) ? ' ' : '\n');
    }
    g_rand_free(random);
    return g_string_free(text, FALSE);
}

static void print_texts(void)
{
    for (guint i = 0; i < MAILS; i++) {
        g_autofree char *text = text_of(i);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
            printf("%s\r\n", *line);
    }
}

typedef struct {
    RuleSet *rules;
    RulesScratch *scratch;
    GArray *costs; /* double: us a mail, of each round */
    guint found;
} Runner;

static RuleSet *compile_file(const char *file)
{
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GPtrArray) problems = problems_new();
    if (!g_file_get_contents(file, &text, &length, NULL)) {
        fprintf(stderr, "rules_many: there is no file %s\n", file);
        exit(1);
    }
    RuleSet *rules = rules_compile(file, text, length, problems);
    g_autofree char *said = problems_format(problems);
    fputs(said, stderr);
    if (!rules)
        exit(1);
    return rules;
}

static void run_round(Runner *of, char **subjects, char **texts)
{
    gint64 begun = clock_monotonic_ns();
    for (guint i = 0; i < MAILS; i++) {
        g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        const RulesInput input = {.subject = subjects[i],
                                  .reply = texts[i],
                                  .text = texts[i],
                                  .deadline_us = clock_monotonic_us() + LIMIT_RULE_MAIL_US};
        rules_find(of->rules, of->scratch, &input,
                   &(const RulesOutput){.fields = fields, .findings = findings});
        of->found += fields->len;
    }
    double us = (double)(clock_monotonic_ns() - begun) / 1000 / MAILS;
    g_array_append_val(of->costs, us);
}

static gint compare_costs(gconstpointer a, gconstpointer b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(GArray *costs)
{
    g_array_sort(costs, compare_costs);
    return g_array_index(costs, double, costs->len / 2);
}

static void run_step(guint rounds, int count, char **files)
{
    char *subjects[MAILS], *texts[MAILS];
    for (guint i = 0; i < MAILS; i++) {
        subjects[i] = subject_of(i);
        texts[i] = text_of(i);
    }
    Runner *all = g_new0(Runner, count);
    for (int k = 0; k < count; k++) {
        gint64 begun = clock_monotonic_us();
        all[k].rules = compile_file(files[k]);
        fprintf(stderr, "rules_many: %s compiled in %.1f ms\n", files[k],
                (double)(clock_monotonic_us() - begun) / 1000);
        all[k].scratch = rules_scratch_new(all[k].rules);
        all[k].costs = g_array_new(FALSE, FALSE, sizeof(double));
    }
    for (guint round = 0; round < rounds; round++)
        for (int k = 0; k < count; k++)
            run_round(&all[k], subjects, texts);
    double first = 0;
    for (int k = 0; k < count; k++) {
        double us = median(all[k].costs);
        first = k == 0 ? us : first;
        printf("%u %.1f %.2f %u\n", rules_count(all[k].rules), us, us / first, all[k].found / rounds);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "rules") == 0)
        print_rules((guint)atoi(argv[2]));
    else if (argc == 2 && strcmp(argv[1], "text") == 0)
        print_texts();
    else if (argc >= 4 && strcmp(argv[1], "step") == 0)
        run_step((guint)atoi(argv[2]), argc - 3, argv + 3);
    else
        return 64;
    return 0;
}
