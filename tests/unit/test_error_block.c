#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/error_block.h>
#include <string.h>

/* Each block in [[ ]]; the text without the brackets is the input. */
static void check(const char *marked)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(ErrorBlock));
    ErrorBlock block = {0, 0};
    for (const char *at = marked; *at; at++) {
        if (g_str_has_prefix(at, "[[")) {
            block.start = text->len;
            at++;
        } else if (g_str_has_prefix(at, "]]")) {
            block.end = text->len;
            g_array_append_val(expected, block);
            at++;
        } else {
            g_string_append_c(text, *at);
        }
    }
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(ErrorBlock));
    error_blocks_find(text->str, text->len, found);
    for (guint i = 0; i < MAX(found->len, expected->len); i++) {
        g_autofree char *is = i < found->len
                                  ? g_strndup(text->str + g_array_index(found, ErrorBlock, i).start,
                                              g_array_index(found, ErrorBlock, i).end -
                                                  g_array_index(found, ErrorBlock, i).start)
                                  : g_strdup("(no block)");
        g_autofree char *should = i < expected->len
                                      ? g_strndup(text->str + g_array_index(expected, ErrorBlock, i).start,
                                                  g_array_index(expected, ErrorBlock, i).end -
                                                      g_array_index(expected, ErrorBlock, i).start)
                                      : g_strdup("(no block)");
        if (strcmp(is, should) != 0)
            fail_msg("in\n%s\n--- expected\n%s\n--- found\n%s", text->str, should, is);
    }
    g_string_free(text, TRUE);
}

