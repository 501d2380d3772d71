#include "smtp_reply.h"

#include <postern/base/clean.h>

#include <string.h>

void smtp_reply_init(SmtpReplyReader *reader)
{
    memset(reader, 0, sizeof *reader);
    reader->text = g_string_new(NULL);
}

void smtp_reply_clear(SmtpReplyReader *reader)
{
    if (reader->text)
        g_string_free(reader->text, TRUE);
    memset(reader, 0, sizeof *reader);
}

static void begin_reply(SmtpReplyReader *reader)
{
    reader->is_ended = FALSE;
    reader->lines = 0;
    reader->code = 0;
    reader->status[0] = '\0';
    g_string_truncate(reader->text, 0);
}

/* 0 when the line does not begin as a reply must. */
static int line_code(const char *line, gsize length)
{
    if (length < 3 || line[0] < '2' || line[0] > '5' || !g_ascii_isdigit(line[1]) ||
        !g_ascii_isdigit(line[2]))
        return 0;
    if (length > 3 && line[3] != ' ' && line[3] != '-')
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* Length of an enhanced status code ("5.1.1") that ends at a blank or the end of the line; 0 when there is
 * none. */
static gsize status_length(const char *text, gsize length)
{
    gsize at = 0;
    guint dots = 0, digits = 0;
    for (; at < length && (g_ascii_isdigit(text[at]) || text[at] == '.'); at++) {
        if (text[at] == '.' && digits == 0)
            return 0;
        dots += text[at] == '.';
        digits = text[at] == '.' ? 0 : digits + 1;
    }
    return dots == 2 && digits > 0 && (at == length || text[at] == ' ') ? at : 0;
}

/* Servers repeat the enhanced code on every line; a person needs it once. */
static void append_text(SmtpReplyReader *reader, const char *text, gsize length)
{
    gsize status = status_length(text, length);
    if (reader->lines == 1 && status > 0 && status < sizeof reader->status) {
        memcpy(reader->status, text, status);
        reader->status[status] = '\0';
    } else if (status > 0 && strlen(reader->status) == status && memcmp(reader->status, text, status) == 0) {
        text += status;
        length -= status;
    }
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    if (length == 0 || reader->text->len >= SMTP_ANSWER_BYTES)
        return;
    g_string_append_c(reader->text, ' ');
    g_string_append_len(reader->text, text, (gssize)MIN(length, SMTP_ANSWER_BYTES));
}

static SmtpReplyState take_line(SmtpReplyReader *reader)
{
    gsize length = reader->length;
    reader->length = 0;
    if (length > 0 && reader->line[length - 1] == '\r')
        length--;
    int code = line_code(reader->line, length);
    if (code == 0 || (reader->lines > 0 && code != reader->code) || reader->lines == SMTP_REPLY_LINES)
        return SMTP_REPLY_BAD;
    reader->lines++;
    reader->code = code;
    if (reader->lines == 1)
        g_string_append_len(reader->text, reader->line, 3);
    if (length > 4)
        append_text(reader, reader->line + 4, length - 4);
    reader->is_ended = length == 3 || reader->line[3] == ' ';
    return reader->is_ended ? SMTP_REPLY_DONE : SMTP_REPLY_MORE;
}

SmtpReplyState smtp_reply_feed(SmtpReplyReader *reader, const char *bytes, gsize length, gsize *out_used)
{
    SmtpReplyState state = reader->is_bad ? SMTP_REPLY_BAD : SMTP_REPLY_MORE;
    if (reader->is_ended && length > 0)
        begin_reply(reader);
    gsize at = 0;
    while (at < length && state == SMTP_REPLY_MORE) {
        const char *end = memchr(bytes + at, '\n', length - at);
        gsize piece = end ? (gsize)(end - (bytes + at)) : length - at;
        if (reader->length + piece > sizeof reader->line) {
            state = SMTP_REPLY_BAD;
            break;
        }
        memcpy(reader->line + reader->length, bytes + at, piece);
        reader->length += piece;
        at += piece + (end ? 1 : 0);
        if (end)
            state = take_line(reader);
    }
    reader->is_bad = state == SMTP_REPLY_BAD;
    *out_used = at;
    return state;
}

char *smtp_reply_answer(const SmtpReplyReader *reader)
{
    return clean_line(reader->text->str, (gssize)reader->text->len, SMTP_ANSWER_BYTES);
}
