/* Patterns that take for ever, on texts made for them: no mail is held up, and what gave up says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/rules.h>
#include <string.h>
#include <time.h>

/* The promise for a mail. Counted in time of this thread's own, so that other load does not matter. */
#define MAIL_MOST_NS ((gint64)2000000000)
/* A single rule, which is given a hundredth of its time: what it goes over that has no other bound than ours.
 */
#define RULE_DEADLINE_US 1500
#define TEXT_BYTES LIMIT_RULE_TEXT_BYTES

/* "%" is one of the atoms. */
static const char *const families[] = {
    "(%+)+[!?]",
    "(%*)*[!?]",
    "(%|%)*[!?]",
    "(?:%+%+)+[!?]",
    "(?:%|a|aa)+[!?]",
    "%*%*%*%*[!?]",
    "a%*%+[!?]",
    "(?:%+ ?)+[!?]",
    "(?:%{1,30}){1,30}[!?]",
    "(?:(?:%{0,50}){0,50}){0,50}[!?]",
    "(?:(?=%*a)%)*[!?]",
    "(?:(?!%*[!?])%)*[!?]",
    "(?:(?!%*Q)%)*+[!?]",
    "(?>(?:(?=%*)a)+)[!?]",
    "(%*)\\1[!?]",
    "(?i)(%+)\\1+[!?]",
    "(?:(%*)(?=\\1)a)*[!?]",
    "(?:%++a?)*[!?]",
    "(?:(?>%+)|a)+[!?]",
    "(?=(%+))\\1{2,}[!?]",
    "^(?:%*\\n?)*[!?]$",
    "(?<=%)(?:%+)+(?<!%)[!?]",
    "(?:(?:(?!%*Q)%)*Q?)*[!?]",
    "(?:(?!(?:(?!%*Q)%)*R)%)*[!?]",
    "(?:%?){200}%{200}[!?]",
    "(?s:.*%.*%.*%.*)[!?]",
};
static const char *const atoms[] = {"a", "[a-z!]", "\\w", "[^Q]", "\\p{L}"};

