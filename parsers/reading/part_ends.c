#include "part_ends.h"

#include <postern/base/clean.h>
#include <postern/parts.h>

#include <string.h>

/* A text without lines (JSON) is cut between characters: for a line border no more than this is given up. */
static gsize most_lost(gsize length)
{
    return length / 4;
}

/* Of the head: up to the last line end. */
static void end_at_line(char *text)
{
    gsize length = strlen(text);
    char *feed = strrchr(text, '\n');
    if (feed && length - (gsize)(feed - text) <= most_lost(length))
        feed[1] = '\0';
}

/* Of the tail: its last `limit_bytes` octets, from the first line border on. */
static const char *begin_at_line(const char *text, gsize limit_bytes)
{
    gsize length = strlen(text);
    const char *from = text + length - MIN(length, limit_bytes);
    while (from > text && ((guchar)*from & 0xc0) == 0x80)
        from++;
    const char *feed = strchr(from, '\n');
    return feed && (gsize)(feed - from) <= most_lost(length) ? feed + 1 : from;
}

/* Wide characters say by their first two octets which of them is the first. */
static const char *charset_of(const MailPart *part, const char *head, gsize length)
{
    if (length >= 2 && memcmp(head, "\xff\xfe", 2) == 0)
        return "utf-16le";
    return length >= 2 && memcmp(head, "\xfe\xff", 2) == 0 ? "utf-16be" : part->charset;
}

static char *clean_half(const char *octets, gsize length, const char *charset)
{
    g_autofree char *utf8 = charset_to_utf8(octets, length, charset, NULL);
    return clean_text(utf8, -1, 4 * length + 4);
}

char *part_text_ends(Mail *mail, guint index, gsize limit_bytes)
{
    const MailPart *part = mail_part_measure(mail, index);
    if (part->size <= limit_bytes)
        return part_text_plain(mail, index, limit_bytes, NULL, NULL);
    const gsize half = limit_bytes / 2 - 1;
    gsize head_length, tail_length;
    g_autofree char *head = mail_part_bytes(mail, index, half & ~(gsize)1, &head_length, NULL);
    const char *charset = charset_of(part, head, head_length);
    /* An even place: what takes two octets is not torn. */
    guint64 from = (part->size - half + 1) & ~(guint64)1;
    g_autofree char *tail = mail_part_bytes_from(mail, index, from, half, &tail_length);
    g_autofree char *first_text = clean_half(head, head_length, charset);
    g_autofree char *first = clean_text(first_text, -1, half);
    g_autofree char *last = clean_half(tail, tail_length, charset);
    end_at_line(first);
    return g_strconcat(first, "\n", begin_at_line(last, half), NULL);
}
