/* What rules share (fragments, value templates, patterns), how they are ordered, where they look, and what is
 * told of what they turned down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/error_print.h>
#include <postern/meanings.h>
#include <string.h>

static RuleSet *compile(const char *text)
{
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("r.yaml", text, strlen(text), problems);
    g_autofree char *said = problems_format(problems);
    if (!rules)
        fail_msg("%s", said);
    return rules;
}

typedef struct {
    RuleSet *rules;
    RulesScratch *scratch;
    GPtrArray *fields, *losers, *candidates, *findings;
} Run;

static Run run_input(const char *file, const RulesInput *input)
{
    Run run = {.rules = compile(file)};
    run.scratch = rules_scratch_new(run.rules);
    run.fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    run.losers = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    run.candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    run.findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesOutput output = {
        .fields = run.fields, .losers = run.losers, .candidates = run.candidates, .findings = run.findings};
    rules_find(run.rules, run.scratch, input, &output);
    return run;
}

static void run_clear(Run *run)
{
    rules_scratch_free(run->scratch);
    rules_unref(run->rules);
    g_ptr_array_unref(run->fields);
    g_ptr_array_unref(run->losers);
    g_ptr_array_unref(run->candidates);
    g_ptr_array_unref(run->findings);
}

/* "name=value where start-end", and of a loser " < rule: why", a line. */
static void append_fields(GString *text, const GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_string_append_printf(text, "%s=%s %s %zu-%zu", field->name, field->value, field->where,
                               field->start, field->end);
        if (field->lost_to)
            g_string_append_printf(text, " < %s: %s", field->lost_to, field->why);
        g_string_append_c(text, '\n');
    }
}

static void assert_found(const char *file, const RulesInput *input, const char *expected)
{
    Run run = run_input(file, input);
    g_autoptr(GString) found = g_string_new(NULL);
    append_fields(found, run.fields);
    append_fields(found, run.losers);
    assert_string_equal(found->str, expected);
    run_clear(&run);
}

/* "rule fate raw|value where start-end: why" a line. */
static void assert_candidates(const char *file, const RulesInput *input, const char *expected)
{
    Run run = run_input(file, input);
    g_autoptr(GString) found = g_string_new(NULL);
    for (guint i = 0; i < run.candidates->len; i++) {
        const Candidate *candidate = run.candidates->pdata[i];
        g_string_append_printf(found, "%s %s %s|%s %s %zu-%zu: %s\n", candidate->rule,
                               candidate_fate_name(candidate->fate), candidate->raw,
                               candidate->value ? candidate->value : "", candidate->where, candidate->start,
                               candidate->end, candidate->why);
    }
    assert_string_equal(found->str, expected);
    run_clear(&run);
}

#define RULE(keys) "fields:\n  f:\n    rules:\n      - {name: r, " keys "}\n"

static void fragments_are_filled_in(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "id: 4821; no. 77, id 5 {{number}}"};
    assert_found("fragments:\n  number: '\\d+'\n  key: 'id|no\\.'\n  keyed: '{{key}}:? '\n" RULE(
                     "pattern: '{{keyed}}(?<value>{{number}})'"),
                 &input, "f=4821 reply 4-8\nf=77 reply 14-16\nf=5 reply 21-22\n");
    /* A piece is a group of its own: what follows counts for all of it. */
    assert_found("fragments:\n  pair: '[a-z][a-z]'\n" RULE("pattern: '(?<value>{{pair}}{2})'"),
                 &(RulesInput){.reply = "abc defg"}, "f=defg reply 4-8\n");
    /* A block is read with blanks and comments, whatever the rule's flags, and the other way round. */
    assert_found("fragments:\n"
                 "  key: |\n"
                 "    app \\s id   # ) the key {{word}}\n"
                 "  blank: 'a b'\n"
                 "fields:\n  f:\n    rules:\n"
                 "      - name: r\n"
                 "        pattern: '{{key}} (?<value>\\d+)'\n"
                 "      - name: s\n"
                 "        pattern: ' {{blank}} = (?<value> \\d+ ) # {{none}}'\n"
                 "        flags: extended\n",
                 &(RulesInput){.reply = "app id 12 a b=34"}, "f=12 reply 7-9\nf=34 reply 14-16\n");
    /* The signs themselves. */
    assert_found(RULE("pattern: '\\{\\{(?<value>\\w+)}}'"), &input, "f=number reply 25-31\n");
    assert_found("fragments:\n  d: '\\d'\n" RULE(
                     "pattern: 'id (?<value>{{d}})', more: ',(?<value>{{d}})', except: '{{d}}{{d}}|9'"),
                 &(RulesInput){.reply = "id 1,2 id 9"}, "f=1 reply 3-4\nf=2 reply 5-6\n");
    assert_found(RULE("pattern: '\\Q{{\\E(?<value>\\w+)[}{]{2}'"), &input, "f=number reply 25-31\n");
}

