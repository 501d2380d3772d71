#include "frame.h"
#include "hello.h"
#include "source.h"
#include "spawn.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reader.h>
#include <postern/reading.h>

#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_BYTES 500
/* All problems of a rules file, of which MESSAGE_BYTES are told. */
#define START_ANSWER_BYTES (1024u * 1024)
/* Compiling rules and loading character sets takes some 50 ms; this is for a machine on its knees. */
#define START_SECONDS 60
#define TOO_LATE "it was not ready in time"

struct Reader {
    ReaderSettings settings; /* strings are ours */
    int pid;                 /* 0: no child */
    int socket_fd;
    guint mails; /* read by this child */
    guint generation;
    gboolean is_starting; /* the child has not said yet that it is ready */
    gint64 start_deadline_us;
};

Reader *reader_new(const ReaderSettings *settings)
{
    Reader *reader = g_new0(Reader, 1);
    reader->settings = (ReaderSettings){
        .program = g_strdup(settings->program),
        .rules = settings->rules ? rules_source_ref(settings->rules) : NULL,
        .other_rules = settings->other_rules ? rules_source_ref(settings->other_rules) : NULL,
        .with_candidates = settings->with_candidates,
        .authserv_id = g_strdup(settings->authserv_id),
        .memory_bytes = settings->memory_bytes ? settings->memory_bytes : LIMIT_READER_MEMORY_BYTES,
        .seconds = settings->seconds ? settings->seconds : LIMIT_READER_SECONDS,
        .mails = settings->mails ? settings->mails : LIMIT_READER_MAILS,
    };
    return reader;
}

/* Ends the child, if there is one. How it ended; the caller frees. */
static char *stop(Reader *reader)
{
    if (reader->pid == 0)
        return g_strdup("not running");
    char *ending = spawn_end(reader->pid);
    close(reader->socket_fd);
    reader->pid = 0;
    reader->is_starting = FALSE;
    return ending;
}

void reader_free(Reader *reader)
{
    if (!reader)
        return;
    g_free(stop(reader));
    g_free((gpointer)(gsize)reader->settings.program);
    g_free((gpointer)(gsize)reader->settings.authserv_id);
    rules_source_unref(reader->settings.rules);
    rules_source_unref(reader->settings.other_rules);
    g_free(reader);
}

static gint64 deadline_in(guint seconds)
{
    return clock_monotonic_us() + (gint64)seconds * G_USEC_PER_SEC;
}

/* Code and message of FRAME_ERROR, cleaned. FALSE when it is none. */
static gboolean split_error(GBytes *payload, guint32 *out_code, char **out_message)
{
    gsize length;
    const char *data = g_bytes_get_data(payload, &length);
    if (length < sizeof *out_code)
        return FALSE;
    memcpy(out_code, data, sizeof *out_code);
    *out_message = clean_line(data + sizeof *out_code, (gssize)(length - sizeof *out_code), MESSAGE_BYTES);
    return TRUE;
}

static FrameResult send_hello(const Reader *reader, gint64 deadline_us)
{
    const ReaderSettings *settings = &reader->settings;
    g_autoptr(GBytes) rules = settings->rules ? rules_source_pack(settings->rules) : NULL;
    g_autoptr(GBytes) other = settings->other_rules ? rules_source_pack(settings->other_rules) : NULL;
    const Hello hello = {
        .rules = rules,
        .other_rules = other,
        .with_candidates = settings->with_candidates,
        .authserv_id = (char *)(gsize)settings->authserv_id,
        .memory_bytes = settings->memory_bytes,
        /* No mail may take longer than `seconds` of the clock, so a good child stays under this. */
        .cpu_seconds = START_SECONDS + (guint64)settings->seconds * settings->mails,
        .gate_pid = (int)getpid(),
    };
    g_autoptr(GBytes) packed = hello_pack(&hello);
    gsize length;
    gconstpointer data = g_bytes_get_data(packed, &length);
    struct iovec part = {.iov_base = (gpointer)(gsize)data, .iov_len = length};
    return frame_send(reader->socket_fd, FRAME_HELLO, &part, 1, -1, deadline_us);
}

/* Why a child that should be ready is not; ends it. */
static gboolean fail_start(Reader *reader, const char *said, GError **error)
{
    g_autofree char *ending = stop(reader);
    g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "no reader can be started: %s", said ? said : ending);
    return FALSE;
}

gboolean reader_begin(Reader *reader, GError **error)
{
    if (reader->pid != 0)
        return TRUE;
    reader->pid = spawn_reader(reader->settings.program, &reader->socket_fd, error);
    if (reader->pid == 0)
        return FALSE;
    reader->mails = 0;
    reader->generation++;
    reader->is_starting = TRUE;
    reader->start_deadline_us = deadline_in(START_SECONDS);
    FrameResult sent = send_hello(reader, reader->start_deadline_us);
    return sent == FRAME_DONE || fail_start(reader, sent == FRAME_LATE ? TOO_LATE : NULL, error);
}

