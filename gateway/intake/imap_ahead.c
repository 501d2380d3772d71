/* Mails that were asked for ahead. A server may answer all of these commands before it says of the first that
 * it is done, and libetpan reads whole answers only. So what comes is read here: nothing but the usual form
 * of a mail is understood, and whatever else has a text ends the session. The text of a mail is whole when
 * its response is. */
#include "imap_private.h"

#include <postern/base/clean.h>

#include <stdio.h>
#include <string.h>

#define HEAD_BYTES 128u /* "* 4294967295 FETCH (UID 4294967295 BODY[] {…}" is shorter */

static gboolean put_fetch(ImapSession *session, guint32 uid, GError **error)
{
    g_autofree char *command = g_strdup_printf("UID FETCH %u (UID BODY.PEEK[])\r\n", uid);
    if (mailimap_send_current_tag(session->imap) != MAILIMAP_NO_ERROR ||
        mailstream_write(session->imap->imap_stream, command, strlen(command)) < 0)
        return imap_fail(session, "sending failed", error);
    session->ahead[session->ahead_count++] = (ImapAhead){.uid = uid, .tag = session->imap->imap_tag};
    return TRUE;
}

gboolean imap_fetch_ahead(ImapSession *session, const guint32 *uids, gsize count, GError **error)
{
    if (session->is_dead)
        return imap_fail(session, "the session has ended", error);
    imap_begin(session, NULL);
    for (gsize at = 0; at < count && session->ahead_count < IMAP_AHEAD_MOST; at++)
        if (!put_fetch(session, uids[at], error))
            return FALSE;
    return mailstream_flush(session->imap->imap_stream) == 0 || imap_fail(session, "sending failed", error);
}

guint imap_ahead(const ImapSession *session)
{
    return session->ahead_count;
}

static ImapAhead *find_ahead(const ImapSession *session, guint32 uid)
{
    for (guint i = 0; i < session->ahead_count; i++)
        if (session->ahead[i].uid == uid)
            return (ImapAhead *)&session->ahead[i];
    return NULL;
}

gboolean imap_was_asked(const ImapSession *session, guint32 uid)
{
    return find_ahead(session, uid) != NULL;
}

static void remove_ahead(ImapSession *session, ImapAhead *one)
{
    g_free(one->refusal);
    session->ahead_count--;
    memmove(one, one + 1, (gsize)(session->ahead + session->ahead_count - one) * sizeof *one);
}

void imap_forget_ahead(ImapSession *session)
{
    while (session->ahead_count > 0)
        remove_ahead(session, session->ahead);
}

/* The next whose text may come. */
static ImapAhead *next_text(ImapSession *session)
{
    for (guint i = 0; i < session->ahead_count; i++)
        if (session->ahead[i].uid != 0 && !session->ahead[i].is_answered)
            return &session->ahead[i];
    return NULL;
}

/* The mail that is wanted now; 0: none. */
typedef struct {
    ImapSession *session;
    guint32 uid;
    guint64 most;
    ImapSink sink;
    gpointer user;
    gboolean has_text;
} Reader;

/* A limit that another mail is over is no word about this one. */
static gboolean give_up(const Reader *reader, const char *words, GError **error)
{
    GError *inner = NULL;
    const ImapAhead *next = next_text(reader->session);
    imap_fail(reader->session, words, &inner);
    if (next && next->uid != reader->uid && inner->code == ERROR_LIMIT)
        inner->code = ERROR_TEMPORARY;
    g_propagate_error(error, inner);
    return FALSE;
}

static gboolean give(const Reader *reader, const char *bytes, gsize length, GError **error)
{
    GError *inner = NULL;
    if (reader->sink(reader->user, bytes, length, &inner))
        return TRUE;
    if (!inner)
        g_set_error_literal(&inner, POSTERN_ERROR, ERROR_TEMPORARY, "stopped");
    imap_stream_break(reader->session->stream, inner);
    return imap_fail(reader->session, NULL, error);
}

static gboolean read_literal(const Reader *reader, gboolean is_wanted, GError **error)
{
    const char *bytes;
    gssize length;
    while ((length = imap_stream_literal(reader->session->stream, &bytes)) > 0)
        if (is_wanted && !give(reader, bytes, (gsize)length, error))
            return FALSE;
    return length == 0 || give_up(reader, "its answer is no IMAP", error);
}

static void copy_head(char *head, const char *line, gsize length)
{
    gsize kept = length < HEAD_BYTES ? length : 0;
    for (gsize i = 0; i < kept; i++)
        head[i] = g_ascii_toupper(line[i]);
    head[kept] = '\0';
}

/* What stands before the text: the UID, or 0 when it must come behind. */
static gboolean read_head(const char *line, gsize length, guint64 *out_uid)
{
    char head[HEAD_BYTES];
    int end = 0;
    *out_uid = 0;
    copy_head(head, line, length);
    if (sscanf(head, "* %*10[0-9] FETCH (UID %10" G_GUINT64_FORMAT " BODY[] {%n", out_uid, &end) == 1 &&
        end > 0)
        return TRUE;
    *out_uid = 0;
    sscanf(head, "* %*10[0-9] FETCH (BODY[] {%n", &end);
    return end > 0;
}

