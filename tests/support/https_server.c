/* An HTTPS server for tests that does what its script says, good or bad: token endpoint, device endpoint,
 * sink of webhooks. One request a connection, one connection after the other.
 *
 *   https_server FOLDER [NAME [DAYS]]
 *
 * It makes a certificate for NAME (localhost) that ends in DAYS (2; negative: it has ended) and writes it to
 * FOLDER/ca.pem, listens on a free port of 127.0.0.1 and writes its number to FOLDER/port (last, so that who
 * sees it may connect), and appends every request, head and body, to FOLDER/log, "--" on a line of its own
 * behind each.
 *
 * FOLDER/script has lines "PATH ACTION". The n-th request for a PATH gets its n-th line, later ones its last.
 * A script that was moved in place of another begins anew. The path "*" counts connections: its lines are
 * used up first.
 *
 *   answer STATUS BODY    later STATUS SECONDS       (Retry-After)          redirect URL
 *   slow MS STATUS BODY   echo STATUS ERROR KEY      (an OAuth error whose description holds the form's value
 * of KEY) drop                  read all, then close without a word               hang     read all, then
 * wait for the client cut BODY              200, promises more than BODY and closes           huge     200
 * and a body without end head                  a head without end                                nothing  100
 * Continue, then close reset (only for "*")  closes after the handshake, reads nothing */
#include <arpa/inet.h>
#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_BYTES (4u * 1024 * 1024)

static const char *folder;
static GHashTable *counts; /* path → how many requests it had */
static ino_t script_inode;
static gnutls_certificate_credentials_t credentials;

static char *in_folder(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void make_certificate(const char *name, int days)
{
    static const guint8 serial[] = {1};
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    gnutls_datum_t pem;
    time_t now = time(NULL);
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, serial, sizeof serial);
    gnutls_x509_crt_set_activation_time(certificate, now - 30 * 86400);
    gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)days * 86400);
    gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name),
                                         GNUTLS_FSAN_SET);
    gnutls_x509_crt_set_basic_constraints(certificate, 1, -1);
    gnutls_x509_crt_set_key(certificate, key);
    if (gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0) < 0 ||
        gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem) < 0)
        die("certificate");
    g_autofree char *path = in_folder("ca.pem");
    g_file_set_contents(path, (const char *)pem.data, pem.size, NULL);
    gnutls_free(pem.data);
    gnutls_certificate_allocate_credentials(&credentials);
    if (gnutls_certificate_set_x509_key(credentials, &certificate, 1, key) < 0)
        die("credentials");
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

static int listen_somewhere(guint16 *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("listen");
    *out_port = ntohs(address.sin_port);
    return fd;
}

/* The action of the next request for this path; NULL: the script has none. `repeats`: the last line counts
 * on. */
static char *next_action(const char *path, gboolean repeats)
{
    g_autofree char *file = in_folder("script");
    g_autofree char *text = NULL;
    g_autofree char *start = g_strdup_printf("%s ", path);
    struct stat state;
    if (stat(file, &state) != 0 || !g_file_get_contents(file, &text, NULL, NULL))
        return NULL;
    if (state.st_ino != script_inode)
        g_hash_table_remove_all(counts);
    script_inode = state.st_ino;
    guint wanted = GPOINTER_TO_UINT(g_hash_table_lookup(counts, path)), seen = 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char *found = NULL;
    for (guint i = 0; lines[i] && seen <= wanted; i++) {
        if (!g_str_has_prefix(lines[i], start))
            continue;
        g_free(found);
        found = g_strdup(lines[i] + strlen(start));
        seen++;
    }
    g_hash_table_insert(counts, g_strdup(path), GUINT_TO_POINTER(wanted + 1));
    if (!repeats && seen <= wanted)
        g_clear_pointer(&found, g_free);
    return found;
}

static void append_log(const char *bytes, gsize length)
{
    g_autofree char *path = in_folder("log");
    FILE *log = fopen(path, "ae");
    if (!log)
        die(path);
    fwrite(bytes, 1, length, log);
    fputs("\n--\n", log);
    fclose(log);
}

/* Head and body; NULL when the client goes before. */
static GString *read_request(gnutls_session_t session, gsize *out_head)
{
    GString *request = g_string_new(NULL);
    char block[16384];
    for (gsize wanted = G_MAXSIZE; request->len < wanted && request->len < REQUEST_BYTES;) {
        ssize_t got = gnutls_record_recv(session, block, sizeof block);
        if (got == GNUTLS_E_INTERRUPTED || got == GNUTLS_E_AGAIN)
            continue;
        if (got <= 0) {
            g_string_free(request, TRUE);
            return NULL;
        }
        g_string_append_len(request, block, got);
        const char *end = strstr(request->str, "\r\n\r\n");
        if (!end || wanted != G_MAXSIZE)
            continue;
        const char *length = strcasestr(request->str, "\r\nContent-Length:");
        *out_head = (gsize)(end - request->str) + 4;
        wanted = *out_head + (length ? strtoul(length + 17, NULL, 10) : 0);
    }
    return request;
}