/* Waits for the child that was begun. */
static gboolean finish(Reader *reader, GError **error)
{
    FrameType type = FRAME_ERROR;
    g_autoptr(GBytes) payload = NULL;
    g_autofree char *message = NULL;
    guint32 code;
    reader->is_starting = FALSE;
    FrameResult result = frame_receive(reader->socket_fd, START_ANSWER_BYTES, reader->start_deadline_us,
                                       &type, &payload, NULL);
    if (result == FRAME_LATE)
        return fail_start(reader, TOO_LATE, error);
    if (result == FRAME_DONE && type == FRAME_READY)
        return TRUE;
    if (result == FRAME_DONE && type == FRAME_ERROR)
        split_error(payload, &code, &message);
    return fail_start(reader, message, error);
}

static gboolean start(Reader *reader, GError **error)
{
    return reader_begin(reader, error) && finish(reader, error);
}

gboolean reader_has_begun(const Reader *reader)
{
    struct pollfd waiting = {.fd = reader->socket_fd, .events = POLLIN};
    return !reader->is_starting || poll(&waiting, 1, 0) != 0 ||
           clock_monotonic_us() > reader->start_deadline_us;
}

/* A good child between two mails lives and says nothing. */
static gboolean is_idle(const Reader *reader)
{
    struct pollfd waiting = {.fd = reader->socket_fd, .events = POLLIN};
    return poll(&waiting, 1, 0) == 0;
}

gboolean reader_prepare(Reader *reader, GError **error)
{
    if (reader->is_starting)
        return finish(reader, error);
    if (reader->pid != 0 && (reader->mails >= reader->settings.mails || !is_idle(reader)))
        g_free(stop(reader));
    return reader->pid != 0 || start(reader, error);
}

/* The child died, lied or was late on this mail. */
static gpointer fail_mail(Reader *reader, const char *how, GError **error)
{
    g_autofree char *ending = stop(reader);
    g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "the reader failed on this mail: %s",
                how ? how : ending);
    return NULL;
}

/* What is expected of the child. */
typedef struct {
    FrameType type;
    gsize most_bytes;
    gpointer (*unpack)(GBytes *payload, GError **error);
} Expected;

static gpointer unpack_reading(GBytes *payload, GError **error)
{
    return reading_unpack(payload, error);
}

static gpointer unpack_content(GBytes *payload, GError **error)
{
    return content_unpack(payload, error);
}

static const Expected expected_reading = {FRAME_READING, FRAME_ANSWER_BYTES, unpack_reading};
static const Expected expected_content = {FRAME_CONTENT, FRAME_CONTENT_BYTES, unpack_content};

static gpointer accept_answer(Reader *reader, const Expected *expected, GBytes *payload, GError **error)
{
    g_autoptr(GError) fault = NULL;
    gpointer value = expected->unpack(payload, &fault);
    return value ? value : fail_mail(reader, fault->message, error);
}

/* Of what a child may say of a mail only the limit is believed: everything else could make the gate try for
 * ever. */
static gpointer accept_error(Reader *reader, GBytes *payload, GError **error)
{
    guint32 code;
    g_autofree char *message = NULL;
    if (!split_error(payload, &code, &message))
        return fail_mail(reader, "an error without a code", error);
    if (code != ERROR_LIMIT)
        return fail_mail(reader, message, error);
    g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "%s", message);
    return NULL;
}

static gpointer fail_frame(Reader *reader, FrameResult result, GError **error)
{
    g_autofree char *late = g_strdup_printf("it took over %u s", reader->settings.seconds);
    const char *how = result == FRAME_LATE ? late : result == FRAME_WRONG ? "its answer is too long" : NULL;
    return fail_mail(reader, how, error);
}

/* After a request that went as `sent`. */
static gpointer receive(Reader *reader, FrameResult sent, const Expected *expected, gint64 deadline_us,
                        GError **error)
{
    FrameType type;
    g_autoptr(GBytes) payload = NULL;
    FrameResult result = sent;
    if (result == FRAME_DONE)
        result = frame_receive(reader->socket_fd, expected->most_bytes, deadline_us, &type, &payload, NULL);
    if (result != FRAME_DONE)
        return fail_frame(reader, result, error);
    if (type == expected->type)
        return accept_answer(reader, expected, payload, error);
    return type == FRAME_ERROR ? accept_error(reader, payload, error)
                               : fail_mail(reader, "an answer of an unknown kind", error);
}

Reading *reader_read(Reader *reader, GBytes *bytes, int fd, const char *envelope_from, GError **error)
{
    Source source;
    if (!reader_prepare(reader, error) || !source_open(&source, bytes, fd, error))
        return NULL;
    gint64 deadline_us = deadline_in(reader->settings.seconds);
    reader->mails++;
    FrameResult sent = source_send(&source, reader->socket_fd, envelope_from, deadline_us);
    source_close(&source);
    return receive(reader, sent, &expected_reading, deadline_us, error);
}

Content *reader_content(Reader *reader, GBytes *bytes, int fd, const ContentWish *wish, GError **error)
{
    Source source;
    if (!reader_prepare(reader, error) || !source_open(&source, bytes, fd, error))
        return NULL;
    gint64 deadline_us = deadline_in(reader->settings.seconds);
    reader->mails++;
    FrameResult sent = source_send_wish(&source, reader->socket_fd, wish, deadline_us);
    source_close(&source);
    return receive(reader, sent, &expected_content, deadline_us, error);
}

guint reader_generation(const Reader *reader)
{
    return reader->generation;
}

int reader_pid(const Reader *reader)
{
    return reader->pid;
}
