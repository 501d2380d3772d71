/* An HTTPS server for flow tests that keeps what it is told and answers as it is told to.
 *
 *   webhook_receiver CERTIFICATE KEY FOLDER
 *
 * FOLDER/port gets its port of 127.0.0.1. The Nth request is kept as FOLDER/N.head and FOLDER/N.body; N.head
 * comes last. It is answered by what stands in FOLDER/answer (a whole head, "\n" for line ends; "drop" closes
 * without a word), or by 200 when there is no such file. One request a connection. Ends with its standard
 * input. */
#include <glib.h>

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define REQUEST_MOST (4u * 1024 * 1024)
#define PATIENCE_S 20

typedef struct {
    const char *folder;
    gnutls_certificate_credentials_t credentials;
    guint count;
} Receiver;

static void die(const char *what)
{
    fprintf(stderr, "webhook_receiver: %s\n", what);
    exit(1);
}

static void keep(const Receiver *receiver, const char *name, const char *bytes, gsize length)
{
    g_autofree char *path = g_build_filename(receiver->folder, name, NULL);
    if (!g_file_set_contents(path, bytes, (gssize)length, NULL))
        die("cannot write");
}

static gsize body_length(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length:");
    return at ? (gsize)g_ascii_strtoull(at + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

/* FALSE when the peer leaves before all is here. */
static gboolean read_request(gnutls_session_t session, GString *request, gsize *out_head)
{
    char buffer[16384];
    for (;;) {
        const char *end = strstr(request->str, "\r\n\r\n");
        if (end) {
            *out_head = (gsize)(end - request->str) + 4;
            if (request->len >= *out_head + body_length(request->str))
                return TRUE;
        }
        ssize_t got = gnutls_record_recv(session, buffer, sizeof buffer);
        if (got == GNUTLS_E_INTERRUPTED)
            continue;
        if (got <= 0 || request->len > REQUEST_MOST)
            return FALSE;
        g_string_append_len(request, buffer, got);
    }
}

static void answer(const Receiver *receiver, gnutls_session_t session)
{
    g_autofree char *path = g_build_filename(receiver->folder, "answer", NULL);
    g_autofree char *wanted = NULL;
    if (!g_file_get_contents(path, &wanted, NULL, NULL))
        wanted = g_strdup("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    if (g_str_has_prefix(wanted, "drop"))
        return;
    g_auto(GStrv) lines = g_strsplit(wanted, "\n", -1);
    g_autofree char *text = g_strjoinv("\r\n", lines);
    gnutls_record_send(session, text, strlen(text));
    gnutls_bye(session, GNUTLS_SHUT_WR);
}

static void serve(Receiver *receiver, int fd)
{
    gnutls_session_t session;
    gnutls_init(&session, GNUTLS_SERVER);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, receiver->credentials);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, PATIENCE_S * 1000);
    int shaken;
    do
        shaken = gnutls_handshake(session);
    while (shaken < 0 && !gnutls_error_is_fatal(shaken));
    g_autoptr(GString) request = g_string_new(NULL);
    gsize head = 0;
    if (shaken == 0 && read_request(session, request, &head)) {
        receiver->count++;
        g_autofree char *body_name = g_strdup_printf("%u.body", receiver->count);
        g_autofree char *head_name = g_strdup_printf("%u.head", receiver->count);
        keep(receiver, body_name, request->str + head, request->len - head);
        keep(receiver, head_name, request->str, head);
        answer(receiver, session);
    }
    gnutls_deinit(session);
}

static int listen_anywhere(const Receiver *receiver)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("cannot listen");
    g_autofree char *port = g_strdup_printf("%u\n", ntohs(address.sin_port));
    keep(receiver, "port", port, strlen(port));
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage: webhook_receiver CERTIFICATE KEY FOLDER");
    Receiver receiver = {.folder = argv[3]};
    if (gnutls_certificate_allocate_credentials(&receiver.credentials) != 0 ||
        gnutls_certificate_set_x509_key_file(receiver.credentials, argv[1], argv[2], GNUTLS_X509_FMT_PEM) < 0)
        die("cannot use the certificate");
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_anywhere(&receiver);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        struct timeval patience = {.tv_sec = PATIENCE_S};
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        serve(&receiver, fd);
        close(fd);
    }
}
