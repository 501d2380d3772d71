/* Files in a text: octets that go in by uuencode or yEnc come out as they were, and so do the words around
 * them. The first octet chooses, the second is the length of the words. */
#include "parsers/mail/locked.h"
#include "parsers/mail/sniff.h"

#include <postern/base/digest.h>
#include <postern/mail.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_uu(GString *out, const uint8_t *data, gsize size)
{
    g_string_append(out, "begin 644 a.bin\n");
    for (gsize at = 0; at < size; at += 45) {
        gsize length = MIN(size - at, 45);
        g_string_append_c(out, (char)(32 + length));
        for (gsize i = 0; i < length; i += 3) {
            guint32 bits = 0;
            for (gsize k = 0; k < 3; k++)
                bits = bits << 8 | (i + k < length ? data[at + i + k] : 0);
            for (int shift = 18; shift >= 0; shift -= 6) {
                guint32 six = bits >> shift & 63;
                g_string_append_c(out, six ? (char)(32 + six) : '`');
            }
        }
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "`\nend\n");
}

static void put_yenc(GString *out, const uint8_t *data, gsize size)
{
    g_string_append_printf(out, "=ybegin line=128 size=%" G_GSIZE_FORMAT " name=a.bin\n", size);
    for (gsize i = 0, column = 0; i < size; i++) {
        guint8 c = (guint8)(data[i] + 42);
        if (c == 0 || c == '\n' || c == '\r' || c == '=' || (column == 0 && (c == '.' || c == '-'))) {
            g_string_append_c(out, '=');
            c = (guint8)(c + 64);
        }
        g_string_append_c(out, (char)c);
        column = (column + 1) % 128;
        if (column == 0 && i + 1 < size)
            g_string_append_c(out, '\n');
    }
    g_string_append_printf(out, "\n=yend size=%" G_GSIZE_FORMAT "\n", size);
}

static void round_trip(const char *words, gboolean is_yenc, const uint8_t *data, gsize size)
{
    g_autoptr(GString) mail = g_string_new("Content-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\n");
    g_string_append_printf(mail, "%s\n", words);
    (is_yenc ? put_yenc : put_uu)(mail, data, size);
    g_string_append(mail, "behind\n");
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) opened = mail_open_bytes(mail->str, mail->len, findings, NULL);
    g_assert_nonnull(opened);
    guint8 sum[DIGEST_BYTES];
    digest_of(data, size, sum);
    g_autofree char *sha256 = digest_hex(sum, sizeof sum);
    for (guint i = 0; i < mail_part_count(opened); i++)
        if (g_strcmp0(mail_part_measure(opened, i)->sha256, sha256) == 0)
            return;
    g_error("the file is not there as it was: %u parts", mail_part_count(opened));
}

static void any_text(const uint8_t *data, gsize size)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GString) mail = g_string_new("Content-Type: text/plain\n\n");
    g_string_append_len(mail, (const char *)data, (gssize)size);
    g_autoptr(Mail) opened = mail_open_bytes(mail->str, mail->len, findings, NULL);
    for (guint i = 0; opened && i < mail_part_count(opened); i++)
        mail_part_measure(opened, i);
    const char *head = (const char *)data;
    gsize head_length = MIN(size, SNIFF_BYTES), other = MIN(size, SNIFF_OTHER_BYTES);
    const char *type = sniff_type(head, head_length, head + size - other, other);
    (void)locked_file(head, head_length, head + size - other, other);
    g_assert(!type || sniff_agrees(type, type));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || (data[0] & 3) == 0) {
        any_text(data, size);
        return 0;
    }
    gsize length = MIN(data[1], size - 3);
    g_autofree char *words = g_strndup((const char *)data + 2, length);
    /* Lines that begin a file themselves are another matter. */
    g_strdelimit(words, "\n=", ' ');
    g_autofree char *line = g_strconcat("Words: ", words, NULL);
    round_trip(line, data[0] & 1, data + 2 + length, size - 2 - length);
    return 0;
}
