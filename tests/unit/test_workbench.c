/* Two rule sets compared on mails, coverage of one, and a pattern tried: over readings as a reader makes
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reading.h>
#include <postern/workbench.h>

#include <string.h>

static const char live_text[] = "fields:\n"
                                "  key:\n    secret: yes\n    rules:\n      - name: key\n"
                                "        pattern: 'key (?<value>\\w{8,})'\n        type: token\n"
                                "  app_id:\n    rules:\n      - name: app-id\n"
                                "        pattern: 'app id (?<value>\\d+)'\n        type: digits\n"
                                "  name:\n    rules:\n      - name: name\n"
                                "        pattern: 'name (?<value>\\w+)'\n        type: text\n";

/* One mail, read by the live rules and by `other` rules. The caller frees. */
static Reading *read_mail(const char *body, const char *other)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("live", live_text, strlen(live_text), problems);
    g_autoptr(RuleSet) others = other ? rules_compile("other", other, strlen(other), problems) : NULL;
    g_autofree char *told = problems_format(problems);
    if (!rules || (other && !others))
        fail_msg("%s", told);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    g_autoptr(RulesScratch) other_scratch = others ? rules_scratch_new(others) : NULL;
    const ReadingSettings settings = {
        .rules = rules, .scratch = scratch, .other_rules = others, .other_scratch = other_scratch};
    g_autofree char *mail = g_strdup_printf("From: a@customer.test\r\nSubject: s\r\n\r\n%s\r\n", body);
    return reading_make_bytes(mail, strlen(mail), &settings, NULL);
}

static void add(Replay *replay, gint64 id, const char *body, const char *other)
{
    g_autoptr(Reading) reading = read_mail(body, other);
    assert_non_null(reading);
    replay_add(replay, &(RereadMail){.mail_id = id, .ticket_id = id, .ref = "SUP-1", .reading = reading});
}

static const ReplayGroup *group(const Replay *replay, const char *field)
{
    for (guint i = 0; i < replay->groups->len; i++)
        if (strcmp(((const ReplayGroup *)replay->groups->pdata[i])->field, field) == 0)
            return replay->groups->pdata[i];
    return NULL;
}

static const char number_rule[] = "fields:\n  app_id:\n    rules:\n      - name: number\n"
                                  "        pattern: 'number (?<value>\\d+)'\n        type: digits\n";

static void test_gained_lost_changed(void **state)
{
    (void)state;
    g_autoptr(Replay) replay = replay_new(NULL, 1);
    add(replay, 1, "app id 17", number_rule);
    add(replay, 2, "app id 18", number_rule);
    add(replay, 3, "number 19", number_rule);
    add(replay, 4, "app id 20\r\nnumber 21", number_rule);
    add(replay, 5, "app id 22, number 22", number_rule);
    add(replay, 6, "hello", number_rule);
    replay_add(replay, &(RereadMail){.mail_id = 7, .unreadable = "killed"});
    replay_sort(replay);
    assert_int_equal(replay->mails, 7);
    assert_int_equal(replay->unreadable, 1);
    assert_int_equal(replay->differ, 4);
    assert_int_equal(replay->groups->len, 2);
    const ReplayGroup *lost = replay->groups->pdata[0], *gained = replay->groups->pdata[1];
    assert_string_equal(lost->rule, "app-id");
    assert_int_equal(lost->counts[REPLAY_LOST], 2);
    assert_string_equal(gained->rule, "number");
    assert_int_equal(gained->counts[REPLAY_GAINED], 1);
    assert_int_equal(gained->counts[REPLAY_CHANGED], 1);
    /* One sample of each type. */
    assert_int_equal(lost->samples->len, 1);
    assert_int_equal(gained->samples->len, 2);
    const ReplaySample *sample = gained->samples->pdata[1];
    assert_string_equal(sample->old_value, "20");
    assert_string_equal(sample->new_value, "21");
    assert_string_equal(sample->old_rule, "app-id");
    assert_string_equal(sample->line, "number 21");
    assert_int_equal(sample->mail_id, 4);
}