static void test_traces(void **state)
{
    (void)state;
    static const char *const cases[] = {
        /* Java */
        "Hi,\n\n[[Exception in thread \"main\" java.lang.IllegalStateException: closed\n"
        "\tat com.example.Client.send(Client.java:42)\n"
        "\tat java.base/java.lang.Thread.run(Thread.java:829) ~[na:na]\n"
        "Caused by: java.io.IOException: broken pipe\n"
        "\tat com.example.Pipe.write(Pipe.java:7)\n"
        "\t... 2 more]]\n\nBest, Kim",
        "[[java.net.ConnectException: Connection refused\n"
        "    at com.example.Client.open(Client.java:12)]]\nIt worked yesterday.",
        "[[com.example.FooException\nat com.example.A.b(A.java:1)\nat com.example.A.c(A.java:2)]]\n",
        "[[FATAL EXCEPTION: main\nProcess: com.example.shop, PID: 1234\n"
        "java.lang.NullPointerException: Attempt to invoke\n"
        "\tat com.example.shop.Main.onCreate(Main.java:42)]]\n",
        /* A mail client broke the lines. */
        "[[Exception in thread \"main\" java.lang.RuntimeException: a message that is long enough to\nbe "
        "broken\n"
        "        at com.example.averylongpackagename.with.many.parts.TheClassName.theMethod(\n"
        "TheClassName.java:123)\n"
        "        at com.example.Main.main(Main.java:7)]]\nBest, Kim",
        /* Python */
        "[[Traceback (most recent call last):\n"
        "  File \"/srv/app.py\", line 12, in index\n"
        "    return client.trigger(\"x\")\n"
        "ValueError: bad\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\n"
        "  File \"/srv/app.py\", line 15, in index\n"
        "    log(e)\n"
        "    ^^^^^^\n"
        "app.errors.LogError: worse]]\n\nRegards",
        /* JavaScript */
        "[[Uncaught TypeError: Cannot read properties of undefined (reading 'bind')\n"
        "    at subscribe (https://shop.example.com/app.js:12:34)\n"
        "    at async Promise.all (index 0)\n"
        "    at https://shop.example.com/app.js:1:2\n"
        "    at Array.forEach (<anonymous>)]]\nin Chrome",
        "[[TypeError: undefined is not an object\n"
        "subscribe@https://shop.example.com/app.js:12:34\n"
        "@https://shop.example.com/app.js:99:1]]\non Safari",
        "[[Error: connect ECONNREFUSED 127.0.0.1:5432\n"
        "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16) {\n"
        "  errno: -111,\n"
        "  code: 'ECONNREFUSED'\n"
        "}]]\n\nNode.js v18",
        /* Go */
        "[[panic: runtime error: index out of range [3] with length 2\n\n"
        "goroutine 1 [running]:\n"
        "main.(*Client).Send(0x0, 0xc000012345)\n"
        "\t/home/kim/app/client.go:42 +0x1d\n"
        "main.main()\n"
        "\t/home/kim/app/main.go:12 +0x3a\n"
        "exit status 2]]\n\nWhat now?",
        /* PHP */
        "[[PHP Fatal error:  Uncaught InvalidArgumentException: Invalid name in /srv/a.php:120\n"
        "Stack trace:\n"
        "#0 /srv/a.php(200): Pusher->validate('x y')\n"
        "#1 {main}\n"
        "  thrown in /srv/a.php on line 120]]\n\nDanke",
        "[[Warning: Undefined variable $x in /srv/a.php on line 3]]\n",
        /* Ruby */
        "[[app/item.rb:12:in `save!': Validation failed (ActiveRecord::RecordInvalid)\n"
        "\tfrom app/items.rb:7:in `create'\n"
        "\tfrom bin/rails:4:in `<main>']]\nok?",
        /* C#, also with the words of other languages */
        "[[Unhandled exception. System.InvalidOperationException: no elements\n"
        " ---> System.IO.IOException: The pipe has been ended.\n"
        "   at Shop.Pipe.Read(String name) in C:\\src\\Pipe.cs:line 42\n"
        "   --- End of inner exception stack trace ---\n"
        "   at Shop.Program.Main(String[] args)]]\nBye",
        "[[System.NullReferenceException: Der Objektverweis fehlt.\n"
        "   bei Shop.Pipe.Read(String name) in C:\\src\\Pipe.cs:Zeile 42.\n"
        "   bei Shop.Program.Main(String[] args)]]\nGrüße",
        /* Rust, Swift */
        "[[thread 'main' panicked at 'boom', src/main.rs:4:14\n"
        "stack backtrace:\n"
        "   0: rust_begin_unwind\n"
        "   1: core::panicking::panic_fmt\n"
        "             at /rustc/abc/panicking.rs:67:14]]\nbye",
        "[[*** Terminating app due to uncaught exception 'X', reason: 'y'\n"
        "0   CoreFoundation  0x00000001a1b2c3d4 __exceptionPreprocess + 250\n"
        "1   libobjc.A.dylib 0x00000001a1b2c3d5 objc_exception_throw + 60]]\n",
        /* No known message: the line above the frames. */
        "[[Something went wrong in the core\n   at foo (/srv/a.js:1:2)\n   at bar (/srv/a.js:3:4)]]\n\nKim",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(cases[i]);
}

static void test_lines(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "The page shows\n[[Error: Could not load the item]]\nThanks",
        "[[ERROR 1045 (28000): Access denied for user 'kim'@'localhost']]",
        "[[Fatal error: Allowed memory size exhausted]]\n",
        "[[Fehler: Verbindung abgelehnt]]\n",
        "[[Erreur : connexion refusée]]\n",
        "[[Ошибка: нет соединения]]\n",
        "[[エラー：接続できません]]\n",
        "- [[TypeError: x is not a function]]\n- and more",
        "Error message: [[Your session has expired]]\nKim",
        "Fehlermeldung: \"[[Zugriff verweigert]]\"\n",
        "I see [[TypeError: Cannot read property 'bind' of undefined]]. Chrome is fine.",
        "When I save it says \"[[Error: The item could not be saved. Try later]]\" and no more.",
        "[[GET https://api.example.com/x 404 (Not Found)]]\n",
        "[[Access to fetch at 'https://a.b' was blocked by CORS policy: x\nGET http://a.b net::ERR_X]]\n",
        "[[npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree]]\n\nhelp",
        "[[curl: (7) Failed to connect to api.example.com port 443]]",
        "[[bash: pusher: command not found]]",
        "[[SQLSTATE[42S02]: Base table or view not found]]",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(cases[i]);
}

static void test_logs_and_announcements(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "[[2024-11-22 10:11:10,001 INFO  [main] Start\n"
        "2024-11-22 10:11:12,123 ERROR [main] c.e.Client - send failed\n"
        "java.lang.IllegalStateException: closed\n"
        "\tat c.e.Client.send(Client.java:4)\n"
        "2024-11-22 10:11:13,123 INFO  [main] Stop]]\n\nThanks",
        "[[[2024-11-22 10:11:12] production.ERROR: Undefined index: user\n"
        "[2024-11-22 10:11:13] production.INFO: done]]\n",
        "2024-11-22 10:11:10 INFO all is well\n2024-11-22 10:11:11 INFO still\n",
        "We see the following in our log file:\n"
        "[[Nov 22 10:11:12 web1 app[123]: connection refused by peer\n"
        "Nov 22 10:11:13 web1 app[123]: retry in 5s]]\n\nAny idea?",
        "We get this error:\n\n[[Could not find instance for domain\nshop.example.com]]\n\nCan you look?",
        "Fehler beim Speichern, folgende Ausgabe:\n```\n[[{\"a\": 1}\n\nmore]]\n```\nGruß",
        "Voici l'erreur :\n\n[[connexion perdue]]\n\nMerci",
        "The response is\n[[{\n  \"error\": {\n    \"code\": \"X\"\n  }\n}]]\nwhat now?",
        "{\n  \"id\": 4\n}\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(cases[i]);
}

static void test_prose(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "\n\n\n",
        "I tried everything. At the weekend (Saturday) there was an error in our thinking.",
        "The exception proves the rule:\nwe like it. Note: nothing to see at 10:30 today.",
        "at the moment (since Monday) we wait\nat home (with Kim) too",
        "Kim said: no errors. In (all) cases.",
        "Terms: no warranty (see below).\nWarning: the shop closes at 18:00",
        "io_error:\n kunmap(page);",
        "We have an error here:\nhttps://example.com/picture.png",
        "# 4 (four)\n... 2\n#2 is our favourite",
        "10:30:15 we met, 10:31:00 we left",
        "from here to there: in 5 minutes",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(cases[i]);
}

/* As much text as is ever looked at, in shapes that invite work without end: were it not linear, this would
 * not come to an end either. */
static void test_hostile_shapes(void **state)
{
    (void)state;
    static const char *const pieces[] = {"{",
                                         "{\n",
                                         "Error: ",
                                         "Error: x {\n",
                                         "a.b.c.",
                                         "at ",
                                         "\tat a(b.c:1)\n",
                                         "this log:\n",
                                         "```\n",
                                         "\"Error: x\" ",
                                         "[2024-11-22 ",
                                         "E",
                                         "Traceback (most recent call last):\n",
                                         "((((((",
                                         ":::::",
                                         "XError: y\n",
                                         "é：",
                                         "#0 x(1): y\n",
                                         "10:10:10 ERROR\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < 64 * 1024)
            g_string_append(text, pieces[i]);
        g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(ErrorBlock));
        error_blocks_find(text->str, text->len, found);
        gsize last = 0;
        for (guint k = 0; k < found->len; k++) {
            const ErrorBlock *block = &g_array_index(found, ErrorBlock, k);
            assert_true(block->start >= last && block->end > block->start && block->end <= text->len);
            last = block->end;
        }
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_traces),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_logs_and_announcements),
        cmocka_unit_test(test_prose),
        cmocka_unit_test(test_hostile_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
