#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/compose.h>
#include <postern/ids.h>
#include <postern/mail.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static ComposeMail sample(void)
{
    return (ComposeMail){
        .from_name = "Acme Support",
        .from_address = "support@example.org",
        .to_name = "Kim Lee",
        .to_address = "kim@example.com",
        .subject = "[SUP-7K3QW2] Cannot log in",
        .date_us = G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC,
        .message_id = "abc.def@example.org",
        .text = "Hello Kim,\n\nthank you.\n",
    };
}

static char *bytes_of(const ComposeMail *mail)
{
    g_autoptr(GBytes) bytes = compose_mail(mail);
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    assert_null(memchr(data, '\0', length));
    return g_strndup(data, length);
}

/* What holds for every mail. Header lines may be longer than 78 only for one unbreakable word. */
static void check_lines(const char *mail)
{
    gboolean in_header = TRUE;
    for (const char *line = mail; *line;) {
        gsize length = strcspn(line, "\r\n");
        assert_true(length <= 998);
        assert_memory_equal(line + length, "\r\n", 2);
        if (length == 0)
            in_header = FALSE;
        if (!in_header || !memchr(line + 1, '<', length > 0 ? length - 1 : 0))
            assert_true(length <= 78);
        /* A line of white space alone would end the header for some. */
        if (in_header && (line[0] == ' ' || line[0] == '\t'))
            assert_true(strspn(line, " \t") < length);
        line += length + 2;
    }
}

/* Unfolded value of the only field of that name, or NULL. */
static char *field(const char *mail, const char *name)
{
    const char *end = strstr(mail, "\r\n\r\n");
    g_autofree char *header = g_strndup(mail, (gsize)(end + 2 - mail));
    g_autoptr(GString) unfolded = g_string_new(header);
    g_string_replace(unfolded, "\r\n ", " ", 0);
    g_auto(GStrv) lines = g_strsplit(unfolded->str, "\r\n", -1);
    g_autofree char *prefix = g_strconcat(name, ":", NULL);
    char *found = NULL;
    for (guint i = 0; lines[i]; i++)
        if (g_str_has_prefix(lines[i], prefix)) {
            assert_null(found);
            found = g_strdup(g_strchug(lines[i] + strlen(prefix)));
        }
    return found;
}

/* Names of all fields, in order. */
static char *field_names(const char *mail)
{
    GString *names = g_string_new(NULL);
    for (const char *line = mail; *line != '\r'; line = strstr(line, "\r\n") + 2)
        if (*line != ' ')
            g_string_append_printf(names, "%.*s ", (int)strcspn(line, ":"), line);
    return g_string_free(names, FALSE);
}

static void decode_word(GString *out, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, "?", -1);
    assert_string_equal(parts[1], "utf-8");
    assert_true(strlen(word) <= 75);
    g_autoptr(GString) bytes = g_string_new(NULL);
    if (strcmp(parts[2], "b") == 0) {
        gsize length = 0;
        g_autofree guchar *raw = g_base64_decode(parts[3], &length);
        g_string_append_len(bytes, (const char *)raw, (gssize)length);
    } else {
        for (const char *at = parts[3]; *at; at++) {
            if (*at == '=') {
                g_string_append_c(bytes,
                                  (char)(g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2])));
                at += 2;
            } else {
                g_string_append_c(bytes, *at == '_' ? ' ' : *at);
            }
        }
    }
    /* Each word by itself is whole characters. */
    assert_true(g_utf8_validate(bytes->str, (gssize)bytes->len, NULL));
    g_string_append_len(out, bytes->str, (gssize)bytes->len);
}

static char *decode(const char *value)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit(value, " ", -1);
    gboolean was_encoded = FALSE;
    for (guint i = 0; words[i]; i++) {
        gboolean is_encoded = g_str_has_prefix(words[i], "=?") && g_str_has_suffix(words[i], "?=");
        if (i > 0 && !(was_encoded && is_encoded))
            g_string_append_c(out, ' ');
        if (is_encoded)
            decode_word(out, words[i]);
        else
            g_string_append(out, words[i]);
        was_encoded = is_encoded;
    }
    return g_string_free(out, FALSE);
}

