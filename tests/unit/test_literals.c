/* What is read out of patterns must be true: a rule that is tried only around it finds what it would find
 * everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <parsers/rules/literals.h>
#include <parsers/rules/prefilter.h>
#include <postern/base/starter.h>
#include <postern/reading.h>
#include <string.h>

static gboolean is_odd(const char *text, gsize length)
{
    guint8 has[256] = {0};
    for (gsize i = 0; i < length; i++)
        has[(guint8)text[i]] = 1;
    return literals_odd(text, length, has) != 0;
}

/* As words compare: letters without case, 0 for any digit. */
static gboolean stands_at(const char *text, const char *word)
{
    for (; *word; word++, text++)
        if (*word == '0' ? !g_ascii_isdigit(*text) : g_ascii_tolower(*text) != g_ascii_tolower(*word))
            return FALSE;
    return TRUE;
}

static gint compare_words(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "one|two 3": the words and how far they are; "-" for nothing. */
static char *told(const char *pattern, PatternFlags flags)
{
    Literals literals = {0};
    if (!literals_of(pattern, strlen(pattern), flags, &literals))
        return g_strdup("-");
    GString *text = g_string_new(NULL);
    g_ptr_array_sort(literals.words, compare_words);
    for (guint i = 0; i < literals.words->len; i++)
        g_string_append_printf(text, "%s%s", i ? "|" : "", (const char *)literals.words->pdata[i]);
    if (literals.most == LITERALS_FAR)
        g_string_append(text, " far");
    else
        g_string_append_printf(text, " %zu", literals.most);
    literals_clear(&literals);
    return g_string_free(text, FALSE);
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        PatternFlags flags;
        const char *expected;
    } cases[] = {
        {"order", 0, "order 0"},
        {"Order", 0, "order 0"},
        {"(?<value>\\d{1,3})-order", 0, "-order 12"},
        {"\\d+order", 0, "0order far"},
        {"\\d+order12", 0, "0order00 far"},
        {"\\d{2}-\\d{3,5}-", 0, "00-000 0"},
        {"(?:[45]\\d\\d){2}", 0, "000000 0"},
        {"[a-f0-9]-\\d{8}", 0, "-00000000 4"},
        {"order(?:number|id)", 0, "orderid|ordernumber 0"},
        {"(?:order|)\\d", 0, "-"},
        {"(?:order|[a-z])", 0, "-"},
        {"orders?\\d", 0, "order0|orders0 0"},
        {"colou?r", 0, "color|colour 0"},
        {"a{2}bc{0}d*e", 0, "aab 0"},
        {"ab+c", 0, "ab 0"},
        {"(ab){2}c", 0, "ababc 0"},
        {"(ab){2,}c", 0, "abab 0"},
        {"(ab)*c", 0, "-"},
        {"x(?=order)y", 0, "xy 0"},
        {"(?<!order)xy(?!ab)", 0, "xy 0"},
        {"(?<=order)xy", 0, "xy 0"},
        {"(?i)order", 0, "order 0"},
        {"or(?i:de)r", 0, "order 0"},
        {"o r # d\n e", PATTERN_EXTENDED, "ore 0"},
        {"o r # d\n e", 0, "o r # d\n e 0"},
        {"or\\ de[ ]r", PATTERN_EXTENDED, "or de r 0"},
        {"(?x) o r (?-x: d)", 0, "or d 0"},
        {"abc +d", PATTERN_EXTENDED, "abc 0"},
        {"\\Qa+b\\E+c", 0, "a+b 0"},
        {"\\Qa|b\\E|cd", 0, "a|b|cd 0"},
        {"a\\.b\\x41\\x{42}", 0, "a.bab 0"},
        {"[aA]b[^c]de", 0, "ab 0"},
        {"[]ab]cd[a-f]", 0, "]cd|acd|bcd 0"},
        {"[[:alpha:]]cd", 0, "cd 4"},
        {"(?<a>\\w)\\k<a>cd", 0, "cd far"},
        {"(\\w)\\1cd", 0, "cd far"},
        {"(?|(ab)|(cd))e", 0, "abe|cde 0"},
        {"(?#com)ab(?#ment)+c", 0, "ab 0"},
        {"ab(*ACCEPT)cd", 0, "-"},
        {"(a)?(?(1)bc|de)", 0, "-"},
        {"(?R)?ab", 0, "ab far"},
        {"a{,3}bc", 0, "-"},
        {"a{b}c", 0, "a{b}c 0"},
        {"a|b", 0, "-"},
        {"#|@", 0, "#|@ 0"},
        {"\\bab\\b\\Kcd$", 0, "abcd 0"},
        {"größe", 0, "größe 0"},
        {"größe", PATTERN_CASELESS, "grÖ|grö 0"},
        {"märz", PATTERN_CASELESS, "mÄrz|märz 0"},
        {"注文", PATTERN_CASELESS, "注文 0"},
        {"ΩΩ", PATTERN_CASELESS, "-"},
        {"^(?:ab|cd)\\s{0,4}[:=]\\s{0,4}(?<value>\\d+)$", PATTERN_MULTILINE, "ab|cd 0"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = told(cases[i].pattern, cases[i].flags);
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("%s: '%s', not '%s'", cases[i].pattern, text, cases[i].expected);
    }
}

/* Every character that a letter matches where case does not count is one that literals.c reckons with. */
static void assert_forms(gunichar letter, const GString *all, Matcher *matcher)
{
    char source[8];
    source[g_unichar_to_utf8(letter, source)] = '\0';
    g_autofree char *message = NULL;
    gsize offset, start, end;
    Literals literals = {0};
    gboolean is_known = literals_of(source, strlen(source), PATTERN_CASELESS, &literals);
    /* A single letter is not worth it; two are. */
    g_autofree char *twice = g_strconcat(source, "x", NULL);
    literals_clear(&literals);
    is_known = literals_of(twice, strlen(twice), PATTERN_CASELESS, &literals);
    Pattern *pattern = pattern_compile(source, strlen(source), PATTERN_CASELESS, &message, &offset);
    matcher_begin(matcher, 0);
    for (gsize from = 0;
         is_known && pattern_search(pattern, matcher, all->str, all->len, from, all->len) == SEARCH_FOUND;
         from = end) {
        assert_true(matcher_span(matcher, 0, &start, &end));
        gboolean is_reckoned = is_odd(all->str + start, end - start);
        for (guint i = 0; i < literals.words->len && !is_reckoned; i++) {
            const char *word = literals.words->pdata[i];
            is_reckoned = g_ascii_strncasecmp(word, all->str + start, end - start) == 0 &&
                          strlen(word) == end - start + 1;
        }
        if (!is_reckoned)
            fail_msg("U+%04x matches %.*s, which nobody reckons with", letter, (int)(end - start),
                     all->str + start);
    }
    literals_clear(&literals);
    pattern_unref(pattern);
}

static void test_case_forms(void **state)
{
    (void)state;
    g_autoptr(GString) all = g_string_new(NULL);
    for (gunichar c = 0x20; c < 0x1ffff; c++)
        if (g_unichar_validate(c))
            g_string_append_unichar(all, c);
    Matcher *matcher = matcher_new(1);
    for (gunichar c = 'a'; c <= 'z'; c++)
        assert_forms(c, all, matcher);
    for (gunichar c = 0xa0; c < 0x530; c++)
        assert_forms(c, all, matcher);
    matcher_free(matcher);
}

/* Patterns of all kinds, grown at random. */
static void grow(GString *pattern, GRand *random, guint depth)
{
    static const char *const leaves[] = {
        "a",     "b",     "k",           "s",       "ks", "ab",  "S",     "K",        "ä",     "å",
        "о",     "1",     "_",           "\\d",     ".",  "\\w", "[ab]",  "[^a]",     "[k-s]", "\\b",
        "(?=a)", "(?!b)", "(?<=a)",      "(?<!ks)", "^",  "$",   "\\x61", "\\Qa+\\E", "(?i)",  "(?-i)",
        " ",     "\\s",   "[[:alpha:]]", "\\K",     "sk", "1_1", "ß",     "#",
    };
    static const char *const quantifiers[] = {"",  "",    "",      "",       "?",  "*",
                                              "+", "{2}", "{0,2}", "{1,3}?", "++", "{0}"};
    guint pieces = (guint)g_rand_int_range(random, 1, 5);
    for (guint i = 0; i < pieces; i++) {
        guint what = (guint)g_rand_int_range(random, 0, depth > 2 ? 6 : 10);
        if (what < 6) {
            const char *leaf = leaves[g_rand_int_range(random, 0, G_N_ELEMENTS(leaves))];
            g_string_append(pattern, leaf);
            /* A look or a flag cannot be repeated everywhere: what does not compile is passed over. */
        } else {
            static const char *const heads[] = {"(", "(?:", "(?i:", "(?>", "(?|", "(?x: "};
            g_string_append(pattern, heads[g_rand_int_range(random, 0, G_N_ELEMENTS(heads))]);
            grow(pattern, random, depth + 1);
            if (what > 7) {
                g_string_append_c(pattern, '|');
                grow(pattern, random, depth + 1);
            }
            g_string_append_c(pattern, ')');
        }
        g_string_append(pattern, quantifiers[g_rand_int_range(random, 0, G_N_ELEMENTS(quantifiers))]);
        if (depth == 0 && g_rand_int_range(random, 0, 12) == 0)
            g_string_append(pattern, "|");
    }
}

static char *random_text(GRand *random)
{
    static const char *const parts[] = {"a", "b",   "k", "s", "A",  "B",  "K",  "S",   "ä",  "Ä",
                                        "å", "о",   "О", "1", "_",  " ",  "\n", "#",   "ſ",  "K",
                                        "Å", "ᲂ", "ß", "ẞ", "ab", "ks", "sk", "1_1", "aa", "+"};
    GString *text = g_string_new(NULL);
    guint count = (guint)g_rand_int_range(random, 0, 60);
    gboolean is_plain = g_rand_int_range(random, 0, 3) > 0;
    for (guint i = 0; i < count; i++) {
        const char *part = parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))];
        if (!is_plain || !is_odd(part, strlen(part)))
            g_string_append(text, part);
    }
    return g_string_free(text, FALSE);
}

