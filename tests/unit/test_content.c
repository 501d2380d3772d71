#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/body.h>
#include <postern/content.h>
#include <postern/reading.h>
#include <string.h>

#define HEAD "From: Kim <kim@acme.test>\r\nTo: support@desk.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
#define PAGE "Internal note of Dora: he does not pay"
#define PNG "iVBORw0KGgo="
#define MUCH (1024 * 1024)

static Content *make(const char *mail, const char *own_text, guint64 room)
{
    ContentWish wish = {.own_text = own_text, .attachment_bytes = room};
    g_autoptr(GError) error = NULL;
    Content *content = content_make_bytes(mail, strlen(mail), &wish, &error);
    if (!content)
        fail_msg("%s", error->message);
    return content;
}

static const ContentPart *part(const Content *content, guint index)
{
    assert_true(index < content->parts->len);
    return content->parts->pdata[index];
}

/* "name type size[ inline]" of all. */
static char *listed(const Content *content)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < content->parts->len; i++) {
        const ContentPart *one = part(content, i);
        g_string_append_printf(out, "%s%s %s %zu%s", i > 0 ? ", " : "", one->name, one->type,
                               g_bytes_get_size(one->bytes), one->is_inline ? " inline" : "");
        assert_int_equal(one->is_inline, one->content_id != NULL);
    }
    return g_strdup(out->str);
}

static void assert_listed(const Content *content, const char *expected)
{
    g_autofree char *list = listed(content);
    assert_string_equal(list, expected);
}

static void test_plain(void **state)
{
    (void)state;
    g_autoptr(Content) content = make(HEAD "\r\nHello\r\nLee\r\n", NULL, MUCH);
    assert_string_equal(content->text, "Hello\nLee\n");
    assert_null(content->html);
    assert_int_equal(content->parts->len, 0);
    g_autoptr(Content) own = make(HEAD "\r\n/close\r\nHello\r\nLee\r\n", "Hello\nLee", MUCH);
    assert_string_equal(own->text, "Hello\nLee");
    assert_null(own->html);
}

/* As Outlook writes it: the answer with a picture, the page below with another, a logo in the signature. */
static const char answer[] = HEAD
    "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
    "--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
    "--r\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
    "--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n/close\r\n\r\nHello Lee,\r\nlike this:\r\n"
    "[cid:image001.png@01DA]\r\n\r\nKim\r\n\r\nAcme Ltd\r\n\r\n________________________________\r\n"
    "From: Acme <support@desk.test>\r\nSent: Sunday, 22 November 2026 10:00\r\nTo: Kim "
    "<kim@acme.test>\r\nSubject: x\r\n\r\n" PAGE "\r\n"
    "--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>/close</div><div>Hello "
    "<b>Lee</b>,</div><div>like "
    "this:</div><div><img src=\"cid:image001.png@01DA\" width=40></div><div>Kim</div><div>Acme Ltd</div><img "
    "src=\"cid:logo@01DA\"><div id=divRplyFwdMsg>From: Acme</div><div>" PAGE
    "<img src=\"cid:note@01DA\"></div>\r\n"
    "--a--\r\n"
    "--r\r\nContent-Type: image/png; name=image001.png\r\nContent-ID: <image001.png@01DA>\r\n"
    "Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n" PNG "\r\n"
    "--r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@01DA>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" PNG "\r\n"
    "--r\r\nContent-Type: image/png; name=note.png\r\nContent-ID: <note@01DA>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" PNG "\r\n"
    "--r--\r\n"
    "--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
    "filename=\"../../manual.pdf\"\r\n\r\n"
    "%PDF\r\n"
    "--m\r\nContent-Type: text/html; name=page.html\r\nContent-Disposition: attachment\r\n\r\n<script>\r\n"
    "--m--\r\n";

