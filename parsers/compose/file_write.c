#include "file_write.h"

#include "header_write.h"

#include <postern/mail.h>

#include <string.h>

#define LINE_OCTETS 57u /* 76 characters: RFC 2045 6.8 */
#define LINE_CHARACTERS 76u
#define PLAIN_NAME_BYTES 50u
/* Of an encoded name on one line, behind " filename*12*=utf-8''". */
#define PIECE_CHARACTERS 54u

static void write_base64(GString *out, const guchar *bytes, gsize length)
{
    for (gsize done = 0; done < length; done += LINE_OCTETS) {
        char line[LINE_CHARACTERS + 8];
        int state = 0, save = 0;
        gsize written =
            g_base64_encode_step(bytes + done, MIN(LINE_OCTETS, length - done), FALSE, line, &state, &save);
        written += g_base64_encode_close(FALSE, line + written, &state, &save);
        g_string_append_len(out, line, (gssize)written);
        g_string_append(out, "\r\n");
    }
}

/* RFC 2231 7: attribute-char. */
static gboolean is_attribute_character(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("!#$&+-.^_`{|}~", c));
}

static gboolean is_plain(const char *name)
{
    for (const char *at = name; *at; at++)
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
            return FALSE;
    return strlen(name) <= PLAIN_NAME_BYTES && !strstr(name, "=?");
}

/* One piece a line; the charset stands in the first. */
static void write_encoded_name(GString *out, const char *name)
{
    guint piece = 0;
    while (*name) {
        g_autoptr(GString) coded = g_string_new(NULL);
        while (*name && coded->len + 3 <= PIECE_CHARACTERS) {
            if (is_attribute_character(*name))
                g_string_append_c(coded, *name++);
            else
                g_string_append_printf(coded, "%%%02X", (guchar)*name++);
        }
        g_string_append_printf(out, ";\r\n filename*%u*=%s%s", piece, piece == 0 ? "utf-8''" : "",
                               coded->str);
        piece++;
    }
}

static void write_disposition(GString *out, const char *raw_name, gboolean is_inline)
{
    g_autofree char *name = file_name_clean(raw_name ? raw_name : "");
    g_string_append_printf(out, "Content-Disposition: %s", is_inline ? "inline" : "attachment");
    if (is_plain(name))
        g_string_append_printf(out, ";\r\n filename=\"%s\"", name);
    else
        write_encoded_name(out, name);
    g_string_append(out, "\r\n");
}

/* A text without a charset is ASCII (RFC 2045 5.2), so one that is more has to say what. */
static void write_type(GString *out, const char *type, const char *bytes, gsize length)
{
    const char *safe = content_type_safe(type ? type : "");
    gboolean is_utf8 = g_str_has_prefix(safe, "text/") && g_utf8_validate_len(bytes, length, NULL);
    g_string_append_printf(out, "Content-Type: %s%s\r\n", safe, is_utf8 ? "; charset=utf-8" : "");
}

void file_write(GString *out, const ContentPart *part, gboolean is_inline)
{
    gsize length;
    const char *bytes = g_bytes_get_data(part->bytes, &length);
    write_type(out, part->type, bytes, length);
    g_string_append(out, "Content-Transfer-Encoding: base64\r\n");
    if (is_inline)
        header_write_ids(out, "Content-ID", (const char *const *)&part->content_id, 1);
    write_disposition(out, part->name, is_inline);
    g_string_append(out, "\r\n");
    write_base64(out, (const guchar *)bytes, length);
}

gsize file_write_size(const ContentPart *part)
{
    return 2048 + g_bytes_get_size(part->bytes) / LINE_OCTETS * (LINE_CHARACTERS + 2);
}
