#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/error_print.h>
#include <string.h>

typedef struct {
    const char *name, *a, *b;
} Pair;

/* One error at two customers. */
static const Pair SAME[] = {
    {"number", "Error: App 4821 has reached its limit of 200 connections",
     "Error: App 993 has reached its limit of 100 connections"},
    {"id of another kind", "Error: unknown app 4821 in this cluster",
     "Error: unknown app 0b5f3c1e-93d2-4c11-8f6f-3d0f6a1c2b7d in this cluster"},
    {"zuid", "Error: instance 8-f48cf3a682-7fthvk is suspended for now",
     "Error: instance 8-a0b1c2d3e4-x1y2z3 is suspended for now"},
    {"hash", "Error: object 9fceb02d0ae598e95dc970b74767f19372d61af8 is missing from pack",
     "Error: object 0123abcd45 is missing from pack"},
    {"uuid", "Request 3f2504e0-4f89-11d3-9a0c-0305e82c3301 failed: timeout awaiting response",
     "Request A87FF679-A2F3-471D-9181-A67B7542122C failed: timeout awaiting response"},
    {"iso time", "Error: token expired at 2026-11-22T09:30:00Z, please refresh",
     "Error: token expired at 2025-01-02T23:59:59.123+02:00, please refresh"},
    {"worded date", "Error: certificate expired on Sun, 22 Nov 2026 09:30:00 GMT",
     "Error: certificate expired on Fri, 02 Jan 2025 10:00:01 GMT"},
    {"mail address", "Error: user kim@example.com may not publish here",
     "Error: user ops+x@shop.example.org may not publish here"},
    {"ip", "Error: connect ECONNREFUSED 10.0.0.1:6001", "Error: connect ECONNREFUSED 192.168.7.12:443"},
    {"ipv6", "Error: connect ECONNREFUSED ::1:6001", "Error: connect ECONNREFUSED 127.0.0.1:6001"},
    {"host", "Error: getaddrinfo ENOTFOUND ws.shop.example.com",
     "Error: getaddrinfo ENOTFOUND ws.example.org"},
    {"host with port", "Error: getaddrinfo EAI_AGAIN db:5432",
     "Error: getaddrinfo EAI_AGAIN postgres-main:5433"},
    {"memory", "Error: bad pointer 0x7ffde3a8 while freeing block",
     "Error: bad pointer 0x55a3c0 while freeing block"},
    {"path", "Error: ENOENT: no such file or directory, open '/srv/shop/config/keys.json'",
     "Error: ENOENT: no such file or directory, open 'C:\\Users\\kim\\app\\settings.json'"},
    {"bare path", "fatal: could not read /home/kim/app/.env for settings",
     "fatal: could not read /var/www/html/.env for settings"},
    {"line numbers", "SyntaxError: Unexpected token in JSON at position 120",
     "SyntaxError: Unexpected token in JSON at position 7"},
    {"place", "Parse error: unexpected end of input at line 12 column 7",
     "Parse error: unexpected end of input at line 1 column 120"},
    {"quoted value", "Error: Channel 'private-orders-12' does not exist in this app",
     "Error: Channel \"presence-room\" does not exist in this app"},
    {"quote signs", "Error: Invalid channel name “orders#1” in subscription",
     "Error: Invalid channel name `room 7` in subscription"},
    {"key of sql",
     "ERROR: duplicate key value violates unique constraint: Key (email)=(kim@example.com) already exists",
     "ERROR: duplicate key value violates unique constraint: Key (email)=(lee@example.org) already exists"},
    {"sql duplicate", "ERROR 1062 (23000): Duplicate entry 'kim' for key 'users.email'",
     "ERROR 1062 (23000): Duplicate entry 'lee' for key 'people.mail'"},
    {"colours", "\x1b[31mError:\x1b[0m subscription to the channel was refused",
     "Error: subscription to the channel was refused"},
    {"colours without escape", "[31mError: subscription to the channel was refused[39m",
     "[1;91mError: subscription to the channel was refused[0m"},
    {"log stamp", "2026-11-22 09:30:01,123 ERROR [main] com.example.Client - Connection reset by peer",
     "2025-01-02 10:00:00,001 ERROR [worker-7] com.example.Client - Connection reset by peer"},
    {"another logger", "2026-11-22 09:30:01.123 ERROR 4821 --- [main] c.e.Client : Connection reset by peer",
     "2026-11-22T10:30:01Z [error] Connection reset by peer"},
    {"syslog", "Nov 22 09:30:01 web1 php[123]: Connection reset by peer", "Connection reset by peer"},
    {"nginx",
     "2026/11/22 09:30:01 [error] 123#123: *45 connect() failed (111: Connection refused) while connecting "
     "to "
     "upstream, client: 10.0.0.1, server: shop.example.com",
     "2026/11/23 19:00:01 [error] 7#7: *4511 connect() failed (111: Connection refused) while connecting to "
     "upstream, client: 10.1.2.3, server: www.example.org"},
    {"white space", "Error:   socket hang   up by\tpeer", "Error: socket hang up by peer"},
    {"case and full stop", "error: Socket hang up by peer.", "Error: socket hang up by peer"},
    {"uncaught", "Uncaught (in promise) TypeError: channel.bind is not a function",
     "TypeError: channel.bind is not a function"},
    {"wrapped by the mail client",
     "Error: The subscription to the channel was refused by the server because the\n"
     "signature of the request did not match",
     "Error: The subscription to the channel was refused by the server\nbecause the signature of the request "
     "did "
     "not match"},
    {"quoted mail", "> Error: subscription to the channel was refused",
     "Error: subscription to the channel was refused"},
    {"url",
     "Access to fetch at 'https://api.example.com/auth?x=1' from origin 'https://shop.example.com' has been "
     "blocked by CORS policy",
     "Access to fetch at 'https://api.example.com/auth?y=2' from origin 'http://localhost:3000' has been "
     "blocked by "
     "CORS policy"},
    {"request", "GET https://api.example.com/apps/4821/channels?x=1 404 (Not Found)",
     "GET https://eu.example.org/apps/77/channels 404 (Not Found)"},
    {"socket",
     "WebSocket connection to 'wss://ws.example.com/app/9f1c2d3e4b5a6c7d?protocol=7' failed: Error during "
     "WebSocket handshake: Unexpected response code: 403",
     "WebSocket connection to 'wss://ws-eu.example.com/app/1a2b3c4d5e6f7a8b?protocol=5' failed: Error during "
     "WebSocket handshake: Unexpected response code: 403"},
    {"curl", "curl: (7) Failed to connect to api.example.com port 443 after 21 ms: Connection refused",
     "curl: (7) Failed to connect to 10.0.0.7 port 8080 after 2003 ms: Connection refused"},
    {"json answer",
     "{\"error\": {\"code\": 4001, \"message\": \"App key 9f1c2d3e4b5a6c7d not in this cluster\"}}",
     "{\"error\": {\"code\": 4001, \"message\": \"App key 77aa88bb99cc00dd not in this cluster\"}}"},
    {"masked", "Error: invalid token 55-…k9 for this instance",
     "Error: invalid token 91-…zz for this instance"},
    {"rust panic", "thread 'main' panicked at src/main.rs:12:5:\ncalled `Option::unwrap()` on a `None` value",
     "thread 'main' panicked at src/shop.rs:120:9:\ncalled `Option::unwrap()` on a `None` value"},
    {"key=value", "level=error msg=\"cannot reach upstream server now\" app=4821 host=web1",
     "level=error msg=\"cannot reach upstream server now\" app=77 host=db"},
    {"german", "Fehler: Verbindung zu 10.0.0.1 wurde abgelehnt",
     "Fehler: Verbindung zu 10.9.9.9 wurde abgelehnt"},
    {"japanese", "エラー: 接続が拒否されました (127.0.0.1)", "エラー: 接続が拒否されました (10.0.0.7)"},
    /* Traces */
    {"java",
     "Exception in thread \"main\" java.lang.IllegalStateException: client 12 is closed\n"
     "\tat com.example.push.Client.send(Client.java:42)\n\tat com.shop.Main.main(Main.java:7)",
     "java.lang.IllegalStateException: client 4 is closed\n"
     "\tat com.example.push.Client.send(Client.java:51)\n\tat org.bank.Pay.run(Pay.java:70)\n\tat "
     "java.base/java.lang.Thread.run(Thread.java:829)"},
    {"java cause",
     "com.example.push.PushException: cannot publish\n\tat "
     "com.example.push.Client.send(Client.java:42)\n\tat "
     "com.shop.Main.main(Main.java:7)\nCaused by: java.net.SocketTimeoutException: Read timed out\n\tat "
     "java.net.SocketInputStream.read(SocketInputStream.java:1)\n\tat "
     "com.example.push.Wire.read(Wire.java:5)\n\t... 3 "
     "more",
     "com.example.push.PushException: cannot publish\n\tat "
     "com.example.push.Client.send(Client.java:77)\n\tat "
     "org.bank.Pay.run(Pay.java:3)\nCaused by: java.net.SocketTimeoutException: Read timed out\n\tat "
     "java.base/sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:1)\n\tat "
     "com.example.push.Wire.read(Wire.java:9)\n\t... "
     "12 more"},
    {"java module", "java.lang.NullPointerException\n\tat app//com.example.push.Wire.open(Wire.java:5)",
     "java.lang.NullPointerException\n\tat com.example.push.Wire.open(Unknown Source)"},
    {"python",
     "Traceback (most recent call last):\n  File \"/srv/app.py\", line 12, in index\n    client.trigger(x)\n "
     " File "
     "\"/srv/venv/lib/python3.11/site-packages/pusher/client.py\", line 88, in trigger\n    raise "
     "ValueError(e)\n"
     "ValueError: Too many channels (120)",
     "Traceback (most recent call last):\n  File \"C:\\shop\\views.py\", line 3, in pay\n    "
     "self.pusher.trigger(y)\n  "
     "File \"C:\\Python39\\lib\\site-packages\\pusher\\client.py\", line 91, in trigger\n    raise "
     "ValueError(text)\n"
     "ValueError: Too many channels (101)"},
    {"python packages of exceptions",
     "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.example.com', port=443): Max "
     "retries exceeded",
     "ConnectionError: HTTPSConnectionPool(host='10.0.0.1', port=80): Max retries exceeded"},
    {"javascript",
     "TypeError: Cannot read properties of undefined (reading 'bind')\n    at subscribe "
     "(https://shop.example.com/app.js:12:34)\n    at main (https://shop.example.com/app.js:1:2)",
     "Uncaught TypeError: Cannot read properties of undefined (reading 'bind')\n    at subscribe "
     "(https://bank.example.org/static/js/main.3fa2.chunk.js:1:99)\n    at t "
     "(https://bank.example.org/x.js:1:2)"},
    {"javascript in safari",
     "TypeError: undefined is not an object\nsubscribe@https://shop.example.com/app.js:12:34",
     "TypeError: undefined is not an object\n    at subscribe (https://bank.example.org/x.js:1:3)"},
    {"node",
     "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] "
     "(node:net:1494:16) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}",
     "Error: connect ECONNREFUSED 10.0.0.1:6379\n    at TCPConnectWrap.afterConnect [as oncomplete] "
     "(node:net:1555:16)"},
    {"go",
     "panic: runtime error: index out of range [3] with length 2\n\ngoroutine 1 [running]:\n"
     "github.com/example/push.(*Client).Send(0x0, 0xc000012345)\n\t/home/kim/push/client.go:42 +0x1d\n"
     "main.main()\n\t/home/kim/app/main.go:12 +0x3a\nexit status 2",
     "panic: runtime error: index out of range [7] with length 5\n\ngoroutine 77 [running]:\n"
     "github.com/example/push.(*Client).Send(0xc0, 0xc1)\n\t/go/pkg/mod/push@v1.2.3/client.go:45 +0x2e\n"
     "main.run()\n\t/src/run.go:1 +0x3"},
    {"csharp",
     "System.InvalidOperationException: Sequence contains no elements\n   at "
     "System.Linq.Enumerable.First()\n   at "
     "Push.Pipe.Read(String name) in C:\\src\\Pipe.cs:line 42\n   at Shop.Program.Main(String[] args)",
     "Unhandled exception. System.InvalidOperationException: Sequence contains no elements\n   at "
     "System.Linq.Enumerable.First()\n   at Push.Pipe.Read(String name)\n   at Bank.Pay.Run()"},
    {"csharp state machine",
     "System.Exception: Could not publish the event\n   at Push.Client.<Send>d__12.MoveNext() in "
     "C:\\x.cs:line 1",
     "System.Exception: Could not publish the event\n   at Push.Client.<Send>d__7.MoveNext()"},
    {"php",
     "PHP Fatal error:  Uncaught InvalidArgumentException: Invalid channel name in "
     "/srv/vendor/push/a.php:120\nStack "
     "trace:\n#0 /srv/vendor/push/a.php(200): Push\\Push->validate('x y')\n#1 {main}\n  thrown in /srv/a.php "
     "on line 120",
     "Fatal error: Uncaught InvalidArgumentException: Invalid channel name in C:\\x\\a.php:1\nStack "
     "trace:\n#0 "
     "C:\\x\\a.php(2): Push\\Push->validate('zz')\n#1 C:\\x\\b.php(9): send()\n#2 {main}\n  thrown in "
     "C:\\x\\a.php on line 1"},
    {"ruby",
     "app/item.rb:12:in `save!': Validation of the item failed (ActiveRecord::RecordInvalid)\n\tfrom "
     "app/items.rb:7:in `create'\n\tfrom bin/rails:4:in `<main>'",
     "/srv/lib/item.rb:112:in `save!': Validation of the item failed (ActiveRecord::RecordInvalid)\n\tfrom "
     "lib/x.rb:1:in `block in pay'"},
    {"gdb",
     "Program received signal SIGSEGV, Segmentation fault.\n#0  0x00007ffff in push_send (c=0x0) at "
     "push.c:12\n#1  "
     "0x00005555 in main () at main.c:3",
     "Program received signal SIGSEGV, Segmentation fault.\n#0  0x00007eeee in push_send (c=0x55aa) at "
     "/build/push.c:15\n#1  0x00005333 in run () at x.c:8"},
    {"rust backtrace",
     "thread 'main' panicked at 'index out of bounds: the len is 3 but the index is 7', "
     "src/lib.rs:4:5\nstack "
     "backtrace:\n   0: rust_begin_unwind\n   1: core::panicking::panic_fmt\n   2: push::client::send",
     "thread 'tokio-runtime-worker' panicked at 'index out of bounds: the len is 1 but the index is 2', "
     "src/x.rs:9:1\nstack backtrace:\n   0: std::panicking::begin_panic\n   1: "
     "push::client::send::h0123456789abcdef"},
    {"swift",
     "*** Terminating app due to uncaught exception 'NSInvalidArgumentException', reason: 'data parameter is "
     "nil'\n0   "
     "CoreFoundation   0x00000001a1 __exceptionPreprocess + 250\n1   Push   0x00000001b2 -[Client send:] + "
     "17",
     "*** Terminating app due to uncaught exception 'NSInvalidArgumentException', reason: 'data parameter is "
     "nil'\n0   "
     "CoreFoundation   0x00000002a1 __exceptionPreprocess + 242\n1   Push   0x00000007b2 -[Client send:] + "
     "19"},
    {"android",
     "FATAL EXCEPTION: main\nProcess: com.example.shop, PID: 1234\njava.lang.NullPointerException: Attempt "
     "to invoke "
     "a method on a null object\n\tat com.example.push.Main.open(Main.java:42)",
     "FATAL EXCEPTION: main\nProcess: org.bank.pay, PID: 77\njava.lang.NullPointerException: Attempt to "
     "invoke a "
     "method on a null object\n\tat com.example.push.Main.open(Main.java:40)"},
};