/* Every match holds one of the words, no farther off than was said. */
static void assert_true_of(const Pattern *pattern, const Literals *literals, const char *source,
                           Matcher *matcher, const char *text)
{
    gsize length = strlen(text);
    matcher_begin(matcher, 0);
    for (gsize at = 0; at < length; at = (gsize)(g_utf8_next_char(text + at) - text)) {
        if (pattern_match_at(pattern, matcher, text, length, at) != SEARCH_FOUND)
            continue;
        gsize nearest = G_MAXSIZE;
        for (guint i = 0; i < literals->words->len; i++) {
            const char *word = literals->words->pdata[i];
            for (gsize from = at; from + strlen(word) <= length; from++)
                if (stands_at(text + from, word)) {
                    nearest = MIN(nearest, from - at);
                    break;
                }
        }
        if (nearest > literals->most || nearest == G_MAXSIZE)
            fail_msg("'%s' matches '%s' at %zu without its words", source, text, at);
    }
}

static void test_random_patterns(void **state)
{
    (void)state;
    GRand *random = g_rand_new_with_seed(20261122);
    Matcher *matcher = matcher_new(100);
    guint compiled = 0, derived = 0;
    for (guint i = 0; i < 20000; i++) {
        g_autoptr(GString) source = g_string_new(NULL);
        grow(source, random, 0);
        PatternFlags flags = (PatternFlags)g_rand_int_range(random, 0, 16);
        g_autofree char *message = NULL;
        gsize offset;
        Pattern *pattern = pattern_compile(source->str, source->len, flags, &message, &offset);
        if (!pattern || pattern_group_count(pattern) > 100) {
            pattern_unref(pattern);
            continue;
        }
        compiled++;
        Literals literals = {0};
        if (literals_of(source->str, source->len, flags, &literals)) {
            derived++;
            for (guint k = 0; k < 20; k++) {
                g_autofree char *text = random_text(random);
                if (!is_odd(text, strlen(text)))
                    assert_true_of(pattern, &literals, source->str, matcher, text);
            }
        }
        literals_clear(&literals);
        pattern_unref(pattern);
    }
    print_message("%u patterns, words in %u\n", compiled, derived);
    assert_true(compiled > 5000 && derived > 1000);
    matcher_free(matcher);
    g_rand_free(random);
}