static void test_plain_mail(void **state)
{
    (void)state;
    ComposeMail mail = sample();
    g_autofree char *bytes = bytes_of(&mail);
    assert_string_equal(bytes, "From: Acme Support <support@example.org>\r\n"
                               "To: Kim Lee <kim@example.com>\r\n"
                               "Subject: [SUP-7K3QW2] Cannot log in\r\n"
                               "Date: Sun, 22 Nov 2026 09:30:00 +0000\r\n"
                               "Message-ID: <abc.def@example.org>\r\n"
                               "MIME-Version: 1.0\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: 7bit\r\n"
                               "\r\n"
                               "Hello Kim,\r\n\r\nthank you.\r\n");
}

static void test_all_fields(void **state)
{
    (void)state;
    ComposeMail mail = sample();
    g_autoptr(GPtrArray) reply_to = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    g_ptr_array_add(reply_to, mailbox_new("Kim, Lee", "kim@example.com"));
    g_ptr_array_add(reply_to, mailbox_new("", "not an address"));
    g_ptr_array_add(reply_to, mailbox_new("", "support+token@example.org"));
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(references, (gpointer)(guintptr) "one@example.com");
    g_ptr_array_add(references, (gpointer)(guintptr) "two@example.com");
    mail.reply_to = reply_to;
    mail.references = references;
    mail.in_reply_to = "two@example.com";
    mail.is_automatic = TRUE;
    mail.ticket_ref = "SUP-7K3QW2";
    mail.html = "<p>Hello Kim</p>\n";
    g_autofree char *bytes = bytes_of(&mail);
    check_lines(bytes);
    g_autofree char *names = field_names(bytes);
    assert_string_equal(names,
                        "From To Reply-To Subject Date Message-ID In-Reply-To References Auto-Submitted "
                        "X-Auto-Response-Suppress X-Postern-Ticket MIME-Version Content-Type ");
    static const char *const expected[][2] = {
        {"Reply-To", "\"Kim, Lee\" <kim@example.com>, support+token@example.org"},
        {"In-Reply-To", "<two@example.com>"},
        {"References", "<one@example.com> <two@example.com>"},
        {"Auto-Submitted", "auto-replied"},
        {"X-Auto-Response-Suppress", "All"},
        {"X-Postern-Ticket", "SUP-7K3QW2"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *value = field(bytes, expected[i][0]);
        assert_string_equal(value, expected[i][1]);
    }
    mail.is_generated = TRUE;
    g_autofree char *generated = bytes_of(&mail);
    g_autofree char *submitted = field(generated, "Auto-Submitted");
    assert_string_equal(submitted, "auto-generated");
}

/* Text in a header comes out as it went in, in lines of 78. */
static void test_subjects(void **state)
{
    (void)state;
    g_autofree char *long_word = g_strnfill(900, 'x');
    g_autofree char *just_fits = g_strnfill(69, 'x');
    g_autofree char *just_not = g_strnfill(70, 'x');
    GString *umlauts = g_string_new(NULL), *words = g_string_new(NULL), *faces = g_string_new(NULL);
    for (guint i = 0; i < 199; i++) {
        g_string_append(umlauts, "ä");
        g_string_append(words, i ? " word" : "word");
        g_string_append(faces, "\xf0\x9f\x98\x80");
    }
    const char *const cases[] = {
        "plain",
        "Grüße aus Köln",
        "日本語の件名はこちらです、長いので折り返されますよね、そうですよね",
        "a  b   c",
        "=?utf-8?q?not_a_word?=",
        "100 % = ? _ . \" <x> , ;",
        long_word,
        just_fits,
        just_not,
        umlauts->str,
        words->str,
        faces->str,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
        "x                                                                                                  "
        "y",
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ComposeMail mail = sample();
        mail.subject = cases[i];
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        g_autofree char *value = field(bytes, "Subject");
        g_autofree char *decoded = decode(value);
        assert_string_equal(decoded, cases[i]);
        mail.subject = "x";
        mail.to_name = cases[i];
        g_autofree char *named = bytes_of(&mail);
        check_lines(named);
    }
    g_string_free(umlauts, TRUE);
    g_string_free(words, TRUE);
    g_string_free(faces, TRUE);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *address, *to;
    } cases[] = {
        {"", "a@example.org", "a@example.org"},
        {NULL, "a@example.org", "a@example.org"},
        {"Kim", "a@example.org", "Kim <a@example.org>"},
        {"Lee, Kim", "a@example.org", "\"Lee, Kim\" <a@example.org>"},
        {"Kim \"K\" \\ Lee", "a@example.org", "\"Kim \\\"K\\\" \\\\ Lee\" <a@example.org>"},
        {"Kim (work) <x@y>", "a@example.org", "\"Kim (work) <x@y>\" <a@example.org>"},
        {"=?utf-8?q?x?=", "a@example.org", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <a@example.org>"},
        {"Zoë", "a@example.org", "=?utf-8?q?Zo=C3=AB?= <a@example.org>"},
        {"Kim", "a@BÜCHER.example", "Kim <a@xn--bcher-kva.example>"},
        {"Kim", "jürgen@example.org", "Kim <jürgen@example.org>"},
        {"Kim", "\"a b\"@example.org", "Kim <\"a b\"@example.org>"},
        {"Kim", "a@[192.0.2.1]", "Kim <a@[192.0.2.1]>"},
        {"Kim", "no address", "Kim <nobody@invalid>"},
        {"Kim", NULL, "Kim <nobody@invalid>"},
        {"Kim", "a@b,c@d", "Kim <nobody@invalid>"},
        {"Kim", "a@b>\r\nBcc: <c@d", "Kim <nobody@invalid>"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ComposeMail mail = sample();
        mail.to_name = cases[i].name;
        mail.to_address = cases[i].address;
        g_autofree char *bytes = bytes_of(&mail);
        g_autofree char *to = field(bytes, "To");
        assert_string_equal(to, cases[i].to);
    }
}

static void test_many_references(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < 250; i++)
        g_ptr_array_add(references,
                        g_strdup_printf("%u.%s@example.org", i, i % 2 ? "short" : "aVeryMuchLongerOne.xxxx"));
    ComposeMail mail = sample();
    mail.references = references;
    g_autofree char *bytes = bytes_of(&mail);
    for (const char *line = bytes; *line; line = strstr(line, "\r\n") + 2)
        assert_true(strcspn(line, "\r\n") <= 78);
    g_autofree char *value = field(bytes, "References");
    g_auto(GStrv) ids = g_strsplit(value, " ", -1);
    assert_int_equal(g_strv_length(ids), 100);
    assert_string_equal(ids[0], "<0.aVeryMuchLongerOne.xxxx@example.org>");
    assert_string_equal(ids[1], "<151.short@example.org>");
    assert_string_equal(ids[99], "<249.short@example.org>");
}

static char *unquote(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++) {
        if (*text != '=') {
            g_string_append_c(out, *text);
        } else if (text[1] == '\r') {
            text += 2;
        } else {
            g_string_append_c(out,
                              (char)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2])));
            text += 2;
        }
    }
    return g_string_free(out, FALSE);
}

