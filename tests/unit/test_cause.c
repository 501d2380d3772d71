/* One word for why a mail did not arrive, and how long the address then gets no automatic mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/kind.h>

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *status, *word;
    } cases[] = {
        {"5.1.1", "no-such-address"},
        {"5.1.0", "no-such-address"},
        {"5.1.2", "no-such-domain"},
        {"5.1.10", "takes-no-mail"},
        {"5.1.6", "moved"},
        {"5.1.8", "sender-refused"},
        {"5.2.1", "mailbox-closed"},
        {"4.2.2", "mailbox-full"},
        {"5.2.3", "too-large"},
        {"5.3.4", "too-large"},
        {"4.3.1", "server-trouble"},
        {"4.4.1", "unreachable"},
        {"5.4.6", "loop"},
        {"4.4.7", "too-late"},
        {"5.5.2", "protocol"},
        {"5.6.0", "bad-form"},
        {"5.7.1", "refused"},
        {"4.7.1", "refused-for-now"},
        {"4.7.0", "refused-for-now"},
        {"5.7.2", "list-refused"},
        {"5.7.25", "no-reverse-name"},
        {"5.7.26", "not-proven"},
        {"4.7.26", "not-proven"},
        {"5.7.606", "refused"},
        {"5.0.0", "unknown"},
        {"2.0.0", "unknown"},
        {"", "unknown"},
        {NULL, "unknown"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_string_equal(kind_cause(cases[i].status)->word, cases[i].word);
}

static void test_blocks(void **state)
{
    (void)state;
    const gint64 day = 24 * 3600 * (gint64)G_USEC_PER_SEC;
    assert_int_equal(kind_block_us("5.1.1"), 30 * day);
    assert_int_equal(kind_block_us("5.1.10"), 30 * day);
    /* It is our address that they do not take. */
    assert_int_equal(kind_block_us("5.1.8"), day);
    assert_int_equal(kind_block_us("5.1.7"), day);
    assert_int_equal(kind_block_us("5.2.1"), 7 * day);
    assert_int_equal(kind_block_us("4.2.2"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
