#include <postern/base/digest.h>
#include <postern/ids.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static TokenKey key_of(guint8 id, guint8 fill)
{
    TokenKey key = {.id = id};
    memset(key.secret, fill, sizeof key.secret);
    return key;
}

static const Token sample = {.ticket_id = G_GINT64_CONSTANT(0x0123456789abcdef),
                             .person = 0xdeadbeef,
                             .role = ROLE_AGENT,
                             .day = 20779,
                             .key = 7};

static void test_round_trip(void **state)
{
    (void)state;
    static const gint64 tickets[] = {1, 255, 256, G_MAXINT64};
    const TokenKey key = key_of(200, 1);
    for (guint i = 0; i < G_N_ELEMENTS(tickets); i++)
        for (TokenRole role = ROLE_CUSTOMER; role <= ROLE_ADMIN; role++) {
            Token token = {.ticket_id = tickets[i], .person = 1u << i, .role = role, .day = 65535},
                  read = {0};
            g_autofree char *text = token_make(&token, &key);
            assert_int_equal(strlen(text), 42);
            assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyz234567"), 42);
            assert_true(token_check(text, &key, 1, &read));
            assert_true(read.ticket_id == token.ticket_id);
            assert_int_equal(read.person, token.person);
            assert_int_equal(read.role, role);
            assert_int_equal(read.day, 65535);
            assert_int_equal(read.key, 200);
        }
}

/* What was given out once must be understood for ever. */
static void test_known_token(void **state)
{
    (void)state;
    const TokenKey key = key_of(7, 0x42);
    g_autofree char *text = token_make(&sample, &key);
    assert_string_equal(text, "cidvck66vw7o6ajdivtytk6n55nhckzzpg7c6lerpe");
}

static void test_case(void **state)
{
    (void)state;
    const TokenKey key = key_of(7, 3);
    Token read;
    g_autofree char *text = token_make(&sample, &key);
    g_autofree char *upper = g_ascii_strup(text, -1);
    assert_true(token_check(upper, &key, 1, &read));
    assert_true(read.ticket_id == sample.ticket_id);
}

static void test_keys(void **state)
{
    (void)state;
    const TokenKey keys[] = {key_of(1, 1), key_of(2, 2), key_of(2, 3)};
    const TokenKey other = key_of(2, 9), renamed = key_of(3, 1);
    Token read;
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *text = token_make(&sample, &keys[i]);
        assert_true(token_check(text, keys, G_N_ELEMENTS(keys), &read));
        assert_int_equal(read.key, keys[i].id);
        assert_false(token_check(text, &other, 1, &read));
        assert_false(token_check(text, NULL, 0, &read));
        assert_false(token_check(text, &renamed, 1, &read));
    }
}

/* Another character at any place, whatever it is: also the two bits of the last one that decoding ignores. */
static void test_every_character(void **state)
{
    (void)state;
    const TokenKey keys[] = {key_of(6, 5), key_of(7, 5)};
    g_autofree char *text = token_make(&sample, &keys[1]);
    for (guint i = 0; text[i]; i++) {
        char right = text[i];
        for (guint c = 1; c < 256; c++) {
            if (g_ascii_tolower((char)c) == right)
                continue;
            text[i] = (char)c;
            Token read = {.ticket_id = -5};
            assert_false(token_check(text, keys, G_N_ELEMENTS(keys), &read));
            assert_true(read.ticket_id == -5);
        }
        text[i] = right;
    }
    Token read;
    assert_true(token_check(text, keys, G_N_ELEMENTS(keys), &read));
}

static void test_shapes(void **state)
{
    (void)state;
    const TokenKey key = key_of(7, 5);
    Token read;
    g_autofree char *text = token_make(&sample, &key);
    g_autofree char *longer = g_strconcat(text, "a", NULL);
    g_autofree char *padded = g_strconcat(text, "=", NULL);
    g_autofree char *shorter = g_strndup(text, strlen(text) - 1);
    g_autofree char *blank = g_strconcat(" ", text, NULL);
    const char *const wrong[] = {NULL, "", "a", longer, padded, shorter, blank};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_false(token_check(wrong[i], &key, 1, &read));
    /* A role that does not exist is no token, even when it is signed. */
    for (guint role = 0; role < 16; role++) {
        Token odd = sample;
        odd.role = (TokenRole)role;
        g_autofree char *made = token_make(&odd, &key);
        assert_int_equal(token_check(made, &key, 1, &read), role >= 1 && role <= 5);
    }
}

/* A later layout under the same key is not read as this one. */
static void test_version(void **state)
{
    (void)state;
    const TokenKey key = key_of(7, 5);
    for (guint8 version = 0; version < 16; version++) {
        guint8 bytes[26] = {(guint8)(version << 4 | ROLE_CUSTOMER), 7}, sum[DIGEST_BYTES];
        digest_hmac(key.secret, sizeof key.secret, bytes, 16, sum);
        memcpy(bytes + 16, sum, 10);
        g_autofree char *text = base32_encode(bytes, sizeof bytes);
        Token read;
        assert_int_equal(token_check(text, &key, 1, &read), version == 1);
    }
}

static void test_person(void **state)
{
    (void)state;
    assert_int_equal(token_person("Kim@Example.org"), token_person("kim@example.ORG"));
    assert_int_equal(token_person("\"kim\"@example.org"), token_person("kim@example.org"));
    assert_int_equal(token_person("kim@b\xc3\xbc"
                                  "cher.example"),
                     token_person("kim@xn--bcher-kva.example"));
    assert_int_not_equal(token_person("kim@example.org"), token_person("kim@example.com"));
    assert_int_not_equal(token_person("kim@example.org"), token_person("lee@example.org"));
    assert_int_not_equal(token_person("no address"), token_person(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_known_token),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