static const char *const others[] = {
    "(?R)?a+[!?]",
    "(a(?1)?a)+[!?]",
    "(?<x>a|b(?&x)*)+[!?]",
    "(?:(?1)|(a+a+))[!?]",
    "(\\((?:[^()]|(?1))*\\))+[!?]",
    "(?(?=a+b)a|aa)+[!?]",
    "(a)?(?(1)a+|b+)+[!?]",
    "\\X*\\X*[!?]",
    "(?:(?=\\X*Q?)a)*[!?]",
    "(?:\\R|.)*(?:\\R|.)*[!?]",
    "(?i)(?:straße|STRASSE|ſ|s|K|k)+[!?]",
    "[\\p{L}\\p{N}]*[\\p{L}\\p{N}]*\\p{N}\\p{Lu}[!?]",
    "(?:\\p{Greek}|\\p{L})+[!?]",
    "a{60000}[!?]",
    "(?:a{1000}){30}[!?]",
    "(?:a{0,255}){0,60}[!?]",
    "(?|(a+)|(b+)|(a+b+))*[!?]",
    "(?:a(*SKIP)|aa)*[!?]",
    "(?:a(*THEN)b|a+)*[!?]",
    "(*NO_START_OPT)(?:a|aa)+[!?]",
    "(*NO_AUTO_POSSESS)\\d+\\w+\\d+[!?]",
    "(?:^|\\b|$|(?=a)|(?!b))*+(?:a*)+[!?]",
    "\\b(?:\\w+\\b\\W*)+[!?]",
    "(?:[^!]*!)*[?]",
    "(?:(?:[^!]*!){2}){0,400}[?]",
    "(?:a*+a?)*[!?]",
    "(?<=a|aa|aaa|aaaa)(?:a|aa)*[!?]",
    "(?<!b{250})(?:a+)+[!?]",
    "(?:\\s+\\S+)*\\s*[!?]",
    "(?:\\s*\\n\\s*)+[!?]",
    "(?m)^(?:.*)*$(?:\\n(?:.*)*$)*[!?]",
    "(?m)(?:^.*$\\n?)*[?]Q",
    "([A-Za-z0-9]+[._-]?)+@([a-z]+\\.)+[!?]",
    "(?:https?://)?(?:[\\w-]+\\.?)+(?:/[\\w-]*)*[!?]",
    "<(?:[^<>]+|<[^<>]*>)*>[!?]",
    "(?:\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|\\w+\\s*)+[!?]",
    "(?:\\d+,?)+(?:\\.\\d+)*[!?]",
    "(?:0|[1-9]\\d*)+[!?]",
    "(\\w+)(?:\\s+\\1)+[!?]",
    "(?i)(?:(?=(\\w*))(?=\\1)a)*[!?]",
    "(?:(?=[^b]*+)(?=[^c]*+)(?=[^d]*+)a)*[!?]",
    "(?:.{0,100}){0,100}[!?]Q",
    "(?x) (?: a + (?#c) a + ) + [!?]",
    "(?:\\Qa\\E+)+[!?]",
    "(?:[[:alpha:]]+[[:digit:]]*)+[!?]",
    "(?:\\h*\\v*)*[!?]",
    "(?:\\w\\w?\\w?\\w?)+[!?]",
    "((((((((((a*)*)*)*)*)*)*)*)*)*)*[!?]",
    "(?:a|b|c|d|e|f|ab|bc|cd|abc)*[!?]",
    "(?:.?){300}.{300}[!?]Q",
    "(?:\\.?[ab]+)*\\.{3}[!?]",
    "(?:(?:a?b?)*c?)*[!?]",
    "(?:x+x+)+y[!?]",
    "(?:\\Ka|a)*[!?]",
    "(?>a*)*(?>a|aa)*[!?]",
    "(?:\\w+ \\w+ )*\\d[!?]",
    "(?:(?:[a-z]+!)+ ?)+[?]",
    "(?-i:a|A)+(?i:a+)+[!?]",
    "(?s)(?=.*Q)(?=.*R)(?=.*S)(?:.|\\n)*[!?]",
    "(?s)(?:(?=.*a)(?=.*b)?.)*[?]Q",
    "(?:€|a|é|ö|ü)+(?:€|a|é|ö|ü)+[!?]",
    "(?:日|本|語|日本)*[!?]",
    "(?=(?:a+)+[!?])",
    "(?!(?:a+)+[!?])(?=(?:a|aa)+[!?])",
    "(?:a+){20,}[!?]",
    "(?:a+?){20,}?[!?]",
    "(?:(?:a+)++)?+(?:a|b)*[!?]",
    "(?<n>a+)(?:\\k<n>)*(?<m>a+)\\k<m>[!?]",
    "(?:[^a]|a[^b]|ab[^c])*abcQ",
    "(?:(?:\\d{1,3}\\.){3}\\d{1,3}[, ]?)+[!?]",
    "(?:=?[a-z!]*=?)*==[!?]",
};

static guint pattern_count(void)
{
    return G_N_ELEMENTS(families) * G_N_ELEMENTS(atoms) + G_N_ELEMENTS(others);
}

static char *pattern_text(guint number)
{
    const guint grown = G_N_ELEMENTS(families) * G_N_ELEMENTS(atoms);
    if (number >= grown)
        return g_strdup(others[number - grown]);
    g_auto(GStrv) parts = g_strsplit(families[number / G_N_ELEMENTS(atoms)], "%", -1);
    return g_strjoinv(atoms[number % G_N_ELEMENTS(atoms)], parts);
}

static const char *const units[] = {
    "a",
    "ab",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
    "a!",
    "a a ",
    "ab ab ",
    "A",
    "aA",
    "1",
    "12,",
    "0123456789",
    "1.2.3.4, ",
    "a1",
    "!",
    "!a!b",
    "a\n",
    "\n",
    " ",
    " \n",
    "\t ",
    "aaaaaaaaaa\n",
    "\n\n\n ",
    "é",
    "öäü",
    "日本語",
    "αβγ",
    "ſK",
    "e\u0301",
    "👩‍👩‍👧 ",
    "€a",
    "(",
    "((a)",
    "<a ",
    "\"a\\\"",
    "'a",
    "a.b-c_",
    "a@a.",
    "www.a.",
    "https://a/",
    "==a",
    "a=b&",
    "Q",
    "aQ",
    "QR",
    "x",
    "xxxxxxxxxy",
    "abc",
    "abcabd",
    "lorem ipsum dolor sit amet ",
    "\u0661\u0662 ",
};

