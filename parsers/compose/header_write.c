#include "header_write.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

#define LINE_CHARACTERS 78u /* RFC 5322 2.1.1 */
#define WORD_CHARACTERS 75u /* RFC 2047 2 */
#define WORD_OVERHEAD 12u   /* "=?utf-8?q?" and "?=" */
/* Longer names are written as encoded words, which can be broken anywhere. */
#define PLAIN_NAME_BYTES 60u

/* RFC 2606: can never be anybody's. */
#define NO_ADDRESS "nobody@invalid"

static gsize column(const GString *out)
{
    const char *line_end = memrchr(out->str, '\n', out->len);
    return line_end ? out->len - (gsize)(line_end + 1 - out->str) : out->len;
}

static void end_line(GString *out)
{
    g_string_append(out, "\r\n");
}

/* Appends a blank and `text`, on a new line when it does not fit. */
static void append_folding(GString *out, const char *text)
{
    if (column(out) + 1 + strlen(text) > LINE_CHARACTERS)
        end_line(out);
    g_string_append_c(out, ' ');
    g_string_append(out, text);
}

static gboolean is_plain(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((guchar)*at < ' ' || (guchar)*at > '~')
            return FALSE;
    /* Plain text that looks like an encoded word would be decoded on the other side. */
    return !strstr(text, "=?");
}

/* One piece: blanks and the word behind them. */
static gsize piece_length(const char *text)
{
    gsize blanks = strspn(text, " ");
    return blanks + strcspn(text + blanks, " ");
}

static gboolean can_fold(const char *text, gsize used)
{
    for (; *text; text += piece_length(text), used = 0)
        if (used + piece_length(text) > LINE_CHARACTERS)
            return FALSE;
    return TRUE;
}

static void append_plain(GString *out, const char *text)
{
    for (gsize length; *text; text += length) {
        length = piece_length(text);
        if (column(out) + length > LINE_CHARACTERS)
            end_line(out);
        g_string_append_len(out, text, (gssize)length);
    }
}

/* RFC 2047 5 (3): the set that is safe in display names too. */
static gboolean is_q_safe(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!*+-/", c));
}

static gsize q_length(const char *text, gsize length)
{
    gsize sum = 0;
    for (gsize i = 0; i < length; i++)
        sum += is_q_safe(text[i]) || text[i] == ' ' ? 1 : 3;
    return sum;
}

static gsize b_length(gsize length)
{
    return (length + 2) / 3 * 4;
}

/* How much of `text` fits in `room` characters: whole UTF-8 characters, one at least. */
static gsize word_bytes(const char *text, gsize room, gboolean use_q)
{
    gsize taken = 0;
    while (text[taken]) {
        gsize next = taken + (gsize)g_utf8_skip[(guchar)text[taken]];
        if (taken > 0 && (use_q ? q_length(text, next) : b_length(next)) > room)
            break;
        taken = next;
    }
    return taken;
}

static void append_word(GString *out, const char *text, gsize length, gboolean use_q)
{
    if (!use_q) {
        g_autofree char *coded = g_base64_encode((const guchar *)text, length);
        g_string_append_printf(out, "=?utf-8?b?%s?=", coded);
        return;
    }
    g_string_append(out, "=?utf-8?q?");
    for (gsize i = 0; i < length; i++) {
        if (text[i] == ' ')
            g_string_append_c(out, '_');
        else if (is_q_safe(text[i]))
            g_string_append_c(out, text[i]);
        else
            g_string_append_printf(out, "=%02X", (guchar)text[i]);
    }
    g_string_append(out, "?=");
}

static void append_encoded(GString *out, const char *text)
{
    gsize whole = strlen(text);
    gboolean use_q = q_length(text, whole) <= b_length(whole);
    while (*text) {
        gsize used = column(out);
        /* Room for one character of four octets at least. */
        if (used + WORD_OVERHEAD + 12 > LINE_CHARACTERS) {
            g_string_append(out, "\r\n ");
            used = 1;
        }
        gsize room = MIN(WORD_CHARACTERS, LINE_CHARACTERS - used) - WORD_OVERHEAD;
        gsize length = word_bytes(text, room, use_q);
        append_word(out, text, length, use_q);
        text += length;
        if (*text)
            g_string_append(out, "\r\n ");
    }
}