/* What stands behind it: FALSE when the text did not end where it should. `uid` as far as it is named. */
static gboolean read_tail(const char *line, gsize length, guint64 *uid)
{
    char tail[HEAD_BYTES];
    guint64 found = 0;
    int end = 0;
    copy_head(tail, line, length);
    g_strchomp(tail);
    if (*uid == 0 && sscanf(tail, " UID %10" G_GUINT64_FORMAT ")%n", &found, &end) == 1 && end > 0)
        *uid = found;
    return strcmp(tail, ")") == 0 || (*tail == ' ' && g_str_has_suffix(tail, ")"));
}

/* What goes on after a line that is no text. */
static gboolean skip_rest(const Reader *reader, GError **error)
{
    ImapSession *session = reader->session;
    gsize length;
    while (imap_stream_scan(session->stream)->is_continued) {
        if (!read_literal(reader, FALSE, error))
            return FALSE;
        if (!imap_stream_line(session->stream, &length))
            return give_up(reader, "its answer is no IMAP", error);
    }
    return TRUE;
}

static gboolean read_text(Reader *reader, const char *line, gsize length, GError **error)
{
    ImapSession *session = reader->session;
    ImapAhead *next = next_text(session);
    guint64 uid;
    if (!read_head(line, length, &uid))
        return give_up(reader, "it sends a mail in an unusual way", error);
    if (!next || (uid != 0 && uid != next->uid))
        return give_up(reader, "it sends another mail than the one that was asked for", error);
    gboolean is_wanted = next->uid == reader->uid;
    if (!read_literal(reader, is_wanted, error))
        return FALSE;
    line = imap_stream_line(session->stream, &length);
    if (!line || !read_tail(line, length, &uid) || imap_stream_scan(session->stream)->is_continued)
        return give_up(reader, "its answer is no IMAP", error);
    if (uid != next->uid)
        return give_up(reader, "it sends another mail than the one that was asked for", error);
    reader->has_text = is_wanted;
    next->uid = 0;
    imap_begin_body(session, reader->most);
    return TRUE;
}

static gboolean read_tagged(const Reader *reader, const char *line, GError **error)
{
    ImapSession *session = reader->session;
    const ImapScan *scan = imap_stream_scan(session->stream);
    guint64 tag = g_ascii_strtoull(line, NULL, 10);
    ImapAhead *one = session->ahead;
    while (one < session->ahead + session->ahead_count && (guint64)one->tag != tag)
        one++;
    imap_log_alert(session);
    if (one == session->ahead + session->ahead_count || one->is_answered || scan->status_tag != tag)
        return give_up(reader, "it answers what was not asked", error);
    GError *refusal = NULL;
    if (g_ascii_strncasecmp(scan->status, "OK", 2) != 0)
        imap_refused(session, "to give a mail", &refusal);
    one->is_answered = TRUE;
    one->refusal = refusal ? g_strdup(refusal->message) : NULL;
    if (one->uid == 0)
        remove_ahead(session, one);
    if (session->is_dead)
        g_propagate_error(error, refusal);
    else
        g_clear_error(&refusal);
    return !session->is_dead;
}

static gboolean has_text_inside(const char *line, gsize length)
{
    g_autofree char *copy = g_ascii_strup(line, (gssize)length);
    return strstr(copy, "BODY[") != NULL;
}

static gboolean read_response(Reader *reader, GError **error)
{
    ImapSession *session = reader->session;
    gsize length = 0;
    const char *line = imap_stream_line(session->stream, &length);
    if (!line || *line == '+')
        return give_up(reader, "its answer is no IMAP", error);
    if (*line != '*')
        return read_tagged(reader, line, error);
    if (imap_stream_scan(session->stream)->has_body)
        return read_text(reader, line, length, error);
    if (has_text_inside(line, length))
        return give_up(reader, "it sends a mail in an unusual way", error);
    return skip_rest(reader, error);
}

gboolean imap_read_ahead(ImapSession *session, guint32 uid, guint64 most, ImapSink sink, gpointer user,
                         gboolean *out_found, GError **error)
{
    Reader reader = {session, uid, most, sink, user, FALSE};
    ImapAhead *one;
    while (session->ahead[0].uid != uid && session->ahead[0].is_answered)
        remove_ahead(session, session->ahead);
    imap_begin_body(session, most);
    while (!reader.has_text && (one = find_ahead(session, uid)) && !one->is_answered)
        if (!read_response(&reader, error))
            return FALSE;
    *out_found = reader.has_text;
    if (reader.has_text)
        return TRUE;
    gboolean is_refused = one->refusal != NULL;
    if (is_refused)
        g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "%s", one->refusal);
    remove_ahead(session, one);
    return !is_refused;
}

gboolean imap_settle_ahead(ImapSession *session, GError **error)
{
    Reader reader = {session, 0, IMAP_SPARED_BYTES, NULL, NULL, FALSE};
    while (session->ahead_count > 0) {
        imap_begin_body(session, reader.most);
        if (session->ahead[0].is_answered)
            remove_ahead(session, session->ahead);
        else if (!read_response(&reader, error))
            return FALSE;
    }
    return TRUE;
}