/* The same set, but every rule is tried everywhere unless the file says what it needs. */
static RuleSet *without_words(const char *text)
{
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("r.yaml", text, strlen(text), problems);
    assert_non_null(rules);
    for (guint i = 0; i < rules->rules->len; i++) {
        Rule *rule = rules->rules->pdata[i];
        if (rule->is_derived)
            g_array_append_val(rules->free_rules, i);
        rule->is_derived = FALSE;
    }
    return rules;
}

/* The starter rules as if no rule said what it needs. */
static char *without_needs(const char *yaml)
{
    g_autoptr(GRegex) needs =
        g_regex_new("^ +(needs: \\[[^]]*\\]|within: \\d+)\\n", G_REGEX_MULTILINE, 0, NULL);
    return g_regex_replace(needs, yaml, -1, 0, "", 0, NULL);
}

static char *read_as_json(const RuleSet *rules, const char *bytes, gsize length)
{
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    const ReadingSettings settings = {.rules = rules, .scratch = scratch};
    g_autoptr(Reading) reading = reading_make_bytes(bytes, length, &settings, NULL);
    if (!reading)
        return g_strdup("unreadable");
    g_autoptr(Json) json = reading_to_json(reading, NULL);
    char *text = json_print(json);
    return text;
}

static void assert_same(const RuleSet *one, const RuleSet *other, const char *name, const char *bytes,
                        gsize length)
{
    g_autofree char *first = read_as_json(one, bytes, length);
    g_autofree char *second = read_as_json(other, bytes, length);
    if (strcmp(first, second) != 0)
        fail_msg("%s is read differently:\n%s\n%s", name, first, second);
}