static void test_equal_sets(void **state)
{
    (void)state;
    g_autoptr(Replay) replay = replay_new(NULL, 3);
    add(replay, 1, "app id 17, key abcdefgh12345, name joe", live_text);
    assert_int_equal(replay->differ, 0);
    assert_int_equal(replay->groups->len, 0);
}

/* The same values, and another one is the primary one. */
static void test_other_first_value(void **state)
{
    (void)state;
    g_autoptr(Replay) replay = replay_new(NULL, 3);
    g_autoptr(Reading) reading = reading_new();
    const char *const orders[2][2] = {{"1", "2"}, {"2", "1"}};
    GPtrArray *lists[] = {reading->fields, reading->other_fields};
    reading->subject = g_strdup("");
    reading->text = g_strdup("");
    reading->reply = g_strdup("1 2");
    reading->quoted = g_strdup("");
    for (guint l = 0; l < 2; l++) {
        for (guint i = 0; i < 2; i++) {
            Field *field = g_new0(Field, 1);
            field->name = g_strdup("app_id");
            field->value = g_strdup(orders[l][i]);
            field->raw = g_strdup(orders[l][i]);
            field->rule = g_strdup("r");
            field->where = g_strdup("reply");
            g_ptr_array_add(lists[l], field);
        }
    }
    replay_add(replay, &(RereadMail){.mail_id = 1, .ref = "SUP-1", .reading = reading});
    assert_int_equal(replay->groups->len, 1);
    assert_int_equal(group(replay, "app_id")->counts[REPLAY_CHANGED], 1);
}

/* ---- secrets: by the one set or by the other, neither value nor line shows them ---- */

static void assert_hidden(const Replay *replay, const char *secret)
{
    for (guint i = 0; i < replay->groups->len; i++) {
        const ReplayGroup *one = replay->groups->pdata[i];
        for (guint s = 0; s < one->samples->len; s++) {
            const ReplaySample *sample = one->samples->pdata[s];
            const char *texts[] = {sample->old_value, sample->new_value, sample->line};
            for (guint t = 0; t < G_N_ELEMENTS(texts); t++)
                if (texts[t] && strstr(texts[t], secret))
                    fail_msg("%s by %s shows it: %s", one->field, one->rule, texts[t]);
        }
    }
}

static void test_secret_of_live_alone(void **state)
{
    (void)state;
    static const char open[] = "fields:\n  word:\n    rules:\n      - name: word\n"
                               "        pattern: 'key (?<value>\\w+)'\n        type: text\n"
                               "  line:\n    rules:\n      - name: line\n"
                               "        pattern: '(?<value>my .*)'\n        type: text\n";
    g_autoptr(Replay) replay = replay_new(NULL, 3);
    add(replay, 1, "my key abcdefgh12345 is here", open);
    assert_non_null(group(replay, "word"));
    assert_non_null(group(replay, "line"));
    assert_hidden(replay, "cdefgh123");
}

static void test_secret_of_changed_alone(void **state)
{
    (void)state;
    static const char more[] = "fields:\n  pin:\n    secret: yes\n    rules:\n      - name: pin\n"
                               "        pattern: 'pin (?<value>\\w+)'\n        type: token\n"
                               "  other:\n    rules:\n      - name: other\n"
                               "        pattern: 'colour (?<value>\\w+)'\n        type: text\n";
    g_autoptr(Replay) replay = replay_new(NULL, 3);
    add(replay, 1, "my pin zyxwvuts98765 and colour red\r\nand zyxwvuts98765 with colour blue", more);
    assert_non_null(group(replay, "pin"));
    assert_non_null(group(replay, "other"));
    assert_hidden(replay, "xwvuts987");
}

/* ---- labels ---- */

