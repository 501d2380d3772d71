#include "child.h"

#include "frame.h"
#include "hello.h"
#include "lockdown.h"
#include "warm.h"

#include <postern/base/error.h>
#include <postern/yaml.h>

#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
    int socket_fd;
    ReadingFunction make;
    ContentFunction make_content;
    RuleSet *rules;
    RulesScratch *scratch;
    RuleSet *other_rules;
    RulesScratch *other_scratch;
    gboolean with_candidates;
    char *authserv_id;
} Child;

static gboolean answer(const Child *child, FrameType type, const struct iovec *parts, guint count)
{
    return frame_send(child->socket_fd, type, parts, count, -1, 0) == FRAME_DONE;
}

static gboolean answer_error(const Child *child, const GError *error)
{
    guint32 code = error->domain == POSTERN_ERROR ? (guint32)error->code : ERROR_CORRUPT;
    struct iovec parts[] = {
        {.iov_base = &code, .iov_len = sizeof code},
        {.iov_base = error->message, .iov_len = strlen(error->message)},
    };
    return answer(child, FRAME_ERROR, parts, G_N_ELEMENTS(parts));
}

static gboolean answer_packed(const Child *child, FrameType type, GBytes *packed)
{
    gsize length;
    gconstpointer data = g_bytes_get_data(packed, &length);
    struct iovec part = {.iov_base = (gpointer)(gsize)data, .iov_len = length};
    return answer(child, type, &part, 1);
}

/* The death of the gate may come before the request for its signal. */
static gboolean follow_gate(const Hello *hello)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == hello->gate_pid;
}

/* A terminal's Ctrl-C and a service manager's SIGTERM go to all processes; the gate still has accepted
 * mail to finish and ends us when it is done. */
static void ignore_signals(void)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        signal(signals[i], SIG_IGN);
}

/* `packed` may be NULL: no rules. */
static gboolean compile_rules(GBytes *packed, RuleSet **out_rules, RulesScratch **out_scratch, GError **error)
{
    if (!packed)
        return TRUE;
    g_autoptr(RulesSource) source = rules_source_unpack(packed);
    g_autoptr(GPtrArray) problems = problems_new();
    *out_rules = source ? rules_compile_source(source, problems) : NULL;
    if (!*out_rules) {
        g_autofree char *all = problems_format(problems);
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "the rules do not compile: %s", all);
        return FALSE;
    }
    *out_scratch = rules_scratch_new(*out_rules);
    return TRUE;
}

static ReadingSettings settings_of(const Child *child, const char *envelope_from)
{
    return (ReadingSettings){
        .rules = child->rules,
        .scratch = child->scratch,
        .other_rules = child->other_rules,
        .other_scratch = child->other_scratch,
        .with_candidates = child->with_candidates,
        .authserv_id = child->authserv_id,
        .envelope_from = envelope_from,
    };
}

/* Everything that needs files, then the lock. */
static gboolean prepare(Child *child, const Hello *hello, GError **error)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!compile_rules(hello->rules, &child->rules, &child->scratch, error) ||
        !compile_rules(hello->other_rules, &child->other_rules, &child->other_scratch, error))
        return FALSE;
    child->with_candidates = hello->with_candidates;
    child->authserv_id = g_strdup(hello->authserv_id);
    ReadingSettings settings = settings_of(child, "");
    warm_libraries(child->make, &settings);
    const LockdownLimits limits = {
        .socket_fd = child->socket_fd,
        .memory_bytes = hello->memory_bytes,
        .cpu_seconds = hello->cpu_seconds,
    };
    return reader_lock_down(&limits, error);
}

static gboolean greet(Child *child)
{
    FrameType type;
    g_autoptr(GBytes) payload = NULL;
    g_auto(Hello) hello = {0};
    if (frame_receive(child->socket_fd, FRAME_HELLO_BYTES, 0, &type, &payload, NULL) != FRAME_DONE ||
        type != FRAME_HELLO || !hello_unpack(payload, &hello) || !follow_gate(&hello))
        return FALSE;
    g_autoptr(GError) error = NULL;
    if (!prepare(child, &hello, &error)) {
        answer_error(child, error);
        return FALSE;
    }
    return answer(child, FRAME_READY, NULL, 0);
}

