/* What an honest child sends is believed, whatever the mail. The own words are those that the reading finds.
 */
#include <postern/content.h>
#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_wish(const uint8_t *data, size_t size, const char *own_text)
{
    const ContentWish wish = {.own_text = own_text, .attachment_bytes = size};
    g_autoptr(Content) content = content_make_bytes((const char *)data, size, &wish, NULL);
    if (!content)
        return;
    g_autoptr(GBytes) packed = content_pack(content);
    g_autoptr(Content) again = content_unpack(packed, NULL);
    if (!again)
        g_abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)data, size, &settings, NULL);
    try_wish(data, size, NULL);
    if (reading)
        try_wish(data, size, reading->reply);
    return 0;
}