/* "line:column words" a line: all of them, and no others. */
static void assert_refused(const char *text, const char *places)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("r.yaml", text, strlen(text), problems);
    assert_null(rules);
    g_autofree char *said = problems_format(problems);
    g_auto(GStrv) expected = g_strsplit(places, "\n", -1);
    for (guint k = 0; expected[k]; k++) {
        g_auto(GStrv) parts = g_strsplit(expected[k], " ", 2);
        g_autofree char *line = g_strdup_printf("r.yaml:%s: error: %s", parts[0], parts[1]);
        if (!strstr(said, line))
            fail_msg("'%s' is not in\n%s", line, said);
    }
    if (problems->len != g_strv_length(expected))
        fail_msg("%u problems:\n%s", problems->len, said);
}

static void wrong_fragments(void **state)
{
    (void)state;
    assert_refused("fragments:\n  number: '\\d+'\n" RULE("pattern: '(?<value>ü {{numbr}})'"),
                   "6:42 there is no fragment 'numbr'; did you mean 'number'?");
    assert_refused(RULE("pattern: '(?<value>{{number}})'"),
                   "4:40 there is no fragment 'number'; write \\{\\{ for the signs themselves");
    /* Those above alone: so none can hold itself. */
    assert_refused(
        "fragments:\n  a: 'x{{a}}'\n  b: '{{c}}'\n  c: 'y'\n" RULE("pattern: '(?<value>{{a}}{{b}})'"),
        "2:10 there is no fragment 'a' above this one\n3:9 there is no fragment 'c' above this one");
    assert_refused("fragments:\n  No: 'x'\n" RULE("pattern: '(?<value>x)'"),
                   "2:3 'No' is no name of a fragment");
    assert_refused("fragments: [x]\n" RULE("pattern: '(?<value>x)'"), "1:12 'fragments:' holds names");
    assert_refused("fragments:\n  d: '\\d'\n" RULE("pattern: '(?<value>[{{d}}]+)'"),
                   "6:39 a fragment cannot stand between [ and ]");
    /* What is wrong in a fragment is said once, there, however many use it. */
    assert_refused("fragments:\n  bad: 'it''s [z-a]'\n  worse: '{{bad}}'\n" RULE(
                       "pattern: '(?<value>{{bad}})', except: '{{worse}}'"),
                   "2:18 the fragment 'bad' does not compile");
    assert_refused("fragments:\n  bad: |\n    a\n    ü [z-a]\n" RULE("pattern: '(?<value>{{bad}})'"),
                   "4:10 the fragment 'bad' does not compile");
    /* Behind a fragment the columns are still those of the file; and what only clashes in the rule is shown
     * in the fragment. */
    assert_refused("fragments:\n  long: '[a-z]{3}[0-9]{2}'\n" RULE("pattern: '(?<value>{{long}}) [z-a]'"),
                   "6:51 the pattern does not compile");
    assert_refused("fragments:\n  id: 'x(?<value>\\d)'\n" RULE("pattern: '(?<value>a){{id}}'"),
                   "2:18 the pattern does not compile: two named subpatterns have the same name");
    /* They grow by multiplying. */
    g_autoptr(GString) bomb = g_string_new("fragments:\n  a: 'xxxxxxxxxxxxxxxx'\n");
    for (char c = 'b'; c <= 'p'; c++)
        g_string_append_printf(bomb, "  %c: '{{%c}}{{%c}}'\n", c, c - 1, c - 1);
    g_string_append(bomb, RULE("pattern: '(?<value>{{a}})'"));
    g_autoptr(GPtrArray) problems = problems_new();
    assert_null(rules_compile("r.yaml", bomb->str, bomb->len, problems));
    const char *said = ((const Problem *)problems->pdata[0])->message;
    if (!strstr(said, "over 16384 bytes"))
        fail_msg("%s", said);
}