/* Two errors. */
static const Pair OTHER[] = {
    {"message", "Error: connect ECONNREFUSED 10.0.0.1:1", "Error: connect ETIMEDOUT 10.0.0.1:1"},
    {"class", "TypeError: the value is not usable here", "RangeError: the value is not usable here"},
    {"status", "GET https://api.example.com/apps/1/channels 404 (Not Found)",
     "GET https://api.example.com/apps/1/channels 500 (Internal Server Error)"},
    {"status alone", "Request failed with status code 401", "Request failed with status code 503"},
    {"way of the api", "GET https://api.example.com/apps/1/channels 404 (Not Found)",
     "GET https://api.example.com/apps/1/users 404 (Not Found)"},
    {"curl code", "curl: (7) Failed to connect", "curl: (28) Failed to connect"},
    {"sql code", "ERROR 1062 (23000): statement failed", "ERROR 1045 (28000): statement failed"},
    {"sqlstate", "SQLSTATE[42S02]: statement failed here", "SQLSTATE[23000]: statement failed here"},
    {"close code", "Error: Connection closed with code 4001 by server",
     "Error: Connection closed with code 4100 by server"},
    {"code of a compiler", "error TS2304: in this program", "error TS2339: in this program"},
    {"oracle", "ORA-00942: in this statement", "ORA-01017: in this statement"},
    {"property", "TypeError: Cannot read properties of undefined (reading 'bind')",
     "TypeError: Cannot read properties of undefined (reading 'length')"},
    {"attribute", "AttributeError: 'Client' object has no attribute 'trigger'",
     "AttributeError: 'Client' object has no attribute 'publish'"},
    {"module", "Error: Cannot find module 'push-js'", "Error: Cannot find module 'express'"},
    {"function", "TypeError: channel.bind is not a function", "TypeError: channel.trigger is not a function"},
    {"json code", "{\"error\": {\"code\": 4001, \"message\": \"not allowed to do this\"}}",
     "{\"error\": {\"code\": 4004, \"message\": \"not allowed to do this\"}}"},
    {"json message", "{\"error\": \"invalid_grant\"}", "{\"error\": \"invalid_client\"}"},
    {"function that threw",
     "java.lang.NullPointerException\n\tat com.example.push.Client.send(Client.java:42)",
     "java.lang.NullPointerException\n\tat com.example.push.Client.open(Client.java:42)"},
    {"cause",
     "com.example.PushException: cannot publish\n\tat com.example.Client.send(Client.java:42)\nCaused by: "
     "java.net.SocketTimeoutException: Read timed out\n\tat com.example.Wire.read(Wire.java:5)",
     "com.example.PushException: cannot publish\n\tat com.example.Client.send(Client.java:42)\nCaused by: "
     "java.net.UnknownHostException: no such name\n\tat com.example.Wire.open(Wire.java:9)"},
    {"python function",
     "Traceback (most recent call last):\n  File \"/a/client.py\", line 1, in trigger\n    x\nKeyError: 'a'",
     "Traceback (most recent call last):\n  File \"/a/client.py\", line 1, in decode\n    x\nKeyError: 'a'"},
    {"cors or mixed content", "Access to fetch at 'https://a.example.com' has been blocked by CORS policy",
     "Mixed Content: requested an insecure resource, this request has been blocked"},
    {"panic", "panic: runtime error: index out of range [3] with length 2",
     "panic: runtime error: invalid memory address or nil pointer dereference"},
    {"header", "Error: missing header 'authorization' in request",
     "Error: missing header 'content-type' in request"},
};