static void test_bodies(void **state)
{
    (void)state;
    g_autofree char *exactly_78 = g_strnfill(78, 'x'), *over_78 = g_strnfill(79, 'x'),
                    *large = g_strnfill(5000, '=');
    const struct {
        const char *text, *encoding, *decoded;
    } cases[] = {
        {"", "7bit", "\r\n"},
        {NULL, "7bit", "\r\n"},
        {"one", "7bit", "one\r\n"},
        {"one\ntwo\n", "7bit", "one\r\ntwo\r\n"},
        {"one\r\ntwo\rthree", "7bit", "one\r\ntwo\r\nthree\r\n"},
        {"a = b\tc", "7bit", "a = b\tc\r\n"},
        {"a\x01\x7f\x1b[1mb\xe2\x80\xa8"
         "c",
         "7bit", "a[1mb\r\nc\r\n"},
        {"Grüße\n", "quoted-printable", "Grüße\r\n"},
        {"-- \nKim\n", "quoted-printable", "-- \r\nKim\r\n"},
        {"From here\n", "quoted-printable", "From here\r\n"},
        {"a\n.\nb\n", "quoted-printable", "a\r\n.\r\nb\r\n"},
        {"tab\t\nx", "quoted-printable", "tab\t\r\nx\r\n"},
        {"bad \xff byte", "quoted-printable", "bad \xef\xbf\xbd byte\r\n"},
        {exactly_78, "7bit", NULL},
        {over_78, "quoted-printable", NULL},
        {large, "quoted-printable", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ComposeMail mail = sample();
        mail.text = cases[i].text;
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        g_autofree char *encoding = field(bytes, "Content-Transfer-Encoding");
        assert_string_equal(encoding, cases[i].encoding);
        const char *body = strstr(bytes, "\r\n\r\n") + 4;
        g_autofree char *decoded = encoding[0] == 'q' ? unquote(body) : g_strdup(body);
        g_autofree char *expected =
            cases[i].decoded ? g_strdup(cases[i].decoded) : g_strconcat(cases[i].text, "\r\n", NULL);
        assert_string_equal(decoded, expected);
        if (encoding[0] != 'q')
            continue;
        assert_null(strstr(bytes, " \r\n"));
        assert_null(strstr(bytes, "\t\r\n"));
        assert_null(strstr(bytes, "\r\nFrom "));
        assert_null(strstr(bytes, "\r\n.\r\n"));
        for (const char *line = body; *line; line = strstr(line, "\r\n") + 2)
            assert_true(strcspn(line, "\r") <= 76);
    }
}

static void test_soft_breaks_keep_characters(void **state)
{
    (void)state;
    for (guint lead = 0; lead < 12; lead++) {
        GString *text = g_string_new(NULL);
        for (guint i = 0; i < lead; i++)
            g_string_append_c(text, 'x');
        for (guint i = 0; i < 60; i++)
            g_string_append(text, "\xf0\x9f\x98\x80");
        ComposeMail mail = sample();
        mail.text = text->str;
        g_autofree char *bytes = bytes_of(&mail);
        const char *body = strstr(bytes, "\r\n\r\n") + 4;
        g_auto(GStrv) lines = g_strsplit(body, "=\r\n", -1);
        for (guint i = 0; lines[i]; i++) {
            g_autofree char *decoded = unquote(lines[i]);
            assert_true(strlen(lines[i]) <= 78);
            assert_true(g_utf8_validate(decoded, -1, NULL));
        }
        g_string_free(text, TRUE);
    }
}

static char *boundary_of(const char *bytes)
{
    g_autofree char *type = field(bytes, "Content-Type");
    const char *start = strstr(type, "boundary=\"") + 10;
    return g_strndup(start, strcspn(start, "\""));
}

static void test_alternative(void **state)
{
    (void)state;
    ComposeMail mail = sample();
    mail.html = "<p>Grüße</p>";
    g_autofree char *bytes = bytes_of(&mail);
    check_lines(bytes);
    g_autofree char *boundary = boundary_of(bytes);
    g_autofree char *expected = g_strdup_printf("\r\n\r\n--%s\r\n"
                                                "Content-Type: text/plain; charset=utf-8\r\n"
                                                "Content-Transfer-Encoding: 7bit\r\n\r\n"
                                                "Hello Kim,\r\n\r\nthank you.\r\n\r\n--%s\r\n"
                                                "Content-Type: text/html; charset=utf-8\r\n"
                                                "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                                "<p>Gr=C3=BC=C3=9Fe</p>\r\n\r\n--%s--\r\n",
                                                boundary, boundary, boundary);
    assert_string_equal(strstr(bytes, "\r\n\r\n"), expected);
    /* The same mail gives the same bytes. */
    g_autofree char *again = bytes_of(&mail);
    assert_string_equal(bytes, again);
}

/* Whoever knows the boundary still cannot end the part. */
static void test_boundary_avoids_text(void **state)
{
    (void)state;
    ComposeMail mail = sample();
    mail.html = "<p>x</p>";
    g_autofree char *first = bytes_of(&mail);
    g_autofree char *known = boundary_of(first);
    g_autofree char *text = g_strdup_printf("--%s--\n", known);
    mail.text = text;
    g_autofree char *second = bytes_of(&mail);
    g_autofree char *boundary = boundary_of(second);
    assert_string_not_equal(boundary, known);
    assert_null(strstr(text, boundary));
}

/* Every text that a stranger may have had a hand in, with everything that ends a line somewhere. */
static void test_injection(void **state)
{
    (void)state;
    static const char *const poisons[] = {
        "x\r\nBcc: victim@example.net",
        "x\nBcc: victim@example.net",
        "x\rBcc: victim@example.net",
        "x\r\n\r\nBcc: victim@example.net",
        "x\xe2\x80\xa8"
        "Bcc: victim@example.net",
        "x\xe2\x80\xa9"
        "Bcc: victim@example.net",
        "x\xc2\x85"
        "Bcc: victim@example.net",
        "x\x0b\x0c"
        "Bcc: victim@example.net",
        "x\xff\r\nBcc: victim@example.net",
        "\r\nBcc: victim@example.net",
        "x\r\n Bcc: victim@example.net",
        "a@b\r\nBcc: victim@example.net",
        "a@b>\r\nBcc: <victim@example.net",
        "\xc0\x8a"
        "Bcc: victim@example.net",
        "x\x1b[2J\x07",
        "\x7f",
        "\xed\xa0\x80",
        "?=\r\nBcc: victim@example.net",
    };
    for (guint i = 0; i < G_N_ELEMENTS(poisons); i++)
        for (guint where = 0; where < 11; where++) {
            ComposeMail mail = sample();
            g_autoptr(GPtrArray) mailboxes = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
            g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
            g_ptr_array_add(mailboxes, mailbox_new(poisons[i], "a@example.org"));
            g_ptr_array_add(mailboxes, mailbox_new("", poisons[i]));
            g_ptr_array_add(references, g_strdup(poisons[i]));
            const char **texts[] = {&mail.from_name, &mail.from_address, &mail.to_name,     &mail.to_address,
                                    &mail.subject,   &mail.message_id,   &mail.in_reply_to, &mail.ticket_ref};
            if (where < G_N_ELEMENTS(texts))
                *texts[where] = poisons[i];
            else if (where == 8)
                mail.reply_to = mailboxes;
            else if (where == 9)
                mail.references = references;
            else
                mail.text = poisons[i];
            g_autofree char *bytes = bytes_of(&mail);
            check_lines(bytes);
            g_autofree char *names = field_names(bytes);
            assert_null(strstr(names, "Bcc"));
            assert_null(strstr(names, "victim"));
            /* From, To and Message-ID are always there, once. */
            g_autofree char *from = field(bytes, "From"), *to = field(bytes, "To"),
                            *id = field(bytes, "Message-ID");
            assert_non_null(from);
            assert_non_null(to);
            assert_non_null(id);
            g_autofree char *subject = field(bytes, "Subject");
            if (subject) {
                g_autofree char *decoded = decode(subject);
                assert_true(clean_is_line(decoded));
            }
            g_auto(GStrv) to_words = g_strsplit(to, " <", 2);
            g_autofree char *to_name = decode(to_words[0]);
            assert_true(clean_is_line(to_name));
            const char *header_end = strstr(bytes, "\r\n\r\n");
            for (const char *at = bytes; at < header_end; at++)
                assert_true(((guchar)*at >= ' ' && (guchar)*at != 0x7f) || *at == '\r' || *at == '\n');
        }
}

/* Our own reader sees what went in. */
static void test_read_back(void **state)
{
    (void)state;
    ComposeMail mail = sample();
    mail.from_name = "Büro \"Köln\", Support";
    mail.to_name = "山田太郎";
    mail.subject =
        "Grüße aus Köln: 山田太郎 schreibt über ein Problem, das er seit heute früh hat [SUP-7K3QW2]";
    mail.text = "Größe = 5\n\nFrom here \n.\n-- \nKim\n";
    mail.html = "<p style=\"color:red\">Größe = 5</p>\n";
    mail.in_reply_to = "one@example.com";
    g_autoptr(GBytes) bytes = compose_mail(&mail);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) read =
        mail_open_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), findings, NULL);
    assert_non_null(read);
    assert_int_equal(findings->len, 0);

    const Headers *headers = mail_headers(read);
    g_autofree char *subject = header_decode(headers_get(headers, "Subject", 0), 998);
    assert_string_equal(subject, mail.subject);
    g_autoptr(GPtrArray) doubts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Mailbox) from = address_parse_sender(headers, doubts);
    assert_int_equal(doubts->len, 0);
    assert_string_equal(from->name, mail.from_name);
    assert_string_equal(from->address, mail.from_address);
    g_autoptr(GPtrArray) to = address_parse_list(headers_get(headers, "To", 0));
    assert_string_equal(((const Mailbox *)to->pdata[0])->name, mail.to_name);
    g_autoptr(GPtrArray) ids = ids_scan(headers_get(headers, "Message-ID", 0));
    assert_string_equal(ids->pdata[0], mail.message_id);

    assert_int_equal(mail_part_count(read), 3);
    static const char *const types[] = {"multipart/alternative", "text/plain", "text/html"};
    const char *const texts[] = {NULL, "Größe = 5\r\n\r\nFrom here \r\n.\r\n-- \r\nKim\r\n",
                                 "<p style=\"color:red\">Größe = 5</p>\r\n"};
    for (guint i = 0; i < 3; i++) {
        const MailPart *part = mail_part(read, i);
        assert_string_equal(part->type, types[i]);
        if (i == 0)
            continue;
        assert_string_equal(part->charset, "utf-8");
        gsize length = 0;
        g_autofree char *content = mail_part_bytes(read, i, 4096, &length, NULL);
        g_autofree char *text = g_strndup(content, length);
        assert_string_equal(text, texts[i]);
    }
}

