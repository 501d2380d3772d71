/* The small things that everything stands on: cleaning, digests, ids, times, JSON, durable files, exit codes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/ascii.h>
#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/grams.h>
#include <postern/base/json.h>
#include <postern/base/mail_id.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define UNLIMITED 1000u

typedef struct {
    const char *in;
    gssize length; /* -1: up to the NUL */
    gsize limit;
    const char *out;
} CleanCase;

static void test_clean_line(void **state)
{
    static const CleanCase cases[] = {
        {"plain", -1, UNLIMITED, "plain"},
        {"", -1, UNLIMITED, ""},
        {NULL, -1, UNLIMITED, ""},
        {"Gr\xc3\xbc\xc3\x9f"
         "e",
         -1, UNLIMITED,
         "Gr\xc3\xbc\xc3\x9f"
         "e"},
        {"a\r\nBcc: x", -1, UNLIMITED, "a Bcc: x"},
        {"a\t\x01\x7f"
         "b",
         -1, UNLIMITED, "a b"},
        {"a \r\n b", -1, UNLIMITED, "a  b"},
        {"\r\n  a  \r\n", -1, UNLIMITED, "a"},
        {"a\xc2\x85"
         "b\xe2\x80\xa8"
         "c\xe2\x80\xa9",
         -1, UNLIMITED, "a b c"},
        {"a\033[31mb", -1, UNLIMITED, "a [31mb"},
        {"\xff"
         "a\xc3",
         -1, UNLIMITED,
         "\xef\xbf\xbd"
         "a\xef\xbf\xbd"},
        {"\xc0\xaf", -1, UNLIMITED, "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", -1, UNLIMITED, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"a\0b", 3, UNLIMITED, "a b"},
        {"abcdef", 3, UNLIMITED, "abc"},
        {"abcdef", -1, 4, "abcd"},
        {"abc\xc3\xbc", -1, 4, "abc"},
        {"abc\xc3\xbc", -1, 5, "abc\xc3\xbc"},
        {"abc def", -1, 4, "abc"},
        {"abc", -1, 0, ""},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = clean_line(cases[i].in, cases[i].length, cases[i].limit);
        assert_string_equal(out, cases[i].out);
        assert_true(clean_is_line(out));
    }
}

static void test_clean_text(void **state)
{
    static const CleanCase cases[] = {
        {"a\r\nb\rc\nd", -1, UNLIMITED, "a\nb\nc\nd"},
        {"a\r\r\nb", -1, UNLIMITED, "a\n\nb"},
        {"a\tb", -1, UNLIMITED, "a\tb"},
        {"a\033[0mb\x07\x7f\xc2\x9b", -1, UNLIMITED, "a[0mb"},
        {"a\0b", 3, UNLIMITED, "ab"},
        {"a\xe2\x80\xa8"
         "b",
         -1, UNLIMITED, "a\nb"},
        {"\x80", -1, UNLIMITED, "\xef\xbf\xbd"},
        {"a\r", -1, UNLIMITED, "a\n"},
        {"ab\xc3\xbc", -1, 3, "ab"},
        {NULL, -1, UNLIMITED, ""},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = clean_text(cases[i].in, cases[i].length, cases[i].limit);
        assert_string_equal(out, cases[i].out);
    }
}

static void test_clean_terminal(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a\xe2\x80\xae"
         "fdp.exe",
         "a\xef\xbf\xbd"
         "fdp.exe"},                                                /* U+202E */
        {"\xe2\x81\xa6x\xe2\x81\xa9", "\xef\xbf\xbdx\xef\xbf\xbd"}, /* U+2066, U+2069 */
        {"a\xe2\x80\x8b"
         "b\xef\xbb\xbf",
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd"}, /* U+200B, U+FEFF */
        {"a\033]0;title\007", "a ]0;title"},
        {"a\nb", "a b"},
        {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = clean_terminal(cases[i].in);
        assert_string_equal(out, cases[i].out);
    }
}