static void test_starter_rules(void **state)
{
    (void)state;
    g_autofree char *text = without_needs(starter_text("rules.yaml"));
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", text, strlen(text), problems);
    g_autofree char *said = problems_format(problems);
    if (!rules)
        fail_msg("%s", said);
    g_autoptr(RuleSet) plain = without_words(text);
    guint derived = 0;
    for (guint i = 0; i < rules->rules->len; i++)
        derived += ((const Rule *)rules->rules->pdata[i])->is_derived;
    print_message("%u of %u starter rules have words of their own\n", derived, rules->rules->len);
    assert_true(derived > 10);
    g_autoptr(GDir) folder = g_dir_open("tests/mail", 0, NULL);
    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder));) {
        if (!g_str_has_suffix(name, ".eml"))
            continue;
        g_autofree char *path = g_build_filename("tests/mail", name, NULL);
        g_autofree char *bytes = NULL;
        gsize length;
        assert_true(g_file_get_contents(path, &bytes, &length, NULL));
        assert_same(rules, plain, name, bytes, length);
    }
    for (guint i = 0; i < rules->rules->len; i++) {
        const Rule *rule = rules->rules->pdata[i];
        for (guint k = 0; k < rule->examples->len; k++) {
            const Example *example = rule->examples->pdata[k];
            g_autofree char *mail = g_strconcat(
                "From: a@example.com\nContent-Type: text/plain; charset=utf-8\n\n", example->text, NULL);
            assert_same(rules, plain, rule->name, mail, strlen(mail));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_case_forms),
        cmocka_unit_test(test_random_patterns),
        cmocka_unit_test(test_starter_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