static void check(const Pair *pair, gboolean is_same)
{
    g_autofree char *a = error_print(pair->a), *b = error_print(pair->b);
    g_autofree char *kept_a = error_normalise(pair->a), *kept_b = error_normalise(pair->b);
    if (!a || !b || g_str_equal(a, b) != is_same)
        print_error("%s: %s\n--- %s\n%s\n--- %s\n%s\n", pair->name,
                    is_same ? "should be one" : "should be two", a ? a : "(no print)", kept_a,
                    b ? b : "(no print)", kept_b);
    assert_true(a && b && g_str_equal(a, b) == is_same);
}

static void test_same(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(SAME); i++)
        check(&SAME[i], TRUE);
}

static void test_other(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(OTHER); i++)
        check(&OTHER[i], FALSE);
}

/* No two of all the errors above are one by accident. */
static void test_all_apart(void **state)
{
    (void)state;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const twins[] = {"another logger",
                                        "syslog",
                                        "uncaught",
                                        "colours",
                                        "colours without escape",
                                        "quoted mail",
                                        "case and full stop",
                                        "node",
                                        "ip",
                                        "ipv6",
                                        NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(SAME); i++) {
        if (g_strv_contains(twins, SAME[i].name))
            continue;
        char *print = error_print(SAME[i].a);
        const char *before = g_hash_table_lookup(seen, print);
        if (before)
            fail_msg("%s and %s have one print", before, SAME[i].name);
        g_hash_table_insert(seen, print, (gpointer)SAME[i].name);
    }
}

