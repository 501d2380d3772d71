/* A reader's child whose reading function does what the mail's first word asks
 * for: dies, hangs, lies. Any other mail comes back as the text of its Reading,
 * with the envelope sender as the subject. */
#include "gateway/reader/child.h"

#include <postern/base/error.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_FD 3

static Reading *say(const char *text)
{
    Reading *reading = reading_new();
    reading->text = g_strdup(text);
    return reading;
}

/* Unseen by sanitizers, who would have something to say first. */
__attribute__((no_sanitize("undefined", "address"))) static Reading *crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    return NULL;
}

/* Every call keeps its frame, because the caller's is needed after it. */
static G_GNUC_NO_INLINE int deepen(guint levels)
{
    volatile char frame[4096];
    frame[0] = (char)levels;
    return levels == 0 ? 0 : deepen(levels - 1) + frame[0];
}

static Reading *overflow(void)
{
    return say(deepen(1000000) ? "deep" : "deeper");
}

static Reading *eat(void)
{
    for (;;)
        memset(g_malloc(1024 * 1024), 1, 1024 * 1024);
    return NULL;
}

static Reading *hang(void)
{
    for (volatile guint i = 0;; i++)
        continue;
    return NULL;
}

static Reading *leave(void)
{
    _exit(3);
}

static Reading *give_up(void)
{
    abort();
}

static Reading *call_home(void)
{
    return say(socket(AF_INET, SOCK_STREAM, 0) < 0 ? "refused" : "connected");
}

static Reading *look_around(void)
{
    return say(open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM ? "refused" : "opened");
}

static Reading *lie(void)
{
    return say("a\rb");
}

static void send_raw(gconstpointer bytes, gsize length)
{
    struct iovec part = {.iov_base = (gpointer)(gsize)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (sendmsg(SOCKET_FD, &message, MSG_NOSIGNAL) < 0)
        _exit(4);
}

/* Two answers at once: the second stands there before the next mail is sent. */
static Reading *chatter(void)
{
    g_autoptr(Reading) reading = say("chatter");
    g_autoptr(GBytes) packed = reading_pack(reading);
    const guint32 head[] = {4, (guint32)g_bytes_get_size(packed)};
    g_autoptr(GByteArray) answers = g_byte_array_new();
    for (guint i = 0; i < 2; i++) {
        g_byte_array_append(answers, (const guint8 *)head, sizeof head);
        g_byte_array_append(answers, g_bytes_get_data(packed, NULL), head[1]);
    }
    send_raw(answers->data, answers->len);
    return hang();
}

static Reading *boast(void)
{
    const guint32 head[] = {4, G_MAXUINT32};
    send_raw(head, sizeof head);
    return hang();
}

static Reading *stall(void)
{
    const guint32 head[] = {4, 1000};
    send_raw(head, sizeof head);
    return hang();
}

static Reading *babble(void)
{
    const guint32 head[] = {77, 0};
    send_raw(head, sizeof head);
    return hang();
}

static Reading *hang_up(void)
{
    close(SOCKET_FD);
    return hang();
}

/* Descriptors and variables that the gate let through. */
static Reading *inventory(void)
{
    g_autoptr(GString) text = g_string_new("descriptors");
    for (int fd = 0; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            g_string_append_printf(text, " %d", fd);
    g_string_append(text, "\nvariables");
    for (char **variable = environ; variable && *variable; variable++)
        if (!strstr(*variable, "SAN_OPTIONS="))
            g_string_append_printf(text, " %s", *variable);
    return say(text->str);
}

static const struct {
    const char *word;
    Reading *(*act)(void);
} acts[] = {
    {"crash", crash},     {"overflow", overflow}, {"eat", eat},
    {"hang", hang},       {"leave", leave},       {"give-up", give_up},
    {"call", call_home},  {"look", look_around},  {"lie", lie},
    {"chatter", chatter}, {"boast", boast},       {"stall", stall},
    {"babble", babble},   {"hang-up", hang_up},   {"inventory", inventory},
};

static Reading *echo(const char *bytes, gsize length, const ReadingSettings *settings)
{
    Reading *reading = reading_new();
    reading->text = g_strndup(bytes, length);
    reading->subject = g_strdup(settings->envelope_from ? settings->envelope_from : "unknown");
    reading->hops = settings->rules ? rules_count(settings->rules) : 0;
    g_ptr_array_add(reading->kind_reasons, g_strdup(settings->authserv_id ? settings->authserv_id : "none"));
    return reading;
}

/* At most the first 1000 bytes, then the size: a Reading has limits. */
static Reading *echo_file(int fd, const ReadingSettings *settings)
{
    char first[1000];
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t got = pread(fd, first, sizeof first, 0);
    if (got < 0)
        return say("cannot read");
    Reading *reading = echo(first, (gsize)got, settings);
    reading->quoted = g_strdup_printf("%lld bytes", (long long)size);
    return reading;
}

static Reading *make(const char *bytes, gsize length, int fd, const ReadingSettings *settings, GError **error)
{
    if (fd >= 0)
        return echo_file(fd, settings);
    g_autofree char *mail = g_strndup(bytes, length);
    if (strcmp(mail, "limit") == 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "too many\nparts");
        return NULL;
    }
    if (strcmp(mail, "refuse") == 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "come again");
        return NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (strcmp(acts[i].word, mail) == 0)
            return acts[i].act();
    return echo(bytes, length, settings);
}

/* The own text as text, the room and the mail as HTML; or a page that no child may write. */
static Content *make_content(const char *bytes, gsize length, int fd, const ContentWish *wish, GError **error)
{
    g_autofree char *mail = g_strndup(bytes, length);
    g_autofree char *safe = g_markup_escape_text(mail, -1);
    if (strcmp(mail, "limit") == 0) {
        g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "too many\nparts");
        return NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (strcmp(acts[i].word, mail) == 0 && strcmp(mail, "lie") != 0)
            reading_free(acts[i].act());
    Content *content = content_new();
    content->text = g_strdup(wish->own_text ? wish->own_text : "none");
    content->html =
        strcmp(mail, "lie") == 0
            ? g_strdup("<script>a</script>")
            : g_strdup_printf("%" G_GUINT64_FORMAT " %s", wish->attachment_bytes, fd >= 0 ? "file" : safe);
    return content;
}

int main(void)
{
    /* A sanitizer would turn a crash into an exit. */
    signal(SIGSEGV, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    child_run(SOCKET_FD, make, make_content);
}