static void templates_of_values(void **state)
{
    (void)state;
#define VALUES "values:\n  app_number: {type: digits, min_length: 3, max_length: 5}\n"
    const RulesInput input = {.reply = "id 12 id 123 id 12345 id 123456"};
    assert_found(VALUES RULE("type: app_number, pattern: 'id (?<value>\\d+)'"), &input,
                 "f=123 reply 9-12\nf=12345 reply 16-21\n");
    /* What the rule says itself goes before. */
    assert_found(VALUES RULE("type: app_number, max_length: 3, pattern: 'id (?<value>\\d+)'"), &input,
                 "f=123 reply 9-12\n");
    assert_refused(VALUES RULE("type: app_numbr, pattern: '(?<value>x)'"),
                   "6:25 unknown type 'app_numbr'; did you mean 'app_number'?");
    assert_refused(
        "values:\n  a: {type: digit}\n  b: {min_length: 2}\n  c: {type: uuid, least: 4}\n"
        "  digits: {type: text}\n  E: {type: text}\n  g: text\n  h: {type: digits, minlength: 3}\n" RULE(
            "type: a, pattern: '(?<value>x)'"),
        "2:13 unknown type 'digit'; did you mean 'digits'?\n"
        "3:6 what stands below 'values:' needs a 'type'\n"
        "4:19 'least' is for the types\n4:26 \n"
        "5:3 'digits' is no name of its own for a value\n"
        "6:3 'E' is no name of its own for a value\n"
        "7:6 'g' must have keys\n"
        "8:21 unknown key 'minlength'; did you mean 'min_length'?");
}

static void shared_patterns(void **state)
{
    (void)state;
#define SHARED                                                                                               \
    "fragments:\n  d: '\\d+'\n"                                                                              \
    "patterns:\n"                                                                                            \
    "  line:\n"                                                                                              \
    "    pattern: '(?<app>{{d}})@(?<version>{{d}}) v'\n"                                                     \
    "    flags: caseless\n"                                                                                  \
    "    needs: ['@']\n"                                                                                     \
    "  word: '(?<value>[a-z]+)!'\n"
    assert_found(SHARED "fields:\n"
                        "  app:\n"
                        "    rules: [{name: a, pattern: {use: line}, capture: app, type: digits}]\n"
                        "  version:\n"
                        "    rules: [{name: v, pattern: {use: line}, capture: version}]\n"
                        "  word:\n"
                        "    rules: [{name: w, pattern: {use: word}}]\n",
                 &(RulesInput){.reply = "12@34 V 56@78 x go!"},
                 "app=12 reply 0-2\nversion=34 reply 3-5\nword=go reply 16-18\n");
    assert_refused(SHARED RULE("pattern: {use: lin}, capture: app"),
                   "12:34 unknown pattern 'lin'; did you mean 'line'?");
    assert_refused(RULE("pattern: {use: line}"), "4:34 there is no pattern 'line'; 'patterns:' at the top");
    assert_refused(
        RULE("pattern: {uze: line}"),
        "4:28 'pattern' is a pattern, or {use: name}\n4:29 unknown key 'uze'; did you mean 'use'?");
    assert_refused(SHARED RULE("pattern: {use: line}"), "12:28 the pattern has no group (?<value>…)");
    assert_refused("patterns:\n  a: '(x'\n  b: {flags: caseless}\n  C: x\n" RULE("pattern: {use: a}"),
                   "2:9 the pattern does not compile\n3:6 what stands below 'patterns:'\n"
                   "4:3 'C' is no name of a pattern");
}