static void test_clean_is_line(void **state)
{
    (void)state;
    assert_true(clean_is_line(""));
    assert_true(clean_is_line("Gr\xc3\xbc\xc3\x9f"
                              "e"));
    assert_false(clean_is_line("a\tb"));
    assert_false(clean_is_line("a\nb"));
    assert_false(clean_is_line("a\x7f"));
    assert_false(clean_is_line("a\xc2\x85"));
    assert_false(clean_is_line("a\xe2\x80\xa8"));
    assert_false(clean_is_line("\xff"));
}

static char *hex_of(const char *text, gsize step)
{
    guint8 sum[DIGEST_BYTES];
    Digest *digest = digest_new();
    for (gsize at = 0; at < strlen(text); at += step)
        digest_update(digest, text + at, MIN(step, strlen(text) - at));
    digest_end(digest, sum);
    return digest_hex(sum, sizeof sum);
}

/* FIPS 180-2 appendix B. */
static void test_digest(void **state)
{
    static const char long_text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const struct {
        const char *text, *sum;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {long_text, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 sum[DIGEST_BYTES];
        digest_of(cases[i].text, strlen(cases[i].text), sum);
        g_autofree char *whole = digest_hex(sum, sizeof sum);
        g_autofree char *pieces = hex_of(cases[i].text, 7);
        assert_string_equal(whole, cases[i].sum);
        assert_string_equal(pieces, cases[i].sum);
    }
    digest_free(NULL);
    digest_free(digest_new());
}

/* RFC 4231, test case 2. */
static void test_hmac(void **state)
{
    guint8 sum[DIGEST_BYTES], other[DIGEST_BYTES];
    (void)state;
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, sum);
    g_autofree char *hex = digest_hex(sum, sizeof sum);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memcpy(other, sum, sizeof sum);
    assert_true(digest_equal(sum, other, sizeof sum));
    other[DIGEST_BYTES - 1] ^= 1;
    assert_false(digest_equal(sum, other, sizeof sum));
    assert_true(digest_equal(sum, other, sizeof sum - 1));
}

static void test_random(void **state)
{
    guint8 one[32] = {0}, two[32] = {0};
    (void)state;
    random_bytes(one, sizeof one);
    random_bytes(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
}

/* RFC 4648 section 10, lower case and without padding. */
static void test_base32(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "my"},
        {"fo", "mzxq"},
        {"foo", "mzxw6"},
        {"foob", "mzxw6yq"},
        {"fooba", "mzxw6ytb"},
        {"foobar", "mzxw6ytboi"},
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize length = 99;
        g_autofree char *text = base32_encode(cases[i][0], strlen(cases[i][0]));
        g_autofree char *upper = g_ascii_strup(text, -1);
        g_autofree guint8 *bytes = base32_decode(upper, strlen(upper), &length);
        assert_string_equal(text, cases[i][1]);
        assert_int_equal(length, strlen(cases[i][0]));
        assert_memory_equal(bytes, cases[i][0], length);
    }
    static const char *const wrong[] = {"my======", "m1", "m8", "m y", "m\xc3\xbc"};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        gsize length;
        assert_null(base32_decode(wrong[i], strlen(wrong[i]), &length));
    }
}

static void test_mail_id(void **state)
{
    static const char *const wrong[] = {"",
                                        "1",
                                        "0000000000000",
                                        "1k0vn8k6gaz9",
                                        "1k0vn8k6gaz9gg",
                                        "1k0vn8k6gaz9i",
                                        "1k0vn8k6gaz9l",
                                        "1k0vn8k6gaz9-",
                                        "zzzzzzzzzzzzz",
                                        "8000000000000"};
    gint64 last = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        gint64 id = mail_id_new();
        g_autofree char *text = mail_id_format(id);
        g_autofree char *upper = g_ascii_strup(text, -1);
        assert_true(id > last);
        assert_int_equal(strlen(text), 13);
        assert_true(mail_id_parse(text) == id);
        assert_true(mail_id_parse(upper) == id);
        last = id;
    }
    g_autofree char *most = mail_id_format(G_MAXINT64);
    assert_true(mail_id_parse(most) == G_MAXINT64);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_true(mail_id_parse(wrong[i]) == 0);
    /* Texts sort as the ids do: tables and people rely on it. */
    g_autofree char *small = mail_id_format(last), *large = mail_id_format(last + 1);
    assert_true(strcmp(small, large) < 0);
}