/* Splits the payload of FRAME_MAIL. FALSE when it is none. */
static gboolean split_mail(GBytes *payload, char **out_envelope_from, const char **out_bytes,
                           gsize *out_length)
{
    gsize length;
    const char *data = g_bytes_get_data(payload, &length);
    guint32 envelope_length;
    if (length < sizeof envelope_length)
        return FALSE;
    memcpy(&envelope_length, data, sizeof envelope_length);
    data += sizeof envelope_length;
    length -= sizeof envelope_length;
    if (envelope_length != FRAME_NO_ENVELOPE) {
        if (envelope_length > length)
            return FALSE;
        *out_envelope_from = g_strndup(data, envelope_length);
        data += envelope_length;
        length -= envelope_length;
    }
    *out_bytes = data;
    *out_length = length;
    return TRUE;
}

static gboolean read_mail(const Child *child, GBytes *payload, int fd)
{
    g_autofree char *envelope_from = NULL;
    const char *bytes;
    gsize length;
    if (!split_mail(payload, &envelope_from, &bytes, &length))
        return FALSE;
    ReadingSettings settings = settings_of(child, envelope_from);
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) reading = child->make(bytes, length, fd, &settings, &error);
    if (reading) {
        g_autoptr(GBytes) packed = reading_pack(reading);
        return answer_packed(child, FRAME_READING, packed);
    }
    if (!error)
        g_set_error(&error, POSTERN_ERROR, ERROR_CORRUPT, "no reading and no reason");
    return answer_error(child, error);
}

/* Splits the payload of FRAME_WISH. FALSE when it is none. */
static gboolean split_wish(GBytes *payload, FrameWish *out_head, char **out_own_text, const char **out_bytes,
                           gsize *out_length)
{
    gsize length;
    const char *data = g_bytes_get_data(payload, &length);
    if (length < sizeof *out_head)
        return FALSE;
    memcpy(out_head, data, sizeof *out_head);
    data += sizeof *out_head;
    length -= sizeof *out_head;
    gsize own_length = out_head->own_length == FRAME_NO_TEXT ? 0 : out_head->own_length;
    if (own_length > length)
        return FALSE;
    if (out_head->own_length != FRAME_NO_TEXT)
        *out_own_text = g_utf8_make_valid(data, (gssize)own_length);
    *out_bytes = data + own_length;
    *out_length = length - own_length;
    return TRUE;
}

static gboolean read_content(const Child *child, GBytes *payload, int fd)
{
    FrameWish head;
    g_autofree char *own_text = NULL;
    const char *bytes;
    gsize length;
    if (!split_wish(payload, &head, &own_text, &bytes, &length))
        return FALSE;
    const ContentWish wish = {.own_text = own_text,
                              .attachment_bytes = head.attachment_bytes,
                              .rules = child->rules,
                              .scratch = child->scratch};
    g_autoptr(GError) error = NULL;
    g_autoptr(Content) content = child->make_content(bytes, length, fd, &wish, &error);
    if (content) {
        g_autoptr(GBytes) packed = content_pack(content);
        return answer_packed(child, FRAME_CONTENT, packed);
    }
    if (!error)
        g_set_error(&error, POSTERN_ERROR, ERROR_CORRUPT, "no content and no reason");
    return answer_error(child, error);
}

static gboolean next_mail(const Child *child)
{
    FrameType type;
    g_autoptr(GBytes) payload = NULL;
    int fd;
    const gsize most_bytes = MAX(FRAME_MAIL_BYTES, FRAME_WISH_BYTES);
    if (frame_receive(child->socket_fd, most_bytes, 0, &type, &payload, &fd) != FRAME_DONE)
        return FALSE;
    gboolean ok = (type == FRAME_MAIL && read_mail(child, payload, fd)) ||
                  (type == FRAME_WISH && read_content(child, payload, fd));
    if (fd >= 0)
        close(fd);
    return ok;
}

void child_run(int socket_fd, ReadingFunction make, ContentFunction make_content)
{
    Child child = {.socket_fd = socket_fd, .make = make, .make_content = make_content};
    ignore_signals();
    gboolean greeted = greet(&child);
    while (greeted && next_mail(&child))
        continue;
    /* Not exit(): behind the lock, what libraries do on the way out may be forbidden. */
    _exit(greeted ? EX_OK : EX_OSERR);
}