static void test_answer(void **state)
{
    (void)state;
    g_autoptr(Content) content = make(answer, "Hello Lee,\nlike this:\n[cid:image001.png@01DA]\n\nKim", MUCH);
    assert_non_null(content->html);
    assert_true(body_html_is_safe(content->html));
    assert_null(strstr(content->html, "Internal"));
    assert_null(strstr(content->html, "/close"));
    assert_listed(content, "image001.png image/png 8 inline, manual.pdf application/pdf 4, page.html "
                           "application/octet-stream 8");
    g_autofree char *named = g_strdup_printf("src=\"cid:%s\"", part(content, 0)->content_id);
    assert_non_null(strstr(content->html, named));
    assert_null(strstr(content->html, "01DA"));
    assert_memory_equal(g_bytes_get_data(part(content, 0)->bytes, NULL), "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(content->left_out, 0);
}

/* HTML that says something else: only the text goes, with the pictures that stand above the page. */
static void test_answer_without_html(void **state)
{
    (void)state;
    g_autoptr(Content) content = make(answer, "Hello Lee,\nsomething else", MUCH);
    assert_null(content->html);
    assert_string_equal(content->text, "Hello Lee,\nsomething else");
    assert_listed(content,
                  "image001.png image/png 8, logo.png image/png 8, manual.pdf application/pdf 4, page.html "
                  "application/octet-stream 8");
}

/* A whole mail is not cut. */
static void test_whole(void **state)
{
    (void)state;
    g_autoptr(Content) content = make(answer, NULL, MUCH);
    assert_non_null(strstr(content->text, PAGE));
    assert_non_null(strstr(content->html, PAGE));
    assert_listed(content,
                  "image001.png image/png 8 inline, logo.png image/png 8 inline, note.png image/png 8 "
                  "inline, manual.pdf application/pdf 4, page.html application/octet-stream 8");
}

static void test_room(void **state)
{
    (void)state;
    /* What the HTML shows comes first. */
    g_autoptr(Content) little = make(answer, "Hello Lee,\nlike this:\nKim", 12);
    assert_listed(little, "image001.png image/png 8 inline, manual.pdf application/pdf 4");
    assert_int_equal(little->left_out, 1);
    /* What it cannot show is not named. */
    g_autoptr(Content) less = make(answer, "Hello Lee,\nlike this:\nKim", 7);
    assert_listed(less, "manual.pdf application/pdf 4");
    assert_int_equal(less->left_out, 2);
    assert_non_null(less->html);
    assert_null(strstr(less->html, "<img"));
    g_autoptr(Content) none = make(answer, NULL, 0);
    assert_int_equal(none->parts->len, 0);
    assert_int_equal(none->left_out, 5);
}

typedef struct {
    const char *name, *part; /* header and body of one more part beside the text */
    const char *answer;      /* what of it an answer has */
    guint left_out;
    const char *whole;
} PartCase;

static const PartCase part_cases[] = {
    {"a file", "Content-Type: text/plain; name=a.log\r\nContent-Disposition: attachment\r\n\r\nline",
     "a.log text/plain 4", 0, "a.log text/plain 4"},
    {"a file in line", "Content-Type: text/plain; name=a.log\r\nContent-Disposition: inline\r\n\r\nline",
     "a.log text/plain 4", 0, "a.log text/plain 4"},
    {"another form of the words", "Content-Type: text/html\r\n\r\n<p>" PAGE "</p>", "", 0, ""},
    {"a mail", "Content-Type: message/rfc822\r\n\r\nSubject: Hi\r\n\r\nx",
     "Hi.eml application/octet-stream 16", 0, "Hi.eml application/octet-stream 16"},
    {"the mail that is answered",
     "Content-Type: message/rfc822\r\n\r\nSubject: Hi\r\nX-Postern-Ticket: SUP-7K3QW2\r\n\r\nx", "", 1,
     "Hi.eml application/octet-stream 46"},
    {"the same as a file",
     "Content-Type: application/octet-stream; name=Hi.EML\r\nContent-Disposition: attachment\r\n\r\n"
     "X-Postern-Ticket: SUP-7K3QW2\r\n\r\nx",
     "", 1, "Hi.EML application/octet-stream 33"},
    {"the same as Outlook's file",
     "Content-Type: application/vnd.ms-outlook; name=Hi.msg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
     "WAAtAFAAbwBzAHQAZQByAG4ALQBUAGkAYwBrAGUAdAA6AA==",
     "", 1, "Hi.msg application/vnd.ms-outlook 34"},
    {"Outlook's own form", "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx", "", 1,
     "winmail.dat application/ms-tnef 1"},
    {"a signature", "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx", "", 0,
     "signature.asc application/pgp-signature 1"},
    {"another signature", "Content-Type: application/x-pkcs7-signature; name=smime.p7s\r\n\r\nx", "", 0,
     "smime.p7s application/x-pkcs7-signature 1"},
    {"a drawing that can run", "Content-Type: image/svg+xml; name=a.svg\r\nContent-ID: <a@x>\r\n\r\n<svg/>",
     "a.svg application/octet-stream 6", 0, "a.svg application/octet-stream 6"},
    {"no type", "Content-Type: application/\xc3\xbc; name=a.bin\r\nContent-Disposition: attachment\r\n\r\nx",
     "a.bin application/octet-stream 1", 0, "a.bin application/octet-stream 1"},
    {"a part of a mail", "Content-Type: message/partial; name=a.txt\r\n\r\nx",
     "a.txt application/octet-stream 1", 0, "a.txt application/octet-stream 1"},
    {"a name that is a path", "Content-Type: image/png; name=\"..\\\\..\\\\a\\r\\nb\u202egpj.exe\"\r\n\r\nx",
     NULL, 0, NULL},
    {"parts that cannot be told apart", "Content-Type: multipart/mixed\r\n\r\n" PAGE, "", 0, NULL},
};

static void test_parts(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(part_cases); i++) {
        const PartCase *c = &part_cases[i];
        g_autofree char *mail = g_strconcat(HEAD "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
                                                 "--m\r\nContent-Type: text/plain\r\n\r\nHello\r\n--m\r\n",
                                            c->part, "\r\n--m--\r\n", NULL);
        g_autoptr(Content) own = make(mail, "Hello", MUCH);
        g_autofree char *own_list = listed(own);
        g_autoptr(Content) whole = make(mail, NULL, MUCH);
        g_autofree char *whole_list = listed(whole);
        if ((c->answer && strcmp(own_list, c->answer) != 0) || own->left_out != c->left_out)
            fail_msg("%s: %s, %u left out", c->name, own_list, own->left_out);
        if (c->whole && strcmp(whole_list, c->whole) != 0)
            fail_msg("%s, whole: %s", c->name, whole_list);
        for (guint n = 0; n < own->parts->len; n++) {
            assert_null(strpbrk(part(own, n)->name, "/\\\r\n"));
            assert_null(strstr(part(own, n)->name, "\u202e"));
        }
    }
}