#define ATTACHED                                                                                             \
    Attachment log = {.name = (char[]){"server 77.LOG"}, .type = (char[]){"text/plain"}},                    \
               data = {.name = (char[]){"data-5.json"}, .type = (char[]){"application/json"}},               \
               picture = {.name = (char[]){"shot 9.png"}, .type = (char[]){"image/png"}};                    \
    g_autoptr(GPtrArray) all = g_ptr_array_new(), names = g_ptr_array_new(), texts = g_ptr_array_new();      \
    g_ptr_array_add(all, &picture);                                                                          \
    g_ptr_array_add(all, &log);                                                                              \
    g_ptr_array_add(all, &data);                                                                             \
    g_ptr_array_add(names, log.name);                                                                        \
    g_ptr_array_add(names, data.name);                                                                       \
    g_ptr_array_add(texts, (gpointer)(gsize) "log 1");                                                       \
    g_ptr_array_add(texts, (gpointer)(gsize) "json 2");                                                      \
    const RulesInput input = {.subject = "Re 3",                                                             \
                              .reply = "see 4",                                                              \
                              .quoted = "> old 6",                                                           \
                              .from_domain = "shop8.example",                                                \
                              .attachments = all,                                                            \
                              .attachment_names = names,                                                     \
                              .attachment_texts = texts}

static void places(void **state)
{
    (void)state;
    ATTACHED;
    /* Quoted history is no news: unless a rule asks for it. */
    assert_found(RULE("pattern: '(?<value>\\d+)'"), &input,
                 "f=3 subject 3-4\nf=4 reply 4-5\nf=1 attachment:server 77.LOG 4-5\n"
                 "f=2 attachment:data-5.json 5-6\n");
    assert_found(RULE("pattern: '(?<value>\\d+)', look_in: [quoted, attachment-names, from-domain]"), &input,
                 "f=9 attachment-name:shot 9.png 5-6\nf=77 attachment-name:server 77.LOG 7-9\n"
                 "f=5 attachment-name:data-5.json 5-6\nf=8 from-domain 4-5\nf=6 quoted 6-7\n");
    assert_found(
        RULE("pattern: '(?<value>\\d+)', look_in: attachments, attachments: {names: ['*.log', 'a*']}"),
        &input, "f=1 attachment:server 77.LOG 4-5\n");
    assert_found(RULE("pattern: '(?<value>\\d+)', look_in: [reply, attachments, attachment-names], "
                      "attachments: {types: ['text/*', 'image/*']}"),
                 &input,
                 "f=4 reply 4-5\nf=1 attachment:server 77.LOG 4-5\nf=9 attachment-name:shot 9.png 5-6\n"
                 "f=77 attachment-name:server 77.LOG 7-9\n");
    assert_found(RULE("pattern: '(?<value>\\d+)', look_in: attachments, "
                      "attachments: {names: ['*.log'], types: ['application/*']}"),
                 &input, "");
    assert_refused(RULE("pattern: '(?<value>x)', look_in: reply, attachments: {names: ['*']}"),
                   "4:72 this rule looks in no attachments");
    assert_refused(RULE("pattern: '(?<value>x)', attachments: ['*']"), "4:56 'attachments' has the keys");
    assert_refused(RULE("pattern: '(?<value>x)', attachments: {nams: ['*']}"),
                   "4:57 unknown key 'nams'; did you mean 'names'?");
    assert_refused(RULE("pattern: '(?<value>x)', look_in: attachment-name"),
                   "4:52 unknown place 'attachment-name'; did you mean 'attachment-names'?");
}

/* A secret in a place of its own is covered for all other rules. */
static void secrets_in_every_place(void **state)
{
    (void)state;
    ATTACHED;
    log.name = (char[]){"key sesame-open-1234567.LOG"};
    names->pdata[0] = log.name;
    Run run =
        run_input("fields:\n"
                  "  key: {secret: yes, rules: [{name: k, pattern: 'key (?<value>[a-z0-9-]{12,})'}]}\n"
                  "  f: {rules: [{name: r, pattern: '(?<value>sesame\\S+)', look_in: attachment-names},\n"
                  "              {name: s, pattern: '(?<value>se\\S+)', look_in: attachment-names,\n"
                  "               except: 'LOG'}]}\n",
                  &input);
    assert_int_equal(run.fields->len, 0);
    assert_int_equal(run.candidates->len, 1);
    const Candidate *candidate = run.candidates->pdata[0];
    assert_string_equal(candidate->raw, "se***************67.LOG");
    run_clear(&run);
}

