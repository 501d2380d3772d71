/* Routes, mailboxes, sign-ins, webhooks and admins of the configuration. */
#include "config_sample.h"

#include <postern/base/file.h>

#define ADMINS "admins: {addresses: [root@example.com]}\n"
#define MAILBOX_OF(name, user)                                                                               \
    "{name: " name ", server: imap.example, user: " user ", password_file: pw, queue: support"
#define MAILBOX MAILBOX_OF("box", "box@example.com")
#define SIGN_IN_C "sign_ins: [{name: c, provider: google, client_id: x}]\n"

static const ConfigRoute *first_route(const Config *config)
{
    return config->routes->pdata[0];
}

static const ConfigMailbox *only_mailbox(const Config *config)
{
    assert_int_equal(config->mailboxes->len, 1);
    return config->mailboxes->pdata[0];
}

static void test_mailbox_defaults(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(GOOD ADMINS "mailboxes: [" MAILBOX "}]\n");
    const ConfigMailbox *mailbox = only_mailbox(config);
    assert_string_equal(mailbox->name, "box");
    assert_int_equal(mailbox->server.security, SECURITY_TLS);
    assert_int_equal(mailbox->server.port, 993);
    assert_string_equal(mailbox->server.password_file, "etc/pw");
    assert_int_equal(mailbox->folders->len, 1);
    assert_string_equal(mailbox->folders->pdata[0], "INBOX");
    assert_int_equal(mailbox->start, MAILBOX_START_NOW);
    assert_int_equal(mailbox->after, MAILBOX_LEAVE);
    assert_null(mailbox->flag);
    assert_true(mailbox->may_idle);
    assert_true(mailbox->poll_us == 60 * (gint64)G_USEC_PER_SEC);
    assert_true(config->alert_us == 15 * 60 * (gint64)G_USEC_PER_SEC);
    assert_ptr_equal(config_mailbox(config, "box"), mailbox);
    assert_null(config_mailbox(config, "Box"));
}

static void test_mailbox_everything(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(GOOD "mailboxes:\n"
                  "  - name: box\n    server: IMAP.example\n    port: 1143\n    security: starttls\n"
                  "    user: 'Größe \"x\"'\n    password_env: PW\n    ca_file: ca.pem\n    queue: support\n"
                  "    folders: [INBOX, 'Entwürfe/Neu', 'a b']\n    start: 2026-11-22\n    after: flag\n"
                  "    flag: \\Seen\n    idle: no\n    poll: 1d\n"
                  "admins:\n  addresses: [Root@Example.com]\n  alert_after: 1s\n");
    const ConfigMailbox *mailbox = only_mailbox(config);
    assert_string_equal(mailbox->server.host, "imap.example");
    assert_int_equal(mailbox->server.port, 1143);
    assert_int_equal(mailbox->server.security, SECURITY_STARTTLS);
    assert_string_equal(mailbox->server.user, "Größe \"x\"");
    assert_string_equal(mailbox->server.ca_file, "etc/ca.pem");
    assert_string_equal(mailbox->folders->pdata[1], "Entwürfe/Neu");
    assert_int_equal(mailbox->start, MAILBOX_START_DATE);
    assert_true(mailbox->start_us == 1795305600 * (gint64)G_USEC_PER_SEC);
    assert_int_equal(mailbox->after, MAILBOX_FLAG);
    assert_string_equal(mailbox->flag, "\\Seen");
    assert_false(mailbox->may_idle);
    assert_true(mailbox->poll_us == 86400 * (gint64)G_USEC_PER_SEC);
    assert_string_equal(config->admins->pdata[0], "Root@example.com");
    assert_true(config->alert_us == (gint64)G_USEC_PER_SEC);
}

/* The socket for fetchers lies in the store, and a unix socket may have 107 bytes. */
static void test_mailbox_and_a_long_store(void **state)
{
    (void)state;
    for (guint length = 96; length <= 97; length++) {
        g_autofree char *path = g_strnfill(length, 's'), *is = NULL;
        path[0] = '/';
        g_autofree char *with =
            g_strconcat("domain: Example.com\ntrusted_authserv_id: mx.example.com\nstore: ", path,
                        "\n" AGENTS QUEUES OUTGOING ADMINS "mailboxes: [" MAILBOX "}]\n", NULL);
        g_autoptr(Config) config = parsed(with, &is);
        assert_int_equal(config != NULL, length == 96);
        assert_int_equal(
            strstr(is, ":3:8: error: with mailboxes the path of the store may have at most 96 bytes") != NULL,
            length == 97);
    }
    g_autofree char *path = g_strnfill(200, 's'), *is = NULL;
    g_autofree char *without =
        g_strconcat("domain: Example.com\ntrusted_authserv_id: mx.example.com\nstore: ", path,
                    "\n" AGENTS QUEUES OUTGOING, NULL);
    g_autoptr(Config) config = parsed(without, &is);
    assert_non_null(config);
}