static gboolean say(gnutls_session_t session, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t sent = gnutls_record_send(session, bytes, length);
        if (sent == GNUTLS_E_INTERRUPTED || sent == GNUTLS_E_AGAIN)
            continue;
        if (sent <= 0)
            return FALSE;
        bytes += sent;
        length -= (gsize)sent;
    }
    return TRUE;
}

static void answer(gnutls_session_t session, int status, const char *header, const char *body, gsize promised)
{
    g_autofree char *text =
        g_strdup_printf("HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "Connection: close\r\n%s\r\n%s",
                        status, promised, header, body);
    say(session, text, strlen(text));
}

/* As a form has it, decoded. */
static char *form_value(const char *body, const char *key)
{
    g_autoptr(GHashTable) form = g_uri_parse_params(body, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
    const char *value = form ? g_hash_table_lookup(form, key) : NULL;
    return g_strdup(value ? value : "");
}

static void act_echo(gnutls_session_t session, char **words, const char *body)
{
    g_autofree char *value = form_value(body, words[3]);
    g_autofree char *text = g_strdup_printf(
        "{\"error\":\"%s\",\"error_description\":\"I do not like %s at all\"}", words[2], value);
    answer(session, atoi(words[1]), "", text, strlen(text));
}

static void act_forever(gnutls_session_t session, const char *start, const char *piece)
{
    for (gboolean ok = say(session, start, strlen(start)); ok;)
        ok = say(session, piece, strlen(piece));
}

static void act(gnutls_session_t session, const char *action, const char *body)
{
    g_auto(GStrv) words = g_strsplit(action, " ", 4);
    guint count = g_strv_length(words);
    const char *first = count > 1 ? words[1] : "", *second = count > 2 ? words[2] : "";
    const char *after_first = count > 1 ? strchr(action, ' ') + 1 : "";
    const char *after_second = count > 2 ? strchr(after_first, ' ') + 1 : "";
    const char *after_third = count > 3 ? words[3] : "";
    char block[256];
    if (strcmp(words[0], "answer") == 0) {
        answer(session, atoi(first), "", after_second, strlen(after_second));
    } else if (strcmp(words[0], "later") == 0) {
        g_autofree char *header = g_strdup_printf("Retry-After: %s\r\n", second);
        answer(session, atoi(first), header, "", 0);
    } else if (strcmp(words[0], "redirect") == 0) {
        g_autofree char *header = g_strdup_printf("Location: %s\r\n", first);
        answer(session, 302, header, "", 0);
    } else if (strcmp(words[0], "slow") == 0) {
        g_usleep((gulong)atoi(first) * 1000);
        answer(session, atoi(second), "", after_third, strlen(after_third));
    } else if (strcmp(words[0], "echo") == 0) {
        act_echo(session, words, body);
    } else if (strcmp(words[0], "cut") == 0) {
        answer(session, 200, "", after_first, strlen(after_first) + 100);
    } else if (strcmp(words[0], "nothing") == 0) {
        say(session, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    } else if (strcmp(words[0], "huge") == 0) {
        act_forever(session, "HTTP/1.1 200 Scripted\r\n\r\n", "all work and no play ");
    } else if (strcmp(words[0], "head") == 0) {
        act_forever(session, "HTTP/1.1 200 Scripted\r\n", "X-And-So: on\r\n");
    } else if (strcmp(words[0], "hang") == 0) {
        while (gnutls_record_recv(session, block, sizeof block) > 0)
            ;
    } else if (strcmp(words[0], "drop") != 0) {
        answer(session, 500, "", "the script is wrong", 19);
    }
}

static void converse(gnutls_session_t session)
{
    g_autofree char *at_once = next_action("*", FALSE);
    gsize head = 0;
    GString *request = at_once ? NULL : read_request(session, &head);
    if (!request)
        return;
    append_log(request->str, request->len);
    g_auto(GStrv) words = g_strsplit_set(request->str, " \r", 3);
    g_autofree char *action = words[0] && words[1] ? next_action(words[1], TRUE) : NULL;
    act(session, action ? action : "answer 404 no such path in the script", request->str + head);
    g_string_free(request, TRUE);
}

static void serve(int client)
{
    gnutls_session_t session;
    gnutls_init(&session, GNUTLS_SERVER);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session, client);
    gnutls_handshake_set_timeout(session, 20000);
    int code;
    do
        code = gnutls_handshake(session);
    while (code < 0 && !gnutls_error_is_fatal(code));
    if (code == 0) {
        converse(session);
        gnutls_bye(session, GNUTLS_SHUT_WR);
    } else {
        append_log("handshake failed", 16);
    }
    gnutls_deinit(session);
    close(client);
}

int main(int argc, char **argv)
{
    guint16 port;
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: https_server FOLDER [NAME [DAYS]]\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    folder = argv[1];
    counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    make_certificate(argc > 2 ? argv[2] : "localhost", argc > 3 ? atoi(argv[3]) : 2);
    int listener = listen_somewhere(&port);
    g_autofree char *path = in_folder("port");
    g_autofree char *text = g_strdup_printf("%u\n", port);
    if (!g_file_set_contents(path, text, -1, NULL))
        die(path);
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            serve(client);
    }
}
