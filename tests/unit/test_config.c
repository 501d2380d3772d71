#include "config_sample.h"

#include <parsers/config/grammar.h>
#include <postern/base/file.h>

static const ConfigRoute *first_route(const Config *config)
{
    return config->routes->pdata[0];
}

static void test_defaults(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(GOOD);
    assert_string_equal(config->path, "etc/postern.yaml");
    assert_string_equal(config->base_folder, "etc");
    assert_string_equal(config->domain, "example.com");
    assert_string_equal(config->store, "etc/store");
    assert_null(config->rules);
    assert_null(config->notices);
    assert_null(config->user);
    assert_string_equal(config->authserv_id, "mx.example.com");
    assert_int_equal(config->message_bytes, 25 * 1024 * 1024);
    assert_int_equal(config->sessions, 2000);
    assert_int_equal(config->idle_seconds, 300);
    assert_int_equal(config->acks_per_sender_hour, 5);
    assert_int_equal(config->acks_per_hour, 2000);
    assert_int_equal(config->readers, 0);
    assert_int_equal(config->reader_mails, 5000);
    assert_int_equal(config->listens->len, 1);
    const ConfigListen *listen = config->listens->pdata[0];
    assert_string_equal(listen->host, "127.0.0.1");
    assert_int_equal(listen->port, 2424);
    assert_int_equal(first_route(config)->type, OUTGOING_FOLDER);
    assert_string_equal(first_route(config)->folder, "etc/outgoing");
    const ConfigQueue *queue = config_queue(config, "support");
    assert_true(queue->acknowledge);
    assert_null(queue->answer_within);
    assert_string_equal(queue->addresses->pdata[0], "support@example.com");
    assert_string_equal(config_agent(config, "kim")->address, "Kim@example.com");
}

static void test_everything_given(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(
        TOP AGENTS "queues:\n"
                   "  - name: support\n    display: Größe & Co\n    prefix: AB9\n"
                   "    addresses: [support@example.com, \"Help+urgent@example.com\"]\n    agents: [kim]\n"
                   "    acknowledge: no\n    answer_within: 'one day: at most'\n"
                   "rules: /etc/rules.yaml\nnotices: n\nuser: postern\n"
                   "lmtp:\n  listen: ['[::1]:0', 'localhost:24', 'unix:run/a', {unix: /run/b, mode: 0600}, "
                   "{host: '::1', port: 9}]\n"
                   "  sessions: 7\n  idle: 2m\n"
                   "outgoing:\n  server: SMTP.example.com\n  security: tls\n  user: me\n  password_file: pw\n"
                   "  ca_file: ca.pem\n  hello: Out.example.com\n  give_up: 2h\n"
                   "limits:\n  message_size: 1MiB\n  acknowledgements_per_sender_hour: 0\n  "
                   "acknowledgements_per_hour: 9\n"
                   "readers:\n  count: 4\n  mails: 10\n");
    assert_string_equal(config->rules, "/etc/rules.yaml");
    assert_string_equal(config->notices, "etc/n");
    assert_string_equal(config->user, "postern");
    assert_int_equal(config->sessions, 7);
    assert_int_equal(config->idle_seconds, 120);
    assert_int_equal(config->message_bytes, 1024 * 1024);
    assert_int_equal(config->acks_per_sender_hour, 0);
    assert_int_equal(config->acks_per_hour, 9);
    assert_int_equal(config->readers, 4);
    assert_int_equal(config->reader_mails, 10);
    const ConfigQueue *queue = config->queues->pdata[0];
    assert_false(queue->acknowledge);
    assert_string_equal(queue->display, "Größe & Co");
    assert_string_equal(queue->answer_within, "one day: at most");
    assert_string_equal(queue->addresses->pdata[1], "Help+urgent@example.com");
    const ConfigRoute *outgoing = config->routes->pdata[0];
    assert_int_equal(outgoing->type, OUTGOING_SMTP);
    assert_int_equal(outgoing->server.security, SECURITY_TLS);
    assert_int_equal(outgoing->server.port, 465);
    assert_string_equal(outgoing->server.host, "smtp.example.com");
    assert_string_equal(outgoing->server.user, "me");
    assert_string_equal(outgoing->server.password_file, "etc/pw");
    assert_null(outgoing->server.password_env);
    assert_string_equal(outgoing->server.ca_file, "etc/ca.pem");
    assert_string_equal(outgoing->hello, "out.example.com");
    assert_true(outgoing->give_up_us == 7200LL * G_USEC_PER_SEC);
}