#define SUNDAY_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)

static void test_clock(void **state)
{
    (void)state;
    g_autofree char *json = clock_rfc3339(SUNDAY_US + 999999);
    g_autofree char *mail = clock_rfc5322(SUNDAY_US);
    g_autofree char *epoch = clock_rfc3339(0);
    assert_string_equal(json, "2026-11-22T09:30:00Z");
    assert_string_equal(mail, "Sun, 22 Nov 2026 09:30:00 +0000");
    assert_string_equal(epoch, "1970-01-01T00:00:00Z");
    setenv("TZ", "CET-1", TRUE);
    tzset();
    g_autofree char *local = clock_local(SUNDAY_US);
    g_autofree char *still_utc = clock_rfc5322(SUNDAY_US);
    assert_string_equal(local, "2026-11-22 10:30");
    assert_string_equal(still_utc, mail);
    gint64 before = clock_monotonic_us();
    assert_true(clock_monotonic_us() >= before);
    assert_true(clock_now_us() > G_GINT64_CONSTANT(1600000000) * G_USEC_PER_SEC);
}

static void test_json(void **state)
{
    (void)state;
    g_autoptr(Json) object = json_make_object();
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_ptr_array_add(texts, (gpointer) "a");
    g_ptr_array_add(texts, (gpointer) "\"\n");
    json_put_text(object, "z", "Gr\xc3\xbc\xc3\x9f");
    json_put_text(object, "none", NULL);
    json_put_text(object, "broken", "a\xff");
    json_put_integer(object, "number", G_MININT64);
    json_put_boolean(object, "truth", TRUE);
    json_put_time(object, "time", SUNDAY_US);
    json_put_time(object, "no_time", 0);
    json_put_time(object, "unknown_time", G_MININT64);
    json_put_texts(object, "texts", texts);
    json_put_texts(object, "empty", NULL);
    json_put_null(object, "null");
    g_autofree char *text = json_print(object);
    assert_string_equal(
        text, "{\"z\":\"Gr\xc3\xbc\xc3\x9f\",\"none\":null,\"broken\":\"a\xef\xbf\xbd\",\"number\":-"
              "9223372036854775808,"
              "\"truth\":true,\"time\":\"2026-11-22T09:30:00Z\",\"no_time\":null,\"unknown_time\":null,"
              "\"texts\":[\"a\",\"\\\"\\n\"],\"empty\":[],\"null\":null}");
    g_autofree char *pretty = json_print_pretty(object);
    assert_non_null(strchr(pretty, '\n'));
}

static void test_json_back(void **state)
{
    (void)state;
    g_autoptr(Json) array = json_parse("[\"a\", 1, null, \"b\"]");
    g_autoptr(GPtrArray) texts = json_texts(array);
    assert_int_equal(texts->len, 2);
    assert_string_equal(texts->pdata[1], "b");
    g_autoptr(GPtrArray) names =
        json_member_texts("[{\"name\":\"x\"},{\"other\":\"y\"},{\"name\":\"z\"}]", "name");
    assert_int_equal(names->len, 2);
    assert_string_equal(names->pdata[1], "z");
    g_autoptr(GPtrArray) none = json_member_texts("no json", "name");
    assert_int_equal(none->len, 0);
    assert_null(json_parse("{"));
}

static int make_folder(void **state)
{
    *state = g_dir_make_tmp("postern-base-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    g_autoptr(GDir) folder = g_dir_open(*state, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(*state, name, NULL);
        g_remove(path);
    }
    g_rmdir(*state);
    g_free(*state);
    return 0;
}

static guint count_names(const char *path)
{
    guint count = 0;
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    while (g_dir_read_name(folder))
        count++;
    return count;
}