/* The plain form and the HTML say different things: neither may go along as a file. */
static void test_other_form_is_no_file(void **state)
{
    (void)state;
    g_autoptr(Content) content =
        make(HEAD "Content-Type: multipart/alternative; boundary=a\r\n\r\n"
                  "--a\r\nContent-Type: text/plain\r\n\r\nHello dear customer, this is the answer\r\n"
                  "--a\r\nContent-Type: text/html\r\n\r\n<p>" PAGE "</p>\r\n--a--\r\n",
             "Hello dear customer, this is the answer", MUCH);
    assert_null(content->html);
    assert_int_equal(content->parts->len, 0);
    g_autoptr(Content) file = make(
        HEAD "Content-Type: text/plain; name=mail.txt\r\nContent-Disposition: inline\r\n\r\nHello\r\n" PAGE
             "\r\n",
        "Hello", MUCH);
    assert_int_equal(file->parts->len, 0);
}

/* Apple Mail puts files between two pages. */
static void test_two_pages(void **state)
{
    (void)state;
    static const char mail[] =
        HEAD "Content-Type: multipart/alternative; boundary=a\r\n\r\n"
             "--a\r\nContent-Type: text/plain\r\n\r\nHello,\r\n\r\nand below.\r\n\r\n> " PAGE "\r\n"
             "--a\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"
             "--m\r\nContent-Type: text/html\r\n\r\n<html><body>Hello,<br></body></html>\r\n"
             "--m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: inline\r\n\r\nx\r\n"
             "--m\r\nContent-Type: text/html\r\n\r\n<html><body><div>and <b>below</b>.</div><blockquote>" PAGE
             "</blockquote></body></html>\r\n"
             "--m--\r\n--a--\r\n";
    g_autoptr(Content) content = make(mail, "Hello,\n\nand below.", MUCH);
    assert_string_equal(content->html, "Hello,<br><div>and <b>below</b>.</div>");
    assert_listed(content, "a.pdf application/pdf 1");
}

/* Words behind a page, as gateways add them, are no less a part of the mail. */
static void test_footer(void **state)
{
    (void)state;
    g_autoptr(Content) content = make(HEAD "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
                                           "--m\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
                                           "--m\r\nContent-Type: text/plain\r\n\r\na < b\r\n--m--\r\n",
                                      NULL, MUCH);
    assert_string_equal(content->text, "Hello\na < b");
    assert_non_null(strstr(content->html, "<p>Hello</p>"));
    assert_non_null(strstr(content->html, "a &lt; b<br>"));
}

/* From a mail to what the customer gets, through the same reading as in the gate. */
static void test_with_reading(void **state)
{
    (void)state;
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(answer, strlen(answer), &settings, NULL);
    assert_true(g_str_has_prefix(reading->reply, "/close\n"));
    const char *own = reading->reply + strlen("/close\n");
    assert_null(strstr(own, PAGE));
    g_autoptr(Content) content = make(answer, own, MUCH);
    assert_non_null(content->html);
    assert_null(strstr(content->html, "Internal"));
    assert_null(strstr(content->text, "Internal"));
}