#define TWO(first, second)                                                                                   \
    "fields:\n  f:\n    rules:\n"                                                                            \
    "      - {name: letters, pattern: '(?<value>[ab]\\d+)'" first "}\n"                                      \
    "      - {name: numbers, pattern: '(?<value>\\d+)'" second "}\n"

static void the_stated_order_decides(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "b12 a34 5"};
    assert_found(TWO("", ""), &input,
                 "f=b12 reply 0-3\nf=a34 reply 4-7\nf=5 reply 8-9\n"
                 "f=12 reply 1-3 < letters: overlaps 'letters' at 0-3, which stands first\n"
                 "f=34 reply 5-7 < letters: overlaps 'letters' at 4-7, which stands first\n");
    assert_found(
        TWO("", ", priority: 7"), &input,
        "f=12 reply 1-3\nf=34 reply 5-7\nf=5 reply 8-9\n"
        "f=b12 reply 0-3 < numbers: overlaps 'numbers' at 1-3, which has the higher priority, 7 over "
        "0\n"
        "f=a34 reply 4-7 < numbers: overlaps 'numbers' at 5-7, which has the higher priority, 7 over "
        "0\n");
    assert_found(TWO(", priority: 7", ", priority: 7"), &input,
                 "f=b12 reply 0-3\nf=a34 reply 4-7\nf=5 reply 8-9\n"
                 "f=12 reply 1-3 < letters: overlaps 'letters' at 0-3, which stands first\n"
                 "f=34 reply 5-7 < letters: overlaps 'letters' at 4-7, which stands first\n");
    /* A value that stands free somewhere else has not lost. */
    assert_found(TWO("", ""), &(RulesInput){.reply = "b12 12"}, "f=b12 reply 0-3\nf=12 reply 4-6\n");
    assert_found(
        "fields:\n"
        "  a: {rules: [{name: ra, pattern: '(?<value>b\\d+)'}]}\n"
        "  c: {unless_in: [a], rules: [{name: rc, pattern: '(?<value>\\d+)', priority: 9}]}\n",
        &input,
        "a=b12 reply 0-3\nc=34 reply 5-7\nc=5 reply 8-9\n"
        "c=12 reply 1-3 < ra: overlaps 'ra' at 0-3, whose field 'a' goes before 'c' ('unless_in')\n");
    assert_refused(TWO(", priority: 1001", ""), "4:65 ");
}

static void single_fields_have_one_value(void **state)
{
    (void)state;
#define SINGLE(first, second)                                                                                \
    "fields:\n  f:\n    single: yes\n    rules:\n"                                                           \
    "      - {name: one, pattern: 'one (?<value>\\d+)'" first "}\n"                                          \
    "      - {name: two, pattern: 'two (?<value>\\d+)'" second "}\n"
    const RulesInput input = {.subject = "two 5", .reply = "two 5, one 7 one 8"};
    assert_found(
        SINGLE("", ""), &input,
        "f=7 reply 11-12\n"
        "f=8 reply 17-18 < one: a ticket has one value, and that is '7' of 'one' at 11-12, which comes "
        "first in the mail\n"
        "f=5 subject 4-5 < one: a ticket has one value, and that is '7' of 'one' at 11-12 of reply, "
        "which stands first\n");
    assert_found(SINGLE(", priority: -1", ""), &input,
                 "f=5 subject 4-5\n"
                 "f=7 reply 11-12 < two: a ticket has one value, and that is '5' of 'two' at 4-5 of subject, "
                 "which has the higher priority, 0 over -1\n"
                 "f=8 reply 17-18 < two: a ticket has one value, and that is '5' of 'two' at 4-5 of subject, "
                 "which has the higher priority, 0 over -1\n");
    Run run = run_input(SINGLE("", ""), &input);
    assert_true(((const Field *)run.fields->pdata[0])->is_single);
    run_clear(&run);
}