static ContentPart *file(GPtrArray *parts, const char *name, const char *type, const char *id,
                         const char *bytes, gsize length)
{
    ContentPart *part = g_new0(ContentPart, 1);
    part->name = g_strdup(name);
    part->type = g_strdup(type);
    part->content_id = g_strdup(id);
    part->is_inline = id != NULL;
    part->bytes = g_bytes_new(bytes, length);
    g_ptr_array_add(parts, part);
    return part;
}

static Mail *reopen(const char *bytes)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    Mail *mail = mail_open_bytes(bytes, strlen(bytes), findings, NULL);
    assert_non_null(mail);
    assert_int_equal(findings->len, 0);
    return mail;
}

/* "type(type type(…))" of the tree. */
static char *tree(const Mail *mail)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint level = 0;
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        for (; level > part->level; level--)
            g_string_append_c(out, ')');
        g_string_append(out, part->level > level ? "(" : i > 0 ? " " : "");
        level = part->level;
        g_string_append(out, part->type);
    }
    for (; level > 0; level--)
        g_string_append_c(out, ')');
    return g_strdup(out->str);
}

static void test_trees(void **state)
{
    (void)state;
    static const struct {
        const char *html, *tree;
        gboolean has_picture, has_file;
    } cases[] = {
        {NULL, "text/plain", FALSE, FALSE},
        {NULL, "multipart/mixed(text/plain application/pdf)", FALSE, TRUE},
        {NULL, "multipart/mixed(text/plain image/png)", TRUE, FALSE},
        {"<p>a</p>", "multipart/mixed(multipart/alternative(text/plain text/html) image/png)", TRUE, FALSE},
        {"<p>cid:1@content.invalid</p>",
         "multipart/mixed(multipart/alternative(text/plain text/html) image/png)", TRUE, FALSE},
        {"<img src=\"cid:1@content.invalid\">",
         "multipart/alternative(text/plain multipart/related(text/html image/png))", TRUE, FALSE},
        {"<img src=\"cid:1@content.invalid\">",
         "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) "
         "application/pdf)",
         TRUE, TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
        if (cases[i].has_picture)
            file(parts, "a.png", "image/png", "1@content.invalid", "\x89PNG\0\r\n", 7);
        if (cases[i].has_file)
            file(parts, "Größe.pdf", "application/pdf", NULL, "%PDF", 4);
        ComposeMail mail = sample();
        mail.html = cases[i].html;
        mail.parts = parts;
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        g_autoptr(Mail) read = reopen(bytes);
        g_autofree char *found = tree(read);
        assert_string_equal(found, cases[i].tree);
        for (guint n = 0; n < mail_part_count(read); n++) {
            const MailPart *part = mail_part(read, n);
            if (strcmp(part->type, "image/png") != 0)
                continue;
            gsize length;
            g_autofree char *content = mail_part_bytes(read, n, 100, &length, NULL);
            assert_int_equal(length, 7);
            assert_memory_equal(content, "\x89PNG\0\r\n", 7);
            gboolean is_shown = strstr(found, "related") != NULL;
            assert_string_equal(part->disposition, is_shown ? "inline" : "attachment");
            assert_true(is_shown ? strcmp(part->content_id, "1@content.invalid") == 0 : !part->content_id);
        }
    }
}

static void test_file_names(void **state)
{
    (void)state;
    g_autofree char *long_name = g_strnfill(240, 'x'), *long_german = g_strnfill(60, 'x');
    g_autofree char *german = g_strconcat(long_german, "Größe für Müller – Übersicht 山田太郎.pdf", NULL);
    const struct {
        const char *name, *read;
    } cases[] = {
        {"a.png", "a.png"},
        {"with blanks; and = signs.png", "with blanks; and = signs.png"},
        {"it's 100%.png", "it's 100%.png"},
        {"Größe.png", "Größe.png"},
        {"=?utf-8?q?x?=.png", "=_utf-8_q_x_=.png"},
        {german, german},
        {long_name, long_name},
        {"../../etc/passwd", "passwd"},
        {"a\"b\\c.png", "c.png"},
        {"a\r\nBcc: victim@example.net\r\n\r\n.png", "a Bcc_ victim@example.net .png"},
        {"a\u202egpj.exe", "a_gpj.exe"},
        {"", "attachment"},
        {NULL, "attachment"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
        file(parts, cases[i].name, "image/png", NULL, "x", 1);
        ComposeMail mail = sample();
        mail.parts = parts;
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        g_autoptr(Mail) read = reopen(bytes);
        assert_int_equal(mail_part_count(read), 3);
        assert_string_equal(mail_part(read, 2)->name, cases[i].read);
        assert_null(strstr(bytes, "\nBcc"));
    }
}

static void test_file_types(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes, *written;
    } cases[] = {
        {"application/pdf", "x", "application/pdf"},
        {"text/plain",
         "Gr\xc3\xbc\xc3\x9f"
         "e",
         "text/plain; charset=utf-8"},
        {"text/plain",
         "Gr\xfc\xdf"
         "e",
         "text/plain"},
        {"text/html", "<script>", "application/octet-stream"},
        {"message/rfc822", "x", "application/octet-stream"},
        {"message/external-body", "x", "application/octet-stream"},
        {"multipart/mixed", "x", "application/octet-stream"},
        {"image/svg+xml", "x", "application/octet-stream"},
        {"a/b\r\nBcc: victim@example.net", "x", "application/octet-stream"},
        {"a/b; boundary=x", "x", "application/octet-stream"},
        {"", "x", "application/octet-stream"},
        {NULL, "x", "application/octet-stream"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
        file(parts, "a", cases[i].type, NULL, cases[i].bytes, strlen(cases[i].bytes));
        ComposeMail mail = sample();
        mail.parts = parts;
        g_autofree char *bytes = bytes_of(&mail);
        g_autofree char *line = g_strdup_printf(
            "\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n", cases[i].written);
        assert_non_null(strstr(bytes, line));
    }
}

/* An id that could end a header makes a file of the picture. */
static void test_picture_ids(void **state)
{
    (void)state;
    static const char *const wrong[] = {"a", "a@b\r\nBcc: c@d", "a@b>", "a b@c", "", "\u00fc@b"};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
        file(parts, "a.png", "image/png", wrong[i], "x", 1);
        g_autofree char *html = g_strdup_printf("<img src=\"cid:%s\">", wrong[i]);
        ComposeMail mail = sample();
        mail.html = html;
        mail.parts = parts;
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        assert_null(strstr(bytes, "Content-ID"));
        assert_non_null(strstr(bytes, "Content-Disposition: attachment"));
    }
}

/* Every size around the length of a line, and much. */
static void test_base64(void **state)
{
    (void)state;
    const gsize sizes[] = {0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 1000000};
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *content = g_malloc(sizes[i] + 1);
        for (gsize n = 0; n < sizes[i]; n++)
            content[n] = (char)(n * 7 + n / 251);
        g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
        file(parts, "a.bin", "application/octet-stream", NULL, content, sizes[i]);
        ComposeMail mail = sample();
        mail.parts = parts;
        g_autofree char *bytes = bytes_of(&mail);
        check_lines(bytes);
        g_autoptr(Mail) read = reopen(bytes);
        gsize length;
        g_autofree char *decoded = mail_part_bytes(read, 2, 2000000, &length, NULL);
        assert_int_equal(length, sizes[i]);
        assert_memory_equal(decoded, content, length);
    }
}