/* Text number `number`: a unit, again and again. */
static char *evil_text(guint number)
{
    const char *unit = units[number];
    GString *text = g_string_new(NULL);
    while (text->len + strlen(unit) < TEXT_BYTES - 8)
        g_string_append(text, unit);
    return g_string_free(text, FALSE);
}

static gint64 own_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void add_rule(GString *file, guint number)
{
    g_autofree char *pattern = pattern_text(number);
    g_auto(GStrv) pieces = g_strsplit(pattern, "'", -1);
    g_autofree char *quoted = g_strjoinv("''", pieces);
    g_auto(GStrv) lines = g_strsplit(quoted, "\n", -1);
    g_autofree char *line = g_strjoinv("", lines);
    /* What opens the whole pattern must stay in front. */
    const char *head = g_str_has_prefix(line, "(*NO") ? strchr(line, ')') + 1 : line;
    g_string_append_printf(file, "      - {name: evil-%u, type: block, pattern: '%.*s(?<value>%s)'}\n",
                           number, (int)(head - line), line, head);
}

/* NULL: refused. */
static RuleSet *compile_evil(guint first, guint count, gboolean is_secret)
{
    GString *file = g_string_new("fields:\n  f:\n");
    g_string_append_printf(file, "    secret: %s\n    rules:\n", is_secret ? "yes" : "no");
    for (guint i = first; i < first + count; i++)
        add_rule(file, i);
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("evil.yaml", file->str, file->len, problems);
    g_autofree char *said = problems_format(problems);
    if (!rules)
        print_message("refused: %s", said);
    g_string_free(file, TRUE);
    return rules;
}

typedef struct {
    guint runs, gave_up, found;
    gint64 slowest_ns;
    guint slowest_rule, slowest_text;
} Tally;

static gint64 run_mail(const RuleSet *rules, RulesScratch *scratch, const char *text, gint64 deadline_us,
                       Tally *tally)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesInput input = {.reply = text, .deadline_us = deadline_us};
    gint64 begun = own_ns();
    rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
    gint64 took = own_ns() - begun;
    tally->runs++;
    tally->gave_up += findings->len > 0;
    tally->found += fields->len > 0;
    for (guint i = 0; i < findings->len; i++)
        assert_string_equal(((const Finding *)findings->pdata[i])->code, "rule-gave-up");
    return took;
}

/* Each pattern on each text, alone. */
static void test_each(void **state)
{
    (void)state;
    char *texts[G_N_ELEMENTS(units)];
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        texts[i] = evil_text(i);
    Tally tally = {0};
    guint refused = 0;
    for (guint rule = 0; rule < pattern_count(); rule++) {
        gint64 begun = own_ns();
        g_autoptr(RuleSet) rules = compile_evil(rule, 1, FALSE);
        assert_true(own_ns() - begun < MAIL_MOST_NS);
        refused += rules == NULL;
        g_autoptr(RulesScratch) scratch = rules ? rules_scratch_new(rules) : NULL;
        for (guint i = 0; rules && i < G_N_ELEMENTS(units); i++) {
            gint64 took = run_mail(rules, scratch, texts[i], clock_monotonic_us() + RULE_DEADLINE_US, &tally);
            if (took <= tally.slowest_ns)
                continue;
            tally.slowest_ns = took;
            tally.slowest_rule = rule;
            tally.slowest_text = i;
        }
    }
    g_autofree char *slowest = pattern_text(tally.slowest_rule);
    print_message(
        "%u patterns (%u refused), %u texts: %u gave up, %u found something; the slowest took %.1f ms, "
        "allowed %.1f: %s on '%s'\n",
        pattern_count(), refused, (guint)G_N_ELEMENTS(units), tally.gave_up, tally.found,
        (double)tally.slowest_ns / 1e6, RULE_DEADLINE_US / 1e3, slowest, units[tally.slowest_text]);
    assert_true(pattern_count() >= 200 && G_N_ELEMENTS(units) >= 50);
    assert_true(refused < 20 && tally.gave_up > 1000 && tally.found > 100);
    /* With its mail's whole time it would be LIMIT_RULE_MAIL_US more. */
    assert_true(tally.slowest_ns + (gint64)LIMIT_RULE_MAIL_US * 1000 < MAIL_MOST_NS);
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        g_free(texts[i]);
}