void header_write_text(GString *out, const char *name, const char *value)
{
    g_autofree char *text = clean_line(value, -1, LIMIT_SUBJECT_BYTES);
    if (text[0] == '\0')
        return;
    g_string_append_printf(out, "%s: ", name);
    if (is_plain(text) && can_fold(text, strlen(name) + 2))
        append_plain(out, text);
    else
        append_encoded(out, text);
    end_line(out);
}

static gboolean is_phrase(const char *name)
{
    for (; *name; name++)
        if (!g_ascii_isalnum(*name) && !strchr(" !#$%&'*+-/=?^_`{|}~", *name))
            return FALSE;
    return TRUE;
}

static void append_quoted(GString *out, const char *name)
{
    g_string_append_c(out, '"');
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *name);
    }
    g_string_append_c(out, '"');
}

static void append_mailbox(GString *out, const char *display, const char *address)
{
    g_autofree char *name = clean_line(display, -1, LIMIT_NAME_BYTES);
    g_string_append_c(out, ' ');
    if (name[0] == '\0') {
        g_string_append(out, address);
        return;
    }
    if (!is_plain(name) || strlen(name) > PLAIN_NAME_BYTES)
        append_encoded(out, name);
    else if (is_phrase(name))
        g_string_append(out, name);
    else
        append_quoted(out, name);
    g_autofree char *angle = g_strconcat("<", address, ">", NULL);
    append_folding(out, angle);
}

void header_write_mailbox(GString *out, const char *name, const char *display, const char *address)
{
    g_autofree char *normal = address_normalise(address);
    g_string_append_printf(out, "%s:", name);
    append_mailbox(out, display, normal ? normal : NO_ADDRESS);
    end_line(out);
}

void header_write_mailboxes(GString *out, const char *name, const GPtrArray *mailboxes)
{
    guint written = 0;
    for (guint i = 0; mailboxes && i < mailboxes->len && written < LIMIT_ADDRESSES; i++) {
        const Mailbox *mailbox = mailboxes->pdata[i];
        g_autofree char *normal = address_normalise(mailbox->address);
        if (!normal)
            continue;
        if (written++ == 0)
            g_string_append_printf(out, "%s:", name);
        else
            g_string_append(out, ",\r\n");
        append_mailbox(out, mailbox->name, normal);
    }
    if (written > 0)
        end_line(out);
}

gboolean header_id_is_valid(const char *id)
{
    gsize length = id ? strlen(id) : 0;
    const char *at = length > 0 ? strchr(id, '@') : NULL;
    if (!at || at == id || at[1] == '\0' || length > LIMIT_MESSAGE_ID_BYTES)
        return FALSE;
    for (; *id; id++)
        if ((guchar)*id <= ' ' || (guchar)*id > '~' || *id == '<' || *id == '>')
            return FALSE;
    return TRUE;
}

void header_write_ids(GString *out, const char *name, const char *const *ids, guint count)
{
    gsize start = out->len;
    for (guint i = 0; i < count; i++) {
        if (!header_id_is_valid(ids[i]))
            continue;
        if (out->len == start)
            g_string_append_printf(out, "%s:", name);
        g_autofree char *angle = g_strconcat("<", ids[i], ">", NULL);
        /* One id stays on the line of its name: some servers take a folded Message-ID for an empty one. */
        if (count == 1)
            g_string_append_printf(out, " %s", angle);
        else
            append_folding(out, angle);
    }
    if (out->len > start)
        end_line(out);
}

void header_write_word(GString *out, const char *name, const char *value)
{
    if (!value || value[0] == '\0' || strlen(value) > LINE_CHARACTERS - 20)
        return;
    for (const char *at = value; *at; at++)
        if ((guchar)*at <= ' ' || (guchar)*at > '~')
            return;
    g_string_append_printf(out, "%s: %s\r\n", name, value);
}
