/* What compose_mail wrote is read back as it was; of any other bytes whatever comes is clean. The first octet
 * chooses. */
#include <postern/base/clean.h>
#include <postern/compose.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *without_last_lines(const char *text)
{
    gsize length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        length--;
    return g_strndup(text, length);
}

static void round_trip(guint choice, const char *text)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(content_part_free);
    if (choice & 4) {
        ContentPart *part = g_new0(ContentPart, 1);
        part->name = g_strdup("a.txt");
        part->type = g_strdup("text/plain");
        part->bytes = g_bytes_new_static("Content-Type: text/plain\r\n\r\nno", 30);
        g_ptr_array_add(parts, part);
    }
    const ComposeMail mail = {.from_name = text,
                              .from_address = "support@example.net",
                              .to_address = "kim@example.org",
                              .subject = text,
                              .message_id = "1@example.net",
                              .text = text,
                              .html = choice & 2 ? "<p>another text</p>" : NULL,
                              .parts = parts};
    g_autoptr(GBytes) bytes = compose_mail(&mail);
    gsize length;
    const char *raw = g_bytes_get_data(bytes, &length);
    g_autofree char *found = compose_text_of(raw, length);
    g_autofree char *clean = clean_text(text, -1, 4u * 1024 * 1024);
    g_autofree char *given = without_last_lines(clean);
    if (!found || strcmp(found, given) != 0)
        g_error("“%s”, not “%s”", found, given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] & 1) {
        /* An exact block, so that a look behind its end is seen. */
        g_autofree char *bytes = g_memdup2(data + 1, size - 1);
        g_autofree char *text = bytes ? compose_text_of(bytes, size - 1) : NULL;
        g_assert(!text || g_utf8_validate(text, -1, NULL));
        return 0;
    }
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    round_trip(data[0], text);
    return 0;
}