static void put(GPtrArray *labels, gint64 mail, const char *value, gboolean is_right)
{
    Label *label = g_new0(Label, 1);
    label->mail_id = mail;
    label->field = g_strdup("app_id");
    label->value = g_strdup(value);
    label->is_right = is_right;
    label->is_seen = TRUE;
    label->rule = g_strdup("number");
    g_ptr_array_add(labels, label);
}

static void test_labels_that_break(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func((GDestroyNotify)label_free);
    put(labels, 1, "17", TRUE);  /* lost */
    put(labels, 2, "18", TRUE);  /* kept */
    put(labels, 3, "", TRUE);    /* nothing is right, and something would be found */
    put(labels, 4, "20", FALSE); /* wrong, and found again */
    put(labels, 5, "99", TRUE);  /* neither finds it: nothing is lost */
    put(labels, 6, "", TRUE);    /* both find something */
    g_autoptr(LabelBook) book = label_book_new(labels);
    g_autoptr(Replay) replay = replay_new(book, 3);
    add(replay, 1, "app id 17", number_rule);
    add(replay, 2, "app id 18, number 18", number_rule);
    add(replay, 3, "number 19", number_rule);
    add(replay, 4, "number 20", number_rule);
    add(replay, 5, "app id 21", number_rule);
    add(replay, 6, "app id 22, number 23", number_rule);
    assert_int_equal(replay->lost_right->len, 2);
    const ReplayBreak *lost = replay->lost_right->pdata[0], *found = replay->lost_right->pdata[1];
    assert_int_equal(lost->mail_id, 1);
    assert_string_equal(lost->label, "17");
    assert_null(lost->found);
    assert_string_equal(lost->line, "app id 17");
    assert_int_equal(found->mail_id, 3);
    assert_string_equal(found->label, "");
    assert_string_equal(found->found, "19");
    assert_int_equal(replay->wrong_gained->len, 3);
    assert_int_equal(((const ReplayBreak *)replay->wrong_gained->pdata[0])->mail_id, 3);
    assert_int_equal(((const ReplayBreak *)replay->wrong_gained->pdata[1])->mail_id, 4);
}

static void test_gave_up_and_meanings(void **state)
{
    (void)state;
    g_autoptr(Replay) replay = replay_new(NULL, 3);
    g_autoptr(Reading) reading = reading_new();
    finding_add(reading->findings, "rule-gave-up", "slow: over its time in reply");
    finding_add(reading->findings, "charset-guessed", "slow: no");
    finding_add(reading->other_gave_up, "rule-gave-up", "slow: over its time in reply");
    finding_add(reading->other_gave_up, "rule-gave-up", "slow: over its time in text");
    finding_add(reading->other_gave_up, "rule-gave-up", "slower: over its time in text");
    Meaning *meaning = meaning_new();
    meaning->type = MEANING_CATEGORY;
    meaning->name = g_strdup("billing");
    meaning->is_chosen = TRUE;
    g_ptr_array_add(reading->other_meanings, meaning);
    replay_add(replay, &(RereadMail){.mail_id = 1, .ref = "SUP-1", .reading = reading});
    assert_int_equal(replay->gave_up->len, 2);
    const ReplayGaveUp *slow = replay->gave_up->pdata[0], *slower = replay->gave_up->pdata[1];
    assert_true(slow->live == 1 && slow->changed == 1);
    assert_string_equal(slower->rule, "slower");
    assert_true(slower->live == 0 && slower->changed == 1);
    assert_int_equal(replay->meanings->len, 1);
    const ReplayMeaning *change = replay->meanings->pdata[0];
    assert_null(change->old_name);
    assert_string_equal(change->new_name, "billing");
    assert_int_equal(change->count, 1);
    assert_int_equal(replay->differ, 1);
}

/* ---- coverage ---- */

