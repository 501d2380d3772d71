/* Parts that are sealed in their signature. What the signature says is nobody's matter here. */
#include <postern/mail.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* DER (X.690 8.1): a tag, a length of four octets, the content. */
static GString *der(guchar tag, const char *content, gsize length)
{
    GString *out = g_string_new(NULL);
    g_string_append_c(out, (char)tag);
    g_string_append_c(out, (char)0x84);
    for (int shift = 24; shift >= 0; shift -= 8)
        g_string_append_c(out, (char)(length >> shift));
    return g_string_append_len(out, content, (gssize)length);
}

static void wrap(GString **it, guchar tag, const char *before, gsize before_length, const char *after,
                 gsize after_length)
{
    g_string_prepend_len(*it, before, (gssize)before_length);
    g_string_append_len(*it, after, (gssize)after_length);
    GString *wrapped = der(tag, (*it)->str, (*it)->len);
    g_string_free(*it, TRUE);
    *it = wrapped;
}

#define BYTES(text) text, sizeof(text) - 1

/* RFC 5652 5.1, without a signer. */
static char *seal(const char *content)
{
    GString *it = der(0x04, content, strlen(content));
    wrap(&it, 0xa0, NULL, 0, NULL, 0);
    wrap(&it, 0x30, BYTES("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"), NULL, 0);
    wrap(&it, 0x30, BYTES("\x02\x01\x01\x31\x00"), BYTES("\x31\x00"));
    wrap(&it, 0xa0, NULL, 0, NULL, 0);
    wrap(&it, 0x30, BYTES("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), NULL, 0);
    char *encoded = g_base64_encode((const guchar *)it->str, it->len);
    g_string_free(it, TRUE);
    return encoded;
}

static char *sealed_part(const char *type, const char *content)
{
    g_autofree char *octets = seal(content);
    return g_strconcat("Content-Type: ", type, "\r\nContent-Transfer-Encoding: base64\r\n\r\n", octets,
                       "\r\n", NULL);
}

/* "level type (leaf)|" of each part, and the bytes of the last leaf. */
static char *shape(const char *raw, GPtrArray *findings)
{
    g_autoptr(Mail) mail = mail_open_bytes(raw, strlen(raw), findings, NULL);
    assert_non_null(mail);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        assert_int_equal(part->index, i);
        gsize length;
        g_autofree char *bytes = mail_part_bytes(mail, i, 12, &length, NULL);
        g_string_append_printf(out, "%u<%u %s%s%s|", part->level, mail_part(mail, part->parent)->level,
                               part->type, part->is_leaf ? "=" : "", part->is_leaf ? bytes : "");
    }
    return g_string_free(out, FALSE);
}

#define MIXED                                                                                                \
    "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
#define WORDS "Content-Type: text/plain\r\n\r\nwords"

static GPtrArray *findings_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
}

static void test_beside(void **state)
{
    (void)state;
    static const char *const types[] = {"application/pkcs7-mime; smime-type=signed-data",
                                        "application/octet-stream; name=\"smime.p7m\""};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(GPtrArray) findings = findings_new();
        g_autofree char *part = sealed_part(types[i], WORDS);
        g_autofree char *raw = g_strconcat(MIXED, part, "--b\r\n\r\nfooter\r\n--b--\r\n", NULL);
        g_autofree char *found = shape(raw, findings);
        assert_non_null(strstr(found, "|2<1 text/plain=words|1<0 text/plain=footer|"));
        assert_int_equal(findings->len, 1);
        assert_string_equal(((const Finding *)findings->pdata[0])->code, "signed");
    }
}

/* In what is sealed a text with files and a multipart are told apart as anywhere. */
static void test_within(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) findings = findings_new();
    g_autofree char *part = sealed_part(
        "application/pkcs7-mime", "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\n"
                                  "begin 644 a.bin\r\n#86)C\r\n`\r\nend\r\n--i\r\n" WORDS "\r\n--i--\r\n");
    g_autofree char *raw = g_strconcat(MIXED, part, "--b--\r\n", NULL);
    g_autofree char *found = shape(raw, findings);
    assert_non_null(strstr(found, "|1<0 application/pkcs7-mime|2<1 multipart/mixed|3<2 text/plain|"
                                  "4<3 application/octet-stream=abc|"));
    assert_non_null(strstr(found, "|3<2 text/plain=words|"));
}

/* What is sealed again and again stays closed from some depth on; so does a whole mail. */
static void test_depth(void **state)
{
    (void)state;
    static const char *const begins[] = {MIXED, "From: a@example.org\r\n"};
    for (guint k = 0; k < G_N_ELEMENTS(begins); k++) {
        g_autoptr(GPtrArray) findings = findings_new();
        g_autofree char *inner = g_strdup(WORDS);
        for (guint i = 0; i < 9; i++) {
            g_autofree char *content = g_steal_pointer(&inner);
            inner = sealed_part("application/pkcs7-mime", content);
        }
        g_autofree char *raw = g_strconcat(begins[k], inner, "\r\n--b--\r\n", NULL);
        g_autofree char *found = shape(raw, findings);
        assert_non_null(strstr(found, "application/pkcs7-mime="));
        assert_null(strstr(found, "words"));
    }
}

/* What holds nothing of the kind stays a file. */
static void test_nothing_in_it(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) findings = findings_new();
    g_autofree char *found =
        shape(MIXED "Content-Type: application/pkcs7-mime\r\n\r\nno such thing\r\n--b--\r\n", findings);
    assert_non_null(strstr(found, "1<0 application/pkcs7-mime=no such thin|"));
    assert_int_equal(findings->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_nothing_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