static void candidates(void **state)
{
    (void)state;
    const RulesInput input = {.reply = "no 12 no 123 no 123 no 999 id 123 a456"};
    assert_candidates(
        "fields:\n  f:\n    rules:\n"
        "      - {name: r, pattern: 'no (?<value>\\d+)', type: digits, min_length: 3, except: '^9'}\n"
        "      - {name: s, pattern: '(?<value>id 123|a\\d+)'}\n"
        "      - {name: t, pattern: '(?<value>\\d\\d\\d)'}\n",
        &input,
        "r taken 123|123 reply 9-12: \n"
        "r same 123|123 reply 16-19: the same value as 'r' took at 9-12 of reply\n"
        "t taken 999|999 reply 23-26: \n"
        "s taken id 123|id 123 reply 27-33: \n"
        "s taken a456|a456 reply 34-38: \n"
        "t same 123|123 reply 9-12: the same value as 'r' took at 9-12 of reply\n"
        "t same 123|123 reply 16-19: the same value as 'r' took at 16-19 of reply\n"
        "t same 123|123 reply 30-33: overlaps 's' at 27-33, which stands first\n"
        "t lost 456|456 reply 35-38: overlaps 's' at 34-38, which stands first\n"
        "r invalid 12| reply 3-5: no digits of 3 to 20 characters: too short\n"
        "r excepted 999|999 reply 23-26: 'except' of the rule matches it\n");
    assert_candidates(RULE("pattern: '(?<value>\\d+)', type: http-status, least: 400"),
                      &(RulesInput){.reply = "200"},
                      "r invalid 200| reply 0-3: no http-status from 400 to 599: outside the range from "
                      "'least' to 'most'\n");
    assert_candidates(
        RULE("finder: zuid, kinds: [7, 8]"), &(RulesInput){.reply = "5-f48cf3a682-7fthvk"},
        "r invalid 5-f48cf3a682-7fthvk| reply 0-19: no zuid of kind 7, 8: a ZUID of another kind\n");
    g_autofree char *evil = g_strnfill(5000, 'a');
    assert_candidates(RULE("pattern: '(?<value>(?:a+)+[bc])'"), &(RulesInput){.reply = evil},
                      "r gave-up | reply 0-0: too many steps at one place\n");
}

/* Also of what is no secret by its rule, and is not covered therefore. */
static void candidates_keep_secrets(void **state)
{
    (void)state;
    Run run = run_input("fields:\n"
                        "  key:\n"
                        "    secret: yes\n"
                        "    rules:\n"
                        "      - {name: k, pattern: 'key (?<value>\\S+)', min_length: 10, except: 'zz'}\n"
                        "      - {name: l, pattern: '(?<value>key hun\\w+)'}\n",
                        &(RulesInput){.reply = "key hunter2hunter3 key tiny99 key zzhunter5hunter6"});
    guint fates[CANDIDATE_COUNT] = {0};
    for (guint i = 0; i < run.candidates->len; i++) {
        const Candidate *candidate = run.candidates->pdata[i];
        const char *texts[] = {candidate->raw, candidate->value ? candidate->value : "", candidate->why};
        fates[candidate->fate]++;
        for (guint k = 0; k < G_N_ELEMENTS(texts); k++)
            if (strstr(texts[k], "unter") || strstr(texts[k], "tiny99"))
                fail_msg("%s of %s", texts[k], candidate->rule);
    }
    assert_int_equal(fates[CANDIDATE_TAKEN], 1);
    assert_int_equal(fates[CANDIDATE_LOST], 1);
    assert_int_equal(fates[CANDIDATE_INVALID], 1);
    assert_int_equal(fates[CANDIDATE_EXCEPTED], 1);
    assert_int_equal(run.losers->len, 1);
    assert_null(strstr(((const Field *)run.losers->pdata[0])->value, "unter"));
    run_clear(&run);
}

static void nobody_asks_nobody_is_told(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = compile(TWO("", ""));
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, &(RulesInput){.reply = "b12 a34"},
               &(RulesOutput){.fields = fields, .findings = findings});
    assert_int_equal(fields->len, 2);
}

