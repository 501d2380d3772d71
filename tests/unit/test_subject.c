/* Subjects of answers: what is left when the prefixes of many mail clients are off, and whether that says
 * enough to know a conversation by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reply.h>

static void test_base(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *base;
        gboolean is_reply;
    } cases[] = {
        {"", "", FALSE},
        {"The import fails", "the import fails", FALSE},
        {"Re: The import fails", "the import fails", TRUE},
        {"RE:The  import\tfails ", "the import fails", TRUE},
        {"Re: AW: re[2]: SV: The import fails", "the import fails", TRUE},
        {"Re(3): The import fails", "the import fails", TRUE},
        {"Re^2: The import fails", "the import fails", TRUE},
        {"RE : The import fails", "the import fails", TRUE},
        {"Antwort: Der Import schlägt fehl", "der import schlägt fehl", TRUE},
        {"回复：导入失败", "导入失败", TRUE},
        {"Re：导入失败", "导入失败", TRUE},
        /* Forwarding begins something. */
        {"Fwd: The import fails", "fwd: the import fails", FALSE},
        {"VS: The import fails", "vs: the import fails", FALSE},
        {"Re: Fwd: The import fails", "fwd: the import fails", TRUE},
        {"Refund: please", "refund: please", FALSE},
        {"Re[: x", "re[: x", FALSE},
        {"Re[2: x", "re[2: x", FALSE},
        {"Re", "re", FALSE},
        {"Re:", "", TRUE},
        /* One word written in two ways. */
        {"Re: schla\xcc\x88gt", "schl\xc3\xa4gt", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean is_reply = 9;
        g_autofree char *base = reply_subject_base(cases[i].subject, &is_reply);
        assert_string_equal(base, cases[i].base);
        assert_int_equal(is_reply, cases[i].is_reply);
    }
}

static void test_telling(void **state)
{
    (void)state;
    static const char *const telling[] = {"the import fails", "export to csv loses umlauts",
                                          "der import schlägt fehl", "webhook signature mismatch in sandbox"};
    static const char *const common[] = {"",
                                         "import",
                                         "question about my order",
                                         "order 4711 and 4712",
                                         "problem with login",
                                         "frage zu meiner rechnung",
                                         "help! help! help!",
                                         "your ticket",
                                         "fails in x",
                                         "12345678 987654321"};
    for (gsize i = 0; i < G_N_ELEMENTS(telling); i++)
        assert_true(reply_subject_is_telling(telling[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        assert_false(reply_subject_is_telling(common[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_base), cmocka_unit_test(test_telling)};
    return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