/* All of them at once, looking for secrets: then what is kept is masked, too. */
static void test_together(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func((GDestroyNotify)rules_unref);
    for (guint first = 0; first + 25 <= pattern_count(); first += 25) {
        RuleSet *rules = compile_evil(first, 25, TRUE);
        if (rules)
            g_ptr_array_add(sets, rules);
    }
    assert_true(sets->len >= 4);
    Tally tally = {0};
    gint64 slowest = 0;
    for (guint i = 0; i < G_N_ELEMENTS(units); i += 2) {
        const RuleSet *rules = sets->pdata[i / 2 % sets->len];
        g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
        g_autofree char *text = evil_text(i), *kept = g_strdup(text);
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        gint64 took = run_mail(rules, scratch, text, clock_monotonic_us() + LIMIT_RULE_MAIL_US, &tally);
        gint64 begun = own_ns();
        rules_mask(rules, scratch, kept, clock_monotonic_us() + LIMIT_RULE_MASK_US, findings);
        slowest = MAX(slowest, took + own_ns() - begun);
        assert_true(strlen(kept) == strlen(text));
    }
    print_message("%u mails, each with 25 rules: %u with rules that gave up; the slowest took %.0f ms\n",
                  tally.runs, tally.gave_up, (double)slowest / 1e6);
    assert_true(slowest < MAIL_MOST_NS);
    assert_true(tally.gave_up > 10);
}

#define SECRET                                                                                               \
    "fields:\n  key:\n    secret: yes\n    rules:\n"                                                         \
    "      - {name: slow-key, look_in: [subject, reply], pattern: 'key "                                     \
    "(?<value>(?:a|b|ab|ba)+[x-z]\\w+)'}\n"                                                                  \
    "  word:\n    rules:\n      - {name: word, pattern: 'word (?<value>\\S+)'}\n"

/* Where the search for secrets gave up, nothing that looks like one is kept, in no field either. */
static void test_unsure(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new(),
                         fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", SECRET, strlen(SECRET), problems);
    assert_non_null(rules);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autofree char *many = g_strnfill(60, 'a');
    for (guint i = 1; i < 60; i += 2)
        many[i] = 'b';
    g_autofree char *text =
        g_strconcat("The key ", many, " is old, and word 8f7e6d5c4b3a2910 is a Zugang-7-Xy.", NULL);
    const RulesInput input = {.reply = text};
    rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
    assert_int_equal(findings->len, 1);
    assert_non_null(strstr(((const Finding *)findings->pdata[0])->detail, "slow-key: too many steps"));
    assert_int_equal(fields->len, 1);
    assert_string_equal(((const Field *)fields->pdata[0])->value, "8f************10");
    rules_mask(rules, scratch, text, 0, findings);
    assert_null(strstr(text, "8f7e6d"));
    assert_null(strstr(text, many));
    assert_null(strstr(text, "gang-7"));
    assert_non_null(strstr(text, "is old, and word"));
}

/* However broken a mail is, that a rule gave up is told; and of very many not each. */
static void test_report(void **state)
{
    (void)state;
    GString *file = g_string_new("fields:\n  f:\n    rules:\n");
    for (guint i = 0; i < 300; i++)
        g_string_append_printf(file, "      - {name: r%u, pattern: '(?<value>\\w+)'}\n", i);
    g_autoptr(GPtrArray) problems = problems_new(),
                         fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    for (guint i = 0; i < LIMIT_FINDINGS; i++)
        finding_add(findings, "odd", "%u", i);
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", file->str, file->len, problems);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    const RulesInput input = {.subject = "late", .reply = "too late", .deadline_us = 1};
    rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
    const Finding *last = findings->pdata[findings->len - 1];
    assert_int_equal(findings->len, LIMIT_FINDINGS);
    assert_string_equal(last->code, "rule-gave-up");
    g_ptr_array_set_size(findings, 0);
    rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
    assert_int_equal(findings->len, 41);
    assert_string_equal(((const Finding *)findings->pdata[0])->detail, "r0: out of time in subject");
    assert_string_equal(((const Finding *)findings->pdata[40])->detail, "more rules than these: out of time");
    g_string_free(file, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unsure),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