static void keys_of_fields(void **state)
{
    (void)state;
    const char *file = "fields:\n"
                       "  err:\n"
                       "    label: The error\n"
                       "    ask: the error text\n"
                       "    ask_why: it says what broke\n"
                       "    fingerprint: yes\n"
                       "    rules: [{name: r, pattern: '(?<value>Error.*)'}]\n"
                       "  other: {rules: [{name: s, pattern: 'x(?<value>y)'}]}\n";
    g_autoptr(RuleSet) rules = compile(file);
    assert_string_equal(rules_ask(rules, "err"), "the error text");
    assert_string_equal(rules_ask_why(rules, "err"), "it says what broke");
    assert_null(rules_ask(rules, "other"));
    assert_null(rules_ask(rules, "nobody"));
    assert_null(rules_ask_why(rules, "nobody"));
    const char *text = "ErrorException: the subscription of channel presence was refused by the server";
    Run run = run_input(file, &(RulesInput){.reply = text});
    g_autofree char *print = error_print(text);
    assert_non_null(print);
    assert_string_equal(((const Field *)run.fields->pdata[0])->print, print);
    run_clear(&run);
    assert_refused("fields:\n"
                   "  a: {ask_why: x, rules: [{name: r, pattern: '(?<value>x)'}]}\n"
                   "  b: {ask: x, secret: yes, rules: [{name: s, pattern: '(?<value>x)'}]}\n"
                   "  c: {singel: yes, fingerprint: 3, rules: [{name: t, pattern: '(?<value>x)'}]}\n",
                   "2:16 'ask_why' belongs to 'ask'\n3:12 a secret is never asked for\n"
                   "4:7 unknown key 'singel'; did you mean 'single'?\n4:33 ");
}

/* One look at a broken file tells all that is to be mended. */
static void every_problem_at_once(void **state)
{
    (void)state;
    assert_refused("fragments:\n"
                   "  bad: '('\n"
                   "values:\n"
                   "  n: {type: digts}\n"
                   "patterns:\n"
                   "  p: '{{gone}}'\n"
                   "fields:\n"
                   "  f:\n"
                   "    rules:\n"
                   "      - {name: r, pattern: '(?<value>{{bad}})', type: n, priority: x}\n"
                   "      - {name: s, pattern: {use: q}, look_in: quote}\n"
                   "      - {name: t, pattern: '(?<value>[b-a])', typ: text}\n"
                   "others: 1\n",
                   "2:10 the fragment 'bad' does not compile\n"
                   "4:13 unknown type 'digts'; did you mean 'digits'?\n"
                   "6:9 there is no fragment 'gone'; write\n"
                   "10:68 \n"
                   "11:34 unknown pattern 'q'\n"
                   "11:47 unknown place 'quote'; did you mean 'quoted'?\n"
                   "12:41 the pattern does not compile\n"
                   "12:47 unknown key 'typ'; did you mean 'type'?\n"
                   "13:1 unknown key 'others'");
}

static void examples_tell_what_was_turned_down(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = compile("fields:\n"
                                       "  f:\n"
                                       "    rules:\n"
                                       "      - name: r\n"
                                       "        pattern: 'no (?<value>\\d+)'\n"
                                       "        type: digits\n"
                                       "        min_length: 3\n"
                                       "        examples:\n"
                                       "          - text: 'no 12, no 345'\n"
                                       "            finds: ['12', '345']\n"
                                       "          - text: 'no 345'\n"
                                       "            finds: '345'\n");
    assert_string_equal(rules_file(rules), "r.yaml");
    g_autoptr(GPtrArray) examples = rules_run_examples(rules);
    const RulesExample *failed = examples->pdata[0], *passed = examples->pdata[1];
    assert_false(failed->passed);
    assert_int_equal(failed->line, 9);
    assert_string_equal(failed->field, "f");
    assert_string_equal(failed->found, "345");
    assert_int_equal(failed->candidates->len, 1);
    const Candidate *candidate = failed->candidates->pdata[0];
    assert_string_equal(candidate->raw, "12");
    assert_string_equal(candidate->why, "no digits of 3 to 20 characters: too short");
    assert_true(passed->passed);
    assert_int_equal(passed->candidates->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_are_filled_in),
        cmocka_unit_test(wrong_fragments),
        cmocka_unit_test(templates_of_values),
        cmocka_unit_test(shared_patterns),
        cmocka_unit_test(places),
        cmocka_unit_test(secrets_in_every_place),
        cmocka_unit_test(the_stated_order_decides),
        cmocka_unit_test(single_fields_have_one_value),
        cmocka_unit_test(candidates),
        cmocka_unit_test(candidates_keep_secrets),
        cmocka_unit_test(nobody_asks_nobody_is_told),
        cmocka_unit_test(keys_of_fields),
        cmocka_unit_test(every_problem_at_once),
        cmocka_unit_test(examples_tell_what_was_turned_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
