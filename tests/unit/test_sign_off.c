/* A name and a closing below commands are no answer; anything more is one. */
#include "desk_shop.h"

#include <gateway/acts/acts_private.h>

static void test_closings(void **state)
{
    const Shop *shop = *state;
    static const struct {
        const char *text;
        gboolean is_all;
    } cases[] = {
        {"Kim", TRUE},
        {"Best regards,\nKim Lee", TRUE},
        {"Viele Grüße\nKim", TRUE},
        {"", TRUE},
        {"Thanks, Kim", FALSE},
        {"Kim, please restart it.", FALSE},
        {"Best regards,\nDora", FALSE},
        {"best best best best best best best best best best best best best", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(sign_off_is_all(config_agent(shop->config, "kim"), cases[i].text), cases[i].is_all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_closings)};
    return cmocka_run_group_tests_name("sign_off", tests, open_shop, close_shop);
}
