/* Sends one file to each recipient through the transport, for tests with real servers:
 *   smtp_send [options] FILE RECIPIENT…
 * The password, if any, is taken from $SMTP_SEND_PASSWORD. One line a recipient: "OUTCOME RECIPIENT: answer".
 * Ends with 0 when all were sent, else 1. */
#include <postern/deliver.h>

#include <gateway/deliver/plan.h>

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *host, *security, *ca_file, *user, *from, *hello, *folder;
    int port;
    int copies;
} Options;

static gboolean read_options(Options *options, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        {"host", 'h', 0, G_OPTION_ARG_STRING, &options->host, "Server", "HOST"},
        {"port", 'p', 0, G_OPTION_ARG_INT, &options->port, "Port", "N"},
        {"security", 's', 0, G_OPTION_ARG_STRING, &options->security, "none, starttls or tls", "WORD"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file, "CA file", "FILE"},
        {"user", 'u', 0, G_OPTION_ARG_STRING, &options->user, "Login", "NAME"},
        {"from", 'f', 0, G_OPTION_ARG_STRING, &options->from, "Envelope sender", "ADDRESS"},
        {"hello", 0, 0, G_OPTION_ARG_STRING, &options->hello, "EHLO name", "NAME"},
        {"folder", 0, 0, G_OPTION_ARG_FILENAME, &options->folder, "Write to this Maildir instead", "FOLDER"},
        {"copies", 'n', 0, G_OPTION_ARG_INT, &options->copies, "Mails to each recipient", "N"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("FILE RECIPIENT…");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, argc, argv, &error) && *argc >= 3)
        return TRUE;
    fprintf(stderr, "smtp_send: %s\n", error ? error->message : "FILE and RECIPIENT are missing");
    return FALSE;
}

static OutboxRow *row_new(const Options *options, const char *to, gint64 id, GBytes *bytes)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    row->id = id;
    row->to = g_strdup(to);
    row->envelope_from = g_strdup(options->from ? options->from : "");
    row->message_id = g_strdup_printf("%" G_GINT64_FORMAT "@test.example", id);
    row->bytes = g_bytes_ref(bytes);
    return row;
}

static void row_free(OutboxRow *row)
{
    g_free(row->to);
    g_free(row->envelope_from);
    g_free(row->message_id);
    g_bytes_unref(row->bytes);
    g_free(row);
}

static Security parse_security(const char *word)
{
    if (word && strcmp(word, "tls") == 0)
        return SECURITY_TLS;
    return word && strcmp(word, "starttls") == 0 ? SECURITY_STARTTLS : SECURITY_NONE;
}

static int report(const GPtrArray *rows, DeliveryResult *results)
{
    int status = EXIT_SUCCESS;
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = g_ptr_array_index(rows, i);
        printf("%s %s: %s\n", delivery_outcome_name(results[i].outcome), row->to, results[i].answer);
        if (results[i].outcome != DELIVERY_SENT)
            status = EXIT_FAILURE;
        delivery_result_clear(&results[i]);
    }
    return status;
}

static int send_file(const Options *options, const char *file, char **recipients)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(file, &text, &length, NULL)) {
        fprintf(stderr, "smtp_send: cannot read %s\n", file);
        return EXIT_FAILURE;
    }
    g_autoptr(GBytes) bytes = g_bytes_new(text, length);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    for (int copy = 0; copy < MAX(options->copies, 1); copy++)
        for (char **to = recipients; *to; to++)
            g_ptr_array_add(rows, row_new(options, *to, rows->len + 1, bytes));
    g_autofree char *hello = g_strdup(options->hello ? options->hello : "localhost");
    ConfigRoute route = {.type = options->folder ? OUTGOING_FOLDER : OUTGOING_SMTP,
                         .folder = options->folder,
                         .hello = hello,
                         .server = {.host = options->host,
                                    .port = (guint16)options->port,
                                    .security = parse_security(options->security),
                                    .user = options->user,
                                    .ca_file = options->ca_file}};
    g_autoptr(ServerSecret) secret = server_secret_fixed(getenv("SMTP_SEND_PASSWORD"), FALSE);
    g_autoptr(Transport) transport = transport_new(&route, secret);
    g_autofree DeliveryResult *results = g_new0(DeliveryResult, rows->len);
    transport_send(transport, rows, results);
    return report(rows, results);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    Options options = {0};
    if (!read_options(&options, &argc, &argv))
        return 64;
    int status = send_file(&options, argv[1], argv + 2);
    char *owned[] = {options.host, options.security, options.ca_file, options.user,
                     options.from, options.hello,    options.folder};
    for (gsize i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    return status;
}