static void test_limits(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    GString *mail = g_string_new("Subject: x\r\nX-A: ");
    while (mail->len < LIMIT_HEADER_BYTES + 1000)
        g_string_append(mail, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n b");
    ContentWish wish = {.attachment_bytes = MUCH};
    assert_null(content_make_bytes(mail->str, mail->len, &wish, &error));
    assert_true(error_is(error, ERROR_LIMIT));
    g_string_free(mail, TRUE);
}

static void assert_same(const Content *a, const Content *b)
{
    assert_string_equal(a->text, b->text);
    assert_int_equal(g_strcmp0(a->html, b->html), 0);
    assert_int_equal(a->left_out, b->left_out);
    assert_int_equal(a->parts->len, b->parts->len);
    for (guint i = 0; i < a->parts->len; i++) {
        assert_string_equal(part(a, i)->name, part(b, i)->name);
        assert_string_equal(part(a, i)->type, part(b, i)->type);
        assert_int_equal(g_strcmp0(part(a, i)->content_id, part(b, i)->content_id), 0);
        assert_int_equal(part(a, i)->is_inline, part(b, i)->is_inline);
        assert_true(g_bytes_equal(part(a, i)->bytes, part(b, i)->bytes));
    }
}

static void test_pack(void **state)
{
    (void)state;
    const char *const own[] = {NULL, "Hello Lee,\nlike this:\nKim"};
    for (guint i = 0; i < G_N_ELEMENTS(own); i++) {
        g_autoptr(Content) content = make(answer, own[i], MUCH);
        content->left_out = 3;
        g_autoptr(GBytes) packed = content_pack(content);
        g_autoptr(GError) error = NULL;
        g_autoptr(Content) again = content_unpack(packed, &error);
        if (!again)
            fail_msg("%s", error->message);
        assert_same(content, again);
        /* Cut anywhere it is nothing. */
        gsize length;
        const char *data = g_bytes_get_data(packed, &length);
        for (gsize cut = 0; cut < length; cut++) {
            g_autoptr(GBytes) less = g_bytes_new(data, cut);
            assert_null(content_unpack(less, NULL));
        }
        g_autofree char *longer = g_malloc(length + 1);
        memcpy(longer, data, length);
        longer[length] = 0;
        g_autoptr(GBytes) more = g_bytes_new(longer, length + 1);
        assert_null(content_unpack(more, NULL));
    }
}

/* What a child that was taken over may say. */
static void test_lies(void **state)
{
    (void)state;
    const struct {
        const char *text, *html, *name, *type, *content_id, *fault;
        gboolean is_inline;
    } lies[] = {
        {"a\x1b", NULL, "a", "image/png", NULL, "text", FALSE},
        {"a", "<script>", "a", "image/png", NULL, "html", FALSE},
        {"a", "<p onclick=\"x\">a</p>", "a", "image/png", NULL, "html", FALSE},
        {"a", "<img src=\"https://x.test/a\">", "a", "image/png", NULL, "html", FALSE},
        {"a", NULL, "../a", "image/png", NULL, "name", FALSE},
        {"a", NULL, "a\nb", "image/png", NULL, "name", FALSE},
        {"a", NULL, "", "image/png", NULL, "name", FALSE},
        {"a", NULL, NULL, "image/png", NULL, "name", FALSE},
        {"a", NULL, "..", "image/png", NULL, "name", FALSE},
        {"a", NULL, "a", "text/html", NULL, "type", FALSE},
        {"a", NULL, "a", "message/rfc822", NULL, "type", FALSE},
        {"a", NULL, "a", "multipart/mixed", NULL, "type", FALSE},
        {"a", NULL, "a", "image/png; x=y", NULL, "type", FALSE},
        {"a", NULL, "a", "Image/PNG", NULL, "type", FALSE},
        {"a", NULL, "a", "png", NULL, "type", FALSE},
        {"a", NULL, "a", NULL, NULL, "type", FALSE},
        {"a", NULL, "a", "image/png", "a@b", "content_id", FALSE},
        {"a", NULL, "a", "image/png", NULL, "content_id", TRUE},
        {"a", NULL, "a", "image/png", "a>b", "content_id", TRUE},
        {"a", NULL, "a", "application/pdf", "a@b", "content_id", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autoptr(Content) content = content_new();
        content->text = g_strdup(lies[i].text);
        content->html = g_strdup(lies[i].html);
        ContentPart *lie = g_new0(ContentPart, 1);
        lie->name = g_strdup(lies[i].name);
        lie->type = g_strdup(lies[i].type);
        lie->content_id = g_strdup(lies[i].content_id);
        lie->is_inline = lies[i].is_inline;
        lie->bytes = g_bytes_new("x", 1);
        g_ptr_array_add(content->parts, lie);
        g_autoptr(GBytes) packed = content_pack(content);
        g_autoptr(GError) error = NULL;
        assert_null(content_unpack(packed, &error));
        assert_true(error_is(error, ERROR_CORRUPT));
        if (!g_str_has_suffix(error->message, lies[i].fault))
            fail_msg("%zu: %s", i, error->message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_answer_without_html),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_other_form_is_no_file),
        cmocka_unit_test(test_two_pages),
        cmocka_unit_test(test_footer),
        cmocka_unit_test(test_with_reading),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
