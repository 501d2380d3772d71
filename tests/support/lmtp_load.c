/* A load for an LMTP server: many sessions in one thread, every mail distinct, and a
 * ledger of what was answered with 250, so that a server killed at any moment can be
 * held to its word.
 *
 *   lmtp_load --to support@example.org --port 2424 --sessions 20 --seconds 10 --size 2048
 *   lmtp_load --to support@example.org --unix /run/postern/lmtp --count 1000 \
 *             --mix 80:3072,15:51200,5:1048576 --ledger sent.txt --seed 7 --json
 *
 * With --pool FILE mails take their words from a text (lines that end with CR LF).
 *
 * A ledger line is "MESSAGE-ID SHA256", the sum over the bytes of the mail as the server should keep them. */
#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#define CLASSES 16
#define SESSIONS 10000
#define POOL_BYTES (4u * 1024 * 1024)
#define HTML_FROM (32u * 1024)        /* a mail this large is HTML; */
#define ATTACHMENT_FROM (256u * 1024) /* one this large carries a file */
#define RETRY_US (20 * 1000)

static struct {
    char *to, *host, *unix_path, *mix, *ledger, *pool;
    int port, sessions, count, seconds, size, recipients, seed, senders, reconnect;
    gboolean json, tolerant, pipeline;
} options = {.port = 24, .sessions = 1, .size = 2048, .recipients = 1, .seed = 1, .senders = 1000};

typedef enum {
    STEP_GREETING,
    STEP_LHLO,
    STEP_MAIL,
    STEP_RCPT,
    STEP_DATA,
    STEP_ANSWERS,
    STEP_QUIT,
    STEP_GONE
} Step;

typedef struct {
    guint number;
    int fd;
    Step step;
    guint mails;  /* begun */
    GString *out; /* to send; `sent` of it is */
    gsize sent;
    gboolean awaits_space;
    gboolean may_say_size; /* the server knows RFC 1870 */
    char in[4096];         /* replies; a line that does not fit is cut */
    gsize in_length;
    GString *wire; /* the mail, dots stuffed, with the final dot */
    char *message_id;
    guint8 sum[DIGEST_BYTES];
    guint asked, accepted, answered; /* recipients */
    gboolean is_noted;
    gint64 dot_us;
    gint64 broken_us, retry_us;
} Session;

static struct {
    int epoll_fd, ledger_fd;
    GString *pool;
    struct {
        guint weight;
        gsize size;
    } classes[CLASSES];
    guint class_count, weights;
    guint begun, kept, broken, open;
    guint codes[1000];
    GArray *waits_us; /* gint64, from the final dot to the 250 */
    gint64 start_us, end_us, now_us;
    struct sockaddr_storage address;
    socklen_t address_length;
} load;

static G_GNUC_NORETURN G_GNUC_PRINTF(2, 3) void die(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_printerr("lmtp_load: %s\n", text);
    exit(code);
}

/* splitmix64: the same mails for the same seed on every machine. */
static guint64 scramble(guint64 x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Mails. */

/* Lines of words, some of which begin with a dot. Mails take pieces of it. */
static GString *pool_new(void)
{
    static const char *const words[] = {
        "printer", "invoice", "login", "after", "the",       "update", "does",   "not",  "work",
        "please",  "account", "error", "since", "yesterday", "our",    "server", "says", "gr\xc3\xbc\xc3\x9f",
        "page",    "again"};
    GString *pool = g_string_sized_new(POOL_BYTES + 128);
    g_autofree char *own = NULL;
    gsize own_length = 0;
    if (options.pool && !g_file_get_contents(options.pool, &own, &own_length, NULL))
        die(EX_NOINPUT, "%s cannot be read", options.pool);
    while (own_length > 0 && pool->len < POOL_BYTES)
        g_string_append_len(pool, own, (gssize)own_length);
    guint64 dice = scramble((guint64)options.seed);
    while (pool->len < POOL_BYTES) {
        gsize start = pool->len;
        dice = scramble(dice);
        if (dice % 50 == 0)
            g_string_append(pool, dice % 100 == 0 ? ". " : "..");
        while (pool->len - start < 60) {
            dice = scramble(dice);
            g_string_append(pool, words[dice % G_N_ELEMENTS(words)]);
            g_string_append_c(pool, ' ');
        }
        g_string_append(pool, "\r\n");
    }
    return pool;
}

/* Whole lines until the mail has `size` bytes; the last one is cut to measure. */
static void append_pool(GString *raw, gsize size, guint64 dice)
{
    gsize at = dice % (POOL_BYTES / 2);
    at = (gsize)(strchr(load.pool->str + at, '\n') + 1 - load.pool->str);
    while (raw->len + 2 < size) {
        gsize piece = MIN(size - 2 - raw->len, POOL_BYTES / 4);
        g_string_append_len(raw, load.pool->str + at, (gssize)piece);
        if (raw->len + 2 < size && raw->str[raw->len - 1] != '\n')
            g_string_append(raw, "\r\n");
    }
    /* Neither half a character nor a CR without its LF. */
    for (gsize i = raw->len; i > 0 && (raw->str[i - 1] == '\r' || (guchar)raw->str[i - 1] >= 0x80); i--)
        raw->str[i - 1] = '.';
    g_string_append(raw, "\r\n");
}

static void append_base64(GString *raw, gsize size, guint64 dice)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char line[79];
    while (raw->len + sizeof line < size) {
        for (guint i = 0; i < 76; i++) {
            if (i % 8 == 0)
                dice = scramble(dice);
            line[i] = letters[dice >> (i % 8 * 8) & 63];
        }
        g_string_append_len(raw, line, 76);
        g_string_append(raw, "\r\n");
    }
}