static void test_listens(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(GOOD "lmtp:\n  listen: ['[::1]:0', 'localhost:24', 'unix:run/a', {unix: /run/b, mode: 0600}, "
                  "{host: '::1', port: 9}, {unix: c, mode: '640'}]\n");
    static const struct {
        const char *host;
        guint port;
        const char *path;
        guint mode;
    } expected[] = {
        {"::1", 0, NULL, 0660},    {"localhost", 24, NULL, 0660}, {NULL, 0, "etc/run/a", 0660},
        {NULL, 0, "/run/b", 0600}, {"::1", 9, NULL, 0660},        {NULL, 0, "etc/c", 0640},
    };
    assert_int_equal(config->listens->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const ConfigListen *listen = config->listens->pdata[i];
        assert_int_equal(g_strcmp0(listen->host, expected[i].host), 0);
        assert_int_equal(listen->port, expected[i].port);
        assert_int_equal(g_strcmp0(listen->path, expected[i].path), 0);
        assert_int_equal(listen->mode, expected[i].mode);
    }
}

static void test_limits_of_lists_and_paths(void **state)
{
    (void)state;
    g_autofree char *path = g_strnfill(104, 'p');
    for (guint i = 0; i < 2; i++) { /* "etc/" and 103, then 104 bytes */
        g_autofree char *text = g_strconcat(GOOD "lmtp: {listen: ['unix:", path + 1 - i, "']}\n", NULL);
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(text, &is);
        assert_int_equal(config != NULL, i == 0);
        assert_int_equal(strstr(is, "longer than the 107 bytes that a unix socket may have") != NULL, i == 1);
    }
    for (guint count = 32; count <= 33; count++) {
        g_autoptr(GString) text = g_string_new(GOOD "lmtp: {listen: [");
        for (guint i = 0; i < count; i++)
            g_string_append(text, "'127.0.0.1:0', ");
        g_string_append(text, "]}\n");
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(text->str, &is);
        assert_int_equal(config != NULL, count == 32);
        assert_int_equal(strstr(is, "the list 'listen' has 33 items, over the limit of 32") != NULL,
                         count == 33);
    }
}

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