static void test_file_replace(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(*state, "file", NULL);
    gsize length = 0;
    GStatBuf status;
    assert_true(file_replace(path, "first", 5, 0640, &error));
    assert_true(file_replace(path, "second\0x", 8, 0600, &error));
    g_autofree char *text = file_read(path, 8, &length, &error);
    assert_int_equal(length, 8);
    assert_memory_equal(text, "second\0x", 9);
    assert_int_equal(g_stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(count_names(*state), 1);
}

/* What stands there stays, and no temporary file is left, when the new one cannot be put in its place. */
static void test_file_replace_fails(void **state)
{
    g_autoptr(GError) error = NULL, other = NULL;
    g_autofree char *nowhere = g_build_filename(*state, "none", "file", NULL);
    g_autofree char *folder = g_build_filename(*state, "folder", NULL);
    assert_false(file_replace(nowhere, "x", 1, 0600, &error));
    assert_true(error_is(error, ERROR_NOT_FOUND));
    assert_non_null(strstr(error->message, nowhere));
    assert_int_equal(g_mkdir(folder, 0700), 0);
    assert_false(file_replace(folder, "x", 1, 0600, &other));
    assert_int_equal(count_names(*state), 1);
}

static void test_file_read(void **state)
{
    g_autoptr(GError) missing = NULL, large = NULL;
    g_autofree char *path = g_build_filename(*state, "file", NULL);
    assert_null(file_read(path, 10, NULL, &missing));
    assert_true(error_is(missing, ERROR_NOT_FOUND));
    assert_true(file_replace(path, "0123456789", 10, 0600, NULL));
    assert_null(file_read(path, 9, NULL, &large));
    assert_true(error_is(large, ERROR_LIMIT));
    g_autofree char *text = file_read(path, 10, NULL, NULL);
    assert_string_equal(text, "0123456789");
}

static void test_file_write_all(void **state)
{
    g_autoptr(GError) full = NULL, closed = NULL;
    (void)state;
    FILE *device = fopen("/dev/full", "we");
    assert_non_null(device);
    assert_false(file_write_all(fileno(device), "x", 1, &full));
    assert_true(error_is(full, ERROR_FULL));
    fclose(device);
    assert_false(file_write_all(-1, "x", 1, &closed));
    assert_true(error_is(closed, ERROR_TEMPORARY));
    assert_int_equal(file_error_code(EDQUOT), ERROR_FULL);
    assert_int_equal(file_error_code(ENOENT), ERROR_NOT_FOUND);
    assert_int_equal(file_error_code(EIO), ERROR_TEMPORARY);
}

static void test_errors(void **state)
{
    static const struct {
        ErrorCode code;
        const char *name;
        int exit_code;
    } cases[] = {
        {ERROR_TEMPORARY, "temporary", EX_TEMPFAIL}, {ERROR_REFUSED, "refused", EX_UNAVAILABLE},
        {ERROR_MALFORMED, "malformed", EX_DATAERR},  {ERROR_LIMIT, "limit", EX_DATAERR},
        {ERROR_CONFLICT, "conflict", EX_TEMPFAIL},   {ERROR_NOT_FOUND, "not found", EX_NOINPUT},
        {ERROR_UNCERTAIN, "uncertain", EX_TEMPFAIL}, {ERROR_CONFIG, "config", EX_CONFIG},
        {ERROR_CORRUPT, "corrupt", EX_SOFTWARE},     {ERROR_FULL, "full", EX_IOERR},
    };
    (void)state;
    assert_int_equal(G_N_ELEMENTS(cases), ERROR_CODE_COUNT);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new(POSTERN_ERROR, (int)cases[i].code, "words");
        assert_string_equal(error_code_name(cases[i].code), cases[i].name);
        assert_int_equal(error_exit_code(error), cases[i].exit_code);
        assert_true(error_is(error, cases[i].code));
        assert_false(error_is(error, (ErrorCode)((cases[i].code + 1) % ERROR_CODE_COUNT)));
    }
    g_autoptr(GError) foreign = g_error_new(G_FILE_ERROR, ERROR_TEMPORARY, "words");
    assert_int_equal(error_exit_code(foreign), EX_SOFTWARE);
    assert_false(error_is(foreign, ERROR_TEMPORARY));
    assert_int_equal(error_exit_code(NULL), EX_SOFTWARE);
    assert_false(error_is(NULL, ERROR_TEMPORARY));
}