static void test_default_ports(void **state)
{
    (void)state;
    static const struct {
        const char *server;
        guint port;
    } cases[] = {
        {"server: imap.example, security: starttls", 143},
        {"server: imap.example, security: tls", 993},
        {"server: localhost, security: none", 143},
        {"server: localhost, security: none, port: 65535", 65535},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(GOOD ADMINS "mailboxes: [{name: a, ", cases[i].server,
                                            ", user: u, password_file: p, queue: support}]\n", NULL);
        g_autoptr(Config) config = good(text);
        assert_int_equal(only_mailbox(config)->server.port, cases[i].port);
    }
}

static void test_flags(void **state)
{
    (void)state;
    static const struct {
        const char *flag, *is;
    } cases[] = {
        {"", "$Postern"},
        {", flag: taken", "taken"},
        {", flag: '\\Flagged'", "\\Flagged"},
        {", flag: $MDNSent", "$MDNSent"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strconcat(GOOD ADMINS "mailboxes: [" MAILBOX ", after: flag", cases[i].flag, "}]\n", NULL);
        g_autoptr(Config) config = good(text);
        assert_string_equal(only_mailbox(config)->flag, cases[i].is);
    }
    static const char *const bad[] = {"'\\Deleted'", "'a b'", "'a)'", "'a\"'", "'ä'",
                                      "'a%'",        "'*'",   "'a]'", "''"};
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text =
            g_strconcat(GOOD ADMINS "mailboxes: [" MAILBOX ", after: flag, flag: ", bad[i], "}]\n", NULL);
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(text, &is);
        assert_null(config);
        assert_non_null(strstr(is, "expected a keyword like $Postern, or \\Seen or \\Flagged, found"));
    }
}

static void test_same_account_on_other_folders(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(GOOD ADMINS
             "mailboxes:\n"
             "  - " MAILBOX_OF("a", "u") ", after: move, move_to: Done}\n"
                                         "  - " MAILBOX_OF("b", "u") ", folders: [Sales, inbox.x]}\n"
                                                                     "  - " MAILBOX_OF(
                                                                         "c", "u") ", port: 1993}\n"
                                                                                   "  - " MAILBOX_OF(
                                                                                       "d", "v") "}\n");
    assert_int_equal(config->mailboxes->len, 4);
}

static void test_sign_ins(void **state)
{
    (void)state;
    g_autoptr(Config) config = good(
        TOP AGENTS QUEUES
        "outgoing:\n"
        "  - {name: g, server: smtp.gmail.com, user: a@gmail.com, sign_in: google}\n"
        "  - {name: m, server: smtp.office365.com, user: a@b.example, sign_in: company}\n"
        "  - {name: o, server: smtp.example, user: a, sign_in: own}\n"
        "sign_ins:\n"
        "  - {name: google, provider: google, client_id: g, client_secret_file: s}\n"
        "  - {name: company, provider: microsoft, client_id: m, tenant: b.example}\n"
        "  - {name: own, provider: other, client_id: 'o p', client_secret_env: SECRET, ca_file: ca,\n"
        "     token_url: 'https://a.example:8443/t?x=1', device_url: 'https://a.example/d', scope: a b}\n");
    const ConfigSignIn *google = config_sign_in(config, "google"),
                       *microsoft = config_sign_in(config, "company"), *own = config_sign_in(config, "own");
    assert_string_equal(google->token_url, "https://oauth2.googleapis.com/token");
    assert_string_equal(google->scope, "https://mail.google.com/");
    assert_string_equal(google->client_secret_file, "etc/s");
    assert_null(google->tenant);
    assert_string_equal(microsoft->token_url,
                        "https://login.microsoftonline.com/b.example/oauth2/v2.0/token");
    assert_string_equal(microsoft->device_url,
                        "https://login.microsoftonline.com/b.example/oauth2/v2.0/devicecode");
    assert_non_null(strstr(microsoft->scope, "https://outlook.office.com/IMAP.AccessAsUser.All"));
    assert_non_null(strstr(microsoft->scope, "https://outlook.office.com/SMTP.Send"));
    assert_non_null(strstr(microsoft->scope, "offline_access"));
    assert_string_equal(own->token_url, "https://a.example:8443/t?x=1");
    assert_string_equal(own->client_secret_env, "SECRET");
    assert_string_equal(own->scope, "a b");
    assert_null(own->authorize_url);
}

