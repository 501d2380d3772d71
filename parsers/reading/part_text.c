#include "part_text.h"

#include <postern/base/ascii.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/body.h>

#include <string.h>

/* Markup takes several times the room of its words. */
#define HTML_BYTES (4u * LIMIT_TEXT_BYTES)
/* Where a page says its charset, if anywhere (HTML 4.2.5.4: within the first 1024 bytes). */
#define META_BYTES 1024u

void part_text_init(PartText *text)
{
    *text = (PartText){.text = g_string_new(NULL), .quote_start = -1};
}

void part_text_clear(PartText *text)
{
    if (text->text)
        g_string_free(text->text, TRUE);
    text->text = NULL;
}

gboolean part_text_is_blank(const PartText *text)
{
    return text->text->str[strspn(text->text->str, " \t\n")] == '\0';
}

void part_text_append(PartText *text, const PartText *more)
{
    text->is_cut |= more->is_cut;
    if (more->text->len == 0)
        return;
    if (text->text->len > 0 && text->text->str[text->text->len - 1] != '\n')
        g_string_append_c(text->text, '\n');
    if (text->quote_start < 0 && more->quote_start >= 0)
        text->quote_start = more->quote_start + (gssize)text->text->len;
    g_string_append_len(text->text, more->text->str, (gssize)more->text->len);
}

void part_text_take(PartText *to, PartText *from)
{
    GString *empty = to->text;
    *to = *from;
    from->text = g_string_truncate(empty, 0);
}

/* The charset that a page names in its head, when the part names none. */
static char *meta_charset(const char *html, gsize length)
{
    g_autofree char *head = g_ascii_strdown(html, (gssize)MIN(length, META_BYTES));
    const char *at = strstr(head, "charset=");
    if (!at)
        return NULL;
    at += strlen("charset=");
    at += strspn(at, "\"' ");
    return g_strndup(at, strcspn(at, "\"'> ;/"));
}

/* Appends clean text within the room; says whether all of it fitted. */
static gboolean append_clean(const char *text, gsize length, gsize room, GString *out)
{
    g_autofree char *clean = clean_text(text, (gssize)length, room);
    g_string_append(out, clean);
    return out->len + 4 < room || length <= room;
}

/* From `from` on. */
static void undo_tricks(PartText *out, gssize from, gsize room)
{
    g_autofree char *plain = body_without_tricks(out->text->str + from, &out->tricks);
    if (!plain)
        return;
    g_string_truncate(out->text, (gsize)from);
    g_string_append(out->text, plain);
    /* What is closed at the end of lines takes room. */
    if (out->text->len > room) {
        g_string_truncate(
            out->text,
            (gsize)(g_utf8_find_prev_char(out->text->str, out->text->str + room + 1) - out->text->str));
        out->is_cut = TRUE;
    }
}

static void note_tricks(const BodyTricks *tricks, GPtrArray *findings)
{
    if (tricks->bidi_controls > 0)
        finding_add(findings, "bidi-control", "%" G_GSIZE_FORMAT " signs in the text change its direction",
                    tricks->bidi_controls);
    if (tricks->hidden_signs > 0)
        finding_add(findings, "zero-width", "%" G_GSIZE_FORMAT " signs without width hide words of the text",
                    tricks->hidden_signs);
}

/* Fewer are what builders of pages leave behind. */
#define HIDDEN_CHARACTERS 5u

static void read_html(const char *utf8, gsize room, GPtrArray *findings, PartText *out)
{
    gssize quote_start = -1;
    BodyNotes notes = {0};
    g_autofree char *text = body_html_to_text(utf8, strlen(utf8), &quote_start, &notes);
    if (findings && notes.hidden_characters >= HIDDEN_CHARACTERS)
        finding_add(findings, "hidden-text", "%" G_GSIZE_FORMAT " characters that the page hides: %s",
                    notes.hidden_characters, notes.hidden_words);
    gsize length = strlen(text), head = quote_start < 0 ? 0 : MIN((gsize)quote_start, length);
    /* The two halves apart: cleaning may move the place between them. */
    gboolean fits = append_clean(text, head, room, out->text);
    undo_tricks(out, 0, room);
    if (quote_start >= 0 && fits)
        out->quote_start = (gssize)out->text->len;
    fits = fits && append_clean(text + head, length - head, room - MIN(room, out->text->len), out->text);
    undo_tricks(out, MAX(out->quote_start, 0), room);
    out->is_cut |= notes.is_incomplete || !fits;
}

static void read_plain(const MailPart *part, const char *utf8, gsize room, PartText *out)
{
    out->is_cut |= !append_clean(utf8, strlen(utf8), room, out->text);
    undo_tricks(out, 0, room);
    if (!part->is_flowed)
        return;
    g_autofree char *joined = body_unflow(out->text->str, part->is_delsp);
    g_string_assign(out->text, joined);
    /* Marks of quotes get a blank: a text of many one-letter lines grows. */
    if (out->text->len > room) {
        g_autofree char *cut = clean_text(joined, -1, room);
        g_string_assign(out->text, cut);
        out->is_cut = TRUE;
    }
}

/* A picture that is labelled as text. Escapes of Japanese mail and form feeds are no sign of it. */
static gboolean is_binary(const char *utf8)
{
    enum { LOOK = 4096 };
    gsize strange = 0, length = strnlen(utf8, LOOK);
    for (gsize i = 0; i < length; i++) {
        i += ascii_printable_run(utf8 + i, length - i);
        strange += i < length && (guchar)utf8[i] < 0x20 && !strchr("\t\n\f\r\x1b", utf8[i]);
    }
    return strange * 50 > length;
}

char *part_markup(Mail *mail, guint index, GPtrArray *findings, gboolean *out_cut)
{
    const MailPart *part = mail_part(mail, index);
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, HTML_BYTES, &length, out_cut);
    g_autofree char *meta = part->charset ? NULL : meta_charset(bytes, length);
    return charset_to_utf8(bytes, length, part->charset ? part->charset : meta, findings);
}

static char *plain_words(Mail *mail, guint index, GPtrArray *findings, gboolean *out_cut)
{
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, 2 * LIMIT_TEXT_BYTES, &length, out_cut);
    return charset_to_utf8(bytes, length, mail_part(mail, index)->charset, findings);
}

void part_text_read(Mail *mail, guint index, gsize room, GPtrArray *findings, PartText *out)
{
    const MailPart *part = mail_part(mail, index);
    gboolean is_html = strcmp(part->type, "text/html") == 0, is_cut;
    g_autofree char *utf8 =
        is_html ? part_markup(mail, index, findings, &is_cut) : plain_words(mail, index, findings, &is_cut);
    out->is_binary = is_binary(utf8);
    if (is_html)
        read_html(utf8, room, findings, out);
    else
        read_plain(part, utf8, room, out);
    if (findings)
        note_tricks(&out->tricks, findings);
    out->is_cut |= is_cut;
}

char *part_text_plain(Mail *mail, guint index, gsize limit_bytes, GPtrArray *findings, gboolean *out_cut)
{
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, limit_bytes, &length, out_cut);
    g_autofree char *utf8 = charset_to_utf8(bytes, length, mail_part(mail, index)->charset, findings);
    return clean_text(utf8, -1, LIMIT_TEXT_BYTES);
}
