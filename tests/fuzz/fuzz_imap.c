/* What an IMAP server sends: everything is there before we begin, then the connection ends. The first byte
 * says which of the commands are given after the login. */
#include <gateway/intake/imap_private.h>

#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__lsan_default_suppressions(void);

/* libetpan loses what it has when it gives up in the middle of an answer; the session ends then. The unit
 * test runs with its leaks watched. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libetpan.so\n";
}

#define MOST_BODY 20000u

static const ImapTimeouts timeouts = {2000, 2000, 2000, 2000};

static gboolean sink(gpointer user, const char *bytes, gsize length, GError **error)
{
    (void)bytes, (void)error;
    *(gsize *)user += length;
    return TRUE;
}

static void find(ImapSession *session)
{
    static const guint32 few[] = {1, 2, 3, 7};
    g_autoptr(GArray) uids = imap_search(session, 2, 0, 10, NULL);
    g_assert(!uids || uids->len <= 10);
    g_autoptr(GArray) mails = imap_facts(session, few, G_N_ELEMENTS(few), "$Done", NULL);
    g_assert(!mails || mails->len <= G_N_ELEMENTS(few));
}

static void fetch(ImapSession *session)
{
    gsize seen = 0;
    gboolean found;
    g_autoptr(GError) error = NULL;
    gboolean ok = imap_fetch(session, 7, MOST_BODY, sink, &seen, &found, &error);
    g_assert(seen <= LIMIT_IMAP_LINE_BYTES);
    g_assert(ok || error);
}

static void change(ImapSession *session)
{
    gboolean moved;
    imap_move(session, 7, "Done", &moved, NULL);
    imap_add_flag(session, 7, "$Done", NULL);
}

static void ask(ImapSession *session)
{
    gboolean exists;
    imap_folder_exists(session, "Done", &exists, NULL);
    g_free(imap_rights(session, "INBOX", NULL));
}

static void use(ImapSession *session, guint which)
{
    ImapFolder folder;
    ImapWait wait;
    imap_select(session, "INBOX", &folder, NULL);
    if (which & 1)
        find(session);
    if (which & 2)
        fetch(session);
    if (which & 4)
        change(session);
    if (which & 8)
        ask(session);
    if (which & 16)
        imap_idle(session, 0, &wait, NULL);
    imap_noop(session, NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ConfigServer server = {.host = (char *)"127.0.0.1", .user = (char *)"kim"};
    static const char welcome[] =
        "* OK hi\r\n1 OK x\r\n2 OK x\r\n* CAPABILITY IDLE MOVE UIDPLUS CONDSTORE ACL\r\n3 OK x\r\n";
    int ends[2];
    int room = 1024 * 1024;
    if (size == 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return 0;
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    /* The highest bit: the input is the login as well. */
    if (!(data[0] & 128))
        g_assert(write(ends[1], welcome, sizeof welcome - 1) > 0);
    if (size > 1)
        g_assert(write(ends[1], data + 1, size - 1) == (ssize_t)size - 1);
    shutdown(ends[1], SHUT_WR);
    g_autoptr(ServerSecret) secret = server_secret_fixed("pw", FALSE);
    g_autoptr(ImapSession) session =
        imap_session_over(tls_adopt(ends[0], "127.0.0.1", 143, -1), &server, secret, &timeouts, -1, NULL);
    if (session)
        use(session, data[0]);
    g_clear_pointer(&session, imap_session_close);
    close(ends[1]);
    return 0;
}