static void assert_routes(const Config *config, const char *queue, const char *from, const char *names)
{
    g_autoptr(GPtrArray) routes = config_routes_for(config, queue, from);
    g_autoptr(GString) is = g_string_new(NULL);
    for (guint i = 0; i < routes->len; i++)
        g_string_append_printf(is, "%s%s", i ? " " : "", ((const ConfigRoute *)routes->pdata[i])->name);
    assert_string_equal(is->str, names);
}

#define TWO_QUEUES                                                                                           \
    "queues:\n  - {name: support, display: S, prefix: SUP, addresses: [support@example.com], agents: "       \
    "[kim]}\n"                                                                                               \
    "  - {name: sales, display: S, prefix: SAL, addresses: [sales@example.com], agents: [kim]}\n"

static void test_routes(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(TOP AGENTS TWO_QUEUES "outgoing:\n"
                                   "  - {name: a, server: a.example, queues: [support], per_minute: 30}\n"
                                   "  - {name: b, server: b.example, from: [Sales@Example.com]}\n"
                                   "  - {name: c, server: c.example}\n"
                                   "  - {name: d, folder: d, queues: [sales, support]}\n");
    assert_int_equal(config_route(config, "a")->per_minute, 30);
    assert_int_equal(config_route(config, "c")->per_minute, 0);
    assert_routes(config, "support", "support@example.com", "a c d");
    assert_routes(config, "sales", "sales@example.com", "b c d");
    assert_routes(config, "sales", "SALES@example.com", "b c d");
    assert_routes(config, "", "x@example.com", "c");
    g_autoptr(Config) single = good(GOOD);
    assert_routes(single, "support", "support@example.com", "outgoing");
}

/* What no route takes leaves by the first, and the admin is told so. */
static void test_no_route_fits(void **state)
{
    (void)state;
    g_autofree char *is = NULL;
    g_autoptr(Config) config =
        parsed(TOP AGENTS TWO_QUEUES "outgoing: [{name: a, server: a.example, queues: [support]}]\n", &is);
    assert_non_null(strstr(is, "warning: no route takes all mail ('queues' and 'from' left out); what fits "
                               "none leaves by the first"));
    assert_routes(config, "sales", "sales@example.com", "a");
}

static void test_webhooks(void **state)
{
    (void)state;
    g_autoptr(Config) config =
        good(GOOD "webhooks:\n  - {name: a, url: 'https://a.example/x', secret_file: s}\n"
                  "  - {name: b, url: 'HTTPS://[::1]:8/', secret_env: S, events: [opened, handed-off], "
                  "queues: [support], allow_private: yes, ca_file: ca, give_up: 1s}\n");
    const ConfigWebhook *a = config_webhook(config, "a"), *b = config_webhook(config, "b");
    assert_string_equal(a->secret_file, "etc/s");
    assert_int_equal(a->events->len, 0);
    assert_false(a->allow_private);
    assert_true(a->give_up_us == 86400 * (gint64)G_USEC_PER_SEC);
    assert_true(b->allow_private);
    assert_string_equal(b->events->pdata[1], "handed-off");
    assert_true(b->give_up_us == (gint64)G_USEC_PER_SEC);
}