static void test_coverage(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = rules_compile("live", live_text, strlen(live_text), problems);
    g_autoptr(Coverage) coverage = coverage_new(rules, NULL);
    const char *const bodies[] = {"app id 17 and app id 18", "app id 19", "hello"};
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Reading) reading = read_mail(bodies[i], NULL);
        coverage_add(coverage, &(RereadMail){.mail_id = i + 1, .reading = reading});
    }
    coverage_add(coverage, &(RereadMail){.mail_id = 9, .unreadable = "killed"});
    g_autoptr(Reading) lost = reading_new();
    Field *loser = g_new0(Field, 1);
    loser->name = g_strdup("name");
    loser->value = g_strdup("x");
    loser->rule = g_strdup("name");
    loser->lost_to = g_strdup("app-id");
    g_ptr_array_add(lost->losers, loser);
    finding_add(lost->findings, "rule-gave-up", "key: over its time");
    coverage_add(coverage, &(RereadMail){.mail_id = 10, .reading = lost});
    assert_int_equal(coverage->mails, 5);
    assert_int_equal(coverage->unreadable, 1);
    const CoverageRule *app = g_hash_table_lookup(coverage->by_rule, "app-id");
    assert_int_equal(app->mails, 2);
    assert_int_equal(app->values, 3);
    const CoverageRule *name = g_hash_table_lookup(coverage->by_rule, "name");
    assert_int_equal(name->values, 0);
    assert_int_equal(name->lost, 1);
    assert_int_equal(GPOINTER_TO_UINT(g_hash_table_lookup(name->lost_to, "app-id")), 1);
    assert_int_equal(((const CoverageRule *)g_hash_table_lookup(coverage->by_rule, "key"))->gave_up, 1);
    assert_int_equal(coverage->categories->len, 1);
    const CoverageCategory *category = coverage->categories->pdata[0];
    assert_string_equal(category->category, "");
    assert_int_equal(category->mails, 4);
    assert_int_equal(GPOINTER_TO_UINT(g_hash_table_lookup(category->have, "app_id")), 2);
}

/* ---- a pattern tried ---- */

static Trial *try(const char *pattern, const char *body)
{
    g_autoptr(RulesSource) source = trial_source(pattern);
    g_autoptr(Reading) reading = read_mail(body, source->text);
    Trial *trial = trial_new(2);
    assert_non_null(reading);
    trial_add(trial, &(RereadMail){.mail_id = 1, .ref = "SUP-1", .reading = reading});
    return trial;
}

static void test_trial(void **state)
{
    (void)state;
    g_autoptr(Trial) trial = try("order '?\\d+'?", "before\r\nmy order '4711' and order 4712, order 13");
    assert_int_equal(trial->matching, 1);
    assert_int_equal(trial->values, 3);
    assert_int_equal(trial->hits->len, 2);
    const TrialHit *hit = trial->hits->pdata[0];
    assert_string_equal(hit->value, "order '4711'");
    assert_string_equal(hit->line, "my order '4711' and order 4712, order 13");
    assert_int_equal(hit->start, 3);
    assert_int_equal(hit->end, 15);
    g_autoptr(Trial) group_trial = try("order (?<value>\\d+)", "order 7");
    assert_string_equal(((const TrialHit *)group_trial->hits->pdata[0])->value, "7");
    g_autoptr(Trial) none = try("xyz", "order 7");
    assert_int_equal(none->matching, 0);
}

static void test_trial_hides_secrets(void **state)
{
    (void)state;
    g_autoptr(Trial) trial = try("key \\w+", "the key abcdefgh12345 is new");
    assert_int_equal(trial->hits->len, 1);
    const TrialHit *hit = trial->hits->pdata[0];
    assert_null(strstr(hit->value, "cdefgh123"));
    assert_null(strstr(hit->line, "cdefgh123"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gained_lost_changed),
        cmocka_unit_test(test_equal_sets),
        cmocka_unit_test(test_other_first_value),
        cmocka_unit_test(test_secret_of_live_alone),
        cmocka_unit_test(test_secret_of_changed_alone),
        cmocka_unit_test(test_labels_that_break),
        cmocka_unit_test(test_gave_up_and_meanings),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_trial),
        cmocka_unit_test(test_trial_hides_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
