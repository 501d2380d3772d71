/* Does the gate answer where mail is to come in? */
#include "gateway/app/doctor.h"
#include "gateway/app/mailboxes.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/tls.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_SECONDS 10
#define LINE_BYTES 1000u

static TlsClient *connect_unix(const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return tls_adopt(fd, "localhost", 0, -1);
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s", g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* The next line, without its end. NULL with an error. */
static char *read_line(TlsClient *client, gint64 deadline_us, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    for (char c; line->len < LINE_BYTES;) {
        if (tls_read(client, &c, 1, deadline_us, error) < 0)
            return NULL;
        if (c == '\n')
            break;
        g_string_append_c(line, c);
    }
    return clean_line(line->str, (gssize)line->len, LINE_BYTES);
}

/* The last line of an answer, in out_line. */
static gboolean expect(TlsClient *client, const char *code, gint64 deadline_us, char **out_line,
                       GError **error)
{
    do {
        g_free(*out_line);
        *out_line = read_line(client, deadline_us, error);
    } while (*out_line && strlen(*out_line) > 3 && (*out_line)[3] == '-');
    return *out_line && g_str_has_prefix(*out_line, code);
}

static gboolean greet(TlsClient *client, char **out_line, GError **error)
{
    gint64 deadline_us = clock_monotonic_us() + LISTEN_SECONDS * G_USEC_PER_SEC;
    static const char hello[] = "LHLO localhost\r\n", quit[] = "QUIT\r\n";
    return expect(client, "220", deadline_us, out_line, error) &&
           tls_write(client, hello, strlen(hello), deadline_us, error) &&
           expect(client, "250", deadline_us, out_line, error) &&
           tls_write(client, quit, strlen(quit), deadline_us, error);
}

static Examination *examine(const ConfigListen *listen)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;
    char *where = listen->path ? g_strdup_printf("LMTP unix:%s", listen->path)
                               : g_strdup_printf("LMTP %s port %u", listen->host, listen->port);
    Examination *out = examination_new(where);
    gint64 deadline_us = clock_monotonic_us() + LISTEN_SECONDS * G_USEC_PER_SEC;
    g_autoptr(TlsClient) client = listen->path
                                      ? connect_unix(listen->path, &error)
                                      : tls_connect(listen->host, listen->port, -1, deadline_us, &error);
    if (!client)
        probe_add(out->steps, "answer", PROBE_BAD, "nobody answers: %s; is 'postern serve' running?",
                  error->message);
    else if (greet(client, &line, &error))
        probe_add(out->steps, "answer", PROBE_OK, "takes mail");
    else
        probe_add(out->steps, "answer", PROBE_BAD,
                  "it is not Postern that answers here, or it is in trouble: %s",
                  error ? error->message : line);
    return out;
}

GPtrArray *doctor_listeners(const Config *config)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(examination_free);
    for (guint i = 0; i < config->listens->len; i++) {
        const ConfigListen *listen = config->listens->pdata[i];
        if (listen->path || listen->port > 0) /* port 0: only its log knows where it listens */
            g_ptr_array_add(found, examine(listen));
    }
    return found;
}