static void test_grammar(void **state)
{
    (void)state;
    static const struct {
        gboolean (*is_valid)(const char *text);
        const char *text;
        gboolean is;
    } cases[] = {
        {grammar_is_word, "kim.lee-2_x", TRUE},
        {grammar_is_word, "", FALSE},
        {grammar_is_word, ".kim", FALSE},
        {grammar_is_word, "kim lee", FALSE},
        {grammar_is_word, A60 "aaaa", TRUE},
        {grammar_is_word, A60 "aaaaa", FALSE},
        {grammar_is_prefix, "AB", TRUE},
        {grammar_is_prefix, "A2CDE6", TRUE},
        {grammar_is_prefix, "A", FALSE},
        {grammar_is_prefix, "ABCDEFG", FALSE},
        {grammar_is_prefix, "2AB", FALSE},
        {grammar_is_prefix, "Ab", FALSE},
        {grammar_is_prefix, "A-B", FALSE},
        {grammar_is_domain, "a", TRUE},
        {grammar_is_domain, "xn--bcher-kva.example", TRUE},
        {grammar_is_domain, "a..b", FALSE},
        {grammar_is_domain, ".a", FALSE},
        {grammar_is_domain, "a.", FALSE},
        {grammar_is_domain, "-a.b", FALSE},
        {grammar_is_domain, "a.b-", FALSE},
        {grammar_is_domain, "a_b", FALSE},
        {grammar_is_domain, A60 "aaa.b", TRUE},
        {grammar_is_domain, A60 "aaaa.b", FALSE},
        {grammar_is_domain, A60 "." A60 "." A60 "." A60 "." A10, FALSE},
        {grammar_is_host, "::1", TRUE},
        {grammar_is_host, "192.0.2.1", TRUE},
        {grammar_is_host, "[::1]", FALSE},
        {grammar_is_host, "192.0.2", FALSE},
        {grammar_is_host, "", FALSE},
        {grammar_is_address, "a@b", TRUE},
        {grammar_is_address, "o'neil+x@b.c", TRUE},
        {grammar_is_address, "grüße@b.c", TRUE},
        {grammar_is_address, "a.b@c", TRUE},
        {grammar_is_address, ".a@c", FALSE},
        {grammar_is_address, "a.@c", FALSE},
        {grammar_is_address, "a..b@c", FALSE},
        {grammar_is_address, "@c", FALSE},
        {grammar_is_address, "a@", FALSE},
        {grammar_is_address, "a", FALSE},
        {grammar_is_address, "a b@c", FALSE},
        {grammar_is_address, "a\n@c", FALSE},
        {grammar_is_address, "<a@c>", FALSE},
        {grammar_is_address, "\"a\"@c", FALSE},
        {grammar_is_address, "a@[192.0.2.1]", FALSE},
        {grammar_is_address, "a\xff@c", FALSE},
        {grammar_is_address, A60 "aaaa@c", TRUE},
        {grammar_is_address, A60 "aaaaa@c", FALSE},
        {grammar_is_line, "Kim Lee", TRUE},
        {grammar_is_line, "", FALSE},
        {grammar_is_line, "  ", FALSE},
        {grammar_is_line, "a\tb", FALSE},
        {grammar_is_authserv_id, "mx.example.com", TRUE},
        {grammar_is_authserv_id, "mx;x", FALSE},
        {grammar_is_authserv_id, "", FALSE},
        {grammar_is_variable, "_A1", TRUE},
        {grammar_is_variable, "1A", FALSE},
        {grammar_is_variable, "A-B", FALSE},
        {grammar_is_loopback, "127.0.0.2", TRUE},
        {grammar_is_loopback, "::1", TRUE},
        {grammar_is_loopback, "LocalHost", TRUE},
        {grammar_is_loopback, "127.0.0.1.example.com", FALSE},
        {grammar_is_loopback, "0.0.0.0", FALSE},
        {grammar_is_loopback, "::", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        if (cases[i].is_valid(cases[i].text) != cases[i].is)
            fail_msg("case %u: '%s'", i, cases[i].text);
}

/* Default ports, and the forms of outgoing that are good. */
static void test_outgoing(void **state)
{
    (void)state;
    static const struct {
        const char *outgoing;
        guint port;
        Security security;
    } cases[] = {
        {"{server: a.example}", 587, SECURITY_STARTTLS},
        {"{server: a.example, security: starttls}", 587, SECURITY_STARTTLS},
        {"{server: a.example, port: 2525, security: tls}", 2525, SECURITY_TLS},
        {"{server: 127.0.0.1, security: none}", 25, SECURITY_NONE},
        {"{server: localhost, security: none, user: me, password_env: PW_1}", 25, SECURITY_NONE},
        {"{server: '::1', security: none, user: me, password_env: PW_1}", 25, SECURITY_NONE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(TOP AGENTS QUEUES "outgoing: ", cases[i].outgoing, "\n", NULL);
        g_autoptr(Config) config = good(text);
        assert_int_equal(first_route(config)->type, OUTGOING_SMTP);
        assert_int_equal(first_route(config)->server.port, cases[i].port);
        assert_int_equal(first_route(config)->server.security, cases[i].security);
        assert_string_equal(first_route(config)->hello, "example.com");
        assert_true(first_route(config)->give_up_us == 4 * 86400LL * G_USEC_PER_SEC);
    }
}

/* One mistake at a time: what is said of it, without the shown line. */
static void test_single_problems(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "1:1: error: the file is empty; 'postern init' writes one to begin with"},
        {"- a\n", "1:1: error: expected the keys of the file, found a list"},
        {GOOD "domain: x.example\n", "9:1: error: the key 'domain' is already given on line 1"},
        {GOOD "reader: {}\n", "9:1: error: unknown key 'reader'; did you mean 'readers'?"},
        {GOOD "user: ../x\n",
         "9:7: error: expected a word of letters, digits, '.', '_' or '-', found '../x'"},
        {GOOD "rules: ~/rules.yaml\n",
         "9:8: error: expected a path (a '~' is not expanded), found '~/rules.yaml'"},
        {GOOD "rules: \"a\\nb\"\n", "9:8: error: expected a path (a '~' is not expanded), found 'a b'"},
        {GOOD "readers: {count: 257}\n", "9:18: error: expected a whole number from 0 to 256, found '257'"},
        {GOOD "limits: {message_size: 1KiB}\n",
         "9:24: error: expected a size from 64KiB to 1GiB, found '1KiB'"},
        {GOOD "limits: {message_size: 2GiB}\n",
         "9:24: error: expected a size from 64KiB to 1GiB, found '2GiB'"},
        {GOOD "lmtp: {idle: 2h}\n", "9:14: error: expected a time from 1s to 1h, found '2h'"},
        {GOOD "lmtp: {listen: []}\n", "9:16: error: the list 'listen' is empty; it needs one item or more"},
        {GOOD "lmtp: {listen: 127.0.0.1:24}\n", "9:16: error: expected a list ('- item' on lines of their "
                                                "own, or [item, item]), found '127.0.0.1:24'"},
        {GOOD "lmtp: {listen: ['mail.example.com:24']}\n",
         "9:17: error: expected a place to listen like 127.0.0.1:2424, [::1]:2424 or unix:run/lmtp.sock, "
         "found "
         "'mail.example.com:24'"},
        {GOOD "lmtp: {listen: ['localhost:65536']}\n",
         "9:17: error: expected a place to listen like 127.0.0.1:2424, [::1]:2424 or unix:run/lmtp.sock, "
         "found "
         "'localhost:65536'"},
        {GOOD "lmtp: {listen: ['[localhost]:24']}\n",
         "9:17: error: expected a place to listen like 127.0.0.1:2424, [::1]:2424 or unix:run/lmtp.sock, "
         "found "
         "'[localhost]:24'"},
        {GOOD "lmtp: {listen: ['127.0.0.1:24', {host: 127.0.0.1, port: 24}]}\n",
         "9:33: error: this place to listen stands here twice"},
        {GOOD "lmtp: {listen: [{unix: a, mode: 0668}]}\n",
         "9:33: error: expected the mode of a socket in octal like 0660, found '0668'"},
        {GOOD "lmtp: {listen: [{unix: a, host: 127.0.0.1, port: 3}]}\n",
         "9:17: error: a place to listen has either 'unix' or both 'host' and 'port'"},
        {GOOD "lmtp: {listen: ['0.0.0.0:24']}\n",
         "9:17: warning: whoever can reach this address can hand in mail with forged headers, as LMTP knows "
         "no "
         "login: let only your mail server reach it, or listen on 127.0.0.1"},
        {"store: s\ntrusted_authserv_id: a\n" AGENTS QUEUES OUTGOING,
         "1:1: error: the key 'domain' of the file is missing"},
        {"domain: bücher.example\nstore: s\ntrusted_authserv_id: a\n" AGENTS QUEUES OUTGOING,
         "1:9: error: expected a domain like example.com (an international one in its xn-- form), found "
         "'bücher.example'"},
        {"domain: a.example\nstore: s\n" AGENTS QUEUES OUTGOING,
         " warning: 'trusted_authserv_id' is not set, so nothing proves who wrote a mail: notices say so, "
         "acknowledgements repeat no subject, and whoever gets hold of a notice counts as its agent; set it "
         "to the name of your "
         "mail server that checks SPF, DKIM and DMARC"},
        {TOP AGENTS QUEUES, "1:1: error: the key 'outgoing' of the file is missing"},
        {TOP AGENTS QUEUES "outgoing: {}\n",
         "8:11: error: 'outgoing' needs one of 'folder' (a Maildir to write to) and 'server'"},
        {TOP AGENTS QUEUES "outgoing: {folder: a, server: b}\n",
         "8:11: error: 'outgoing' needs one of 'folder' (a Maildir to write to) and 'server', not both"},
        {TOP AGENTS QUEUES "outgoing: {folder: a, port: 25}\n",
         "8:23: error: 'port' belongs to a 'server', and mail goes into a 'folder' here"},
        {TOP AGENTS QUEUES "outgoing: {server: a, user: b}\n",
         "8:29: error: a 'user' needs a password: name its file with 'password_file' or its environment "
         "variable "
         "with 'password_env', or name a 'sign_in'"},
        {TOP AGENTS QUEUES "outgoing: {server: a, password_env: B}\n",
         "8:37: error: a password needs a 'user' to log in as"},
        {TOP AGENTS QUEUES "outgoing: {server: a, user: b, password_env: B, password_file: c}\n",
         "8:46: error: give one of 'password_file' and 'password_env', not both"},
        {TOP AGENTS QUEUES "outgoing: {server: a.example, security: none, user: b, password_env: B}\n",
         "8:41: error: with 'security: none' the password would cross the network to 'a.example' for all to "
         "read; "
         "use starttls or tls"},
        {TOP AGENTS QUEUES "outgoing: {server: a.example, security: none}\n",
         "8:41: warning: with 'security: none' mail crosses the network to 'a.example' for all to read"},
        {TOP AGENTS QUEUES "outgoing: {server: 'a.example:25'}\n",
         "8:20: error: expected a host name or numeric address, the port in 'port', found 'a.example:25'"},
        {TOP AGENTS QUEUES "outgoing: {server: 300.1.1.1}\n",
         "8:20: error: expected a host name or numeric address, the port in 'port', found '300.1.1.1'"},
        {TOP AGENTS QUEUES "outgoing: {server: a, port: 0}\n",
         "8:29: error: expected a whole number from 1 to 65535, found '0'"},
        {TOP AGENTS QUEUES "outgoing: {server: a, security: ssl}\n",
         "8:33: error: expected starttls, tls or none, found 'ssl'"},
        {TOP AGENTS QUEUES "outgoing: {server: a, give_up: 31d}\n",
         "8:32: error: expected a time from 1s to 30d, found '31d'"},
        {TOP AGENTS OUTGOING "queues: []\n",
         "7:9: error: the list 'queues' is empty; it needs one item or more"},
        {TOP OUTGOING "queues: [{name: a, display: A, prefix: AA, addresses: [a@a.example]}]\n",
         "5:17: warning: this queue has no 'agents': nobody gets notices of its tickets"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(cases[i].text, &is);
        g_auto(GStrv) lines = g_strsplit(is, "\n", -1);
        g_autofree char *expected = g_strconcat("etc/postern.yaml:", cases[i].said, NULL);
        assert_string_equal(lines[0], expected);
        assert_int_equal(config == NULL, strstr(lines[0], ": error: ") != NULL);
        /* Nothing but the message, its line and its caret. */
        assert_in_range(g_strv_length(lines), 2, 4);
    }
}

static void test_many_problems_at_once(void **state)
{
    (void)state;
    const char *text = "domian: example.com\n"
                       "store: store\n"
                       "trusted_authserv_id: mx.example.com\n"
                       "agents:\n"
                       "  - name: kim\n"
                       "    display: Kim Lee\n"
                       "    address: support+kim@example.com\n"
                       "  - name: Kim\n"
                       "    adress: kim@example.com\n"
                       "  - sam\n"
                       "queues:\n"
                       "  - name: support\n"
                       "    display: \"Acme\\nSupport\"\n"
                       "    prefix: sup\n"
                       "    addresses: [support@Example.com, help@@example.com]\n"
                       "    agents: [kmi, kim, kim, zoe]\n"
                       "    acknowledge: maybe\n"
                       "  - name: Support\n"
                       "    display: Sales\n"
                       "    prefix: SAL\n"
                       "    addresses: [SUPPORT@example.com, support+x@example.com]\n"
                       "    agents: kim\n"
                       "outgoing:\n"
                       "  server: smtp.example.com\n"
                       "  user: me\n"
                       "  password: hunter2 # mine\n";
    g_autofree char *is = NULL;
    g_autoptr(Config) config = parsed(text, &is);
    assert_null(config);
    assert_string_equal(
        is,
        "etc/postern.yaml:1:1: error: unknown key 'domian'; did you mean 'domain'?\n"
        "  domian: example.com\n"
        "  ^\n"
        "etc/postern.yaml:1:1: error: the key 'domain' of the file is missing\n"
        "  domian: example.com\n"
        "  ^\n"
        "etc/postern.yaml:7:14: error: 'support+kim@example.com' is an address of the queue 'support': its "
        "notices "
        "would come back as new mail for ever; give the agent's own mailbox\n"
        "      address: support+kim@example.com\n"
        "               ^\n"
        "etc/postern.yaml:8:5: error: the key 'display' of the agent is missing\n"
        "    - name: Kim\n"
        "      ^\n"
        "etc/postern.yaml:8:5: error: the key 'address' of the agent is missing\n"
        "    - name: Kim\n"
        "      ^\n"
        "etc/postern.yaml:8:11: error: the agent name 'Kim' is already given on line 5\n"
        "    - name: Kim\n"
        "            ^\n"
        "etc/postern.yaml:9:5: error: unknown key 'adress'; did you mean 'address'?\n"
        "      adress: kim@example.com\n"
        "      ^\n"
        "etc/postern.yaml:10:5: error: expected the keys of the agent, found 'sam'\n"
        "    - sam\n"
        "      ^\n"
        "etc/postern.yaml:13:14: error: expected one line of text (at most 256 bytes), found 'Acme Support'\n"
        "      display: \"Acme\\nSupport\"\n"
        "               ^\n"
        "etc/postern.yaml:14:13: error: expected 2 to 6 capital letters or digits like SUP, first a letter, "
        "found "
        "'sup'\n"
        "      prefix: sup\n"
        "              ^\n"
        "etc/postern.yaml:15:38: error: expected a mail address like support@example.com (an international "
        "domain "
        "in its xn-- form), found 'help@@example.com'\n"
        "      addresses: [support@Example.com, help@@example.com]\n"
        "                                       ^\n"
        "etc/postern.yaml:16:14: error: there is no agent 'kmi'; did you mean 'kim'?\n"
        "      agents: [kmi, kim, kim, zoe]\n"
        "               ^\n"
        "etc/postern.yaml:16:24: error: the agent 'kim' is already given on line 16\n"
        "      agents: [kmi, kim, kim, zoe]\n"
        "                         ^\n"
        "etc/postern.yaml:16:29: error: there is no agent 'zoe' under 'agents'\n"
        "      agents: [kmi, kim, kim, zoe]\n"
        "                              ^\n"
        "etc/postern.yaml:17:18: error: expected yes or no, found 'maybe'\n"
        "      acknowledge: maybe\n"
        "                   ^\n"
        "etc/postern.yaml:18:11: error: the queue name 'Support' is already given on line 12\n"
        "    - name: Support\n"
        "            ^\n"
        "etc/postern.yaml:21:17: error: the address 'SUPPORT@example.com' is already given on line 15\n"
        "      addresses: [SUPPORT@example.com, support+x@example.com]\n"
        "                  ^\n"
        "etc/postern.yaml:21:38: error: 'support+x@example.com' belongs to the queue 'support' already: what "
        "stands "
        "behind a '+' is a detail of 'support@example.com'\n"
        "      addresses: [SUPPORT@example.com, support+x@example.com]\n"
        "                                       ^\n"
        "etc/postern.yaml:22:13: error: expected a list ('- item' on lines of their own, or [item, item]), "
        "found "
        "'kim'\n"
        "      agents: kim\n"
        "              ^\n"
        "etc/postern.yaml:25:9: error: a 'user' needs a password: name its file with 'password_file' or its "
        "environment variable with 'password_env', or name a 'sign_in'\n"
        "    user: me\n"
        "          ^\n"
        "etc/postern.yaml:26:3: error: a password must not stand in this file: write it into a file of its "
        "own that "
        "only the user of postern can read and give its path with 'password_file', or name an environment "
        "variable "
        "with 'password_env'\n"
        "    password: ********\n"
        "    ^\n");
}

/* However a password gets into the file, no message shows it. */
static void test_password_is_never_shown(void **state)
{
    (void)state;
    static const char *const outgoings[] = {
        "  password: hunter2\n",
        "  Password: 'hunter2'\n",
        "  passwd: \"hunter2\"\n",
        "  \"password\" : hunter2\n",
        "  passwort: hunter2\n",
        "  secret: hunter2\n",
        "  ? password\n  : hunter2: *x\n",
        "  smtp: {password: a,hunter2}\n",
        "lmtp: {password: a,hunter2,x}\n",
        "  passphrase: hunter2\n",
        "  password: |\n    hunter2\n",
        "  password:\n    hunter2: x\n",
        "  password:\n    - *hunter2\n",
        "  password: \"hun\n    hunter2\n",
        "  password: x: hunter2\n",
        "  password: @hunter2\n",
        "  password: *hunter2\n",
        "  password: hunter2\n  password: hunter2\n",
        "  smtp: {password: hunter2, port: 3}\n",
        "  password: hunter2\x01\n",
        "  password: hunter2\xff\n",
        "  password_env: \"hunter2!\"\n",
        "sign_ins:\n  - {name: a, provider: google, client_id: c, client_secret: hunter2}\n",
        "webhooks:\n  - {name: a, url: 'https://a.example/', secret: hunter2}\n",
        "webhooks:\n  - {name: a, url: 'https://me:hunter2@a.example/', secret_file: f}\n",
        "mailboxes:\n  - {name: a, server: a, user: u, queue: support, password: hunter2}\n",
    };
    for (guint i = 0; i < G_N_ELEMENTS(outgoings); i++) {
        g_autofree char *text =
            g_strconcat(TOP AGENTS QUEUES "outgoing:\n  server: a.example\n  user: me\n", outgoings[i], NULL);
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(text, &is);
        assert_null(config);
        assert_null(strstr(is, "hunter2"));
    }
}

static void test_password_words_elsewhere_are_kept(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(TOP AGENTS OUTGOING
             "queues: [{name: a, display: 'Password: forgotten', prefix: AA, addresses: [a@a.example], "
             "agents: [kim]}]\n");
    assert_string_equal(((const ConfigQueue *)config->queues->pdata[0])->display, "Password: forgotten");
}

static void test_queue_of(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(
        TOP AGENTS OUTGOING
        "queues:\n"
        "  - {name: a, display: A, prefix: AA, addresses: [a@x.example, a+b@x.example], agents: [kim]}\n"
        "  - {name: c, display: C, prefix: CC, addresses: [C@x.example, grüße@x.example], agents: [kim]}\n");
    static const struct {
        const char *recipient, *queue, *detail;
    } cases[] = {
        {"a@x.example", "a", NULL},
        {"A@X.Example", "a", NULL},
        {"a+token@x.example", "a", "token"},
        {"a+To+Ken@x.example", "a", "To+Ken"},
        {"a+@x.example", "a", ""},
        {"a+b@x.example", "a", NULL},
        {"a+b+token@x.example", "a", "token"},
        {"a+bc@x.example", "a", "bc"},
        {"c+1@x.example", "c", "1"},
        {"grüße+1@x.example", "c", "1"},
        {"ab@x.example", NULL, NULL},
        {"a@y.example", NULL, NULL},
        {"a@x.example.com", NULL, NULL},
        {"a@b@x.example", NULL, NULL},
        {"+a@x.example", NULL, NULL},
        {"@x.example", NULL, NULL},
        {"a", NULL, NULL},
        {"", NULL, NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *detail = NULL;
        const ConfigQueue *queue = config_queue_of(config, cases[i].recipient, &detail);
        assert_int_equal(g_strcmp0(queue ? queue->name : NULL, cases[i].queue), 0);
        assert_int_equal(g_strcmp0(detail, cases[i].detail), 0);
        assert_int_equal(config_is_ours(config, cases[i].recipient), cases[i].queue != NULL);
    }
    g_autofree char *plusses = g_strnfill(2000, '+');
    g_autofree char *long_one = g_strconcat("a", plusses, "@x.example", NULL);
    assert_null(config_queue_of(config, long_one, NULL));
}

static void test_lookups(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(GOOD);
    assert_null(config_queue(config, "Support"));
    assert_null(config_agent(config, "zoe"));
    assert_string_equal(config_agent_by_address(config, "kIM@eXAMPLE.com")->name, "kim");
    assert_null(config_agent_by_address(config, "kim+x@example.com"));
    assert_null(config_agent_by_address(config, ""));
}

/* Paths start at the folder of the file, whatever form its name has. */
static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *file, *store;
    } cases[] = {
        {"postern.yaml", "store"},
        {"./postern.yaml", "store"},
        {"/etc/postern/postern.yaml", "/etc/postern/store"},
        {"../a/postern.yaml", "../a/store"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) problems = problems_new();
        g_autoptr(Config) config = config_parse(cases[i].file, GOOD, strlen(GOOD), problems);
        assert_string_equal(config->store, cases[i].store);
    }
}

static char *starter(void)
{
    gsize length;
    g_autoptr(GError) error = NULL;
    char *text = file_read("templates/postern.yaml", LIMIT_CONFIG_BYTES, &length, &error);
    if (!text)
        fail_msg("%s (run from the folder of the Makefile)", error->message);
    return text;
}

/* Of keys that exclude each other, or warn where nothing else is configured, those that stay in comments. */
static gboolean is_alternative(const char *line)
{
    static const char *const keys[] = {"password_file:", "password_env:", "client_secret_env:",
                                       "secret_env:",    "flag:",         "queues: [",
                                       "from: ["};
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        if (g_str_has_prefix(line + strspn(line, " #"), keys[i]))
            return TRUE;
    return FALSE;
}

/* A setting in comments begins right behind its '#'. */
static void append_switched_on(GString *out, const char *line)
{
    const char *first = line + strspn(line, " ");
    if (first[0] == '#' && g_ascii_islower(first[1]))
        g_string_append_printf(out, "%.*s%s\n", (int)(first - line), line, first + 1);
    else
        g_string_append_printf(out, "%s\n", line);
}

/* The starter file with everything in comments switched on; the list of routes takes the place of the
 * folder. */
static char *starter_switched_on(void)
{
    g_autofree char *text = starter();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    gboolean in_section = FALSE;
    for (guint i = 0; lines[i]; i++) {
        const char *line = lines[i];
        if (strcmp(line, "outgoing:") == 0 || strcmp(line, "  folder: outgoing") == 0 || is_alternative(line))
            continue;
        in_section =
            line[0] == '#' && (in_section || (g_ascii_islower(line[1]) && g_str_has_suffix(line, ":")));
        append_switched_on(out, in_section ? line + 1 : line);
    }
    return g_string_free(out, FALSE);
}

static void test_starter(void **state)
{
    (void)state;
    g_autofree char *text = starter();
    g_autofree char *is = NULL;
    g_autoptr(Config) config = parsed(text, &is);
    assert_non_null(config);
    /* Only what nobody but the admin can know. */
    g_auto(GStrv) lines = g_strsplit(is, "\n", -1);
    assert_non_null(strstr(lines[0], "warning: 'trusted_authserv_id' is not set"));
    assert_int_equal(g_strv_length(lines), 2);
    assert_int_equal(first_route(config)->type, OUTGOING_FOLDER);
    assert_int_equal(config->listens->len, 1);
    assert_string_equal(((const ConfigListen *)config->listens->pdata[0])->host, "127.0.0.1");
}

/* What the starter file calls a default is one. */
static void test_starter_tells_the_defaults(void **state)
{
    (void)state;
    g_autofree char *text = starter_switched_on();
    g_autoptr(Config) config = good(text);
    g_autoptr(Config) plain = good(GOOD);
    assert_int_equal(config->message_bytes, plain->message_bytes);
    assert_int_equal(config->sessions, plain->sessions);
    assert_int_equal(config->idle_seconds, plain->idle_seconds);
    assert_int_equal(config->acks_per_sender_hour, plain->acks_per_sender_hour);
    assert_int_equal(config->acks_per_hour, plain->acks_per_hour);
    assert_int_equal(config->readers, plain->readers);
    assert_int_equal(config->reader_mails, plain->reader_mails);
    assert_true(config->alert_us == plain->alert_us);
    g_autoptr(Config) route =
        good(TOP AGENTS QUEUES "outgoing: {server: a.example, user: u, password_file: p}\n");
    assert_true(first_route(config)->give_up_us == first_route(route)->give_up_us);
    assert_int_equal(first_route(config)->per_minute, first_route(route)->per_minute);
    assert_int_equal(first_route(config)->type, OUTGOING_SMTP);
    assert_int_equal(first_route(config)->server.port, first_route(route)->server.port);
    assert_int_equal(first_route(config)->server.security, first_route(route)->server.security);
    assert_string_equal(((const ConfigQueue *)config->queues->pdata[0])->answer_within,
                        "within one working day");
    assert_string_equal(config->user, "postern");
}

static void test_starter_tells_the_defaults_of_mailboxes(void **state)
{
    (void)state;
    g_autofree char *text = starter_switched_on();
    g_autoptr(Config) config = good(text);
    g_autoptr(Config) plain =
        good(GOOD "admins: {addresses: [a@a.example]}\n"
                  "mailboxes: [{name: m, server: i.example, user: u, password_file: p, queue: support}]\n");
    const ConfigMailbox *told = config_mailbox(config, "help"), *is = config_mailbox(plain, "m");
    assert_int_equal(told->server.port, is->server.port);
    assert_int_equal(told->server.security, is->server.security);
    assert_int_equal(told->folders->len, is->folders->len);
    assert_string_equal(told->folders->pdata[0], is->folders->pdata[0]);
    assert_int_equal(told->start, is->start);
    assert_int_equal(told->may_idle, is->may_idle);
    assert_true(told->poll_us == is->poll_us);
    assert_int_equal(is->after, MAILBOX_LEAVE);
    assert_non_null(strstr(text, "leave (the default)"));
    assert_int_equal(told->after, MAILBOX_MOVE);
    g_autoptr(Config) flagged = good(GOOD "admins: {addresses: [a@a.example]}\n"
                                          "mailboxes: [{name: m, server: i.example, user: u, password_file: "
                                          "p, queue: support, after: flag}]\n");
    g_autofree char *flag_line = g_strdup_printf("Default: %s.", config_mailbox(flagged, "m")->flag);
    assert_non_null(strstr(text, flag_line));
}

static void test_starter_tells_the_defaults_of_sign_ins(void **state)
{
    (void)state;
    g_autofree char *text = starter_switched_on();
    g_autoptr(Config) config = good(text);
    g_autoptr(Config) plain =
        good(TOP AGENTS QUEUES "outgoing: {server: a.example, user: u, sign_in: s}\n"
                               "sign_ins: [{name: s, provider: microsoft, client_id: c}]\n");
    const ConfigSignIn *told = config_sign_in(config, "company"), *is = config_sign_in(plain, "s");
    assert_int_equal(told->provider, SIGN_IN_MICROSOFT);
    assert_string_equal(told->scope, is->scope);
    assert_string_equal(is->tenant, "organizations");
    assert_non_null(strstr(text, "Default: organizations."));
    assert_string_equal(told->device_url, "https://login.example.com/device");
}

static void test_starter_tells_the_defaults_of_webhooks(void **state)
{
    (void)state;
    g_autofree char *text = starter_switched_on();
    g_autoptr(Config) config = good(text);
    g_autoptr(Config) plain = good(GOOD "webhooks: [{name: w, url: https://a.example/, secret_env: S}]\n");
    const ConfigWebhook *told = config_webhook(config, "crm"), *is = config_webhook(plain, "w");
    assert_non_null(told);
    assert_true(told->give_up_us == is->give_up_us);
    assert_int_equal(told->allow_private, is->allow_private);
    assert_int_equal(told->events->len, 3);
    assert_int_equal(is->events->len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_everything_given),
        cmocka_unit_test(test_listens),
        cmocka_unit_test(test_limits_of_lists_and_paths),
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_outgoing),
        cmocka_unit_test(test_single_problems),
        cmocka_unit_test(test_many_problems_at_once),
        cmocka_unit_test(test_password_is_never_shown),
        cmocka_unit_test(test_password_words_elsewhere_are_kept),
        cmocka_unit_test(test_queue_of),
        cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_starter),
        cmocka_unit_test(test_starter_tells_the_defaults),
        cmocka_unit_test(test_starter_tells_the_defaults_of_mailboxes),
        cmocka_unit_test(test_starter_tells_the_defaults_of_sign_ins),
        cmocka_unit_test(test_starter_tells_the_defaults_of_webhooks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