static void test_shape(void **state)
{
    (void)state;
    g_autofree char *print = error_print("Error: socket hang up by peer");
    assert_int_equal(strlen(print), 2 + 16);
    assert_true(g_str_has_prefix(print, ERROR_PRINT_VERSION ":"));
    for (const char *at = print + 2; *at; at++)
        assert_true(g_ascii_isxdigit(*at));
}

static void test_normalised(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kept;
    } cases[] = {
        {"Error: App 4821 has no channel 'private-7'", "App … has no channel …"},
        {"java.lang.IllegalStateException: closed\n\tat com.example.Client.send(Client.java:42)",
         "IllegalStateException: closed\nin Client.send"},
        {"GET https://api.example.com/v1/apps/4821/users?x=1 404 (Not Found)",
         "GET …/v1/apps/…/users 404 (Not Found)"},
        {"Error: user kim@example.com, 10.0.0.1, 7 s ago", "user …, …, … s ago"},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *kept = error_normalise(cases[i].text);
        assert_string_equal(kept, cases[i].kept);
    }
}

/* What says too little would bring strangers together. */
static void test_too_little(void **state)
{
    (void)state;
    static const char *const texts[] = {"",       "12345",          "Error: 500", "Error: failed",
                                        "0x7ffe", "/srv/app.js:12", "…",          "Error: 'x'"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *print = error_print(texts[i]);
        if (print) {
            g_autofree char *kept = error_normalise(texts[i]);
            fail_msg("\"%s\" has the print %s: %s", texts[i], print, kept);
        }
    }
}

/* Any bytes, any length: no crash, and no more work than the text is long. */
static void test_odd(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\"",          "'",       "`",    "[",     "(",  "://",     "@",    "\\", "…", "at ", "#1 ", "\n",
        "Caused by: ", "Error: ", "\xff", ":in `", "0x", "File \"", ".go:", "{",  "=", "1",   "*",   "[3"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(pieces); k++) {
            GString *text = g_string_new("Error: ");
            while (text->len < 20000)
                g_string_append_printf(text, "%s%s", pieces[i], pieces[k]);
            g_autofree char *print = error_print(text->str);
            g_string_free(text, TRUE);
            g_autofree char *both = g_strconcat(pieces[i], pieces[k], NULL);
            g_autofree char *short_print = error_print(both);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),  cmocka_unit_test(test_other),      cmocka_unit_test(test_all_apart),
        cmocka_unit_test(test_shape), cmocka_unit_test(test_normalised), cmocka_unit_test(test_too_little),
        cmocka_unit_test(test_odd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
