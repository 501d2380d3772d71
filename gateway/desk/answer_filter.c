/* Agents answer from pages of ours, and every mail program quotes them in its own way. What leaves for a
 * customer is only what the agent wrote himself and what customers wrote in this ticket: whatever cannot be
 * shown to be one of the two stays here. */
#include "gateway/desk/answer_filter.h"

#include "gateway/desk/answer_sieve.h"

#include <postern/ids.h>
#include <postern/letters.h>
#include <postern/reply.h>

#include <string.h>

/* As parsers/ids makes them. */
#define TOKEN_CHARACTERS 42

static char *without_edges(const char *text)
{
    char *copy = g_strdup(text);
    return g_strstrip(copy);
}

/* The character that "%2B" or "&#43;" at `at` stands for; 0: none. `out_length` is how long that is. */
static char escaped_char(const char *at, gsize *out_length)
{
    guint code = 0;
    if (*at == '%' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
        *out_length = 3;
        code = (guint)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
    } else if (at[0] == '&' && at[1] == '#') {
        gsize digits = strspn(at + 2, "0123456789");
        if (digits == 0 || digits > 3 || at[2 + digits] != ';')
            return 0;
        *out_length = digits + 3;
        code = (guint)g_ascii_strtoull(at + 2, NULL, 10);
    }
    return code < 128 ? (char)code : 0;
}

static char *plain_html(const char *html)
{
    GString *plain = g_string_sized_new(strlen(html) + 1);
    for (const char *at = html; *at;) {
        gsize length = 1;
        char c = escaped_char(at, &length);
        g_string_append_c(plain, c ? c : *at);
        at += c ? length : 1;
    }
    return g_string_free(plain, FALSE);
}

static gboolean is_safe_html(const char *html)
{
    g_autofree char *plain = plain_html(html);
    g_autofree char *hidden = token_hide(plain);
    g_autofree char *lower = g_ascii_strdown(plain, -1);
    return strcmp(plain, hidden) == 0 && !reply_holds_notice(plain) && !strstr(lower, "<blockquote");
}

/* A token in an address or Message-ID: forty-two letters and digits between "+" or "." and "@". */
static gboolean holds_token(const char *bytes, gsize length)
{
    const char *end = bytes + length;
    for (const char *at = bytes; (at = memchr(at, '@', (gsize)(end - at))); at++) {
        gsize before = 0;
        while (before <= TOKEN_CHARACTERS && at - bytes > (gssize)before &&
               g_ascii_isalnum(at[-1 - (gssize)before]))
            before++;
        if (before == TOKEN_CHARACTERS && at - bytes > TOKEN_CHARACTERS &&
            strchr("+.", at[-1 - TOKEN_CHARACTERS]))
            return TRUE;
    }
    return FALSE;
}

static gboolean holds_page(const char *bytes, gsize length)
{
    return length &&
           (memmem(bytes, length, REPLY_CUT_LINE, strlen(REPLY_CUT_LINE)) || holds_token(bytes, length));
}

/* A page of ours, attached. Outlook's own files of mails (.msg, winmail.dat) are in UTF-16. */
static gboolean is_safe_part(const ContentPart *part)
{
    gsize length, count = 0;
    const char *bytes = g_bytes_get_data(part->bytes, &length);
    if (holds_page(bytes, length))
        return FALSE;
    if (!length || !memchr(bytes, '\0', length))
        return TRUE;
    g_autofree char *narrow = g_malloc(length);
    for (gsize i = 0; i < length; i++)
        if (bytes[i])
            narrow[count++] = bytes[i];
    return !holds_page(narrow, count);
}

/* It signs the mail as the agent's program wrote it, not what is made of it here. */
static gboolean is_signature(const ContentPart *part)
{
    return strcmp(part->type, "application/pgp-signature") == 0 ||
           strcmp(part->type, "application/pkcs7-signature") == 0 ||
           strcmp(part->type, "application/x-pkcs7-signature") == 0;
}

static ContentPart *copy_part(const ContentPart *part)
{
    ContentPart *copy = g_new0(ContentPart, 1);
    *copy = (ContentPart){.name = token_hide(part->name ? part->name : ""),
                          .type = g_strdup(part->type),
                          .content_id = g_strdup(part->content_id),
                          .is_inline = part->is_inline,
                          .bytes = g_bytes_ref(part->bytes)};
    return copy;
}

/* FALSE when one of them must not leave. */
static gboolean copy_parts(const Content *from, Content *to)
{
    for (guint i = 0; i < from->parts->len; i++) {
        const ContentPart *part = from->parts->pdata[i];
        if (!is_safe_part(part))
            return FALSE;
        if (!is_signature(part))
            g_ptr_array_add(to->parts, copy_part(part));
    }
    return TRUE;
}

static Content *nothing_left(Content *content)
{
    g_free(content->text);
    content->text = g_strdup("");
    g_clear_pointer(&content->html, g_free);
    g_ptr_array_set_size(content->parts, 0);
    return content;
}

Content *answer_filter(const Ticket *ticket, const Content *content)
{
    Content *clean = content_new();
    gboolean is_torn = FALSE, has_quotes = FALSE;
    const char *written = content->text ? content->text : "";
    g_autofree char *hidden = token_hide(written);
    g_autofree char *own = reply_cut_notice(hidden, &is_torn);
    g_autofree char *kept = answer_sift(ticket, own, &has_quotes);
    clean->text = without_edges(kept);
    clean->left_out = content->left_out;
    if (is_torn || reply_holds_notice(clean->text) || !copy_parts(content, clean))
        return nothing_left(clean);
    g_autofree char *before = without_edges(written);
    if (content->html && !has_quotes && strcmp(before, clean->text) == 0 && is_safe_html(content->html))
        clean->html = g_strdup(content->html);
    return clean;
}

gboolean letter_has_words(const Content *content)
{
    for (const char *at = content->text; at && *at; at = g_utf8_next_char(at))
        if (!g_unichar_isspace(g_utf8_get_char(at)))
            return TRUE;
    for (guint i = 0; i < content->parts->len; i++)
        if (!((const ContentPart *)content->parts->pdata[i])->is_inline)
            return TRUE;
    return FALSE;
}