static void test_copies(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) cc = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    g_ptr_array_add(cc, mailbox_new("Lee, Kim", "lee@example.com"));
    g_ptr_array_add(cc, mailbox_new("", "x\r\nBcc: victim@example.net"));
    g_ptr_array_add(cc, mailbox_new("D\r\nora", "dora@example.com"));
    ComposeMail mail = sample();
    mail.cc = cc;
    g_autofree char *bytes = bytes_of(&mail);
    check_lines(bytes);
    g_autofree char *copies = field(bytes, "Cc");
    assert_string_equal(copies, "\"Lee, Kim\" <lee@example.com>, D ora <dora@example.com>");
    assert_null(strstr(bytes, "Bcc"));
}

/* What was sent can be read back, whatever form it went out in. */
static void test_text_of(void **state)
{
    (void)state;
    static const char *const texts[] = {"Words\n\nmore = words",
                                        "Grüße, ein sehr langer Absatz, der in der Mail "
                                        "umbrochen wird, weil er länger ist als eine Zeile sein darf.\nZwei.",
                                        "", "From here\n."};
    for (guint i = 0; i < 2 * G_N_ELEMENTS(texts); i++) {
        ComposeMail mail = {.from_address = "support@desk.example",
                            .to_address = "dora@customer.example",
                            .subject = "a",
                            .message_id = "a@desk.example",
                            .text = texts[i / 2],
                            .html = i % 2 ? "<p>Other words</p>" : NULL};
        g_autoptr(GBytes) bytes = compose_mail(&mail);
        gsize length;
        const char *start = g_bytes_get_data(bytes, &length);
        g_autofree char *text = compose_text_of(start, length);
        assert_non_null(text);
        assert_string_equal(text, texts[i / 2]);
        /* Cut off anywhere, it is read as far as it goes. */
        for (gsize cut = 0; cut < length; cut++) {
            g_autofree char *copy = g_memdup2(start, cut + 1);
            g_free(compose_text_of(copy, cut));
        }
    }
    assert_null(compose_text_of("", 0));
    assert_null(compose_text_of("Content-Type: image/png\r\n\r\nwords", 35));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_of),     cmocka_unit_test(test_plain_mail),
        cmocka_unit_test(test_all_fields),  cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_many_references),
        cmocka_unit_test(test_bodies),      cmocka_unit_test(test_soft_breaks_keep_characters),
        cmocka_unit_test(test_alternative), cmocka_unit_test(test_boundary_avoids_text),
        cmocka_unit_test(test_injection),   cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_trees),       cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_file_types),  cmocka_unit_test(test_picture_ids),
        cmocka_unit_test(test_base64),      cmocka_unit_test(test_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