static void test_ascii(void **state)
{
    (void)state;
    /* Every octet at every place of a step of eight. */
    for (guint c = 1; c < 256; c++)
        for (gsize at = 0; at < 17; at++) {
            char text[18] = "aB* _~9Z0aB* _~9z", lower[18] = "";
            text[at] = (char)c;
            assert_int_equal(ascii_run(text, 17), c < 0x80 ? 17 : at);
            assert_int_equal(ascii_printable_run(text, 17), c >= 0x20 && c < 0x7f ? 17 : at);
            assert_int_equal(utf8_is_valid(text, 17), c < 0x80);
            ascii_lower(lower, text, 17);
            for (gsize i = 0; i < 17; i++)
                assert_int_equal(lower[i], g_ascii_tolower(text[i]));
        }
    static const char *const texts[] = {"päper", "\xc3", "a\xc3(", "\xed\xa0\x80", "日本語 text 日本語",
                                        "",      NULL};
    for (const char *const *text = texts; *text; text++)
        assert_int_equal(utf8_is_valid(*text, strlen(*text)), g_utf8_validate(*text, -1, NULL));
    assert_false(utf8_is_valid("a\0b", 3));
}

/* How many of sixteen octets are copied before something has to be looked at. */
static void test_ascii_plain(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize copied;
    } cases[] = {{"Ab Cd Ef gh ij k", 16},
                 {"b c d e f g h i ", 16},
                 {"Ab Cd Ef gh  j k", 8},
                 {"abcdefg  bcdefgh", 8},
                 {"abcdefgh\tbcdefgh", 8},
                 {"abcd\x1b"
                  "fghabcdefgh",
                  0},
                 {"*bcdefghabcdefgh", 0},
                 {"abcdefghabcdefg_", 8},
                 {"abcdef\xc3\xa4"
                  "abcdefgh",
                  0},
                 {"!\"#$%&'(:;<=>?@[", 16},
                 {" bcdefghabcdefgh", 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char out[32] = "";
        gsize copied = ascii_lower_plain(out, cases[i].text, 16, "*_", ' ');
        assert_int_equal(copied, cases[i].copied);
        g_autofree char *lower = g_ascii_strdown(cases[i].text, (gssize)copied);
        out[copied] = '\0';
        assert_string_equal(out, lower);
    }
}

static void test_ascii_word_starts(void **state)
{
    (void)state;
    static const char text[] = "ab (cd-e f1g \xc3\xa4h  i";
    for (gsize from = 0; from + 8 < sizeof text; from++) {
        guint64 starts = ascii_word_starts(text + from, from > 0 ? text[from - 1] : ' ');
        for (gsize i = 0; i < 8; i++) {
            gsize at = from + i;
            gboolean is_start = text[at] != ' ' && (at == 0 || !g_ascii_islower(text[at - 1]));
            assert_int_equal(starts >> (8 * i) & 0xff, is_start ? 0x80 : 0);
        }
    }
}

static void test_grams(void **state)
{
    (void)state;
    static const char text[] = "Sorry: the delivery has failed, zz, user not known";
    Grams grams;
    grams_init(&grams, text, strlen(text));
    for (gsize from = 0; from < strlen(text); from++) {
        g_autofree char *part = g_strndup(text + from, 9);
        assert_true(grams_may_have(&grams, part));
    }
    assert_true(grams_may_have(&grams, "delivery has failed"));
    assert_true(grams_may_have(&grams, "zzz")); /* too short to be told */
    assert_false(grams_may_have(&grams, "user unknown"));
    assert_false(grams_may_have(&grams, "unbekannt"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_line),
        cmocka_unit_test(test_clean_text),
        cmocka_unit_test(test_clean_terminal),
        cmocka_unit_test(test_clean_is_line),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_base32),
        cmocka_unit_test(test_mail_id),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_back),
        cmocka_unit_test_setup_teardown(test_file_replace, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_file_replace_fails, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_file_read, make_folder, remove_folder),
        cmocka_unit_test(test_file_write_all),
        cmocka_unit_test(test_ascii),
        cmocka_unit_test(test_ascii_plain),
        cmocka_unit_test(test_ascii_word_starts),
        cmocka_unit_test(test_grams),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