/* One mistake a file; the place is in the line that the case adds. */
static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {GOOD ADMINS "mailboxes: [{server: a, user: b, password_file: c, queue: support}]\n",
         "10:13: error: the key 'name' of the mailbox is missing"},
        {GOOD ADMINS "mailboxes: [{name: a, user: b, password_file: c, queue: support}]\n",
         "10:13: error: the key 'server' of the mailbox is missing"},
        {GOOD ADMINS "mailboxes: [{name: a, server: b, queue: support}]\n",
         "10:13: error: the key 'user' of the mailbox is missing"},
        {GOOD ADMINS "mailboxes: [{name: a, server: b, user: c, queue: support}]\n",
         "10:40: error: a 'user' needs a password: name its file with 'password_file' or its environment "
         "variable with 'password_env', or name a 'sign_in'"},
        {GOOD ADMINS "mailboxes: [{name: a, server: b, user: c, password_file: d}]\n",
         "10:13: error: the key 'queue' of the mailbox is missing"},
        {GOOD ADMINS "mailboxes: [{name: a, server: b, user: c, password_file: d, queue: suport}]\n",
         "10:68: error: there is no queue 'suport'; did you mean 'support'?"},
        {GOOD ADMINS "mailboxes: [{name: a, server: b, user: c, password_file: d, queue: sales}]\n",
         "10:68: error: there is no queue 'sales' under 'queues'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", folder: x}]\n",
         "10:105: error: unknown key 'folder'; did you mean 'folders'?"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", folders: []}]\n",
         "10:114: error: the list 'folders' is empty; it needs one item or more"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", folders: [\"a\\r\\nb\"]}]\n",
         "10:115: error: expected the name of a folder as people write it, like INBOX/Done, found 'a b…'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", folders: [INBOX, a, Inbox]}]\n",
         "10:125: error: the folder 'Inbox' stands here twice"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", start: yesterday}]\n",
         "10:112: error: expected now, all or a date like 2026-11-22, found 'yesterday'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", start: 2026-02-30}]\n",
         "10:112: error: expected now, all or a date like 2026-11-22, found '2026-02-30'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", start: \"2026- 1-22\"}]\n",
         "10:112: error: expected now, all or a date like 2026-11-22, found '2026- 1-22'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", start: 1969-12-31}]\n",
         "10:112: error: expected now, all or a date like 2026-11-22, found '1969-12-31'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", after: archive, move_to: x}]\n",
         "10:112: error: expected leave, flag, move or delete, found 'archive'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", after: move}]\n",
         "10:13: error: 'after: move' needs 'move_to', the folder to move to"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", move_to: x}]\n",
         "10:114: error: 'move_to' needs 'after: move'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", after: delete, flag: x}]\n",
         "10:126: error: 'flag' needs 'after: flag'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", after: move, move_to: inbox}]\n",
         "10:127: error: mail would be moved into a folder that it is fetched from"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", poll: 500ms}]\n",
         "10:111: error: expected a time with its unit (90s, 5m, 2h, 3d), found '500ms'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", poll: 0s}]\n",
         "10:111: error: expected a time from 1s to 1d, found '0s'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", idle: maybe}]\n",
         "10:111: error: expected yes or no, found 'maybe'"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", security: none}]\n",
         "10:115: error: with 'security: none' the password would cross the network to 'imap.example' for "
         "all "
         "to read; use starttls or tls"},
        {GOOD ADMINS "mailboxes: [" MAILBOX "}, " MAILBOX_OF("Box", "c") "}]\n",
         "10:106: error: the mailbox 'Box' is already given on line 10"},
        {GOOD ADMINS "mailboxes: [" MAILBOX "}, " MAILBOX_OF("b", "BOX@example.com") "}]\n",
         "10:106: error: the mailbox 'box' fetches 'INBOX' of the same user already: its mail would be taken "
         "twice"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", after: move, move_to: Done}, " MAILBOX_OF(
             "b", "box@example.com") ", folders: [Done]}]\n",
         "10:234: error: the mailbox 'box' moves its mail into 'Done': it would be taken twice"},
        {GOOD ADMINS "mailboxes: [" MAILBOX ", folders: [Done]}, " MAILBOX_OF(
             "b", "box@example.com") ", after: move, move_to: Done}]\n",
         "10:235: error: the mailbox 'box' fetches 'Done': mail moved there would be taken twice"},
        {GOOD ADMINS "mailboxes: [" MAILBOX_OF("a", "KIM@example.com") "}]\n",
         "5:44: error: 'Kim@example.com' is the user of the mailbox 'a', which Postern fetches: what is sent "
         "there would come back as new mail; give a person's own mailbox"},
        {GOOD ADMINS "mailboxes: [" MAILBOX_OF("a", "root@example.com") "}]\n",
         "9:22: error: 'root@example.com' is the user of the mailbox 'a', which Postern fetches: what is "
         "sent "
         "there would come back as new mail; give a person's own mailbox"},
        {GOOD "mailboxes: [" MAILBOX "}]\n",
         "9:12: warning: nobody is told when a mailbox stops: give 'addresses' under 'admins'"},
        {GOOD "admins: {adresses: []}\n", "9:10: error: unknown key 'adresses'; did you mean 'addresses'?"},
        {GOOD "admins: {addresses: [a@a.example, A@A.example]}\n",
         "9:35: error: the address 'A@a.example' is already given on line 9"},
        {GOOD "admins: {addresses: [support+x@example.com]}\n",
         "9:22: error: 'support+x@example.com' is an address of a queue: mail about Postern would become "
         "tickets; give a person's own mailbox"},
        {GOOD "incidents: {within: 2d}\n", "9:21: error: expected a time from 1m to 1d, found '2d'"},
        {GOOD "admins: {alert_after: 25h}\n", "9:23: error: expected a time from 1s to 1d, found '25h'"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b}]\n",
         "9:12: warning: no mailbox and no route uses this sign-in"},
        {GOOD "sign_ins: [{name: a, provider: gmail, client_id: b}]\n",
         "9:32: error: expected google, microsoft or other, found 'gmail'"},
        {GOOD "sign_ins: [{name: a, provider: google}]\n",
         "9:12: error: the key 'client_id' of the sign-in is missing"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b, tenant: c}]\n",
         "9:62: error: only 'provider: microsoft' has a 'tenant'"},
        {GOOD "sign_ins: [{name: a, provider: microsoft, client_id: b, tenant: c/d}]\n",
         "9:65: error: expected a word of letters, digits, '.', '_' or '-', found 'c/d'"},
        {GOOD "sign_ins: [{name: a, provider: other, client_id: b, device_url: 'https://a/'}]\n",
         "9:12: error: 'provider: other' needs a 'token_url'"},
        {GOOD "sign_ins: [{name: a, provider: other, client_id: b, token_url: 'https://a/'}]\n",
         "9:12: error: 'provider: other' needs a 'device_url' or an 'authorize_url': nobody could authorize "
         "it "
         "otherwise"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b, client_secret_env: C, "
              "client_secret_file: d}]\n",
         "9:73: error: give one of 'client_secret_file' and 'client_secret_env', not both"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b, token_url: 'http://a/'}]\n",
         "9:65: error: expected a URL that begins with https:// and names no user, found 'http://a/'"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b, token_url: 'https:///x'}]\n",
         "9:65: error: expected a URL that begins with https:// and names no user, found 'https:///x'"},
        {GOOD "sign_ins: [{name: a, provider: google, client_id: b, client_secret: c}]\n",
         "9:54: error: a secret must not stand in this file: write it into a file of its own that only the "
         "user of postern can read and give its path with 'client_secret_file', or name an environment "
         "variable with 'client_secret_env'"},
        {TOP AGENTS QUEUES "outgoing: {server: a, user: b, sign_in: c, password_file: d}\n" SIGN_IN_C,
         "8:41: error: give a password or a 'sign_in', not both"},
        {TOP AGENTS QUEUES "outgoing: {server: a, sign_in: c}\n" SIGN_IN_C,
         "8:32: error: a password needs a 'user' to log in as"},
        {TOP AGENTS QUEUES "outgoing: []\n",
         "8:11: error: the list 'outgoing' is empty; it needs one item or more"},
        {TOP AGENTS QUEUES "outgoing: [{server: a}, {name: b, server: b}]\n",
         "8:12: error: each of several routes needs a 'name'"},
        {TOP AGENTS QUEUES "outgoing: [{name: a, server: a}, {name: A, server: b}]\n",
         "8:34: error: the route 'A' is already given on line 8"},
        {TOP AGENTS QUEUES "outgoing: [{name: a, server: a}, {name: b, server: b, queues: [suport]}]\n",
         "8:64: error: there is no queue 'suport'; did you mean 'support'?"},
        {TOP AGENTS QUEUES
         "outgoing: [{name: a, server: a}, {name: b, server: b, from: [kim@example.com]}]\n",
         "8:62: warning: nothing is sent from 'kim@example.com': the From of a queue's mail is the first of "
         "its 'addresses'"},
        {TOP AGENTS QUEUES "outgoing: {folder: a, per_minute: 3}\n",
         "8:23: error: 'per_minute' belongs to a 'server', and mail goes into a 'folder' here"},
        {TOP AGENTS QUEUES "outgoing: {server: a, per_minute: 1000001}\n",
         "8:35: error: expected a whole number from 0 to 1000000, found '1000001'"},
        {GOOD "webhooks: [{name: a, secret_file: b}]\n",
         "9:12: error: the key 'url' of the webhook is missing"},
        {GOOD "webhooks: [{name: a, url: 'http://a/', secret_file: b}]\n",
         "9:27: error: expected a URL that begins with https:// and names no user, found 'http://a/'"},
        {GOOD "webhooks: [{name: a, url: 'https://b:c@a/', secret_file: b}]\n",
         "9:27: error: expected a URL that begins with https:// and names no user, found something else (not "
         "shown: it may hold a password)"},
        {GOOD "webhooks: [{name: a, url: 'https://a/'}]\n",
         "9:12: error: a webhook needs one of 'secret_file' and 'secret_env': the key that signs what it is "
         "told"},
        {GOOD "webhooks: [{name: a, url: 'https://a/', secret_file: b, events: [open]}]\n",
         "9:66: error: expected opened, wrote, answered, handed-off or closed, found 'open'"},
        {GOOD "webhooks: [{name: a, url: 'https://a/', secret_file: b, queues: [sales]}]\n",
         "9:66: error: there is no queue 'sales' under 'queues'"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *is = NULL;
        g_autoptr(Config) config = parsed(cases[i].text, &is);
        g_auto(GStrv) lines = g_strsplit(is, "\n", -1);
        g_autofree char *expected = g_strconcat("etc/postern.yaml:", cases[i].said, NULL);
        if (g_strcmp0(lines[0], expected) != 0)
            fail_msg("case %u:\nexpected %s\nfound    %s", i, expected, lines[0] ? lines[0] : "nothing");
        assert_int_equal(config == NULL, strstr(is, ": error: ") != NULL);
        guint errors = 0;
        for (guint j = 0; lines[j]; j++)
            errors += strstr(lines[j], ": error: ") != NULL;
        if (errors > 1)
            fail_msg("case %u says more than one thing: %s", i, is);
    }
}