/* No two mails say the same: who repeats himself gets no acknowledgement. */
static void append_word(GString *raw, guint64 dice)
{
    for (guint i = 0; i < 12; i++, dice /= 26)
        g_string_append_c(raw, (char)('a' + dice % 26));
}

static void append_text(GString *raw, gsize size, guint64 dice)
{
    g_string_append(raw,
                    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    g_string_append(raw, "Hello, this is ");
    append_word(raw, dice);
    g_string_append(raw, " of a load test.\r\n\r\n");
    append_pool(raw, size, dice);
}

static void append_html(GString *raw, gsize size, guint64 dice)
{
    g_string_append(raw, "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                         "<html><head><style>p { margin: 0 }</style></head><body>\r\n<p>");
    append_word(raw, dice);
    g_string_append(raw, "</p>\r\n");
    while (raw->len + 600 < size) {
        dice = scramble(dice);
        g_string_append(raw, "<div class=\"part\"><p style=\"color: #222\">\r\n");
        append_pool(raw, raw->len + 400, dice);
        g_string_append(raw, "</p>&nbsp;<b>more</b></div>\r\n");
    }
    g_string_append(raw, "</body></html>\r\n");
}

static void append_attachment(GString *raw, gsize size, guint64 dice)
{
    g_string_append(raw,
                    "Content-Type: multipart/mixed; boundary=\"part-of-load\"\r\n\r\n--part-of-load\r\n");
    append_text(raw, raw->len + 2048, dice);
    g_string_append(raw, "--part-of-load\r\nContent-Type: application/octet-stream; name=\"trace.bin\"\r\n"
                         "Content-Disposition: attachment; filename=\"trace.bin\"\r\n"
                         "Content-Transfer-Encoding: base64\r\n\r\n");
    append_base64(raw, size, scramble(dice));
    g_string_append(raw, "--part-of-load--\r\n");
}

static gsize draw_size(guint64 dice)
{
    guint drawn = (guint)(dice % load.weights);
    guint i = 0;
    while (drawn >= load.classes[i].weight)
        drawn -= load.classes[i++].weight;
    return load.classes[i].size;
}

/* The first line is a header field: no dot opens it. */
static void stuff_dots(GString *wire, const GString *raw)
{
    const char *at = raw->str, *end = raw->str + raw->len, *line;
    while ((line = memmem(at, (gsize)(end - at), "\r\n.", 3)) != NULL) {
        g_string_append_len(wire, at, line + 3 - at);
        g_string_append_c(wire, '.');
        at = line + 3;
    }
    g_string_append_len(wire, at, end - at);
    g_string_append(wire, ".\r\n");
}

static void make_mail(Session *session)
{
    static GString *raw;
    guint64 dice = scramble(scramble((guint64)options.seed << 32 | session->number) + session->mails);
    guint sender = (session->number * 7919 + session->mails) % (guint)options.senders;
    gsize size = draw_size(dice);
    g_autofree char *date = clock_rfc5322(clock_now_us());
    raw = raw ? g_string_truncate(raw, 0) : g_string_sized_new(size + 1024);
    g_free(session->message_id);
    session->message_id =
        g_strdup_printf("%d.%u.%u@load.invalid", options.seed, session->number, session->mails);
    g_string_append_printf(
        raw,
        "Date: %s\r\nFrom: Sender %u <sender-%u@load.invalid>\r\nTo: <%s>\r\n"
        "Subject: Load %d, session %u, mail %u\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\n",
        date, sender, sender, options.to, options.seed, session->number, session->mails, session->message_id);
    if (size >= ATTACHMENT_FROM)
        append_attachment(raw, size, dice);
    else if (size >= HTML_FROM)
        append_html(raw, size, dice);
    else
        append_text(raw, size, dice);
    digest_of(raw->str, raw->len, session->sum);
    g_string_truncate(session->wire, 0);
    stuff_dots(session->wire, raw);
    g_string_append_printf(session->out, "MAIL FROM:<sender-%u@load.invalid>", sender);
    if (session->may_say_size)
        g_string_append_printf(session->out, " SIZE=%" G_GSIZE_FORMAT, raw->len);
    g_string_append(session->out, "\r\n");
}

static void note_in_ledger(Session *session)
{
    g_autofree char *sum = digest_hex(session->sum, DIGEST_BYTES);
    g_autofree char *line = g_strdup_printf("<%s> %s\n", session->message_id, sum);
    g_autoptr(GError) error = NULL;
    /* One write a line: what stands there stays true when this process is killed, too. */
    if (load.ledger_fd >= 0 && !file_write_all(load.ledger_fd, line, strlen(line), &error))
        die(EX_IOERR, "%s: %s", options.ledger, error->message);
}

/* Sessions. */

static void watch(Session *session, int operation, gboolean awaits_space)
{
    struct epoll_event event = {.events = EPOLLIN | (awaits_space ? EPOLLOUT : 0u), .data.ptr = session};
    session->awaits_space = awaits_space;
    if (epoll_ctl(load.epoll_fd, operation, session->fd, &event) != 0)
        die(EX_OSERR, "epoll_ctl: %s", g_strerror(errno));
}

static void leave(Session *session)
{
    if (session->fd >= 0)
        close(session->fd);
    session->fd = -1;
    session->step = STEP_GONE;
    session->retry_us = 0;
    load.open--;
}

static gboolean is_done(void)
{
    return (options.count > 0 && load.begun >= (guint)options.count) ||
           (options.seconds > 0 && load.now_us - load.start_us >= options.seconds * G_USEC_PER_SEC);
}

/* The connection is gone; what was under way is neither kept nor refused. */
static void lose(Session *session)
{
    if (session->fd >= 0)
        close(session->fd);
    session->fd = -1;
    if (session->broken_us == 0) {
        load.broken++;
        session->broken_us = load.now_us;
    }
    gboolean is_hopeless = load.now_us - session->broken_us > options.reconnect * G_USEC_PER_SEC;
    if (options.reconnect == 0 || is_hopeless || is_done())
        leave(session);
    else
        session->retry_us = load.now_us + RETRY_US;
}

static void session_connect(Session *session)
{
    const int on = 1;
    session->retry_us = 0;
    session->step = STEP_GREETING;
    session->in_length = session->sent = 0;
    g_string_truncate(session->out, 0);
    session->fd = socket(load.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (session->fd < 0)
        die(EX_OSERR, "socket: %s", g_strerror(errno));
    if (connect(session->fd, (struct sockaddr *)&load.address, load.address_length) != 0) {
        lose(session);
        return;
    }
    if (load.address.ss_family != AF_UNIX)
        setsockopt(session->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(session->fd, F_SETFL, fcntl(session->fd, F_GETFL) | O_NONBLOCK);
    watch(session, EPOLL_CTL_ADD, FALSE);
}

static void push(Session *session)
{
    while (session->sent < session->out->len) {
        ssize_t count = send(session->fd, session->out->str + session->sent,
                             session->out->len - session->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN) {
            lose(session);
            return;
        }
        if (count < 0)
            break;
        session->sent += (gsize)count;
    }
    gboolean awaits_space = session->sent < session->out->len;
    if (!awaits_space) {
        if (session->step == STEP_ANSWERS && session->dot_us == 0)
            session->dot_us = clock_monotonic_us();
        g_string_truncate(session->out, 0);
        session->sent = 0;
    }
    if (awaits_space != session->awaits_space)
        watch(session, EPOLL_CTL_MOD, awaits_space);
}

static void say_recipient(Session *session)
{
    g_string_append_printf(session->out, "RCPT TO:<%s>\r\n", options.to);
}

static void begin_mail(Session *session)
{
    if (is_done()) {
        g_string_append(session->out, "QUIT\r\n");
        session->step = STEP_QUIT;
        return;
    }
    load.begun++;
    session->mails++;
    session->asked = session->accepted = session->answered = 0;
    session->is_noted = FALSE;
    session->step = STEP_MAIL;
    make_mail(session);
    for (int i = 0; options.pipeline && i < options.recipients; i++)
        say_recipient(session);
    if (options.pipeline)
        g_string_append(session->out, "DATA\r\n");
}

static void give_up_mail(Session *session)
{
    g_string_append(session->out, "RSET\r\n");
    session->step = STEP_LHLO;
}

static void say_after_rcpt(Session *session, guint code)
{
    session->accepted += code / 100 == 2;
    if (++session->asked < (guint)options.recipients) {
        if (!options.pipeline)
            say_recipient(session);
        return;
    }
    /* When pipelining, DATA has been said and must be heard. */
    if (session->accepted == 0 && !options.pipeline) {
        give_up_mail(session);
        return;
    }
    session->step = STEP_DATA;
    if (!options.pipeline)
        g_string_append(session->out, "DATA\r\n");
}

static void take_answer(Session *session, guint code)
{
    if (code / 100 == 2 && !session->is_noted) {
        gint64 wait_us = clock_monotonic_us() - session->dot_us;
        note_in_ledger(session);
        session->is_noted = TRUE;
        load.kept++;
        g_array_append_val(load.waits_us, wait_us);
        /* A session that works again has its whole patience back. */
        session->broken_us = 0;
    }
    if (++session->answered == session->accepted)
        begin_mail(session);
}

static void take_reply(Session *session, guint code)
{
    if (code >= 400 && code < 1000)
        load.codes[code]++;
    if (code == 421) {
        lose(session);
        return;
    }
    switch (session->step) {
    case STEP_GREETING:
        g_string_append(session->out, "LHLO load.invalid\r\n");
        session->step = STEP_LHLO;
        break;
    case STEP_LHLO:
        begin_mail(session);
        break;
    case STEP_MAIL:
        if (code / 100 != 2 && !options.pipeline) {
            give_up_mail(session);
            break;
        }
        session->step = STEP_RCPT;
        if (!options.pipeline)
            say_recipient(session);
        break;
    case STEP_RCPT:
        say_after_rcpt(session, code);
        break;
    case STEP_DATA:
        if (code != 354) {
            give_up_mail(session);
            break;
        }
        g_string_append_len(session->out, session->wire->str, (gssize)session->wire->len);
        session->dot_us = 0;
        session->step = STEP_ANSWERS;
        break;
    case STEP_ANSWERS:
        take_answer(session, code);
        break;
    case STEP_QUIT:
        leave(session);
        break;
    case STEP_GONE:
        break;
    }
}

/* Each last line of a reply; of lines that go on ("250-") only what the server offers counts. */
static void take_replies(Session *session)
{
    gsize at = 0;
    const char *lf;
    while (session->fd >= 0 && (lf = memchr(session->in + at, '\n', session->in_length - at)) != NULL) {
        const char *line = session->in + at;
        at = (gsize)(lf + 1 - session->in);
        if (session->step == STEP_LHLO && lf - line >= 8 && strncmp(line + 4, "SIZE", 4) == 0)
            session->may_say_size = TRUE;
        if (lf - line >= 4 && line[3] != '-')
            take_reply(session, (guint)g_ascii_strtoull(line, NULL, 10));
    }
    if (session->fd < 0)
        return;
    memmove(session->in, session->in + at, session->in_length - at);
    session->in_length -= at;
    if (session->in_length == sizeof session->in)
        session->in_length = 0;
    if (session->out->len > 0)
        push(session);
}

static void session_event(Session *session, guint32 events)
{
    if (session->fd < 0)
        return;
    if (events & EPOLLOUT)
        push(session);
    if (session->fd < 0 || !(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    ssize_t count =
        recv(session->fd, session->in + session->in_length, sizeof session->in - session->in_length, 0);
    if (count > 0) {
        session->in_length += (gsize)count;
        take_replies(session);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        lose(session);
    }
}

static int wait_ms(Session **sessions)
{
    gint64 due = G_MAXINT64;
    /* Only a session without a connection has a time to wait for. */
    for (int i = 0; options.reconnect > 0 && i < options.sessions; i++)
        if (sessions[i]->retry_us > 0)
            due = MIN(due, sessions[i]->retry_us);
    return due == G_MAXINT64 ? 1000 : (int)MAX((due - load.now_us) / 1000 + 1, 0);
}

static void run(Session **sessions)
{
    struct epoll_event events[256];
    while (load.open > 0) {
        int count = epoll_wait(load.epoll_fd, events, G_N_ELEMENTS(events), wait_ms(sessions));
        load.now_us = clock_monotonic_us();
        for (int i = 0; i < count; i++)
            session_event(events[i].data.ptr, events[i].events);
        for (int i = 0; options.reconnect > 0 && i < options.sessions; i++)
            if (sessions[i]->retry_us > 0 && sessions[i]->retry_us <= load.now_us)
                session_connect(sessions[i]);
    }
    load.end_us = clock_monotonic_us();
}

/* The report. */

static int compare_waits(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

static double wait_ms_at(double share)
{
    guint count = load.waits_us->len;
    if (count == 0)
        return 0;
    return (double)g_array_index(load.waits_us, gint64, (guint)((count - 1) * share)) / 1000;
}

static guint refused_total(void)
{
    guint total = 0;
    for (guint code = 400; code < 1000; code++)
        total += load.codes[code];
    return total;
}

static void report_json(double seconds, double rate)
{
    const struct {
        const char *name;
        double value;
    } figures[] = {{"seconds", seconds},
                   {"per_second", rate},
                   {"p50_ms", wait_ms_at(0.5)},
                   {"p99_ms", wait_ms_at(0.99)},
                   {"max_ms", wait_ms_at(1)}};
    GString *out = g_string_new(NULL);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(out, "{\"messages\":%u", load.kept);
    for (guint i = 0; i < G_N_ELEMENTS(figures); i++)
        g_string_append_printf(out, ",\"%s\":%s", figures[i].name,
                               g_ascii_formatd(number, sizeof number, "%.3f", figures[i].value));
    g_string_append_printf(out, ",\"begun\":%u,\"broken\":%u,\"refused\":{", load.begun, load.broken);
    const char *comma = "";
    for (guint code = 400; code < 1000; code++) {
        if (load.codes[code] == 0)
            continue;
        g_string_append_printf(out, "%s\"%u\":%u", comma, code, load.codes[code]);
        comma = ",";
    }
    g_print("%s}}\n", out->str);
    g_string_free(out, TRUE);
}

static void report_text(double seconds, double rate)
{
    g_print("%u messages in %.2f s: %.1f messages/s\n", load.kept, seconds, rate);
    g_print("final dot to 250: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", wait_ms_at(0.5), wait_ms_at(0.99),
            wait_ms_at(1));
    g_print("refused: %u", refused_total());
    for (guint code = 400; code < 1000; code++)
        if (load.codes[code] > 0)
            g_print("  %u: %u", code, load.codes[code]);
    g_print("\nconnections broken: %u\n", load.broken);
}

static void report(void)
{
    double seconds = (double)(load.end_us - load.start_us) / G_USEC_PER_SEC;
    double rate = seconds > 0 ? load.kept / seconds : 0;
    g_array_sort(load.waits_us, compare_waits);
    if (options.json)
        report_json(seconds, rate);
    else
        report_text(seconds, rate);
}

/* Options. */

static void add_class(guint weight, gsize size)
{
    if (load.class_count == CLASSES || weight == 0 || size > 1024u * 1024 * 1024)
        die(EX_USAGE, "a mix is WEIGHT:BYTES,… with at most %d classes", CLASSES);
    load.classes[load.class_count].weight = weight;
    load.classes[load.class_count++].size = size;
    load.weights += weight;
}

static void read_mix(void)
{
    if (!options.mix) {
        add_class(1, (gsize)options.size);
        return;
    }
    g_auto(GStrv) parts = g_strsplit(options.mix, ",", -1);
    for (guint i = 0; parts[i]; i++) {
        char *size = strchr(parts[i], ':');
        add_class((guint)g_ascii_strtoull(parts[i], NULL, 10),
                  size ? (gsize)g_ascii_strtoull(size + 1, NULL, 10) : 0);
    }
}

static void read_address(void)
{
    if (options.unix_path) {
        struct sockaddr_un *address = (struct sockaddr_un *)&load.address;
        address->sun_family = AF_UNIX;
        if (g_strlcpy(address->sun_path, options.unix_path, sizeof address->sun_path) >=
            sizeof address->sun_path)
            die(EX_USAGE, "the path of the socket is too long");
        load.address_length = sizeof *address;
        return;
    }
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    g_autofree char *port = g_strdup_printf("%d", options.port);
    int result = getaddrinfo(options.host ? options.host : "127.0.0.1", port, &hints, &found);
    if (result != 0)
        die(EX_NOHOST, "%s: %s", options.host, gai_strerror(result));
    memcpy(&load.address, found->ai_addr, found->ai_addrlen);
    load.address_length = found->ai_addrlen;
    freeaddrinfo(found);
}

static void read_options(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"to", 0, 0, G_OPTION_ARG_STRING, &options.to, "recipient of every mail", "ADDRESS"},
        {"host", 0, 0, G_OPTION_ARG_STRING, &options.host, "server, default 127.0.0.1", "HOST"},
        {"port", 0, 0, G_OPTION_ARG_INT, &options.port, "its port, default 24", "PORT"},
        {"unix", 0, 0, G_OPTION_ARG_FILENAME, &options.unix_path, "its socket, instead of host and port",
         "PATH"},
        {"sessions", 0, 0, G_OPTION_ARG_INT, &options.sessions, "at the same time, default 1", "N"},
        {"count", 0, 0, G_OPTION_ARG_INT, &options.count, "mails in all", "N"},
        {"seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "begin no mail after this time", "N"},
        {"size", 0, 0, G_OPTION_ARG_INT, &options.size, "of a mail, default 2048", "BYTES"},
        {"mix", 0, 0, G_OPTION_ARG_STRING, &options.mix, "sizes by weight, as 80:3072,15:51200,5:1048576",
         "MIX"},
        {"rcpt", 0, 0, G_OPTION_ARG_INT, &options.recipients, "RCPT commands a mail, default 1", "N"},
        {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &options.ledger, "append what was answered with 250", "FILE"},
        {"pool", 0, 0, G_OPTION_ARG_FILENAME, &options.pool, "a text to take mails from", "FILE"},
        {"seed", 0, 0, G_OPTION_ARG_INT, &options.seed, "of texts and Message-IDs, default 1", "N"},
        {"senders", 0, 0, G_OPTION_ARG_INT, &options.senders, "different senders, default 1000", "N"},
        {"pipeline", 0, 0, G_OPTION_ARG_NONE, &options.pipeline, "MAIL, RCPT and DATA in one go", NULL},
        {"tolerant", 0, 0, G_OPTION_ARG_NONE, &options.tolerant,
         "broken connections and refusals are no failure", NULL},
        {"reconnect", 0, 0, G_OPTION_ARG_INT, &options.reconnect, "try for so long when a connection breaks",
         "SECONDS"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "report as one JSON object", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- load for an LMTP server");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        die(EX_USAGE, "%s", error->message);
    if (argc > 1 || !options.to || options.sessions < 1 || options.sessions > SESSIONS ||
        options.recipients < 1 || options.senders < 1 || options.size < 1 ||
        (options.count < 1 && options.seconds < 1))
        die(EX_USAGE, "--to and one of --count and --seconds are needed; see --help");
}

static void open_all(Session **sessions)
{
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    load.ledger_fd = -1;
    if (options.ledger)
        load.ledger_fd = open(options.ledger, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (load.epoll_fd < 0 || (options.ledger && load.ledger_fd < 0))
        die(EX_CANTCREAT, "%s: %s", options.ledger ? options.ledger : "epoll", g_strerror(errno));
    load.pool = pool_new();
    load.waits_us = g_array_new(FALSE, FALSE, sizeof(gint64));
    load.start_us = load.now_us = clock_monotonic_us();
    load.open = (guint)options.sessions;
    for (int i = 0; i < options.sessions; i++) {
        sessions[i] = g_new0(Session, 1);
        sessions[i]->number = (guint)i;
        sessions[i]->out = g_string_new(NULL);
        sessions[i]->wire = g_string_new(NULL);
        session_connect(sessions[i]);
    }
}

static void close_all(Session **sessions)
{
    for (int i = 0; i < options.sessions; i++) {
        g_string_free(sessions[i]->out, TRUE);
        g_string_free(sessions[i]->wire, TRUE);
        g_free(sessions[i]->message_id);
        g_free(sessions[i]);
    }
    g_string_free(load.pool, TRUE);
    g_array_unref(load.waits_us);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    read_options(argc, argv);
    read_mix();
    read_address();
    g_autofree Session **sessions = g_new0(Session *, (gsize)options.sessions);
    open_all(sessions);
    run(sessions);
    report();
    gboolean is_clean = load.broken == 0 && refused_total() == 0;
    close_all(sessions);
    return is_clean || options.tolerant ? 0 : 1;
}