/* The blocks of README.md that begin with "# postern.yaml", below this heading, as an admin would copy them.
 */
static char *recipe(const char *heading)
{
    gsize length;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = file_read("README.md", LIMIT_CONFIG_BYTES, &length, &error);
    if (!text)
        fail_msg("%s (run from the folder of the Makefile)", error->message);
    g_autofree char *title = g_strdup_printf("\n#### %s\n", heading);
    const char *at = strstr(text, title);
    if (!at)
        fail_msg("README.md has no recipe '%s'", heading);
    g_auto(GStrv) lines = g_strsplit(at + strlen(title), "\n", -1);
    GString *out = g_string_new(NULL);
    gboolean is_in = FALSE;
    for (guint i = 0; lines[i] && lines[i][0] != '#'; i++) {
        is_in = g_str_has_prefix(lines[i], "    ") && (is_in || strstr(lines[i], "# postern.yaml"));
        if (is_in)
            g_string_append_printf(out, "%s\n", lines[i] + 4);
    }
    return g_string_free(out, FALSE);
}

#define PEOPLE "domain: example.com\nstore: s\nadmins: {addresses: [root@example.com]}\n" AGENTS QUEUES

static void test_recipes_of_the_readme(void **state)
{
    (void)state;
    g_autofree char *dovecot = recipe("Fetching from Dovecot"),
                    *google = recipe("Gmail and Google Workspace"), *microsoft = recipe("Microsoft 365");
    g_autofree char *text = g_strconcat(PEOPLE OUTGOING "trusted_authserv_id: mx\n", dovecot, NULL);
    g_autoptr(Config) of_dovecot = good(text);
    assert_string_equal(only_mailbox(of_dovecot)->move_to, "Taken");

    g_auto(GStrv) parts = g_strsplit(google, "password_file: app-password", -1);
    g_autofree char *with_sign_in = g_strjoinv("sign_in: google", parts);
    g_autofree char *google_text = g_strconcat(PEOPLE, with_sign_in, NULL);
    g_autoptr(Config) of_google = good(google_text);
    assert_int_equal(first_route(of_google)->server.port, 587);
    assert_string_equal(first_route(of_google)->server.sign_in, "google");
    assert_int_equal(only_mailbox(of_google)->server.port, 993);

    g_autofree char *microsoft_text = g_strconcat(PEOPLE "trusted_authserv_id: mx\n", microsoft, NULL);
    g_autoptr(Config) of_microsoft = good(microsoft_text);
    assert_non_null(strstr(config_sign_in(of_microsoft, "company")->device_url, "/example.onmicrosoft.com/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mailbox_defaults),
        cmocka_unit_test(test_mailbox_everything),
        cmocka_unit_test(test_mailbox_and_a_long_store),
        cmocka_unit_test(test_default_ports),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_same_account_on_other_folders),
        cmocka_unit_test(test_sign_ins),
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_no_route_fits),
        cmocka_unit_test(test_webhooks),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_recipes_of_the_readme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
